// SPDX-License-Identifier: MIT
#include "trace/ete_identity.h"

#include "sysreg/registers.gen.h"

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

namespace {

constexpr u32 devarch = 0x47705a13; // Arm, ETEv1.0

u64 idr0(const Config& config)
{
    constexpr u64 bits64 = 8;
    // Bit 0 is RES1. Cycle counts without a commit field.
    const u64 events =
        config.resources.selector_pairs ? f::TRCIDR0::NUMEVENT::make(event_count - 1) : 0;
    return 1 | f::TRCIDR0::TRCBB::mask | f::TRCIDR0::TRCCCI::mask | f::TRCIDR0::RETSTACK::mask |
           f::TRCIDR0::TSSIZE::make(bits64) | f::TRCIDR0::COMMOPT::mask | events;
}

u64 idr1()
{
    // Architecture 0xff: as TRCDEVARCH says. Bits 15:12 are RES1.
    return f::TRCIDR1::DESIGNER::make(0x41) | 0xf000 | f::TRCIDR1::TRCARCHMAJ::make(0xf) |
           f::TRCIDR1::TRCARCHMIN::make(0xf);
}

u64 idr2(const Config& config)
{
    constexpr u64 bits64 = 8, bits32 = 4;
    const u64 vmid = config.has_el2 ? f::TRCIDR2::VMIDSIZE::make(bits32) : 0;
    const u64 option = config.has_el2 && config.has_vhe ? f::TRCIDR2::VMIDOPT::make(1) : 0;
    return f::TRCIDR2::IASIZE::make(bits64) | f::TRCIDR2::CIDSIZE::make(bits32) |
           f::TRCIDR2::CCSIZE::make(cycle_counter_bits - 12) | vmid | option;
}

u64 idr3(const Config& config)
{
    const u64 secure = config.has_el3
                           ? f::TRCIDR3::EXLEVEL_S_EL0::mask | f::TRCIDR3::EXLEVEL_S_EL1::mask |
                                 f::TRCIDR3::EXLEVEL_S_EL3::mask
                           : 0;
    const u64 el2 = config.has_el2 ? f::TRCIDR3::EXLEVEL_NS_EL2::mask : 0;
    // System errors can be traced always (TRCVICTLR.TRCERR).
    return secure | f::TRCIDR3::EXLEVEL_NS_EL0::mask | f::TRCIDR3::EXLEVEL_NS_EL1::mask | el2 |
           f::TRCIDR3::TRCERR::mask | f::TRCIDR3::STALLCTL::mask | f::TRCIDR3::SYSSTALL::mask |
           f::TRCIDR3::NOOVERFLOW::mask | f::TRCIDR3::CCITMIN::make(cycle_threshold_min);
}

u64 idr4(const Config& config)
{
    const ResourceCounts& n = config.resources;
    // NUMRSPAIR is one less than the pairs that there are, and 0 where there are none.
    const u64 pairs = n.selector_pairs ? n.selector_pairs - 1 : 0;
    return f::TRCIDR4::NUMACPAIRS::make(n.address_pairs) | f::TRCIDR4::NUMRSPAIR::make(pairs) |
           f::TRCIDR4::NUMSSCC::make(n.single_shots) | f::TRCIDR4::NUMCIDC::make(n.context_ids) |
           f::TRCIDR4::NUMVMIDC::make(config.has_el2 ? n.vmids : 0);
}

u64 idr5(const Config& config)
{
    const ResourceCounts& n = config.resources;
    // External inputs are events in the numbering of the PMU: NUMEXTIN has all bits set.
    const u64 inputs = n.external_inputs ? f::TRCIDR5::NUMEXTIN::mask |
                                               f::TRCIDR5::NUMEXTINSEL::make(n.external_inputs)
                                         : 0;
    return inputs | f::TRCIDR5::TRACEIDSIZE::make(7) |
           f::TRCIDR5::NUMSEQSTATE::make(n.sequencer ? 4 : 0) |
           f::TRCIDR5::NUMCNTR::make(n.counters);
}

u64 authstatus(const Config& config)
{
    constexpr u64 nsnid_enabled = 0b11u << 2, snid_enabled = 0b11u << 6;
    return nsnid_enabled | (config.has_el3 ? snid_enabled : 0);
}

std::optional<u64> value_of(const Config& config, Reg reg)
{
    switch (reg) {
    case Reg::TRCIDR0:
        return idr0(config);
    case Reg::TRCIDR1:
        return idr1();
    case Reg::TRCIDR2:
        return idr2(config);
    case Reg::TRCIDR3:
        return idr3(config);
    case Reg::TRCIDR4:
        return idr4(config);
    case Reg::TRCIDR5:
        return idr5(config);
    case Reg::TRCIDR6:
    case Reg::TRCIDR7:
    case Reg::TRCIDR8:
    case Reg::TRCIDR9:
    case Reg::TRCIDR10:
    case Reg::TRCIDR11:
    case Reg::TRCIDR12:
    case Reg::TRCIDR13:
    case Reg::TRCDEVID:
        return 0;
    case Reg::TRCAUTHSTATUS:
        return authstatus(config);
    case Reg::TRCDEVARCH:
        return devarch;
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<u32> identification(const Config& config, Reg reg)
{
    const std::optional<u64> value = value_of(config, reg);
    return value ? std::optional{static_cast<u32>(*value)} : std::nullopt;
}

u64 traced_levels(const Config& config)
{
    return idr3(config) & (f::TRCVICTLR::EXLEVEL_S::mask | f::TRCVICTLR::EXLEVEL_NS::mask);
}

u32 configr_mask(const Config& config)
{
    using R = f::TRCCONFIGR;
    const u64 vmid = config.has_el2 ? R::VMID::mask : 0;
    const u64 option = config.has_el2 && config.has_vhe ? R::VMIDOPT::mask : 0;
    return static_cast<u32>(R::BB::mask | R::CCI::mask | R::CID::mask | R::TS::mask | R::RS::mask |
                            vmid | option);
}

} // namespace sl::trace
