// SPDX-License-Identifier: MIT
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;

/// A trace unit that writes down what it is told, and in which state it finds the PE.
class TestTrace : public TracePort {
public:
    explicit TestTrace(PeView& pe)
        : pe_{pe}
    {
    }

    bool implements(Reg reg) const override { return reg != absent; }

    u64 read(Reg reg) override { return values[reg]; }

    void write(Reg reg, u64 value) override { values[reg] = value; }

    void context_changed() override { say("context"); }

    void synchronized() override
    {
        say("sync");
        on = allowed;
    }

    bool tracing() const override { return on; }

    bool prohibited() const override { return pe_.el() == 2; }

    void waypoint(const a64::Waypoint& w) override
    {
        say(w.taken ? "taken" : "not taken");
        waypoints.push_back(w);
    }

    void exception(TraceException type, u64 return_address) override
    {
        say("exception " + std::to_string(static_cast<int>(type)));
        address = return_address;
    }

    void exception_return(u64 pc, u64 target) override
    {
        say("return");
        address = pc;
        to = target;
    }

    u64 trace_sync() override
    {
        say("drain");
        return drain_ps;
    }

    void reset() override { say("reset"); }

    void say(const std::string& what)
    {
        told.push_back(what + " at EL" + std::to_string(pe_.el()));
        next.push_back(pe_.next_pc());
    }

    std::map<Reg, u64> values;
    std::vector<std::string> told;
    std::vector<u64> next;
    std::vector<a64::Waypoint> waypoints;
    u64 address = 0, to = 0, drain_ps = 0;
    bool on = false, allowed = false;
    Reg absent = Reg::Count;

private:
    PeView& pe_;
};

PeConfig traced_config()
{
    PeConfig config = test_config();
    config.features = test_features({"FEAT_LSE", "FEAT_PAN", "FEAT_VHE", "FEAT_PMUv3", "FEAT_TRF",
                                     "FEAT_ETE", "FEAT_TRBE", "FEAT_GICv3"});
    return config;
}

struct Traced : Bench {
    Traced()
        : Bench{traced_config(), false},
          trace{pe}
    {
        pe.attach(trace);
        pe.power_on(entry, 2, 0, 0);
        set(Reg::VBAR_EL1, TestBus::ram + 0x1'0000);
        set(Reg::VBAR_EL2, TestBus::ram + 0x2'0000);
    }

    void quiet()
    {
        trace.told.clear();
        trace.next.clear();
    }

    TestTrace trace;
};

using Told = std::vector<std::string>;

} // namespace

TEST_CASE("the trace unit hears of an exception in the old state, of the rest in the new one")
{
    Traced b;
    b.go(1);
    b.quiet();
    b.pe.state().pc = 0x4000'0010;
    b.pe.hvc(0);
    CHECK(b.trace.told == Told{"exception 2 at EL1", "context at EL2", "sync at EL2"});
    CHECK(b.trace.address == 0x4000'0014);
    CHECK(b.trace.next.back() == TestBus::ram + 0x2'0400);

    b.quiet();
    b.set(Reg::SPSR_EL2, 0b0101);
    b.set(Reg::ELR_EL2, 0x4000'0800);
    b.pe.state().pc = 0x4000'0020;
    b.quiet();
    b.pe.eret();
    CHECK(b.trace.told == Told{"return at EL2", "context at EL1", "sync at EL1"});
    CHECK(b.trace.address == 0x4000'0020);
    CHECK(b.trace.to == 0x4000'0800);
    CHECK(b.trace.next.back() == 0x4000'0800);
}

TEST_CASE("the trace unit is told the type of every kind of exception")
{
    const auto type = [](auto raise) {
        Traced b;
        b.go(1, 0);
        b.quiet();
        raise(b);
        return b.trace.told.at(0);
    };
    CHECK(type([](Traced& b) { b.pe.svc(0); }) == "exception 2 at EL1");
    CHECK(type([](Traced& b) { b.pe.undefined(0); }) == "exception 3 at EL1");
    CHECK(type([](Traced& b) { b.pe.brk(0); }) == "exception 6 at EL1");
    CHECK(type([](Traced& b) { b.pe.sp_alignment_fault(); }) == "exception 10 at EL1");
    CHECK(type([](Traced& b) {
              u64 data;
              b.pe.load(0x1000, {}, &data);
          }) == "exception 12 at EL1");
    CHECK(type([](Traced& b) {
              a64::FetchPage page;
              b.pe.fetch(0x1000, page);
          }) == "exception 11 at EL1");
    CHECK(type([](Traced& b) {
              b.gic.now.irq = true;
              b.code(TestBus::ram + 0x1'0280, {});
              b.run_cycles(1);
          }) == "exception 14 at EL1");
    CHECK(type([](Traced& b) {
              b.gic.now.fiq = true;
              b.code(TestBus::ram + 0x1'0300, {});
              b.run_cycles(1);
          }) == "exception 15 at EL1");
}

TEST_CASE("writes to what a trace unit reads indirectly are told, ISB synchronizes")
{
    Traced b;
    for (const Reg reg : {Reg::TRFCR_EL1, Reg::TRFCR_EL2, Reg::MDCR_EL2, Reg::HCR_EL2,
                          Reg::CONTEXTIDR_EL1, Reg::VTTBR_EL2}) {
        b.quiet();
        REQUIRE(b.msr(reg, 3));
        CHECK(b.trace.told == Told{"context at EL2"});
        CHECK(b.pe.visible(reg) == b.pe.registers()[reg]);
    }
    b.quiet();
    b.pe.state().pc = 0x4000'0000;
    b.pe.barrier(a64::Barrier::Isb, 15);
    CHECK(b.trace.told == Told{"sync at EL2"});
    CHECK(b.trace.next.back() == 0x4000'0004);
    b.quiet();
    b.pe.barrier(a64::Barrier::Dsb, 15);
    CHECK(b.trace.told.empty());
}

TEST_CASE(
    "waypoints are reported from the synchronization that starts the trace until the one that "
    "ends it")
{
    Traced b;
    b.trace.allowed = true;
    b.code(Bench::entry, {
                             0xd503'201f, // nop
                             0x1400'0001, // b .+4       not traced yet
                             0xd503'3fdf, // isb
                             0xb400'0040, // cbz x0, .+8
                             0xd503'201f, // nop
                             0xb500'0040, // cbnz x0, .+8
                         });
    b.run_cycles(5);
    REQUIRE(b.trace.waypoints.size() == 3); // and the branch to itself
    CHECK(b.trace.waypoints[0].pc == Bench::entry + 12);
    CHECK(b.trace.waypoints[0].taken);
    CHECK(b.trace.waypoints[0].target == Bench::entry + 20);
    CHECK(!b.trace.waypoints[1].taken);
}

TEST_CASE("TSB CSYNC waits as long as the trace unit says, in both fidelities")
{
    Traced b;
    b.trace.drain_ps = 12'300;
    const u64 before = b.pe.cycle();
    b.pe.hint(18);
    CHECK(b.pe.cycle() == before + 13);
    CHECK(b.trace.told.back() == "drain at EL2");
    // Without a trace unit it is a NOP.
    Bench plain;
    plain.pe.hint(18);
    plain.pe.hint(17);
    CHECK(plain.pe.cycle() == 0);
}

TEST_CASE(
    "a trace buffer's interrupt that EL2 may not take stays pending there, and shows in ISR_EL1")
{
    Traced b;
    b.gic.ppi_irq = true;
    b.pe.state().daif = 0;
    b.pe.ppi(18, true);
    CHECK(b.gic.ppis[18]);
    CHECK(b.mrs(Reg::ISR_EL1) == 1u << 7);
    b.code(Bench::entry, {});
    b.run_cycles(2);
    CHECK(b.pe.state().el == 2);
    // It is taken at EL1 as soon as execution is back there.
    b.code(TestBus::ram + 0x1'0280, {});
    b.go(1, 0);
    b.run_cycles(2);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry);
}

TEST_CASE("trace registers are the trace unit's, within the rules of access")
{
    Traced b;
    REQUIRE(b.msr(Reg::TRCCONFIGR, 0x20));
    CHECK(b.trace.values[Reg::TRCCONFIGR] == 0x20);
    b.trace.values[Reg::TRBIDR_EL1] = 0x26;
    CHECK(b.mrs(Reg::TRBIDR_EL1) == 0x26u);
    b.set(Reg::CPTR_EL2, sysreg::CPTR_EL2::TTA::mask);
    b.go(1);
    CHECK(!b.msr(Reg::TRCCONFIGR, 0));
    CHECK(b.pe.state().el == 2);
    CHECK(b.ec(Reg::ESR_EL2) == 0x18);
    b.go(1); // MDCR_EL2.E2TB is 0: the buffer is EL2's
    CHECK(!b.mrs(Reg::TRBPTR_EL1));
    CHECK(b.ec(Reg::ESR_EL2) == 0x18);
    b.go(1);
    CHECK(b.mrs(Reg::TRBIDR_EL1) == 0x26u);
}

TEST_CASE("a register of a resource that the trace unit lacks is undefined")
{
    Traced b;
    b.trace.absent = Reg::TRCACVR5;
    REQUIRE(b.msr(Reg::TRCACVR4, 8));
    CHECK(b.trace.values[Reg::TRCACVR4] == 8);
    b.go(1);
    CHECK(!b.mrs(Reg::TRCACVR5));
    CHECK(b.pe.state().el == 1);
    CHECK(b.ec(Reg::ESR_EL1) == 0);
    b.go(1);
    CHECK(!b.msr(Reg::TRCACVR5, 8));
    CHECK(b.ec(Reg::ESR_EL1) == 0);
}

TEST_CASE("translating for the trace buffer takes no exception and leaves no trace in the TLB")
{
    struct : Tables {
    } b;

    b.stage1_el1();
    b.stage2(7);
    b.map(0, 0x8000'0000 | Tables::af | Tables::page);
    b.w(Tables::s2_l3) =
        (TestBus::ram + 0x8000) | Tables::af | Tables::s2_ro | Tables::s2_wb | Tables::page;
    const auto good = b.pe.translate(Regime::El10, Tables::va + 8, {});
    REQUIRE(std::holds_alternative<Translation>(good));
    CHECK(std::get<Translation>(good).pa == TestBus::ram + 0x8008);
    const auto bad = b.pe.translate(Regime::El10, Tables::va, {.write = true});
    REQUIRE(std::holds_alternative<Fault>(bad));
    CHECK(std::get<Fault>(bad).fsc == 0b001111);
    CHECK(std::get<Fault>(bad).stage2);
    CHECK(b.pe.state().el == 2);
    CHECK(b.get(Reg::ESR_EL2) == 0);

    const auto ipa = b.pe.translate_ipa(0x8000'0010, {});
    REQUIRE(std::holds_alternative<Translation>(ipa));
    CHECK(std::get<Translation>(ipa).pa == TestBus::ram + 0x8010);
    CHECK(std::holds_alternative<Fault>(b.pe.translate_ipa(0x8000'0010, {.write = true})));
    b.set(Reg::HCR_EL2, 0);
    CHECK(std::get<Translation>(b.pe.translate_ipa(0x1234'5678, {})).pa == 0x1234'5678);
}

TEST_CASE("a buffer keeps no Access flag: where TCR.HA lets the PE set it, the buffer faults")
{
    PeConfig config = test_config();
    config.features = test_features({"FEAT_LSE", "FEAT_PAN", "FEAT_VHE", "FEAT_HAFDBS"});
    Tables b{config};
    b.stage2(7);
    b.set(Reg::VTCR_EL2, b.get(Reg::VTCR_EL2) | sysreg::VTCR_EL2::HA::mask);
    const u64 unaccessed = (TestBus::ram + 0x8000) | Tables::s2_rw | Tables::s2_wb | Tables::page;
    b.w(Tables::s2_l3) = unaccessed;
    // TRBIDR_EL1.F and PMBIDR_EL1.F are 0.
    for (const Translated& result :
         {b.pe.translate_ipa(0x8000'0010, {}), b.pe.translate(Regime::El10, 0x8000'0010, {})}) {
        REQUIRE(std::holds_alternative<Fault>(result));
        CHECK(std::get<Fault>(result).fsc == (Fsc::access_flag | 3));
    }
    CHECK(b.w(Tables::s2_l3) == unaccessed);
}

TEST_CASE("the observer hears of EL, VMID and prohibited trace only when they change")
{
    using Signal = Observer::Signal;
    Traced b;
    b.set(Reg::VTTBR_EL2, u64{9} << 48);
    b.set(Reg::HCR_EL2, Hcr::VM::mask);
    CHECK(b.observer.of(Signal::Vmid).empty());
    b.go(1);
    CHECK(b.observer.of(Signal::Vmid).back().value == 9);
    CHECK(b.observer.of(Signal::El).back().value == 1);
    CHECK(b.observer.of(Signal::TraceProhibited).back().value == 0);
    b.pe.svc(0);
    CHECK(b.observer.of(Signal::El).size() == 2); // 2, 1
    b.pe.hvc(0);
    CHECK(b.observer.of(Signal::Vmid).back().value == 0);
    CHECK(b.observer.of(Signal::TraceProhibited).back().value == 1);
    b.set(Reg::TRCPRGCTLR, 1);
    CHECK(b.observer.of(Signal::TraceEnabled).back().value == 1);
    b.set(Reg::TRBLIMITR_EL1, 1);
    CHECK(b.observer.of(Signal::BufferEnabled).back().value == 1);
}

TEST_CASE("interrupt lines are told with the cycle in which the PE sees them")
{
    using Signal = Observer::Signal;
    Traced b;
    b.code(Bench::entry, {});
    b.pe.post(40'000, 1, [&] { b.gic.now.virq = true; });
    b.pe.post(60'000, 1, [&] { b.gic.now.virq = false; });
    b.pe.run(100'000);
    const auto told = b.observer.of(Signal::Virq);
    REQUIRE(told.size() == 2);
    CHECK(told[0].cycle == 40);
    CHECK(told[0].value == 1);
    CHECK(told[1].cycle == 60);
}
