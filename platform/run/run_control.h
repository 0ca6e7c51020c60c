// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"
#include "gdb/debugger.h"
#include "run/ending.h"
#include "run/progress.h"
#include "soc/platform.h"

#include <functional>

namespace sl::run {

/// Lets a platform run until it ends: by itself, by a limit, by a stall, by the user.
class RunControl {
public:
    /// `flush` is called now and then, outside any instruction, with a time before which no PE will
    /// report anything any more. May be empty. `debugger` may be null.
    RunControl(const config::Run& limits, soc::Platform& platform, Progress& progress,
               std::function<void(u64 ps)> flush, gdb::Debugger* debugger = nullptr);

    /// Runs. SIGINT and SIGTERM end the run at the next turn of a PE; a second one ends the
    /// process.
    Ending run();

    /// The user has sent SIGINT or SIGTERM since run() began.
    static bool interrupted();

private:
    void after_turn();
    Ending::Why loop();
    bool instructions_spent() const;

    const config::Run& limits_;
    soc::Platform& platform_;
    Progress& progress_;
    std::function<void(u64)> flush_;
    gdb::Debugger* debugger_;
    u64 turns_ = 0;
};

} // namespace sl::run
