// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

#include <algorithm>
#include <cassert>

namespace sl::pe {

namespace {

using Hcr = sysreg::HCR_EL2;
using Scr = sysreg::SCR_EL3;

// PSTATE.{A,I,F} in State::daif.
constexpr u8 mask_a = 4, mask_i = 2, mask_f = 1;

/// Bit of Pe::ppi_levels_ for the PMU, after those of the timers.
constexpr unsigned pmu_line = Timers::count;

} // namespace

// ---- Messages ----------------------------------------------------------------------------------

void Pe::post(u64 at_ps, unsigned from, std::function<void()> action)
{
    // What arrives behind the end of its last turn would not have been seen any earlier: a run of
    // instructions, or a call of the firmware, cannot be interrupted.
    if (powered() && at_ps < std::min(now_ps(), until_ps_))
        ++late_;
    queue_.post(at_ps, from, std::move(action));
    if (!executing_) {
        if (notify_)
            notify_(at_ps);
    } else if (core_) {
        update_limit();
    }
}

/// Takes the messages whose time has come.
void Pe::deliver()
{
    for (;;) {
        // A PE that is off keeps no time: what is due in this run() is due now.
        const auto action = queue_.take(powered() ? now_ps() : std::max(until_ps_, now_ps()));
        if (!action)
            return;
        action();
    }
}

void Pe::event()
{
    event_ = true;
}

void Pe::ppi(unsigned intid, bool level)
{
    gic_.ppi(intid, level, now_ps());
    recheck();
}

// ---- Interrupt lines ---------------------------------------------------------------------------

/// Drives the private interrupts that the PE itself owns, as they are at its time.
void Pe::refresh_lines()
{
    const u64 now = now_ps();
    auto levels = ppi_levels_;
    if (timers_written_ || (timer_ps_ && now >= *timer_ps_)) {
        timers_written_ = false;
        levels = static_cast<u8>((levels & 1u << pmu_line) | timers_.levels(now));
        timer_ps_ = timers_.next_expiry(now);
    }
    if (config_.features.has(sysreg::Feature::FEAT_PMUv3)) {
        if (pmu_.interrupts() && pmu_.enabled())
            pmu_.advance(totals());
        levels = static_cast<u8>((levels & ~(1u << pmu_line)) | u32{pmu_.irq()} << pmu_line);
    }
    if (levels == ppi_levels_)
        return;
    const auto changed = static_cast<u8>(levels ^ ppi_levels_);
    ppi_levels_ = levels;
    for (u8 t = 0; t <= pmu_line; ++t)
        if ((changed >> t) & 1)
            gic_.ppi(t == pmu_line ? Pmu::intid : Timers::intids[t], (levels >> t) & 1, now);
}

/// Where a physical interrupt would be taken from here; nothing while the architecture leaves it
/// pending (DDI 0487, asynchronous exception routing and masking).
std::optional<Pe::Interrupt> Pe::physical(Vector vector) const
{
    const bool irq = vector == Vector::Irq;
    const u64 control = hcr();
    u8 target = 1;
    if (config_.has_el3 &&
        (irq ? Scr::IRQ::get(file_[Reg::SCR_EL3]) : Scr::FIQ::get(file_[Reg::SCR_EL3])))
        target = 3;
    else if ((irq ? Hcr::IMO::get(control) : Hcr::FMO::get(control)) || Hcr::TGE::get(control))
        target = 2;
    if (target < state_.el)
        return std::nullopt;
    const bool masked = state_.daif & (irq ? mask_i : mask_f);
    // An exception to a higher EL above EL1 cannot be masked from below, but for EL0 of a host.
    const bool maskable = target == state_.el || target == 1 || (target == 2 && in_host());
    if (masked && maskable)
        return std::nullopt;
    return Interrupt{target, vector, false};
}

/// The interrupt that is taken before the next instruction, if any.
std::optional<Pe::Interrupt> Pe::pending_interrupt()
{
    const GicPort::Lines lines = gic_.lines(state_.el, secure());
    if (observer_ && !(lines == lines_)) {
        lines_ = lines;
        signal(Observer::Signal::Irq, lines.irq);
        signal(Observer::Signal::Fiq, lines.fiq);
        signal(Observer::Signal::Virq, lines.virq);
        signal(Observer::Signal::Vfiq, lines.vfiq);
    }
    if (lines.fiq)
        if (const auto taken = physical(Vector::Fiq))
            return taken;
    if (lines.irq)
        if (const auto taken = physical(Vector::Irq))
            return taken;

    // Virtual ones are for EL1, by way of HCR_EL2, while EL2 does not have everything for itself.
    const u64 control = hcr();
    if (state_.el > 1 || Hcr::TGE::get(control))
        return std::nullopt;
    if (Hcr::AMO::get(control) && Hcr::VSE::get(control) && !(state_.daif & mask_a))
        return Interrupt{1, Vector::SError, true};
    if (Hcr::FMO::get(control) && (lines.vfiq || Hcr::VF::get(control)) && !(state_.daif & mask_f))
        return Interrupt{1, Vector::Fiq, true};
    if (Hcr::IMO::get(control) && (lines.virq || Hcr::VI::get(control)) && !(state_.daif & mask_i))
        return Interrupt{1, Vector::Irq, true};
    return std::nullopt;
}

/// WFI completes for any pending interrupt, masked or not.
bool Pe::wakes_wfi()
{
    const GicPort::Lines lines = gic_.lines(state_.el, secure());
    if (lines.irq || lines.fiq)
        return true;
    const u64 control = hcr();
    if (state_.el > 1 || Hcr::TGE::get(control))
        return false;
    return (Hcr::AMO::get(control) && Hcr::VSE::get(control)) ||
           (Hcr::FMO::get(control) && (lines.vfiq || Hcr::VF::get(control))) ||
           (Hcr::IMO::get(control) && (lines.virq || Hcr::VI::get(control)));
}

bool Pe::take_interrupt()
{
    const auto interrupt = pending_interrupt();
    if (!interrupt)
        return false;
    charge(config_.profile.interrupt_latency);
    Exception exception{.target_el = interrupt->target_el,
                        .vector = interrupt->vector,
                        .return_address = state_.pc};
    switch (interrupt->vector) {
    case Vector::Irq:
        exception.trace = TraceException::Irq;
        break;
    case Vector::Fiq:
        exception.trace = TraceException::Fiq;
        break;
    case Vector::SError:
    case Vector::Sync:
        exception.trace = TraceException::SystemError;
        exception.esr = esr_of(Ec::serror);
        file_[Reg::HCR_EL2] &= ~Hcr::VSE::mask;
        break;
    }
    take(exception);
    return true;
}

/// After an instruction that changes what decides about interrupts: they are taken before the next.
void Pe::recheck()
{
    if (!executing_ || !core_)
        return;
    refresh_lines();
    if (pending_interrupt())
        core_->engine.request_stop(a64::Stop::Requested);
    update_limit();
}

/// The time up to which nothing can happen to the PE from outside.
u64 Pe::deadline_ps(u64 until_ps)
{
    u64 deadline = until_ps;
    if (timer_ps_)
        deadline = std::min(deadline, *timer_ps_);
    if (const auto message = queue_.next_ps())
        deadline = std::min(deadline, *message);
    if (pmu_.interrupts()) {
        pmu_.advance(totals());
        const u64 quiet = pmu_.quiet_cycles(config_.profile.issue_width);
        if (quiet < ~u64{0} - cycle())
            deadline = std::min(deadline, clock_.ps(cycle() + quiet));
    }
    return deadline;
}

void Pe::update_limit()
{
    if (executing_ && core_)
        core_->engine.limit(clock_.cycles_at_or_after(deadline_ps(until_ps_)));
}

// ---- Waiting -----------------------------------------------------------------------------------

namespace {

/// The next time after `now` at which bit `n` of the count goes in direction `down` (1 to 0).
u64 next_edge(u64 now, unsigned n, bool down)
{
    const u64 period = u64{2} << n, edge = down ? 0 : u64{1} << n;
    const u64 phase = (now - edge) & (period - 1);
    return now + (period - phase);
}

} // namespace

/// The event stream of the generic timers (CNTKCTL_EL1 by the virtual count, CNTHCTL_EL2 by the
/// physical one): the next event after `ps`.
std::optional<u64> Pe::next_stream_event(u64 ps) const
{
    using Control = sysreg::CNTKCTL_EL1;
    std::optional<u64> next;
    const auto consider = [&](u64 control, u64 count) {
        if (!Control::EVNTEN::get(control))
            return;
        const u64 at = next_edge(count, static_cast<unsigned>(Control::EVNTI::get(control)),
                                 Control::EVNTDIR::get(control) != 0);
        const u64 physical = timers_.physical_count(ps) + (at - count);
        const u64 when = Clock{config_.counter_hz}.ps(physical);
        next = std::min(next.value_or(when), when);
    };
    consider(file_[Reg::CNTKCTL_EL1], timers_.virtual_count(ps));
    if (config_.has_el2)
        consider(file_[Reg::CNTHCTL_EL2], timers_.physical_count(ps));
    return next;
}

/// Sets the event register if the stream has made an event since it was last looked at.
void Pe::catch_stream_events()
{
    const u64 now = now_ps();
    if (const auto next = next_stream_event(stream_seen_ps_); next && *next <= now)
        event_ = true;
    stream_seen_ps_ = now;
}

/// Lets a PE in WFI or WFE sleep on, but not beyond `until_ps`; true when it has woken. `next` is
/// when something will happen to it.
bool Pe::awake(u64 until_ps, std::optional<u64>& next)
{
    for (;;) {
        refresh_lines();
        bool wake = false;
        if (wait_ == Wait::Wfi) {
            wake = wakes_wfi();
        } else {
            catch_stream_events();
            wake = event_ || pending_interrupt();
        }
        wake = wake || (wait_until_ps_ && now_ps() >= *wait_until_ps_);
        if (wake) {
            if (wait_ == Wait::Wfe)
                event_ = false;
            wait_ = Wait::None;
            wait_until_ps_.reset();
            charge(config_.profile.wfx_wakeup);
            signal(Observer::Signal::Halted, 0);
            return true;
        }
        u64 sleep_until = deadline_ps(wait_until_ps_.value_or(~u64{0}));
        if (wait_ == Wait::Wfe)
            sleep_until = std::min(sleep_until, next_stream_event(now_ps()).value_or(~u64{0}));
        next = sleep_until == ~u64{0} ? std::nullopt : std::optional{sleep_until};
        if (!next || *next > until_ps)
            return false;
        pass_time(*next);
        deliver();
        if (wait_ == Wait::None)
            return true; // a message has reset the PE
    }
}

// ---- The loop ----------------------------------------------------------------------------------

void Pe::request_stop()
{
    stop_ = true;
    if (executing_ && core_)
        core_->engine.request_stop(a64::Stop::Requested);
}

Outcome Pe::run(u64 until_ps)
{
    until_ps_ = until_ps;
    executing_ = true;
    system_.executing(this);
    const Outcome outcome = run_until(until_ps);
    monitor_.yield();
    system_.executing(nullptr);
    executing_ = false;
    return outcome;
}

Outcome Pe::run_until(u64 until_ps)
{
    for (;;) {
        if (stop_) {
            stop_ = false;
            return {Outcome::Why::Stopped, {}};
        }
        if (!powered()) {
            signal(Observer::Signal::Halted, 2);
            if (const auto next = queue_.next_ps(); !next || *next > until_ps)
                return {Outcome::Why::Off, next};
            deliver();
            continue;
        }
        deliver();
        if (wait_ != Wait::None) {
            signal(Observer::Signal::Halted, 1);
            std::optional<u64> next;
            if (!awake(until_ps, next))
                return {Outcome::Why::Waiting, next};
            continue;
        }
        refresh_lines();
        if (now_ps() >= until_ps)
            return {Outcome::Why::Budget, {}};
        if (yield_) {
            yield_ = false;
            return {Outcome::Why::Budget, {}};
        }
        if (step_due()) {
            const u64 iss = u64{stepped_} << 24 | u64{stepped_ && stepped_exclusive_} << 6 | 0x22;
            const u8 target = debug_target();
            stepped_ = stepped_exclusive_ = false;
            synchronous(target == state_.el ? Ec::step_same : Ec::step_lower, iss, target,
                        TraceException::InstructionDebug);
            continue;
        }
        if (take_interrupt())
            continue;
        const bool stepping = step_enabled() && state_.ss;
        const u64 before = instructions();
        stepped_exclusive_ = false;
        core_->engine.run(clock_.cycles_at_or_after(deadline_ps(until_ps)));
        if (stepping && instructions() != before && state_.ss) {
            // The instruction has executed without an exception: the next step exception is due.
            state_.ss = false;
            stepped_ = true;
        }
    }
}

} // namespace sl::pe
