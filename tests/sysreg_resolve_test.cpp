// SPDX-License-Identifier: MIT
#include "sysreg/resolve.h"
#include "sysreg/tables.h"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace sl;
using namespace sl::sysreg;

namespace {

constexpr u16 key(unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2)
{
    return static_cast<u16>(op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2);
}

Features features(std::vector<std::string> names)
{
    std::vector<std::string> errors;
    const Features f = Features::parse(names, errors);
    REQUIRE(errors.empty());
    return f;
}

const std::vector<std::string> everything{"FEAT_LSE",   "FEAT_PAN",   "FEAT_VHE",
                                          "FEAT_PMUv3", "FEAT_TRF",   "FEAT_ETE",
                                          "FEAT_TRBE",  "FEAT_GICv3", "FEAT_SPE"};

struct Pe {
    explicit Pe(std::vector<std::string> names = everything, bool el3 = false)
        : set{features(std::move(names))},
          file{set, Identity{.has_el2 = true, .has_el3 = el3}},
          has_el3{el3}
    {
        file[Reg::ICC_SRE_EL2] = 0xf; // a GIC model keeps it so
    }

    Resolution access(unsigned el, Reg reg, bool write)
    {
        return access(el, describe(reg).key, write);
    }

    Resolution access(unsigned el, u16 k, bool write)
    {
        return resolve(k, write, {.file = file, .features = set, .el = u8(el), .has_el3 = has_el3});
    }

    Features set;
    File file;
    bool has_el3;
};

constexpr auto Ok = Resolution::Kind::Ok;
constexpr auto Undefined = Resolution::Kind::Undefined;
constexpr auto Trap = Resolution::Kind::Trap;

} // namespace

TEST_CASE("the assembler agrees with every described encoding whose name it knows", "[sysreg]")
{
    // GNU as was not written here: it says what `mrs x0, NAME` and `msr NAME, x0` encode to.
    const std::string dir = std::string{std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp"};
    const std::string base = dir + "/sysreg_names_" + std::to_string(std::rand());
    unsigned known = 0;
    std::ofstream source{base + ".s"};
    std::vector<const Description*> rows;
    for (const Description& d : descriptions()) {
        if (d.instruction)
            continue;
        source << (d.readable ? std::string{"mrs x0, "} + d.name
                              : "msr " + std::string{d.name} + ", x0")
               << "\n";
        rows.push_back(&d);
    }
    source.close();
    // Names that this assembler lacks are errors: find them, then assemble the rest.
    const std::string as =
        "aarch64-linux-gnu-as -march=armv8.6-a+profile -o " + base + ".o " + base;
    std::vector<bool> unknown(rows.size() + 1);
    {
        const int failed = std::system((as + ".s 2> " + base + ".err").c_str());
        std::ifstream errors{base + ".err"};
        for (std::string line; failed && std::getline(errors, line);) {
            unsigned number = 0;
            if (std::sscanf(line.c_str() + line.find(".s:"), ".s:%u: Error", &number) == 1)
                unknown.at(number - 1) = true;
        }
    }
    std::ofstream again{base + ".s"};
    for (std::size_t i = 0; i < rows.size(); ++i)
        again << (unknown[i] ? "nop"
                             : (rows[i]->readable ? std::string{"mrs x0, "} + rows[i]->name
                                                  : "msr " + std::string{rows[i]->name} + ", x0"))
              << "\n";
    again.close();
    REQUIRE(std::system((as + ".s").c_str()) == 0);
    REQUIRE(
        std::system(("aarch64-linux-gnu-objcopy -O binary -j .text " + base + ".o " + base + ".bin")
                        .c_str()) == 0);
    std::ifstream binary{base + ".bin", std::ios::binary};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        u32 word = 0;
        REQUIRE(binary.read(reinterpret_cast<char*>(&word), 4));
        if (unknown[i])
            continue;
        ++known;
        INFO(rows[i]->name);
        CHECK(((word >> 5) & 0xffff) == rows[i]->key);
    }
    CHECK(known > 250);
    for (const char* suffix : {".s", ".o", ".bin", ".err"})
        std::remove((base + suffix).c_str());
}

TEST_CASE("a trapped MRS has the ISS of EC 0x18", "[sysreg]")
{
    // MRS X7, TRFCR_EL1 (S3_0_C1_C2_1): Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt 9:5, CRm
    // 4:1, Direction 0.
    CHECK(trap_iss(key(3, 0, 1, 2, 1), 7, false) ==
          (3u << 20 | 1u << 17 | 0u << 14 | 1u << 10 | 7u << 5 | 2u << 1 | 1u));
    CHECK((trap_iss(key(3, 0, 1, 2, 1), 7, true) & 1) == 0);
}

TEST_CASE("each trap control traps exactly what it names", "[sysreg][trap]")
{
    struct Row {
        Reg control;
        u64 value; ///< of the control, trap in force
        u64 open;  ///< of the control, trap not in force
        Reg accessed;
        bool write;
        unsigned el;
        unsigned target;
    };

    // Bit positions are spelled out: they are the oracle, not the generated fields.
    const Row rows[] = {
        {Reg::HCR_EL2, 1ull << 26, 0, Reg::SCTLR_EL1, true, 1, 2},            // TVM
        {Reg::HCR_EL2, 1ull << 30, 0, Reg::TTBR0_EL1, false, 1, 2},           // TRVM
        {Reg::HCR_EL2, 1ull << 18, 0, Reg::ID_AA64DFR0_EL1, false, 1, 2},     // TID3
        {Reg::HCR_EL2, 1ull << 17, 0, Reg::CTR_EL0, false, 1, 2},             // TID2
        {Reg::HCR_EL2, 1ull << 16, 0, Reg::REVIDR_EL1, false, 1, 2},          // TID1
        {Reg::HCR_EL2, 1ull << 21, 0, Reg::ACTLR_EL1, false, 1, 2},           // TACR
        {Reg::HCR_EL2, 1ull << 22, 0, Reg::DC_CISW, true, 1, 2},              // TSW
        {Reg::HCR_EL2, 1ull << 23, 0, Reg::DC_CIVAC, true, 1, 2},             // TPCP
        {Reg::HCR_EL2, 1ull << 24, 0, Reg::IC_IALLU, true, 1, 2},             // TPU
        {Reg::HCR_EL2, 1ull << 25, 0, Reg::TLBI_VMALLE1, true, 1, 2},         // TTLB
        {Reg::HCR_EL2, 1ull << 28, 0, Reg::DC_ZVA, true, 1, 2},               // TDZ
        {Reg::MDCR_EL2, 1ull << 19, 3ull << 24, Reg::TRFCR_EL1, true, 1, 2},  // TTRF
        {Reg::MDCR_EL2, 0, 3ull << 24, Reg::TRBLIMITR_EL1, false, 1, 2},      // E2TB = 0b00
        {Reg::MDCR_EL2, 2ull << 24, 3ull << 24, Reg::TRBPTR_EL1, true, 1, 2}, // E2TB = 0b10
        {Reg::MDCR_EL2, 1ull << 9, 0, Reg::DBGBVR0_EL1, true, 1, 2},          // TDA
        {Reg::MDCR_EL2, 1ull << 10, 0, Reg::OSLAR_EL1, true, 1, 2},           // TDOSA
        {Reg::MDCR_EL2, 1ull << 11, 0, Reg::MDRAR_EL1, false, 1, 2},          // TDRA
        {Reg::MDCR_EL2, 1ull << 6, 0, Reg::PMCCNTR_EL0, false, 1, 2},         // TPM
        {Reg::MDCR_EL2, 1ull << 5, 0, Reg::PMCR_EL0, true, 1, 2},             // TPMCR
        {Reg::CPTR_EL2, 1ull << 20, 0, Reg::TRCPRGCTLR, true, 1, 2},          // TTA
        {Reg::CPTR_EL2, 1ull << 31, 0, Reg::CPACR_EL1, false, 1, 2},          // TCPAC
        {Reg::CPACR_EL1, 1ull << 28, 0, Reg::TRCIDR1, false, 1, 1},           // TTA
        {Reg::ICH_HCR_EL2, 1ull << 10, 0, Reg::ICC_PMR_EL1, true, 1, 2},      // TC
        {Reg::ICH_HCR_EL2, 1ull << 11, 0, Reg::ICC_IAR0_EL1, false, 1, 2},    // TALL0
        {Reg::ICH_HCR_EL2, 1ull << 12, 0, Reg::ICC_IAR1_EL1, false, 1, 2},    // TALL1
        {Reg::HCR_EL2, 1ull << 4, 0, Reg::ICC_SGI1R_EL1, true, 1, 2},         // IMO
        {Reg::CNTHCTL_EL2, 0, 1ull << 0, Reg::CNTPCT_EL0, false, 1, 2},       // EL1PCTEN
        {Reg::CNTHCTL_EL2, 0, 1ull << 1, Reg::CNTP_CTL_EL0, true, 1, 2},      // EL1PCEN
        {Reg::CNTKCTL_EL1, 0, 1ull << 1, Reg::CNTVCT_EL0, false, 0, 1},       // EL0VCTEN
        {Reg::CNTKCTL_EL1, 0, 1ull << 8, Reg::CNTV_CTL_EL0, true, 0, 1},      // EL0VTEN
        {Reg::SCTLR_EL1, 0, 1ull << 9, Reg::DAIF, false, 0, 1},               // UMA
        {Reg::SCTLR_EL1, 0, 1ull << 15, Reg::CTR_EL0, false, 0, 1},           // UCT
        {Reg::SCTLR_EL1, 0, 1ull << 26, Reg::IC_IVAU, true, 0, 1},            // UCI
        {Reg::SCTLR_EL1, 0, 1ull << 14, Reg::DC_ZVA, true, 0, 1},             // DZE
        {Reg::PMUSERENR_EL0, 0, 1, Reg::PMCNTENSET_EL0, true, 0, 1},          // EN
    };
    for (const Row& row : rows) {
        Pe pe;
        pe.file[Reg::CNTHCTL_EL2] = 3;
        INFO(describe(row.control).name << " = " << std::hex << row.value << ", "
                                        << describe(row.accessed).name);
        pe.file[row.control] = row.value;
        const Resolution trapped = pe.access(row.el, row.accessed, row.write);
        CHECK(trapped.kind == Trap);
        CHECK(trapped.target_el == row.target);
        pe.file[row.control] = row.open;
        CHECK(pe.access(row.el, row.accessed, row.write).kind == Ok);
        if (row.target == 2) { // EL2's own accesses are not its traps' business
            pe.file[row.control] = row.value;
            if (row.control != Reg::CPTR_EL2)
                CHECK(pe.access(2, row.accessed, row.write).kind == Ok);
        }
    }
}

TEST_CASE("CPTR_EL2.TTA traps EL2's own trace accesses to EL2", "[sysreg][trap]")
{
    Pe pe;
    pe.file[Reg::CPTR_EL2] = 1ull << 20;
    const Resolution r = pe.access(2, Reg::TRCPRGCTLR, true);
    CHECK(r.kind == Trap);
    CHECK(r.target_el == 2);
}

TEST_CASE("HCR_EL2.TGE sends EL0's traps to EL2 instead of EL1", "[sysreg][trap]")
{
    Pe pe;
    pe.file[Reg::SCTLR_EL1] = 0;
    pe.file[Reg::HCR_EL2] = 1ull << 27;
    const Resolution r = pe.access(0, Reg::CTR_EL0, false);
    CHECK(r.kind == Trap);
    CHECK(r.target_el == 2);
}

TEST_CASE("E2H redirects EL1 names at EL2 to EL2's registers, and only there", "[sysreg][vhe]")
{
    Pe pe;
    const std::pair<Reg, Reg> pairs[] = {
        {Reg::SCTLR_EL1, Reg::SCTLR_EL2},          {Reg::TTBR1_EL1, Reg::TTBR1_EL2},
        {Reg::CPACR_EL1, Reg::CPTR_EL2},           {Reg::TRFCR_EL1, Reg::TRFCR_EL2},
        {Reg::CNTKCTL_EL1, Reg::CNTHCTL_EL2},      {Reg::CNTP_CTL_EL0, Reg::CNTHP_CTL_EL2},
        {Reg::CNTV_CVAL_EL0, Reg::CNTHV_CVAL_EL2}, {Reg::ESR_EL1, Reg::ESR_EL2},
    };
    for (const auto& [el1, el2] : pairs) {
        INFO(describe(el1).name);
        pe.file[Reg::HCR_EL2] = 0;
        CHECK(pe.access(2, el1, true).reg == el1);
        pe.file[Reg::HCR_EL2] = 1ull << 34;
        CHECK(pe.access(2, el1, true).reg == el2);
        CHECK(pe.access(1, el1, true).reg == el1);
    }
    // TRBLIMITR_EL1 has no EL2 twin.
    CHECK(pe.access(2, Reg::TRBLIMITR_EL1, true).reg == Reg::TRBLIMITR_EL1);
    // EL0 under the EL2&0 regime uses EL2's timers by EL0's names.
    pe.file[Reg::HCR_EL2] = 1ull << 34 | 1ull << 27;
    pe.file[Reg::CNTHCTL_EL2] = 0x303;
    CHECK(pe.access(0, Reg::CNTV_CTL_EL0, false).reg == Reg::CNTHV_CTL_EL2);
}

TEST_CASE("_EL12 and _EL02 names exist at EL2 with E2H only", "[sysreg][vhe]")
{
    Pe pe;
    const u16 trfcr_el12 = key(3, 5, 1, 2, 1), cntp_ctl_el02 = key(3, 5, 14, 2, 1);
    CHECK(pe.access(2, trfcr_el12, true).kind == Undefined);
    pe.file[Reg::HCR_EL2] = 1ull << 34;
    CHECK(pe.access(2, trfcr_el12, true).reg == Reg::TRFCR_EL1);
    CHECK(pe.access(2, cntp_ctl_el02, false).reg == Reg::CNTP_CTL_EL0);
    CHECK(pe.access(1, trfcr_el12, true).kind == Undefined);
    Pe v8{{"FEAT_GICv3"}};
    v8.file[Reg::HCR_EL2] = 1ull << 34;
    CHECK(v8.access(2, trfcr_el12, true).kind == Undefined);
}

TEST_CASE("HCR_EL2.E2H cannot be set without FEAT_VHE", "[sysreg][vhe]")
{
    Pe v8{{"FEAT_GICv3"}};
    v8.file.write(Reg::HCR_EL2, ~u64{0});
    CHECK(bit(v8.file[Reg::HCR_EL2], 34) == false);
    Pe vhe;
    vhe.file.write(Reg::HCR_EL2, ~u64{0});
    CHECK(bit(vhe.file[Reg::HCR_EL2], 34));
}

TEST_CASE("a register whose feature is absent is UNDEFINED at every EL", "[sysreg]")
{
    Pe pe{{"FEAT_TRF"}};
    for (unsigned el = 0; el < 3; ++el) {
        CHECK(pe.access(el, Reg::TRBLIMITR_EL1, false).kind == Undefined);
        CHECK(pe.access(el, Reg::TRCPRGCTLR, false).kind == Undefined);
        CHECK(pe.access(el, Reg::PMSCR_EL1, false).kind == Undefined);
    }
    CHECK(pe.access(2, Reg::TRFCR_EL1, false).kind == Ok);
    CHECK(pe.access(1, key(3, 0, 15, 0, 0), false).kind == Undefined);
}

TEST_CASE("MDCR_EL3.NSPB: who may touch the profiler", "[sysreg][spe]")
{
    Pe pe{everything, true};
    pe.file[Reg::MDCR_EL2] = MDCR_EL2::E2PB::make(3);
    const auto traps = [&](unsigned nspb, bool secure, unsigned el, Reg reg) {
        pe.file[Reg::MDCR_EL3] = MDCR_EL3::NSPB::make(nspb);
        const Resolution r = resolve(
            describe(reg).key, false,
            {.file = pe.file, .features = pe.set, .el = u8(el), .secure = secure, .has_el3 = true});
        CHECK((r.kind == Ok || r.target_el == 3));
        return r.kind == Trap;
    };
    // Bit 1: it is Non-secure state's; bit 0: the state that has it is not trapped.
    for (const Reg reg : {Reg::PMSCR_EL1, Reg::PMSIDR_EL1, Reg::PMBPTR_EL1})
        for (const bool secure : {false, true})
            for (unsigned nspb = 0; nspb < 4; ++nspb) {
                const bool open = nspb == (secure ? 0b01 : 0b11);
                CHECK(traps(nspb, secure, 1, reg) == !open);
                if (!secure)
                    CHECK(traps(nspb, secure, 2, reg) == !open);
                CHECK(!traps(nspb, secure, 3, reg));
            }
    CHECK(!traps(0, false, 1, Reg::PMBIDR_EL1));
}

TEST_CASE("direction and exception level decide existence", "[sysreg]")
{
    Pe pe;
    CHECK(pe.access(1, Reg::MIDR_EL1, true).kind == Undefined);
    CHECK(pe.access(0, Reg::MIDR_EL1, false).kind == Undefined);
    CHECK(pe.access(1, Reg::OSLAR_EL1, false).kind == Undefined);
    CHECK(pe.access(1, Reg::HCR_EL2, false).kind == Undefined);
    CHECK(pe.access(2, Reg::SCR_EL3, false).kind == Undefined);
    CHECK(pe.access(0, Reg::TPIDRRO_EL0, true).kind == Undefined);
    CHECK(pe.access(0, Reg::TPIDRRO_EL0, false).kind == Ok);
    // CNTFRQ_EL0 is written by the highest EL that there is.
    CHECK(pe.access(1, Reg::CNTFRQ_EL0, true).kind == Undefined);
    CHECK(pe.access(2, Reg::CNTFRQ_EL0, true).kind == Ok);
    Pe with_el3{everything, true};
    CHECK(with_el3.access(2, Reg::CNTFRQ_EL0, true).kind == Undefined);
}

TEST_CASE("the unallocated ID space reads as zero and traps by TID3", "[sysreg][id]")
{
    Pe pe;
    for (unsigned crm = 1; crm < 8; ++crm)
        for (unsigned op2 = 0; op2 < 8; ++op2) {
            const Resolution r = pe.access(1, key(3, 0, 0, crm, op2), false);
            INFO(crm << " " << op2);
            REQUIRE(r.kind == Ok);
        }
    pe.file[Reg::HCR_EL2] = 1ull << 18;
    CHECK(pe.access(1, key(3, 0, 0, 7, 7), false).kind == Trap);
}

TEST_CASE("EL1 reads VPIDR_EL2 and VMPIDR_EL2 as its identity", "[sysreg][id]")
{
    Pe pe;
    CHECK(pe.access(1, Reg::MPIDR_EL1, false).reg == Reg::VMPIDR_EL2);
    CHECK(pe.access(1, Reg::MIDR_EL1, false).reg == Reg::VPIDR_EL2);
    CHECK(pe.access(2, Reg::MPIDR_EL1, false).reg == Reg::MPIDR_EL1);
}

TEST_CASE("ID registers advertise exactly the feature list", "[sysreg][id]")
{
    const Pe none{std::vector<std::string>{}};
    // EL0 to EL2 in AArch64, no GIC, no trace, no VHE.
    CHECK(none.file[Reg::ID_AA64PFR0_EL1] == 0x111);
    CHECK((none.file[Reg::ID_AA64DFR0_EL1] & 0x0000'ff0f'0000'0ff0) == 0);
    CHECK(none.file[Reg::ID_AA64MMFR1_EL1] == 0);
    const Pe all;
    CHECK(bits(all.file[Reg::ID_AA64DFR0_EL1], 7, 4) == 1);     // TraceVer
    CHECK(bits(all.file[Reg::ID_AA64DFR0_EL1], 11, 8) == 1);    // PMUVer
    CHECK(bits(all.file[Reg::ID_AA64DFR0_EL1], 35, 32) == 1);   // PMSVer
    CHECK(bits(all.file[Reg::ID_AA64DFR0_EL1], 43, 40) == 1);   // TraceFilt
    CHECK(bits(all.file[Reg::ID_AA64DFR0_EL1], 47, 44) == 1);   // TraceBuffer
    CHECK(bits(all.file[Reg::ID_AA64MMFR1_EL1], 11, 8) == 1);   // VH
    CHECK(bits(all.file[Reg::ID_AA64ISAR0_EL1], 23, 20) == 2);  // Atomic
    CHECK(bits(all.file[Reg::ID_AA64PFR0_EL1], 27, 24) == 1);   // GIC
    CHECK(bits(all.file[Reg::ID_AA64MMFR0_EL1], 27, 24) == 15); // TGran64 absent
}

TEST_CASE("an unsound feature list is refused with the dependency named", "[sysreg][id]")
{
    std::vector<std::string> errors;
    const std::vector<std::string> lone{"FEAT_TRBE"};
    Features::parse(lone, errors);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].find("FEAT_TRBE depends on FEAT_ETE") == 0);
    errors.clear();
    const std::vector<std::string> wrong{"FEAT_BRBE", "FEAT_NONSENSE"};
    Features::parse(wrong, errors);
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].find("not available") != std::string::npos);
    CHECK(errors[1].find("unknown feature FEAT_NONSENSE") == 0);
}
