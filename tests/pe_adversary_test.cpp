// SPDX-License-Identifier: MIT
#include "pe_traced.h"

using namespace sl;
using namespace sl::pe;

namespace {

AdversaryMode mode(const char* text)
{
    const auto parsed = AdversaryMode::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

/// Two sets of tables that map the buffer's page `va` to different places, as a host's and a
/// guest's do; the guest's are in force.
struct TwoTables : TracedTables {
    static constexpr u64 host_page = ram + 0x20'0000, guest_page = ram + 0x21'0000,
                         guest_l1 = ram + 0x14'0000;

    explicit TwoTables(const char* adversary)
        : TracedTables{mode(adversary)}
    {
        map(0, host_page | af | page);
        w(guest_l1 + 8) = ram | af | block;
        w(guest_l1 + 16) = (guest_l1 + 0x1000) | table;
        w(guest_l1 + 0x1000) = (guest_l1 + 0x2000) | table;
        w(guest_l1 + 0x2000) = guest_page | af | page; // global
        stage1_el1();
        set(Reg::TTBR0_EL1, guest_l1);
        set(Reg::MDCR_EL2, e2tb_el1);
        set(Reg::TRBBASER_EL1, va);
        set(Reg::TRBPTR_EL1, va);
    }

    /// Where the buffer writes.
    u64 buffer_pa()
    {
        const auto result = pe.translate(Regime::El10, va, {.write = true});
        REQUIRE(std::holds_alternative<Translation>(result));
        return std::get<Translation>(result).pa;
    }
};

} // namespace

TEST_CASE("adversaries are named by when writes land, and by whether the buffer looks ahead")
{
    using Choice = AdversaryMode::Choice;
    CHECK(mode("sync") == AdversaryMode{});
    CHECK(mode("late") == AdversaryMode{.choice = Choice::Late});
    CHECK(mode("mixed+prefetch") == AdversaryMode{.choice = Choice::Mixed, .prefetch = true});
    CHECK(mode("random:17+prefetch") ==
          AdversaryMode{.choice = Choice::Random, .seed = 17, .prefetch = true});
    CHECK(mode("sync+prefetch").active());
    CHECK(!mode("sync").active());
    for (const char* const wrong : {"", "early", "random", "random:", "random:x", "random:1x",
                                    "prefetch", "late+", "late+prefetch+prefetch", "Late"})
        CHECK(!AdversaryMode::parse(wrong));
}

TEST_CASE("sync: a write reaches its readers at the MSR, late: at the next synchronization event")
{
    const bool late = GENERATE(false, true);
    TwoTables b{late ? "late" : "sync"};
    for (const Reg reg : {Reg::TTBR0_EL1, Reg::TRFCR_EL1, Reg::VTTBR_EL2, Reg::CONTEXTIDR_EL1}) {
        const u64 before = b.pe.visible(reg);
        REQUIRE(b.msr(reg, 3));
        CHECK(b.mrs(reg) == 3u); // direct reads see it in any case
        CHECK(b.pe.visible(reg) == (late ? before : 3));
    }
    SECTION("ISB")
    {
        b.isb();
    }
    SECTION("exception entry")
    {
        b.pe.hvc(0);
    }
    SECTION("exception return")
    {
        b.go(1);
    }
    CHECK(b.pe.visible(Reg::TTBR0_EL1) == 3);
    CHECK(b.pe.visible(Reg::VTTBR_EL2) == 3);
    CHECK(b.pe.visible(Reg::CONTEXTIDR_EL1) == 3);
}

TEST_CASE("late: the PE's own walks go by the old tables until the ISB, and so do TLBI and AT")
{
    TwoTables b{"late"};
    b.go(1);
    b.bus.at<u64>(TwoTables::host_page) = 1;
    b.bus.at<u64>(TwoTables::guest_page) = 2;
    REQUIRE(b.msr(Reg::TTBR0_EL1, Tables::l1));
    CHECK(b.load(Tables::va) == 2u);
    REQUIRE(b.sys(Reg::AT_S1E1R, Tables::va));
    CHECK((b.get(Reg::PAR_EL1) & ~ones(12) & ones(48)) == TwoTables::guest_page);
    b.isb();
    REQUIRE(b.sys(Reg::TLBI_VMALLE1, 0));
    CHECK(b.load(Tables::va) == 1u);
}

TEST_CASE("mixed: what enables overtakes what it needs")
{
    TwoTables b{"mixed"};
    REQUIRE(b.msr(Reg::TTBR0_EL1, Tables::l1));
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, Tables::va + page_size + TwoTables::on));
    REQUIRE(b.msr(Reg::TRFCR_EL1, 3));
    CHECK(b.pe.visible(Reg::TTBR0_EL1) == TwoTables::guest_l1);
    CHECK(b.unit.trbe().enabled());
    CHECK(b.pe.visible(Reg::TRFCR_EL1) == 3);
    // What disables waits.
    REQUIRE(b.msr(Reg::TRFCR_EL1, 0));
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, 0));
    CHECK(b.pe.visible(Reg::TRFCR_EL1) == 3);
    CHECK(b.unit.trbe().enabled());
    b.isb();
    CHECK(b.pe.visible(Reg::TRFCR_EL1) == 0);
    CHECK(!b.unit.trbe().enabled());
    CHECK(b.pe.visible(Reg::TTBR0_EL1) == Tables::l1);
}

TEST_CASE("random: a seed is a sequence, and every write has landed behind the event")
{
    const auto pattern = [](const char* seed) {
        TwoTables b{seed};
        std::vector<bool> landed;
        for (u64 n = 1; n <= 64; ++n) {
            REQUIRE(b.msr(Reg::TTBR0_EL1, n << 12));
            landed.push_back(b.pe.visible(Reg::TTBR0_EL1) == n << 12);
            REQUIRE(b.msr(Reg::CONTEXTIDR_EL1, n));
        }
        b.isb();
        CHECK(b.pe.visible(Reg::TTBR0_EL1) == 64u << 12);
        CHECK(b.pe.visible(Reg::CONTEXTIDR_EL1) == 64);
        return landed;
    };
    const auto first = pattern("random:1");
    CHECK(first == pattern("random:1"));
    CHECK(first != pattern("random:2"));
    CHECK(std::count(first.begin(), first.end(), true) > 4);
    CHECK(std::count(first.begin(), first.end(), false) > 4);
}

TEST_CASE("an enabled buffer ignores writes but the one that disables it")
{
    TwoTables b{"late"};
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, Tables::va + page_size + TwoTables::on));
    b.isb();
    REQUIRE(b.msr(Reg::TRBPTR_EL1, 0x1000));
    b.isb();
    CHECK(b.mrs(Reg::TRBPTR_EL1) == Tables::va);
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, 0));
    b.isb();
    REQUIRE(b.msr(Reg::TRBPTR_EL1, 0x1000));
    CHECK(b.mrs(Reg::TRBPTR_EL1) == 0x1000u);
}

TEST_CASE("a buffer enabled before the host's tables are visible keeps a guest's translation")
{
    const std::string adversary =
        GENERATE(as<std::string>{}, "mixed+prefetch", "mixed", "late+prefetch", "sync+prefetch");
    const bool isb_between = GENERATE(false, true);
    TwoTables b{adversary.c_str()};
    REQUIRE(b.msr(Reg::TTBR0_EL1, Tables::l1));
    if (isb_between)
        b.isb();
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, Tables::va + page_size + TwoTables::on));
    b.isb();
    const bool wrong = adversary == "mixed+prefetch" && !isb_between;
    CHECK(b.buffer_pa() == (wrong ? TwoTables::guest_page : TwoTables::host_page));
    // Until maintenance.
    REQUIRE(b.sys(Reg::TLBI_VMALLE1, 0));
    CHECK(b.buffer_pa() == TwoTables::host_page);
}

TEST_CASE("a disabled buffer translates nothing ahead, an enabled one does under EL2's feet")
{
    const bool enabled = GENERATE(false, true);
    TwoTables b{"sync+prefetch"};
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, Tables::va + page_size + (enabled ? TwoTables::on : 0)));
    b.isb();
    // The page moves, without maintenance.
    b.w(TwoTables::guest_l1 + 0x2000) = TwoTables::host_page | Tables::af | Tables::page;
    CHECK(b.buffer_pa() == (enabled ? TwoTables::guest_page : TwoTables::host_page));
}

TEST_CASE("what a buffer has translated is tagged: VMID, and whether stage 2 applied")
{
    TwoTables b{"sync+prefetch"};
    b.stage2(7);
    b.set(Reg::HCR_EL2, 0);
    REQUIRE(b.msr(Reg::TRBLIMITR_EL1, Tables::va + page_size + TwoTables::on));
    b.isb(); // VMID 7, no stage 2
    b.w(TwoTables::guest_l1 + 0x2000) = TwoTables::host_page | Tables::af | Tables::page;
    CHECK(b.buffer_pa() == TwoTables::guest_page);
    REQUIRE(b.msr(Reg::VTTBR_EL2, u64{8} << 48));
    CHECK(b.buffer_pa() == TwoTables::host_page);
    REQUIRE(b.msr(Reg::VTTBR_EL2, u64{7} << 48 | Tables::s2_l1));
    CHECK(b.buffer_pa() == TwoTables::guest_page);
    REQUIRE(b.msr(Reg::HCR_EL2, sysreg::HCR_EL2::VM::mask));
    CHECK(b.buffer_pa() == TwoTables::host_page);
}
