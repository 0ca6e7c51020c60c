// SPDX-License-Identifier: MIT
#pragma once

namespace sl::run {

/// What `sightline` returns to the shell; docs/running.md tells users.
enum ExitCode : int {
    exit_ok = 0,
    exit_not_finished =
        1,             ///< a limit, a stall or SYSTEM_RESET ended it, or software says it failed
    exit_usage = 2,    ///< command line or configuration
    exit_findings = 3, ///< --strict, and software has broken a rule
    exit_output = 4,   ///< an output could not be written
    exit_interrupted = 130 ///< Ctrl-C, as shells number it
};

} // namespace sl::run
