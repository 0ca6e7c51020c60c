// SPDX-License-Identifier: MIT
#include "run/progress.h"

#include <cstdio>

#include <unistd.h>

namespace sl::run {

namespace {

using std::chrono::steady_clock;

double seconds(steady_clock::duration d)
{
    return std::chrono::duration<double>(d).count();
}

} // namespace

Progress::Progress()
    : terminal_{::isatty(STDERR_FILENO) == 1},
      begin_{steady_clock::now()},
      last_{begin_}
{
}

void Progress::show(u64 simulated_ps, const std::function<u64()>& instructions)
{
    if (!terminal_)
        return;
    const Time now = steady_clock::now();
    const double since = seconds(now - last_);
    if (since < 0.25)
        return;
    const u64 count = instructions();
    std::fprintf(stderr,
                 "\r\x1b[K%.1f s: %.3f ms simulated, %.1f M instructions, %.1f M per second ",
                 seconds(now - begin_), static_cast<double>(simulated_ps) / 1e9,
                 static_cast<double>(count) / 1e6,
                 static_cast<double>(count - last_instructions_) / 1e6 / since);
    std::fflush(stderr);
    last_ = now;
    last_instructions_ = count;
    shown_ = true;
}

void Progress::done()
{
    if (!shown_)
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    shown_ = false;
}

} // namespace sl::run
