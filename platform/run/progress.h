// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <chrono>
#include <functional>

namespace sl::run {

/// A line on the terminal that tells how far a run is. Nothing when stderr is no terminal.
class Progress {
public:
    Progress();

    /// Shows where the run is, a few times a second.
    void show(u64 simulated_ps, const std::function<u64()>& instructions);
    /// Takes the line away.
    void done();

private:
    using Time = std::chrono::steady_clock::time_point;

    bool terminal_;
    bool shown_ = false;
    Time begin_, last_;
    u64 last_instructions_ = 0;
};

} // namespace sl::run
