// SPDX-License-Identifier: MIT
#include "a64/decode.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

// What loads, stores and moves cost, and which registers they connect: what pricing goes by.

using namespace sl;
using namespace sl::a64;

namespace {

constexpr u8 v(unsigned n)
{
    return static_cast<u8>(Effects::slot_v + n);
}

Effects effects(u32 word)
{
    Decoded decoded;
    decode_word(word, Parts::all(), decoded);
    REQUIRE(decoded.row != nullptr);
    return decoded.learnt.effects;
}

std::vector<u8> sorted(const u8* slots, unsigned count)
{
    std::vector<u8> all(slots, slots + count);
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<u8> reads(u32 word)
{
    const Effects e = effects(word);
    return sorted(e.reads.data(), e.read_count);
}

std::vector<u8> writes(u32 word)
{
    const Effects e = effects(word);
    return sorted(e.writes.data(), e.write_count);
}

using Slots = std::vector<u8>;

} // namespace

TEST_CASE("Every load, store and move is of its cost class", "[a64][cost]")
{
    struct Case {
        u32 word;
        CostClass cls;
    };

    const Case cases[] = {
        {0xf940'0420, CostClass::Load},      // ldr x0, [x1, #8]
        {0x38e2'c820, CostClass::Load},      // ldrsb w0, [x1, w2, sxtw]
        {0xb880'4420, CostClass::Load},      // ldrsw x0, [x1], #4
        {0x7840'0820, CostClass::Load},      // ldtrh w0, [x1]
        {0x1800'0040, CostClass::Load},      // ldr w0, .+8
        {0xc8df'fc20, CostClass::Load},      // ldar x0, [x1]
        {0xf822'7820, CostClass::Store},     // str x0, [x1, x2, lsl #3]
        {0x381f'fc20, CostClass::Store},     // strb w0, [x1, #-1]!
        {0xc89f'fc20, CostClass::Store},     // stlr x0, [x1]
        {0xa940'0820, CostClass::LoadPair},  // ldp x0, x2, [x1]
        {0x6940'0820, CostClass::LoadPair},  // ldpsw x0, x2, [x1]
        {0xa981'0820, CostClass::StorePair}, // stp x0, x2, [x1, #16]!
        {0xf8a2'7820, CostClass::Prefetch},  // prfm pldl1keep, [x1, x2, lsl #3]
        {0xf89f'f020, CostClass::Prefetch},  // prfum pldl1keep, [x1, #-1]
        {0xc85f'7c20, CostClass::Exclusive}, // ldxr x0, [x1]
        {0x887f'8820, CostClass::Exclusive}, // ldaxp w0, w2, [x1]
        {0x8820'8c22, CostClass::Exclusive}, // stlxp w0, w2, w3, [x1]
        {0xf8e0'0022, CostClass::Atomic},    // ldaddal x0, x2, [x1]
        {0x08a0'7c22, CostClass::Atomic},    // casb w0, w2, [x1]
        {0x0820'7c82, CostClass::Atomic},    // casp w0, w1, w2, w3, [x4]
        {0x3ce2'7820, CostClass::FpLoad},    // ldr q0, [x1, x2, lsl #4]
        {0x6cc1'0420, CostClass::FpLoad},    // ldp d0, d1, [x1], #16
        {0x5c00'0040, CostClass::FpLoad},    // ldr d0, .+8
        {0x4c40'0020, CostClass::FpLoad},    // ld4 {v0.16b-v3.16b}, [x1]
        {0x0d40'0c20, CostClass::FpLoad},    // ld1 {v0.b}[3], [x1]
        {0x4de2'c820, CostClass::FpLoad},    // ld2r {v0.4s, v1.4s}, [x1], x2
        {0x3c1f'f020, CostClass::FpStore},   // stur b0, [x1, #-1]
        {0xad00'0420, CostClass::FpStore},   // stp q0, q1, [x1]
        {0x4c9f'4420, CostClass::FpStore},   // st3 {v0.8h-v2.8h}, [x1], #48
        {0x0d20'6820, CostClass::FpStore},   // st4 {v0.h-v3.h}[1], [x1]
        {0x9e67'0020, CostClass::FpMove},    // fmov d0, x1
        {0x1e26'0020, CostClass::FpMove},    // fmov w0, s1
        {0x4e13'0420, CostClass::FpMove},    // dup v0.16b, v1.b[9]
        {0x0e02'0c20, CostClass::FpMove},    // dup v0.4h, w1
        {0x6e07'2420, CostClass::FpMove},    // mov v0.b[3], v1.b[4]
        {0x4e0e'2c20, CostClass::FpMove},    // smov x0, v1.h[3]
        {0x4f00'0420, CostClass::FpMove},    // movi v0.4s, #1
        {0x6f00'9420, CostClass::FpMove},    // bic v0.8h, #1
        {0x4ea1'1c20, CostClass::FpMove},    // mov v0.16b, v1.16b
    };
    for (const Case& c : cases) {
        INFO(std::hex << c.word);
        CHECK(static_cast<int>(effects(c.word).cls) == static_cast<int>(c.cls));
    }
}

TEST_CASE("Loads and stores tell which registers they read and write", "[a64][cost]")
{
    CHECK(reads(0xf862'6820) == Slots{1, 2});          // ldr x0, [x1, x2]
    CHECK(writes(0xf862'6820) == Slots{0});            // ldr x0, [x1, x2]
    CHECK(writes(0xf840'8420) == Slots{0, 1});         // ldr x0, [x1], #8
    CHECK(reads(0xf800'8fff) == Slots{slot_sp});       // str xzr, [sp, #8]!
    CHECK(writes(0xf800'8fff) == Slots{slot_sp});      // str xzr, [sp, #8]!
    CHECK(writes(0xa940'7c20) == Slots{0});            // ldp x0, xzr, [x1]
    CHECK(reads(0xa900'0820) == Slots{0, 1, 2});       // stp x0, x2, [x1]
    CHECK(writes(0xa900'0820).empty());                // stp x0, x2, [x1]
    CHECK(reads(0xc823'0820) == Slots{0, 1, 2});       // stxp w3, x0, x2, [x1]
    CHECK(writes(0xc823'0820) == Slots{3});            // stxp w3, x0, x2, [x1]
    CHECK(reads(0x4824'7c26) == Slots{1, 4, 5, 6, 7}); // casp x4, x5, x6, x7, [x1]
    CHECK(writes(0x4824'7c26) == Slots{4, 5});         // casp x4, x5, x6, x7, [x1]
    CHECK(reads(0xf820'0022) == Slots{0, 1});          // ldadd x0, x2, [x1]
    CHECK(writes(0xf820'003f).empty());                // stadd x0, [x1]
}

TEST_CASE("Structures and moves tell which vectors they read and write", "[a64][cost]")
{
    CHECK(writes(0x4cdf'443e) ==
          Slots{1, v(0), v(30), v(31)});                   // ld3 {v30.8h, v31.8h, v0.8h}, [x1], #48
    CHECK(reads(0x4c82'883f) == Slots{1, 2, v(0), v(31)}); // st2 {v31.4s, v0.4s}, [x1], x2
    // What is left of the register counts as read.
    CHECK(reads(0x0d40'0c20) == Slots{1, v(0)}); // ld1 {v0.b}[3], [x1]
    CHECK(reads(0x4d40'c020) == Slots{1});       // ld1r {v0.16b}, [x1]
    CHECK(reads(0x4e0c'1c40) == Slots{2, v(0)}); // mov v0.s[1], w2
    CHECK(reads(0x9e67'0040) == Slots{2});       // fmov d0, x2
    CHECK(writes(0x9e66'0022) == Slots{2});      // fmov x2, d1
    CHECK(reads(0x4f00'1420) == Slots{v(0)});    // orr v0.4s, #1
    CHECK(reads(0x4f00'0420).empty());           // movi v0.4s, #1
}
