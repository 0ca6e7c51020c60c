// SPDX-License-Identifier: MIT
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;
constexpr unsigned el12 = 5; ///< op1 of the _EL12 and _EL02 aliases

} // namespace

// ---- PSTATE and identity
// ---------------------------------------------------------------------------

TEST_CASE("special registers show PSTATE where the manual puts each field")
{
    Bench b;
    CHECK(b.mrs(Reg::CurrentEL) == 8u);
    CHECK(b.mrs(Reg::DAIF) == 0x3c0u);
    REQUIRE(b.msr(Reg::DAIF, 0x140)); // D clear, A, F clear, I… as written: A and F
    CHECK(b.pe.state().daif == 0b0101);
    REQUIRE(b.msr(Reg::NZCV, 0x9000'0000));
    CHECK(b.pe.state().nzcv() == 0x9000'0000);
    CHECK(b.mrs(Reg::SPSel) == 1u);
    REQUIRE(b.msr(Reg::PAN, 1 << 22));
    CHECK(b.mrs(Reg::PAN) == 1u << 22);
    REQUIRE(b.msr(Reg::UAO, 1 << 23));
    CHECK(b.mrs(Reg::UAO) == 1u << 23);
    b.set(Reg::CPTR_EL2, 0);
    REQUIRE(b.msr(Reg::FPCR, ~u64{0}));
    CHECK(b.mrs(Reg::FPCR) == 0x07c0'0000u);
    REQUIRE(b.msr(Reg::FPSR, ~u64{0}));
    CHECK(b.mrs(Reg::FPSR) == 0x0800'009fu);
}

TEST_CASE("the stack pointers are banked by EL and SPSel")
{
    Bench b;
    a64::State& s = b.pe.state();
    s.x[a64::slot_sp] = 0x2200;
    REQUIRE(b.msr(Reg::SP_EL0, 0x1000));
    REQUIRE(b.msr(Reg::SP_EL1, 0x1100));
    REQUIRE(b.pe.write_pstate(0, 5, 0)); // MSR SPSel, #0
    CHECK(s.x[a64::slot_sp] == 0x1000);
    CHECK(!b.mrs(Reg::SP_EL0)); // the current SP: UNDEFINED
    CHECK(b.ec(Reg::ESR_EL2) == 0);
    b.go(1);
    CHECK(s.x[a64::slot_sp] == 0x1100);
    CHECK(b.mrs(Reg::SP_EL0) == 0x1000u);
    CHECK(!b.mrs(Reg::SP_EL1));
    b.go(0);
    CHECK(s.x[a64::slot_sp] == 0x1000);
    b.pe.svc(0);
    CHECK(s.x[a64::slot_sp] == 0x1100);
    b.pe.hvc(0);
    CHECK(s.x[a64::slot_sp] == 0x2200);
}

TEST_CASE("MSR DAIFSet from EL0 obeys SCTLR_EL1.UMA, with the syndrome of MSR (immediate)",
          "[traps]")
{
    Bench b;
    b.set(Reg::SCTLR_EL1, 1 << 9);
    b.go(0, 0);
    CHECK(b.pe.write_pstate(3, 6, 0b0010));
    CHECK(b.pe.state().daif == 0b0010);
    CHECK(b.pe.write_pstate(3, 7, 0b0010));
    CHECK(b.pe.state().daif == 0);

    Bench trapped;
    trapped.go(0, 0);
    CHECK(!trapped.pe.write_pstate(3, 6, 0b0011));
    // EC 0x18; op0 0, op2 6, op1 3, CRn 4, Rt 31, CRm = the immediate, write.
    CHECK(trapped.get(Reg::ESR_EL1) ==
          (0x6200'0000u | 6u << 17 | 3u << 14 | 4u << 10 | 31u << 5 | 3u << 1));
    Bench user;
    user.go(0);
    CHECK(!user.pe.write_pstate(0, 5, 0));
    CHECK(user.get(Reg::ESR_EL1) == 0x0200'0000);
}

TEST_CASE("EL1 sees the identity that EL2 gives it")
{
    PeConfig config = test_config(false, 3);
    config.affinity = 0x102;
    Bench b{config};
    CHECK(b.mrs(Reg::MPIDR_EL1) == 0x8000'0102u);
    CHECK(b.mrs(Reg::MIDR_EL1) == config.profile.midr);
    b.set(Reg::VMPIDR_EL2, 0x8000'0007);
    b.set(Reg::VPIDR_EL2, 0x1234'5678);
    b.go(1);
    CHECK(b.mrs(Reg::MPIDR_EL1) == 0x8000'0007u);
    CHECK(b.mrs(Reg::MIDR_EL1) == 0x1234'5678u);
}

TEST_CASE("cache identification follows the profile")
{
    PeConfig config = test_config();
    config.profile.l1d = {.size = 32768, .ways = 4, .line = 64};
    config.profile.l1i = {.size = 49152, .ways = 3, .line = 32};
    config.profile.l2 = {.size = 1 << 20, .ways = 16, .line = 64};
    Bench b{config};
    CHECK(b.mrs(Reg::CLIDR_EL1) == ((2u << 24) | (1u << 27) | (1u << 21) | 0b100'011u));
    CHECK(b.mrs(Reg::CTR_EL0) == 0x8444'c003u); // IminLine: 8 words
    // NumSets - 1, Associativity - 1, log2(line) - 4.
    CHECK(b.mrs(Reg::CCSIDR_EL1) == (127u << 13 | 3u << 3 | 2u));
    REQUIRE(b.msr(Reg::CSSELR_EL1, 1));
    CHECK(b.mrs(Reg::CCSIDR_EL1) == (511u << 13 | 2u << 3 | 1u));
    REQUIRE(b.msr(Reg::CSSELR_EL1, 2));
    CHECK(b.mrs(Reg::CCSIDR_EL1) == (1023u << 13 | 15u << 3 | 2u));
    REQUIRE(b.msr(Reg::CSSELR_EL1, 4));
    CHECK(b.mrs(Reg::CCSIDR_EL1) == 0u);
}

TEST_CASE("DCZID_EL0.DZP tells whether DC ZVA would be trapped here")
{
    Bench b;
    CHECK(b.mrs(Reg::DCZID_EL0) == 4u);
    b.set(Reg::HCR_EL2, Hcr::TDZ::mask);
    CHECK(b.mrs(Reg::DCZID_EL0) == 4u);
    b.go(1);
    CHECK(b.mrs(Reg::DCZID_EL0) == 0x14u);
}

TEST_CASE("writing HCR_EL2 keeps what the implementation fixes")
{
    Bench b;
    REQUIRE(b.msr(Reg::HCR_EL2, 0));
    CHECK(b.mrs(Reg::HCR_EL2) == 0x8000'0000u); // RW: no AArch32
    Bench el3{test_config(true)};
    REQUIRE(el3.msr(Reg::SCR_EL3, 1));
    CHECK((el3.get(Reg::SCR_EL3) & 0x401) == 0x401);
}

// ---- E2H
// -------------------------------------------------------------------------------------------

TEST_CASE("with E2H, EL1 names at EL2 reach EL2's registers, and _EL12 reaches EL1's")
{
    Bench b;
    b.set(Reg::HCR_EL2, Hcr::E2H::mask);
    REQUIRE(b.msr(Reg::TTBR0_EL1, 0x1111'0000));
    REQUIRE(b.msr(Reg::TTBR0_EL1, 0x2222'0000, el12));
    CHECK(b.get(Reg::TTBR0_EL2) == 0x1111'0000);
    CHECK(b.get(Reg::TTBR0_EL1) == 0x2222'0000);
    CHECK(b.mrs(Reg::TTBR0_EL1) == 0x1111'0000u);
    CHECK(b.mrs(Reg::TTBR0_EL1, el12) == 0x2222'0000u);
    REQUIRE(b.msr(Reg::TRFCR_EL1, 0x23, el12));
    CHECK(b.get(Reg::TRFCR_EL1) == 0x23);
    CHECK(b.get(Reg::TRFCR_EL2) == 0);
    REQUIRE(b.msr(Reg::CNTKCTL_EL1, 3));
    CHECK(b.get(Reg::CNTHCTL_EL2) == 3);

    // Without E2H the aliases do not exist, and EL1 names are EL1's registers.
    Bench nvhe;
    REQUIRE(nvhe.msr(Reg::TTBR0_EL1, 0x3333'0000));
    CHECK(nvhe.get(Reg::TTBR0_EL1) == 0x3333'0000);
    CHECK(!nvhe.mrs(Reg::TTBR0_EL1, el12));
    CHECK(nvhe.get(Reg::ESR_EL2) == 0x0200'0000);
    CHECK(nvhe.observer.of("undefined MRS TTBR0_EL12").size() == 1);
}

TEST_CASE("with E2H the EL0 timer names are EL2's timers, and _EL02 EL1's", "[timer]")
{
    Bench b;
    b.set(Reg::HCR_EL2, Hcr::E2H::mask | Hcr::TGE::mask);
    REQUIRE(b.msr(Reg::CNTP_CVAL_EL0, 100));
    REQUIRE(b.msr(Reg::CNTP_CVAL_EL0, 200, el12));
    REQUIRE(b.msr(Reg::CNTV_CVAL_EL0, 300));
    REQUIRE(b.msr(Reg::CNTV_CVAL_EL0, 400, el12));
    CHECK(b.mrs(Reg::CNTHP_CVAL_EL2) == 100u);
    CHECK(b.get(Reg::CNTP_CVAL_EL0) == 200);
    CHECK(b.mrs(Reg::CNTHV_CVAL_EL2) == 300u);
    CHECK(b.get(Reg::CNTV_CVAL_EL0) == 400);
    REQUIRE(b.msr(Reg::CNTP_CTL_EL0, 1));
    b.code(Bench::entry, {});
    b.pe.run(2'000'000);
    CHECK(b.gic.ppis[26]); // CNTHP
    CHECK(!b.gic.ppis[30]);

    // A host's EL0 as well.
    b.set(Reg::CNTHCTL_EL2, 0xf00 | 3);
    b.go(0);
    CHECK(b.mrs(Reg::CNTP_CVAL_EL0) == 100u);
}

// ---- Timers
// ----------------------------------------------------------------------------------------

TEST_CASE("every timer drives its own PPI", "[timer]")
{
    struct Row {
        Reg ctl, cval;
        unsigned intid;
        bool el3;
    };

    const Row rows[] = {
        {Reg::CNTP_CTL_EL0, Reg::CNTP_CVAL_EL0, 30, false},
        {Reg::CNTV_CTL_EL0, Reg::CNTV_CVAL_EL0, 27, false},
        {Reg::CNTHP_CTL_EL2, Reg::CNTHP_CVAL_EL2, 26, false},
        {Reg::CNTHV_CTL_EL2, Reg::CNTHV_CVAL_EL2, 28, false},
        {Reg::CNTPS_CTL_EL1, Reg::CNTPS_CVAL_EL1, 29, true},
    };
    for (const Row& r : rows) {
        CAPTURE(r.intid);
        Bench b{test_config(r.el3)};
        b.code(Bench::entry, {});
        REQUIRE(b.msr(r.cval, 10));
        REQUIRE(b.msr(r.ctl, 1));
        b.pe.run(99'000);
        CHECK(!b.gic.ppis[r.intid]);
        b.pe.run(101'000);
        CHECK(b.gic.ppis[r.intid]);
        CHECK(b.gic.ppi_ps == 100'000);
        CHECK(b.gic.ppis.size() == 1); // nobody else's
        CHECK(b.mrs(r.ctl) == 5u);
        REQUIRE(b.msr(r.ctl, 3)); // IMASK
        b.pe.run(102'000);
        CHECK(!b.gic.ppis[r.intid]);
    }
}

TEST_CASE("CNTVOFF_EL2 moves the virtual count and its timer, but not a host's", "[timer]")
{
    Bench b;
    b.code(Bench::entry, {});
    b.pe.run(10'000'000); // count 1000
    REQUIRE(b.msr(Reg::CNTVOFF_EL2, 600));
    CHECK(b.mrs(Reg::CNTPCT_EL0) == 1000u);
    CHECK(b.mrs(Reg::CNTVCT_EL0) == 400u);
    REQUIRE(b.msr(Reg::CNTV_CVAL_EL0, 450));
    REQUIRE(b.msr(Reg::CNTV_CTL_EL0, 1));
    b.pe.run(11'000'000);
    CHECK(b.gic.ppi_ps == 10'500'000);
    b.set(Reg::HCR_EL2, Hcr::E2H::mask);
    CHECK(b.mrs(Reg::CNTVCT_EL0) == 1100u);
}

TEST_CASE("CNTFRQ_EL0 resets to the counter's rate, for the highest EL to change", "[timer]")
{
    Bench b;
    CHECK(b.mrs(Reg::CNTFRQ_EL0) == 100'000'000u);
    CHECK(b.msr(Reg::CNTFRQ_EL0, 1));
    b.go(1);
    CHECK(!b.msr(Reg::CNTFRQ_EL0, 2));
}

// ---- PMU
// -------------------------------------------------------------------------------------------

TEST_CASE("MDCR_EL2.HPMN divides the counters between EL1 and EL2", "[pmu]")
{
    Bench b;
    CHECK(sysreg::MDCR_EL2::HPMN::get(b.get(Reg::MDCR_EL2)) == Pmu::counters); // reset
    b.set(Reg::MDCR_EL2, 2);
    b.set(Reg::PMCNTENSET_EL0, 0x3f | u64{1} << 31);
    REQUIRE(b.msr(Reg::PMEVCNTR3_EL0, 99));
    CHECK((*b.mrs(Reg::PMCR_EL0) >> 11 & 31) == 6);
    b.go(1);
    CHECK((*b.mrs(Reg::PMCR_EL0) >> 11 & 31) == 2);
    CHECK(b.mrs(Reg::PMCNTENSET_EL0) == (0x3u | u64{1} << 31));
    CHECK(b.mrs(Reg::PMEVCNTR3_EL0) == 0u);
    REQUIRE(b.msr(Reg::PMEVCNTR3_EL0, 1));
    REQUIRE(b.msr(Reg::PMCNTENCLR_EL0, ~u64{0}));
    b.pe.hvc(0);
    CHECK(b.mrs(Reg::PMEVCNTR3_EL0) == 99u);
    CHECK(b.mrs(Reg::PMCNTENSET_EL0) == 0x3cu);
}

TEST_CASE("PMSELR_EL0 selects what PMXEVTYPER_EL0 and PMXEVCNTR_EL0 reach", "[pmu]")
{
    Bench b;
    REQUIRE(b.msr(Reg::PMSELR_EL0, 2));
    REQUIRE(b.msr(Reg::PMXEVTYPER_EL0, 0x11));
    REQUIRE(b.msr(Reg::PMXEVCNTR_EL0, 77));
    CHECK(b.mrs(Reg::PMEVTYPER2_EL0) == 0x11u);
    CHECK(b.mrs(Reg::PMEVCNTR2_EL0) == 77u);
    REQUIRE(b.msr(Reg::PMSELR_EL0, 31));
    REQUIRE(b.msr(Reg::PMXEVTYPER_EL0, u64{1} << 31));
    CHECK(b.mrs(Reg::PMCCFILTR_EL0) == u64{1} << 31);
}

TEST_CASE("counters follow the EL: what P, U and NSH exclude is not counted", "[pmu]")
{
    Bench b;
    b.set(Reg::VBAR_EL2, TestBus::ram + 0x2'0000);
    b.set(Reg::PMCR_EL0, 1);
    b.set(Reg::PMEVTYPER0_EL0, 0x08); // INST_RETIRED at EL1 and EL0
    b.set(Reg::PMEVTYPER1_EL0, 0x08 | u64{1} << 27 | u64{1} << 31 | u64{1} << 30); // at EL2 alone
    b.set(Reg::PMEVTYPER2_EL0, 0x09 | u64{1} << 27);                               // EXC_TAKEN
    b.set(Reg::PMCNTENSET_EL0, 7);
    constexpr u32 nop = 0xd503'201f;
    b.code(Bench::entry, {nop, nop, nop, nop, 0xd400'0002}); // hvc #0
    b.code(TestBus::ram + 0x2'0400, {nop, nop, nop});
    b.go(1);
    b.run_cycles(14); // 5 at EL1, 3 + 6 of the loop at EL2
    CHECK(b.pe.state().el == 2);
    CHECK(b.get(Reg::PMEVCNTR0_EL0) == 5);
    CHECK(b.get(Reg::PMEVCNTR1_EL0) == 9);
    CHECK(b.get(Reg::PMEVCNTR2_EL0) == 1);
}

// ---- Debug
// -----------------------------------------------------------------------------------------

TEST_CASE("the OS lock is set at reset and moved by OSLAR_EL1")
{
    Bench b;
    CHECK(b.mrs(Reg::OSLSR_EL1) == 0b1010u);
    REQUIRE(b.msr(Reg::OSLAR_EL1, 0));
    CHECK(b.mrs(Reg::OSLSR_EL1) == 0b1000u);
    CHECK(b.pe.visible(Reg::OSLSR_EL1) == 0b1000u);
    REQUIRE(b.msr(Reg::OSLAR_EL1, 1));
    CHECK(b.mrs(Reg::OSLSR_EL1) == 0b1010u);
}

TEST_CASE("debug claim tags are set and cleared by writing ones")
{
    Bench b;
    CHECK(b.mrs(Reg::DBGCLAIMSET_EL1) == 0xffu);
    CHECK(b.mrs(Reg::DBGCLAIMCLR_EL1) == 0u);
    REQUIRE(b.msr(Reg::DBGCLAIMSET_EL1, 0x105));
    CHECK(b.mrs(Reg::DBGCLAIMCLR_EL1) == 5u);
    REQUIRE(b.msr(Reg::DBGCLAIMCLR_EL1, 4));
    CHECK(b.mrs(Reg::DBGCLAIMCLR_EL1) == 1u);
}

// ---- GIC
// -------------------------------------------------------------------------------------------

TEST_CASE("the GIC is told from where it is accessed")
{
    Bench b;
    REQUIRE(b.mrs(Reg::ICC_CTLR_EL1));
    CHECK(b.gic.context.el == 2);
    CHECK(b.gic.context.scr_ns);
    b.set(Reg::HCR_EL2, Hcr::IMO::mask);
    b.go(1);
    REQUIRE(b.mrs(Reg::ICC_IAR1_EL1));
    CHECK(b.gic.context.el == 1);
    CHECK(b.gic.context.virtual_group1);
    CHECK(!b.gic.context.virtual_group0);

    Bench el3{test_config(true)};
    el3.set(Reg::SCR_EL3, 1 | 2);
    REQUIRE(el3.mrs(Reg::ICC_CTLR_EL1));
    CHECK(el3.gic.context.el == 3);
    CHECK(el3.gic.context.scr_ns);
    CHECK(el3.gic.context.scr_irq);
    CHECK(!el3.gic.context.scr_fiq);
    CHECK(el3.gic.context.secure);
}

TEST_CASE("ICH_HCR_EL2 as the GIC keeps it decides about traps of EL1", "[traps]")
{
    Bench b;
    REQUIRE(b.msr(Reg::ICH_HCR_EL2, sysreg::ICH_HCR_EL2::TALL1::mask));
    b.set(Reg::HCR_EL2, Hcr::IMO::mask);
    b.go(1);
    CHECK(!b.mrs(Reg::ICC_IAR1_EL1));
    CHECK(b.get(Reg::ESR_EL2) ==
          (0x6200'0000u | 3u << 20 | 0u << 17 | 0u << 14 | 12u << 10 | 5u << 5 | 12u << 1 | 1u));
    CHECK(b.mrs(Reg::ICH_HCR_EL2) == sysreg::ICH_HCR_EL2::TALL1::mask);
}

// ---- Trace
// -----------------------------------------------------------------------------------------

TEST_CASE("a guest's access to the trace filter traps by MDCR_EL2.TTRF", "[traps]")
{
    Bench b;
    b.set(Reg::MDCR_EL2, sysreg::MDCR_EL2::TTRF::mask);
    b.go(1);
    CHECK(!b.msr(Reg::TRFCR_EL1, 3));
    // op0 3, op1 0, CRn 1, CRm 2, op2 1, write, Rt 5.
    CHECK(b.get(Reg::ESR_EL2) ==
          (0x6200'0000u | 3u << 20 | 1u << 17 | 1u << 10 | 5u << 5 | 2u << 1));
    CHECK(b.get(Reg::TRFCR_EL1) == 0);
}

// ---- What does not exist
// -----------------------------------------------------------------------------

TEST_CASE("an encoding that does not exist is UNDEFINED and told once, by name")
{
    Bench b;
    u64 value = 0;
    b.pe.state().pc = 0x4000'0040;
    const auto key = a64::SysKey::of(3, 0, 15, 1, 2);
    CHECK(!b.pe.read_sysreg(key, 0, value));
    CHECK(b.get(Reg::ESR_EL2) == 0x0200'0000);
    CHECK(b.get(Reg::ELR_EL2) == 0x4000'0040);
    CHECK(!b.pe.read_sysreg(key, 0, value));
    const auto told = b.observer.of("undefined MRS S3_0_C15_C1_2");
    REQUIRE(told.size() == 1);
    CHECK(told[0].value == key.value);
    CHECK(!b.mrs(Reg::PMSCR_EL1)); // FEAT_SPE is not there
    CHECK(!b.pe.sys(a64::SysKey::of(1, 0, 7, 15, 7), 0, 0));
    CHECK(!b.pe.sysl(a64::SysKey::of(1, 0, 7, 15, 7), 0, value));
}
