// SPDX-License-Identifier: MIT
// The whole nVHE world switch, access by access, in the order of Linux 7.2's __kvm_vcpu_run.
#include "hyp_recorder.h"

#include <functional>

extern "C" {
#include "switch_nvhe.h"
#include "world.h"

const char guest_vectors[1] = {}, host_vectors[1] = {};
}

using sl::test::Log;
using sl::test::Recorder;

namespace {

/// What the "guest" does when it is entered; the code with which it comes back.
std::function<std::uint64_t(vcpu&)> guest_body;
Log* guest_log = nullptr;

struct Bench : Recorder {
    cpu pe{};
    vcpu guest{};

    explicit Bench(unsigned design, unsigned features = FEATURE_TRF | FEATURE_TRBE | FEATURE_PMU)
    {
        guest_log = &log;
        guest_body = [](vcpu&) { return std::uint64_t{VCPU_EXIT_IRQ}; };
        pe.features = features;
        pe.design = design;
        pe.hcr_el2_host = 0x8000'0000;
        pe.fp_owner = &pe.host.fp;
        pe.list_registers = 4;
        guest.number = 1;
        guest.hcr_el2 = 0x1;
        guest.mdcr_el2 = MDCR_EL2_TTRF_MASK;
        guest.context.pc = 0x8000'0000;
        guest.context.pstate = 0x3c5;
        guest.context.sys[CONTEXT_VMPIDR_EL2] = 0x8000'0001;
        pe.host.sys[CONTEXT_VMPIDR_EL2] = 0x8000'0000;
        registers["MIDR_EL1"] = 0x410f'd070;
        registers["MDCR_EL2"] = MDCR_EL2_E2TB_MASK;
        registers["CNTHCTL_EL2"] = 3;
        registers["PMUSERENR_EL0"] = 1;
    }

    std::int64_t run() { return switch_run(&pe, &guest, 0x1111, 0x2222); }

    /// Where `what` stands in the log; fails when it does not.
    std::size_t place(const std::string& what, std::size_t from = 0)
    {
        for (std::size_t i = from; i < log.size(); ++i)
            if (log[i] == what)
                return i;
        FAIL("no " << what);
        return 0;
    }
};

/// Pointers differ from run to run: VBAR_EL2 is compared by name only.
Log without_vectors(Log log)
{
    for (std::string& entry : log)
        if (entry.rfind("W VBAR_EL2=", 0) == 0)
            entry = "W VBAR_EL2";
    return log;
}

const Log el1_reads = {"R SCTLR_EL1", "R CPACR_EL1",   "R TTBR0_EL1", "R TTBR1_EL1",
                       "R TCR_EL1",   "R ESR_EL1",     "R AFSR0_EL1", "R AFSR1_EL1",
                       "R FAR_EL1",   "R MAIR_EL1",    "R VBAR_EL1",  "R CONTEXTIDR_EL1",
                       "R AMAIR_EL1", "R CNTKCTL_EL1", "R PAR_EL1",   "R TPIDR_EL1",
                       "R SP_EL1",    "R ELR_EL1",     "R SPSR_EL1",  "R MDSCR_EL1",
                       "R TPIDR_EL0", "R TPIDRRO_EL0", "R ELR_EL2"};

Log el1_writes(const char* vmpidr, const char* elr, const char* spsr)
{
    return {"R MIDR_EL1",
            "W VPIDR_EL2=0x410fd070",
            std::string{"W VMPIDR_EL2="} + vmpidr,
            "W SCTLR_EL1=0",
            "W TCR_EL1=0",
            "W CPACR_EL1=0",
            "W TTBR0_EL1=0",
            "W TTBR1_EL1=0",
            "W ESR_EL1=0",
            "W AFSR0_EL1=0",
            "W AFSR1_EL1=0",
            "W FAR_EL1=0",
            "W MAIR_EL1=0",
            "W VBAR_EL1=0",
            "W CONTEXTIDR_EL1=0",
            "W AMAIR_EL1=0",
            "W CNTKCTL_EL1=0",
            "W PAR_EL1=0",
            "W TPIDR_EL1=0",
            "W SP_EL1=0",
            "W ELR_EL1=0",
            "W SPSR_EL1=0",
            "W MDSCR_EL1=0",
            "W TPIDR_EL0=0",
            "W TPIDRRO_EL0=0",
            std::string{"W ELR_EL2="} + elr,
            std::string{"W SPSR_EL2="} + spsr};
}

Log operator+(Log a, const Log& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

} // namespace

extern "C" uint64_t guest_enter(vcpu* guest)
{
    guest_log->push_back("guest");
    return guest_body(*guest);
}

extern "C" void fp_registers_save(fp_context*)
{
    guest_log->push_back("fp save");
}

extern "C" void fp_registers_load(const fp_context*)
{
    guest_log->push_back("fp load");
}

extern "C" void hyp_panic(const char* format, ...)
{
    FAIL(format);
    throw 0;
}

TEST_CASE("a switch without a session makes exactly these accesses", "[hyp][switch]")
{
    Bench b{DESIGN_KVM_FINAL};
    b.pe.pmu_host_events = 0x2;
    b.pe.pmu_guest_events = 0x4;
    b.registers["ELR_EL2"] = 0xffff'0000;
    b.registers["SPSR_EL2"] = 0x5;
    CHECK(b.run() == VCPU_EXIT_IRQ);
    CHECK(without_vectors(b.take()) ==
          Log{"W PMCNTENCLR_EL0=2", "W PMCNTENSET_EL0=4"} + el1_reads +
              Log{"R SPSR_EL2", "dsb nsh"} + el1_writes("0x80000001", "0x80000000", "0x3c5") +
              Log{"W VTCR_EL2=0x1111", "W VTTBR_EL2=0x2222", "W HCR_EL2=1", "R MDCR_EL2",
                  "W MDCR_EL2=0x80000", "W HSTR_EL2=0x8000", "W PMSELR_EL0=0", "R PMUSERENR_EL0",
                  "W PMUSERENR_EL0=0xf", "W CPTR_EL2=0x401037ff", "W VBAR_EL2", "W ICH_HCR_EL2=0",
                  "R CNTHCTL_EL2", "W CNTHCTL_EL2=1", "guest", "R SPSR_EL2"} +
              el1_reads +
              Log{"R CNTHCTL_EL2", "W CNTHCTL_EL2=3", "R ICH_VMCR_EL2", "W ICH_HCR_EL2=0",
                  "R ICH_MISR_EL2", "dsb nsh", "W MDCR_EL2=0x3000000", "W HSTR_EL2=0",
                  "W PMUSERENR_EL0=1", "W HCR_EL2=0x80000000", "W CPTR_EL2=0x33ff", "W VBAR_EL2",
                  "W VTTBR_EL2=0"} +
              el1_writes("0x80000000", "0xffff0000", "5") +
              Log{"W PMCNTENCLR_EL0=4", "W PMCNTENSET_EL0=2"});
}

TEST_CASE("the buffer is off from before the guest's registers until the host's are back",
          "[hyp][switch]")
{
    Bench b{DESIGN_KVM_FINAL};
    b.pe.flags = CPU_TRBE_ENABLED | CPU_HAS_TRBE;
    b.registers["TRBLIMITR_EL1"] = 0x7000'0001;
    b.registers["TRFCR_EL1"] = 0x23;
    b.run();
    const std::size_t off = b.place("W TRBLIMITR_EL1=0");
    const std::size_t on = b.place("W TRBLIMITR_EL1=0x70000001");
    CHECK(b.place("R TPIDRRO_EL0") < off);
    CHECK(off < b.place("W VPIDR_EL2=0x410fd070"));
    CHECK(b.place("W VTTBR_EL2=0") < on);
    CHECK(b.place("W MDCR_EL2=0x3000000") < on);
    CHECK(b.place("W TPIDRRO_EL0=0", b.place("guest")) < on);
    CHECK(on < b.place("W TRFCR_EL1=0x23"));
}

TEST_CASE("every design but 6.1's completes walks before either world's registers come",
          "[hyp][switch]")
{
    const unsigned design =
        GENERATE(DESIGN_NONE, DESIGN_KVM_SHIPPED, DESIGN_KVM_V1, DESIGN_KVM_REVIEWED,
                 DESIGN_KVM_LANDED, DESIGN_KVM_FINAL, DESIGN_KVM_SHIPPED_61);
    CAPTURE(design);
    Bench b{design};
    b.run();
    int barriers = 0;
    for (const std::string& entry : b.log)
        barriers += entry == "dsb nsh";
    CHECK(barriers == (design == DESIGN_KVM_SHIPPED_61 ? 0 : 2));
    if (barriers == 2) {
        const std::size_t first = b.place("dsb nsh");
        CHECK(b.place("R SPSR_EL2") < first);
        CHECK(first < b.place("R MIDR_EL1"));
        const std::size_t second = b.place("dsb nsh", first + 1);
        CHECK(b.place("R ICH_MISR_EL2") < second);
        CHECK(second < b.place("W MDCR_EL2=0x3000000"));
    }
}

TEST_CASE("the guest's first FP instruction swaps the registers at EL2 and goes on",
          "[hyp][switch][fp]")
{
    Bench b{DESIGN_KVM_FINAL};
    int entries = 0;
    guest_body = [&](vcpu&) {
        b.registers["ESR_EL2"] = FIELD(ESR_EL2, EC, 0x07);
        return std::uint64_t{++entries == 1 ? VCPU_EXIT_TRAP : VCPU_EXIT_IRQ};
    };
    CHECK(b.run() == VCPU_EXIT_IRQ);
    CHECK(entries == 2);
    const std::size_t trap = b.place("guest");
    CHECK(Log(b.log.begin() + long(trap) + 1, b.log.begin() + long(trap) + 9) ==
          Log{"R SPSR_EL2", "R ESR_EL2", "R CPTR_EL2", "W CPTR_EL2=0x401033ff", "isb", "fp save",
              "fp load", "guest"});
    // The host's first use would trap.
    CHECK(b.registers["CPTR_EL2"] == 0x37ff);
    CHECK((b.guest.flags & VCPU_FP_LOADED) != 0);

    SECTION("the next run finds the registers in place")
    {
        b.take();
        guest_body = [](vcpu&) { return std::uint64_t{VCPU_EXIT_IRQ}; };
        b.run();
        b.place("W CPTR_EL2=0x401033ff");
        for (const std::string& entry : b.log)
            CHECK(entry.rfind("fp", 0) != 0);
    }
}

TEST_CASE("a stage 2 abort comes out with its addresses", "[hyp][switch][fault]")
{
    Bench b{DESIGN_KVM_FINAL};
    guest_body = [](vcpu&) { return std::uint64_t{VCPU_EXIT_TRAP}; };
    b.registers["FAR_EL2"] = 0xffff'8000'1234'5678;
    b.registers["HPFAR_EL2"] = 0x9'0000;

    SECTION("a translation fault: HPFAR_EL2 is valid")
    {
        b.registers["ESR_EL2"] = FIELD(ESR_EL2, EC, 0x24) | 0x07;
        CHECK(b.run() == VCPU_EXIT_TRAP);
        CHECK(b.guest.fault.far_el2 == 0xffff'8000'1234'5678);
        CHECK(b.guest.fault.hpfar_el2 == 0x9'0000);
    }
    SECTION("a permission fault: the address is translated again")
    {
        b.registers["ESR_EL2"] = FIELD(ESR_EL2, EC, 0x24) | 0x0f;
        b.translated = 0x8765'4000;
        b.guest.context.sys[CONTEXT_PAR_EL1] = 0x77;
        CHECK(b.run() == VCPU_EXIT_TRAP);
        CHECK(b.guest.fault.hpfar_el2 == 0x8765'40);
        b.place("W at s1e1r=0xffff800012345678");
        CHECK(b.guest.context.sys[CONTEXT_PAR_EL1] == 0x77); // the guest's own is kept
    }
    SECTION("a permission fault on a table walk: HPFAR_EL2 is valid")
    {
        b.registers["ESR_EL2"] = FIELD(ESR_EL2, EC, 0x24) | 0x8f;
        CHECK(b.run() == VCPU_EXIT_TRAP);
        CHECK(b.guest.fault.hpfar_el2 == 0x9'0000);
    }
    SECTION("a permission fault whose translation is gone: the guest faults again")
    {
        int entries = 0;
        b.registers["ESR_EL2"] = FIELD(ESR_EL2, EC, 0x24) | 0x0f;
        b.translated = PAR_EL1_F_MASK;
        guest_body = [&](vcpu&) {
            return std::uint64_t{++entries < 3 ? VCPU_EXIT_TRAP : VCPU_EXIT_IRQ};
        };
        CHECK(b.run() == VCPU_EXIT_IRQ);
        CHECK(entries == 3);
    }
}

TEST_CASE("list registers are loaded as used, read back, and emptied", "[hyp][switch][vgic]")
{
    Bench b{DESIGN_KVM_FINAL};
    b.guest.vgic.hcr = 1;
    b.guest.vgic.used_lrs = 2;
    b.guest.vgic.lr[0] = FIELD(ICH_LR0_EL2, State, 1) | 27;
    b.guest.vgic.lr[1] = FIELD(ICH_LR0_EL2, State, 1) | 40;
    guest_body = [&](vcpu&) {
        b.registers["ICH_ELRSR_EL2"] = 0b01;                            // the first is done
        b.registers["ICH_LR1_EL2"] = FIELD(ICH_LR0_EL2, State, 2) | 40; // the second active
        b.registers["ICH_VMCR_EL2"] = 0x4c0000;
        return std::uint64_t{VCPU_EXIT_IRQ};
    };
    b.run();
    const std::size_t in = b.place("W ICH_HCR_EL2=1");
    CHECK(b.log[in + 1] == "W ICH_LR0_EL2=0x400000000000001b");
    CHECK(b.log[in + 2] == "W ICH_LR1_EL2=0x4000000000000028");
    const std::size_t out = b.place("R ICH_ELRSR_EL2");
    CHECK(Log(b.log.begin() + long(out), b.log.begin() + long(out) + 7) ==
          Log{"R ICH_ELRSR_EL2", "W ICH_LR0_EL2=0", "R ICH_LR1_EL2", "W ICH_LR1_EL2=0",
              "R ICH_VMCR_EL2", "W ICH_HCR_EL2=0", "R ICH_MISR_EL2"});
    CHECK(b.guest.vgic.lr[0] == 27);
    CHECK(b.guest.vgic.lr[1] == (FIELD(ICH_LR0_EL2, State, 2) | 40));
    CHECK(b.guest.vgic.vmcr == 0x4c0000);
}

TEST_CASE("debug registers are exchanged only while in use", "[hyp][switch][debug]")
{
    Bench b{DESIGN_KVM_FINAL};
    b.pe.breakpoints = 2;
    b.pe.watchpoints = 1;
    b.guest.flags = VCPU_DEBUG_IN_USE;
    b.guest.debug.bcr[1] = 0x1e5;
    b.registers["DBGBVR0_EL1"] = 0xcafe;
    b.run();
    const std::size_t in = b.place("R DBGBCR1_EL1");
    CHECK(Log(b.log.begin() + long(in), b.log.begin() + long(in) + 14) ==
          Log{"R DBGBCR1_EL1", "R DBGBVR1_EL1", "R DBGBCR0_EL1", "R DBGBVR0_EL1", "R DBGWCR0_EL1",
              "R DBGWVR0_EL1", "R MDCCINT_EL1", "W DBGBCR1_EL1=0x1e5", "W DBGBVR1_EL1=0",
              "W DBGBCR0_EL1=0", "W DBGBVR0_EL1=0", "W DBGWCR0_EL1=0", "W DBGWVR0_EL1=0",
              "W MDCCINT_EL1=0"});
    CHECK(b.registers["DBGBVR0_EL1"] == 0xcafe);
}
