// SPDX-License-Identifier: MIT
#pragma once

#include "pe/tlb.h"

#include <optional>

namespace sl::pe {

class Pe;

/// What a PE asks of the rest of the system: the other PEs, and the power controller behind the
/// built-in PSCI firmware. `from` is the number of the asking PE; times are when the effect may
/// first be seen elsewhere.
class System {
public:
    virtual ~System() = default;

    /// PE `pe` begins, or ends, to execute: its local time is the present until it ends.
    virtual void executing(const Pe* pe) = 0;
    /// The local time of whoever executes now.
    virtual u64 now_ps() const = 0;

    /// TLBI to the Inner Shareable domain: every other PE drops the entries when its time reaches
    /// `at_ps`. True when there is such a PE: the issuer's next DSB waits until then.
    virtual bool invalidate(unsigned from, const TlbInvalidate& what, u64 at_ps) = 0;
    /// SEV.
    virtual void send_event(unsigned from, u64 at_ps) = 0;

    enum class Power : u8 { On, Off, OnPending };

    /// Nothing when no PE has that affinity (Aff3 in bits 39:32, Aff2..Aff0 in bits 23:0).
    virtual std::optional<Power> power(u64 affinity) const = 0;

    /// Starts a PE that is off at `entry`, in `el`, with x0 = `context`.
    virtual void power_on(unsigned from, u64 affinity, u64 entry, u64 context, u8 el,
                          u64 at_ps) = 0;
    /// PSCI SYSTEM_OFF and SYSTEM_RESET: nothing runs on any PE after this.
    virtual void system_off(unsigned from, bool reset, u64 at_ps) = 0;
};

/// Places that the platform wants to hear of when execution reaches them (phases, fidelity
/// switches, stop symbols), by physical address.
class Marks {
public:
    virtual ~Marks() = default;

    /// The id of the mark at `pa`; 0: none. Asked once per decoded instruction.
    virtual u32 at(u64 pa) = 0;
    /// Execution reached mark `id`; the instruction there has not executed. May set the fidelity or
    /// request a stop.
    virtual void reached(Pe& pe, u32 id) = 0;
};

} // namespace sl::pe
