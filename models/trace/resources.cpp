// SPDX-License-Identifier: MIT
#include "trace/resources.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

void Resources::store()
{
    for (unsigned c = 0; c < registers_.counts().counters; ++c)
        registers_.update(Reg::TRCCNTVR0, c, state_.counters[c]);
    registers_.update(Reg::TRCSEQSTR, state_.sequencer);
}

void Resources::begin()
{
    state_ = {};
    for (unsigned c = 0; c < registers_.counts().counters; ++c)
        state_.counters[c] = static_cast<u16>(registers_(Reg::TRCCNTVR0, c));
    state_.sequencer = static_cast<u8>(registers_[Reg::TRCSEQSTR]);
    unsigned zero = 0;
    for (unsigned c = 0; c < registers_.counts().counters; ++c)
        if (!f::TRCCNTCTLR0::RLDSELF::get(registers_(Reg::TRCCNTCTLR0, c)) &&
            state_.counters[c] == 0)
            zero |= 1u << c;
    state_.at_zero = static_cast<u8>(zero);
    every_cycle_ = selectors_of(event_cpu_cycles);
}

u8 Resources::selectors_of(u16 event) const
{
    unsigned selectors = 0;
    for (unsigned s = 0; s < registers_.counts().external_inputs; ++s)
        if (registers_(Reg::TRCEXTINSELR0, s) == event)
            selectors |= 1u << s;
    return static_cast<u8>(selectors);
}

/// Selector 0 is always FALSE, 1 always TRUE.
bool Resources::selector(unsigned number, const Inputs& inputs) const
{
    if (number < 2)
        return number == 1;
    if (number >= 2 * registers_.counts().selector_pairs)
        return false;
    using R = f::TRCRSCTLR2;
    const u64 control = registers_(Reg::TRCRSCTLR2, number - 2);
    const u64 sequencer = registers_.counts().sequencer ? u64{0x10} << state_.sequencer : 0;
    u64 active = 0;
    switch (R::GROUP::get(control)) {
    case 0:
        active = inputs.external;
        break;
    case 2:
        active = state_.at_zero | sequencer;
        break;
    case 3:
        active = inputs.single_shots;
        break;
    case 4:
        active = inputs.matches.addresses;
        break;
    case 5:
        active = inputs.matches.ranges;
        break;
    case 6:
        active = inputs.matches.context_ids;
        break;
    case 7:
        active = inputs.matches.vmids;
        break;
    default: // PE comparator inputs, of which there are none, and reserved groups
        break;
    }
    return ((active & R::SELECT::get(control)) != 0) != R::INV::get(control);
}

/// TYPE in bit 7 chooses between one selector and a pair, whose combination is A AND B, inverted by
/// PAIRINV of A (TRCRSCTLR<n>).
bool Resources::event(u64 field, const Inputs& inputs) const
{
    const unsigned number = static_cast<unsigned>(field & 0x1f);
    if (!bit(field, 7))
        return selector(number, inputs);
    const unsigned a = 2 * (number & 0xf);
    const bool both = selector(a, inputs) && selector(a + 1, inputs);
    const bool inverted = a >= 2 && a < 2 * registers_.counts().selector_pairs &&
                          f::TRCRSCTLR2::PAIRINV::get(registers_(Reg::TRCRSCTLR2, a - 2));
    return both != inverted;
}

/// TRCSSCCR<n>, TRCSSCSR<n>: once, or each time in multi-shot mode.
u8 Resources::fire_single_shots(const Matches& matches)
{
    using C = f::TRCSSCCR0;
    using S = f::TRCSSCSR0;
    unsigned fired = 0;
    for (unsigned s = 0; s < registers_.counts().single_shots; ++s) {
        const u64 control = registers_(Reg::TRCSSCCR0, s), status = registers_(Reg::TRCSSCSR0, s);
        if (!(C::SAC::get(control) & matches.addresses) && !(C::ARC::get(control) & matches.ranges))
            continue;
        if (S::STATUS::get(status) && !C::RST::get(control))
            continue;
        registers_.update(Reg::TRCSSCSR0, s, status | S::STATUS::mask);
        fired |= 1u << s;
    }
    return static_cast<u8>(fired);
}

/// One step forward or back; a reset counts more, and both at once lead nowhere.
u8 Resources::next_sequencer(const Inputs& inputs) const
{
    using R = f::TRCSEQEVR0;
    const unsigned state = state_.sequencer;
    if (!registers_.counts().sequencer || event(registers_[Reg::TRCSEQRSTEVR], inputs))
        return 0;
    const bool forward = state < 3 && event(R::F::get(registers_(Reg::TRCSEQEVR0, state)), inputs);
    const bool back = state > 0 && event(R::B::get(registers_(Reg::TRCSEQEVR0, state - 1)), inputs);
    return static_cast<u8>(forward == back ? state : forward ? state + 1 : state - 1);
}

void Resources::count(const Inputs& inputs, State& next) const
{
    using R = f::TRCCNTCTLR1;
    unsigned zero = 0, reloaded = 0;
    for (unsigned c = 0; c < registers_.counts().counters; ++c) {
        const u64 control = registers_(Reg::TRCCNTCTLR0, c);
        u64 value = state_.counters[c];
        const bool self = R::RLDSELF::get(control);
        // Counter 0 has none before it.
        const bool chained = c > 0 && R::CNTCHAIN::get(control) && bit(reloaded, c - 1);
        const bool counts = chained || event(R::CNTEVENT::get(control), inputs);
        const bool wraps = self && counts && value == 0;
        if (wraps || event(R::RLDEVENT::get(control), inputs)) {
            value = registers_(Reg::TRCCNTRLDVR0, c);
            reloaded |= 1u << c;
        } else if (counts && value != 0) {
            --value;
        }
        // In self-reload mode the resource is active for the one cycle in which it starts anew.
        if (self ? wraps : value == 0)
            zero |= 1u << c;
        next.counters[c] = static_cast<u16>(value);
    }
    next.at_zero = static_cast<u8>(zero);
    next.reloaded = static_cast<u8>(reloaded);
}

/// One cycle: what the events make of the state, and what they do to it.
void Resources::tick(const Inputs& inputs, Outcome& outcome)
{
    const u64 selections = registers_[Reg::TRCEVENTCTL0R];
    for (unsigned e = 0; e < 4; ++e)
        if (event(bits(selections, 8 * e + 7, 8 * e), inputs))
            outcome.events |= static_cast<u8>(1u << e);
    outcome.timestamp |= event(registers_[Reg::TRCTSCTLR], inputs);
    outcome.view = event(f::TRCVICTLR::EVENT::get(registers_[Reg::TRCVICTLR]), inputs);
    State next;
    next.sequencer = next_sequencer(inputs);
    count(inputs, next);
    state_ = next;
}

/// After a cycle that led from `before`: how many of the next ones do nothing but count down, above
/// zero, what it has counted down. Counts them.
u64 Resources::skip(const State& before, u64 cycles)
{
    if (state_ == before)
        return cycles;
    if (state_.at_zero != before.at_zero || state_.reloaded || before.reloaded ||
        state_.sequencer != before.sequencer)
        return 0;
    for (unsigned c = 0; c < state_.counters.size(); ++c)
        if (state_.counters[c] != before.counters[c])
            cycles = std::min(cycles, u64{state_.counters[c]} - (state_.counters[c] != 0));
    for (unsigned c = 0; c < state_.counters.size(); ++c)
        if (state_.counters[c] != before.counters[c])
            state_.counters[c] = static_cast<u16>(state_.counters[c] - cycles);
    return cycles;
}

Resources::Outcome Resources::advance(u64 cycles, const Matches& matches, u8 external_inputs)
{
    Outcome outcome;
    Inputs inputs;
    inputs.matches.context_ids = matches.context_ids;
    inputs.matches.vmids = matches.vmids;
    inputs.external = every_cycle_;
    for (u64 left = std::min(cycles, most_cycles); left > 1;) {
        const State before = state_;
        tick(inputs, outcome);
        --left;
        left -= skip(before, left - 1);
    }
    inputs.matches = matches;
    inputs.external |= external_inputs;
    inputs.single_shots = fire_single_shots(matches);
    tick(inputs, outcome);
    store();
    return outcome;
}

} // namespace sl::trace
