// SPDX-License-Identifier: MIT
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;

namespace {

using Hcr = sysreg::HCR_EL2;
constexpr u64 target = TestBus::ram + 0x8000; ///< what the pages under test map to

} // namespace

// ---- Syndromes
// -------------------------------------------------------------------------------------

TEST_CASE("a stage 1 translation fault tells its level, direction and address", "[abort]")
{
    Tables b;
    b.stage1_el1();
    b.go(1);
    CHECK(!b.load(Tables::va + 0x3008));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0007); // EC 0x25, level 3
    CHECK(b.get(Reg::FAR_EL1) == Tables::va + 0x3008);
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry);

    CHECK(!b.store(0xc000'0000, 1));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0045); // WnR, level 1

    Tables user;
    user.stage1_el1();
    user.map(0, target | Tables::af | Tables::page);
    user.go(0);
    CHECK(!user.load(Tables::va));
    CHECK(user.get(Reg::ESR_EL1) == 0x9200'000f); // EC 0x24, permission, level 3

    Tables flag;
    flag.stage1_el1();
    flag.map(0, target | Tables::page);
    flag.go(1);
    CHECK(!flag.load(Tables::va));
    CHECK(flag.get(Reg::ESR_EL1) == 0x9600'000b); // access flag
}

TEST_CASE("a fetch fault is an Instruction Abort", "[abort]")
{
    Tables b;
    b.stage1_el1();
    b.go(1);
    a64::FetchPage page;
    b.pe.state().pc = Tables::va + 0x10;
    CHECK(!b.pe.fetch(Tables::va + 0x10, page));
    CHECK(b.get(Reg::ESR_EL1) == 0x8600'0007); // EC 0x21
    CHECK(b.get(Reg::FAR_EL1) == Tables::va + 0x10);
    CHECK(b.get(Reg::ELR_EL1) == Tables::va + 0x10);

    Tables user;
    user.stage1_el1();
    user.map(0, target | Tables::af | Tables::user | Tables::uxn | Tables::page);
    user.go(0);
    CHECK(!user.pe.fetch(Tables::va, page));
    CHECK(user.get(Reg::ESR_EL1) == 0x8200'000f); // EC 0x20
}

TEST_CASE("faults of EL0 go to EL2 under TGE, and faults of EL2 stay there", "[abort][routing]")
{
    Tables b;
    b.set(Reg::VBAR_EL2, TestBus::ram + 0x2'0000);
    b.set(Reg::HCR_EL2, Hcr::TGE::mask);
    b.go(0);
    // TGE turns stage 1 of EL0 off: only what is not there faults.
    CHECK(!b.load(0x1000));
    CHECK(b.get(Reg::ESR_EL2) == 0x9200'0010); // EC 0x24, external abort

    Tables el2;
    el2.stage1_el2();
    CHECK(!el2.store(Tables::va, 1));
    CHECK(el2.get(Reg::ESR_EL2) == 0x9600'0047);
    CHECK(el2.get(Reg::FAR_EL2) == Tables::va);
    CHECK(el2.pe.state().pc == TestBus::ram + 0x2'0200);
}

TEST_CASE("a stage 2 data abort carries HPFAR_EL2 and the instruction syndrome", "[abort]")
{
    Tables b;
    b.stage1_el1();
    b.stage2();
    b.map(0, 0x8000'5000 | Tables::af | Tables::page);
    b.go(1);
    a64::Access access{.bytes = 4, .isv = true, .sse = true, .sf = true, .srt = 19};
    CHECK(!b.load(Tables::va + 0x124, access));
    CHECK(b.pe.state().el == 2);
    // EC 0x24, IL, ISV, SAS word, SSE, SRT 19, SF, stage 2 translation fault at level 3.
    CHECK(b.get(Reg::ESR_EL2) ==
          (0x9200'0007u | 1u << 24 | 2u << 22 | 1u << 21 | 19u << 16 | 1u << 15));
    CHECK(b.get(Reg::FAR_EL2) == Tables::va + 0x124);
    CHECK(b.get(Reg::HPFAR_EL2) == 0x8000'5000 >> 8);

    // Without a valid syndrome (LDP, writeback) bits 24:14 are zero.
    b.go(1);
    CHECK(!b.store(Tables::va + 8, 1));
    CHECK(b.get(Reg::ESR_EL2) == 0x9200'0047);

    // Acquire and release are told: AR.
    b.go(1);
    access.ordered = true;
    CHECK(!b.load(Tables::va + 0x124, access));
    CHECK((b.get(Reg::ESR_EL2) & 1u << 14) != 0);
}

TEST_CASE("a stage 2 fault on a stage 1 walk sets S1PTW, and HPFAR_EL2 names the table", "[abort]")
{
    Tables b;
    b.stage1_el1();
    b.stage2();
    b.set(Reg::TTBR0_EL1, 0x8000'3000);
    b.go(1);
    a64::Access access{.bytes = 4, .isv = true, .srt = 3};
    CHECK(!b.load(0x1000, access));
    CHECK(b.get(Reg::ESR_EL2) == 0x9200'0087); // no ISV
    CHECK(b.get(Reg::FAR_EL2) == 0x1000);
    CHECK(b.get(Reg::HPFAR_EL2) == 0x8000'3000 >> 8);

    a64::FetchPage page;
    b.go(1);
    CHECK(!b.pe.fetch(0x1000, page));
    CHECK(b.get(Reg::ESR_EL2) == 0x8200'0087); // EC 0x20
}

TEST_CASE("a stage 2 permission fault on a write tells WnR", "[abort]")
{
    Tables b;
    b.stage1_el1();
    b.stage2();
    b.map(0, 0x8000'0000 | Tables::af | Tables::page);
    b.w(Tables::s2_l3) = target | Tables::af | Tables::s2_ro | Tables::s2_wb | Tables::page;
    b.w(target) = 0x1234;
    b.go(1);
    CHECK(b.load(Tables::va) == 0x1234);
    CHECK(!b.store(Tables::va, 1));
    CHECK(b.get(Reg::ESR_EL2) == 0x9200'004f);
}

TEST_CASE("WnR of an atomic is clear when a read would have faulted as well", "[abort]")
{
    Tables b;
    b.stage1_el1();
    b.map(0, target | Tables::af | Tables::ro | Tables::page);
    b.go(1);
    u64 pa = 0;
    const a64::Access access{.bytes = 8, .write = true, .atomic = true};
    CHECK(b.pe.atomic(Tables::va, access, pa) == nullptr);
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'004f);
    CHECK(b.pe.atomic(Tables::va + 0x1000, access, pa) == nullptr);
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0007);
}

TEST_CASE("what is not there, or refuses, is a synchronous external abort", "[abort]")
{
    Tables b;
    b.stage1_el2();
    b.map(0, 0x0800'0000 | Tables::af | Tables::device_attr | Tables::page);
    b.map(1, TestBus::rom | Tables::af | Tables::page);
    CHECK(!b.load(Tables::va));
    CHECK(b.get(Reg::ESR_EL2) == 0x9600'0010);
    CHECK(b.load(Tables::va + 0x1000) == 0);
    CHECK(!b.store(Tables::va + 0x1000, 1));
    CHECK(b.get(Reg::ESR_EL2) == 0x9600'0050);
    a64::FetchPage page;
    CHECK(!b.pe.fetch(Tables::va, page));
    CHECK(b.get(Reg::ESR_EL2) == 0x8600'0010);
}

TEST_CASE("SCR_EL3.EA routes external aborts to EL3, and nothing else", "[abort][routing]")
{
    Tables b{test_config(true)};
    b.set(Reg::SCR_EL3, sysreg::SCR_EL3::NS::mask | sysreg::SCR_EL3::EA::mask);
    b.stage1_el1();
    b.map(0, 0x0800'0000 | Tables::af | Tables::page);
    b.go(1);
    CHECK(!b.load(Tables::va + 0x1000));
    CHECK(b.pe.state().el == 1);
    CHECK(!b.load(Tables::va));
    CHECK(b.pe.state().el == 3);
    CHECK(b.get(Reg::ESR_EL3) == 0x9200'0010);
    CHECK(b.get(Reg::FAR_EL3) == Tables::va);
}

// ---- Accesses
// ----------------------------------------------------------------------------------------

TEST_CASE("an access that crosses a page is made whole or not at all")
{
    Tables b;
    b.stage1_el2();
    b.map(0, target | Tables::af | Tables::page);
    b.w(target + 0xff8) = 0x1111'1111'1111'1111;
    CHECK(!b.store(Tables::va + 0xffc, ~u64{0}));
    CHECK(b.get(Reg::FAR_EL2) == Tables::va + 0x1000); // the part in the second page
    CHECK(b.w(target + 0xff8) == 0x1111'1111'1111'1111);

    b.map(1, (target + 0x4000) | Tables::af | Tables::page);
    CHECK(b.store(Tables::va + 0xffc, 0x8877'6655'4433'2211));
    CHECK(b.bus.at<u32>(target + 0xffc) == 0x4433'2211);
    CHECK(b.bus.at<u32>(target + 0x4000) == 0x8877'6655);
    CHECK(b.load(Tables::va + 0xffc) == 0x8877'6655'4433'2211);
}

TEST_CASE("alignment is demanded by SCTLR_ELx.A, Device memory, exclusives, atomics and order")
{
    Tables b;
    b.stage1_el1();
    b.map(0, target | Tables::af | Tables::page);
    b.map(1, target | Tables::af | Tables::device_attr | Tables::page);
    b.go(1);
    CHECK(b.load(Tables::va + 1));
    CHECK(!b.load(Tables::va + 1, {.ordered = true}));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0021);
    CHECK(!b.load(Tables::va + 0x1001));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0021);
    CHECK(b.get(Reg::FAR_EL1) == Tables::va + 0x1001);
    u64 data[2], pa;
    CHECK(!b.pe.load_exclusive(Tables::va + 8, {.exclusive = true}, 16, data));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0021);
    CHECK(b.pe.atomic(Tables::va + 4, {.write = true, .atomic = true}, pa) == nullptr);

    b.set(Reg::SCTLR_EL1, Tables::sctlr | 2);
    CHECK(!b.load(Tables::va + 1));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0021);
    CHECK(!b.load(0x1'0000'0001)); // before the translation fault
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0021);
}

TEST_CASE("with stage 1 off data is Device memory: unaligned accesses fault")
{
    Tables b;
    b.set(Reg::VBAR_EL2, TestBus::ram + 0x2'0000);
    CHECK(b.load(target));
    CHECK(!b.load(target + 1));
    CHECK(b.get(Reg::ESR_EL2) == 0x9600'0021);
    // By an instruction, after the page has been filled for inline access.
    b.code(Bench::entry, {
                             0xf940'0020, // ldr x0, [x1]
                             0xf840'1020, // ldur x0, [x1, #1]
                         });
    b.code(TestBus::ram + 0x2'0200, {});
    b.pe.state().pc = Bench::entry;
    b.pe.state().x[1] = target;
    b.run_cycles(4);
    CHECK(b.get(Reg::ELR_EL2) == Bench::entry + 4);
    CHECK(b.get(Reg::ESR_EL2) == 0x9600'0021);
}

TEST_CASE("a device sees size, address, initiator and local time of an access")
{
    Tables b;
    b.stage1_el1();
    b.stage2(9);
    b.map(0, 0x8000'1000 | Tables::af | Tables::user | Tables::device_attr | Tables::page);
    b.w(Tables::s2_l3 + 8) = TestBus::device | Tables::af | Tables::s2_rw | Tables::page;
    b.go(0);
    CHECK(b.load(Tables::va + 4, {.bytes = 4}) == 0x5566'7788);
    CHECK(b.bus.last_pa == TestBus::device + 4);
    CHECK(b.bus.last_size == 4);
    CHECK(b.bus.last_who.vmid == 9);
    CHECK(!b.bus.last_who.privileged);
    CHECK(!b.bus.last_who.secure);
    CHECK(b.store(Tables::va + 2, 0xabcd, {.bytes = 2}));
    CHECK(b.bus.last_data == 0xabcd);
    CHECK(b.bus.last_ps == b.pe.now_ps());
}

TEST_CASE("in annotated fidelity walks, devices and page crossings are charged")
{
    PeConfig config = test_config();
    config.annotated = true;
    config.profile.walk_read = 7;
    config.profile.device_access = 50;
    config.profile.unaligned_page_crossing = 3;
    Tables b{config};
    b.stage1_el2();
    b.map(0, target | Tables::af | Tables::page);
    b.map(1, target | Tables::af | Tables::page);
    b.map(2, TestBus::device | Tables::af | Tables::device_attr | Tables::page);

    const auto cost = [&](auto action) {
        const u64 before = b.pe.cycle();
        action();
        return b.pe.cycle() - before;
    };
    CHECK(cost([&] { b.load(Tables::va); }) == 3 * 7);
    CHECK(cost([&] { b.load(Tables::va + 8); }) == 0);
    CHECK(cost([&] { b.load(Tables::va + 0xffc); }) == 3 * 7 + 3);
    b.bus.latency = 20'500; // 20.5 cycles: the access ends in the 21st
    CHECK(cost([&] { b.load(Tables::va + 0x2000); }) == 3 * 7 + 50 + 21);
    CHECK(cost([&] { b.load(Tables::va + 0x2000); }) == 50 + 21);
    // A fault's walk costs as well.
    const u64 entry_cost = config.profile.exception.same_el;
    CHECK(cost([&] { b.load(Tables::va + 0x3000); }) == 3 * 7 + entry_cost);

    b.pe.set_annotated(false);
    CHECK(cost([&] { b.load(Tables::va + 0x2000); }) == 0);
}

TEST_CASE("LDTR and STTR at EL1 are made as EL0 would, unless PSTATE.UAO is set")
{
    Tables b;
    b.stage1_el1();
    b.map(0, target | Tables::af | Tables::page);
    b.go(1);
    CHECK(b.load(Tables::va));
    CHECK(!b.load(Tables::va, {.unprivileged = true}));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'000f);
    b.pe.state().uao = true;
    CHECK(b.load(Tables::va, {.unprivileged = true}));
    // At EL2 they are ordinary, but for a host.
    Tables el2;
    el2.stage1_el2();
    el2.map(0, target | Tables::af | Tables::page);
    CHECK(el2.load(Tables::va, {.unprivileged = true}));
}

TEST_CASE("PSTATE.PAN keeps EL1 away from what EL0 may access")
{
    Tables b;
    b.stage1_el1();
    b.map(0, target | Tables::af | Tables::user | Tables::page);
    b.go(1);
    CHECK(b.load(Tables::va));
    REQUIRE(b.pe.write_pstate(0, 4, 1)); // MSR PAN, #1
    CHECK(!b.load(Tables::va));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'000f);
    CHECK(b.load(Tables::va, {.unprivileged = true}));
}

// ---- Exclusives
// ----------------------------------------------------------------------------------------

namespace {

struct Exclusive : Tables {
    Exclusive()
    {
        stage1_el2();
        map(0, target | af | page);
    }

    bool ldxr(u64 at)
    {
        u64 data[2];
        return pe.load_exclusive(at, {.exclusive = true}, 8, data);
    }

    u64 stxr(u64 at, u64 value)
    {
        u64 status = 7;
        REQUIRE(pe.store_exclusive(at, {.write = true, .exclusive = true}, 8, &value, status));
        return status;
    }
};

} // namespace

TEST_CASE("STXR succeeds once, after an LDXR of the same granule")
{
    Exclusive b;
    CHECK(b.stxr(Tables::va, 1) == 1);
    REQUIRE(b.ldxr(Tables::va));
    CHECK(b.stxr(Tables::va, 2) == 0);
    CHECK(b.w(target) == 2);
    CHECK(b.stxr(Tables::va, 3) == 1);
    CHECK(b.w(target) == 2);

    REQUIRE(b.ldxr(Tables::va));
    CHECK(b.stxr(Tables::va + 0x40, 3) == 1); // another granule
    CHECK(b.stxr(Tables::va, 3) == 1);        // any STXR clears
}

TEST_CASE("CLREX and an exception return clear the monitor, exception entry does not")
{
    Exclusive b;
    REQUIRE(b.ldxr(Tables::va));
    b.pe.clear_exclusive();
    CHECK(b.stxr(Tables::va, 1) == 1);
    REQUIRE(b.ldxr(Tables::va));
    b.pe.svc(0);
    CHECK(b.stxr(Tables::va, 1) == 0);
    REQUIRE(b.ldxr(Tables::va));
    b.go(2);
    CHECK(b.stxr(Tables::va, 1) == 1);
}

TEST_CASE("another writer clears the monitor of a PE that has yielded, and sends it an event")
{
    Exclusive b;
    b.pe.hint(5);
    b.pe.hint(2); // no event is left
    REQUIRE(b.ldxr(Tables::va));
    b.code(Bench::entry, {0xd503'205f}); // wfe
    CHECK(b.run_cycles(100).why == Outcome::Why::Waiting);
    CHECK(!b.watch.inline_writes_allowed(target));
    b.watch.written(target + 0x80, 8); // another granule of the page
    CHECK(b.run_cycles(100).why == Outcome::Why::Waiting);
    b.watch.written(target + 8, 1);
    CHECK(b.watch.inline_writes_allowed(target));
    CHECK(b.pe.run(1'000'000).why == Outcome::Why::Budget);
    CHECK(!b.pe.waiting());
    CHECK(b.stxr(Tables::va, 1) == 1);
}

TEST_CASE("a PE's own stores leave its monitor alone, watched or not")
{
    Exclusive b;
    REQUIRE(b.ldxr(Tables::va));
    CHECK(b.store(Tables::va + 8, 5));
    CHECK(b.stxr(Tables::va, 1) == 0);
    REQUIRE(b.ldxr(Tables::va));
    b.pe.run(b.pe.now_ps()); // yields at once
    CHECK(b.store(Tables::va + 8, 5));
    CHECK(b.stxr(Tables::va, 1) == 0);
}

TEST_CASE("exclusives and atomics to a device are refused with their own fault code")
{
    Exclusive b;
    b.map(1, TestBus::device | Tables::af | Tables::device_attr | Tables::page);
    u64 data[2], pa;
    CHECK(!b.pe.load_exclusive(Tables::va + 0x1000, {.exclusive = true}, 8, data));
    CHECK(b.get(Reg::ESR_EL2) == 0x9600'0035);
    CHECK(b.pe.atomic(Tables::va + 0x1000, {.write = true, .atomic = true}, pa) == nullptr);
    CHECK((b.iss(Reg::ESR_EL2) & 0x3f) == 0x35);
}

// ---- DC ZVA
// --------------------------------------------------------------------------------------------

TEST_CASE("DC ZVA clears its block of 64 bytes and faults as a store does")
{
    Tables b;
    b.stage1_el1();
    b.map(0, target | Tables::af | Tables::page);
    b.map(1, target | Tables::af | Tables::ro | Tables::page);
    b.map(2, target | Tables::af | Tables::device_attr | Tables::page);
    b.go(1);
    for (u64 at = 0; at < 0x100; at += 8)
        b.w(target + at) = ~u64{0};
    CHECK(b.pe.zero_block(Tables::va + 0x53));
    CHECK(b.w(target + 0x38) == ~u64{0});
    CHECK(b.w(target + 0x40) == 0);
    CHECK(b.w(target + 0x78) == 0);
    CHECK(b.w(target + 0x80) == ~u64{0});

    CHECK(!b.pe.zero_block(Tables::va + 0x1053));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'004f); // no CM
    CHECK(b.get(Reg::FAR_EL1) == Tables::va + 0x1053);
    CHECK(!b.pe.zero_block(Tables::va + 0x2000));
    CHECK(b.get(Reg::ESR_EL1) == 0x9600'0061);
}

TEST_CASE("DC ZVA is trapped by SCTLR_EL1.DZE and HCR_EL2.TDZ, with its register", "[traps]")
{
    Tables b;
    b.set(Reg::HCR_EL2, Hcr::TDZ::mask);
    b.go(1);
    b.code(Bench::entry, {0xd50b'7427}); // dc zva, x7
    CHECK(!b.pe.zero_block(target));
    CHECK(b.get(Reg::ESR_EL2) ==
          (0x6200'0000u | 1u << 20 | 1u << 17 | 3u << 14 | 7u << 10 | 7u << 5 | 4u << 1));
}
