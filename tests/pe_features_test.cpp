// SPDX-License-Identifier: MIT
#include "pe/instruction_set.h"
#include "pe_tables.h"
#include "pe_vectored.h"

// Features that came after Armv8.0, as far as a PE and its registers have a part in them: present
// with their feature and advertised, or UNDEFINED without it.

using namespace sl;
using namespace sl::pe;

namespace {

/// The usual core with these features beside its own.
PeConfig with(std::initializer_list<const char*> names)
{
    PeConfig config = test_config();
    const std::vector<std::string> more{names.begin(), names.end()};
    const sysreg::Features wanted = test_features(more);
    for (std::size_t i = 0; i < static_cast<std::size_t>(sysreg::Feature::Count); ++i)
        if (wanted.has(static_cast<sysreg::Feature>(i)))
            config.features.add(static_cast<sysreg::Feature>(i));
    return config;
}

constexpr u32 nop = 0xd503'201f;
constexpr unsigned dit = 2, ssbs = 1; // op2 of MSR (immediate), with op1 3

} // namespace

TEST_CASE("PSTATE.DIT is written from any EL, saved by exceptions and restored by ERET", "[dit]")
{
    Bench b{with({"FEAT_DIT"})};
    b.go(0);
    REQUIRE(b.pe.write_pstate(3, dit, 1)); // MSR DIT, #1
    CHECK(b.mrs(Reg::DIT) == u64{1} << 24);
    b.pe.svc(0);
    CHECK((b.get(Reg::SPSR_EL1) & 1 << 24) != 0);
    CHECK(b.mrs(Reg::DIT) == u64{1} << 24); // entry leaves it alone
    REQUIRE(b.msr(Reg::DIT, 0));
    b.set(Reg::SPSR_EL1, 1 << 24);
    b.pe.eret();
    CHECK(b.mrs(Reg::DIT) == u64{1} << 24);

    Bench without;
    CHECK(!without.pe.write_pstate(3, dit, 1));
    CHECK(!without.mrs(Reg::DIT));
    without.set(Reg::SPSR_EL2, u64{1} << 24 | 4);
    without.pe.eret();
    CHECK_FALSE(without.pe.state().dit);
}

TEST_CASE("PSTATE.SSBS becomes SCTLR_ELx.DSSBS on entry", "[ssbs]")
{
    Bench b{with({"FEAT_SSBS", "FEAT_SSBS2"})};
    b.set(Reg::SCTLR_EL1, u64{1} << 44);
    b.go(0);
    CHECK(b.mrs(Reg::SSBS) == 0u);
    b.pe.svc(0);
    CHECK(b.mrs(Reg::SSBS) == 1u << 12);
    CHECK((b.get(Reg::SPSR_EL1) & 1 << 12) == 0);
    REQUIRE(b.pe.write_pstate(3, ssbs, 0)); // MSR SSBS, #0
    CHECK(b.mrs(Reg::SSBS) == 0u);
    b.set(Reg::SPSR_EL1, 1 << 12);
    b.pe.eret();
    CHECK(b.pe.state().ssbs);

    Bench first{with({"FEAT_SSBS"})}; // the bit without the register
    CHECK(!first.mrs(Reg::SSBS));
    CHECK(!first.pe.write_pstate(3, ssbs, 1));
}

TEST_CASE("FPCR.FZ16 exists with FEAT_FP16", "[fp16]")
{
    Bench b{with({"FEAT_FP16"})};
    b.set(Reg::CPTR_EL2, 0);
    REQUIRE(b.msr(Reg::FPCR, ~u64{0}));
    CHECK(b.mrs(Reg::FPCR) == 0x07c8'0000u);
}

TEST_CASE("DC CVAP and DC CVADP are maintenance by VA, each with its feature", "[dpb]")
{
    Bench b{with({"FEAT_DPB"})};
    CHECK(b.sys(Reg::DC_CVAP, Bench::entry));
    CHECK(!b.sys(Reg::DC_CVADP, Bench::entry));
    Bench later{with({"FEAT_DPB", "FEAT_DPB2"})};
    CHECK(later.sys(Reg::DC_CVADP, Bench::entry));
    Bench without;
    CHECK(!without.sys(Reg::DC_CVAP, Bench::entry));

    Bench user{with({"FEAT_DPB"})};
    user.set(Reg::SCTLR_EL1, 0);
    user.go(0);
    CHECK(!user.sys(Reg::DC_CVAP, Bench::entry)); // SCTLR_EL1.UCI
    CHECK(user.ec(Reg::ESR_EL1) == 0x18);
}

TEST_CASE("CFP, DVP and CPP RCTX do nothing, SCTLR_EL1.EnRCTX gives them to EL0", "[specres]")
{
    const Reg reg = GENERATE(Reg::CFP_RCTX, Reg::DVP_RCTX, Reg::CPP_RCTX);
    Bench b{with({"FEAT_SPECRES"})};
    CHECK(b.sys(reg, 0));
    b.set(Reg::SCTLR_EL1, 1 << 10);
    b.go(0);
    CHECK(b.sys(reg, 0));
    Bench trapped{with({"FEAT_SPECRES"})};
    trapped.go(0);
    CHECK(!trapped.sys(reg, 0));
    CHECK(trapped.ec(Reg::ESR_EL1) == 0x18);
    Bench without;
    CHECK(!without.sys(reg, 0));
    CHECK(without.ec(Reg::ESR_EL2) == 0);
}

TEST_CASE("RNDR gives other numbers each time, the same in each run, and clears NZCV", "[rng]")
{
    Bench b{with({"FEAT_RNG"})}, again{with({"FEAT_RNG"})};
    b.pe.state().set_nzcv(0xf000'0000);
    const auto first = b.mrs(Reg::RNDR), second = b.mrs(Reg::RNDRRS);
    REQUIRE(first);
    CHECK(first != second);
    CHECK(b.pe.state().nzcv() == 0);
    CHECK(again.mrs(Reg::RNDR) == first);
    CHECK(again.get(Reg::RNDR) == 0); // looking does not draw
    CHECK(again.mrs(Reg::RNDRRS) == second);
    Bench without;
    CHECK(!without.mrs(Reg::RNDR));
}

TEST_CASE("FEAT_LSE2 lets atomic and ordered accesses be unaligned inside 16 bytes", "[lse2]")
{
    const a64::Access ordered{.bytes = 8, .ordered = true};
    const a64::Access exclusive{.bytes = 4, .exclusive = true};
    const u64 at = TestBus::ram + 0x8000;
    u64 value = 0;
    Tables b{with({"FEAT_LSE", "FEAT_LSE2"})};
    b.stage1_el1();
    b.go(1);
    CHECK(b.load(at + 1, ordered));
    CHECK(b.pe.load_exclusive(at + 11, exclusive, 4, &value));

    SECTION("not across them")
    {
        CHECK(!b.load(at + 9, ordered));
        CHECK(b.iss(Reg::ESR_EL1) % 64 == 0x21); // alignment
        CHECK(!b.pe.load_exclusive(at + 13, exclusive, 4, &value));
    }
    SECTION("SCTLR_ELx.nAA: ordered ones anywhere, atomic ones not")
    {
        b.set(Reg::SCTLR_EL1, Tables::sctlr | 1 << 6);
        CHECK(b.load(at + 9, ordered));
        CHECK(!b.pe.load_exclusive(at + 13, exclusive, 4, &value));
    }
    SECTION("SCTLR_ELx.A: none")
    {
        b.set(Reg::SCTLR_EL1, Tables::sctlr | 1 << 1);
        CHECK(!b.load(at + 1, ordered));
    }
    SECTION("without the feature none")
    {
        Tables without;
        without.stage1_el1();
        without.go(1);
        CHECK(!without.load(at + 1, ordered));
    }
}

TEST_CASE("Each feature of the instruction set decides about its own instructions", "[features]")
{
    // Words that need nothing else, and the feature that gives them.
    struct Case {
        const char* feature;
        u32 word;
    };

    const Case c = GENERATE(Case{"FEAT_CRC32", 0x1ac2'4020}, // crc32b w0, w1, w2
                            Case{"FEAT_FlagM", 0xd500'401f}, // cfinv
                            Case{"FEAT_SB", 0xd503'30ff},    // sb
                            Case{"FEAT_CSSC", 0xdac0'1820},  // ctz x0, x1
                            Case{"FEAT_WFxT", 0xd503'101f},  // wfet xzr
                            Case{"FEAT_RDM", 0x7e42'8420},   // sqrdmlah h0, h1, h2
                            Case{"FEAT_AES", 0x4e28'4820},   // aese v0.16b, v1.16b
                            Case{"FEAT_FP16", 0x1ee2'2820},  // fadd h0, h1, h2
                            Case{"FEAT_BF16", 0x1e63'4020}); // bfcvt h0, s1
    INFO(c.feature);
    for (const bool present : {true, false}) {
        Bench b{present ? with({c.feature}) : test_config()};
        b.set(Reg::CPTR_EL2, 0);
        b.set(Reg::VBAR_EL2, vbar2);
        b.code(Bench::entry, {c.word});
        b.run_cycles(10);
        CHECK((b.pe.state().pc == Bench::entry + 4) == present);
    }
}

TEST_CASE("WFIT and WFET wait for CNTVCT_EL0 at most", "[wfxt]")
{
    const bool event = GENERATE(true, false);
    Bench b{with({"FEAT_WFxT"})};
    b.set(Reg::SCTLR_EL1, 0x30d0'0980 | 1 << 16 | 1 << 18);
    b.set(Reg::CNTVOFF_EL2, u64{0} - 50); // the virtual count is ahead by 50: 500 ns at 100 MHz
    b.code(Bench::entry, {event ? 0xd503'1001 : 0xd503'1021, nop}); // wfet x1 | wfit x1
    b.go(1);
    b.pe.hint(2); // consumes the event of the exception return
    b.pe.state().pc = Bench::entry;
    b.pe.state().x[1] = 1'050; // 10 us

    SECTION("to the cycle")
    {
        const Outcome waiting = b.pe.run(5'000'000);
        CHECK(waiting.why == Outcome::Why::Waiting);
        CHECK(waiting.wake_ps == 10'000'000u);
        CHECK(b.pe.run(11'000'000).why == Outcome::Why::Budget);
        CHECK(b.pe.state().pc == Bench::entry + 8);
        CHECK(b.observer.of(Observer::Signal::Halted).back().cycle == 10'000);
    }
    SECTION("an interrupt ends it earlier")
    {
        CHECK(b.pe.run(5'000'000).why == Outcome::Why::Waiting);
        b.pe.post(6'000'000, 0x100, [&] {
            b.gic.now.irq = true;
            b.pe.event();
        });
        CHECK(b.pe.run(7'000'000).why == Outcome::Why::Budget);
        CHECK(b.pe.state().pc == Bench::entry + 8);
        CHECK(b.observer.of(Observer::Signal::Halted).back().cycle == 6'000);
    }
    SECTION("a time that has come is not waited for, nor trapped")
    {
        b.set(Reg::HCR_EL2, Hcr::TWI::mask | Hcr::TWE::mask | Hcr::RW::mask);
        b.pe.state().x[1] = 50;
        b.run_cycles(5);
        CHECK(b.pe.state().pc == Bench::entry + 8);
    }
    SECTION("one that never comes")
    {
        b.pe.state().x[1] = ~u64{0};
        const Outcome waiting = b.pe.run(5'000'000);
        CHECK(waiting.why == Outcome::Why::Waiting);
        CHECK(!waiting.wake_ps);
    }
    SECTION("the trap tells the register")
    {
        b.set(Reg::VBAR_EL2, vbar2);
        b.code(vbar2 + 0x400, {});
        b.set(Reg::HCR_EL2, Hcr::TWI::mask | Hcr::TWE::mask | Hcr::RW::mask);
        b.run_cycles(1);
        CHECK(b.pe.state().el == 2);
        CHECK(b.ec(Reg::ESR_EL2) == 1);
        // CV, COND; RN = 1, RV, TI
        CHECK(b.iss(Reg::ESR_EL2) == (0x01e0'0026u | unsigned{event}));
    }
}

TEST_CASE("What ID registers say of instructions follows the features", "[features]")
{
    Bench none;
    CHECK(none.get(Reg::ID_AA64ISAR0_EL1) == 0x0020'0000); // FEAT_LSE
    CHECK(none.get(Reg::ID_AA64ISAR1_EL1) == 0);
    CHECK(none.get(Reg::ID_AA64ISAR2_EL1) == 0);
    CHECK(none.get(Reg::ID_AA64PFR1_EL1) == 0);
    Bench all{with({"FEAT_AES",     "FEAT_PMULL", "FEAT_SHA1",   "FEAT_SHA256",  "FEAT_SHA512",
                    "FEAT_SHA3",    "FEAT_SM3",   "FEAT_SM4",    "FEAT_RDM",     "FEAT_DotProd",
                    "FEAT_FP16",    "FEAT_FHM",   "FEAT_FlagM",  "FEAT_FlagM2",  "FEAT_JSCVT",
                    "FEAT_FCMA",    "FEAT_LRCPC", "FEAT_LRCPC2", "FEAT_FRINTTS", "FEAT_BF16",
                    "FEAT_I8MM",    "FEAT_CSSC",  "FEAT_DPB",    "FEAT_DPB2",    "FEAT_SB",
                    "FEAT_SPECRES", "FEAT_DIT",   "FEAT_SSBS",   "FEAT_SSBS2",   "FEAT_RNG",
                    "FEAT_CRC32",   "FEAT_LSE",   "FEAT_LSE2"})};
    // Nibbles as DDI 0487 has them, the highest first.
    CHECK(all.get(Reg::ID_AA64ISAR0_EL1) == 0x1021'1111'1021'2120);
    CHECK(all.get(Reg::ID_AA64ISAR1_EL1) == 0x0010'1111'0021'1002);
    CHECK(all.get(Reg::ID_AA64ISAR2_EL1) == 0x0010'0000'0000'0000);
    CHECK(all.get(Reg::ID_AA64PFR1_EL1) == 0x20);
    CHECK((all.get(Reg::ID_AA64PFR0_EL1) >> 48 & 15) == 1);      // DIT
    CHECK((all.get(Reg::ID_AA64PFR0_EL1) >> 16 & 0xff) == 0x11); // AdvSIMD, FP
    CHECK((all.get(Reg::ID_AA64MMFR2_EL1) >> 32 & 15) == 1);     // AT
}
