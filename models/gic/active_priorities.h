// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"
#include "gic/config.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sl::gic {

/// The Active Priorities registers of one interface: one bit per preemption level and group, the
/// lowest bit being the highest priority.
class ActivePriorities {
public:
    /// Preemption levels have as many bits as priorities, but bit 0 of a priority never counts.
    explicit ActivePriorities(unsigned priority_bits)
        : bits_{std::min(priority_bits, 7u)}
    {
    }

    void reset() { apr_ = {}; }

    unsigned preemption_bits() const { return bits_; }

    /// Registers AP<m>R0 to AP<m>R<words-1> exist.
    unsigned words() const { return bits_ <= 5 ? 1 : 1u << (bits_ - 5); }

    /// The smallest ICC_BPR0 and ICV_BPR0.
    unsigned minimum_bpr() const { return 7 - bits_; }

    u32 word(Group g, unsigned n) const { return apr_[index(g)][n]; }

    void set_word(Group g, unsigned n, u32 value) { apr_[index(g)][n] = value; }

    /// Priority of the highest active level, idle_priority if none is active.
    u8 running() const
    {
        const int level = lowest_of(all());
        return level < 0 ? idle_priority : priority(level);
    }

    void raise(Group g, u8 group_priority)
    {
        const unsigned level = group_priority >> (8 - bits_);
        apr_[index(g)][level / 32] |= 1u << level % 32;
    }

    /// The group of the highest active level, Group 0 first among equals; -1 if none is active.
    int running_group() const
    {
        const int level = lowest_of(all());
        for (unsigned g = 0; level >= 0 && g < group_count; ++g)
            if (apr_[g][static_cast<unsigned>(level) / 32] >> level % 32 & 1)
                return static_cast<int>(g);
        return -1;
    }

    /// Clears the highest active level of `g`, and gives its priority.
    u8 drop(Group g)
    {
        auto& words = apr_[index(g)];
        const int level = lowest_of(words);
        if (level < 0)
            return idle_priority;
        words[static_cast<unsigned>(level) / 32] &= ~(1u << level % 32);
        return priority(level);
    }

private:
    using Words = std::array<u32, 4>;

    u8 priority(int level) const { return static_cast<u8>(level << (8 - bits_)); }

    Words all() const
    {
        Words w = apr_[0];
        for (unsigned g = 1; g < group_count; ++g)
            for (unsigned n = 0; n < 4; ++n)
                w[n] |= apr_[g][n];
        return w;
    }

    static int lowest_of(const Words& words)
    {
        for (unsigned n = 0; n < 4; ++n)
            if (words[n])
                return static_cast<int>(32 * n) + std::countr_zero(words[n]);
        return -1;
    }

    unsigned bits_;
    std::array<Words, group_count> apr_{};
};

/// The bits of a priority that count for preemption. `bpr` is ICC_BPR0's scale: 0 means bits 7:1.
constexpr u32 group_priority_mask(unsigned bpr)
{
    return 0xffu << (bpr + 1) & 0xff;
}

/// May an interrupt of this priority be signalled? Under the mask, and its group priority higher
/// than that of whatever runs.
constexpr bool can_preempt(u8 priority, u8 mask_register, u8 running, u32 group_mask)
{
    if (priority >= mask_register)
        return false;
    return running == idle_priority || (priority & group_mask) < (running & group_mask);
}

} // namespace sl::gic
