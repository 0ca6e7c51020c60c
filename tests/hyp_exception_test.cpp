// SPDX-License-Identifier: MIT
// What a guest finds after the host injected something (DDI 0487, AArch64.TakeException).
#include "hyp_recorder.h"

extern "C" {
#include "guest_mdcr.h"
#include "world.h"
}

namespace {

constexpr std::uint64_t vbar = 0xffff'8000'8000'0800, pc = 0x1234, il = 1 << 25;

vcpu stopped_at(std::uint64_t pstate)
{
    vcpu v{};
    v.context.pc = pc;
    v.context.pstate = pstate;
    v.context.sys[CONTEXT_VBAR_EL1] = vbar;
    v.context.sys[CONTEXT_SCTLR_EL1] = SCTLR_EL1_SPAN_MASK;
    v.fault.esr_el2 = il;
    return v;
}

} // namespace

TEST_CASE("an injected UNDEF enters the vector of the level it came from", "[hyp][exception]")
{
    struct {
        std::uint64_t pstate, offset;
    } const cases[] = {{0x0, 0x400}, {0x4, 0x000}, {0x5, 0x200}};

    for (const auto& c : cases) {
        vcpu v = stopped_at(c.pstate | 0x6000'0000);
        vcpu_inject_undef(&v);
        exception_adjust_pc(&v);
        CHECK(v.context.pc == vbar + c.offset);
        CHECK(v.context.pstate == 0x6000'03c5);
        CHECK(v.context.sys[CONTEXT_ELR_EL1] == pc);
        CHECK(v.context.sys[CONTEXT_SPSR_EL1] == (c.pstate | 0x6000'0000));
        CHECK(v.context.sys[CONTEXT_ESR_EL1] == il); // EC 0: Unknown reason
        CHECK(v.flags == 0);
    }
}

TEST_CASE("an injected abort has its address and an external fault status", "[hyp][exception]")
{
    vcpu v = stopped_at(0x0);
    vcpu_inject_data_abort(&v, 0xdead'0000);
    exception_adjust_pc(&v);
    CHECK(v.context.sys[CONTEXT_FAR_EL1] == 0xdead'0000);
    CHECK(v.context.sys[CONTEXT_ESR_EL1] == (0x24ull << 26 | il | 0x10));

    vcpu w = stopped_at(0x5);
    vcpu_inject_data_abort(&w, 0xdead'0000);
    exception_adjust_pc(&w);
    CHECK(w.context.sys[CONTEXT_ESR_EL1] == (0x25ull << 26 | il | 0x10));
}

TEST_CASE("PSTATE.PAN is set on entry unless SCTLR_EL1.SPAN keeps it", "[hyp][exception]")
{
    vcpu v = stopped_at(0x0);
    v.context.sys[CONTEXT_SCTLR_EL1] = 0;
    vcpu_inject_undef(&v);
    exception_adjust_pc(&v);
    CHECK((v.context.pstate & 1 << 22) != 0);
}

TEST_CASE("a skipped instruction moves PC by four and ends a single step", "[hyp][exception]")
{
    vcpu v = stopped_at(0x5 | 1 << 21);
    vcpu_skip_instruction(&v);
    exception_adjust_pc(&v);
    CHECK(v.context.pc == pc + 4);
    CHECK(v.context.pstate == 0x5);
    exception_adjust_pc(&v);
    CHECK(v.context.pc == pc + 4);
}

TEST_CASE("only AArch64 EL0 and EL1 are states of a guest", "[hyp][exception]")
{
    for (std::uint64_t mode = 0; mode < 32; ++mode)
        CHECK(exception_pstate_sound(0x3c0 | mode) == (mode == 0 || mode == 4 || mode == 5));
}

TEST_CASE("a new vCPU starts at EL1 with its traps", "[hyp][vcpu]")
{
    vcpu v;
    vcpu_init(&v, 3, 2, 0x101, 0x8000'0000, 77);
    CHECK(v.context.pc == 0x8000'0000);
    CHECK(v.context.x[0] == 77);
    CHECK(v.context.pstate == 0x3c5);
    CHECK(v.context.sys[CONTEXT_VMPIDR_EL2] == 0x8000'0101);
    // TSC TSW TWE TWI VM BSU=IS FB TACR AMO SWIO TIDCP RW TLOR FMO IMO PTW TID3 TID1
    CHECK(v.hcr_el2 == (1ull << 19 | 1 << 22 | 1 << 14 | 1 << 13 | 1 | 1 << 10 | 1 << 9 | 1 << 21 |
                        1 << 5 | 1 << 1 | 1 << 20 | 1ull << 31 | 1ull << 35 | 1 << 3 | 1 << 4 |
                        1 << 2 | 1 << 18 | 1 << 16));
}

TEST_CASE("MDCR_EL2 of a guest closes trace, profiling, PMU and debug", "[hyp][vcpu]")
{
    cpu pe{};
    vcpu v{};
    pe.hpmn = 6;
    // HPMN TPM TPMCR TPMS TTRF TDRA TDOSA TDA; E2TB = E2PB = 0
    const std::uint64_t closed =
        6 | 1 << 6 | 1 << 5 | 1 << 14 | 1 << 19 | 1 << 11 | 1 << 10 | 1 << 9;
    CHECK(guest_mdcr(&pe, &v) == closed);
    v.flags = VCPU_DEBUG_IN_USE;
    CHECK(guest_mdcr(&pe, &v) == (closed & ~(1ull << 9)));
}
