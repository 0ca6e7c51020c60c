// SPDX-License-Identifier: MIT
#include "a64/decode.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace sl;
using namespace sl::a64;

TEST_CASE("a pattern knows its fixed bits and its operands", "[a64][decode]")
{
    //                           sf        N   Rm    imms   Rn    Rd
    constexpr Pattern pattern{"F 00 100111 e 0 mmmmm iiiiii nnnnn ddddd"};
    CHECK(pattern.mask == 0x7fa0'0000);
    CHECK(pattern.bits == 0x1380'0000);
    CHECK(pattern.number(true) == 1);
    CHECK(pattern.number(false) == 5);

    const u32 word = 0x93c3'1041; // extr x1, x2, x3, #4
    CHECK(pattern.matches(word));
    CHECK(pattern.variant(word) == 1);
    CHECK(pattern.extract(pattern.nth(1, false), word) == 3);
    CHECK(pattern.extract(pattern.nth(2, false), word) == 4);
    CHECK(pattern.extract(pattern.nth(3, false), word) == 2);
    CHECK(pattern.extract(pattern.nth(4, false), word) == 1);
}

TEST_CASE("bits of one letter make one operand, wherever they are", "[a64][decode]")
{
    constexpr Pattern tbz{"b 011011 O bbbbb iiiiiiiiiiiiii ttttt"};
    const u32 word = 0xb628'0045; // tbz x5, #37, .+8
    CHECK(tbz.extract(0, word) == 37);
    CHECK(tbz.operands[0].width == 6);
}

TEST_CASE("the values of static operands number a row's variants", "[a64][decode]")
{
    constexpr Pattern p{"F 0 0 01011 KK 0 mmmmm iiiiii nnnnn ddddd"};
    static_assert(p.static_bits() == 3);
    static_assert(p.static_value(0b110, 0) == 1);
    static_assert(p.static_value(0b110, 1) == 0b10);
    CHECK(p.variant(0x8b82'0c20) == 0b110); // add x0, x1, x2, asr #3
}

TEST_CASE("no two rows match the same word, but special cases before their rule", "[a64][decode]")
{
    const std::span<const Row> rows = all_rows();
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = i + 1; j < rows.size(); ++j) {
            if (!rows[i].pattern.overlaps(rows[j].pattern))
                continue;
            INFO(rows[i].name << " / " << rows[j].name);
            CHECK(rows[i].pattern.specializes(rows[j].pattern));
        }
}

TEST_CASE("decoding by buckets finds the first row that matches", "[a64][decode]")
{
    const std::span<const Row> rows = all_rows();
    std::mt19937 random{1};
    for (unsigned i = 0; i < 200'000; ++i) {
        // Near an encoding, so that most words are of one.
        const Row& near = rows[random() % rows.size()];
        const u32 word = (static_cast<u32>(random()) & ~near.pattern.mask) | near.pattern.bits;
        const Row* first = nullptr;
        for (const Row& row : rows)
            if (row.pattern.matches(word)) {
                first = &row;
                break;
            }
        if (find_row(word) != first)
            FAIL("word " << std::hex << word << " is not decoded as " << first->name);
    }
}

TEST_CASE("what is in no table is UNDEFINED", "[a64][decode]")
{
    // UDF, a reserved group, SVE, SME, and a few extensions that are not implemented.
    const u32 word = GENERATE(0x0000'0000u, 0x0400'0000u, 0x6000'0000u, 0x8000'0000u,
                              0xdac1'0000u,  // pacia x0, x0
                              0x9ac0'3000u,  // pacga x0, x0, x0
                              0x9ac0'1000u,  // irg x0, x0
                              0x1901'0440u); // cpyfp [x0]!, [x1]!, x2!
    Decoded d;
    decode_word(word, Parts::all(), d);
    INFO(std::hex << word);
    CHECK(d.row == nullptr);
}

namespace {

Effects effects_of(u32 word)
{
    Decoded d;
    decode_word(word, Parts::all(), d);
    REQUIRE(d.row != nullptr);
    return d.learnt.effects;
}

bool has(const std::array<u8, 8>& slots, u8 count, unsigned slot)
{
    return std::find(slots.begin(), slots.begin() + count, slot) != slots.begin() + count;
}

bool reads(const Effects& e, unsigned slot)
{
    return has(e.reads, e.read_count, slot);
}

bool writes(const Effects& e, unsigned slot)
{
    return has(e.writes, e.write_count, slot);
}

} // namespace

TEST_CASE("effects are learnt from the semantics", "[a64][decode]")
{
    SECTION("an addition")
    {
        const Effects e = effects_of(0x8b02'0020); // add x0, x1, x2
        CHECK(e.cls == CostClass::Alu);
        CHECK(reads(e, 1));
        CHECK(reads(e, 2));
        CHECK(e.read_count == 2);
        CHECK(writes(e, 0));
        CHECK(e.write_count == 1);
        CHECK_FALSE(e.ends_block);
    }
    SECTION("with a shift it is another class, with flags another register")
    {
        const Effects e = effects_of(0xab02'0c20); // adds x0, x1, x2, lsl #3
        CHECK(e.cls == CostClass::AluShift);
        CHECK(writes(e, Effects::slot_flags));
    }
    SECTION("the zero register is no dependency, SP is one")
    {
        CHECK(effects_of(0x8b02'03e0).read_count == 1);  // add x0, xzr, x2
        CHECK(effects_of(0xeb02'003f).write_count == 1); // cmp x1, x2
        CHECK(reads(effects_of(0x9100'07e0), slot_sp));  // add x0, sp, #1
    }
    SECTION("conditions read the flags")
    {
        CHECK(reads(effects_of(0x9a82'0020), Effects::slot_flags));       // csel x0, x1, x2, eq
        CHECK(reads(effects_of(0x5400'0040), Effects::slot_flags));       // b.eq .+8
        CHECK(reads(effects_of(0x9a02'0020), Effects::slot_flags));       // adc x0, x1, x2
        CHECK_FALSE(reads(effects_of(0x8b02'0020), Effects::slot_flags)); // add x0, x1, x2
    }
    SECTION("classes of work")
    {
        CHECK(effects_of(0x1b02'7c20).cls == CostClass::Mul32);             // mul w0, w1, w2
        CHECK(effects_of(0x9b02'7c20).cls == CostClass::Mul64);             // mul x0, x1, x2
        CHECK(effects_of(0x9b22'7c20).cls == CostClass::Mul32);             // smull x0, w1, w2
        CHECK(effects_of(0x9bc2'7c20).cls == CostClass::MulHigh);           // umulh x0, x1, x2
        CHECK(effects_of(0x1ac2'0820).cls == CostClass::Div32);             // udiv w0, w1, w2
        CHECK(effects_of(0x9ac2'0c20).cls == CostClass::Div64);             // sdiv x0, x1, x2
        CHECK(effects_of(0xd343'1820).cls == CostClass::Bitfield);          // ubfx x0, x1, #3, #4
        CHECK(effects_of(0x1ac2'4820).cls == CostClass::Crc);               // crc32w w0, w1, w2
        CHECK(effects_of(0xf280'0020).cls == CostClass::Alu);               // movk x0, #1
        CHECK(effects_of(0xf940'0020).cls == CostClass::Load);              // ldr x0, [x1]
        CHECK(effects_of(0xf900'0020).cls == CostClass::Store);             // str x0, [x1]
        CHECK(effects_of(0x1400'0000).cls == CostClass::BranchDirect);      // b .
        CHECK(effects_of(0xb400'0000).cls == CostClass::BranchConditional); // cbz x0, .
        CHECK(effects_of(0xd61f'0000).cls == CostClass::BranchIndirect);    // br x0
        CHECK(effects_of(0xd65f'03c0).cls == CostClass::BranchReturn);      // ret
        CHECK(effects_of(0xd503'3fdf).cls == CostClass::Isb);               // isb
        CHECK(effects_of(0xd503'3f9f).cls == CostClass::Dsb);               // dsb sy
        CHECK(effects_of(0xd503'3fbf).cls == CostClass::Dmb);               // dmb sy
        CHECK(effects_of(0xd503'42df).cls == CostClass::MsrPstate);         // msr daifset, #2
        CHECK(effects_of(0xd400'0001).cls == CostClass::Exception);         // svc #0
        CHECK(effects_of(0xd69f'03e0).cls == CostClass::Eret);              // eret
        CHECK(effects_of(0xd503'201f).cls == CostClass::Hint);              // nop
        CHECK(effects_of(0xd53b'4200).cls == CostClass::MrsSelf);           // mrs x0, nzcv
    }
    SECTION("what ends a block: control that never falls through")
    {
        CHECK(effects_of(0x1400'0000).ends_block);       // b .
        CHECK(effects_of(0x9400'0000).ends_block);       // bl .
        CHECK(effects_of(0xd65f'03c0).ends_block);       // ret
        CHECK(effects_of(0xd400'0001).ends_block);       // svc #0
        CHECK(effects_of(0xd69f'03e0).ends_block);       // eret
        CHECK_FALSE(effects_of(0xb400'0000).ends_block); // cbz x0, .
        CHECK_FALSE(effects_of(0xd518'1000).ends_block); // msr sctlr_el1, x0
    }
}
