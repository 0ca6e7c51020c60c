// SPDX-License-Identifier: MIT
#include "trace/resource_registers.h"

#include "trace/ete_identity.h"

#include <cassert>

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

namespace {

/// Numbered registers follow each other in the enumeration.
constexpr bool follows(Reg zero, Reg last, unsigned count)
{
    return static_cast<unsigned>(last) - static_cast<unsigned>(zero) + 1 == count;
}

static_assert(follows(Reg::TRCSEQEVR0, Reg::TRCSEQEVR2, 3));
static_assert(follows(Reg::TRCEXTINSELR0, Reg::TRCEXTINSELR3, 4));
static_assert(follows(Reg::TRCCNTRLDVR0, Reg::TRCCNTRLDVR3, 4));
static_assert(follows(Reg::TRCCNTCTLR0, Reg::TRCCNTCTLR3, 4));
static_assert(follows(Reg::TRCCNTVR0, Reg::TRCCNTVR3, 4));
static_assert(follows(Reg::TRCRSCTLR2, Reg::TRCRSCTLR31, 30));
static_assert(follows(Reg::TRCSSCCR0, Reg::TRCSSCCR7, 8));
static_assert(follows(Reg::TRCSSCSR0, Reg::TRCSSCSR7, 8));
static_assert(follows(Reg::TRCACVR0, Reg::TRCACVR15, 16));
static_assert(follows(Reg::TRCACATR0, Reg::TRCACATR15, 16));
static_assert(follows(Reg::TRCCIDCVR0, Reg::TRCCIDCVR7, 8));
static_assert(follows(Reg::TRCVMIDCVR0, Reg::TRCVMIDCVR7, 8));

/// One byte-enable byte for each of `count` comparators.
u64 byte_masks(unsigned count)
{
    u64 mask = 0;
    for (unsigned n = 0; n < count; ++n)
        mask |= u64{0xf} << (8 * n); // COMP<n>: a bit for each byte of a 32-bit identifier
    return mask;
}

} // namespace

void ResourceRegisters::add(Reg reg, u64 mask, u64 constant)
{
    rows_[index(reg)] = {constant, mask, constant, true};
}

void ResourceRegisters::add_numbered(Reg zero, unsigned count, u64 mask)
{
    for (unsigned n = 0; n < count; ++n)
        rows_[index(zero) + n] = {0, mask, 0, true};
}

ResourceRegisters::ResourceRegisters(const Config& config)
    : counts_{config.resources}
{
    if (!config.has_el2)
        counts_.vmids = 0;
    const ResourceCounts& n = counts_;
    const u64 pairs = ones(n.address_pairs), singles = ones(2 * n.address_pairs);
    // An event: TYPE in bit 7, and the number of a selector, or of a pair of them, in 4:0.
    const u64 event = n.selector_pairs ? 0x9f : 0;

    // Without selectors ViewInst has no event: bit 0 is RES1. Without comparators start/stop has
    // always started: SSSTATUS is RES1.
    const u64 levels = traced_levels(config);
    u64 victlr = event | levels | f::TRCVICTLR::TRCRESET::mask | f::TRCVICTLR::TRCERR::mask;
    u64 victlr_ones = event ? 0 : 1;
    if (n.address_pairs)
        victlr |= f::TRCVICTLR::SSSTATUS::mask;
    else
        victlr_ones |= f::TRCVICTLR::SSSTATUS::mask;
    add(Reg::TRCVICTLR, victlr, victlr_ones);

    if (n.address_pairs) {
        add(Reg::TRCVIIECTLR,
            f::TRCVIIECTLR::INCLUDE::make(pairs) | f::TRCVIIECTLR::EXCLUDE::make(pairs));
        add(Reg::TRCVISSCTLR,
            f::TRCVISSCTLR::START::make(singles) | f::TRCVISSCTLR::STOP::make(singles));
        add(Reg::TRCBBCTLR, f::TRCBBCTLR::RANGE::make(pairs) | f::TRCBBCTLR::MODE::mask);
    }
    add(Reg::TRCEVENTCTL1R, n.selector_pairs ? f::TRCEVENTCTL1R::INSTEN::mask : 0);
    add(Reg::TRCTSCTLR, event);
    if (n.selector_pairs)
        add(Reg::TRCEVENTCTL0R, event << 24 | event << 16 | event << 8 | event);

    if (n.sequencer) {
        add_numbered(Reg::TRCSEQEVR0, 3, event << 8 | event);
        add(Reg::TRCSEQRSTEVR, event);
        add(Reg::TRCSEQSTR, f::TRCSEQSTR::STATE::mask);
    }
    add_numbered(Reg::TRCEXTINSELR0, n.external_inputs, f::TRCEXTINSELR0::evtCount::mask);
    add_numbered(Reg::TRCCNTRLDVR0, n.counters, f::TRCCNTRLDVR0::VALUE::mask);
    add_numbered(Reg::TRCCNTVR0, n.counters, f::TRCCNTVR0::VALUE::mask);
    for (unsigned c = 0; c < n.counters; ++c) {
        // Counters are chained two by two: the odd one counts the even one's reloads.
        const u64 chain = c & 1 ? f::TRCCNTCTLR1::CNTCHAIN::mask : 0;
        rows_[index(Reg::TRCCNTCTLR0) + c] = {
            0, event << 8 | event | f::TRCCNTCTLR0::RLDSELF::mask | chain, 0, true};
    }
    for (unsigned s = 2; s < 2 * n.selector_pairs; ++s) {
        using R = f::TRCRSCTLR2;
        const u64 pair = s & 1 ? 0 : R::PAIRINV::mask;
        rows_[index(Reg::TRCRSCTLR2) + s - 2] = {
            0, R::SELECT::mask | R::GROUP::mask | R::INV::mask | pair, 0, true};
    }
    add_numbered(Reg::TRCSSCCR0, n.single_shots,
                 f::TRCSSCCR0::SAC::make(singles) | f::TRCSSCCR0::ARC::make(pairs) |
                     f::TRCSSCCR0::RST::mask);
    for (unsigned s = 0; s < n.single_shots; ++s) {
        using R = f::TRCSSCSR0;
        const u64 inst = R::INST::mask; // instruction addresses are what it compares
        rows_[index(Reg::TRCSSCSR0) + s] = {inst, R::STATUS::mask | R::PENDING::mask, inst, true};
    }

    add_numbered(Reg::TRCACVR0, 2 * n.address_pairs, ~u64{0});
    using A = f::TRCACATR0;
    const u64 context_types = (n.context_ids ? 1 : 0) | (n.vmids ? 2 : 0);
    const bool several = n.context_ids > 1 || n.vmids > 1;
    add_numbered(Reg::TRCACATR0, 2 * n.address_pairs,
                 A::CONTEXTTYPE::make(context_types) | (several ? A::CONTEXT::mask : 0) |
                     A::EXLEVEL_S::make(f::TRCVICTLR::EXLEVEL_S::get(levels)) |
                     A::EXLEVEL_NS::make(f::TRCVICTLR::EXLEVEL_NS::get(levels)));
    constexpr u64 identifier = 0xffff'ffff; // TRCIDR2.CIDSIZE, VMIDSIZE
    add_numbered(Reg::TRCCIDCVR0, n.context_ids, identifier);
    add_numbered(Reg::TRCVMIDCVR0, n.vmids, identifier);
    const auto add_masks = [this](Reg low, Reg high, unsigned count) {
        if (count)
            add(low, byte_masks(count < 4 ? count : 4));
        if (count > 4)
            add(high, byte_masks(count - 4));
    };
    add_masks(Reg::TRCCIDCCTLR0, Reg::TRCCIDCCTLR1, n.context_ids);
    add_masks(Reg::TRCVMIDCCTLR0, Reg::TRCVMIDCCTLR1, n.vmids);
}

void ResourceRegisters::write(Reg reg, u64 value)
{
    Row& row = rows_[index(reg)];
    assert(row.present);
    row.value = (value & row.mask) | row.constant;
}

void ResourceRegisters::reset()
{
    for (Row& row : rows_)
        row.value = row.constant;
}

} // namespace sl::trace
