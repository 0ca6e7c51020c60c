// SPDX-License-Identifier: MIT
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;
using Why = Outcome::Why;
constexpr u32 nop = 0xd503'201f, wfe = 0xd503'205f, wfi = 0xd503'207f, yield_hint = 0xd503'203f;

/// A PE in WFI at EL1 with the virtual timer's IRQ masked.
struct Sleeper : Bench {
    explicit Sleeper(PeConfig config = test_config())
        : Bench{config}
    {
        gic.ppi_irq = true;
        go(1);
        code(entry, {wfi});
    }

    /// CNTV fires at `count`.
    void timer(u64 count)
    {
        set(Reg::CNTV_CVAL_EL0, count);
        set(Reg::CNTV_CTL_EL0, 1);
    }
};

} // namespace

// ---- Budget
// ------------------------------------------------------------------------------------------

TEST_CASE("a PE that was never powered on has no engine, no time and no cost")
{
    Bench b{test_config(), false};
    const Outcome o = b.pe.run(1'000'000);
    CHECK(o.why == Why::Off);
    CHECK(!o.wake_ps);
    CHECK(b.pe.cycle() == 0);
    CHECK(b.pe.instructions() == 0);
    b.pe.settle(5'000);
    CHECK(b.pe.now_ps() == 0);
}

TEST_CASE("run goes on until local time has reached the end of its budget")
{
    Bench b;
    b.code(Bench::entry, {});
    const Outcome o = b.pe.run(100'000);
    CHECK(o.why == Why::Budget);
    CHECK(b.pe.now_ps() == 100'000);
    CHECK(b.pe.cycle() == 100);
    CHECK(b.pe.instructions() == 100);
    CHECK(b.pe.run(100'000).why == Why::Budget); // nothing left
    CHECK(b.pe.cycle() == 100);
}

TEST_CASE("cycles become time exactly at a frequency whose period is no whole picosecond")
{
    PeConfig config = test_config();
    config.clock_hz = 2'400'000'000;
    Bench b{config};
    b.code(Bench::entry, {});
    b.pe.run(1'000'000'000); // 1 ms
    CHECK(b.pe.cycle() == 2'400'000);
    CHECK(b.pe.now_ps() == 1'000'000'000);
}

TEST_CASE("a stop request ends run before the marked instruction")
{
    struct Stopper : Marks {
        u32 at(u64 pa) override { return pa == Bench::entry + 8 ? 5 : 0; }

        void reached(Pe& pe, u32 id) override
        {
            reached_id = id;
            pe.request_stop();
        }

        u32 reached_id = 0;
    } marks;

    TestBus bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    TestObserver observer;
    Pe pe{test_config(), {bus, watch, gic, cohort, &marks, &observer}};
    cohort.add(pe);
    for (unsigned i = 0; i < 4; ++i)
        bus.at<u32>(Bench::entry + 4 * i) = nop;
    pe.power_on(Bench::entry, 2, 0, 0);
    CHECK(pe.run(1'000'000).why == Why::Stopped);
    CHECK(marks.reached_id == 5);
    CHECK(pe.state().pc == Bench::entry + 8);
    CHECK(pe.cycle() == 2);
    CHECK(observer.of("mark").at(0).cycle == 2);
    // Going on does not report the same arrival again.
    bus.at<u32>(Bench::entry + 12) = Bench::loop;
    CHECK(pe.run(20'000).why == Why::Budget);
    CHECK(observer.of("mark").size() == 1);

    pe.request_stop();
    CHECK(pe.run(1'000'000).why == Why::Stopped);
    CHECK(pe.now_ps() == 20'000);
}

TEST_CASE("fidelity may change while running, at a mark, and takes effect with that instruction")
{
    struct Switch : Marks {
        u32 at(u64 pa) override { return pa == Bench::entry + 8; }

        void reached(Pe& pe, u32) override { pe.set_annotated(true); }
    } marks;

    PeConfig config = test_config();
    config.profile.latency_of(a64::CostClass::Isb) = 40;
    TestBus bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    Pe pe{config, {bus, watch, gic, cohort, &marks, nullptr}};
    cohort.add(pe);
    constexpr u32 isb = 0xd503'3fdf;
    for (unsigned i = 0; i < 4; ++i)
        bus.at<u32>(Bench::entry + 4 * i) = isb;
    bus.at<u32>(Bench::entry + 16) = Bench::loop;
    pe.power_on(Bench::entry, 2, 0, 0);
    pe.run(3'000);
    CHECK(pe.annotated());
    CHECK(pe.cycle() >= 2 + 80);
}

// ---- Messages
// ----------------------------------------------------------------------------------------

TEST_CASE("a message is delivered when local time has reached it, not before")
{
    Bench b;
    b.code(Bench::entry, {});
    std::vector<u64> at;
    b.pe.post(50'500, 1, [&] { at.push_back(b.pe.now_ps()); });
    b.pe.post(20'000, 1, [&] { at.push_back(b.pe.now_ps()); });
    b.pe.run(40'000);
    CHECK(at == std::vector<u64>{20'000});
    b.pe.run(100'000);
    CHECK(at == std::vector<u64>{20'000, 51'000}); // the first cycle at or after 50.5 ns
    CHECK(b.pe.late_messages() == 0);
    b.pe.post(90'000, 1, [&] { at.push_back(b.pe.now_ps()); });
    CHECK(b.pe.late_messages() == 1);
    b.pe.run(110'000);
    CHECK(at.back() == 100'000);
}

TEST_CASE("a message that the PE posts to itself bounds the budget in progress")
{
    Bench b;
    b.code(Bench::entry, {0xd518'cba0}); // msr icc_sgi1r_el1, x0
    u64 seen = 0;
    b.gic.on_write = [&](Reg, u64) {
        b.pe.post(b.pe.now_ps() + 10'000, 0, [&] { seen = b.pe.now_ps(); });
    };
    b.pe.run(100'000);
    CHECK(seen == 10'000);
}

TEST_CASE("messages of one time come in order of their senders, and wake the thread")
{
    Bench b;
    b.code(Bench::entry, {});
    std::vector<int> order;
    std::vector<u64> woken;
    b.pe.on_message([&](u64 at) { woken.push_back(at); });
    b.pe.post(5'000, 7, [&] { order.push_back(7); });
    b.pe.post(5'000, 2, [&] { order.push_back(2); });
    b.pe.run(10'000);
    CHECK(order == std::vector<int>{2, 7});
    CHECK(woken == std::vector<u64>{5'000, 5'000});
}

// ---- Waiting
// -----------------------------------------------------------------------------------------

TEST_CASE("WFI ends in the cycle in which the timer fires, and local time stands until then")
{
    Sleeper b;
    b.timer(1'000); // 100 MHz: 10 us
    Outcome o = b.pe.run(2'000'000);
    CHECK(o.why == Why::Waiting);
    CHECK(o.wake_ps == 10'000'000u);
    CHECK(b.pe.waiting());
    CHECK(b.pe.cycle() == 1);
    o = b.pe.run(12'000'000);
    CHECK(o.why == Why::Budget);
    CHECK(b.pe.cycle() == 12'000);
    const auto halted = b.observer.of(Observer::Signal::Halted);
    REQUIRE(halted.size() == 4); // off, on, waiting, awake
    CHECK(halted[2].cycle == 1);
    CHECK(halted[3].cycle == 10'000);
    CHECK(b.gic.ppi_ps == 10'000'000);
}

TEST_CASE("in annotated fidelity waking costs what the profile says")
{
    PeConfig config = test_config();
    config.annotated = true;
    config.profile.wfx_wakeup = 33;
    Sleeper b{config};
    b.timer(1'000);
    b.pe.run(9'000'000);
    b.pe.run(10'000'001);
    CHECK(b.observer.of(Observer::Signal::Halted).back().cycle == 10'033);
}

TEST_CASE("WFI is woken by a masked interrupt and goes on behind itself")
{
    Sleeper b;
    b.code(Bench::entry, {wfi, 0xd280'0021}); // mov x1, #1
    CHECK(b.run_cycles(10).why == Why::Waiting);
    b.pe.post(50'000, 0x100, [&] { b.gic.now.irq = true; });
    CHECK(b.pe.run(60'000).why == Why::Budget);
    CHECK(b.pe.state().x[1] == 1);
    CHECK(b.pe.state().el == 1);
}

TEST_CASE("a message that wakes nobody leaves the PE asleep")
{
    Sleeper b;
    b.run_cycles(10);
    b.pe.post(50'000, 0x100, [] {});
    const Outcome o = b.pe.run(60'000);
    CHECK(o.why == Why::Waiting);
    CHECK(!o.wake_ps);
}

TEST_CASE("WFE consumes an event, SEVL and exception return leave one")
{
    Bench b;
    b.code(Bench::entry, {wfe});
    CHECK(b.run_cycles(10).why == Why::Waiting);
    b.pe.post(30'000, 1, [&] { b.pe.event(); });
    CHECK(b.pe.run(40'000).why == Why::Budget);

    Bench sevl;
    sevl.code(Bench::entry, {0xd503'20bf, wfe, wfe}); // sevl
    CHECK(sevl.run_cycles(10).why == Why::Waiting);
    CHECK(sevl.pe.state().pc == Bench::entry + 12);

    Bench ret;
    ret.go(1);
    ret.code(Bench::entry, {wfe, wfe});
    CHECK(ret.run_cycles(10).why == Why::Waiting);
    CHECK(ret.pe.state().pc == Bench::entry + 8);
}

TEST_CASE("WFE is woken by an unmasked interrupt only")
{
    Bench b;
    b.go(1, 0b0010);
    b.pe.hint(2);
    b.code(Bench::entry, {wfe});
    CHECK(b.run_cycles(10).why == Why::Waiting);
    b.pe.post(20'000, 1, [&] { b.gic.now.irq = true; });
    CHECK(b.pe.run(30'000).why == Why::Waiting);
    b.pe.post(40'000, 1, [&] { b.gic.now.fiq = true; });
    b.set(Reg::VBAR_EL1, TestBus::ram + 0x1'0000);
    b.code(TestBus::ram + 0x1'0300, {});
    CHECK(b.pe.run(50'000).why == Why::Budget);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry + 4);
}

TEST_CASE("the event stream wakes WFE at the edges of the counter bit that CNTKCTL_EL1 names")
{
    Bench b;
    b.go(1);
    b.pe.hint(2);
    b.code(Bench::entry, {});
    b.pe.run(1'000'000); // count 100
    b.code(Bench::entry, {wfe, wfe});
    b.pe.state().pc = Bench::entry;
    b.set(Reg::CNTKCTL_EL1, 1 << 2 | 9 << 4); // bit 9 from 0 to 1: counts 512, 1536, …
    Outcome o = b.run_cycles(10);
    CHECK(o.why == Why::Waiting);
    CHECK(o.wake_ps == 5'120'000u);
    o = b.pe.run(5'200'000);
    CHECK(o.why == Why::Waiting);
    CHECK(b.pe.state().pc == Bench::entry + 8);
    CHECK(o.wake_ps == 15'360'000u);

    b.set(Reg::CNTKCTL_EL1, 1 << 2 | 1 << 3 | 9 << 4); // from 1 to 0: 1024
    CHECK(b.pe.run(5'300'000).wake_ps == 10'240'000u);
}

TEST_CASE("YIELD lets the others catch up")
{
    Bench b;
    b.code(Bench::entry, {nop, yield_hint, nop});
    CHECK(b.pe.run(1'000'000).why == Why::Budget);
    CHECK(b.pe.cycle() == 2);
    CHECK(b.pe.run(1'000'000).why == Why::Budget);
    CHECK(b.pe.cycle() == 1'000);
}

TEST_CASE("settle brings the clock of a waiting PE to the end of the run")
{
    Sleeper b;
    b.run_cycles(10);
    CHECK(b.pe.cycle() == 1);
    b.pe.settle(77'000);
    CHECK(b.pe.cycle() == 77);
}

// ---- Interrupts in time
// --------------------------------------------------------------------------------

TEST_CASE("a timer that fires in running code interrupts at the next branch after its time")
{
    Sleeper b;
    b.go(1, 0);
    b.set(Reg::VBAR_EL1, TestBus::ram + 0x1'0000);
    b.code(Bench::entry, {nop, nop, nop});
    b.bus.at<u32>(Bench::entry + 12) = 0x17ff'fffd; // b entry: four instructions a round
    b.code(TestBus::ram + 0x1'0280, {});
    b.timer(10); // 100 ns
    b.pe.run(200'000);
    CHECK(b.observer.of("exception 1 to 1 kind 1").at(0).cycle == 100);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry);
}

TEST_CASE("interrupt latency and entry are charged in annotated fidelity")
{
    PeConfig config = test_config();
    config.annotated = true;
    config.profile.interrupt_latency = 17;
    config.profile.exception.to_el2 = 43;
    Bench b{config};
    b.set(Reg::HCR_EL2, Hcr::IMO::mask);
    b.set(Reg::VBAR_EL2, TestBus::ram + 0x2'0000);
    b.go(1, 0);
    b.code(TestBus::ram + 0x2'0480, {});
    b.gic.now.irq = true;
    const u64 before = b.pe.cycle();
    b.run_cycles(1);
    CHECK(b.observer.of("exception 1 to 2 kind 1").at(0).cycle == before + 17);
    CHECK(b.observer.of(Observer::Signal::El).back().cycle == before + 17 + 43);
}

TEST_CASE("the cycle counter and the timers read exactly in the middle of a block")
{
    Bench b;
    b.set(Reg::PMCR_EL0, 0b1000001); // E, LC
    b.set(Reg::PMCCFILTR_EL0, u64{1} << 27);
    b.set(Reg::PMCNTENSET_EL0, u64{1} << 31);
    b.code(Bench::entry, {
                             nop, nop, nop,
                             0xd53b'9d00, // mrs x0, pmccntr_el0
                             nop,
                             0xd53b'9d01, // mrs x1, pmccntr_el0
                             0xd53b'e022, // mrs x2, cntpct_el0
                         });
    b.run_cycles(20);
    CHECK(b.pe.state().x[0] == 3);
    CHECK(b.pe.state().x[1] == 5);
    CHECK(b.pe.state().x[2] == 0); // 6 ns of a 10 ns count
}

TEST_CASE("an overflowing cycle counter interrupts by PPI 23 in time")
{
    Bench b;
    b.set(Reg::PMCR_EL0, 0b1000001);
    b.set(Reg::PMCCFILTR_EL0, u64{1} << 27);
    b.set(Reg::PMCCNTR_EL0, ~u64{0} - 99);
    b.set(Reg::PMINTENSET_EL1, u64{1} << 31);
    b.set(Reg::PMCNTENSET_EL0, u64{1} << 31);
    b.code(Bench::entry, {});
    b.pe.run(1'000'000);
    CHECK(b.gic.ppis[23]);
    CHECK(b.gic.ppi_ps == 100'000);
    b.set(Reg::PMOVSCLR_EL0, u64{1} << 31);
    b.pe.run(1'001'000);
    CHECK(!b.gic.ppis[23]);
}

// ---- Other PEs
// -----------------------------------------------------------------------------------------

namespace {

/// Two PEs that share everything.
struct Pair {
    Pair()
    {
        cohort.add(a);
        cohort.add(b);
        a.power_on(TestBus::ram, 2, 0, 0);
        b.power_on(TestBus::ram + 0x1000, 2, 0, 0);
        for (const u64 at : {TestBus::ram, TestBus::ram + 0x1000})
            bus.at<u32>(at) = Bench::loop;
    }

    TestBus bus;
    PageWatch watch;
    TestGic gic_a, gic_b;
    Cohort cohort;
    TestObserver observer;
    Pe a{test_config(false, 0), {bus, watch, gic_a, cohort, nullptr, &observer}};
    Pe b{test_config(false, 1), {bus, watch, gic_b, cohort, nullptr, &observer}};
};

} // namespace

TEST_CASE("SEV reaches the other PE after the cross-PE latency")
{
    Pair p;
    p.bus.at<u32>(TestBus::ram + 0x1000) = wfe;
    p.bus.at<u32>(TestBus::ram + 0x1004) = Bench::loop;
    CHECK(p.b.run(1'000).why == Why::Waiting);
    p.bus.at<u32>(TestBus::ram) = 0xd503'209f; // sev
    p.bus.at<u32>(TestBus::ram + 4) = Bench::loop;
    p.a.run(10'000);
    const Outcome o = p.b.run(1'000);
    CHECK(o.why == Why::Waiting);
    CHECK(o.wake_ps == 100'000u);
    CHECK(p.b.run(120'000).why == Why::Budget);
}

TEST_CASE("TLBI to the shareable domain reaches the others by message, and DSB waits for them")
{
    Pair p;
    p.b.run(1'000);
    p.bus.at<u32>(TestBus::ram) = 0xd50c'831f;     // tlbi alle2is
    p.bus.at<u32>(TestBus::ram + 4) = 0xd503'3f9f; // dsb sy
    p.bus.at<u32>(TestBus::ram + 8) = Bench::loop;
    CHECK(p.a.run(1'000'000).why == Why::Budget);
    CHECK(p.a.now_ps() >= 100'000); // yields after the wait, so that the other PE gets there
    CHECK(p.a.now_ps() < 103'000);
    CHECK(p.a.run(1'000'000).why == Why::Budget);
    CHECK(p.a.now_ps() == 1'000'000);
    // Alone in the system, nobody needs waiting for.
    Bench alone;
    alone.code(Bench::entry, {0xd50c'831f, 0xd503'3f9f});
    alone.run_cycles(10);
    CHECK(alone.pe.cycle() == 10);
}

TEST_CASE("a store of one PE takes the monitor of the other away, and wakes its WFE")
{
    Pair p;
    u64 data[2] = {};
    REQUIRE(p.b.load_exclusive(TestBus::ram + 0x8000, {.exclusive = true}, 8, data));
    p.b.hint(5);
    p.b.hint(2);
    p.bus.at<u32>(TestBus::ram + 0x1000) = wfe;
    CHECK(p.b.run(1'000).why == Why::Waiting);
    p.a.state().x[1] = TestBus::ram + 0x8000;
    p.bus.at<u32>(TestBus::ram) = nop;
    p.bus.at<u32>(TestBus::ram + 4) = 0xf900'0020; // str x0, [x1]
    p.bus.at<u32>(TestBus::ram + 8) = Bench::loop;
    p.a.run(10'000);
    const Outcome o = p.b.run(1'000);
    CHECK(o.wake_ps == 101'000u); // the store is the second cycle, plus 100 cycles
    u64 status = 0;
    REQUIRE(p.b.store_exclusive(TestBus::ram + 0x8000, {.write = true, .exclusive = true}, 8, data,
                                status));
    CHECK(status == 1);
}
