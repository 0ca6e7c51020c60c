// SPDX-License-Identifier: MIT
#include "trace/ete.h"

#include "common/bits.h"
#include "sysreg/registers.gen.h"

#include <algorithm>
#include <cassert>

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

namespace {

// ---- What is implemented
// -------------------------------------------------------------------------

constexpr u32 devarch = 0x47705a13; // Arm, ETEv1.0

u32 idr0()
{
    constexpr u64 bits64 = 8;
    // Bit 0 is RES1. Cycle counts without a commit field.
    return static_cast<u32>(1 | f::TRCIDR0::TRCBB::mask | f::TRCIDR0::TRCCCI::mask |
                            f::TRCIDR0::RETSTACK::mask | f::TRCIDR0::TSSIZE::make(bits64) |
                            f::TRCIDR0::COMMOPT::mask);
}

u32 idr1()
{
    // Architecture 0xff: as TRCDEVARCH says. Bits 15:12 are RES1.
    return static_cast<u32>(f::TRCIDR1::DESIGNER::make(0x41) | 0xf000 |
                            f::TRCIDR1::TRCARCHMAJ::make(0xf) | f::TRCIDR1::TRCARCHMIN::make(0xf));
}

u32 idr2(const Config& config, unsigned cycle_counter_bits)
{
    constexpr u64 bits64 = 8, bits32 = 4;
    const u64 vmid = config.has_el2 ? f::TRCIDR2::VMIDSIZE::make(bits32) : 0;
    const u64 option = config.has_el2 && config.has_vhe ? f::TRCIDR2::VMIDOPT::make(1) : 0;
    return static_cast<u32>(f::TRCIDR2::IASIZE::make(bits64) | f::TRCIDR2::CIDSIZE::make(bits32) |
                            f::TRCIDR2::CCSIZE::make(cycle_counter_bits - 12) | vmid | option);
}

u32 idr3(const Config& config)
{
    const u64 secure = config.has_el3
                           ? f::TRCIDR3::EXLEVEL_S_EL0::mask | f::TRCIDR3::EXLEVEL_S_EL1::mask |
                                 f::TRCIDR3::EXLEVEL_S_EL3::mask
                           : 0;
    const u64 el2 = config.has_el2 ? f::TRCIDR3::EXLEVEL_NS_EL2::mask : 0;
    return static_cast<u32>(secure | f::TRCIDR3::EXLEVEL_NS_EL0::mask |
                            f::TRCIDR3::EXLEVEL_NS_EL1::mask | el2 | f::TRCIDR3::STALLCTL::mask |
                            f::TRCIDR3::SYSSTALL::mask | f::TRCIDR3::NOOVERFLOW::mask);
}

u32 configr_mask(const Config& config)
{
    using R = f::TRCCONFIGR;
    const u64 vmid = config.has_el2 ? R::VMID::mask : 0;
    const u64 option = config.has_el2 && config.has_vhe ? R::VMIDOPT::mask : 0;
    return static_cast<u32>(R::BB::mask | R::CCI::mask | R::CID::mask | R::TS::mask | R::RS::mask |
                            vmid | option);
}

u32 victlr_mask(const Config& config)
{
    // EXLEVEL_S and EXLEVEL_NS of the levels that exist.
    const u32 levels = (idr3(config) >> 16) & 0x7f;
    return levels << 16 |
           static_cast<u32>(f::TRCVICTLR::SSSTATUS::mask | f::TRCVICTLR::TRCRESET::mask);
}

u32 authstatus(const Config& config)
{
    constexpr u32 nsnid_enabled = 0b11u << 2, snid_enabled = 0b11u << 6;
    return nsnid_enabled | (config.has_el3 ? snid_enabled : 0);
}

} // namespace

u64 Ete::read(Reg reg) const
{
    switch (reg) {
    case Reg::TRCPRGCTLR:
        return prgctlr_;
    case Reg::TRCSTATR: {
        const bool idle = !running_ && !enabled() && pe_.now_ps() >= idle_at_ps_;
        return f::TRCSTATR::IDLE::make(idle) | f::TRCSTATR::PMSTABLE::make(!running_);
    }
    case Reg::TRCCONFIGR:
        return configr_;
    case Reg::TRCCCCTLR:
        return ccctlr_;
    case Reg::TRCAUXCTLR:
    case Reg::TRCEVENTCTL1R:
    case Reg::TRCTSCTLR:
        return 0; // nothing in them is implemented: RES0
    case Reg::TRCRSR:
        return rsr_;
    case Reg::TRCSTALLCTLR:
        return stallctlr_;
    case Reg::TRCSYNCPR:
        return syncpr_;
    case Reg::TRCTRACEIDR:
        return traceidr_;
    case Reg::TRCVICTLR:
        return victlr_;
    case Reg::TRCIMSPEC0:
        return 0;
    case Reg::TRCIDR0:
        return idr0();
    case Reg::TRCIDR1:
        return idr1();
    case Reg::TRCIDR2:
        return idr2(config_, cycle_counter_bits);
    case Reg::TRCIDR3:
        return idr3(config_) | f::TRCIDR3::CCITMIN::make(cycle_threshold_min);
    case Reg::TRCIDR4:
        return 0;
    case Reg::TRCIDR5:
        return f::TRCIDR5::TRACEIDSIZE::make(7);
    case Reg::TRCIDR6:
    case Reg::TRCIDR7:
    case Reg::TRCIDR8:
    case Reg::TRCIDR9:
    case Reg::TRCIDR10:
    case Reg::TRCIDR11:
    case Reg::TRCIDR12:
    case Reg::TRCIDR13:
        return 0;
    case Reg::TRCOSLSR: {
        // OSLM = 0b100: the PE's own OS Lock.
        constexpr u64 oslm = 0x10, oslk = 0x02;
        return oslm | (f::OSLSR_EL1::OSLK::get(pe_.visible(Reg::OSLSR_EL1)) ? oslk : 0);
    }
    case Reg::TRCDEVID:
        return 0;
    case Reg::TRCCLAIMSET:
        return ones(claim_tags);
    case Reg::TRCCLAIMCLR:
        return claim_;
    case Reg::TRCAUTHSTATUS:
        return authstatus(config_);
    case Reg::TRCDEVARCH:
        return devarch;
    default:
        assert(false && "not a register of this ETE");
        return 0;
    }
}

void Ete::write(Reg reg, u64 value)
{
    const auto word = static_cast<u32>(value);
    switch (reg) {
    case Reg::TRCPRGCTLR:
        prgctlr_ = static_cast<u32>(word & f::TRCPRGCTLR::EN::mask);
        return;
    case Reg::TRCCLAIMSET:
        claim_ |= word & static_cast<u32>(ones(claim_tags));
        return;
    case Reg::TRCCLAIMCLR:
        claim_ &= ~word;
        return;
    default:
        break;
    }
    // The others accept writes while the trace unit is disabled only.
    if (running_ || enabled())
        return;
    switch (reg) {
    case Reg::TRCCONFIGR:
        configr_ = word & configr_mask(config_);
        return;
    case Reg::TRCRSR:
        rsr_ = static_cast<u32>(word & f::TRCRSR::TA::mask);
        return;
    case Reg::TRCSTALLCTLR:
        stallctlr_ =
            static_cast<u32>(word & (f::TRCSTALLCTLR::LEVEL::mask | f::TRCSTALLCTLR::ISTALL::mask |
                                     f::TRCSTALLCTLR::NOOVERFLOW::mask));
        return;
    case Reg::TRCSYNCPR:
        syncpr_ = static_cast<u32>(word & f::TRCSYNCPR::PERIOD::mask);
        return;
    case Reg::TRCTRACEIDR:
        traceidr_ = word & 0x7f;
        return;
    case Reg::TRCVICTLR:
        victlr_ = word & victlr_mask(config_);
        return;
    case Reg::TRCCCCTLR:
        // A threshold below TRCIDR3.CCITMIN counts as that.
        ccctlr_ = std::max(static_cast<u32>(word & f::TRCCCCTLR::THRESHOLD::mask),
                           u32{cycle_threshold_min});
        return;
    case Reg::TRCAUXCTLR:
    case Reg::TRCIMSPEC0:
    case Reg::TRCEVENTCTL1R:
    case Reg::TRCTSCTLR:
        return;
    default:
        assert(false && "not a writable register of this ETE");
    }
}

void Ete::reset()
{
    prgctlr_ = configr_ = rsr_ = stallctlr_ = syncpr_ = traceidr_ = victlr_ = claim_ = 0;
    ccctlr_ = cycle_threshold_min;
    running_ = active_ = overflowed_ = false;
    sync_due_ = trace_on_due_ = address_due_ = context_due_ = false;
    idle_at_ps_ = 0;
    buffer_.clear();
    atoms_.clear();
    history_.clear();
    returns_.clear();
}

} // namespace sl::trace
