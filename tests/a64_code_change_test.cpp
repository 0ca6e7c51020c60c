// SPDX-License-Identifier: MIT
#include "a64_machine.h"

#include <catch2/catch.hpp>

#include <sys/resource.h>

// Code that changes under its blocks, and long runs.

using namespace sl;
using namespace sl::a64;
using test::Machine;

TEST_CASE("a store into the block that runs takes effect with the next instruction",
          "[a64][engine]")
{
    Engine::Options options;
    options.max_block = GENERATE(1u, 4u, 64u);
    Machine m{options};
    m.state.x[1] = Machine::code + 8;
    m.state.x[2] = u64{0xd280'0040} | u64{0xd420'0000} << 32; // mov x0, #2; brk #0
    m.run({0xd280'0000,                                       // mov x0, #0
           0xf900'0022,                                       // str x2, [x1]
           0xd280'0020,                                       // mov x0, #1
           0xd280'0020,                                       // mov x0, #1
           0xd420'0020});                                     // brk #1
    CHECK(m.state.x[0] == 2);
    CHECK(m.last_call("brk").value == 0);
    CHECK(m.last_call("brk").instructions == 4);
}

TEST_CASE("a page whose writes were inline is written by the slow path once it has code",
          "[a64][engine]")
{
    Machine m;
    const u64 page = Machine::code + 0x4000;
    m.state.x[1] = page;
    m.state.x[2] = 0xd280'0020;             // mov x0, #1
    m.state.x[3] = 0xd65f'03c0;             // ret
    m.state.x[4] = 0xd280'0040;             // mov x0, #2
    m.put(Machine::code, {0xf900'0022,      // str x2, [x1]
                          0xf900'0423,      // str x3, [x1, #8]
                          0xd503'201f,      // nop
                          0xd63f'0020,      // blr x1
                          0xaa00'03e5,      // mov x5, x0
                          0xb900'0024,      // str w4, [x1]
                          0xd63f'0020,      // blr x1
                          0xd420'0000});    // brk #0
    m.write(page + 4, 0xd503'201f, 4);      // nop
    m.state.x[2] |= u64{0xd503'201f} << 32; // nop
    m.run();
    CHECK(m.state.x[5] == 1);
    CHECK(m.state.x[0] == 2);
}

TEST_CASE("a write from outside is seen by the next run", "[a64][engine]")
{
    Machine m;
    m.run({0x9400'0002,   // bl .+8
           0xd420'0000,   // brk #0
           0xd280'0020,   // mov x0, #1
           0xd65f'03c0}); // ret
    CHECK(m.state.x[0] == 1);
    m.write(Machine::code + 8, 0xd280'0040, 4); // mov x0, #2
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.state.x[0] == 2);
}

TEST_CASE("a write beside a block leaves it alone", "[a64][engine]")
{
    Machine m;
    m.run({0xd280'0020,             // mov x0, #1
           0xd420'0000});           // brk #0
    m.marks = {{Machine::code, 1}}; // would be seen if the block were decoded again
    m.write(Machine::code + 8, 0, 4);
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.count("mark") == 0);
    m.write(Machine::code + 4, 0xd420'0020, 4); // brk #1
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.count("mark") == 1);
}

TEST_CASE("a page without blocks may be written inline again", "[a64][engine]")
{
    Machine m;
    m.run({0xd420'0000}); // brk #0
    CHECK_FALSE(m.watch.inline_writes_allowed(Machine::code));
    m.write(Machine::code, 0, 4);
    CHECK(m.watch.inline_writes_allowed(Machine::code));
}

TEST_CASE("blocks linked to one that has changed find the new one", "[a64][engine]")
{
    Machine m;
    m.put(Machine::code, {0x1400'0002,   // b .+8
                          0xd503'201f,   // nop
                          0x1400'0002,   // b .+8
                          0xd503'201f,   // nop
                          0x9100'0400,   // add x0, x0, #1
                          0xd420'0000}); // brk #0
    for (unsigned i = 0; i < 3; ++i) {
        m.state.pc = Machine::code;
        m.run();
    }
    CHECK(m.state.x[0] == 3);
    m.write(Machine::code + 8, 0x1400'0003, 4); // b .+12
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.state.x[0] == 3);
    CHECK(m.took("brk"));
}

TEST_CASE("a chain of blocks takes no stack", "[a64][engine]")
{
    // Tail calls in optimized builds, a loop in others: either way 10^9 operations (fewer where the
    // build is slow) must fit into a few pages.
    rlimit limit{};
    getrlimit(RLIMIT_STACK, &limit);
    REQUIRE(limit.rlim_cur <= u64{1} << 30);
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
    const u64 rounds = 1'000'000;
#else
    const u64 rounds = 140'000'000;
#endif
    Machine m;
    m.state.x[0] = rounds;
    m.state.x[1] = Machine::data;
    m.marks = {{Machine::vector, 1}};
    m.run({0xf940'0022,   // ldr x2, [x1]
           0x9100'0442,   // add x2, x2, #1
           0xf900'0022,   // str x2, [x1]
           0x9400'0003,   // bl .+12
           0xb5ff'ff80,   // cbnz x0, .-16
           0xd420'0000,   // brk #0
           0xf100'0400,   // subs x0, x0, #1
           0xd65f'03c0}); // ret
    CHECK(m.took("brk"));
    CHECK(m.read(Machine::data, 8) == rounds);
    CHECK(m.engine.instructions() == 7 * rounds + 1);
    CHECK(m.engine.cycles() == 7 * rounds + 1);
    CHECK(m.calls.size() < 8);
}

TEST_CASE("misses and slow instructions take no stack either", "[a64][engine]")
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
    const u64 rounds = 20'000;
#else
    const u64 rounds = 300'000;
#endif
    struct Quiet : Machine {
        using Machine::Machine;

        bool load(u64 va, const Access& access, void* out) override
        {
            const bool ok = Machine::load(va, access, out);
            calls.clear();
            return ok;
        }
    };

    Quiet m;
    m.fills = false;
    m.marks = {{Machine::code + 4, 1}};
    m.context_word =
        Machine::context(Context::Log::mask | Context::Traced::mask | Context::SpCheck::mask);
    m.state.x[0] = rounds;
    m.run({0xf940'03e2,   // ldr x2, [sp]
           0xd53b'4203,   // mrs x3, nzcv
           0xf100'0400,   // subs x0, x0, #1
           0x54ff'ffa1,   // b.ne .-12
           0xd420'0000}); // brk #0
    CHECK(m.took("brk"));
    CHECK(m.engine.instructions() == 4 * rounds + 1);
}
