// SPDX-License-Identifier: MIT
#include "coresight/funnel.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace sl::coresight {

namespace {

constexpr u64 forever = std::numeric_limits<u64>::max();

/// Four transactions, no port enabled.
constexpr u32 control_reset = 0x300;

/// DEVID.SCHEME: the priority scheme that has a register.
constexpr u32 scheme = 3;

} // namespace

Funnel::Funnel(const Config& config)
    : config_{config},
      clock_{config.hz}
{
    assert(config.ports >= 2 && config.ports <= max_ports);
    assert(config.width >= 1 && config.width <= atb_bytes &&
           (config.width & (config.width - 1)) == 0);
    for (unsigned n = 0; n < config.ports; ++n)
        ports_.emplace_back(*this, n);
    const u64 implemented = ones(config.ports) | Functl::HT::mask;
    install(
        {
            {.offset = FUNCTL,
             .name = "FUNCTL",
             .on_read = [this] { return u64{control_}; },
             .on_write = [this, implemented](const RegAccess& a, unsigned,
                                             u64 w) { write_control(a, w & implemented); }},
            {.offset = PRICTL,
             .name = "PRICTL",
             .on_read = [this] { return u64{priorities_}; },
             .on_write =
                 [this](u64 w) { priorities_ = static_cast<u32>(w & ones(3 * config_.ports)); }},
        },
        {.part = 0x908, .revision = 3, .type = 0x12, .device = scheme << 4 | config.ports});
    reset();
}

void Funnel::reset()
{
    Component::reset();
    control_ = control_reset;
    if (!config_.programmable)
        control_ |= static_cast<u32>(ones(config_.ports));
    priorities_ = 0;
    arbiter_ = {};
    for (Port& p : ports_) {
        p.queue.clear();
        p.refused = false;
    }
    blocked_ = flushing_ = false;
    unflushed_ = 0;
}

void Funnel::write_control(const RegAccess& access, u64 word)
{
    // What was offered before goes by the rules of before.
    advance(forever);
    const u32 opened = static_cast<u32>(Functl::EnS::get(word & ~u64{control_}));
    control_ = static_cast<u32>(word);
    for (Port& p : ports_)
        if (bit(opened, p.n) && p.refused) {
            p.refused = false;
            p.source->ready(access.now_ps);
        }
    // A flush does not wait for a port that is closed.
    unflushed_ &= control_;
    finish_flush(access.now_ps);
}

bool Funnel::enabled(unsigned n) const
{
    return bit(control_, n);
}

unsigned Funnel::hold() const
{
    return static_cast<unsigned>(Functl::HT::get(control_)) + 1;
}

unsigned Funnel::priority(unsigned n) const
{
    return priorities_ >> 3 * n & 7;
}

std::optional<u64> Funnel::offer(unsigned n, const AtbBeat& beat, u64 now_ps)
{
    Port& p = ports_[n];
    // ATREADY of a disabled port is low, as it is while the output refuses what waits already.
    if (!enabled(n) || (blocked_ && !p.queue.empty())) {
        p.refused = true;
        return std::nullopt;
    }
    for (unsigned at = 0; at < beat.size; at += config_.width) {
        const unsigned bytes = std::min<unsigned>(config_.width, beat.size - at);
        p.queue.push_back({beat_of(beat.id, std::span{beat.data}.subspan(at, bytes)), now_ps});
    }
    while (p.queue.size() > lookahead && step(forever)) {
    }
    return std::max(now_ps, p.queue.empty() ? last_ps_ : estimate(n));
}

u64 Funnel::head_cycle(unsigned n, unsigned skip) const
{
    const auto& queue = ports_[n].queue;
    return skip < queue.size() && enabled(n) ? clock_.cycles_at_or_after(queue[skip].since_ps)
                                             : forever;
}

unsigned Funnel::choose(const Arbiter& state, u32 eligible, const u8* ids) const
{
    assert(eligible != 0);
    const auto selected = static_cast<unsigned>(state.selected);
    if (state.selected >= 0 && bit(eligible, selected) && ids[selected] == state.id &&
        state.held < hold())
        return selected;
    // Ports that have not completed a flush come before those that have.
    u32 among = eligible;
    if (flushing_ && (among & unflushed_))
        among &= unflushed_;
    unsigned best = 8;
    for (unsigned n = 0; n < config_.ports; ++n)
        if (bit(among, n))
            best = std::min(best, priority(n));
    for (unsigned n = 0; n < config_.ports; ++n)
        if (priority(n) != best)
            among &= ~(1u << n);
    // Among equals, those that have not had their turn.
    if (among & ~state.marked)
        among &= ~state.marked;
    unsigned n = 0;
    while (!bit(among, n))
        ++n;
    return n;
}

void Funnel::grant(Arbiter& state, unsigned n, u8 id) const
{
    const bool again = state.selected == static_cast<int>(n);
    state.held = again ? state.held + 1 : 1;
    if (!again && bit(state.marked, n))
        for (unsigned other = 0; other < config_.ports; ++other)
            if (priority(other) == priority(n))
                state.marked &= ~(1u << other);
    state.marked |= 1u << n;
    state.selected = static_cast<int>(n);
    state.id = id;
}

bool Funnel::step(u64 horizon_ps)
{
    if (blocked_ || !target_)
        return false;
    u64 cycle = forever;
    for (unsigned n = 0; n < config_.ports; ++n)
        cycle = std::min(cycle, head_cycle(n));
    if (cycle == forever)
        return false;
    cycle = std::max(cycle, free_cycle_);
    if (clock_.ps(cycle) >= horizon_ps)
        return false;
    u32 eligible = 0;
    u8 ids[max_ports] = {};
    for (unsigned n = 0; n < config_.ports; ++n)
        if (head_cycle(n) <= cycle) {
            eligible |= 1u << n;
            ids[n] = ports_[n].queue.front().beat.id;
        }
    const unsigned n = choose(arbiter_, eligible, ids);
    const auto taken = target_->transfer(ports_[n].queue.front().beat, clock_.ps(cycle + 1));
    if (!taken) {
        blocked_ = true;
        return false;
    }
    grant(arbiter_, n, ids[n]);
    ports_[n].queue.pop_front();
    free_cycle_ = std::max(cycle + 1, clock_.cycles_at_or_after(*taken));
    last_ps_ = clock_.ps(free_cycle_);
    return true;
}

u64 Funnel::estimate(unsigned n) const
{
    Arbiter state = arbiter_;
    unsigned done[max_ports] = {};
    u64 free = free_cycle_;
    while (done[n] < ports_[n].queue.size()) {
        u64 cycle = forever;
        for (unsigned i = 0; i < config_.ports; ++i)
            cycle = std::min(cycle, head_cycle(i, done[i]));
        cycle = std::max(cycle, free);
        u32 eligible = 0;
        u8 ids[max_ports] = {};
        for (unsigned i = 0; i < config_.ports; ++i)
            if (head_cycle(i, done[i]) <= cycle) {
                eligible |= 1u << i;
                ids[i] = ports_[i].queue[done[i]].beat.id;
            }
        const unsigned next = choose(state, eligible, ids);
        grant(state, next, ids[next]);
        ++done[next];
        free = cycle + 1;
    }
    return clock_.ps(free);
}

void Funnel::advance(u64 horizon_ps)
{
    while (step(horizon_ps)) {
    }
}

std::optional<u64> Funnel::next() const
{
    u64 cycle = forever;
    for (unsigned n = 0; n < config_.ports; ++n)
        cycle = std::min(cycle, head_cycle(n));
    if (blocked_ || cycle == forever)
        return std::nullopt;
    return clock_.ps(std::max(cycle, free_cycle_));
}

std::optional<u64> Funnel::flush(u64 now_ps)
{
    flushing_ = true;
    for (const Port& p : ports_)
        if (enabled(p.n) && p.source)
            unflushed_ |= 1u << p.n;
    u64 done_ps = now_ps;
    for (const Port& p : ports_) {
        if (!bit(unflushed_, p.n))
            continue;
        if (const auto at = p.source->flush(now_ps)) {
            done_ps = std::max(done_ps, *at);
            unflushed_ &= ~(1u << p.n);
        }
    }
    // The requester waits: what is known now must go, whatever may still come for times before it.
    advance(forever);
    if (unflushed_ || next() || blocked_)
        return std::nullopt;
    flushing_ = false;
    return std::max(done_ps, last_ps_);
}

void Funnel::port_flushed(unsigned n, u64 now_ps)
{
    unflushed_ &= ~(1u << n);
    finish_flush(now_ps);
}

void Funnel::finish_flush(u64 now_ps)
{
    if (!flushing_ || unflushed_ || blocked_)
        return;
    advance(forever);
    if (blocked_)
        return;
    flushing_ = false;
    target_->flushed(std::max(now_ps, last_ps_));
}

void Funnel::sync_request(u64 now_ps)
{
    for (const Port& p : ports_)
        if (enabled(p.n) && p.source)
            p.source->sync_request(now_ps);
}

void Funnel::ready(u64 now_ps)
{
    blocked_ = false;
    free_cycle_ = std::max(free_cycle_, clock_.cycles_at_or_after(now_ps));
    advance(forever);
    if (blocked_)
        return;
    for (Port& p : ports_)
        if (p.refused && enabled(p.n)) {
            p.refused = false;
            p.source->ready(now_ps);
        }
    finish_flush(now_ps);
}

void Funnel::settle(u64 horizon_ps)
{
    for (const Port& p : ports_)
        if (p.source)
            p.source->settle(horizon_ps);
    advance(horizon_ps);
}

} // namespace sl::coresight
