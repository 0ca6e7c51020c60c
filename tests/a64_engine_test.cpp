// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

// Blocks, budgets and stops: what the engine promises in engine.h.

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("a loop runs until its count is used up", "[a64][engine]")
{
    Machine m;
    m.state.x[0] = 10;
    m.run({0xf100'0400,   // subs x0, x0, #1
           0x54ff'ffe1,   // b.ne .-4
           0xd420'0540}); // brk #42
    CHECK(m.took("brk"));
    CHECK(m.state.x[0] == 0);
    CHECK(m.engine.instructions() == 21);
    CHECK(m.engine.cycles() == 21);
    CHECK(m.last_call("brk").pc == Machine::code + 8);
    CHECK(m.last_call("brk").value == 42);
    CHECK(m.count("fetch") == 1);
}

TEST_CASE("the budget is seen at taken branches, and at page ends", "[a64][engine]")
{
    Machine m;
    m.put(Machine::code, {0xd503'201f,   // nop
                          0xd503'201f,   // nop
                          0xd503'201f,   // nop
                          0x17ff'fffd}); // b .-12

    SECTION("a run ends at the first taken branch at or after it")
    {
        CHECK(m.run(2) == Stop::Budget);
        CHECK(m.engine.cycles() == 4);
        CHECK(m.state.pc == Machine::code);
    }
    SECTION("a run whose end has been reached does nothing")
    {
        CHECK(m.run(2) == Stop::Budget);
        CHECK(m.run(4) == Stop::Budget);
        CHECK(m.engine.instructions() == 4);
        CHECK(m.run(5) == Stop::Budget);
        CHECK(m.engine.instructions() == 8);
    }
    SECTION("a page end")
    {
        m.state.pc = Machine::code + 0xffc;
        m.put(m.state.pc, {0xd503'201f,   // nop
                           0xd503'201f}); // nop
        CHECK(m.run(1) == Stop::Budget);
        CHECK(m.state.pc == Machine::code + 0x1000);
    }
    SECTION("an exception")
    {
        m.stop_on_exception = false;
        m.put(Machine::code, {0xd400'0001});   // svc #0
        m.put(Machine::vector, {0x1400'0000}); // b .
        CHECK(m.run(1) == Stop::Budget);
        CHECK(m.state.pc == Machine::vector);
        CHECK(m.engine.instructions() == 1);
    }
    SECTION("a limit set on the way")
    {
        m.put(Machine::code, {0xd518'c000,   // msr vbar_el1, x0
                              0x1400'0000}); // b .
        m.action = [](Machine& self) { self.engine.limit(20); };
        CHECK(m.run() == Stop::Budget);
        CHECK(m.engine.cycles() == 20);
    }
    SECTION("the clock runs on where it was")
    {
        m.run(2);
        m.engine.charge(100);
        CHECK(m.engine.cycles() == 104);
        CHECK(m.run(105) == Stop::Budget);
        CHECK(m.engine.cycles() == 108);
    }
}

TEST_CASE("time passes even where no instruction executes", "[a64][engine]")
{
    Machine m;
    m.stop_on_exception = false;
    m.unmapped = {Machine::code, Machine::vector};
    CHECK(m.run(100) == Stop::Budget);
    CHECK(m.engine.instructions() == 0);
    CHECK(m.engine.cycles() == 100);
}

TEST_CASE("a stop is taken after the instruction that asked for it", "[a64][engine]")
{
    Machine m;
    m.put(Machine::code, {0x9100'0400,   // add x0, x0, #1
                          0xd518'c000,   // msr vbar_el1, x0
                          0x9100'0400,   // add x0, x0, #1
                          0xd420'0000}); // brk #0
    m.action = [](Machine& self) { self.engine.request_stop(); };
    CHECK(m.run() == Stop::Requested);
    CHECK(m.state.pc == Machine::code + 8);
    CHECK(m.state.x[0] == 1);
    CHECK(m.engine.instructions() == 2);
    CHECK(m.engine.cycles() == 2);

    SECTION("and the next run goes on behind it")
    {
        CHECK(m.run() == Stop::Requested); // the machine stops at the BRK
        CHECK(m.took("brk"));
        CHECK(m.state.x[0] == 2);
        CHECK(m.last_call("brk").cycles == 4);
    }
    SECTION("wherever the PC is put meanwhile")
    {
        m.state.pc = Machine::code + 12;
        m.run();
        CHECK(m.state.x[0] == 1);
        CHECK(m.last_call("brk").cycles == 3);
    }
    SECTION("a stop asked for from outside ends the next run at once")
    {
        m.engine.request_stop(Stop::Halted);
        CHECK(m.run() == Stop::Halted);
        CHECK(m.engine.instructions() == 2);
    }
}

TEST_CASE("a faulting access leaves the block with the clock and PC of its instruction",
          "[a64][engine]")
{
    Machine m;
    m.unmapped = {Machine::data};
    m.state.x[1] = Machine::data;
    m.state.x[2] = 7;
    m.run({0xd503'201f,   // nop
           0xd503'201f,   // nop
           0xf940'0422,   // ldr x2, [x1, #8]
           0xd503'201f}); // nop
    CHECK(m.took("data abort"));
    const Machine::Call& fault = m.last_call("data abort");
    CHECK(fault.pc == Machine::code + 8);
    CHECK(fault.value == Machine::data + 8);
    CHECK(fault.cycles == 2);
    CHECK(fault.instructions == 2);
    CHECK(m.state.x[2] == 7);
    CHECK(m.engine.instructions() == 2);
    CHECK(m.state.pc == Machine::vector);
}

TEST_CASE("the software TLB answers what it was given", "[a64][engine]")
{
    Machine m;
    m.state.x[1] = Machine::data;
    m.put(Machine::code, {0xf940'0022,   // ldr x2, [x1]
                          0xf940'0423,   // ldr x3, [x1, #8]
                          0xf900'0823,   // str x3, [x1, #16]
                          0xd420'0000}); // brk #0
    const auto again = [&] {
        m.calls.clear();
        m.state.pc = Machine::code;
        m.run();
    };
    m.write(Machine::data + 8, 0x1122'3344'5566'7788, 8);
    again();
    CHECK(m.count("load") == 1);
    CHECK(m.count("store") == 0);
    CHECK(m.state.x[3] == 0x1122'3344'5566'7788);
    CHECK(m.read(Machine::data + 16, 8) == 0x1122'3344'5566'7788);

    SECTION("until the page is evicted")
    {
        m.engine.evict(Machine::data + 0x123);
        again();
        CHECK(m.count("load") == 1);
    }
    SECTION("or a range around it")
    {
        m.engine.evict(Machine::data - page_size, 4 * page_size);
        again();
        CHECK(m.count("load") == 1);
    }
    SECTION("or its translation, but no other")
    {
        m.engine.evict_translation(2);
        again();
        CHECK(m.count("load") == 0);
        m.engine.evict_translation(1);
        again();
        CHECK(m.count("load") == 1);
    }
    SECTION("or everything")
    {
        m.engine.evict_all();
        again();
        CHECK(m.count("load") == 1);
        CHECK(m.count("fetch") == 1);
    }
    SECTION("not for another page")
    {
        m.engine.evict(Machine::data + page_size);
        again();
        CHECK(m.count("load") == 0);
    }
    SECTION("not in another translation, which has its own")
    {
        m.engine.set_translation(2);
        again();
        CHECK(m.count("load") == 1);
        CHECK(m.count("fetch") == 1);
    }
    SECTION("not for an access that crosses into the next page")
    {
        m.state.x[1] = Machine::data + page_size - 12;
        again();
        CHECK(m.count("load") == 1);
        CHECK(m.last_call("load").value == Machine::data + page_size - 4);
    }
    SECTION("not for writes once somebody watches the page")
    {
        m.watch.watch_monitor(Machine::data);
        again();
        CHECK(m.count("load") == 0);
        CHECK(m.count("store") == 1);
        again();
        CHECK(m.count("store") == 1);
    }
}

TEST_CASE("alignment is checked where the context says so", "[a64][engine]")
{
    Machine m;
    m.state.x[1] = Machine::data;
    m.step(0xf940'0022); // fills the software TLB // ldr x2, [x1]
    m.state.x[1] = Machine::data + 4;

    SECTION("unaligned accesses are made")
    {
        m.step(0xf940'0022); // ldr x2, [x1]
        CHECK(m.exception.empty());
    }
    SECTION("or refused")
    {
        m.context_word = Machine::context(Context::AlignCheck::mask);
        m.step(0xf940'0022); // ldr x2, [x1]
        CHECK(m.took("alignment"));
    }
    SECTION("aligned ones still go inline")
    {
        m.context_word = Machine::context(Context::AlignCheck::mask);
        m.state.x[1] = Machine::data + 8;
        m.calls.clear();
        m.step(0xf940'0022); // ldr x2, [x1]
        CHECK(m.count("load") == 0);
        CHECK(m.exception.empty());
    }
}

TEST_CASE("SP is checked as a base where the context says so", "[a64][engine]")
{
    Machine m;
    m.state.x[slot_sp] = Machine::data + 8;

    SECTION("not without")
    {
        m.step(0xf940'03e2); // ldr x2, [sp]
        CHECK(m.exception.empty());
    }
    SECTION("misaligned")
    {
        m.context_word = Machine::context(Context::SpCheck::mask);
        m.run({0xd503'201f, 0xf940'03e2}); // nop; ldr x2, [sp]
        CHECK(m.took("sp alignment"));
        CHECK(m.last_call("sp alignment").pc == Machine::code + 4);
        CHECK(m.engine.instructions() == 1);
    }
    SECTION("aligned")
    {
        m.context_word = Machine::context(Context::SpCheck::mask);
        m.step(0xf840'8fe2); // ldr x2, [sp, #8]!
        CHECK(m.took("sp alignment"));
        m.exception.clear();
        m.state.pc = Machine::code;
        m.state.x[slot_sp] = Machine::data;
        m.step(0xf940'07e2); // ldr x2, [sp, #8]
        CHECK(m.exception.empty());
    }
    SECTION("arithmetic on SP is no access")
    {
        m.context_word = Machine::context(Context::SpCheck::mask);
        m.step(0x9100'13e0); // add x0, sp, #4
        CHECK(m.exception.empty());
    }
}

TEST_CASE("nothing executes in Illegal Execution state", "[a64][engine]")
{
    Machine m;
    m.context_word = Machine::context(Context::IllegalState::mask);
    m.run({0x9100'0400}); // add x0, x0, #1
    CHECK(m.took("illegal state"));
    CHECK(m.state.x[0] == 0);
    CHECK(m.engine.instructions() == 0);
    CHECK(m.last_call("illegal state").pc == Machine::code);
}

TEST_CASE("SIMD&FP instructions trap where the context says so", "[a64][engine]")
{
    Machine m;
    m.state.vreg[1].lo = 5;
    const u32 fmov = 0x9e66'0020; // fmov x0, d1
    m.step(fmov);
    CHECK(m.state.x[0] == 5);
    m.context_word = Machine::context(Context::FpTrapped::mask);
    m.state.x[0] = 0;
    m.step(fmov);
    CHECK(m.took("fp trapped"));
    CHECK(m.state.x[0] == 0);
    m.exception.clear();
    m.state.pc = Machine::code;
    m.step(0x9100'0400); // add x0, x0, #1
    CHECK(m.exception.empty());
}

TEST_CASE("a fetch fault is taken where execution goes, not before", "[a64][engine]")
{
    Machine m;
    m.unmapped = {Machine::code + page_size};
    m.state.pc = Machine::code + 0xff8;
    m.put(m.state.pc, {0x9100'0400,   // add x0, x0, #1
                       0x9100'0400}); // add x0, x0, #1
    m.run();
    CHECK(m.took("instruction abort"));
    CHECK(m.state.x[0] == 2);
    CHECK(m.last_call("instruction abort").pc == Machine::code + 0x1000);
    CHECK(m.last_call("instruction abort").instructions == 2);
}

TEST_CASE("code that is not in memory is fetched word by word", "[a64][engine]")
{
    // Another machine, whose fetches bring one word each.
    struct Flash : Machine {
        bool fetch(u64 va, FetchPage& page) override
        {
            if (!Machine::fetch(va, page))
                return false;
            std::memcpy(&page.word, page.host + va % page_size, 4);
            page.host = nullptr;
            return true;
        }
    };

    Flash m;
    m.state.x[0] = 3;
    m.run({0xf100'0400,   // subs x0, x0, #1
           0x54ff'ffe1,   // b.ne .-4
           0xd420'0000}); // brk #0
    CHECK(m.took("brk"));
    CHECK(m.engine.instructions() == 7);
    CHECK(m.count("fetch") == 7);
}

TEST_CASE("one page of code runs at all its addresses", "[a64][engine]")
{
    Machine m;
    const u64 alias = 0x7fff'0000'0000;
    m.aliases[alias] = Machine::code;
    m.put(Machine::code, {0x9400'0002,   // bl .+8
                          0xd420'0020,   // brk #1
                          0x1000'0000,   // adr x0, .
                          0xd65f'03c0}); // ret
    m.run();
    CHECK(m.state.x[0] == Machine::code + 8);
    CHECK(m.last_call("brk").pc == Machine::code + 4);
    m.state.pc = alias;
    m.run();
    CHECK(m.state.x[0] == alias + 8);
    CHECK(m.state.x[30] == alias + 4);
    CHECK(m.last_call("brk").pc == alias + 4);
}

TEST_CASE("a branch to another page follows its translation", "[a64][engine]")
{
    Machine m;
    m.aliases[Machine::code + 0x1000] = Machine::code + 0x2000;
    m.put(Machine::code, {0x1400'0400});          // b .+0x1000
    m.put(Machine::code + 0x2000, {0xd420'0040}); // brk #2
    m.put(Machine::code + 0x3000, {0xd420'0060}); // brk #3
    m.run();
    CHECK(m.last_call("brk").value == 2);
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.last_call("brk").value == 2);
    // The page is mapped elsewhere, and the old translation thrown away.
    m.aliases[Machine::code + 0x1000] = Machine::code + 0x3000;
    m.engine.evict(Machine::code + 0x1000);
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.last_call("brk").value == 3);
}

TEST_CASE("contexts do not share blocks", "[a64][engine]")
{
    Machine m;
    m.put(Machine::code, {0xf940'03e2,   // ldr x2, [sp]
                          0xd420'0000}); // brk #0
    m.state.x[slot_sp] = Machine::data + 4;
    m.run();
    CHECK(m.took("brk"));
    m.context_word = Machine::context(Context::SpCheck::mask);
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.took("sp alignment"));
}

TEST_CASE("a change of context takes effect with the next instruction", "[a64][engine]")
{
    Machine m;
    m.state.x[slot_sp] = Machine::data + 4;
    m.action = [](Machine& self) {
        self.context_word = Machine::context(Context::SpCheck::mask);
        self.engine.set_context(self.context_word);
    };
    m.run({0xf940'03e2,   // ldr x2, [sp]
           0xd518'1000,   // msr sctlr_el1, x0
           0xf940'03e2,   // ldr x2, [sp]
           0xd420'0000}); // brk #0
    CHECK(m.took("sp alignment"));
    CHECK(m.last_call("sp alignment").pc == Machine::code + 8);
    CHECK(m.last_call("sp alignment").cycles == 2);
}
