// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>
#include <bit>

namespace sl::a64 {

/// An instruction's 32 bits, most significant first, as the manual draws them. Compile-time only.
///
///   0 1      must match
///   x        ignored
///   a..z     an operand: decoded once, into the Op
///   A..Z     a static operand: a template argument of the semantics
///   space    free
///
/// All bits of one letter make one operand, even where they lie apart: the first is its most
/// significant.
struct Pattern {
    struct Operand {
        char letter = 0;
        u8 width = 0;
        u8 shift = 0; ///< of the lowest bit
        bool contiguous = false;
        u32 mask = 0;

        constexpr bool is_static() const { return letter >= 'A' && letter <= 'Z'; }
    };

    static constexpr unsigned max_operands = 8;

    u32 mask = 0, bits = 0;
    std::array<Operand, max_operands> operands{};
    unsigned count = 0;

    // Implicit: a row gives its pattern as a string literal.
    consteval Pattern(const char* text)
    {
        unsigned at = 32;
        for (; *text != 0; ++text) {
            const char c = *text;
            if (c == ' ')
                continue;
            --at;
            if (c == 'x')
                continue;
            if (c == '0' || c == '1') {
                mask |= u32{1} << at;
                bits |= static_cast<u32>(c == '1') << at;
                continue;
            }
            unsigned i = 0;
            while (i < count && operands[i].letter != c)
                ++i;
            if (i == count)
                operands[count++].letter = c;
            ++operands[i].width;
            operands[i].mask |= u32{1} << at;
        }
        if (at != 0)
            throw "a pattern has 32 bits";
        for (unsigned i = 0; i < count; ++i) {
            Operand& operand = operands[i];
            operand.shift = static_cast<u8>(std::countr_zero(operand.mask));
            operand.contiguous =
                std::popcount(operand.mask) == std::countr_one(operand.mask >> operand.shift);
        }
    }

    constexpr bool matches(u32 word) const { return (word & mask) == bits; }

    /// The bits of operand `i` in `word`, packed.
    constexpr u32 extract(unsigned i, u32 word) const
    {
        const Operand& operand = operands[i];
        if (operand.contiguous)
            return (word & operand.mask) >> operand.shift;
        // One step for each run of bits, the least significant first.
        u32 value = 0;
        int below = 0;
        for (u32 left = operand.mask; left != 0;) {
            const int at = std::countr_zero(left);
            const u32 run = left & ~(left + (u32{1} << at));
            value |= (word & run) >> at << below;
            below += std::popcount(run);
            left &= ~run;
        }
        return value;
    }

    /// The index in `operands` of the n-th operand that is, or is not, static.
    constexpr unsigned nth(unsigned n, bool is_static) const
    {
        for (unsigned i = 0; i < count; ++i)
            if (operands[i].is_static() == is_static && n-- == 0)
                return i;
        return count;
    }

    constexpr unsigned number(bool is_static) const
    {
        unsigned n = 0;
        for (unsigned i = 0; i < count; ++i)
            n += operands[i].is_static() == is_static ? 1 : 0;
        return n;
    }

    /// How many bits the static operands have together.
    constexpr unsigned static_bits() const
    {
        unsigned n = 0;
        for (unsigned i = 0; i < count; ++i)
            n += operands[i].is_static() ? operands[i].width : 0u;
        return n;
    }

    /// The static operands of `word` in order, packed: which variant of the row it is.
    constexpr unsigned variant(u32 word) const
    {
        unsigned value = 0;
        for (unsigned i = 0; i < count; ++i)
            if (operands[i].is_static())
                value = value << operands[i].width | extract(i, word);
        return value;
    }

    /// The n-th static operand of variant `v`.
    constexpr u32 static_value(unsigned v, unsigned n) const
    {
        unsigned below = 0;
        for (unsigned i = nth(n, true) + 1; i < count; ++i)
            below += operands[i].is_static() ? operands[i].width : 0u;
        return (v >> below) & ((u32{1} << operands[nth(n, true)].width) - 1);
    }

    /// Do both patterns match some word?
    constexpr bool overlaps(const Pattern& other) const
    {
        return ((bits ^ other.bits) & mask & other.mask) == 0;
    }

    /// Does `other` match every word that this pattern matches, and more?
    constexpr bool specializes(const Pattern& other) const
    {
        return overlaps(other) && (mask & other.mask) == other.mask && mask != other.mask;
    }
};

} // namespace sl::a64
