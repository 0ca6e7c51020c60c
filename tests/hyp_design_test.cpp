// SPDX-License-Identifier: MIT
// The exact accesses of steps E2 and X6 of each design, against the tables of
// docs/switch-designs.md.
#include "hyp_recorder.h"

using sl::test::Log;
using sl::test::Recorder;

namespace {

constexpr std::uint64_t enabled = 1, closed = 0x20, kernel_user = 0x23, kernel = 0x22;

struct Bench : Recorder {
    cpu pe{};
    ::vcpu guest{};

    explicit Bench(unsigned design, unsigned features = FEATURE_TRF | FEATURE_TRBE)
    {
        registers["ID_AA64DFR0_EL1"] =
            FIELD(ID_AA64DFR0_EL1, TraceFilt, (features & FEATURE_TRF) ? 1 : 0) |
            FIELD(ID_AA64DFR0_EL1, TraceBuffer, (features & FEATURE_TRBE) ? 1 : 0) |
            FIELD(ID_AA64DFR0_EL1, PMSVer, (features & FEATURE_SPE) ? 1 : 0);
        if (!(features & FEATURE_TRF))
            undefined = {"TRFCR_EL1", "TRFCR_EL2", "TRFCR_EL12"};
        if (!(features & FEATURE_TRBE))
            undefined.insert({"TRBLIMITR_EL1", "TRBIDR_EL1"});
        if (!(features & FEATURE_SPE))
            undefined.insert({"PMSCR_EL1", "PMBLIMITR_EL1", "PMBIDR_EL1"});
        if (!(features & FEATURE_BRBE))
            undefined.insert("BRBCR_EL1");
        pe.features = features;
        pe.design = design;
        switch_design_reset(&pe);
    }

    /// What the host's drivers do to start a session: sink first, then the filters.
    void start_trbe(std::uint64_t host, std::uint64_t while_in_guest)
    {
        registers["TRBLIMITR_EL1"] = 0x8000'0000 | enabled;
        trace_buffer_on(&pe, false);
        start_atb(host, while_in_guest);
    }

    void start_atb(std::uint64_t host, std::uint64_t while_in_guest)
    {
        registers["TRFCR_EL1"] = host;
        trace_set_guest_filter(&pe, while_in_guest, false);
    }

    void stop()
    {
        registers["TRFCR_EL1"] = closed;
        trace_set_guest_filter(&pe, closed, false);
        registers["TRBLIMITR_EL1"] = 0;
        trace_buffer_off(&pe, false);
    }

    void load()
    {
        trace_at_load(&pe, &guest);
        log.clear();
    }

    Log before_run()
    {
        trace_before_run(&pe, &guest);
        return take();
    }

    Log enter()
    {
        trace_before_run(&pe, &guest);
        log.clear();
        const auto save = switch_design_of(pe.design)->save_host_buffers;
        if (save)
            save(&pe, &guest);
        return take();
    }

    Log leave()
    {
        log.clear();
        const auto restore = switch_design_of(pe.design)->restore_host_buffers;
        if (restore)
            restore(&pe, &guest);
        return take();
    }

    std::uint64_t filter() { return registers["TRFCR_EL1"]; }
};

const Log nothing;
constexpr unsigned with_spe = FEATURE_TRF | FEATURE_TRBE | FEATURE_SPE;

} // namespace

TEST_CASE("none touches no trace, SPE or BRBE register", "[hyp][design]")
{
    Bench b{DESIGN_NONE, with_spe | FEATURE_BRBE};
    b.registers["TRBLIMITR_EL1"] = b.registers["PMBLIMITR_EL1"] = enabled;
    b.registers["TRFCR_EL1"] = kernel_user;
    b.load();
    CHECK(b.enter() == nothing);
    CHECK(b.leave() == nothing);
    CHECK(switch_design_of(DESIGN_NONE)->completes_walks);
}

TEST_CASE("kvm-shipped looks at an idle buffer and leaves an ATB session alone", "[hyp][design]")
{
    Bench b{DESIGN_KVM_SHIPPED};
    b.start_atb(kernel_user, closed);
    b.load();
    CHECK(b.enter() == Log{"R TRBLIMITR_EL1"});
    CHECK(b.filter() == kernel_user);
    CHECK(b.leave() == nothing);
}

TEST_CASE("kvm-shipped drains a buffer and leaves it enabled", "[hyp][design]")
{
    Bench b{DESIGN_KVM_SHIPPED};
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R TRBLIMITR_EL1", "R TRFCR_EL1", "W TRFCR_EL1=0", "isb", "tsb csync"});
    CHECK(b.registers["TRBLIMITR_EL1"] == (0x8000'0000 | enabled));
    CHECK(b.guest.host_debug_state.trfcr_el1 == kernel_user);
    CHECK(b.leave() == Log{"W TRFCR_EL1=0x23"});
    CHECK(switch_design_of(DESIGN_KVM_SHIPPED)->completes_walks);
}

TEST_CASE("kvm-shipped does not restore a host filter of 0", "[hyp][design]")
{
    Bench b{DESIGN_KVM_SHIPPED};
    b.start_trbe(0, 0);
    b.load();
    b.enter();
    CHECK(b.leave() == nothing);
}

TEST_CASE("kvm-shipped as in 6.1 has its DSB within each drain and none for the walks",
          "[hyp][design]")
{
    Bench b{DESIGN_KVM_SHIPPED_61, with_spe};
    b.registers["PMBLIMITR_EL1"] = enabled;
    b.registers["PMSCR_EL1"] = 0x3;
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R PMBLIMITR_EL1", "R PMSCR_EL1", "W PMSCR_EL1=0", "isb", "psb csync",
                           "dsb nsh", "R TRBLIMITR_EL1", "R TRFCR_EL1", "W TRFCR_EL1=0", "isb",
                           "tsb csync", "dsb nsh"});
    CHECK(b.leave() == Log{"isb", "W PMSCR_EL1=3", "W TRFCR_EL1=0x23"});
    CHECK_FALSE(switch_design_of(DESIGN_KVM_SHIPPED_61)->completes_walks);
}

TEST_CASE("kvm-shipped to kvm-landed stop SPE by its control and leave its buffer enabled",
          "[hyp][design]")
{
    const unsigned design = GENERATE(DESIGN_KVM_SHIPPED, DESIGN_KVM_LANDED);
    CAPTURE(design);
    Bench b{design, with_spe & ~FEATURE_TRBE};
    b.registers["PMBLIMITR_EL1"] = enabled;
    b.registers["PMSCR_EL1"] = 0x3;
    b.load();
    CHECK(b.enter() == Log{"R PMBLIMITR_EL1", "R PMSCR_EL1", "W PMSCR_EL1=0", "isb", "psb csync"});
    CHECK(b.registers["PMBLIMITR_EL1"] == enabled);
    CHECK(b.leave() == Log{"isb", "W PMSCR_EL1=3"});
}

TEST_CASE("an idle SPE costs one read at entry and nothing at exit", "[hyp][design]")
{
    const unsigned design = GENERATE(DESIGN_KVM_SHIPPED, DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    Bench b{design, FEATURE_SPE};
    b.load();
    CHECK(b.enter() == Log{"R PMBLIMITR_EL1"});
    CHECK(b.leave() == nothing);
}

TEST_CASE("kvm-v1 reads twice at every entry, session or not", "[hyp][design]")
{
    Bench b{DESIGN_KVM_V1};
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "R TRBLIMITR_EL1"});
    CHECK(b.leave() == nothing);
}

TEST_CASE("kvm-v1 pays two writes for ever once a session has ended", "[hyp][design]")
{
    Bench b{DESIGN_KVM_V1};
    b.start_atb(kernel_user, kernel_user);
    b.load();
    b.enter();
    b.leave();
    // The driver of that posting: its own filter closed, the guest's slot 0.
    b.registers["TRFCR_EL1"] = closed;
    trace_set_guest_filter(&b.pe, 0, false);
    b.load();
    for (int run = 0; run < 3; ++run) {
        CHECK(b.enter() == Log{"R TRFCR_EL1", "R TRBLIMITR_EL1", "W TRFCR_EL1=0"});
        CHECK(b.leave() == Log{"W TRFCR_EL1=0x20"});
    }
}

TEST_CASE("kvm-v1 swaps the filter of an ATB session without a drain", "[hyp][design]")
{
    Bench b{DESIGN_KVM_V1};
    b.start_atb(kernel_user, kernel);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "R TRBLIMITR_EL1", "W TRFCR_EL1=0x22"});
    CHECK(b.leave() == Log{"W TRFCR_EL1=0x23"});
    CHECK(b.guest.host_debug_state.trfcr_el1 == kernel_user);
    CHECK(b.guest.host_debug_state.guest_trfcr_el1 == kernel);
}

TEST_CASE("kvm-v1 drains a buffer, never traces the guest into it, and leaves it enabled",
          "[hyp][design]")
{
    Bench b{DESIGN_KVM_V1};
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "R TRBLIMITR_EL1", "W TRFCR_EL1=0", "isb", "tsb csync"});
    CHECK(b.leave() == Log{"W TRFCR_EL1=0x23"});
    CHECK(b.registers["TRBLIMITR_EL1"] == (0x8000'0000 | enabled));
    // The copy before the next run brings the wish back; the drain overrules it again.
    CHECK(b.enter().at(2) == "W TRFCR_EL1=0");
}

TEST_CASE("kvm-v1 reads the buffer's register where there is a filter but no buffer",
          "[hyp][design]")
{
    Bench b{DESIGN_KVM_V1, FEATURE_TRF};
    b.load();
    b.enter();
    CHECK(b.took_undefined);
}

TEST_CASE("every other design leaves the registers of absent units alone", "[hyp][design]")
{
    const unsigned design = GENERATE(DESIGN_NONE, DESIGN_KVM_SHIPPED, DESIGN_KVM_SHIPPED_61,
                                     DESIGN_KVM_REVIEWED, DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    const unsigned features = GENERATE(0u, unsigned{FEATURE_TRF});
    CAPTURE(design, features);
    Bench b{design, features};
    if (features)
        b.start_atb(kernel_user, closed);
    trace_at_load(&b.pe, &b.guest);
    b.enter();
    b.leave();
    CHECK_FALSE(b.took_undefined);
}

TEST_CASE("kvm-v1 without FEAT_TRF touches nothing", "[hyp][design]")
{
    Bench b{DESIGN_KVM_V1, 0};
    b.load();
    CHECK(b.enter() == nothing);
    CHECK_FALSE(b.took_undefined);
}

TEST_CASE("a buffer that a higher level keeps is nobody's here", "[hyp][design]")
{
    const unsigned design = GENERATE(DESIGN_KVM_SHIPPED, DESIGN_KVM_REVIEWED);
    Bench b{design, with_spe};
    b.registers["TRBIDR_EL1"] = TRBIDR_EL1_P_MASK;
    b.registers["PMBIDR_EL1"] = PMBIDR_EL1_P_MASK;
    b.load();
    CHECK((b.guest.flags & (VCPU_SAVE_SPE | VCPU_SAVE_TRBE)) == 0);
    switch_design_reset(&b.pe);
    CHECK((b.pe.flags & (CPU_HAS_SPE | CPU_HAS_TRBE)) == 0);
}

TEST_CASE("kvm-reviewed keeps host values in the PE's context and the guest's in the vCPU's",
          "[hyp][design]")
{
    Bench b{DESIGN_KVM_REVIEWED};
    b.start_atb(kernel_user, kernel);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "R TRBLIMITR_EL1", "W TRFCR_EL1=0x22"});
    CHECK(b.pe.host.sys[CONTEXT_TRFCR_EL1] == kernel_user);
    CHECK(b.guest.context.sys[CONTEXT_TRFCR_EL1] == kernel);
    CHECK(b.leave() == Log{"W TRFCR_EL1=0x23"});
}

TEST_CASE("kvm-reviewed drains a buffer and leaves it enabled", "[hyp][design]")
{
    Bench b{DESIGN_KVM_REVIEWED};
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "R TRBLIMITR_EL1", "W TRFCR_EL1=0", "isb", "tsb csync"});
    CHECK(b.guest.context.sys[CONTEXT_TRFCR_EL1] == 0);
    CHECK(b.leave() == Log{"W TRFCR_EL1=0x23"});
}

TEST_CASE("kvm-reviewed without a buffer reads the filter only", "[hyp][design]")
{
    Bench b{DESIGN_KVM_REVIEWED, FEATURE_TRF};
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1"});
    CHECK(b.leave() == nothing);
}

TEST_CASE("kvm-landed and kvm-final access no trace register without a session", "[hyp][design]")
{
    const unsigned design = GENERATE(DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    Bench b{design};
    b.load();
    CHECK(b.enter() == nothing);
    CHECK(b.leave() == nothing);

    SECTION("nor after one has ended")
    {
        b.start_trbe(kernel_user, kernel_user);
        b.enter();
        b.leave();
        b.stop();
        b.take();
        CHECK(b.enter() == nothing);
        CHECK(b.leave() == nothing);
    }
    SECTION("nor when host and guest share one filter over ATB")
    {
        b.start_atb(kernel_user, kernel_user);
        b.take();
        CHECK(b.enter() == nothing);
        CHECK(b.filter() == kernel_user);
        CHECK(b.leave() == nothing);
    }
}

TEST_CASE("kvm-landed and kvm-final swap different filters over ATB, without a drain",
          "[hyp][design]")
{
    const unsigned design = GENERATE(DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    Bench b{design};
    b.start_atb(closed, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0x23"});
    CHECK(b.leave() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0x20"});
    CHECK(b.pe.trfcr_while_in_guest == kernel_user);
}

TEST_CASE("kvm-landed drains a buffer without reading its register and leaves it enabled",
          "[hyp][design]")
{
    Bench b{DESIGN_KVM_LANDED};
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0", "isb", "tsb csync"});
    CHECK(b.leave() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0x23"});
    CHECK(b.registers["TRBLIMITR_EL1"] == (0x8000'0000 | enabled));
    CHECK(b.pe.trfcr_while_in_guest == 0); // the driver's wish is overwritten
}

TEST_CASE("kvm-final switches the drained buffer off and on again", "[hyp][design]")
{
    Bench b{DESIGN_KVM_FINAL};
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0", "R TRBLIMITR_EL1", "isb", "tsb csync",
                           "dsb nsh", "W TRBLIMITR_EL1=0", "isb"});
    CHECK(b.leave() == Log{"W TRBLIMITR_EL1=0x80000001", "isb", "R TRFCR_EL1", "W TRFCR_EL1=0x23"});
}

TEST_CASE("kvm-final leaves a buffer alone that is off though announced", "[hyp][design]")
{
    Bench b{DESIGN_KVM_FINAL};
    b.start_trbe(kernel_user, kernel_user);
    b.registers["TRBLIMITR_EL1"] = 0; // it filled up and stopped
    b.load();
    CHECK(b.enter() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0", "R TRBLIMITR_EL1"});
    CHECK(b.leave() == Log{"R TRFCR_EL1", "W TRFCR_EL1=0x23"});
}

TEST_CASE("kvm-final switches the profiling buffer off and on again", "[hyp][design]")
{
    Bench b{DESIGN_KVM_FINAL, FEATURE_SPE};
    b.registers["PMBLIMITR_EL1"] = 0x9000'0001;
    b.registers["PMSCR_EL1"] = 0x3;
    b.load();
    CHECK(b.enter() == Log{"R PMBLIMITR_EL1", "R PMSCR_EL1", "W PMSCR_EL1=0", "isb", "psb csync",
                           "dsb nsh", "W PMBLIMITR_EL1=0", "isb"});
    CHECK(b.leave() == Log{"isb", "W PMBLIMITR_EL1=0x90000001", "isb", "W PMSCR_EL1=3"});
}

TEST_CASE("kvm-final stops branch recording while it records", "[hyp][design]")
{
    Bench b{DESIGN_KVM_FINAL, FEATURE_BRBE};
    b.load();
    CHECK(b.enter() == Log{"R BRBCR_EL1"});
    CHECK(b.leave() == nothing);
    b.registers["BRBCR_EL1"] = 2;
    CHECK(b.enter() == Log{"R BRBCR_EL1", "R BRBCR_EL1", "W BRBCR_EL1=0"});
    CHECK(b.leave() == Log{"W BRBCR_EL1=2"});
}

TEST_CASE("with everything in use kvm-final stops SPE, BRBE and trace in this order",
          "[hyp][design]")
{
    Bench b{DESIGN_KVM_FINAL, with_spe | FEATURE_BRBE};
    b.registers["PMBLIMITR_EL1"] = enabled;
    b.registers["BRBCR_EL1"] = 3;
    b.start_trbe(kernel_user, kernel_user);
    b.load();
    CHECK(b.enter() == Log{"R PMBLIMITR_EL1", "R PMSCR_EL1", "W PMSCR_EL1=0", "isb", "psb csync",
                           "dsb nsh", "W PMBLIMITR_EL1=0", "isb", "R BRBCR_EL1", "R BRBCR_EL1",
                           "W BRBCR_EL1=0", "R TRFCR_EL1", "W TRFCR_EL1=0", "R TRBLIMITR_EL1",
                           "isb", "tsb csync", "dsb nsh", "W TRBLIMITR_EL1=0", "isb"});
    CHECK(b.leave() == Log{"isb", "W PMBLIMITR_EL1=1", "isb", "W PMSCR_EL1=0", "W BRBCR_EL1=3",
                           "W TRBLIMITR_EL1=0x80000001", "isb", "R TRFCR_EL1", "W TRFCR_EL1=0x23"});
}

TEST_CASE("vhe is no design of the nVHE switch", "[hyp][design]")
{
    CHECK(switch_design_of(DESIGN_VHE) == nullptr);
    CHECK(switch_design_of(DESIGN_COUNT) == nullptr);
}
