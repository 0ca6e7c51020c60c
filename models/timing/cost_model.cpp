// SPDX-License-Identifier: MIT
#include "timing/cost_model.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace sl::timing {

using a64::CostClass;
using a64::Effects;
using a64::PipeId;

namespace {

/// Times are kept in 16 bits: a latency in a profile beyond that is cut here, far above any real
/// one.
u16 clip(u64 cycles)
{
    return static_cast<u16>(std::min<u64>(cycles, std::numeric_limits<u16>::max()));
}

u16 later(u16 time, u64 by)
{
    return time > by ? static_cast<u16>(time - by) : u16{0};
}

} // namespace

Scoreboard::Scoreboard(const CoreProfile& profile)
    : profile_{profile}
{
    ids_.emplace(State{}, 0);
    states_.push_back(State{});
}

void Scoreboard::begin(PipeId in)
{
    assert(in < states_.size());
    state_ = states_[in];
}

void Scoreboard::advance(u64 cycles)
{
    if (cycles == 0)
        return;
    for (u16& time : state_.ready)
        time = later(time, cycles);
    for (auto& unit : state_.busy)
        for (u16& time : unit)
            time = later(time, cycles);
    state_.retire = later(state_.retire, cycles);
    state_.free = static_cast<u8>(profile_.issue_width);
}

u32 Scoreboard::add(const Effects& effects)
{
    const auto cls = static_cast<std::size_t>(effects.cls);
    const u64 latency = profile_.latency[cls];

    if (serializes(effects.cls)) {
        const u64 wait = state_.retire + latency;
        // Everything is done: nothing of the run before is left in the pipeline.
        state_ = State{};
        return static_cast<u32>(wait);
    }

    u64 cost = 0;
    if (state_.free == 0) {
        advance(1);
        cost = 1;
    }

    u16 start = 0;
    for (unsigned i = 0; i < effects.read_count; ++i)
        start = std::max(start, state_.ready[effects.reads[i]]);
    const auto unit = static_cast<std::size_t>(unit_of(effects.cls));
    const auto pipes_end =
        state_.busy[unit].begin() + static_cast<std::ptrdiff_t>(profile_.pipes[unit]);
    u16& pipe = *std::min_element(state_.busy[unit].begin(), pipes_end);
    start = std::max(start, pipe);

    if (!profile_.out_of_order && start > 0) {
        cost += start;
        advance(start);
        start = 0;
    }

    --state_.free;
    pipe = clip(start + profile_.interval[cls]);
    const u16 done = clip(start + latency);
    for (unsigned i = 0; i < effects.write_count; ++i)
        state_.ready[effects.writes[i]] = done;
    state_.retire = std::max(state_.retire, done);

    if (profile_.out_of_order) {
        // The cycles of dispatch that fill the window behind an instruction that does not retire.
        const u64 cover = profile_.window / profile_.issue_width;
        if (state_.retire > cover) {
            const u64 stall = state_.retire - cover;
            advance(stall);
            --state_.free;
            cost += stall;
        }
    }
    return static_cast<u32>(cost);
}

PipeId Scoreboard::end()
{
    const auto [at, is_new] = ids_.try_emplace(state_, static_cast<PipeId>(states_.size()));
    if (is_new)
        states_.push_back(state_);
    return at->second;
}

u32 Scoreboard::taken(CostClass cls) const
{
    switch (cls) {
    case CostClass::BranchIndirect:
        return static_cast<u32>(profile_.taken_indirect);
    case CostClass::BranchReturn:
        return static_cast<u32>(profile_.taken_return);
    default:
        return static_cast<u32>(profile_.taken_branch);
    }
}

} // namespace sl::timing
