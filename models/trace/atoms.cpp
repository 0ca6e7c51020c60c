// SPDX-License-Identifier: MIT
#include "trace/atoms.h"

#include "common/bits.h"

#include <array>
#include <bit>
#include <cassert>

namespace sl::trace {

namespace {

struct Pattern {
    u8 packet;
    u32 atoms; // oldest in bit 0
};

// clang-format off
constexpr std::array<Pattern, 4> format5{{
    {0xf5, 0b11110}, // NEEEE
    {0xd5, 0b00000}, // NNNNN
    {0xd6, 0b01010}, // NENEN
    {0xd7, 0b10101}, // ENENE
}};
constexpr std::array<Pattern, 4> format4{{
    {0xdc, 0b1110}, // NEEE
    {0xdd, 0b0000}, // NNNN
    {0xde, 0b1010}, // NENE
    {0xdf, 0b0101}, // ENEN
}};
// clang-format on

} // namespace

u8 AtomPacker::take()
{
    assert(count_ != 0);
    const auto done = [this](unsigned atoms, u32 packet) {
        taken_ >>= atoms;
        count_ -= atoms;
        return static_cast<u8>(packet);
    };

    // Format 6: 3 to 23 times E, then E or N.
    const auto run = static_cast<unsigned>(std::countr_one(taken_));
    if (run >= 3 && run < count_)
        return done(run + 1, 0xe0 + (run - 3));
    if (run >= 4)
        return done(run, 0xc0 + (run - 4));
    for (const Pattern& p : format5)
        if (count_ >= 5 && (taken_ & 0x1f) == p.atoms)
            return done(5, p.packet);
    for (const Pattern& p : format4)
        if (count_ >= 4 && (taken_ & 0xf) == p.atoms)
            return done(4, p.packet);
    if (count_ >= 3)
        return done(3, 0xf8 | (taken_ & 7));
    if (count_ == 2)
        return done(2, 0xd8 | (taken_ & 3));
    return done(1, 0xf6 | (taken_ & 1));
}

} // namespace sl::trace
