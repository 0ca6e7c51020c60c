// SPDX-License-Identifier: MIT
// The registers of a trace unit's resources, and the resources by themselves.
#include "trace/comparators.h"
#include "trace/ete_identity.h"
#include "trace/resources.h"
#include "trace_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

constexpr u64 always = 1;  // resource selector 1
constexpr u64 pair = 0x80; // an event's TYPE: a pair of selectors
constexpr u64 group_external = 0, group_counter = 2u << 16, group_single_shot = 3u << 16,
              group_address = 4u << 16, group_range = 5u << 16, group_context = 6u << 16,
              group_vmid = 7u << 16;
constexpr u64 inverted = 1u << 20, pair_inverted = 1u << 21;
constexpr u64 self_reload = 1u << 16, chained = 1u << 17;

Reg at(Reg zero, unsigned n)
{
    return static_cast<Reg>(static_cast<unsigned>(zero) + n);
}

Config with(ResourceCounts counts)
{
    Config config;
    config.resources = counts;
    return config;
}

struct Bench {
    Bench() { registers.write(Reg::TRCVICTLR, always); }

    Resources::Outcome block(u64 cycles = 1, Matches matches = {}, u8 external = 0)
    {
        return resources.advance(cycles, matches, external);
    }

    u64 counter(unsigned n) { return registers(Reg::TRCCNTVR0, n); }

    ResourceRegisters registers{with(ResourceCounts::full())};
    Resources resources{registers};
};

} // namespace

// TRCIDR4, TRCIDR5: what they announce exists, and nothing else.
TEST_CASE("The registers that exist are those that TRCIDR0, 4 and 5 announce")
{
    const auto counts =
        GENERATE(ResourceCounts::none(), ResourceCounts::core(), ResourceCounts::full());
    FakePe pe;
    TraceUnit unit{with(counts), pe};
    const u64 idr4 = unit.read(Reg::TRCIDR4), idr5 = unit.read(Reg::TRCIDR5);
    const u64 addresses = 2 * bits(idr4, 3, 0), contexts = bits(idr4, 27, 24),
              vmids = bits(idr4, 31, 28), shots = bits(idr4, 23, 20);
    const u64 pairs = bits(idr4, 19, 16) ? bits(idr4, 19, 16) + 1 : 0;
    const u64 counters = bits(idr5, 30, 28), inputs = bits(idr5, 11, 9);
    const bool sequencer = bits(idr5, 27, 25) == 4;
    CHECK((bits(idr5, 8, 0) == 0x1ff) == (inputs != 0));
    CHECK(bits(unit.read(Reg::TRCIDR0), 11, 10) == (pairs ? 3 : 0));

    const auto check = [&](Reg zero, unsigned most, u64 have) {
        for (unsigned n = 0; n < most; ++n)
            CHECK(unit.implements(at(zero, n)) == (n < have));
    };
    check(Reg::TRCACVR0, 16, addresses);
    check(Reg::TRCACATR0, 16, addresses);
    check(Reg::TRCCIDCVR0, 8, contexts);
    check(Reg::TRCVMIDCVR0, 8, vmids);
    check(Reg::TRCCIDCCTLR0, 2, contexts ? (contexts > 4 ? 2 : 1) : 0);
    check(Reg::TRCVMIDCCTLR0, 2, vmids ? (vmids > 4 ? 2 : 1) : 0);
    check(Reg::TRCRSCTLR2, 30, pairs ? 2 * pairs - 2 : 0);
    check(Reg::TRCSSCCR0, 8, shots);
    check(Reg::TRCSSCSR0, 8, shots);
    check(Reg::TRCCNTRLDVR0, 4, counters);
    check(Reg::TRCCNTCTLR0, 4, counters);
    check(Reg::TRCCNTVR0, 4, counters);
    check(Reg::TRCEXTINSELR0, 4, inputs);
    check(Reg::TRCSEQEVR0, 3, sequencer ? 3 : 0);
    for (const Reg reg : {Reg::TRCSEQRSTEVR, Reg::TRCSEQSTR})
        CHECK(unit.implements(reg) == sequencer);
    for (const Reg reg : {Reg::TRCVIIECTLR, Reg::TRCVISSCTLR, Reg::TRCBBCTLR})
        CHECK(unit.implements(reg) == (addresses != 0));
    CHECK(unit.implements(Reg::TRCEVENTCTL0R) == (pairs != 0));
    for (const Reg reg : {Reg::TRCVICTLR, Reg::TRCEVENTCTL1R, Reg::TRCTSCTLR, Reg::TRCRSR,
                          Reg::TRCSYNCPR, Reg::TRCCCCTLR, Reg::TRCCONFIGR, Reg::TRBPTR_EL1})
        CHECK(unit.implements(reg));
}

// LINUX.md, C10: TRCIDR values with which the kernel's driver writes nothing that is UNDEFINED.
TEST_CASE("A unit like that of a core has every register that the kernel's driver writes unasked")
{
    FakePe pe;
    TraceUnit unit{with(ResourceCounts::core()), pe};
    for (const Reg reg :
         {Reg::TRCEVENTCTL0R, Reg::TRCEVENTCTL1R, Reg::TRCTSCTLR, Reg::TRCSYNCPR, Reg::TRCCCCTLR,
          Reg::TRCBBCTLR, Reg::TRCVIIECTLR, Reg::TRCVISSCTLR, Reg::TRCCIDCCTLR0, Reg::TRCVMIDCCTLR0,
          Reg::TRCAUXCTLR, Reg::TRCTRACEIDR, Reg::TRCRSR})
        CHECK(unit.implements(reg));
    CHECK(unit.read(Reg::TRCIDR4) == 0x11170004);
    CHECK(unit.read(Reg::TRCIDR5) == 0x280709ff);
}

TEST_CASE(
    "Bits that a unit lacks do not stick, those that stand for nothing read as the manual says")
{
    FakePe pe;
    TraceUnit none{with(ResourceCounts::none()), pe};
    none.write(Reg::TRCVICTLR, 0);
    CHECK(none.read(Reg::TRCVICTLR) == 0x201); // no event, no start/stop: RES1
    none.write(Reg::TRCTSCTLR, ~u64{0});
    CHECK(none.read(Reg::TRCTSCTLR) == 0);
    none.write(Reg::TRCRSR, ~u64{0});
    CHECK(none.read(Reg::TRCRSR) == 0x1000);

    TraceUnit core{with(ResourceCounts::core()), pe};
    const auto sticks = [&core](Reg reg) {
        core.write(reg, ~u64{0});
        return core.read(reg);
    };
    CHECK(sticks(Reg::TRCVICTLR) == 0x700e9f);
    CHECK(sticks(Reg::TRCRSR) == 0x1f0f);
    CHECK(sticks(Reg::TRCVIIECTLR) == 0x000f000f);
    CHECK(sticks(Reg::TRCVISSCTLR) == 0x00ff00ff);
    CHECK(sticks(Reg::TRCBBCTLR) == 0x10f);
    CHECK(sticks(Reg::TRCTSCTLR) == 0x9f);
    CHECK(sticks(Reg::TRCEVENTCTL0R) == 0x9f9f9f9f);
    CHECK(sticks(Reg::TRCEVENTCTL1R) == 0xf);
    CHECK(sticks(Reg::TRCRSCTLR2) == 0x3fffff);
    CHECK(sticks(Reg::TRCRSCTLR3) == 0x1fffff);
    CHECK(sticks(Reg::TRCSSCCR0) == 0x010f00ff);
    CHECK(sticks(Reg::TRCSSCSR0) == 0xc0000001);
    CHECK(sticks(Reg::TRCCNTCTLR0) == 0x19f9f);
    CHECK(sticks(Reg::TRCCNTCTLR1) == 0x39f9f);
    CHECK(sticks(Reg::TRCCNTRLDVR0) == 0xffff);
    CHECK(sticks(Reg::TRCCNTVR1) == 0xffff);
    CHECK(sticks(Reg::TRCSEQEVR2) == 0x9f9f);
    CHECK(sticks(Reg::TRCSEQSTR) == 3);
    CHECK(sticks(Reg::TRCEXTINSELR3) == 0xffff);
    CHECK(sticks(Reg::TRCACVR7) == ~u64{0});
    CHECK(sticks(Reg::TRCACATR7) == 0x700c);
    CHECK(sticks(Reg::TRCCIDCVR0) == 0xffffffff);
    CHECK(sticks(Reg::TRCCIDCCTLR0) == 0xf);
    TraceUnit full{with(ResourceCounts::full()), pe};
    full.write(Reg::TRCACATR15, ~u64{0});
    CHECK(full.read(Reg::TRCACATR15) == 0x707c);
    full.write(Reg::TRCCIDCCTLR1, ~u64{0});
    CHECK(full.read(Reg::TRCCIDCCTLR1) == 0x0f0f0f0f);
}

TEST_CASE("Without EL2 there is no virtual context ID to compare")
{
    Config config = with(ResourceCounts::full());
    config.has_el2 = false;
    FakePe pe;
    TraceUnit unit{config, pe};
    CHECK(bits(unit.read(Reg::TRCIDR4), 31, 28) == 0);
    CHECK_FALSE(unit.implements(Reg::TRCVMIDCVR0));
    CHECK_FALSE(unit.implements(Reg::TRCVMIDCCTLR0));
}

TEST_CASE("A selector is any of its group's resources, or its inverse, 0 is FALSE and 1 TRUE")
{
    Bench b;
    Matches m;
    m.addresses = 1u << 15;
    m.ranges = 2;
    m.context_ids = 4;
    m.vmids = 8;
    const auto events = [&](u64 control, u64 event) {
        b.registers.write(Reg::TRCRSCTLR31, control);
        b.registers.write(Reg::TRCEVENTCTL0R, event);
        b.resources.begin();
        return b.block(1, m, 1).events;
    };
    CHECK(events(0, 0) == 0);
    CHECK(events(0, 1) == 1);
    CHECK(events(group_external | 1, 31) == 1);
    CHECK(events(group_external | 2, 31) == 0);
    CHECK(events(group_external | 2 | inverted, 31) == 1);
    CHECK(events(group_address | 0x8000, 31) == 1);
    CHECK(events(group_address | 0x7fff, 31) == 0);
    CHECK(events(group_range | 6, 31) == 1);
    CHECK(events(group_context | 4, 31u << 8) == 2);
    CHECK(events(group_vmid | 8, 31u << 24) == 8);
    CHECK(events(group_vmid | 7, 31u << 24) == 0);
    CHECK(events(8u << 16 | 0xffff, 31) == 0); // reserved
}

// TRCRSCTLR<n>.PAIRINV: the table of the combinations of A.PAIRINV, A.INV, B.INV.
TEST_CASE("A pair of selectors combines as the manual's table says")
{
    Bench b;
    b.registers.write(Reg::TRCEVENTCTL0R, pair | 3);
    for (const bool a : {false, true})
        for (const bool c : {false, true}) {
            Matches m;
            m.addresses = static_cast<u16>(a);
            m.ranges = c;
            const auto combined = [&](u64 of_a, u64 of_b) {
                b.registers.write(Reg::TRCRSCTLR6, group_address | 1 | of_a);
                b.registers.write(Reg::TRCRSCTLR7, group_range | 1 | of_b);
                b.resources.begin();
                return b.block(1, m).events == 1;
            };
            CHECK(combined(0, 0) == (a && c));
            CHECK(combined(inverted, 0) == (!a && c));
            CHECK(combined(inverted, inverted) == (!a && !c));
            CHECK(combined(pair_inverted, 0) == (!a || !c));
            CHECK(combined(pair_inverted, inverted) == (!a || c));
            CHECK(combined(pair_inverted | inverted, inverted) == (a || c));
        }
}

TEST_CASE("A counter counts cycles, and stays at zero with its resource active")
{
    Bench b;
    b.registers.write(Reg::TRCCNTVR0, 10);
    b.registers.write(Reg::TRCCNTCTLR0, always);
    b.registers.write(Reg::TRCRSCTLR2, group_counter | 1);
    b.registers.write(Reg::TRCEVENTCTL0R, 2);
    b.resources.begin();
    CHECK(b.block(7).events == 0);
    CHECK(b.counter(0) == 3);
    CHECK(b.block(3).events == 0);
    CHECK(b.counter(0) == 0);
    CHECK(b.block(1).events == 1);
    CHECK(b.block(100).events == 1);
    CHECK(b.counter(0) == 0);
}

TEST_CASE("A counter in self-reload mode comes round every TRCCNTRLDVR + 1 cycles")
{
    const u64 reload = GENERATE(0, 1, 2, 7, 100, 0xffff);
    const u64 step = GENERATE(1, 2, 3, 50, 1000);
    Bench b;
    b.registers.write(Reg::TRCCNTRLDVR3, reload);
    b.registers.write(Reg::TRCCNTVR3, reload);
    b.registers.write(Reg::TRCCNTCTLR3, self_reload | always);
    b.registers.write(Reg::TRCRSCTLR2, group_counter | 8);
    b.registers.write(Reg::TRCTSCTLR, 2);
    b.resources.begin();
    // The resource is active in the cycle behind the one that reloads.
    for (u64 cycle = 0; cycle < 300'000; cycle += step) {
        const u64 before = cycle == 0 ? 0 : (cycle - 1) / (reload + 1);
        const u64 after = (cycle + step - 1) / (reload + 1);
        REQUIRE(b.block(step).timestamp == (after != before));
        REQUIRE(b.counter(3) == reload - (cycle + step) % (reload + 1));
    }
}

TEST_CASE("A chained counter counts its neighbour's reloads, a reload event reloads")
{
    Bench b;
    b.registers.write(Reg::TRCCNTRLDVR0, 3);
    b.registers.write(Reg::TRCCNTVR0, 3);
    b.registers.write(Reg::TRCCNTCTLR0, self_reload | always);
    b.registers.write(Reg::TRCCNTRLDVR1, 50);
    b.registers.write(Reg::TRCCNTVR1, 50);
    b.registers.write(Reg::TRCRSCTLR2, group_external | 1);
    b.registers.write(Reg::TRCCNTCTLR1, chained | 2u << 8);
    b.resources.begin();
    b.block(4 * 20);
    CHECK(b.counter(1) == 30);
    b.block(1, {}, 1);
    CHECK(b.counter(1) == 50);
    b.block(4 * 7);
    CHECK(b.counter(1) == 43);
}

TEST_CASE("The sequencer goes one state a cycle, back, nowhere when asked for both, and to 0")
{
    Bench b;
    constexpr u64 ahead = 2, back = 3, reset = 4;
    b.registers.write(Reg::TRCRSCTLR2, group_external | 1);
    b.registers.write(Reg::TRCRSCTLR3, group_external | 2);
    b.registers.write(Reg::TRCRSCTLR4, group_external | 4);
    for (unsigned n = 0; n < 3; ++n)
        b.registers.write(at(Reg::TRCSEQEVR0, n), back << 8 | ahead);
    b.registers.write(Reg::TRCSEQRSTEVR, reset);
    b.registers.write(Reg::TRCRSCTLR5, group_counter | 0x80); // state 3
    b.registers.write(Reg::TRCEVENTCTL0R, 5);
    b.resources.begin();
    const auto state = [&b](u8 inputs) {
        b.block(10, {}, inputs);
        return b.registers[Reg::TRCSEQSTR];
    };
    CHECK(state(0) == 0);
    CHECK(state(2) == 0);
    CHECK(state(1) == 1);
    CHECK(state(3) == 1);
    CHECK(state(1) == 2);
    CHECK(state(2) == 1);
    CHECK(state(1) == 2);
    CHECK(b.block(1).events == 0);
    CHECK(state(1) == 3);
    CHECK(b.block(1).events == 1);
    CHECK(state(1) == 3);
    CHECK(state(7) == 0);
}

TEST_CASE("A single-shot control fires once until its status is cleared, or each time")
{
    Bench b;
    b.registers.write(Reg::TRCSSCCR2, 1u << 5);             // address comparator 5
    b.registers.write(Reg::TRCSSCCR7, 1u << 24 | 1u << 17); // range 1, multi-shot
    b.registers.write(Reg::TRCRSCTLR2, group_single_shot | 4);
    b.registers.write(Reg::TRCRSCTLR3, group_single_shot | 0x80);
    b.registers.write(Reg::TRCEVENTCTL0R, 3u << 8 | 2);
    b.resources.begin();
    Matches m;
    m.addresses = 1u << 5;
    m.ranges = 2;
    CHECK(b.block(9).events == 0);
    CHECK(b.registers[Reg::TRCSSCSR2] == 1);
    CHECK(b.block(9, m).events == 3);
    CHECK(b.registers[Reg::TRCSSCSR2] == 0x80000001);
    CHECK(b.block(9).events == 0);
    CHECK(b.block(9, m).events == 2);
    b.registers.write(Reg::TRCSSCSR2, 0);
    CHECK(b.block(9, m).events == 3);
}

TEST_CASE("External inputs are events in the PMU's numbering")
{
    Bench b;
    b.registers.write(Reg::TRCEXTINSELR1, Resources::event_exc_taken);
    b.registers.write(Reg::TRCEXTINSELR2, Resources::event_cpu_cycles);
    b.registers.write(Reg::TRCEXTINSELR3, Resources::event_exc_taken);
    CHECK(b.resources.selectors_of(Resources::event_exc_taken) == 0b1010);
    CHECK(b.resources.selectors_of(Resources::event_inst_retired) == 0);
    b.registers.write(Reg::TRCRSCTLR2, group_external | 4); // cycles, counted
    b.registers.write(Reg::TRCCNTVR0, 1000);
    b.registers.write(Reg::TRCCNTCTLR0, 2);
    b.resources.begin();
    b.block(600);
    CHECK(b.counter(0) == 400);
}

TEST_CASE("Context comparators compare the bytes that are not masked, and stay as set")
{
    ResourceRegisters registers{with(ResourceCounts::full())};
    Comparators comparators{registers};
    registers.write(Reg::TRCCIDCVR5, 0x12345678);
    registers.write(Reg::TRCVMIDCVR1, 0x42);
    const auto matches = [&](u32 context, u32 vmid) {
        comparators.set_context({1, false, context, vmid});
        return comparators.match({0x1000, 0x1000});
    };
    CHECK(matches(0x12345678, 0x42).context_ids == 0x20);
    CHECK(matches(0x12345678, 0x42).vmids == 2);
    CHECK(matches(0x12345679, 0x42).context_ids == 0);
    CHECK(matches(0x12345678, 0x142).vmids == 0);
    registers.write(Reg::TRCCIDCCTLR1, 0x0300);
    registers.write(Reg::TRCVMIDCCTLR0, 0x0200);
    CHECK(matches(0x1234ffff, 0x4342).context_ids == 0x20);
    CHECK(matches(0x1235ffff, 0x4342).context_ids == 0);
    CHECK(matches(0x1234ffff, 0x4342).vmids == 2);
    CHECK(matches(0, 0).context_ids == 0xdf); // those with value 0
}

TEST_CASE("Address comparators look at the level, the state and the context that they are told to")
{
    ResourceRegisters registers{with(ResourceCounts::full())};
    Comparators comparators{registers};
    registers.write(Reg::TRCACVR2, 0x1008);
    registers.write(Reg::TRCACVR3, 0x100c);
    registers.write(Reg::TRCCIDCVR3, 7);
    registers.write(Reg::TRCVMIDCVR3, 9);
    const auto at_block = [&](u64 type, ExecutionContext context, u64 first, u64 end) {
        registers.write(Reg::TRCACATR2, type);
        registers.write(Reg::TRCACATR3, type);
        comparators.set_context(context);
        return comparators.match({first, end});
    };
    const auto single = [&](u64 type, ExecutionContext context) {
        return at_block(type, context, 0x1000, 0x100c).addresses & 0xc;
    };
    CHECK(single(0, {1, false, 0, 0}) == 4);
    CHECK(single(1u << 13, {1, false, 0, 0}) == 0);
    CHECK(single(1u << 13, {0, false, 0, 0}) == 4);
    CHECK(single(3u << 4 | 1u << 2, {1, false, 7, 0}) == 4);
    CHECK(single(3u << 4 | 1u << 2, {1, false, 8, 0}) == 0);
    CHECK(single(3u << 4 | 2u << 2, {1, false, 7, 8}) == 0);
    CHECK(single(3u << 4 | 3u << 2, {1, false, 7, 9}) == 4);
    CHECK(single(3u << 4 | 3u << 2, {1, false, 6, 9}) == 0);
    // Ranges contain both their ends.
    CHECK(at_block(0, {}, 0x1000, 0x1008).ranges == 0);
    CHECK(at_block(0, {}, 0x1000, 0x100c).ranges == 2);
    CHECK(at_block(0, {}, 0x100c, 0x1010).ranges == 2);
    CHECK(at_block(0, {}, 0x1010, 0x1014).ranges == 0);
    CHECK(at_block(0, {}, 0x1008, 0x1008).ranges == 0);
    CHECK(at_block(1u << 12, {}, 0x100c, 0x1010).ranges == 0);
}

TEST_CASE("Secure state has exclusions of its own")
{
    Config config = with(ResourceCounts::core());
    config.has_el3 = true;
    ResourceRegisters registers{config};
    Comparators comparators{registers};
    registers.write(Reg::TRCACVR0, 0x1000);
    registers.write(Reg::TRCACATR0, 1u << 9);
    comparators.set_context({1, false, 0, 0});
    CHECK(comparators.match({0x1000, 0x1004}).addresses & 1);
    comparators.set_context({1, true, 0, 0});
    CHECK_FALSE(comparators.match({0x1000, 0x1004}).addresses & 1);
}
