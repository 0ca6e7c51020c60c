// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"
#include "sysreg/registers.gen.h"
#include "trace/trace_unit.h"

#include <array>
#include <cstring>
#include <map>
#include <set>
#include <vector>

namespace sl::trace::test {

using pe::Reg;

/// Physical memory of a few pages, made as they are written.
class FakeBus final : public Bus {
public:
    BusStatus read(u64 pa, void* data, unsigned bytes, const Initiator&, u64, u64&) override
    {
        std::memcpy(data, &page(pa)[pa % page_size], bytes);
        return BusStatus::Ok;
    }

    BusStatus write(u64 pa, const void* data, unsigned bytes, const Initiator& who, u64,
                    u64&) override
    {
        last = who;
        if (holes.count(pa & page_mask))
            return BusStatus::DecodeError;
        std::memcpy(&page(pa)[pa % page_size], data, bytes);
        return BusStatus::Ok;
    }

    Page direct(u64, bool) override { return {}; }

    std::vector<u8> bytes(u64 pa, std::size_t count)
    {
        std::vector<u8> result;
        for (std::size_t i = 0; i < count; ++i)
            result.push_back(page(pa + i)[(pa + i) % page_size]);
        return result;
    }

    std::set<u64> holes; ///< pages where nothing answers
    Initiator last;

private:
    std::array<u8, page_size>& page(u64 pa) { return pages_[pa & page_mask]; }

    std::map<u64, std::array<u8, page_size>> pages_;
};

/// A PE whose state the test sets: 1 GHz, one register file, translation by a table of pages.
class FakePe final : public pe::PeView {
public:
    unsigned number() const override { return 3; }

    u8 el() const override { return current_el; }

    bool secure() const override { return is_secure; }

    u64 visible(Reg reg) const override
    {
        const auto it = regs.find(reg);
        return it == regs.end() ? 0 : it->second;
    }

    u64 next_pc() const override { return pc; }

    u64 next_instruction() const override { return instructions; }

    u64 cycle() const override { return cycles; }

    u64 now_ps() const override { return cycles * 1000; }

    u64 physical_count() const override { return cycles / 16; }

    pe::Translated translate(pe::Regime regime, u64 va, pe::AccessKind kind) override
    {
        translations.push_back({regime, va});
        if (const auto it = faults.find(va & page_mask); it != faults.end())
            return it->second;
        pe::Translation t;
        t.pa = (va & ones(40)) + offset;
        t.writable = kind.write;
        return t;
    }

    pe::Translated translate_ipa(u64 ipa, pe::AccessKind) override
    {
        pe::Translation t;
        t.pa = ipa + ipa_offset;
        return t;
    }

    Bus& bus() override { return memory; }

    void stall(u64 ps) override
    {
        cycles += (ps + 999) / 1000;
        stalled_ps += ps;
    }

    void ppi(unsigned intid, bool level) override
    {
        interrupt = intid;
        line = level;
    }

    void trace_written(u64 va, u64 pa, const void* data, unsigned bytes, BusStatus status) override
    {
        u64 first = 0;
        std::memcpy(&first, data, std::min<std::size_t>(bytes, sizeof first));
        told.push_back({va, pa, bytes, status, first});
    }

    struct Told {
        u64 va, pa;
        unsigned bytes;
        BusStatus status;
        u64 first; ///< the first eight bytes
    };

    struct Asked {
        pe::Regime regime;
        u64 va;
    };

    u8 current_el = 1;
    bool is_secure = false;
    u64 pc = 0, instructions = 0, cycles = 0, stalled_ps = 0;
    std::map<Reg, u64> regs;
    u64 offset = 0, ipa_offset = 0;
    std::map<u64, pe::Fault> faults; ///< by page
    std::vector<Asked> translations;
    std::vector<Told> told;
    unsigned interrupt = 0;
    bool line = false;
    FakeBus memory;
};

/// Programs the ETE as the kernel's driver does, without filters but TRFCR_EL1's, and the buffer in
/// FILL mode over [base, base + size).
inline void begin_session(FakePe& pe, TraceUnit& unit, u64 base, u64 size)
{
    unit.write(Reg::TRBBASER_EL1, base);
    unit.write(Reg::TRBPTR_EL1, base);
    unit.write(Reg::TRBSR_EL1, 0);
    unit.write(Reg::TRBLIMITR_EL1, (base + size) | 1);
    unit.write(Reg::TRCVICTLR, 1 | 1u << 9);
    unit.write(Reg::TRCRSR, 0x1000);
    unit.write(Reg::TRCPRGCTLR, 1);
    pe.regs[Reg::TRFCR_EL1] = 3;
    unit.context_changed();
    unit.synchronized();
}

} // namespace sl::trace::test
