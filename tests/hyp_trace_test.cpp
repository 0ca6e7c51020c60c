// SPDX-License-Identifier: MIT
// The designs' half at the host's level: who may set a filter, what is copied when.
#include "hyp_recorder.h"

using sl::test::Log;
using sl::test::Recorder;

namespace {

constexpr unsigned trace_features = FEATURE_TRF | FEATURE_TRBE;

cpu pe_with(unsigned design, unsigned features = trace_features)
{
    cpu pe{};
    pe.design = design;
    pe.features = features;
    return pe;
}

} // namespace

TEST_CASE("none and kvm-shipped have no guest filter", "[hyp][trace]")
{
    const unsigned design = GENERATE(DESIGN_NONE, DESIGN_KVM_SHIPPED, DESIGN_KVM_SHIPPED_61);
    Recorder r;
    cpu pe = pe_with(design);
    CHECK(trace_set_guest_filter(&pe, 0x23, false) == HYP_NOT_SUPPORTED);
    CHECK(r.take().empty());
}

TEST_CASE("kvm-v1 and kvm-reviewed accept a filter from a caller that may be elsewhere by now",
          "[hyp][trace]")
{
    const unsigned design = GENERATE(DESIGN_KVM_V1, DESIGN_KVM_REVIEWED);
    Recorder r;
    cpu meant = pe_with(design), other = pe_with(design);
    // The caller looked up its PE's slot, was moved to `other`, and writes.
    CHECK(trace_set_guest_filter(&meant, 0x22, true) == HYP_OK);
    CHECK(meant.guest_trfcr == 0x22);
    CHECK(other.guest_trfcr == 0);
}

TEST_CASE("a driver that prohibits trace leaves kvm-v1 and kvm-reviewed with filters that differ",
          "[hyp][trace]")
{
    for (const unsigned design : {DESIGN_KVM_V1, DESIGN_KVM_REVIEWED}) {
        const cpu pe = pe_with(design);
        CHECK(trace_prohibited_guest_filter(&pe) == 0);
    }
    for (const unsigned design : {DESIGN_KVM_LANDED, DESIGN_KVM_FINAL, DESIGN_VHE}) {
        const cpu pe = pe_with(design);
        CHECK(trace_prohibited_guest_filter(&pe) == 0x20);
    }
}

TEST_CASE("kvm-landed and kvm-final refuse a preemptible caller, without effect", "[hyp][trace]")
{
    const unsigned design = GENERATE(DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    Recorder r;
    cpu pe = pe_with(design);
    CHECK(trace_set_guest_filter(&pe, 0x23, true) == HYP_DENIED);
    CHECK(trace_buffer_on(&pe, true) == HYP_DENIED);
    CHECK(pe.flags == 0);
    CHECK(pe.trfcr_while_in_guest == 0);
    CHECK(r.take().empty());
}

TEST_CASE("kvm-landed and kvm-final switch only when the filters differ", "[hyp][trace]")
{
    const unsigned design = GENERATE(DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    Recorder r;
    cpu pe = pe_with(design);
    r.registers["TRFCR_EL1"] = 0x23;
    CHECK(trace_set_guest_filter(&pe, 0x20, false) == HYP_OK);
    CHECK(pe.flags == CPU_EL1_TRACING_CONFIGURED);
    CHECK(trace_set_guest_filter(&pe, 0x23, false) == HYP_OK);
    CHECK(pe.flags == 0);
    CHECK(pe.trfcr_while_in_guest == 0x23);
}

TEST_CASE("kvm-landed and kvm-final are told of the buffer", "[hyp][trace]")
{
    const unsigned design = GENERATE(DESIGN_KVM_LANDED, DESIGN_KVM_FINAL);
    Recorder r;
    cpu pe = pe_with(design);
    CHECK(trace_buffer_on(&pe, false) == HYP_OK);
    CHECK(pe.flags == CPU_TRBE_ENABLED);
    CHECK(trace_buffer_off(&pe, false) == HYP_OK);
    CHECK(pe.flags == 0);
}

TEST_CASE("vhe writes the guest's register itself", "[hyp][trace]")
{
    Recorder r;
    cpu pe = pe_with(DESIGN_VHE);
    CHECK(trace_set_guest_filter(&pe, 0x21, true) == HYP_DENIED);
    CHECK(r.take().empty());
    CHECK(trace_set_guest_filter(&pe, 0x21, false) == HYP_OK);
    CHECK(r.take() == Log{"W TRFCR_EL12=0x21"});
    CHECK(trace_buffer_on(&pe, false) == HYP_OK);
    CHECK(r.take().empty());
}

TEST_CASE("none refuses buffer sessions and only those", "[hyp][trace]")
{
    Recorder r;
    cpu pe = pe_with(DESIGN_NONE);
    CHECK(trace_buffer_on(&pe, false) == HYP_BUSY);
    CHECK(trace_buffer_off(&pe, false) == HYP_OK);
    for (unsigned design = 0; design < DESIGN_COUNT; ++design)
        CHECK(design_refuses_buffers(design) == (design == DESIGN_NONE));
}

TEST_CASE("without FEAT_TRF no design takes a filter", "[hyp][trace]")
{
    Recorder r;
    for (unsigned design = 0; design < DESIGN_COUNT; ++design) {
        cpu pe = pe_with(design, 0);
        CHECK(trace_set_guest_filter(&pe, 0x23, false) == HYP_NOT_SUPPORTED);
    }
    CHECK(r.take().empty());
}

TEST_CASE("the early designs find their flags at every load", "[hyp][trace]")
{
    Recorder r;
    vcpu guest{};
    guest.flags = VCPU_SAVE_SPE | VCPU_DEBUG_IN_USE;
    r.registers["ID_AA64DFR0_EL1"] =
        FIELD(ID_AA64DFR0_EL1, TraceFilt, 1) | FIELD(ID_AA64DFR0_EL1, TraceBuffer, 1);

    SECTION("kvm-shipped: the buffer")
    {
        cpu pe = pe_with(DESIGN_KVM_SHIPPED);
        trace_at_load(&pe, &guest);
        CHECK(guest.flags == (VCPU_SAVE_TRBE | VCPU_DEBUG_IN_USE));
        CHECK(r.take() == Log{"R ID_AA64DFR0_EL1", "R TRBIDR_EL1"});
    }
    SECTION("kvm-v1: one flag for filter or buffer")
    {
        cpu pe = pe_with(DESIGN_KVM_V1);
        trace_at_load(&pe, &guest);
        CHECK(guest.flags == (VCPU_SAVE_TRFCR | VCPU_DEBUG_IN_USE));
    }
    SECTION("kvm-reviewed: two")
    {
        cpu pe = pe_with(DESIGN_KVM_REVIEWED);
        trace_at_load(&pe, &guest);
        CHECK(guest.flags == (VCPU_SAVE_TRFCR | VCPU_SAVE_TRBE | VCPU_DEBUG_IN_USE));
    }
    SECTION("later designs: none")
    {
        cpu pe = pe_with(DESIGN_KVM_FINAL);
        trace_at_load(&pe, &guest);
        CHECK(guest.flags == (VCPU_SAVE_SPE | VCPU_DEBUG_IN_USE));
        CHECK(r.take().empty());
    }
}

TEST_CASE("only kvm-v1 and kvm-reviewed copy the filter before a run", "[hyp][trace]")
{
    const unsigned design = GENERATE(range(0u, unsigned{DESIGN_COUNT}));
    Recorder r;
    cpu pe = pe_with(design);
    vcpu guest{};
    pe.guest_trfcr = 0x22;
    guest.flags = VCPU_SAVE_TRFCR;
    trace_before_run(&pe, &guest);
    CHECK(guest.host_debug_state.guest_trfcr_el1 == (design == DESIGN_KVM_V1 ? 0x22 : 0));
    CHECK(guest.context.sys[CONTEXT_TRFCR_EL1] == (design == DESIGN_KVM_REVIEWED ? 0x22 : 0));

    guest.flags = 0;
    pe.guest_trfcr = 0x23;
    trace_before_run(&pe, &guest);
    CHECK(guest.host_debug_state.guest_trfcr_el1 != 0x23);
    CHECK(guest.context.sys[CONTEXT_TRFCR_EL1] != 0x23);
}
