// SPDX-License-Identifier: MIT
#include "gic_bench.h"
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;
using Why = Outcome::Why;

/// Two PEs at EL2 and a real GICv3 of one security state, open for group 1; messages take what the
/// profile says.
struct TwoPes {
    TwoPes()
    {
        g.gic.on_message([this](const gic::Message& m) {
            Pe& to = m.to ? b : a;
            const u64 latency = to.clock().ps(to.config().profile.cross_pe_latency);
            to.post(m.sent_ps + latency, m.from, [this, m, &to] { g.gic.deliver(m, to.now_ps()); });
        });
        cohort.add(a);
        cohort.add(b);
        a.power_on(TestBus::ram, 2, 0, 0);
        b.power_on(TestBus::ram + 0x1000, 2, 0, 0);
        g.now = 0;
        g.bring_up();
        for (const u64 at : {0x0, 0x1000, 0x1'0480, 0x2'0280, 0x2'0480})
            bus.at<u32>(TestBus::ram + at) = pe::Bench::loop;
        for (Pe* pe : {&a, &b}) {
            pe->set_register(Reg::VBAR_EL1, TestBus::ram + 0x1'0000);
            pe->set_register(Reg::VBAR_EL2, TestBus::ram + 0x2'0000);
        }
    }

    static void write(Pe& pe, Reg reg, u64 value)
    {
        REQUIRE(pe.write_sysreg(pe::Bench::key(reg), 0, value));
    }

    static u64 read(Pe& pe, Reg reg)
    {
        u64 value = 0;
        REQUIRE(pe.read_sysreg(pe::Bench::key(reg), 0, value));
        return value;
    }

    TestBus bus;
    PageWatch watch;
    gic::Bench g;
    Cohort cohort;
    TestObserver observer;
    Pe a{test_config(false, 0), {bus, watch, g.gic.cpu(0), cohort, nullptr, &observer}};
    Pe b{test_config(false, 1), {bus, watch, g.gic.cpu(1), cohort, nullptr, &observer}};
};

} // namespace

TEST_CASE("an SGI from one PE interrupts the other after the cross-PE latency", "[gic]")
{
    TwoPes t;
    t.g.arm_private(1, 3, 0x80);
    t.bus.at<u32>(TestBus::ram + 0x1000) = 0xd503'207f; // wfi
    t.bus.at<u32>(TestBus::ram + 0x1004) = pe::Bench::loop;
    CHECK(t.b.run(1'000).why == Why::Waiting);
    t.bus.at<u32>(TestBus::ram) = 0xd503'201f;     // nop
    t.bus.at<u32>(TestBus::ram + 4) = 0xd518'cba0; // msr icc_sgi1r_el1, x0
    t.bus.at<u32>(TestBus::ram + 8) = pe::Bench::loop;
    t.a.state().x[0] = u64{3} << 24 | 0b10;
    t.a.run(5'000);
    CHECK(t.b.run(2'000).wake_ps == 101'000u);
    CHECK(t.b.run(110'000).why == Why::Budget);
    CHECK(TwoPes::read(t.b, Reg::ICC_HPPIR1_EL1) == 3);
    CHECK(TwoPes::read(t.b, Reg::ISR_EL1) == 1u << 7);
    CHECK(TwoPes::read(t.b, Reg::ICC_IAR1_EL1) == 3);
    CHECK(TwoPes::read(t.b, Reg::ISR_EL1) == 0);
}

TEST_CASE("a guest's virtual timer interrupts EL2, which gives it to the guest by list register",
          "[gic]")
{
    TwoPes t;
    t.g.arm_private(0, 27, 0x80);
    TwoPes::write(t.a, Reg::HCR_EL2, Hcr::IMO::mask | Hcr::FMO::mask);
    TwoPes::write(t.a, Reg::CNTV_CVAL_EL0, 10); // 100 ns
    TwoPes::write(t.a, Reg::CNTV_CTL_EL0, 1);
    t.a.set_register(Reg::SPSR_EL2, 0b0101);
    t.a.set_register(Reg::ELR_EL2, TestBus::ram);
    t.a.eret();
    t.a.run(200'000);
    CHECK(t.observer.of("exception 1 to 2 kind 1").at(0).cycle == 100);
    CHECK(TwoPes::read(t.a, Reg::ICC_IAR1_EL1) == 27);

    // Pending in LR0, hardware interrupt 27; then back into the guest with IRQs open.
    TwoPes::write(t.a, Reg::ICC_CTLR_EL1, 2); // EOImode: the guest's EOI deactivates
    TwoPes::write(t.a, Reg::ICC_EOIR1_EL1, 27);
    TwoPes::write(t.a, Reg::ICH_VMCR_EL2, u64{0xff} << 24 | 2);
    TwoPes::write(t.a, Reg::ICH_HCR_EL2, 1);
    TwoPes::write(t.a, Reg::ICH_LR0_EL2,
                  u64{1} << 62 | u64{1} << 61 | u64{1} << 60 | u64{0x80} << 48 | u64{27} << 32 |
                      27);
    t.a.state().pc = TestBus::ram;
    t.a.set_register(Reg::SPSR_EL2, 0b0100);
    t.a.eret();
    t.a.run(300'000);
    CHECK(t.observer.of("exception 1 to 1 kind 1").size() == 1);
    CHECK(TwoPes::read(t.a, Reg::ICC_IAR1_EL1) == 27);
    // While it is active nothing comes; ended with the timer still high, it comes again.
    CHECK(t.observer.of("exception 1 to 2 kind 1").size() == 1);
    TwoPes::write(t.a, Reg::ICC_EOIR1_EL1, 27);
    t.a.run(400'000);
    CHECK(t.observer.of("exception 1 to 2 kind 1").size() == 2);
}

TEST_CASE("lowering the priority mask lets a pending interrupt in at the next instruction", "[gic]")
{
    TwoPes t;
    t.g.arm_private(0, 26, 0x80);
    TwoPes::write(t.a, Reg::ICC_PMR_EL1, 0x10);
    t.a.set_register(Reg::HCR_EL2, Hcr::IMO::mask);
    TwoPes::write(t.a, Reg::CNTHP_CVAL_EL2, 1);
    TwoPes::write(t.a, Reg::CNTHP_CTL_EL2, 1);
    t.bus.at<u32>(TestBus::ram) = 0xd503'201f;     // nop
    t.bus.at<u32>(TestBus::ram + 4) = 0xd518'4600; // msr icc_pmr_el1, x0
    t.bus.at<u32>(TestBus::ram + 8) = 0xd503'201f;
    t.bus.at<u32>(TestBus::ram + 12) = pe::Bench::loop;
    t.a.state().daif = 0;
    t.a.state().x[0] = 0xff;
    t.bus.at<u32>(TestBus::ram + 0x3000) = pe::Bench::loop;
    t.a.state().pc = TestBus::ram + 0x3000;
    t.a.run(50'000); // the timer is high by now
    CHECK(t.observer.of("exception 2 to 2 kind 1").empty());
    t.a.state().pc = TestBus::ram;
    t.a.run(60'000);
    REQUIRE(t.observer.of("exception 2 to 2 kind 1").size() == 1);
    CHECK(t.a.registers()[Reg::ELR_EL2] == TestBus::ram + 8);
}
