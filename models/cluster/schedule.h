// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <functional>

namespace sl::pe {
class Pe;
}

namespace sl::cluster {

/// What the threads of all PEs share: how far each may run ahead of simulated time, and who hears
/// of it.
class Schedule {
public:
    explicit Schedule(u64 quantum_ps)
        : quantum_ps_{quantum_ps}
    {
    }

    /// Up to this long a PE runs without the others. While no message takes less time from one PE
    /// to another, nothing arrives in a receiver's past.
    u64 quantum_ps() const { return quantum_ps_; }

    /// Takes effect with each PE's next turn.
    void set_quantum(u64 ps) { quantum_ps_ = ps; }

    /// Called after each turn of a PE, outside any instruction, at simulated time.
    std::function<void(pe::Pe&)> on_turn;
    /// For a debugger. Before each turn of a PE, and after each of its stops, outside any
    /// instruction; it may hold the PE's thread.
    std::function<void(pe::Pe&)> before_turn;
    /// A PE has stopped for the debugger, in the middle of its turn. When this returns, it goes on.
    std::function<void(pe::Pe&)> on_debug;
    /// A PE that was asked to stop has done so, and simulated time has reached its own. It executes
    /// nothing from here on.
    std::function<void(pe::Pe&)> on_stopped;

    /// Turns of all PEs: how often the simulation switched threads for them.
    u64 turns() const { return turns_; }

    void count_turn() { ++turns_; }

private:
    u64 quantum_ps_;
    u64 turns_ = 0;
};

} // namespace sl::cluster
