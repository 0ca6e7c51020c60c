// SPDX-License-Identifier: MIT
#include "rules_bench.h"

using namespace sl;
using namespace sl::rules::test;
using Catch::Matchers::Contains;
using sysreg::Reg;

namespace {

/// At EL1, with two pages: `va`, which has been read from, and one to put in its place. The tables
/// are written at their own address, which is mapped one to one.
struct Paged : Checked {
    static constexpr u64 first = ram + 0x20'0000, second = ram + 0x21'0000, leaf = l3;

    explicit Paged(pe::AdversaryMode adversary = {})
        : Checked{adversary}
    {
        go(1);
        REQUIRE(load(va));
    }

    /// As an STR.
    void put(u64 descriptor_pa, u64 value) { REQUIRE(store(descriptor_pa, value)); }

    void tlbi(Reg op, u64 operand = 0) { REQUIRE(sys(op, operand)); }

    static constexpr u64 page_of(u64 pa) { return pa | af | page; }
};

} // namespace

TEST_CASE("TLB-STALE: a page is used after its descriptor has become invalid, without maintenance")
{
    Paged b;
    b.pe.state().pc = 0x4000'0100;
    b.put(Paged::leaf, 0);
    b.pe.state().pc = 0x4000'0200;
    REQUIRE(b.load(Paged::va)); // the entry is still there
    REQUIRE(b.found.texts == Texts{"TLB-STALE: translation after store to a descriptor"});
    CHECK(b.found.all[0].at.pc == 0x4000'0200);
    CHECK(b.found.all[0].other.pc == 0x4000'0100);
    CHECK_THAT(b.found.all[0].detail, Contains("by the PE") && Contains("no TLBI has covered it"));
    // Once.
    REQUIRE(b.load(Paged::va));
    CHECK(b.found.texts.size() == 1);
}

TEST_CASE("TLB-STALE: maintenance that does not complete, or comes before the change does")
{
    Paged b;
    const char* why = "";
    b.put(Paged::leaf, 0);
    SECTION("no DSB behind the TLBI")
    {
        b.dsb();
        b.tlbi(Reg::TLBI_VMALLE1);
        why = "no DSB has completed its TLBI";
    }
    SECTION("no DSB before it")
    {
        b.tlbi(Reg::TLBI_VMALLE1);
        b.dsb();
        why = "no DSB between the change and its TLBI";
    }
    SECTION("of another page")
    {
        b.dsb();
        b.tlbi(Reg::TLBI_VAE1, (Paged::va + page_size) >> 12);
        b.dsb();
        why = "no TLBI has covered it";
    }
    b.load(Paged::va); // this model may have forgotten the entry: another core need not
    REQUIRE(b.found.texts == Texts{"TLB-STALE: translation after store to a descriptor"});
    CHECK_THAT(b.found.all[0].detail, Contains(why));
}

TEST_CASE("near TLB-STALE: invalid, DSB, TLBI, DSB, and then the new page")
{
    Paged b;
    const Reg op =
        GENERATE(Reg::TLBI_VMALLE1, Reg::TLBI_VMALLE1IS, Reg::TLBI_VAE1, Reg::TLBI_VAALE1IS);
    b.put(Paged::leaf, 0);
    b.dsb();
    b.tlbi(op, Paged::va >> 12);
    b.dsb();
    b.put(Paged::leaf, Paged::page_of(Paged::second));
    b.dsb();
    REQUIRE(b.load(Paged::va));
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("near TLB-STALE: the page is not used, or is what it was")
{
    Paged b;
    SECTION("not used")
    {
        b.put(Paged::leaf, 0);
        REQUIRE(b.load(Paged::ram));
    }
    SECTION("changed back")
    {
        b.put(Paged::leaf, 0);
        b.put(Paged::leaf, Paged::page_of(Paged::first));
        REQUIRE(b.load(Paged::va));
    }
    SECTION("a bit of software's own")
    {
        b.put(Paged::leaf, Paged::page_of(Paged::first) | u64{1} << 56);
        REQUIRE(b.load(Paged::va));
    }
    SECTION("other permissions, which allow what is done")
    {
        b.put(Paged::leaf, Paged::page_of(Paged::first) | Paged::ro);
        REQUIRE(b.load(Paged::va));
    }
    SECTION("a neighbour")
    {
        b.put(Paged::leaf + 8, Paged::page_of(Paged::second));
        REQUIRE(b.load(Paged::va));
    }
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("TLB-STALE: a page that became read-only is written by its old entry, read in between")
{
    Paged b;
    REQUIRE(b.store(Paged::va, 1));
    b.put(Paged::leaf, Paged::page_of(Paged::first) | Paged::ro);
    REQUIRE(b.load(Paged::va));
    CHECK(b.found.texts == Texts{});
    b.store(Paged::va, 2);
    CHECK(b.found.texts == Texts{"TLB-STALE: translation after store to a descriptor"});
}

TEST_CASE("TLB-STALE: one valid descriptor in the place of another, with no break before the make")
{
    Paged b;
    u64 value = 0;
    SECTION("another page")
    {
        value = Paged::page_of(Paged::second);
    }
    SECTION("another memory type")
    {
        value = Paged::page_of(Paged::first) | Paged::device_attr;
    }
    b.put(Paged::leaf, value);
    // Maintenance behind it does not help.
    b.dsb();
    b.tlbi(Reg::TLBI_VMALLE1);
    b.dsb();
    REQUIRE(b.found.texts == Texts{"TLB-STALE: store to a descriptor after translation"});
    CHECK_THAT(b.found.all[0].detail, Contains("no break before make"));
}

TEST_CASE("TLB-STALE: a break without maintenance before the make")
{
    Paged b;
    b.put(Paged::leaf, 0);
    b.dsb();
    b.put(Paged::leaf, Paged::page_of(Paged::second));
    CHECK(b.found.texts == Texts{"TLB-STALE: store to a descriptor after store to a descriptor"});
}

TEST_CASE("TLB-STALE: a stage 2 change needs maintenance of stage 2, and then of combined entries")
{
    // The order of a hypervisor: IPAS2, DSB, VMALLE1, DSB, under the guest's VMID.
    enum class Flush { Right, Reversed, Stage1Only, Stage2Only, Both };
    const auto flush =
        GENERATE(Flush::Right, Flush::Reversed, Flush::Stage1Only, Flush::Stage2Only, Flush::Both);
    Checked b;
    b.stage2();
    b.set(Reg::MDCR_EL2, Checked::guest_mdcr);
    b.set(Reg::CPTR_EL2, sysreg::CPTR_EL2::TTA::mask);
    constexpr u64 ipa = Checked::va, pa = Checked::ram + 0x20'0000;
    b.w(Checked::s2_l3) = pa | Checked::af | Checked::s2_rw | Checked::s2_wb | Checked::page;
    b.map(0, ipa | Checked::af | Checked::page);
    b.go(1);
    REQUIRE(b.load(Checked::va));
    b.pe.hvc(0);
    // EL2's own stage 1 is off: flat.
    REQUIRE(b.store(Checked::s2_l3, 0));
    const auto op = [&b](Reg reg, u64 operand = 0) {
        REQUIRE(b.sys(reg, operand));
        b.dsb();
    };
    b.dsb();
    switch (flush) {
    case Flush::Right:
        op(Reg::TLBI_IPAS2E1IS, ipa >> 12);
        op(Reg::TLBI_VMALLE1IS);
        break;
    case Flush::Reversed:
        op(Reg::TLBI_VMALLE1IS);
        op(Reg::TLBI_IPAS2E1IS, ipa >> 12);
        break;
    case Flush::Stage1Only:
        op(Reg::TLBI_VMALLE1IS);
        break;
    case Flush::Stage2Only:
        op(Reg::TLBI_IPAS2E1IS, ipa >> 12);
        break;
    case Flush::Both:
        op(Reg::TLBI_VMALLS12E1IS);
        break;
    }
    b.go(1);
    b.load(Checked::va);
    if (flush == Flush::Right || flush == Flush::Both)
        CHECK(b.found.texts == Texts{});
    else
        CHECK(b.found.texts == Texts{"TLB-STALE: translation after store to a descriptor"});
}

namespace {

/// A buffer that has translated `va`; its session goes on.
struct BufferPaged : Checked {
    BufferPaged()
        : Checked{*pe::AdversaryMode::parse("sync+prefetch")}
    {
        enable();
        go(1);
    }
};

} // namespace

TEST_CASE("TLB-STALE: the buffer's page is remapped, and its old entry used")
{
    BufferPaged b;
    REQUIRE(b.store(Checked::l3, 0));
    b.dsb();
    b.isb(); // the buffer translates ahead, by what it holds
    CHECK(b.found.texts == Texts{});
    b.translations.finish();
    REQUIRE(b.found.texts == Texts{"TLB-STALE: translation after store to a descriptor"});
    CHECK_THAT(b.found.all[0].detail, Contains("by the trace buffer"));
    // Only once.
    b.translations.finish();
    CHECK(b.found.texts.size() == 1);
}

TEST_CASE("near TLB-STALE: the buffer uses its entry while maintenance is under way")
{
    BufferPaged b;
    REQUIRE(b.store(Checked::l3, 0));
    b.dsb();
    b.isb();
    REQUIRE(b.sys(Reg::TLBI_VMALLE1, 0));
    b.dsb();
    b.isb();
    b.translations.finish();
    CHECK(b.found.texts == Texts{});
}
