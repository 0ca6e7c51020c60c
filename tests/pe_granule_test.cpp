// SPDX-License-Identifier: MIT
// Granules of 16 and 64 KB, 52-bit addresses, small ranges, and what hardware keeps in descriptors.
// tests/pe_walk_compare.cpp compares the rest with QEMU.
#include "pe_walks.h"

#include "pe/tlb.h"

using namespace sl;
using namespace sl::pe;

namespace {

constexpr u64 dbm = u64{1} << 51;
constexpr unsigned tg0_64k = 1 << 14, tg0_16k = 2 << 14;

/// EL1&0 with the lower range alone, and everything that VMSAv8-64 has.
MmuControls lower(u64 tcr)
{
    MmuControls c = el1();
    c.features = {.pa_bits = 52,
                  .granule16 = true,
                  .granule64 = true,
                  .hpds = true,
                  .xnx = true,
                  .ttst = true,
                  .lva = true,
                  .lpa2 = true,
                  .hafdbs = true,
                  .e0pd = true};
    c.s1.ttbr0 = 0x10'0000;
    c.s1.tcr = tcr | u64{6} << 32; // IPS: 52 bits
    return c;
}

constexpr u64 ha = u64{1} << 39, hd = u64{1} << 40, ds = u64{1} << 59;
constexpr u64 vtcr_ha = 1 << 21, vtcr_hd = 1 << 22;

MmuControls dirty_managed()
{
    return lower(25 | ha | hd);
}

/// One page at VA 0x5000 below level 1, with `leaf`.
Tables small_page(u64 leaf)
{
    Tables t;
    t.words[0x10'0000] = 0x20'0000 | table;
    t.words[0x20'0000] = 0x30'0000 | table;
    t.words[0x30'0028] = 0x4000'5000 | leaf | page;
    return t;
}

constexpr u64 leaf_at = 0x30'0028;

} // namespace

TEST_CASE("the granule decides how many bits a level resolves")
{
    SECTION("64 KB, 42 bits: two levels of 13 bits")
    {
        const MmuControls c = lower(22 | tg0_64k);
        Tables t;
        t.words[0x10'0000 + 8 * 3] = 0x20'0000 | table;
        t.words[0x20'0000 + 8 * 0x1fff] = 0x7fff'0000 | af | page;
        const u64 va = u64{3} << 29 | u64{0x1fff} << 16 | 0x1234;
        CHECK(pa_of(c, t, va) == 0x7fff'1234);
        CHECK(good(walk(c, va, priv_read, t)).mask == 0xffff);
        CHECK(good(walk(c, va, priv_read, t)).reads == 2);
    }
    SECTION("16 KB, 36 bits: two levels of 11 bits")
    {
        const MmuControls c = lower(28 | tg0_16k);
        Tables t;
        t.words[0x10'0000 + 8 * 5] = 0x20'0000 | table;
        t.words[0x20'0000 + 8 * 0x7ff] = 0x7fff'c000 | af | page;
        const u64 va = u64{5} << 25 | u64{0x7ff} << 14 | 0x1234;
        CHECK(pa_of(c, t, va) == 0x7fff'd234);
        CHECK(good(walk(c, va, priv_read, t)).mask == 0x3fff);
    }
    SECTION("16 KB, 48 bits: level 0 resolves one bit")
    {
        const MmuControls c = lower(16 | tg0_16k);
        Tables t;
        t.words[0x10'0008] = 0x20'0000 | table;
        t.words[0x20'0000] = 0x30'0000 | table;
        t.words[0x30'0000] = 0x4200'0000 | af | block;
        const TlbData entry = good(walk(c, u64{1} << 47, priv_read, t));
        CHECK(entry.reads == 3);
        CHECK(entry.s1_level == 2);
        CHECK(entry.mask == 0x1ff'ffff);
    }
}

TEST_CASE("TG1 and TG0 encode granules differently")
{
    MmuControls c = lower(0);
    c.s1.tcr = u64{22} << 16 | u64{3} << 30 | u64{6} << 32; // TG1: 64 KB
    c.s1.ttbr1 = 0x10'0000;
    Tables t;
    t.words[0x10'0000] = 0x20'0000 | table;
    t.words[0x20'0008] = 0x4001'0000 | af | page;
    CHECK(pa_of(c, t, 0xffff'fc00'0001'0008) == 0x4001'0008);
    c.s1.tcr = u64{28} << 16 | u64{1} << 30 | u64{6} << 32; // 16 KB
    t.words[0x20'0008] = 0x4000'4000 | af | page;
    CHECK(pa_of(c, t, 0xffff'fff0'0000'4008) == 0x4000'4008);
}

TEST_CASE("a granule that the PE does not have is taken as 4 KB")
{
    MmuControls c = lower(25 | tg0_64k);
    c.features.granule64 = false;
    Tables t = small_page(af);
    CHECK(pa_of(c, t, 0x5123) == 0x4000'5123);
}

TEST_CASE("blocks lie at the levels that each granule has")
{
    struct Case {
        unsigned tcr;
        int start;
        u64 high;
        bool allowed;
    };

    // The first table's level, and the TCR.DS that makes it a level of blocks or does not.
    const Case cases[] = {
        {25, 1, 0, true},            // 4 KB: 1 GB
        {16, 0, 0, false},           // 512 GB only with DS
        {16, 0, ds, true},           //
        {17 | tg0_16k, 1, 0, false}, // 16 KB: 64 GB only with DS
        {17 | tg0_16k, 1, ds, true}, //
        {22 | tg0_64k, 2, 0, true},  // 64 KB: 512 MB
        {16 | tg0_64k, 1, 0, true},  // 4 TB where addresses have 52 bits
    };
    for (const Case& k : cases) {
        const MmuControls c = lower(k.tcr | k.high);
        Tables t;
        t.words[0x10'0000] = af | block;
        const Walked w = walk(c, 0, priv_read, t);
        CAPTURE(k.tcr, k.high);
        if (k.allowed)
            CHECK(good(w).s1_level == k.start);
        else
            CHECK(bad(w).fsc == (Fsc::translation | k.start));
    }
    MmuControls c = lower(16 | tg0_64k);
    c.features.pa_bits = 48;
    Tables t;
    t.words[0x10'0000] = af | block;
    CHECK(bad(walk(c, 0, priv_read, t)).fsc == (Fsc::translation | 1));
}

TEST_CASE("sizes of ranges are bounded by TTST, LVA and DS")
{
    Tables t = small_page(af);
    const auto refused = [&](u64 tcr, auto without) {
        MmuControls c = lower(tcr);
        without(c.features);
        const Walked w = walk(c, 0, priv_read, t);
        return std::holds_alternative<Fault>(w) && std::get<Fault>(w).fsc == Fsc::translation;
    };
    const auto nothing = [](MmuFeatures&) {};
    // An empty table at a level that is not 0 says that the size was accepted.
    CHECK_FALSE(refused(48, nothing));
    CHECK(refused(49, nothing));
    CHECK(refused(40, [](MmuFeatures& f) { f.ttst = false; }));
    CHECK_FALSE(refused(47 | tg0_64k, nothing));
    CHECK(refused(48 | tg0_64k, nothing));
    CHECK_FALSE(refused(12 | tg0_64k, nothing));
    CHECK(refused(12 | tg0_64k, [](MmuFeatures& f) { f.lva = false; }));
    CHECK(refused(15, nothing));
    CHECK_FALSE(refused(15 | ds, nothing));
    CHECK(refused(11 | ds, nothing));
}

TEST_CASE("52-bit addresses with the 64 KB granule use bits 15:12 of a descriptor and 5:2 of TTBR")
{
    MmuControls c = lower(22 | tg0_64k);
    c.s1.ttbr0 = 0x10'0000 | 0xa << 2;
    Tables t;
    t.words[0xa'0000'0010'0000] = 0x20'0000 | 0x5 << 12 | table;
    t.words[0x5'0000'0020'0000] = 0x4000'0000 | 0xc << 12 | af | page;
    CHECK(pa_of(c, t, 0x1234) == 0xc'0000'4000'1234);

    // With a smaller IPS the same bits make addresses that are too large; TTBR's are not address.
    c = lower(22 | tg0_64k);
    c.s1.tcr = 22 | tg0_64k | u64{5} << 32;
    t.words[0x10'0000] = 0x20'0000 | 0x5 << 12 | table;
    CHECK(bad(walk(c, 0, priv_read, t)).fsc == (Fsc::address_size | 2));
}

TEST_CASE("TCR.DS moves address bits into descriptors and shareability into TCR")
{
    const MmuControls c = lower(12 | ds | 3 << 12); // 52 bits of 4 KB: level -1; SH0 inner
    Tables t;
    t.words[0x10'0000] = 0x20'0000 | table;
    t.words[0x20'0000] = 0x30'0000 | table;
    t.words[0x30'0000] = 0x40'0000 | table;
    t.words[0x40'0000] = 0x50'0000 | table;
    t.words[0x50'0000] = 0x3'4000'0000'0000 | 1 << 8 | af | page; // bits 49:48 and 51:50
    const TlbData entry = good(walk(c, 0x123, priv_read, t));
    CHECK(entry.reads == 5);
    CHECK(entry.pa == 0x7'4000'0000'0000);
    CHECK(entry.s1_attr.sh == 0b11);
}

TEST_CASE("faults at level -1 have codes of their own")
{
    const MmuControls c = lower(12 | ds);
    Tables t;
    CHECK(bad(walk(c, 0, priv_read, t)).fsc == 0b101011);
    t.broken = 0x10'0000;
    CHECK(bad(walk(c, 0, priv_read, t)).fsc == 0b010011);
    t.broken = ~u64{0};
    MmuControls small = c;
    small.s1.tcr = 12 | ds | u64{2} << 32; // IPS 40 bits
    t.words[0x10'0000] = u64{1} << 45 | table;
    CHECK(bad(walk(small, 0, priv_read, t)).fsc == 0b101001);
}

TEST_CASE("hardware sets the Access flag where TCR.HA says so")
{
    Tables t = small_page(0);
    CHECK(bad(walk(lower(25), 0x5000, priv_read, t)).fsc == (Fsc::access_flag | 3));
    CHECK(t.words[leaf_at] == (0x4000'5000 | page));
    CHECK(pa_of(lower(25 | ha), t, 0x5000) == 0x4000'5000);
    CHECK(t.words[leaf_at] == (0x4000'5000 | af | page));
    CHECK(t.swaps == 1);
    walk(lower(25 | ha), 0x5000, priv_read, t);
    CHECK(t.swaps == 1); // nothing left to set
}

TEST_CASE("the first write makes a clean page dirty, and reads leave it")
{
    Tables t = small_page(af | ro | dbm);
    const TlbData clean = good(walk(dirty_managed(), 0x5000, priv_read, t));
    CHECK(clean.clean);
    CHECK_FALSE(translation_of(clean, 0x5000, priv_read).writable);
    CHECK(t.swaps == 0);

    const TlbData dirty = good(walk(dirty_managed(), 0x5000, priv_write, t));
    CHECK_FALSE(dirty.clean);
    CHECK(t.words[leaf_at] == (0x4000'5000 | af | dbm | page));
}

TEST_CASE("what is read-only for other reasons stays so")
{
    Tables t = small_page(af | ro);
    CHECK(bad(walk(dirty_managed(), 0x5000, priv_write, t)).fsc == (Fsc::permission | 3));
    t = small_page(af | ro | dbm);
    CHECK(bad(walk(lower(25 | ha), 0x5000, priv_write, t)).fsc == (Fsc::permission | 3));
    t.words[0x10'0000] |= ap_table_ro;
    CHECK(bad(walk(dirty_managed(), 0x5000, priv_write, t)).fsc == (Fsc::permission | 3));
    CHECK(t.swaps == 0);
}

TEST_CASE("AT and cache maintenance check as writes and leave the dirty state alone")
{
    Tables t = small_page(ro | dbm);
    const AccessKind at{.write = true, .no_dirty = true};
    CHECK(good(walk(dirty_managed(), 0x5000, at, t)).clean);
    CHECK(t.words[leaf_at] == (0x4000'5000 | af | ro | dbm | page));
}

TEST_CASE("a question of the model changes no descriptor")
{
    Tables t = small_page(ro | dbm);
    MmuControls c = dirty_managed();
    c.updates = false;
    good(walk(c, 0x5000, priv_write, t));
    CHECK(t.swaps == 0);
}

TEST_CASE("tables that change under an update are walked again")
{
    Tables t = small_page(0);
    t.interfere = 0x5000'5000 | af | page; // what another PE makes of it meanwhile
    CHECK(pa_of(lower(25 | ha), t, 0x5000) == 0x5000'5000);
    CHECK(t.swaps == 1);
}

TEST_CASE("a table that cannot be written is an external abort on the walk")
{
    Tables t = small_page(0);
    t.read_only = leaf_at;
    CHECK(bad(walk(lower(25 | ha), 0x5000, priv_read, t)).fsc == (Fsc::external_on_walk | 3));
}

TEST_CASE("stage 2 keeps its own Access flag and dirty state")
{
    constexpr u64 s2_leaf_at = 0x60'0000 + 8 * 1;
    MmuControls c = lower(25);
    c.s1.enabled = false;
    c.s2 = {.enabled = true, .vttbr = 0x60'0000, .vtcr = 25 | 1 << 6 | 2 << 16 | vtcr_ha | vtcr_hd};
    Tables t;
    t.words[s2_leaf_at] = 0x8000'0000 | s2_ro | s2_wb | dbm | block;
    CHECK(good(walk(c, 0x4000'0000, priv_read, t)).clean);
    CHECK(t.words[s2_leaf_at] == (0x8000'0000 | s2_ro | s2_wb | dbm | af | block));
    CHECK_FALSE(good(walk(c, 0x4000'0000, priv_write, t)).clean);
    CHECK(t.words[s2_leaf_at] == (0x8000'0000 | s2_rw | s2_wb | dbm | af | block));
}

TEST_CASE("an update of a stage 1 descriptor needs stage 2's permission to write it")
{
    MmuControls c = lower(25 | ha);
    c.s2 = {.enabled = true, .vttbr = 0x60'0000, .vtcr = 25 | 1 << 6 | 2 << 16};
    Tables t = small_page(0);
    t.words[0x60'0000] = af | s2_ro | s2_wb | block;
    t.words[0x60'0008] = 0x4000'0000 | af | s2_rw | s2_wb | block;
    const Fault fault = bad(walk(c, 0x5000, priv_read, t));
    CHECK(fault.stage2);
    CHECK(fault.s1ptw);
    CHECK(fault.fsc == (Fsc::permission | 1));
    CHECK(fault.ipa == leaf_at);
    t.words[0x60'0000] = af | s2_rw | s2_wb | block;
    good(walk(c, 0x5000, priv_read, t));
    CHECK(t.words[leaf_at] == (0x4000'5000 | af | page));
}

TEST_CASE("stage 2 starts where SL0 and SL2 say, for each granule")
{
    struct Case {
        u64 vtcr;
        unsigned reads;
    };

    const u64 ps = 6 << 16;
    const Case cases[] = {
        {25 | 1 << 6 | ps, 3},                          // 4 KB, level 1
        {43 | 3 << 6 | ps, 1},                          // level 3, FEAT_TTST
        {12 | ps | u64{1} << 32 | u64{1} << 33, 5},     // level -1
        {32 | tg0_16k | 1 << 6 | ps, 2},                // 16 KB, level 2
        {12 | tg0_16k | 3 << 6 | ps | u64{1} << 32, 4}, // level 0 with DS
        {28 | tg0_64k | 1 << 6 | ps, 2},                // 64 KB, level 2
        {30 | tg0_64k | ps, 0}, // level 3 resolves 13 bits, 16 tables 4 more; not 18
    };
    for (const Case& k : cases) {
        MmuControls c = lower(25);
        c.s1.enabled = false;
        c.s2 = {.enabled = true, .vttbr = 0x100'0000, .vtcr = k.vtcr};
        Tables t;
        u64 at = 0x100'0000;
        for (unsigned n = 1; n < k.reads; ++n, at += 0x10'0000)
            t.words[at] = (at + 0x10'0000) | table;
        t.words[at] = 0x4000'0000 | af | s2_rw | s2_wb | page;
        CAPTURE(k.vtcr);
        const Walked w = walk(c, 0x123, priv_read, t);
        if (k.reads == 0) {
            CHECK(bad(w).fsc == Fsc::translation);
            continue;
        }
        CHECK(good(w).reads == k.reads);
        CHECK(translation_of(good(w), 0x123, priv_read).pa == 0x4000'0123);
    }
}

TEST_CASE("HCR_EL2.FWB lets stage 2 override the attributes of stage 1")
{
    const MemAttr device{.device = true, .mair = 0x04, .sh = 0b10};
    const MemAttr through{.device = false, .mair = 0xaa, .sh = 0b00};
    Stage2Result s2;
    s2.forced = true;
    const auto with = [&](u8 mem_attr, MemAttr s1) {
        s2.mem_attr = mem_attr;
        return s2.with(s1);
    };
    CHECK(with(0b001, through) == MemAttr{.device = true, .mair = 0x04, .sh = 0b10});
    CHECK(with(0b101, through).mair == 0x44);
    CHECK(with(0b101, device) == device);
    CHECK(with(0b110, device).mair == 0xff);
    CHECK(with(0b110, through).mair == 0xee); // the allocation hints of stage 1
    CHECK(with(0b111, through) == through);
    CHECK(with(0b111, device) == device);
}

TEST_CASE("TCR.E0PD keeps unprivileged accesses out of a half")
{
    Tables t = small_page(af | user);
    MmuControls c = lower(25 | u64{1} << 55);
    CHECK(bad(walk(c, 0x5000, user_read, t)).fsc == Fsc::translation);
    CHECK(pa_of(c, t, 0x5000) == 0x4000'5000);
    c.features.e0pd = false;
    CHECK(pa_of(c, t, 0x5000, user_read) == 0x4000'5000);
}

TEST_CASE("SCTLR.EPAN makes PAN see what EL0 may only execute")
{
    Tables t = small_page(af); // no EL0 data access, EL0 may execute
    MmuControls c = lower(25);
    AccessKind pan = priv_read;
    pan.pan = true;
    CHECK(std::holds_alternative<TlbData>(walk(c, 0x5000, pan, t)));
    c.s1.epan = true;
    CHECK(bad(walk(c, 0x5000, pan, t)).fsc == (Fsc::permission | 3));
}

TEST_CASE("a branch loses its tag where the top byte is ignored")
{
    MmuControls c = lower(25);
    CHECK(branch_address(c, 0xab00'0000'0000'5000) == 0xab00'0000'0000'5000);
    c.s1.tcr |= u64{1} << 37 | u64{1} << 38;
    CHECK(branch_address(c, 0xab00'0000'0000'5000) == 0x5000);
    CHECK(branch_address(c, 0xabff'ff80'0000'5000) == 0xffff'ff80'0000'5000);
    c.s1.regime = Regime::El2;
    c.s1.tcr = 25 | 1 << 20;
    CHECK(branch_address(c, 0xabff'ff80'0000'5000) == 0x00ff'ff80'0000'5000);
}

TEST_CASE("a TLB finds entries of every size")
{
    Tlb tlb{64, 4, [](const Tlb::Entry&) {}};
    TlbTag tag;
    u64 at = 0;
    for (const unsigned shift : {12u, 14u, 16u, 21u, 25u, 29u, 30u, 36u, 39u, 42u}) {
        TlbData data;
        data.mask = data.s1_mask = ones(shift);
        data.va = at = u64{1} << (shift + 1);
        data.pa = u64{shift} << 44;
        tlb.insert(tag, data);
        const TlbData* const found = tlb.find(tag, at | (ones(shift) & ~u64{0xfff}));
        REQUIRE(found);
        CHECK(found->pa == data.pa);
    }
}

TEST_CASE("an entry replaces the one that it makes obsolete")
{
    Tlb tlb{64, 4, [](const Tlb::Entry&) {}};
    TlbData data;
    data.mask = data.s1_mask = 0xfff;
    data.va = 0x5000;
    data.clean = true;
    tlb.insert({}, data);
    data.clean = false;
    tlb.insert({}, data);
    CHECK_FALSE(tlb.find({}, 0x5000)->clean);
}
