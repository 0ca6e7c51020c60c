// SPDX-License-Identifier: MIT
#pragma once

#include "pe/cohort.h"
#include "pe/pe.h"
#include "pe/syndrome.h"
#include "sysreg/tables.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace sl::pe {

/// RAM at 0x4000'0000, a ROM page below it, a device page that remembers what it was asked.
class TestBus : public Bus {
public:
    static constexpr u64 ram = 0x4000'0000, ram_size = 0x40'0000, rom = 0x3fff'f000,
                         device = 0x0900'0000;

    TestBus()
        : bytes(ram_size),
          rom_bytes(page_size)
    {
    }

    BusStatus read(u64 pa, void* data, unsigned size, const Initiator& who, u64 now_ps,
                   u64& latency_ps) override
    {
        return access(pa, data, size, who, now_ps, latency_ps, false);
    }

    BusStatus write(u64 pa, const void* data, unsigned size, const Initiator& who, u64 now_ps,
                    u64& latency_ps) override
    {
        std::memcpy(&last_data, data, size);
        return access(pa, nullptr, size, who, now_ps, latency_ps, true);
    }

    Page direct(u64 pa, bool) override
    {
        if (pa >= ram && pa < ram + ram_size)
            return {&bytes[(pa - ram) & page_mask], true};
        if (pa >= rom && pa < rom + page_size)
            return {rom_bytes.data(), false};
        return {};
    }

    template <class T>
    T& at(u64 pa)
    {
        return *reinterpret_cast<T*>(&bytes[pa - ram]);
    }

    std::vector<u8> bytes, rom_bytes;
    u64 latency = 0, last_pa = 0, last_data = 0, last_ps = 0;
    unsigned last_size = 0, accesses = 0;
    Initiator last_who;
    u64 device_value = 0x1122'3344'5566'7788;

private:
    BusStatus access(u64 pa, void* data, unsigned size, const Initiator& who, u64 now_ps,
                     u64& latency_ps, bool write)
    {
        if ((pa & page_mask) != device)
            return pa >= rom && pa < ram && write ? BusStatus::SlaveError : BusStatus::DecodeError;
        ++accesses;
        last_pa = pa;
        last_size = size;
        last_who = who;
        last_ps = now_ps;
        latency_ps += latency;
        if (!write)
            std::memcpy(data, &device_value, size);
        return BusStatus::Ok;
    }
};

/// A GIC whose lines the test sets; private interrupts drive IRQ while `ppi_irq`.
class TestGic : public GicPort {
public:
    u64 read(Reg reg, const Context& c) override
    {
        context = c;
        return values[reg];
    }

    void write(Reg reg, u64 value, const Context& c) override
    {
        context = c;
        values[reg] = value;
        if (on_write)
            on_write(reg, value);
    }

    Lines lines(u8, bool) const override { return now; }

    void ppi(unsigned intid, bool level, u64 now_ps) override
    {
        ppis[intid] = level;
        ppi_ps = now_ps;
        if (ppi_irq) {
            now.irq = false;
            for (const auto& [id, high] : ppis)
                now.irq |= high;
        }
    }

    std::map<Reg, u64> values{{Reg::ICC_SRE_EL2, 0xf}, {Reg::ICC_SRE_EL3, 0xf}};
    std::map<unsigned, bool> ppis;
    std::function<void(Reg, u64)> on_write;
    Lines now;
    Context context;
    u64 ppi_ps = 0;
    bool ppi_irq = false;
};

/// What a PE has told.
class TestObserver : public Observer {
public:
    struct Event {
        std::string what;
        u64 cycle = 0, value = 0;
    };

    void signal(unsigned, u64 cycle, Signal which, u64 value) override
    {
        events.push_back({"signal " + std::to_string(static_cast<int>(which)), cycle, value});
    }

    void exception(unsigned, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind, u64 esr,
                   u64) override
    {
        events.push_back({"exception " + std::to_string(from_el) + " to " + std::to_string(to_el) +
                              " kind " + std::to_string(kind),
                          cycle, esr});
    }

    void mark(unsigned, u64 cycle, u32 id, const u64*) override
    {
        events.push_back({"mark", cycle, id});
    }

    void instruction(unsigned, u64 cycle, unsigned, u64, u64 pc, u32) override
    {
        events.push_back({"instruction", cycle, pc});
    }

    void transaction(unsigned, u64, const Transaction& t) override { transactions.push_back(t); }

    void guest_error(unsigned, u64 cycle, unsigned, u64, const char* what, u64 detail) override
    {
        events.push_back({what, cycle, detail});
    }

    std::vector<Event> of(const std::string& what) const
    {
        std::vector<Event> found;
        for (const Event& e : events)
            if (e.what == what)
                found.push_back(e);
        return found;
    }

    std::vector<Event> of(Signal which) const
    {
        return of("signal " + std::to_string(static_cast<int>(which)));
    }

    std::vector<Event> events;
    std::vector<Transaction> transactions;
};

inline sysreg::Features test_features(std::vector<std::string> names)
{
    std::vector<std::string> errors;
    const auto features = sysreg::Features::parse(names, errors);
    REQUIRE(errors.empty());
    return features;
}

/// EL2 and no EL3, 1 GHz, VHE, PAN, LSE, PMU, GIC; no trace.
inline PeConfig test_config(bool el3 = false, unsigned number = 0)
{
    PeConfig c;
    c.number = number;
    c.affinity = number;
    c.features = test_features(
        {"FEAT_LSE", "FEAT_PAN", "FEAT_UAO", "FEAT_VHE", "FEAT_PMUv3", "FEAT_TRF", "FEAT_GICv3"});
    c.has_el3 = el3;
    c.counter_hz = 100'000'000;
    return c;
}

/// One PE with what it needs, powered on at the beginning of RAM in its highest EL.
struct Bench {
    static constexpr u64 entry = TestBus::ram;
    static constexpr u32 loop = 0x1400'0000; // b .

    explicit Bench(PeConfig config = test_config(), bool powered = true)
        : pe{config, {bus, watch, gic, cohort, nullptr, &observer}}
    {
        cohort.add(pe);
        if (powered)
            pe.power_on(entry, config.has_el3 ? 3 : config.has_el2 ? 2 : 1, 0, 0);
    }

    /// ERET to `el` from the current one, with the given DAIF.
    void go(u8 el, u64 daif = 0xf, bool sp_sel = true)
    {
        const u8 from = pe.state().el;
        REQUIRE(from >= el);
        set(static_cast<Reg>(static_cast<u16>(from == 3   ? Reg::SPSR_EL3
                                              : from == 2 ? Reg::SPSR_EL2
                                                          : Reg::SPSR_EL1)),
            u64{el} << 2 | (el ? u64{sp_sel} : 0) | daif << 6);
        set(from == 3 ? Reg::ELR_EL3 : from == 2 ? Reg::ELR_EL2 : Reg::ELR_EL1, entry);
        pe.eret();
        REQUIRE(pe.state().el == el);
        REQUIRE(!pe.state().il);
    }

    void set(Reg reg, u64 value) { pe.set_register(reg, value); }

    u64 get(Reg reg) { return pe.peek_register(reg); }

    /// MRS as an instruction: nothing when it took an exception.
    std::optional<u64> mrs(Reg reg, unsigned op1_alias = 8)
    {
        u64 value = 0;
        return pe.read_sysreg(key(reg, op1_alias), 5, value) ? std::optional{value} : std::nullopt;
    }

    bool msr(Reg reg, u64 value, unsigned op1_alias = 8)
    {
        return pe.write_sysreg(key(reg, op1_alias), 5, value);
    }

    bool sys(Reg reg, u64 value) { return pe.sys(key(reg), 5, value); }

    static a64::SysKey key(Reg reg, unsigned op1_alias = 8)
    {
        a64::SysKey k{sysreg::describe(reg).key};
        if (op1_alias < 8)
            k = a64::SysKey::of(k.op0(), op1_alias, k.crn(), k.crm(), k.op2());
        return k;
    }

    /// Instructions at `pa`, ended by a branch to itself.
    void code(u64 pa, std::initializer_list<u32> words)
    {
        const u64 first = pa;
        for (const u32 word : words) {
            bus.at<u32>(pa) = word;
            pa += 4;
        }
        bus.at<u32>(pa) = loop;
        watch.written(first, pa + 4 - first);
    }

    Outcome run_cycles(u64 cycles) { return pe.run(pe.clock().ps(pe.cycle() + cycles)); }

    u8 ec(Reg esr) { return static_cast<u8>(Esr::Ec::get(get(esr))); }

    u64 iss(Reg esr) { return Esr::Iss::get(get(esr)); }

    TestBus bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    TestObserver observer;
    Pe pe;
};

} // namespace sl::pe
