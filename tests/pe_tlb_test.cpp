// SPDX-License-Identifier: MIT
#include "pe/tlb.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::pe;

namespace {

constexpr TlbTag el1{.regime = Regime::El10, .asid = 5, .vmid = 2};

TlbData at(u64 va, u64 pa, u64 mask = 0xfff)
{
    TlbData d;
    d.va = va;
    d.ipa = d.pa = pa;
    d.mask = d.s1_mask = mask;
    return d;
}

struct Bench {
    unsigned evicted = 0;
    Tlb tlb{64, 4, [this](const Tlb::Entry&) { ++evicted; }};

    void invalidate(TlbInvalidate op)
    {
        tlb.drop_if([&](const Tlb::Entry& e) { return op.drops(e); });
    }

    bool has(const TlbTag& tag, u64 va) const { return tlb.find(tag, va) != nullptr; }
};

} // namespace

TEST_CASE("a TLB entry matches its regime, VMID and ASID")
{
    Bench b;
    b.tlb.insert(el1, at(0x5000, 0x9000));
    REQUIRE(b.has(el1, 0x5abc));
    CHECK(b.tlb.find(el1, 0x5abc)->pa == 0x9000);
    CHECK_FALSE(b.has(el1, 0x6000));
    TlbTag other = el1;
    other.asid = 6;
    CHECK_FALSE(b.has(other, 0x5000));
    other = el1;
    other.vmid = 3;
    CHECK_FALSE(b.has(other, 0x5000));
    other = el1;
    other.regime = Regime::El20;
    CHECK_FALSE(b.has(other, 0x5000));
}

TEST_CASE("a global entry matches any ASID of its VMID")
{
    Bench b;
    TlbData d = at(0x5000, 0x9000);
    d.global = true;
    b.tlb.insert(el1, d);
    TlbTag other = el1;
    other.asid = 77;
    CHECK(b.has(other, 0x5000));
    other.vmid = 9;
    CHECK_FALSE(b.has(other, 0x5000));
}

TEST_CASE("blocks are one entry each")
{
    Bench b;
    b.tlb.insert(el1, at(0x4000'0000, 0x8000'0000, 0x3fff'ffff));
    b.tlb.insert(el1, at(0x20'0000, 0x60'0000, 0x1f'ffff));
    CHECK(b.has(el1, 0x7fff'ffff));
    CHECK(b.has(el1, 0x3f'ffff));
    CHECK_FALSE(b.has(el1, 0x40'0000));
}

TEST_CASE("a full set gives up its entries in turn, and says so")
{
    Bench b;
    // 16 sets: these addresses share one.
    for (u64 i = 0; i < 5; ++i)
        b.tlb.insert(el1, at(i << 21 << 4 | 0x1000, i << 12));
    unsigned held = 0;
    for (u64 i = 0; i < 5; ++i)
        held += b.has(el1, i << 21 << 4 | 0x1000);
    CHECK(held + b.evicted == 5);
}

TEST_CASE("TLBI by VA takes the ASID's entry and global ones, wherever in a block the address lies")
{
    Bench b;
    TlbTag other = el1;
    other.asid = 6;
    b.tlb.insert(el1, at(0x20'0000, 0x60'0000, 0x1f'ffff));
    b.tlb.insert(other, at(0x20'0000, 0x80'0000, 0x1f'ffff));
    b.invalidate({.what = TlbInvalidate::What::Va, .tag = el1, .address = 0x2f'0000});
    CHECK_FALSE(b.has(el1, 0x20'0000));
    CHECK(b.has(other, 0x20'0000));
    CHECK(b.evicted == 1);

    TlbData d = at(0x7000, 0x9000);
    d.global = true;
    b.tlb.insert(el1, d);
    b.invalidate({.what = TlbInvalidate::What::Va, .tag = other, .address = 0x7000});
    CHECK_FALSE(b.has(el1, 0x7000));
}

TEST_CASE("TLBI by VA reaches all fragments of one stage 1 block that stage 2 has split")
{
    Bench b;
    TlbData low = at(0x20'0000, 0x1000), high = at(0x20'1000, 0x8000);
    low.s1_mask = high.s1_mask = 0x1f'ffff;
    b.tlb.insert(el1, low);
    b.tlb.insert(el1, high);
    b.invalidate({.what = TlbInvalidate::What::Va, .tag = el1, .address = 0x20'0000});
    CHECK_FALSE(b.has(el1, 0x20'0000));
    CHECK_FALSE(b.has(el1, 0x20'1000));
}

TEST_CASE("TLBI by ASID leaves global entries, by VMID leaves other VMIDs")
{
    Bench b;
    TlbData global = at(0x8000, 0);
    global.global = true;
    b.tlb.insert(el1, global);
    b.tlb.insert(el1, at(0x5000, 0));
    TlbTag other = el1;
    other.vmid = 3;
    b.tlb.insert(other, at(0x5000, 0));
    b.invalidate({.what = TlbInvalidate::What::Asid, .tag = el1});
    CHECK_FALSE(b.has(el1, 0x5000));
    CHECK(b.has(el1, 0x8000));
    CHECK(b.has(other, 0x5000));
    b.invalidate({.what = TlbInvalidate::What::Vmid, .tag = el1});
    CHECK_FALSE(b.has(el1, 0x8000));
    CHECK(b.has(other, 0x5000));
    b.invalidate({.what = TlbInvalidate::What::Regime, .tag = {.regime = Regime::El2}});
    CHECK(b.has(other, 0x5000));
    b.invalidate({.what = TlbInvalidate::What::Regime, .tag = el1});
    CHECK_FALSE(b.has(other, 0x5000));
}

TEST_CASE("TLBI by IPA takes stage 2 entries and leaves combined ones to TLBI VMALLE1")
{
    Bench b;
    TlbData alone = at(0x4000'0000, 0x9000), combined = at(0x7000, 0x9000);
    alone.ipa = combined.ipa = 0x4000'0000;
    alone.two_stage = combined.two_stage = true;
    alone.s1_off = true;
    b.tlb.insert(el1, alone);
    b.tlb.insert(el1, combined);
    b.invalidate({.what = TlbInvalidate::What::Ipa, .tag = el1, .address = 0x4000'0000});
    CHECK_FALSE(b.has(el1, 0x4000'0000));
    CHECK(b.has(el1, 0x7000));
}
