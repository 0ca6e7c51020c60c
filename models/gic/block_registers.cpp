// SPDX-License-Identifier: MIT
#include "gic/block_registers.h"

namespace sl::gic {

namespace {

/// ICFGR<n> gives two bits to an interrupt and uses the upper one: 16 bits of a block, spread out.
u64 spread(u32 half)
{
    u64 word = 0;
    for (unsigned i = 0; i < 16; ++i)
        word |= u64{bit(half, i)} << (2 * i + 1);
    return word;
}

u32 gather(u64 word)
{
    u32 half = 0;
    for (unsigned i = 0; i < 16; ++i)
        half |= static_cast<u32>(bit(word, 2 * i + 1)) << i;
    return half;
}

} // namespace

u32 BlockRegisters::visible(const InterruptBlock& block, const RegAccess& access,
                            unsigned at_least) const
{
    if (!restricted(access))
        return block.implemented;
    return block.implemented & (block.group | (at_least ? granted(block, at_least) : 0));
}

void BlockRegisters::add_pair(std::vector<RegRow>& rows, u32 base, unsigned blocks,
                              const Pair& pair)
{
    const auto read = [this, pair](unsigned needed) {
        return [this, pair, needed](const RegAccess& access, unsigned b) -> u64 {
            const InterruptBlock* s = block(b);
            if (!s)
                return 0;
            const u32 value =
                pair.member == &InterruptBlock::latch ? s->pending() : s->*pair.member;
            return value & visible(*s, access, needed);
        };
    };
    const auto write = [this, pair](bool set) {
        return [this, pair, set](const RegAccess& access, unsigned b, u64 word) {
            InterruptBlock* s = block(b);
            if (!s)
                return;
            const u32 mask =
                static_cast<u32>(word) & visible(*s, access, set ? pair.set : pair.clear);
            s->*pair.member = set ? s->*pair.member | mask : s->*pair.member & ~mask;
            changed(b, access);
        };
    };
    rows.push_back({.offset = base + pair.set_offset,
                    .name = pair.set_name,
                    .count = blocks,
                    .on_read = read(pair.see),
                    .on_write = write(true)});
    // What a clear register shows, Non-secure accesses see under the rule for clearing.
    rows.push_back({.offset = base + pair.clear_offset,
                    .name = pair.clear_name,
                    .count = blocks,
                    .on_read = read(pair.clear ? pair.clear : pair.see),
                    .on_write = write(false)});
}

std::vector<RegRow> BlockRegisters::rows(u32 base, unsigned blocks, unsigned priority_bits)
{
    priority_mask_ = static_cast<u8>(0xff00 >> priority_bits);
    std::vector<RegRow> rows;

    // Who may change an interrupt's group is Secure, or there is no such distinction.
    const auto group_word = [this](Member member, bool with_one_state) {
        return std::pair{
            [this, member, with_one_state](const RegAccess& access, unsigned b) -> u64 {
                const InterruptBlock* s = block(b);
                const bool hidden = restricted(access) || (single_state() && !with_one_state);
                return !s || hidden ? 0 : s->*member;
            },
            [this, member, with_one_state](const RegAccess& access, unsigned b, u64 word) {
                InterruptBlock* s = block(b);
                if (!s || restricted(access) || (single_state() && !with_one_state))
                    return;
                s->*member = static_cast<u32>(word) & s->implemented;
                changed(b, access);
            }};
    };
    const auto [read_group, write_group] = group_word(&InterruptBlock::group, true);
    const auto [read_modifier, write_modifier] = group_word(&InterruptBlock::modifier, false);

    rows.push_back({.offset = base + IGROUPR,
                    .name = "IGROUPR<n>",
                    .count = blocks,
                    .on_read = read_group,
                    .on_write = write_group});
    rows.push_back({.offset = base + IGRPMODR,
                    .name = "IGRPMODR<n>",
                    .count = blocks,
                    .on_read = read_modifier,
                    .on_write = write_modifier});

    add_pair(
        rows, base, blocks,
        {ISENABLER, ICENABLER, "ISENABLER<n>", "ICENABLER<n>", &InterruptBlock::enabled, 0, 0, 0});
    add_pair(rows, base, blocks,
             {ISPENDR, ICPENDR, "ISPENDR<n>", "ICPENDR<n>", &InterruptBlock::latch, 1, 1, 2});
    add_pair(
        rows, base, blocks,
        {ISACTIVER, ICACTIVER, "ISACTIVER<n>", "ICACTIVER<n>", &InterruptBlock::active, 2, 0, 0});

    rows.push_back(
        {.offset = base + IPRIORITYR,
         .name = "IPRIORITYR<n>",
         .width = 8,
         .sizes = 1 + 4,
         .count = 32 * blocks,
         .on_read = [this](const RegAccess& a, unsigned n) { return read_priority(a, n); },
         .on_write = [this](const RegAccess& a, unsigned n, u64 w) { write_priority(a, n, w); }});
    rows.push_back(
        {.offset = base + ICFGR,
         .name = "ICFGR<n>",
         .count = 2 * blocks,
         .on_read = [this](const RegAccess& a, unsigned n) { return read_config(a, n); },
         .on_write = [this](const RegAccess& a, unsigned n, u64 w) { write_config(a, n, w); }});
    return rows;
}

u64 BlockRegisters::read_priority(const RegAccess& access, unsigned intid)
{
    const InterruptBlock* s = block(intid / 32);
    const unsigned n = intid % 32;
    if (!s || !bit(visible(*s, access), n))
        return 0;
    const u8 priority = s->priority[n];
    // Non-secure software sees the lower half of the priorities, scaled to the whole range.
    return restricted(access) ? (priority << 1) & 0xff : priority;
}

void BlockRegisters::write_priority(const RegAccess& access, unsigned intid, u64 value)
{
    InterruptBlock* s = block(intid / 32);
    const unsigned n = intid % 32;
    if (!s || !bit(visible(*s, access), n))
        return;
    const u64 priority = restricted(access) ? 0x80 | value >> 1 : value;
    s->priority[n] = static_cast<u8>(priority) & priority_mask_;
    changed(intid / 32, access);
}

u64 BlockRegisters::read_config(const RegAccess& access, unsigned n)
{
    const InterruptBlock* s = block(n / 2);
    if (!s)
        return 0;
    return spread((s->edge & visible(*s, access)) >> (n % 2 ? 16 : 0));
}

void BlockRegisters::write_config(const RegAccess& access, unsigned n, u64 value)
{
    InterruptBlock* s = block(n / 2);
    if (!s)
        return;
    const unsigned shift = n % 2 ? 16 : 0;
    const u32 mask = visible(*s, access) & configurable(n / 2) & 0xffffu << shift;
    s->edge = (s->edge & ~mask) | (gather(value) << shift & mask);
    changed(n / 2, access);
}

} // namespace sl::gic
