// SPDX-License-Identifier: MIT
#include "trace/ete.h"

#include "common/bits.h"
#include "sysreg/registers.gen.h"

#include <algorithm>
#include <cassert>

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

bool Ete::implements(Reg reg) const
{
    return !ResourceRegisters::contains(reg) || registers_.implements(reg);
}

u64 Ete::read(Reg reg) const
{
    if (ResourceRegisters::contains(reg))
        return registers_[reg];
    if (const std::optional<u32> constant = identification(config_, reg))
        return *constant;
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
    case Reg::TRCIMSPEC0:
        return 0; // nothing in them is implemented
    case Reg::TRCRSR:
        return rsr_;
    case Reg::TRCSTALLCTLR:
        return stallctlr_;
    case Reg::TRCSYNCPR:
        return syncpr_;
    case Reg::TRCTRACEIDR:
        return traceidr_;
    case Reg::TRCOSLSR: {
        // OSLM = 0b100: the PE's own OS Lock.
        constexpr u64 oslm = 0x10, oslk = 0x02;
        return oslm | (f::OSLSR_EL1::OSLK::get(pe_.visible(Reg::OSLSR_EL1)) ? oslk : 0);
    }
    case Reg::TRCCLAIMSET:
        return ones(claim_tags);
    case Reg::TRCCLAIMCLR:
        return claim_;
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
    if (ResourceRegisters::contains(reg)) {
        registers_.write(reg, value);
        return;
    }
    switch (reg) {
    case Reg::TRCCONFIGR:
        configr_ = word & configr_mask(config_);
        return;
    case Reg::TRCRSR: {
        const u64 events =
            config_.resources.selector_pairs ? f::TRCRSR::EVENT::make(ones(event_count)) : 0;
        const u64 inputs = f::TRCRSR::EXTIN::make(ones(config_.resources.external_inputs));
        rsr_ = static_cast<u32>(word & (f::TRCRSR::TA::mask | events | inputs));
        return;
    }
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
    case Reg::TRCCCCTLR:
        // A threshold below TRCIDR3.CCITMIN counts as that.
        ccctlr_ = std::max(static_cast<u32>(word & f::TRCCCCTLR::THRESHOLD::mask),
                           u32{cycle_threshold_min});
        return;
    case Reg::TRCAUXCTLR:
    case Reg::TRCIMSPEC0:
        return;
    default:
        assert(false && "not a writable register of this ETE");
    }
}

void Ete::reset()
{
    prgctlr_ = configr_ = rsr_ = stallctlr_ = syncpr_ = traceidr_ = claim_ = 0;
    ccctlr_ = cycle_threshold_min;
    registers_.reset();
    running_ = admitted_ = watching_ = active_ = overflowed_ = filtering_ = resourceful_ = false;
    sync_due_ = trace_on_due_ = address_due_ = context_due_ = timestamp_due_ = false;
    events_due_ = external_inputs_ = 0;
    idle_at_ps_ = 0;
    buffer_.clear();
    atoms_.clear();
    history_.clear();
    returns_.clear();
}

} // namespace sl::trace
