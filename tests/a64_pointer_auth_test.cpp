// SPDX-License-Identifier: MIT
#include "a64/crypto/qarma.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

// FEAT_PAuth in the instruction set: which key, pointer and modifier each instruction takes, on a
// machine whose codes can be read (a64_machine.h).

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

constexpr u64 modifier = 5, pointer = 0x1'2340;

u64 coded(PacKey key, u64 under)
{
    return pointer | Machine::code_of(key, under);
}

} // namespace

TEST_CASE("QARMA gives the codes of its paper", "[a64][pauth]")
{
    // "The QARMA Block Cipher Family", Test Vectors: QARMA-64 with sigma 2 and r = 5.
    const crypto::PacKeyValue key{0x84be'85ce'9804'e94b, 0xec28'02d4'e0a4'88e9};
    CHECK(crypto::qarma5(0xfb62'3599'da6e'8127, 0x477d'469d'ec0b'8762, key) ==
          0xc003'b939'99b3'3765);
}

TEST_CASE("PACIA and its kin take a register and SP, AUTIA and its kin undo them", "[a64][pauth]")
{
    const u32 key = GENERATE(0u, 1u, 2u, 3u);
    Machine m;
    m.state.x[0] = pointer;
    m.state.x[1] = modifier;
    m.step(0xdac1'0020 | key << 10); // pacia x0, x1
    CHECK(m.state.x[0] == coded(PacKey{static_cast<u8>(key)}, modifier));
    m.step(0xdac1'1020 | key << 10); // autia x0, x1
    CHECK(m.state.x[0] == pointer);

    m.state.x[slot_sp] = modifier + 16;
    m.step(0xdac1'03e0 | key << 10); // pacia x0, sp
    CHECK(m.state.x[0] == coded(PacKey{static_cast<u8>(key)}, modifier + 16));
    m.state.x[0] = pointer;
    m.step(0xdac1'23e0 | key << 10); // paciza x0
    CHECK(m.state.x[0] == coded(PacKey{static_cast<u8>(key)}, 0));
    m.step(0xdac1'33e0 | key << 10); // autiza x0
    CHECK(m.state.x[0] == pointer);

    m.step(0xdac1'103f | key << 10); // autia xzr, x1: fails, and writes nothing
    CHECK(m.took("pac fail"));
    CHECK(m.state.x[slot_zr] == 0);
}

TEST_CASE("The hints sign and authenticate X30 and X17", "[a64][pauth]")
{
    struct Row {
        u32 sign, authenticate;
        PacKey key;
        unsigned reg;
        u64 under;
    };

    const Row row = GENERATE(Row{0xd503'211f, 0xd503'219f, PacKey::Ia, 17, 3},   // pacia1716
                             Row{0xd503'215f, 0xd503'21df, PacKey::Ib, 17, 3},   // pacib1716
                             Row{0xd503'231f, 0xd503'239f, PacKey::Ia, 30, 0},   // paciaz
                             Row{0xd503'233f, 0xd503'23bf, PacKey::Ia, 30, 32},  // paciasp
                             Row{0xd503'235f, 0xd503'23df, PacKey::Ib, 30, 0},   // pacibz
                             Row{0xd503'237f, 0xd503'23ff, PacKey::Ib, 30, 32}); // pacibsp
    Machine m;
    m.state.x[16] = 3;
    m.state.x[slot_sp] = 32;
    m.state.x[row.reg] = pointer;
    m.step(row.sign);
    CHECK(m.state.x[row.reg] == coded(row.key, row.under));
    m.step(row.authenticate);
    CHECK(m.state.x[row.reg] == pointer);
}

TEST_CASE("XPACI, XPACD and XPACLRI strip, PACGA makes a code", "[a64][pauth]")
{
    Machine m;
    m.state.x[3] = m.state.x[30] = coded(PacKey::Ia, 7);
    m.step(0xd503'20ff); // xpaclri
    CHECK(m.state.x[30] == pointer);
    CHECK(m.count("strip") == 1);
    m.step(0xdac1'47e3); // xpacd x3
    CHECK(m.state.x[3] == pointer);
    CHECK(m.count("strip data") == 1);
    m.step(0xdac1'43e3); // xpaci x3
    CHECK(m.count("strip") == 2);
    m.state.x[slot_sp] = 0x30;
    m.state.x[1] = 0xf0;
    m.step(0x9adf'3020); // pacga x0, x1, sp
    CHECK(m.state.x[0] == 0xc0);
}

TEST_CASE("Branches authenticate their target first", "[a64][pauth]")
{
    struct Row {
        u32 word;
        PacKey key;
        u64 under;
        bool link;
    };

    const Row row = GENERATE(Row{0xd71f'0822, PacKey::Ia, modifier, false}, // braa x1, x2
                             Row{0xd71f'0c22, PacKey::Ib, modifier, false}, // brab x1, x2
                             Row{0xd73f'0822, PacKey::Ia, modifier, true},  // blraa x1, x2
                             Row{0xd73f'0c22, PacKey::Ib, modifier, true},  // blrab x1, x2
                             Row{0xd73f'0c3f, PacKey::Ib, 32, true},        // blrab x1, sp
                             Row{0xd61f'083f, PacKey::Ia, 0, false},        // braaz x1
                             Row{0xd61f'0c3f, PacKey::Ib, 0, false},        // brabz x1
                             Row{0xd63f'083f, PacKey::Ia, 0, true},         // blraaz x1
                             Row{0xd63f'0c3f, PacKey::Ib, 0, true});        // blrabz x1
    Machine m;
    m.state.x[2] = modifier;
    m.state.x[slot_sp] = 32;
    const u64 target = Machine::code + 0x2000;
    m.put(target, {0xd420'0000}); // brk #0
    m.state.x[1] = target | Machine::code_of(row.key, row.under);
    m.run({0xd503'201f, row.word}); // nop
    CHECK(m.took("brk"));
    CHECK(m.last_call("brk").pc == target);
    CHECK(m.last_call("brk").instructions == 3); // BRK counts itself
    CHECK(m.count("authenticate first") == 1);
    CHECK(m.last_call("authenticate first").pc == Machine::code + 4);
    CHECK((m.state.x[30] == Machine::code + 8) == row.link);

    m.state.x[1] ^= u64{1} << 60;
    m.state.x[30] = 0;
    m.run({0xd503'201f, row.word});
    CHECK(m.took("pac fail"));
    CHECK(m.last_call("pac fail").pc == Machine::code + 4);
    CHECK(m.state.x[30] == 0);
}

TEST_CASE("RETAA and ERETAA authenticate under SP", "[a64][pauth]")
{
    Machine m;
    m.state.x[slot_sp] = 32;
    const u64 target = Machine::code + 0x2000;
    m.put(target, {0xd420'0000});
    m.state.x[30] = target | Machine::code_of(PacKey::Ib, 32);
    SECTION("RETAB")
    {
        m.run({0xd65f'0fff});
        CHECK(m.last_call("brk").pc == target);
    }
    SECTION("RETAA with the wrong key")
    {
        m.run({0xd65f'0bff});
        CHECK(m.took("pac fail"));
    }
    SECTION("ERETAB")
    {
        m.run({0xd69f'0fff});
        CHECK(m.last_call("eret").value == target);
        CHECK(m.last_call("eret").instructions == 1);
        CHECK(m.last_call("brk").pc == target);
    }
    SECTION("ERETAA with the wrong key returns nowhere")
    {
        m.run({0xd69f'0bff});
        CHECK(m.took("pac fail"));
        CHECK(m.count("eret") == 0);
    }
    SECTION("in traced blocks they are waypoints")
    {
        m.context_word = Machine::context(Context::Traced::mask);
        m.run({0xd65f'0fff});
        REQUIRE(m.waypoints.size() == 1);
        CHECK(m.waypoints[0].kind == Waypoint::Kind::Return);
        CHECK(m.waypoints[0].target == target);
    }
}

TEST_CASE("LDRAA loads from the authenticated base, and writes it back", "[a64][pauth]")
{
    Machine m;
    m.fills = GENERATE(true, false);
    m.write(Machine::data + 0x10, 0x1122'3344'5566'7788, 8);
    m.write(Machine::data - 8, 42, 8);
    const u64 signed_da = Machine::data | Machine::code_of(PacKey::Da, 0);
    const u64 signed_db = Machine::data | Machine::code_of(PacKey::Db, 0);
    for (int pass = 0; pass < 2; ++pass) {
        m.state.x[1] = signed_da;
        m.step(0xf820'2420); // ldraa x0, [x1, #16]
        CHECK(m.state.x[0] == 0x1122'3344'5566'7788);
        CHECK(m.state.x[1] == signed_da);
        CHECK((m.fills || m.last.isv));
        m.state.x[1] = signed_db;
        m.step(0xf8ff'fc22); // ldrab x2, [x1, #-8]!
        CHECK(m.state.x[2] == 42);
        CHECK((m.fills || !m.last.isv)); // no syndrome with writeback
        CHECK(m.state.x[1] == Machine::data - 8);
    }
    m.state.x[1] = signed_db;
    m.step(0xf820'2420);
    CHECK(m.took("pac fail"));
    CHECK(m.state.x[1] == signed_db);
    m.state.x[1] = signed_da;
    m.step(0xf820'2421); // ldraa x1, [x1, #16]
    CHECK(m.state.x[1] == 0x1122'3344'5566'7788);
}

TEST_CASE("Without FEAT_PAuth only its hints remain", "[a64][pauth]")
{
    const u32 word = GENERATE(0xdac1'0020, 0x9adf'3020, 0xd71f'0822, 0xd61f'083f, 0xd65f'0bff,
                              0xd69f'0bff, 0xf820'2420, 0xdac1'43e3);
    Engine::Options options;
    options.features = Parts::all().without(Part::Pauth);
    Machine m{options};
    m.step(word);
    CHECK(m.took("undefined"));
    m.step(0xd503'233f);         // paciasp
    CHECK(m.count("sign") == 1); // the environment's to ignore
}

TEST_CASE("BRAA sets BTYPE as BR does", "[a64][pauth][bti]")
{
    Machine m;
    m.context_word = Machine::context(Context::Bti::mask);
    m.guarded = {Machine::code};
    m.state.x[1] = (Machine::code + 0x800) | Machine::code_of(PacKey::Ia, 0);
    m.put(Machine::code + 0x800, {0xd503'201f});
    m.run({0xd61f'083f}); // braaz x1
    CHECK(m.took("branch target"));
    CHECK(m.last_call("branch target").value == 3);
    m.state.btype = 0;
    m.run({0xd63f'083f}); // blraaz x1
    CHECK(m.last_call("branch target").value == 2);
}
