// SPDX-License-Identifier: MIT
#include "pe_walks.h"

using namespace sl;
using namespace sl::pe;

TEST_CASE("pages and blocks translate at levels 3, 2 and 1")
{
    Tables t = el1_tables();
    const MmuControls c = el1();
    CHECK(pa_of(c, t, 0x5123) == 0x4000'5123);
    CHECK(pa_of(c, t, 0x21'2345) == 0x4021'2345);
    CHECK(pa_of(c, t, 0x4123'4567) == 0x8123'4567);

    CHECK(good(walk(c, 0x5123, priv_read, t)).mask == 0xfff);
    CHECK(good(walk(c, 0x21'2345, priv_read, t)).mask == 0x1f'ffff);
    CHECK(good(walk(c, 0x4123'4567, priv_read, t)).mask == 0x3fff'ffff);
}

TEST_CASE("a walk reads one descriptor per level")
{
    Tables t = el1_tables();
    CHECK(good(walk(el1(), 0x5000, priv_read, t)).reads == 3);
    CHECK(good(walk(el1(), 0x4000'0000, priv_read, t)).reads == 1);
    CHECK(t.reads == 4);
}

TEST_CASE("the size of the range decides the level of the first table")
{
    Tables t;
    MmuControls c = el1();
    t.words[0x1000] = 0x2000 | table;
    t.words[0x2000] = 0x4000'0000 | af | block;
    c.s1.tcr = 16 | u64{2} << 32; // 48 bits: level 0
    CHECK(good(walk(c, 0, priv_read, t)).reads == 2);
    CHECK(good(walk(c, 0, priv_read, t)).s1_level == 1);
    c.s1.tcr = 39 | u64{2} << 32; // 25 bits: level 2
    t.words[0x1000] = 0x4000'0000 | af | block;
    CHECK(good(walk(c, 0, priv_read, t)).s1_level == 2);
}

TEST_CASE("a block descriptor at level 0 is invalid")
{
    Tables t;
    MmuControls c = el1();
    c.s1.tcr = 16 | u64{2} << 32;
    t.words[0x1000] = 0x4000'0000 | af | block;
    CHECK(bad(walk(c, 0, priv_read, t)).fsc == 0b000100);
}

TEST_CASE("the upper range has its own tables, and the bits above it must be ones")
{
    Tables t = el1_tables();
    MmuControls c = el1();
    t.words[0x9000] = 0xc000'0000 | af | block;
    CHECK(pa_of(c, t, 0xffff'ff80'0000'1234) == 0xc000'1234);
    CHECK(bad(walk(c, 0xffff'fe80'0000'1234, priv_read, t)).fsc == 0b000100);
    CHECK(bad(walk(c, 0x00ff'ff80'0000'1234, priv_read, t)).fsc == 0b000100);
}

TEST_CASE("TBI ignores the top byte in its range only")
{
    Tables t = el1_tables();
    MmuControls c = el1();
    CHECK(bad(walk(c, 0xab00'0000'0000'5000, priv_read, t)).fsc == 0b000100);
    c.s1.tcr |= u64{1} << 37;
    CHECK(pa_of(c, t, 0xab00'0000'0000'5000) == 0x4000'5000);
    t.words[0x9000] = 0xc000'0000 | af | block;
    CHECK(bad(walk(c, 0x00ff'ff80'0000'1234, priv_read, t)).fsc == 0b000100);
    c.s1.tcr |= u64{1} << 38;
    CHECK(pa_of(c, t, 0x00ff'ff80'0000'1234) == 0xc000'1234);
}

TEST_CASE("translation faults name the level at which the walk ended")
{
    Tables t = el1_tables();
    const MmuControls c = el1();
    CHECK(bad(walk(c, 0x8000'0000, priv_read, t)).fsc == 0b000101);
    CHECK(bad(walk(c, 0x40'0000, priv_read, t)).fsc == 0b000110);
    CHECK(bad(walk(c, 0x6000, priv_read, t)).fsc == 0b000111);
    t.words[0x3000 + 8 * 5] &= ~u64{2}; // 0b01 is reserved at level 3
    CHECK(bad(walk(c, 0x5000, priv_read, t)).fsc == 0b000111);
}

TEST_CASE("EPD disables walks of its range")
{
    Tables t = el1_tables();
    MmuControls c = el1();
    c.s1.tcr |= 1 << 7;
    CHECK(bad(walk(c, 0x5000, priv_read, t)).fsc == 0b000100);
    t.words[0x9000] = 0xc000'0000 | af | block;
    CHECK(pa_of(c, t, 0xffff'ff80'0000'0000) == 0xc000'0000);
    c.s1.tcr |= 1 << 23;
    CHECK(bad(walk(c, 0xffff'ff80'0000'0000, priv_read, t)).fsc == 0b000100);
}

TEST_CASE("access flag faults come before permission faults and name the leaf's level")
{
    Tables t = el1_tables(ro);
    CHECK(bad(walk(el1(), 0x5000, priv_write, t)).fsc == 0b001011);
    CHECK(bad(walk(el1(), 0x20'0000, priv_write, t)).fsc == 0b001010);
    CHECK(bad(walk(el1(), 0x4000'0000, priv_write, t)).fsc == 0b001001);
}

TEST_CASE("addresses beyond TCR.IPS are address size faults")
{
    Tables t = el1_tables();
    MmuControls c = el1();
    c.s1.tcr &= ~(u64{7} << 32); // 32 bits
    CHECK(pa_of(c, t, 0x5000) == 0x4000'5000);
    t.words[0x3000 + 8 * 5] |= u64{1} << 32;
    CHECK(bad(walk(c, 0x5000, priv_read, t)).fsc == 0b000011);
    t.words[0x2008] |= u64{1} << 36;
    CHECK(bad(walk(c, 0x20'0000, priv_read, t)).fsc == 0b000010);
    t.words[0x1008] |= u64{1} << 40;
    CHECK(bad(walk(c, 0x4000'0000, priv_read, t)).fsc == 0b000001);
    t.words[0x1000] |= u64{1} << 33; // of a table
    CHECK(bad(walk(c, 0x5000, priv_read, t)).fsc == 0b000001);
    c.s1.ttbr0 |= u64{1} << 32;
    CHECK(bad(walk(c, 0x5000, priv_read, t)).fsc == 0b000000);
}

TEST_CASE("an external abort on a descriptor read names the level of the table")
{
    Tables t = el1_tables();
    t.broken = 0x2000;
    CHECK(bad(walk(el1(), 0x5000, priv_read, t)).fsc == 0b010110);
    t.broken = 0x3028;
    CHECK(bad(walk(el1(), 0x5000, priv_read, t)).fsc == 0b010111);
}

TEST_CASE("AP and XN give EL1 and EL0 what the manual's table says")
{
    struct Row {
        u64 leaf;
        bool r1, w1, x1, r0, w0, x0;
    };

    // AP[2:1], PXN, UXN; SCTLR_EL1.WXN = 0.
    const Row rows[] = {
        {0, true, true, true, false, false, true},
        {user, true, true, false, true, true, true}, // writable at EL0: never executable at EL1
        {ro, true, false, true, false, false, true},
        {ro | user, true, false, true, true, false, true},
        {pxn, true, true, false, false, false, true},
        {uxn, true, true, true, false, false, false},
        {ro | user | pxn, true, false, false, true, false, true},
        {ro | user | uxn, true, false, true, true, false, false},
    };
    for (const Row& row : rows) {
        Tables t = el1_tables(af | row.leaf);
        const MmuControls c = el1();
        INFO("leaf " << std::hex << row.leaf);
        const auto allowed = [&](AccessKind kind) {
            return std::holds_alternative<TlbData>(walk(c, 0x5000, kind, t));
        };
        CHECK(allowed(priv_read) == row.r1);
        CHECK(allowed(priv_write) == row.w1);
        CHECK(allowed(priv_fetch) == row.x1);
        CHECK(allowed(user_read) == row.r0);
        CHECK(allowed(user_write) == row.w0);
        CHECK(allowed(user_fetch) == row.x0);
    }
}

TEST_CASE("permission faults name the leaf's level")
{
    Tables t = el1_tables(af | ro);
    CHECK(bad(walk(el1(), 0x5000, priv_write, t)).fsc == 0b001111);
    CHECK(bad(walk(el1(), 0x20'0000, priv_write, t)).fsc == 0b001110);
    CHECK(bad(walk(el1(), 0x4000'0000, priv_write, t)).fsc == 0b001101);
}

TEST_CASE("WXN makes writable memory non-executable")
{
    Tables t = el1_tables(af);
    MmuControls c = el1();
    CHECK(pa_of(c, t, 0x5000, priv_fetch) == 0x4000'5000);
    c.s1.wxn = true;
    CHECK(bad(walk(c, 0x5000, priv_fetch, t)).fsc == 0b001111);
    // Not writable at EL0: WXN does not take EL0's execution away.
    CHECK(pa_of(c, t, 0x5000, user_fetch) == 0x4000'5000);
    t = el1_tables(af | ro);
    CHECK(pa_of(c, t, 0x5000, priv_fetch) == 0x4000'5000);
}

TEST_CASE("table descriptors limit what is below them, unless HPD says otherwise")
{
    const MmuControls c = el1();
    const auto with = [](u64 limit) {
        Tables t = el1_tables(af | user);
        t.words[0x1000] |= limit;
        return t;
    };
    Tables t = with(ap_table_ro);
    CHECK(bad(walk(c, 0x5000, priv_write, t)).fsc == 0b001111);
    t = with(ap_table_no_user);
    CHECK(bad(walk(c, 0x5000, user_read, t)).fsc == 0b001111);
    CHECK(pa_of(c, t, 0x5000, priv_write) == 0x4000'5000);
    t = with(uxn_table);
    CHECK(bad(walk(c, 0x5000, user_fetch, t)).fsc == 0b001111);
    t = with(pxn_table | ap_table_ro);
    CHECK(bad(walk(c, 0x5000, priv_fetch, t)).fsc == 0b001111);

    MmuControls hpd = c;
    hpd.hierarchical_disable = true;
    hpd.s1.tcr |= u64{1} << 41;
    t = with(ap_table_ro | ap_table_no_user);
    CHECK(pa_of(hpd, t, 0x5000, user_write) == 0x4000'5000);
    hpd.hierarchical_disable = false; // the bit is RES0 without FEAT_HPDS
    CHECK(bad(walk(hpd, 0x5000, user_write, t)).fsc == 0b001111);
}

TEST_CASE("PAN refuses privileged data accesses to what EL0 can read")
{
    Tables t = el1_tables(af | user | ro);
    CHECK(bad(walk(el1(), 0x5000, {.pan = true}, t)).fsc == 0b001111);
    CHECK(pa_of(el1(), t, 0x5000, {.fetch = true, .pan = true}) == 0x4000'5000);
    CHECK(pa_of(el1(), t, 0x5000, {.privileged = false, .pan = true}) == 0x4000'5000);
    t = el1_tables(af);
    CHECK(pa_of(el1(), t, 0x5000, {.pan = true}) == 0x4000'5000);
}

TEST_CASE("an atomic access needs both permissions")
{
    Tables t = el1_tables(af | ro);
    CHECK(bad(walk(el1(), 0x5000, {.write = true, .atomic = true}, t)).fsc == 0b001111);
    t = el1_tables(af);
    CHECK(pa_of(el1(), t, 0x5000, {.write = true, .atomic = true}) == 0x4000'5000);
}

TEST_CASE("EL2 has one range, one execute-never bit and no unprivileged access")
{
    Tables t = el1_tables(af | user);
    MmuControls c = el1();
    c.s1.regime = Regime::El2;
    c.s1.tcr = 25 | u64{2} << 16;
    CHECK(pa_of(c, t, 0x5000, priv_fetch) == 0x4000'5000);
    CHECK(pa_of(c, t, 0x5000, priv_write) == 0x4000'5000);
    CHECK(good(walk(c, 0x5000, priv_read, t)).global);
    t = el1_tables(af | user | uxn);
    CHECK(bad(walk(c, 0x5000, priv_fetch, t)).fsc == 0b001111);
    // No upper range: the high half is outside.
    CHECK(bad(walk(c, 0xffff'ff80'0000'0000, priv_read, t)).fsc == 0b000100);
    c.s1.tcr |= 1 << 20; // TBI
    CHECK(pa_of(c, t, 0x1200'0000'0000'5000) == 0x4000'5000);
}

TEST_CASE("EL2&0 works as EL1&0 does, without stage 2")
{
    Tables t = el1_tables(af | user | ng);
    MmuControls c = el1();
    c.s1.regime = Regime::El20;
    t.words[0x9000] = 0xc000'0000 | af | block;
    CHECK(pa_of(c, t, 0x5000, user_read) == 0x4000'5000);
    CHECK(pa_of(c, t, 0xffff'ff80'0000'0000) == 0xc000'0000);
    CHECK(bad(walk(c, 0x5000, priv_fetch, t)).fsc == 0b001111);
    CHECK_FALSE(good(walk(c, 0x5000, priv_read, t)).global);
}

TEST_CASE("memory types come from MAIR, and Device memory is outer shareable")
{
    Tables t = el1_tables(af | inner | 1 << 2);
    const MmuControls c = el1();
    CHECK(good(walk(c, 0x5000, priv_read, t)).attr == MemAttr{true, 0x04, 0b10});
    t = el1_tables(af | inner);
    CHECK(good(walk(c, 0x5000, priv_read, t)).attr == MemAttr{false, 0xff, 0b11});
}

TEST_CASE("an unaligned access to Device memory is an alignment fault before a permission fault")
{
    Tables t = el1_tables(af | ro | 1 << 2);
    CHECK(bad(walk(el1(), 0x5001, {.write = true, .unaligned = true}, t)).fsc == 0b100001);
    t = el1_tables(af);
    CHECK(pa_of(el1(), t, 0x5001, {.unaligned = true}) == 0x4000'5001);
}

TEST_CASE("with stage 1 off addresses pass unless they exceed the physical range")
{
    Tables t;
    MmuControls c = el1();
    c.s1.enabled = false;
    CHECK(pa_of(c, t, 0x12'3456'7890) == 0x12'3456'7890);
    CHECK(bad(walk(c, u64{1} << 40, priv_read, t)).fsc == 0b000000);
    CHECK(t.reads == 0);
    CHECK(good(walk(c, 0x1000, priv_read, t)).attr.device);
    CHECK(bad(walk(c, 0x1001, {.unaligned = true}, t)).fsc == 0b100001);
    CHECK_FALSE(good(walk(c, 0x1000, priv_fetch, t)).attr.device);
    c.s1.default_cacheable = true;
    CHECK(good(walk(c, 0x1000, priv_read, t)).attr == MemAttr{false, 0xff, 0b00});
}
