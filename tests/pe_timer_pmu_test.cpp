// SPDX-License-Identifier: MIT
#include "pe/message_queue.h"
#include "pe/pmu.h"
#include "pe/syndrome.h"
#include "pe/timers.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace sl;
using namespace sl::pe;

TEST_CASE("a timer's status follows the count, its line the mask too")
{
    Timers t{100'000'000}; // 10 ns a count
    t[Timers::Physical].write_cval(50);
    t[Timers::Physical].write_ctl(1);
    CHECK(t[Timers::Physical].read_ctl(49) == 1);
    CHECK(t[Timers::Physical].read_ctl(50) == 5);
    CHECK_FALSE(t.irq(Timers::Physical, 499'999));
    CHECK(t.irq(Timers::Physical, 500'000));
    t[Timers::Physical].write_ctl(3);
    CHECK(t[Timers::Physical].read_ctl(50) == 7);
    CHECK_FALSE(t.irq(Timers::Physical, 500'000));
    t[Timers::Physical].write_ctl(0);
    CHECK(t[Timers::Physical].read_ctl(50) == 0);
}

TEST_CASE("TVAL is a signed 32-bit distance")
{
    Comparator c;
    c.write_tval(100, 1000);
    CHECK(c.read_cval() == 1100);
    CHECK(c.read_tval(1000) == 100);
    CHECK(c.read_tval(1101) == 0xffff'ffff);
    c.write_tval(0xffff'fff6, 1000); // -10
    CHECK(c.read_cval() == 990);
}

TEST_CASE("CNTVOFF_EL2 shifts the EL1 virtual timer and no other")
{
    Timers t{1'000'000'000};
    t.set_virtual_offset(400);
    CHECK(t.virtual_count(1'000'000) == 600);
    CHECK(t.physical_count(1'000'000) == 1000);
    t[Timers::Virtual].write_cval(700);
    t[Timers::Virtual].write_ctl(1);
    t[Timers::HypVirtual].write_cval(1200);
    t[Timers::HypVirtual].write_ctl(1);
    CHECK_FALSE(t.irq(Timers::Virtual, 1'099'999));
    CHECK(t.irq(Timers::Virtual, 1'100'000));
    CHECK(t.next_expiry(1'000'000) == 1'100'000u);
    CHECK(t.next_expiry(1'100'000) == 1'200'000u);
    CHECK_FALSE(t.next_expiry(1'200'000));
}

TEST_CASE("the expiry is the first picosecond at which the line is high")
{
    Timers t{62'500'000}; // 16 ns
    t[Timers::Hyp].write_ctl(1);
    for (const u64 cval : {1u, 7u, 1'000'003u}) {
        t[Timers::Hyp].write_cval(cval);
        const u64 at = t.next_expiry(0).value();
        CHECK(t.irq(Timers::Hyp, at));
        CHECK_FALSE(t.irq(Timers::Hyp, at - 1));
    }
}

TEST_CASE("a parked timer never expires")
{
    Timers t{1'000'000'000};
    t[Timers::Virtual].write_cval(~u64{0});
    t[Timers::Virtual].write_ctl(1);
    CHECK_FALSE(t.next_expiry(12345));
    t[Timers::Virtual].write_cval(u64{1} << 62);
    CHECK_FALSE(t.next_expiry(12345));
}

namespace {

constexpr Pmu::Mode el1{.el = 1}, el0{.el = 0}, el2{.el = 2};

Pmu running()
{
    Pmu p;
    p.set_mode(el1);
    p.write_control(1 | 1 << 6); // E, LC
    p.enable(u64{1} << 31 | 1);
    p.set_type(0, Pmu::InstRetired);
    return p;
}

} // namespace

TEST_CASE("the cycle and instruction counters count what the PE did")
{
    Pmu p = running();
    p.advance({100, 60});
    CHECK(p.value(Pmu::cycle) == 100);
    CHECK(p.value(0) == 60);
    p.write_control(1 << 6); // E = 0
    p.advance({200, 160});
    CHECK(p.value(Pmu::cycle) == 100);
    CHECK(p.value(0) == 60);
}

TEST_CASE("PMCR_EL0 reads N and not the reset bits, which clear the counters")
{
    Pmu p = running();
    p.advance({100, 60});
    p.write_control(0x47);
    CHECK(p.read_control() == (u64{6} << 11 | 0x41));
    CHECK(p.value(Pmu::cycle) == 0);
    CHECK(p.value(0) == 0);
}

TEST_CASE("filters choose the exception levels in which an event counts")
{
    Pmu p = running();
    p.set_type(0, Pmu::InstRetired | u64{1} << 31); // P: not at EL1
    p.advance({10, 10});
    CHECK(p.value(0) == 0);
    p.set_mode(el0);
    p.advance({20, 20});
    CHECK(p.value(0) == 10);
    p.set_type(0, Pmu::InstRetired | u64{1} << 30); // U: not at EL0
    p.advance({30, 30});
    CHECK(p.value(0) == 10);
    p.set_mode(el2);
    p.advance({40, 40});
    CHECK(p.value(0) == 10); // EL2 only with NSH
    p.set_type(0, Pmu::InstRetired | u64{1} << 27);
    p.advance({50, 50});
    CHECK(p.value(0) == 20);
}

TEST_CASE("NSK and NSU matter only where EL3 is")
{
    Pmu p = running();
    p.set_type(0, Pmu::InstRetired | u64{1} << 29);
    CHECK(p.type(0) == Pmu::InstRetired);
    p.set_mode({.el = 1, .has_el3 = true});
    p.set_type(0, Pmu::InstRetired | u64{1} << 29);
    p.advance({10, 10});
    CHECK(p.value(0) == 0); // NSK != P
    p.set_type(0, Pmu::InstRetired | u64{1} << 29 | u64{1} << 31);
    p.advance({20, 20});
    CHECK(p.value(0) == 10);
}

TEST_CASE("event counters overflow at 32 bits and raise the interrupt if enabled")
{
    Pmu p = running();
    p.set_value(0, 0xffff'fff0);
    p.enable_interrupts(1);
    CHECK(p.quiet_cycles(4) == 4);
    p.advance({15, 15});
    CHECK_FALSE(p.irq());
    p.advance({16, 16});
    CHECK(p.irq());
    CHECK(p.overflowed() == 1);
    CHECK(p.value(0) == 0);
    p.clear_overflow(1);
    CHECK_FALSE(p.irq());
}

TEST_CASE("PMCR_EL0.LC chooses where the cycle counter overflows")
{
    Pmu p = running();
    p.enable_interrupts(u64{1} << 31);
    p.set_value(Pmu::cycle, 0xffff'ffff);
    p.advance({1, 1});
    CHECK_FALSE(p.irq());
    CHECK(p.value(Pmu::cycle) == 0x1'0000'0000);
    p.write_control(1);
    p.set_value(Pmu::cycle, 0xffff'ffff);
    CHECK(p.quiet_cycles(1) == 1);
    p.advance({2, 2});
    CHECK(p.irq());
}

TEST_CASE("MDCR_EL2.HPMN gives the upper counters to EL2")
{
    Pmu p = running();
    p.set_mode({.el = 1, .hpmn = 2});
    p.set_type(2, Pmu::InstRetired);
    p.enable(1 << 2);
    p.advance({10, 10});
    CHECK(p.value(0) == 10);
    CHECK(p.value(2) == 0);
    p.set_mode({.el = 1, .hpmn = 2, .hyp_enable = true});
    p.advance({20, 20});
    CHECK(p.value(2) == 10);
    p.write_control(0x43); // P from EL1 leaves EL2's counters
    CHECK(p.value(0) == 0);
    CHECK(p.value(2) == 10);
}

TEST_CASE(
    "MDCR_EL2.HPMD keeps the lower counters from counting at EL2, with PMCR_EL0.DP the cycles")
{
    constexpr u64 nsh = u64{1} << 27;
    Pmu p = running();
    p.set_type(0, Pmu::InstRetired | nsh);
    p.set_type(2, Pmu::InstRetired | nsh);
    p.set_type(Pmu::cycle, nsh);
    p.enable(1 << 2);
    const Pmu::Mode prohibited{.el = 2, .hpmn = 2, .hyp_enable = true, .hyp_prohibits = true};
    p.set_mode(prohibited);
    p.advance({10, 10});
    CHECK(p.value(0) == 0);
    CHECK(p.value(2) == 10); // EL2's own
    CHECK(p.value(Pmu::cycle) == 10);
    p.write_control(1 | 1 << 5 | 1 << 6); // E, DP, LC
    p.advance({20, 20});
    CHECK(p.value(Pmu::cycle) == 10);
    Pmu::Mode below = prohibited;
    below.el = 1;
    p.set_mode(below);
    p.advance({30, 30});
    CHECK(p.value(0) == 10);
    CHECK(p.value(Pmu::cycle) == 20);
}

TEST_CASE("event numbers have 10 bits, with FEAT_PMUv3p1 16, and those of profiling are beyond")
{
    Pmu first, second{true};
    for (Pmu* const p : {&first, &second}) {
        p->set_mode(el1);
        p->write_control(1);
        p->enable(0b111);
        p->set_type(0, Pmu::SamplePop);
        p->set_type(1, Pmu::SampleFeed);
        p->set_type(2, Pmu::SampleFiltrate);
        p->advance({.cycles = 9, .instructions = 8, .population = 7, .samples = 3, .filtrates = 2});
    }
    CHECK(first.type(1) == 1);
    CHECK(first.value(1) == 0);
    CHECK(second.type(1) == Pmu::SampleFeed);
    CHECK(second.value(0) == 7);
    CHECK(second.value(1) == 3);
    CHECK(second.value(2) == 2);
}

TEST_CASE("software increments and single events count on the counters that select them")
{
    Pmu p = running();
    p.set_type(1, Pmu::SwIncr);
    p.set_type(3, Pmu::ExcTaken);
    p.enable(0b1010);
    p.software_increment(0b1011);
    p.happened(Pmu::ExcTaken);
    p.happened(Pmu::ExcReturn);
    CHECK(p.value(0) == 0);
    CHECK(p.value(1) == 1);
    CHECK(p.value(3) == 1);
}

TEST_CASE("messages are taken in order of time, then sender, then posting, and never early")
{
    MessageQueue q;
    std::vector<int> taken;
    q.post(200, 1, [&] { taken.push_back(1); });
    q.post(100, 3, [&] { taken.push_back(2); });
    q.post(100, 2, [&] { taken.push_back(3); });
    q.post(100, 2, [&] { taken.push_back(4); });
    CHECK(q.next_ps() == 100u);
    CHECK_FALSE(q.take(99));
    while (const auto action = q.take(100))
        action();
    CHECK(taken == std::vector{3, 4, 2});
    CHECK(q.next_ps() == 200u);
    q.take(1000)();
    CHECK(taken.back() == 1);
    CHECK_FALSE(q.next_ps());
}

TEST_CASE("syndromes have the manual's layout")
{
    // MRS x5, TRFCR_EL1 (3,0,c1,c2,1) trapped: EC 0x18.
    CHECK(esr_of(Ec::sysreg, sysreg_iss(a64::SysKey::of(3, 0, 1, 2, 1), 5, true)) ==
          (u64{0x18} << 26 | u64{1} << 25 | 3 << 20 | 1 << 17 | 1 << 10 | 5 << 5 | 2 << 1 | 1));
    CHECK(esr_of(Ec::wfx, wfx_iss(true)) == 0x07e0'0001);
    CHECK(esr_of(Ec::hvc64, 0x1234) == 0x5a00'1234);
    // LDRSW x7: 4 bytes, sign-extended to 64 bits.
    CHECK(instruction_syndrome({.bytes = 4, .isv = true, .sse = true, .sf = true, .srt = 7}) ==
          (u64{1} << 24 | u64{2} << 22 | u64{1} << 21 | u64{7} << 16 | u64{1} << 15));
    CHECK(instruction_syndrome({.bytes = 4, .srt = 7}) == 0);
}
