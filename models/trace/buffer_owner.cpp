// SPDX-License-Identifier: MIT
#include "trace/buffer_owner.h"

#include "sysreg/registers.gen.h"

namespace sl::trace {

namespace {

constexpr u64 ec_stage1 = 0x24, ec_stage2 = 0x25;

/// The largest naturally aligned access at `address` within `bytes`.
unsigned piece(u64 address, std::size_t bytes)
{
    unsigned size = 16;
    while (size > bytes || address % size != 0)
        size /= 2;
    return size;
}

} // namespace

BufferOwner buffer_owner(const pe::PeView& pe, bool has_el2, bool has_el3, u64 e2, bool ns)
{
    BufferOwner owner;
    owner.secure = has_el3 ? !ns : pe.secure();
    if (has_el2 && !owner.secure && e2 == 0) {
        owner.el = 2;
        owner.regime = sysreg::HCR_EL2::E2H::get(pe.visible(pe::Reg::HCR_EL2)) ? pe::Regime::El20
                                                                               : pe::Regime::El2;
    }
    return owner;
}

std::optional<BufferFault> write_buffer(pe::PeView& pe, const BufferOwner& owner, pe::Unit unit,
                                        bool physical, u64 va, std::span<const u8> bytes, u64 at_ps,
                                        u64& pa)
{
    const pe::AccessKind kind{.write = true, .unit = unit};
    pe::Translation untranslated;
    untranslated.pa = va;
    const pe::Translated result = !physical       ? pe.translate(owner.regime, va, kind)
                                  : owner.el == 1 ? pe.translate_ipa(va, kind)
                                                  : pe::Translated{untranslated};
    if (const auto* fault = std::get_if<pe::Fault>(&result))
        return BufferFault{.ec = fault->stage2 ? ec_stage2 : ec_stage1, .fsc = fault->fsc};
    pa = std::get<pe::Translation>(result).pa;

    Initiator who;
    who.pe = static_cast<u16>(pe.number());
    who.secure = owner.secure;
    for (std::size_t done = 0; done < bytes.size();) {
        const unsigned size = piece(pa + done, bytes.size() - done);
        u64 latency = 0; // posted: what is configured stands for it
        const BusStatus status = pe.bus().write(pa + done, &bytes[done], size, who, at_ps, latency);
        pe.trace_written(va + done, pa + done, &bytes[done], size, status);
        if (status != BusStatus::Ok)
            return BufferFault{.external = true};
        done += size;
    }
    return std::nullopt;
}

} // namespace sl::trace
