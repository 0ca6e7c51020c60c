// SPDX-License-Identifier: MIT
#include "trace/comparators.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

namespace {

/// TRCCIDCVR<n> and TRCVMIDCVR<n>: bytes whose bit in the mask is 1 are not compared.
bool same(u32 value, u32 reference, u64 masked_bytes)
{
    u32 compared = 0;
    for (unsigned byte = 0; byte < 4; ++byte)
        if (!bit(masked_bytes, byte))
            compared |= 0xffu << (8 * byte);
    return ((value ^ reference) & compared) == 0;
}

/// The first instruction at or behind an address.
u64 aligned(u64 address)
{
    return (address + 3) & ~u64{3};
}

} // namespace

/// TRCACATR<n>: the Exception levels and the context that a comparator looks at.
bool Comparators::comparable(u64 access_type) const
{
    using R = f::TRCACATR0;
    const u64 excluded =
        context_.secure ? R::EXLEVEL_S::get(access_type) : R::EXLEVEL_NS::get(access_type);
    if (bit(excluded, context_.el))
        return false;
    const u64 types = R::CONTEXTTYPE::get(access_type);
    const unsigned comparator = static_cast<unsigned>(R::CONTEXT::get(access_type));
    if (bit(types, 0) && !bit(context_matches_, comparator))
        return false;
    return !bit(types, 1) || bit(vmid_matches_, comparator);
}

void Comparators::set_context(const ExecutionContext& context)
{
    context_ = context;
    const ResourceCounts& n = registers_.counts();
    const auto compare = [this](unsigned count, Reg values, Reg low, Reg high, u32 value) {
        unsigned matches = 0;
        for (unsigned c = 0; c < count; ++c) {
            const u64 masks = registers_[c < 4 ? low : high] >> (8 * (c % 4));
            if (same(value, static_cast<u32>(registers_(values, c)), masks & 0xff))
                matches |= 1u << c;
        }
        return static_cast<u8>(matches);
    };
    context_matches_ = compare(n.context_ids, Reg::TRCCIDCVR0, Reg::TRCCIDCCTLR0, Reg::TRCCIDCCTLR1,
                               context.context_id);
    vmid_matches_ =
        compare(n.vmids, Reg::TRCVMIDCVR0, Reg::TRCVMIDCCTLR0, Reg::TRCVMIDCCTLR1, context.vmid);
    unsigned usable = 0;
    for (unsigned a = 0; a < 2 * n.address_pairs; ++a)
        if (comparable(registers_(Reg::TRCACATR0, a)))
            usable |= 1u << a;
    comparable_ = static_cast<u16>(usable);
}

u8 Comparators::ranges_at(u64 address) const
{
    unsigned matches = 0;
    for (unsigned r = 0; r < registers_.counts().address_pairs; ++r)
        // Both access types of a pair are to be the same; the lower one's counts.
        if (bit(comparable_, 2 * r) && address >= registers_(Reg::TRCACVR0, 2 * r) &&
            address <= registers_(Reg::TRCACVR0, 2 * r + 1))
            matches |= 1u << r;
    return static_cast<u8>(matches);
}

Matches Comparators::match(const InstructionBlock& block) const
{
    Matches m;
    m.context_ids = context_matches_;
    m.vmids = vmid_matches_;
    if (block.empty())
        return m;
    unsigned addresses = 0, ranges = 0;
    for (unsigned a = 0; a < 2 * registers_.counts().address_pairs; ++a) {
        const u64 value = registers_(Reg::TRCACVR0, a);
        if (bit(comparable_, a) && block.has(value) && aligned(value) == value)
            addresses |= 1u << a;
    }
    for (unsigned r = 0; r < registers_.counts().address_pairs; ++r) {
        const u64 from = std::max(aligned(registers_(Reg::TRCACVR0, 2 * r)), block.first);
        if (bit(comparable_, 2 * r) && block.has(from) &&
            from <= registers_(Reg::TRCACVR0, 2 * r + 1))
            ranges |= 1u << r;
    }
    m.addresses = static_cast<u16>(addresses);
    m.ranges = static_cast<u8>(ranges);
    return m;
}

/// TRCVIIECTLR: in one of the ranges to include, if there are any, and in none to exclude.
bool Comparators::included(u64 address) const
{
    const u64 control = registers_[Reg::TRCVIIECTLR];
    const u64 include = f::TRCVIIECTLR::INCLUDE::get(control);
    const u64 exclude = f::TRCVIIECTLR::EXCLUDE::get(control);
    if (!(include | exclude))
        return true;
    const u64 ranges = ranges_at(address);
    return (!include || (ranges & include)) && !(ranges & exclude);
}

/// The first instruction at or behind `from` where ViewInst may change: a comparator's value, or
/// what follows it.
u64 Comparators::next_candidate(const InstructionBlock& block, u64 from) const
{
    u64 next = block.end;
    for (unsigned a = 0; a < 2 * registers_.counts().address_pairs; ++a) {
        const u64 value = registers_(Reg::TRCACVR0, a);
        const u64 points[] = {aligned(value), (value & ~u64{3}) + 4};
        for (const u64 point : points)
            if (point >= from && point < next)
                next = point;
    }
    return next;
}

bool Comparators::view(const InstructionBlock& block)
{
    if (registers_.counts().address_pairs == 0)
        return true; // nothing to include, exclude, start or stop
    const u64 control = registers_[Reg::TRCVISSCTLR];
    const u64 start = f::TRCVISSCTLR::START::get(control);
    const u64 stop = f::TRCVISSCTLR::STOP::get(control);
    u64 victlr = registers_[Reg::TRCVICTLR];
    bool started = f::TRCVICTLR::SSSTATUS::get(victlr);

    // Between two candidates nothing changes, so it is enough to look at them. Start takes effect
    // with its instruction, stop behind it.
    bool viewed = false;
    for (u64 at = block.first; at < block.end; at = next_candidate(block, at + 4)) {
        const u64 here = start | stop ? match({at, at + 4}).addresses : 0;
        started |= (here & start) != 0;
        viewed |= started && included(at);
        started &= (here & stop) == 0;
    }
    victlr = f::TRCVICTLR::SSSTATUS::set(victlr, started);
    registers_.update(Reg::TRCVICTLR, victlr);
    return viewed;
}

} // namespace sl::trace
