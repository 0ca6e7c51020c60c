// SPDX-License-Identifier: MIT
#pragma once

#include "common/transaction.h"

namespace sl {

/// What a PE tells whoever watches it (waves, timeline, report, log). Watching changes nothing: no
/// call has an effect on the PE, and with no observer there is no call. `cycle` is the PE's own
/// count; the observer knows each PE's clock.
class Observer {
public:
    virtual ~Observer() = default;

    enum class Signal : u8 {
        El,              ///< 0..3
        Vmid,            ///< VMID of the running guest; 0 outside
        Vcpu,            ///< the running vCPU as software's marks tell, 0 none
        Halted,          ///< 1 in WFI/WFE, 2 off
        TraceProhibited, ///< FEAT_TRF, ownership and authentication together
        TraceEnabled,    ///< trace unit enabled (TRCPRGCTLR.EN)
        BufferEnabled,   ///< TRBLIMITR_EL1.E
        Irq,             ///< this and the following: levels at the PE
        Fiq,
        Virq,
        Vfiq,
        Maintenance,
    };
    virtual void signal(unsigned pe, u64 cycle, Signal which, u64 value) = 0;

    /// An exception was taken from `from_pc` to `to_el`; `kind` 0 synchronous, 1 IRQ, 2 FIQ,
    /// 3 SError; `esr` valid for synchronous ones.
    virtual void exception(unsigned pe, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind,
                           u64 esr, u64 from_pc) = 0;

    /// Execution reached mark `id` (see Environment::mark_at); `x` is the general register file.
    virtual void mark(unsigned pe, u64 cycle, u32 id, const u64* x) = 0;

    /// One instruction is about to execute (only while a log wants this PE).
    virtual void instruction(unsigned pe, u64 cycle, unsigned el, u64 vmid, u64 pc, u32 word) = 0;

    /// A data access reached memory or a device (only while a recorder wants those of this PE). The
    /// cycle is the one in which it was issued.
    virtual void transaction(unsigned pe, u64 cycle, const Transaction& t) = 0;

    /// A guest error that got its architected response; the platform reports the first of each
    /// kind.
    virtual void guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                             u64 detail) = 0;
};

} // namespace sl
