// SPDX-License-Identifier: MIT
#pragma once

#include "debug/marks.h"

namespace sl::debug {

/// Which phase one PE is in: follows the PE's marks, its exceptions and its sleep. Whoever watches
/// has machines of its own, so that no observer depends on another.
class PhaseMachine {
public:
    /// The owner of the PE's cycles from now on.
    PhaseId phase() const { return halted_ == 0 ? phase_ : halted_ == 1 ? phase_idle : phase_off; }

    /// Phase, PhaseCall and PhaseReturn; nothing for other kinds.
    void mark(const MarkEvent& event)
    {
        switch (event.kind) {
        case MarkKind::Phase:
            phase_ = event.phase;
            break;
        case MarkKind::PhaseCall:
            if (callers_.size() == max_depth) {
                callers_.erase(callers_.begin());
                ++unbalanced_;
            }
            callers_.push_back(phase_);
            phase_ = event.phase;
            break;
        case MarkKind::PhaseReturn:
            if (callers_.empty()) {
                ++unbalanced_;
                break;
            }
            phase_ = callers_.back();
            callers_.pop_back();
            break;
        default:
            break;
        }
    }

    void exception(std::optional<PhaseId> phase)
    {
        if (phase)
            phase_ = *phase;
    }

    /// Observer::Signal::Halted: 0 running, 1 in WFI or WFE, 2 off. Power-off forgets the callers.
    void halted(u64 value)
    {
        halted_ = value;
        if (value == 2) {
            callers_.clear();
            phase_ = phase_boot;
        }
    }

    /// Calls without a return that were too deep to remember, and returns without a call.
    u64 unbalanced() const { return unbalanced_; }

private:
    static constexpr std::size_t max_depth = 64;

    PhaseId phase_ = phase_boot;
    u64 halted_ = 0;
    std::vector<PhaseId> callers_;
    u64 unbalanced_ = 0;
};

} // namespace sl::debug
