// SPDX-License-Identifier: MIT
#include "pe_bench.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Why = Outcome::Why;

// Identifiers and results of DEN0022 and DEN0028.
constexpr u64 version = 0x8400'0000, cpu_off = 0x8400'0002, cpu_on32 = 0x8400'0003,
              cpu_on = 0xc400'0003, affinity_info = 0xc400'0004, migrate_type = 0x8400'0006,
              system_off = 0x8400'0008, system_reset = 0x8400'0009, features = 0x8400'000a,
              cpu_suspend = 0xc400'0001, smccc_version = 0x8000'0000, smccc_features = 0x8000'0001;
constexpr u64 not_supported = ~u64{0}, invalid_parameters = ~u64{1}, already_on = ~u64{3},
              on_pending = ~u64{4}, invalid_address = ~u64{8};

struct Firmware {
    explicit Firmware(bool el2 = true)
    {
        PeConfig first = test_config(false, 0), second = test_config(false, 1);
        first.has_el2 = second.has_el2 = el2;
        second.affinity = 0x101;
        a = std::make_unique<Pe>(first, Pe::Links{bus, watch, gic, cohort, nullptr, &observer});
        b = std::make_unique<Pe>(second, Pe::Links{bus, watch, gic, cohort, nullptr, &observer});
        cohort.add(*a);
        cohort.add(*b);
        a->power_on(TestBus::ram, el2 ? 2 : 1, 0, 0);
    }

    u64 smc(u64 function, u64 x1 = 0, u64 x2 = 0, u64 x3 = 0)
    {
        a64::State& s = a->state();
        s.x[0] = function;
        s.x[1] = x1;
        s.x[2] = x2;
        s.x[3] = x3;
        s.pc = TestBus::ram;
        a->smc(0);
        CHECK(s.pc == TestBus::ram + 4);
        CHECK(s.x[1] == x1); // results in x0 alone
        return s.x[0];
    }

    TestBus bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    TestObserver observer;
    std::unique_ptr<Pe> a, b;
};

} // namespace

TEST_CASE("PSCI and SMCCC tell their versions and what they have", "[psci]")
{
    Firmware f;
    CHECK(f.smc(version) == 0x1'0001);
    CHECK(f.smc(smccc_version) == 0x1'0001);
    CHECK(f.smc(migrate_type) == 2);
    for (const u64 present : {version, cpu_off, cpu_on, cpu_on32, affinity_info, migrate_type,
                              system_off, system_reset, features, cpu_suspend, smccc_version}) {
        CAPTURE(present);
        CHECK(f.smc(features, present) == 0);
    }
    CHECK(f.smc(features, 0x8400'0007) == not_supported);
    CHECK(f.smc(features, 0xc400'0002) == not_supported); // CPU_OFF has no 64-bit form
    CHECK(f.smc(smccc_features, smccc_version) == 0);
    CHECK(f.smc(smccc_features, 0x8000'8000) == not_supported);
    CHECK(f.smc(0x8400'0015) == not_supported);
    CHECK(f.smc(0xc600'0000) == not_supported);
    CHECK(f.smc(0xdead'beef'8400'0000) == 0x1'0001); // W0 alone is the identifier
}

TEST_CASE("CPU_ON starts a PE at the given place, in the highest EL, with its context in x0",
          "[psci]")
{
    Firmware f;
    f.bus.at<u32>(TestBus::ram + 0x2000) = Bench::loop;
    CHECK(f.smc(affinity_info, 0x101) == 1);
    CHECK(f.smc(cpu_on, 0x101, TestBus::ram + 0x2000, 0x1'2345'6789) == 0);
    CHECK(f.smc(affinity_info, 0x101) == 2);
    CHECK(f.smc(cpu_on, 0x101, TestBus::ram + 0x2000) == on_pending);

    CHECK(f.b->run(50'000).wake_ps == 100'000u); // 100 cycles of cross-PE latency
    CHECK(f.b->run(150'000).why == Why::Budget);
    CHECK(f.b->cycle() == 150);
    CHECK(f.b->instructions() == 50);
    const a64::State& s = f.b->state();
    CHECK(s.pc == TestBus::ram + 0x2000);
    CHECK(s.x[0] == 0x1'2345'6789);
    CHECK(s.el == 2);
    CHECK(s.sp_sel);
    CHECK(s.daif == 0xf);
    CHECK((f.b->registers()[Reg::SCTLR_EL2] & 1) == 0);
    CHECK(f.b->registers()[Reg::MPIDR_EL1] == 0x8000'0101);
    CHECK(f.smc(affinity_info, 0x101) == 0);
    CHECK(f.smc(cpu_on, 0x101, TestBus::ram) == already_on);
    CHECK(f.smc(cpu_on, 0, TestBus::ram) == already_on);
}

TEST_CASE("CPU_ON refuses what is no PE and what is no memory", "[psci]")
{
    Firmware f;
    CHECK(f.smc(cpu_on, 0x102, TestBus::ram) == invalid_parameters);
    CHECK(f.smc(cpu_on, 0x101, 0x1000) == invalid_address);
    CHECK(f.smc(cpu_on, 0x101, TestBus::ram + 2) == invalid_address);
    CHECK(f.smc(affinity_info, 0x102) == invalid_parameters);
    CHECK(f.smc(affinity_info, 0x101, 1) == invalid_parameters);
    // The 32-bit form takes W registers.
    CHECK(f.smc(cpu_on32, 0xffff'0000'0000'0101, 0xffff'ffff'4000'2000) == 0);
}

TEST_CASE("CPU_OFF ends the calling PE, which CPU_ON can start again", "[psci]")
{
    Firmware f;
    f.bus.at<u32>(TestBus::ram) = 0xd400'0003; // smc #0
    f.a->state().x[0] = cpu_off;
    f.a->state().pc = TestBus::ram;
    const Outcome o = f.a->run(100'000);
    CHECK(o.why == Why::Off);
    CHECK(!f.a->powered());
    CHECK(f.a->cycle() == 1);
    CHECK(f.observer.of(Observer::Signal::Halted).back().value == 2);
    CHECK(f.a->run(200'000).why == Why::Off);

    f.bus.at<u32>(TestBus::ram + 0x2000) = Bench::loop;
    f.a->state().x[5] = 55;
    f.cohort.power_on(1, 0, TestBus::ram + 0x2000, 9, 2, 300'000);
    CHECK(f.a->run(301'000).why == Why::Budget);
    CHECK(f.a->cycle() == 301);
    CHECK(f.a->state().x[0] == 9);
    CHECK(f.a->state().x[5] == 0);
}

TEST_CASE("SYSTEM_OFF and SYSTEM_RESET reach the platform and stop the PE", "[psci]")
{
    Firmware f;
    std::vector<bool> calls;
    f.cohort.on_system_off = [&](unsigned from, bool reset, u64 at_ps) {
        CHECK(from == 0);
        CHECK(at_ps == f.a->now_ps());
        calls.push_back(reset);
    };
    f.bus.at<u32>(TestBus::ram) = 0xd400'0003;
    f.a->state().x[0] = system_off;
    CHECK(f.a->run(100'000).why == Why::Stopped);
    f.a->state().x[0] = system_reset;
    f.a->state().pc = TestBus::ram;
    CHECK(f.a->run(100'000).why == Why::Stopped);
    CHECK(calls == std::vector<bool>{false, true});
}

TEST_CASE("CPU_SUSPEND knows standby, which is WFI, and no other state", "[psci]")
{
    Firmware f;
    CHECK(f.smc(cpu_suspend, 1 << 16) == invalid_parameters);
    f.bus.at<u32>(TestBus::ram) = 0xd400'0003;
    f.bus.at<u32>(TestBus::ram + 4) = Bench::loop;
    f.a->state().x[0] = cpu_suspend;
    f.a->state().x[1] = 0;
    f.a->state().pc = TestBus::ram;
    CHECK(f.a->run(10'000).why == Why::Waiting);
    f.a->post(50'000, 0x100, [&] { f.gic.now.irq = true; });
    CHECK(f.a->run(60'000).why == Why::Budget);
    CHECK(f.a->state().x[0] == 0);
    CHECK(f.a->state().pc == TestBus::ram + 4);
}

TEST_CASE("without EL2 and EL3, HVC reaches the firmware as well", "[psci]")
{
    Firmware f{false};
    f.a->state().x[0] = version;
    f.a->hvc(0);
    CHECK(f.a->state().x[0] == 0x1'0001);
    CHECK(f.a->state().el == 1);
    CHECK(f.smc(version) == 0x1'0001);
}

TEST_CASE("the firmware costs what the profile says", "[psci]")
{
    PeConfig config = test_config();
    config.annotated = true;
    config.profile.firmware_call = 321;
    Bench b{config};
    b.pe.state().x[0] = version;
    b.pe.smc(0);
    CHECK(b.pe.cycle() == 321);
}

TEST_CASE("a cold reset in a lower EL has done what higher software would have had to")
{
    PeConfig config = test_config(true);
    Bench b{config, false};
    b.pe.power_on(Bench::entry, 1, 0, 0);
    CHECK(b.pe.state().el == 1);
    CHECK((b.get(Reg::SCR_EL3) & (sysreg::SCR_EL3::NS::mask | sysreg::SCR_EL3::RW::mask |
                                  sysreg::SCR_EL3::HCE::mask)) == 0x501);
    CHECK(!b.pe.secure());
    CHECK((b.get(Reg::HCR_EL2) & sysreg::HCR_EL2::RW::mask) != 0);

    Bench el3{config, false};
    el3.pe.power_on(Bench::entry, 3, 0, 0);
    CHECK(el3.pe.state().el == 3);
    CHECK(el3.pe.secure());
    CHECK((el3.get(Reg::SCR_EL3) & 1) == 0);
}
