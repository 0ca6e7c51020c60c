// SPDX-License-Identifier: MIT
#include "a64/decode.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

#include <tuple>

// What watches the engine, and that it changes nothing.

using namespace sl;
using namespace sl::a64;
using test::Machine;

namespace {

/// What an instruction costs depends on all that went before it in its run: any mistake about the
/// pipeline state shows in the clock.
class Chained : public CostModel {
public:
    void begin(PipeId in) override { state_ = in; }

    u32 add(const Effects& effects) override
    {
        const u32 cost = 1 + state_ % 3;
        state_ = (state_ * 5 + static_cast<u32>(effects.cls) * 7 + effects.read_count + 1) % 97;
        return cost;
    }

    PipeId end() override { return state_; }

    u32 taken(CostClass cls) const override { return cls == CostClass::BranchReturn ? 2 : 3; }

private:
    PipeId state_ = 0;
};

/// Calls and returns, loops, accesses that miss, system registers, a page crossing, and an
/// exception.
void load_program(Machine& m)
{
    m.put(Machine::code, {0xd280'00a0,            // mov x0, #5
                          0xf940'0023,            // ldr x3, [x1]
                          0x8b00'0863,            // add x3, x3, x0, lsl #2
                          0xf800'8423,            // str x3, [x1], #8
                          0xd518'c003,            // msr vbar_el1, x3
                          0x9b00'7c64,            // mul x4, x3, x0
                          0xd538'c005,            // mrs x5, vbar_el1
                          0x3600'0060,            // tbz x0, #0, .+12
                          0x9400'03f5,            // bl .+0xfd4
                          0xd503'3fdf,            // isb
                          0xf100'0400,            // subs x0, x0, #1
                          0x54ff'fec1,            // b.ne .-40
                          0x1400'07f1});          // b .+0x1fc4
    m.put(Machine::code + 0xff4, {0x9100'04c6,    // add x6, x6, #1
                                  0xca05'00c7,    // eor x7, x6, x5
                                  0xd503'201f,    // nop
                                  0x9ac6'08e8,    // udiv x8, x7, x6
                                  0xd65f'03c0});  // ret
    m.put(Machine::code + 0x1ff4, {0xd503'201f,   // nop
                                   0xd503'3f9f,   // dsb sy
                                   0xd503'201f,   // nop
                                   0x9b07'1909,   // madd x9, x8, x7, x6
                                   0xd420'00e0}); // brk #7
    m.state.x[1] = Machine::data + page_size - 16;
    m.state.x[6] = 3;
}

using Seen = std::vector<std::tuple<std::string, u64, u64, u64, u64>>;

/// Runs the program and tells all calls of the environment with their clocks, but for `without`.
Seen see(unsigned max_block, bool annotated, u64 with = 0,
         const std::set<std::string>& without = {}, const std::map<u64, u32>& marks = {},
         const DebugPoints& points = {}, bool step_on = false)
{
    Chained model;
    Engine::Options options;
    options.max_block = max_block;
    options.cost_model = &model;
    options.functional_cost = 2;
    Machine m{options};
    m.marks = marks;
    m.context_word = Machine::context((annotated ? Context::Annotated::mask : 0) | with);
    load_program(m);
    m.state.pc = Machine::code;
    m.engine.set_debug_points(points);
    while (!m.took("brk")) {
        Stop why = m.run(m.engine.cycles() + 40);
        for (; why == Stop::Breakpoint || why == Stop::Watchpoint; why = m.engine.resume()) {
            if (!step_on)
                continue;
            // As gdb goes on from a breakpoint: without it for one instruction.
            m.engine.set_debug_points({});
            m.engine.set_context(m.context_word | Context::SingleStep::mask);
            CHECK(m.engine.resume() == Stop::Step);
            m.engine.set_context(m.context_word);
            m.engine.set_debug_points(points);
        }
    }
    Seen seen;
    for (const Machine::Call& c : m.calls)
        if (!without.contains(c.what))
            seen.emplace_back(c.what, c.pc, c.value, c.cycles, c.instructions);
    return seen;
}

} // namespace

TEST_CASE("the cut into blocks cannot be observed", "[a64][engine]")
{
    const bool annotated = GENERATE(false, true);
    const unsigned max_block = GENERATE(1u, 2u, 3u, 4u, 7u, 64u);
    INFO("at most " << max_block);
    const Seen reference = see(1024, annotated);
    REQUIRE(reference.size() >= 20);
    CHECK(see(max_block, annotated) == reference);
}

TEST_CASE("log, marks, trace and single steps do not change the clock", "[a64][engine]")
{
    const bool annotated = GENERATE(false, true);
    const Seen reference = see(64, annotated);
    CHECK(see(64, annotated, Context::Log::mask, {"log"}) == reference);
    CHECK(see(64, annotated, Context::Traced::mask, {"waypoint"}) == reference);
    CHECK(see(64, annotated, Context::SingleStep::mask) == reference);
    CHECK(see(64, annotated, 0, {"mark"},
              {{Machine::code + 4, 1}, {Machine::code + 8, 2}, {Machine::code + 0x1000, 3}}) ==
          reference);
}

TEST_CASE("a debugger's stops do not change the clock", "[a64][engine]")
{
    const bool annotated = GENERATE(false, true);
    const bool step_on = GENERATE(false, true);
    const unsigned max_block = GENERATE(1u, 64u);
    // Where an access is made by the slow path, the environment hears of more loads and stores.
    const std::set<std::string> accesses{"load", "store", "fetch"};
    const Seen reference = see(64, annotated, 0, accesses);
    DebugPoints points;
    for (const u64 at : {0u, 4u, 12u, 36u, 40u, 0xff4u, 0x1000u, 0x1004u, 0x1ff8u, 0x2004u})
        points.breakpoints.push_back(Machine::code + at);
    CHECK(see(max_block, annotated, 0, accesses, {}, points, step_on) == reference);
    points.watches = {{Machine::data, 2 * page_size, true, true}};
    CHECK(see(max_block, annotated, 0, accesses, {}, points, step_on) == reference);
}

TEST_CASE("a breakpoint stops before its instruction, in every alias of the page", "[a64][engine]")
{
    Machine m;
    m.put(Machine::code, {0x9100'0400,   // add x0, x0, #1
                          0x9100'0421,   // add x1, x1, #1
                          0x17ff'fffe}); // b .-8
    m.run(m.engine.cycles() + 9);        // decoded without breakpoints
    const u64 loops = m.state.x[0];
    m.engine.set_debug_points({.breakpoints = {Machine::code + 4, Machine::code + 0x5000}});
    REQUIRE(m.run() == Stop::Breakpoint);
    CHECK(m.state.pc == Machine::code + 4);
    CHECK(m.state.x[0] == loops + 1);
    CHECK(m.state.x[1] == loops);
    CHECK(m.engine.resume() == Stop::Breakpoint);
    CHECK(m.state.x[1] == loops + 1);
    CHECK(m.engine.instructions() == 3 * (loops + 1) + 1);

    SECTION("none is left when it has been removed")
    {
        m.engine.set_debug_points({});
        CHECK(m.run(m.engine.cycles() + 30) == Stop::Budget);
        CHECK(m.state.x[0] > loops + 3);
    }
    SECTION("sent elsewhere, it stops again where it has just been")
    {
        m.state.pc = Machine::code;
        REQUIRE(m.run() == Stop::Breakpoint);
        CHECK(m.state.pc == Machine::code + 4);
        CHECK(m.state.x[1] == loops + 1);
    }
}

TEST_CASE("a watchpoint stops before the access", "[a64][engine]")
{
    struct Case {
        const char* what;
        u32 word;
        bool reads, writes;
    };

    // x1: the watched doubleword; x2: 16 bytes before it, x3: 64 bytes, not aligned
    const Case c = GENERATE(Case{"ldr x0, [x1]", 0xf940'0020, true, false},
                            Case{"ldrb w0, [x1, #7]", 0x3940'1c20, true, false},
                            Case{"str x0, [x1]", 0xf900'0020, false, true},
                            Case{"ldp x4, x5, [x2, #8]", 0xa940'9444, true, false},
                            Case{"stp q0, q1, [x2]", 0xad00'0440, false, true},
                            Case{"ld1 {v0.16b-v3.16b}, [x2]", 0x4c40'2040, true, false},
                            Case{"st1 {v0.16b-v3.16b}, [x2]", 0x4c00'2040, false, true},
                            Case{"ldxr x0, [x1]", 0xc85f'7c20, true, false},
                            Case{"stxr w0, x4, [x1]", 0xc800'7c24, false, true},
                            Case{"ldadd x4, x0, [x1]", 0xf824'0020, true, true},
                            Case{"cas x4, x5, [x1]", 0xc8a4'7c25, true, true},
                            Case{"dc zva, x3", 0xd50b'7423, false, true});
    INFO(c.what);
    const bool reads = GENERATE(false, true);
    const u64 at = Machine::data + 0x40;
    Machine m;
    m.put(Machine::code, {0xf940'0006, c.word, 0xd420'0000}); // ldr x6, [x0]; …; brk #0
    m.state.x[0] = m.state.x[2] = Machine::data + 0x30;
    m.state.x[1] = at;
    m.state.x[3] = at + 0x21;
    m.write(at, 0x1234, 8);
    m.state.pc = Machine::code;
    m.engine.set_debug_points({.watches = {{at, 8, reads, !reads}}});
    const State before = m.state;
    const Stop why = m.run();
    if (reads ? c.reads : c.writes) {
        REQUIRE(why == Stop::Watchpoint);
        CHECK(m.engine.watched().va == at);
        CHECK(m.state.pc == Machine::code + 4);
        CHECK(m.engine.instructions() == 1);
        CHECK(m.read(at, 8) == 0x1234);
        CHECK(m.state.x[1] == before.x[1]);
        CHECK(m.state.x[4] == before.x[4]);
        CHECK(m.engine.resume() == Stop::Requested);
    }
    CHECK(m.took("brk"));
    CHECK(m.engine.instructions() == 3);
}

TEST_CASE("a sample point is met exactly, however blocks are cut, and costs nothing",
          "[a64][engine]")
{
    const bool annotated = GENERATE(false, true);
    const unsigned max_block = GENERATE(1u, 3u, 64u);
    const auto run = [&](bool sampled) {
        Chained model;
        Engine::Options options;
        options.max_block = max_block;
        options.cost_model = &model;
        Machine m{options};
        m.context_word = Machine::context((annotated ? Context::Annotated::mask : 0) |
                                          (sampled ? Context::Sampled::mask : 0));
        load_program(m);
        u64 next = 7;
        m.on_sample = [&](u32 word) {
            // The number and the word are those of the instruction that comes.
            CHECK(m.engine.instructions() == next);
            CHECK(word == m.read(m.state.pc, 4));
            next += 5;
            m.engine.sample_at(next);
        };
        m.engine.sample_at(next);
        m.state.pc = Machine::code;
        while (!m.took("brk"))
            m.run(m.engine.cycles() + 40);
        CHECK((!sampled || next > m.engine.instructions()));
        CHECK((!sampled || m.count("sample") == (next - 7) / 5));
        return std::pair{m.engine.cycles(), m.engine.instructions()};
    };
    CHECK(run(true) == run(false));
}

TEST_CASE("data accesses are shown to the environment while it asks for them", "[a64][engine]")
{
    Machine m;
    m.put(Machine::code, {0xf940'0022,   // ldr x2, [x1]
                          0xf940'0023,   // ldr x3, [x1]
                          0xf940'0024,   // ldr x4, [x1]
                          0xd420'0000}); // brk #0
    m.state.x[1] = Machine::data;
    m.context_word = Machine::context(Context::Sampled::mask);
    m.on_sample = [&](u32) {
        m.engine.show_data(m.engine.instructions() == 1);
        m.engine.sample_at(m.engine.instructions() == 1 ? 2 : ~u64{0});
    };
    m.engine.sample_at(1);
    m.state.pc = Machine::code;
    m.run();
    CHECK(m.count("load") == 2); // the first fills; the second is shown; the third is inline
}

TEST_CASE("annotated blocks charge what the cost model says", "[a64][engine]")
{
    // By hand: state 0; NOP costs 1; then state (0 * 5 + Hint * 7 + 0 + 1) % 97, and so on.
    Chained by_hand;
    Decoded nop, add, branch;
    decode_word(0xd503'201f, Parts::all(), nop);    // nop
    decode_word(0x9100'0400, Parts::all(), add);    // add x0, x0, #1
    decode_word(0x1400'0002, Parts::all(), branch); // b .+8
    by_hand.begin(0);
    u64 cycles = by_hand.add(nop.learnt.effects);
    cycles += by_hand.add(add.learnt.effects);
    cycles += by_hand.add(branch.learnt.effects);
    cycles += by_hand.taken(CostClass::BranchDirect);

    Chained model;
    Engine::Options options;
    options.cost_model = &model;
    Machine m{options};
    m.context_word = Machine::context(Context::Annotated::mask);
    m.put(Machine::code, {0xd503'201f,   // nop
                          0x9100'0400,   // add x0, x0, #1
                          0x1400'0002,   // b .+8
                          0xd503'201f,   // nop
                          0xd503'201f}); // nop
    CHECK(m.run(1) == Stop::Budget);
    CHECK(m.engine.cycles() == cycles);
}

TEST_CASE("the log tells every instruction before it executes", "[a64][engine]")
{
    Machine m;
    m.context_word = Machine::context(Context::Log::mask);
    m.run({0xd280'0040,   // mov x0, #2
           0xd100'0400,   // sub x0, x0, #1
           0xb5ff'ffe0,   // cbnz x0, .-4
           0xd420'0000}); // brk #0
    std::vector<u64> offsets, instructions;
    for (const Machine::Call& c : m.calls)
        if (c.what == "log") {
            offsets.push_back(c.pc - Machine::code);
            instructions.push_back(c.instructions);
        }
    CHECK(offsets == std::vector<u64>{0, 4, 8, 4, 8, 12});
    CHECK(instructions == std::vector<u64>{0, 1, 2, 3, 4, 5});
    CHECK(m.last_call("log").value == 0xd420'0000); // brk #0
}

TEST_CASE("a mark is told each time, before its instruction", "[a64][engine]")
{
    Machine m;
    m.marks = {{Machine::code + 4, 17}};
    m.put(Machine::code, {0xd280'0060,   // mov x0, #3
                          0xd100'0400,   // sub x0, x0, #1
                          0xb5ff'ffe0,   // cbnz x0, .-4
                          0xd420'0000}); // brk #0

    SECTION("in a loop")
    {
        m.run();
        CHECK(m.count("mark") == 3);
        CHECK(m.last_call("mark").value == 17);
        CHECK(m.last_call("mark").pc == Machine::code + 4);
        CHECK(m.last_call("mark").instructions == 5);
    }
    SECTION("a stop asked for by it comes before the instruction, and it is told once")
    {
        m.action = [](Machine& self) { self.engine.request_stop(); };
        CHECK(m.run() == Stop::Requested);
        CHECK(m.state.pc == Machine::code + 4);
        CHECK(m.state.x[0] == 3);
        CHECK(m.engine.instructions() == 1);
        CHECK(m.run() == Stop::Requested);
        CHECK(m.state.x[0] == 2);
        CHECK(m.count("mark") == 2);
    }
    SECTION("also where the block is looked up anew")
    {
        m.action = [](Machine& self) {
            self.engine.request_stop();
            self.engine.evict_all();
        };
        m.run();
        m.run();
        CHECK(m.count("mark") == 2);
    }
    SECTION("new marks are seen once blocks are flushed")
    {
        m.marks.clear();
        m.run();
        m.marks = {{Machine::code, 1}};
        m.engine.flush_blocks();
        m.state.pc = Machine::code;
        m.run();
        CHECK(m.count("mark") == 1);
    }
    SECTION("an instruction that is reached again after an exception is marked again")
    {
        m.marks = {{Machine::code, 1}};
        m.stop_on_exception = false;
        m.unmapped = {Machine::data};
        m.state.x[1] = Machine::data;
        m.put(Machine::code, {0xf940'0020,     // ldr x0, [x1]
                              0xd420'0000});   // brk #0
        m.put(Machine::vector, {0xd503'207f}); // wfi
        CHECK(m.run() == Stop::Halted);
        m.unmapped.clear();
        m.state.pc = Machine::code;
        m.stop_on_exception = true;
        m.run();
        CHECK(m.count("mark") == 2);
    }
}

TEST_CASE("single step returns after each instruction", "[a64][engine]")
{
    Machine m;
    m.context_word = Machine::context(Context::SingleStep::mask);
    m.put(Machine::code, {0x9100'0400,   // add x0, x0, #1
                          0x17ff'ffff}); // b .-4
    for (u64 i = 1; i <= 6; ++i) {
        CHECK(m.run() == Stop::Step);
        CHECK(m.engine.instructions() == i);
        CHECK(m.state.pc == Machine::code + 4 * (i % 2));
    }
    CHECK(m.state.x[0] == 3);

    SECTION("and after an exception")
    {
        m.put(Machine::code, {0xd400'0001}); // svc #0
        m.stop_on_exception = false;
        CHECK(m.run() == Stop::Step);
        CHECK(m.state.pc == Machine::vector);
    }
    SECTION("a stop that was asked for meanwhile stays")
    {
        m.put(Machine::code, {0xd400'0001}); // svc #0
        CHECK(m.run() == Stop::Step);
        CHECK(m.run() == Stop::Requested);
    }
    SECTION("but not after a mark, before which nothing was executed")
    {
        m.marks = {{Machine::code, 1}};
        m.engine.flush_blocks();
        m.action = [](Machine& self) { self.engine.request_stop(); };
        CHECK(m.run() == Stop::Requested);
        CHECK(m.engine.instructions() == 6);
        CHECK(m.run() == Stop::Step);
        CHECK(m.engine.instructions() == 7);
    }
}

TEST_CASE("traced blocks report their waypoints", "[a64][engine]")
{
    using Kind = Waypoint::Kind;
    Machine m;
    m.context_word = Machine::context(Context::Traced::mask);
    m.state.x[5] = Machine::code + 0x100;
    m.put(Machine::code, {0xd503'201f,           // nop
                          0xb400'0045,           // cbz x5, .+8
                          0xb500'0045,           // cbnz x5, .+8
                          0xd503'201f,           // nop
                          0x9400'0002,           // bl .+8
                          0xd420'0000,           // brk #0
                          0xd503'3fdf,           // isb
                          0xd503'205f,           // wfe
                          0xd63f'00a0,           // blr x5
                          0xd61f'00a0});         // br x5
    m.put(Machine::code + 0x100, {0xb500'0066,   // cbnz x6, .+12
                                  0xd280'0026,   // mov x6, #1
                                  0xd65f'03c0,   // ret
                                  0x1400'0001,   // b .+4
                                  0xd420'0020}); // brk #1
    m.run();

    struct Expected {
        Kind kind;
        bool taken;
        u64 at, target;
    };

    const Expected expected[] = {
        {Kind::Direct, false, 4, 8},         {Kind::Direct, true, 8, 16},
        {Kind::DirectLink, true, 16, 24},    {Kind::Isb, true, 24, 28},
        {Kind::Wfx, true, 28, 32},           {Kind::IndirectLink, true, 32, 0x100},
        {Kind::Direct, false, 0x100, 0x104}, {Kind::Return, true, 0x108, 36},
        {Kind::Indirect, true, 36, 0x100},   {Kind::Direct, true, 0x100, 0x10c},
        {Kind::Direct, true, 0x10c, 0x110},
    };
    REQUIRE(m.waypoints.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        INFO("waypoint " << i);
        CHECK(m.waypoints[i].kind == expected[i].kind);
        CHECK(m.waypoints[i].taken == expected[i].taken);
        CHECK(m.waypoints[i].pc == Machine::code + expected[i].at);
        CHECK(m.waypoints[i].target == Machine::code + expected[i].target);
    }
    CHECK(m.last_call("brk").value == 1);

    SECTION("exactly: at the clock of the instructions before them")
    {
        for (const Machine::Call& c : m.calls)
            if (c.what == "waypoint" && c.pc == Machine::code + 8) {
                CHECK(c.cycles == 2);
                CHECK(c.instructions == 2);
            }
    }
    SECTION("untraced blocks of the same code report none")
    {
        m.waypoints.clear();
        m.context_word = Machine::context();
        m.state.pc = Machine::code;
        m.run();
        CHECK(m.waypoints.empty());
    }
}

TEST_CASE("a waypoint may stop the run after its branch", "[a64][engine]")
{
    struct Stopping : Machine {
        void waypoint(const Waypoint& w) override
        {
            Machine::waypoint(w);
            engine.request_stop();
        }
    };

    Stopping m;
    m.context_word = Machine::context(Context::Traced::mask);
    m.put(Machine::code, {0xd503'201f,   // nop
                          0xb500'005f,   // cbnz xzr, .+8
                          0x1400'0002,   // b .+8
                          0xd503'201f,   // nop
                          0xd420'0000}); // brk #0
    CHECK(m.run() == Stop::Requested);
    CHECK(m.state.pc == Machine::code + 8);
    CHECK(m.engine.instructions() == 2);
    CHECK(m.run() == Stop::Requested);
    CHECK(m.state.pc == Machine::code + 16);
    CHECK(m.engine.instructions() == 3);
    CHECK(m.waypoints.size() == 2);
}
