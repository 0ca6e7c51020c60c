// SPDX-License-Identifier: MIT
#include "run/run_control.h"

#include "common/tlm_initiator.h"

#include <algorithm>
#include <csignal>

namespace sl::run {

namespace {

volatile std::sig_atomic_t signalled = 0;

void note_signal(int)
{
    signalled = 1;
}

/// Notes SIGINT and SIGTERM while it lives; the second one is the system's.
class SignalGuard {
public:
    SignalGuard()
    {
        signalled = 0;

        struct sigaction action {};

        action.sa_handler = note_signal;
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigaction(SIGINT, &action, &old_interrupt_);
        ::sigaction(SIGTERM, &action, &old_terminate_);
    }

    ~SignalGuard()
    {
        ::sigaction(SIGINT, &old_interrupt_, nullptr);
        ::sigaction(SIGTERM, &old_terminate_, nullptr);
    }

    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

private:
    struct sigaction old_interrupt_ {
    }, old_terminate_{};
};

/// Between looks at the user and the clock on the wall; some 10 ms of host time.
constexpr u64 slice_ps = 100'000'000;

/// Turns of PEs between flushes of what observers hold.
constexpr u64 flush_every = 256;

u64 simulated_ps()
{
    return to_ps(sc_core::sc_time_stamp());
}

} // namespace

RunControl::RunControl(const config::Run& limits, soc::Platform& platform, Progress& progress,
                       std::function<void(u64)> flush, gdb::Debugger* debugger)
    : limits_{limits},
      platform_{platform},
      progress_{progress},
      flush_{std::move(flush)},
      debugger_{debugger}
{
    platform_.schedule().on_turn = [this](pe::Pe&) { after_turn(); };
}

bool RunControl::interrupted()
{
    return signalled != 0;
}

bool RunControl::instructions_spent() const
{
    return limits_.max_instructions > 0 && platform_.instructions() >= limits_.max_instructions;
}

void RunControl::after_turn()
{
    if (flush_ && ++turns_ % flush_every == 0)
        flush_(simulated_ps());
    if (interrupted() || instructions_spent())
        sc_core::sc_pause();
}

Ending RunControl::run()
{
    const SignalGuard guard;
    const Ending::Why why = loop();
    const u64 end = why == Ending::Why::TimeLimit ? limits_.max_time : simulated_ps();
    for (unsigned n = 0; n < platform_.pes(); ++n)
        platform_.pe(n).settle(end);
    progress_.done();
    return {.why = why, .ps = end};
}

Ending::Why RunControl::loop()
{
    using Why = Ending::Why;
    for (bool begun = false;; begun = true) {
        const u64 now = simulated_ps();
        if (platform_.over())
            return platform_.system_off()->reset ? Why::SystemReset : Why::SystemOff;
        if (interrupted())
            return Why::Interrupted;
        if (debugger_ && debugger_->killed())
            return Why::Killed;
        if (instructions_spent())
            return Why::InstructionLimit;
        if (now >= limits_.max_time)
            return Why::TimeLimit;
        if (begun && !sc_core::sc_pending_activity()) {
            if (debugger_ && debugger_->stalled())
                continue;
            return Why::Stall;
        }
        // While all wait, the next thing that happens may be far away.
        const u64 next = begun ? to_ps(sc_core::sc_time_to_pending_activity()) : 0;
        if (next >= limits_.max_time - now)
            return Why::TimeLimit;
        const u64 slice = std::min(std::max(slice_ps, next), limits_.max_time - now);
        sc_core::sc_start(from_ps(slice), sc_core::SC_EXIT_ON_STARVATION);
        progress_.show(simulated_ps(), [this] { return platform_.instructions(); });
    }
}

} // namespace sl::run
