// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

// FEAT_BTI in the instruction set: which branches set PSTATE.BTYPE, and where they may land.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

constexpr u32 brk_0 = 0xd420'0000, nop = 0xd503'201f, bti = 0xd503'241f, bti_c = 0xd503'245f,
              bti_j = 0xd503'249f, bti_jc = 0xd503'24df, paciasp = 0xd503'233f,
              pacibsp = 0xd503'237f, br_x1 = 0xd61f'0020, br_x16 = 0xd61f'0200,
              br_x17 = 0xd61f'0220, blr_x1 = 0xd63f'0020, ret_x1 = 0xd65f'0020;

constexpr u64 from = Machine::code, to = Machine::code + 0x1000;

struct Landing : Machine {
    explicit Landing(u64 more = 0)
    {
        context_word = Machine::context(Context::Bti::mask | more);
        state.x[1] = state.x[16] = state.x[17] = to;
    }

    /// Branches to `landing`: whether it executed.
    bool lands(u32 branch, u32 landing)
    {
        put(from, {branch});
        put(to, {landing, brk_0});
        state.pc = from;
        state.btype = 0;
        run();
        const Call& end = last_call(exception);
        if (took("branch target")) {
            CHECK(end.pc == to);
            CHECK(end.instructions == engine.instructions()); // it has not executed
            return false;
        }
        REQUIRE(took("brk"));
        CHECK(end.pc == to + (landing == brk_0 ? 0 : 4));
        return true;
    }
};

} // namespace

TEST_CASE("A guarded page is entered by indirect branches where BTI says so", "[a64][bti]")
{
    struct Row {
        u32 landing;
        bool by_br, by_br_x16, by_blr;
    };

    // DDI 0487, BTI: c is for calls and branches by X16 and X17, j for jumps; BRK for all.
    const Row row = GENERATE(Row{nop, false, false, false}, Row{bti, false, false, false},
                             Row{bti_c, false, true, true}, Row{bti_j, true, true, false},
                             Row{bti_jc, true, true, true}, Row{paciasp, true, true, true},
                             Row{pacibsp, true, true, true}, Row{brk_0, true, true, true},
                             Row{0x0000'0000, false, false, false}); // udf #0
    INFO(std::hex << row.landing);
    Landing m;
    m.guarded = {from, to};
    CHECK(m.lands(br_x1, row.landing) == row.by_br);
    CHECK(m.lands(br_x16, row.landing) == row.by_br_x16);
    CHECK(m.lands(br_x17, row.landing) == row.by_br_x16);
    CHECK(m.lands(blr_x1, row.landing) == row.by_blr);
}

TEST_CASE("A return lands anywhere, and so does a direct branch", "[a64][bti]")
{
    Landing m;
    m.guarded = {from, to};
    CHECK(m.lands(ret_x1, nop));
    CHECK(m.lands(0x1400'0400, nop)); // b .+0x1000
}

TEST_CASE("What matters is whether the page branched to is guarded", "[a64][bti]")
{
    Landing m;
    m.guarded = {from};
    CHECK(m.lands(br_x1, nop));
    CHECK(m.lands(blr_x1, nop));
    m.engine.evict_all(); // the pages change places
    m.guarded = {to};
    CHECK_FALSE(m.lands(br_x1, nop));
    CHECK_FALSE(m.lands(blr_x1, nop));
    // From an unguarded page BR has the type of BR X16.
    CHECK(m.lands(br_x1, bti_c));
    CHECK(m.state.btype == 0);
}

TEST_CASE("SCTLR_ELx.BT takes PACIASP and PACIBSP from the targets of BR", "[a64][bti]")
{
    Landing m{Context::StrictLanding::mask};
    m.guarded = {from, to};
    const u32 landing = GENERATE(paciasp, pacibsp);
    CHECK_FALSE(m.lands(br_x1, landing));
    CHECK(m.lands(br_x16, landing));
    CHECK(m.lands(blr_x1, landing));
    CHECK(m.lands(br_x1, bti_j));
}

TEST_CASE("BRK and the branch target exception report BTYPE, others clear it", "[a64][bti]")
{
    Landing m;
    m.guarded = {from, to};
    m.lands(blr_x1, brk_0);
    CHECK(m.state.btype == 2);
    m.lands(br_x1, nop);
    CHECK(m.state.btype == 3);
    CHECK(m.last_call("branch target").value == 3);
    m.lands(br_x1, bti_j);
    CHECK(m.state.btype == 0);
}

TEST_CASE("A chain of indirect branches keeps the type of the last", "[a64][bti]")
{
    Landing m;
    m.state.x[2] = to + 0x100;
    m.put(from, {br_x1});
    m.put(to, {0xd63f'0040});          // blr x2
    m.put(to + 0x100, {bti_j, brk_0}); // for jumps, not calls
    m.guarded = {to};
    m.state.pc = from;
    m.run();
    CHECK(m.took("branch target"));
    CHECK(m.last_call("branch target").value == 1); // BR from an unguarded page to BLR: not allowed
    m.put(to, {bti_c, 0xd63f'0040});
    m.state.pc = from;
    m.state.btype = 0;
    m.run();
    CHECK(m.last_call("branch target").pc == to + 0x100);
    CHECK(m.last_call("branch target").value == 2);
}

TEST_CASE("Landings are checked in traced, logged and stepped blocks, and outside of memory",
          "[a64][bti]")
{
    const u64 more = GENERATE(Context::Traced::mask, Context::Log::mask);
    Landing m{more};
    m.guarded = {from, to};
    CHECK_FALSE(m.lands(br_x1, bti_c));
    CHECK(m.lands(br_x1, bti_j));
    m.state.pc = from;
    m.step(br_x1);
    CHECK(m.state.btype == 3);
    m.step(bti_c);
    CHECK(m.took("branch target"));
    m.state.pc = to;
    m.state.btype = 3;
    m.step(bti_j);
    CHECK(m.state.btype == 0);
}

TEST_CASE("A page that becomes guarded is so for branches that were known already", "[a64][bti]")
{
    Landing m;
    CHECK(m.lands(br_x1, nop));
    CHECK(m.lands(br_x1, nop));
    m.guarded = {to};
    m.engine.evict(to);
    CHECK_FALSE(m.lands(br_x1, nop));
    m.guarded = {};
    m.engine.evict(to);
    CHECK(m.lands(br_x1, nop));
}

TEST_CASE("Without FEAT_BTI nothing is kept or checked", "[a64][bti]")
{
    Landing m;
    m.context_word = Machine::context();
    m.guarded = {from, to};
    CHECK(m.lands(br_x1, nop));
    CHECK(m.lands(blr_x1, brk_0));
    CHECK(m.state.btype == 0);
}
