// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"
#include "run/exit_code.h"

namespace sl::run {

/// How a run ended.
struct Ending {
    enum class Why : u8 {
        SystemOff,
        SystemReset,
        TimeLimit,
        InstructionLimit,
        Stall,
        Interrupted,
        Killed,
        Saved ///< it has not: what a debugger saves of it
    };

    Why why = Why::SystemOff;
    u64 ps = 0; ///< simulated time

    /// "ended by PSCI SYSTEM_OFF" and the like: completes "the run …".
    const char* text() const
    {
        switch (why) {
        case Why::SystemOff:
            return "ended by PSCI SYSTEM_OFF";
        case Why::SystemReset:
            return "ended by PSCI SYSTEM_RESET";
        case Why::TimeLimit:
            return "hit its limit of simulated time, run.max_time";
        case Why::InstructionLimit:
            return "hit its limit of instructions, run.max_instructions";
        case Why::Stall:
            return "came to a stall: every PE waits, and nothing will happen any more";
        case Why::Interrupted:
            return "was interrupted";
        case Why::Killed:
            return "was ended by the debugger";
        case Why::Saved:
            return "has not ended: a debugger has saved this";
        }
        return "";
    }

    ExitCode exit_code() const
    {
        switch (why) {
        case Why::SystemOff:
            return exit_ok;
        case Why::Interrupted:
        case Why::Killed:
            return exit_interrupted;
        default:
            return exit_not_finished;
        }
    }
};

} // namespace sl::run
