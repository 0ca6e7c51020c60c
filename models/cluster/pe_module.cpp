// SPDX-License-Identifier: MIT
#include "cluster/pe_module.h"

#include "common/tlm_initiator.h"

namespace sl::cluster {

namespace {

/// Observers write their files from PE threads; the sanitizers' frames are several times larger.
constexpr std::size_t stack_bytes = std::size_t{1} << 20;

u64 simulated_ps()
{
    return to_ps(sc_core::sc_time_stamp());
}

} // namespace

PeModule::PeModule(const sc_core::sc_module_name& name, const pe::PeConfig& config,
                   const Links& links)
    : sc_module{name},
      bus{"bus"},
      schedule_{links.schedule},
      pe_{config,
          {.bus = bus,
           .watch = links.watch,
           .gic = links.gic,
           .system = links.system,
           .marks = links.marks,
           .observer = links.observer}}
{
    SC_HAS_PROCESS(PeModule);
    SC_THREAD(execute);
    set_stack_size(stack_bytes);
    pe_.on_message([this](u64 at_ps) {
        if (!sleeping_)
            return;
        const u64 now = simulated_ps();
        wake_.notify(from_ps(at_ps > now ? at_ps - now : 0));
    });
}

void PeModule::execute()
{
    u64 until_ps = 0;
    for (bool debugged = false;;) {
        if (schedule_.before_turn)
            schedule_.before_turn(pe_);
        if (!debugged)
            until_ps = simulated_ps() + schedule_.quantum_ps();
        const pe::Outcome outcome = pe_.run(until_ps);
        debugged = outcome.why == pe::Outcome::Why::Debug;
        if (debugged) {
            schedule_.on_debug(pe_);
            continue; // the same turn
        }
        ++turns_;
        schedule_.count_turn();
        if (schedule_.on_turn)
            schedule_.on_turn(pe_);
        switch (outcome.why) {
        case pe::Outcome::Why::Debug:
        case pe::Outcome::Why::Budget:
            follow();
            break;
        case pe::Outcome::Why::Waiting:
        case pe::Outcome::Why::Off:
            sleep(outcome.wake_ps);
            break;
        case pe::Outcome::Why::Stopped:
            follow();
            if (schedule_.on_stopped)
                schedule_.on_stopped(pe_);
            return;
        }
    }
}

/// Simulated time follows the PE's own; the others run meanwhile.
void PeModule::follow()
{
    const u64 now = simulated_ps(), own = pe_.now_ps();
    wait(from_ps(own > now ? own - now : 0));
}

void PeModule::sleep(std::optional<u64> wake_ps)
{
    // A message for a time before this sleep may have left a notification.
    wake_.cancel();
    if (wake_ps) {
        const u64 now = simulated_ps();
        wake_.notify(from_ps(*wake_ps > now ? *wake_ps - now : 0));
    }
    sleeping_ = true;
    wait(wake_);
    sleeping_ = false;
}

} // namespace sl::cluster
