// SPDX-License-Identifier: MIT
#include "pe/mmu.h"

#include "common/bits.h"

#include <catch2/catch.hpp>

#include <map>

using namespace sl;
using namespace sl::pe;

namespace {

/// Tables in a map: what is not written reads as invalid descriptors.
class Tables : public WalkMemory {
public:
    std::map<u64, u64> words;
    u64 broken = ~u64{0}; ///< physical address whose read aborts
    unsigned reads = 0;
    bool last_ns = true;

    bool read_descriptor(u64 pa, bool ns, u64& value) override
    {
        ++reads;
        last_ns = ns;
        if (pa == broken)
            return false;
        const auto at = words.find(pa);
        value = at == words.end() ? 0 : at->second;
        return true;
    }
};

// Descriptor bits as the manual's figures give them (VMSAv8-64, 4 KB granule).
constexpr u64 valid = 1, table = 3, page = 3, block = 1;
constexpr u64 af = u64{1} << 10, ng = u64{1} << 11, user = u64{1} << 6, ro = u64{1} << 7;
constexpr u64 pxn = u64{1} << 53, uxn = u64{1} << 54, inner = u64{3} << 8;
constexpr u64 ap_table_no_user = u64{1} << 61, ap_table_ro = u64{1} << 62;
constexpr u64 uxn_table = u64{1} << 60, pxn_table = u64{1} << 59;
constexpr u64 s2_rw = u64{3} << 6, s2_ro = u64{1} << 6, s2_wb = u64{0xf} << 2, s2_xn = u64{1} << 54;

constexpr AccessKind priv_read{}, priv_write{.write = true}, priv_fetch{.fetch = true};
constexpr AccessKind user_read{.privileged = false};
constexpr AccessKind user_write{.write = true, .privileged = false};
constexpr AccessKind user_fetch{.fetch = true, .privileged = false};

/// EL1&0, 39-bit ranges (tables start at level 1), 40-bit output, attribute 0 Normal WB, 1
/// Device-nGnRE.
MmuControls el1()
{
    MmuControls c;
    c.pa_bits = 40;
    c.s1.regime = Regime::El10;
    c.s1.enabled = true;
    c.s1.ttbr0 = 0x1000;
    c.s1.ttbr1 = 0x9000;
    c.s1.tcr = 25 | u64{25} << 16 | u64{2} << 30 | u64{2} << 32;
    c.s1.mair = 0x04ff;
    return c;
}

/// VA 0 to 0x1fff'ffff through level 1 -> 2 -> 3: pages at 0x4000_0000 plus the offset.
Tables el1_tables(u64 leaf = af | inner)
{
    Tables t;
    t.words[0x1000] = 0x2000 | table;
    t.words[0x2000] = 0x3000 | table;
    t.words[0x3000 + 8 * 5] = 0x4000'5000 | leaf | page; // VA 0x5000
    t.words[0x2008] = 0x4020'0000 | leaf | block;        // VA 0x20'0000
    t.words[0x1008] = 0x8000'0000 | leaf | block;        // VA 0x4000'0000
    return t;
}

TlbData good(const Walked& w)
{
    REQUIRE(std::holds_alternative<TlbData>(w));
    return std::get<TlbData>(w);
}

Fault bad(const Walked& w)
{
    REQUIRE(std::holds_alternative<Fault>(w));
    return std::get<Fault>(w);
}

u64 pa_of(const MmuControls& c, Tables& t, u64 va, AccessKind kind = priv_read)
{
    return translation_of(good(walk(c, va, kind, t)), va, kind).pa;
}

} // namespace

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

namespace {

/// Stage 2 with 40-bit IPAs: SL0 = 1 starts at level 1 with two concatenated tables at 0x10000.
MmuControls guest()
{
    MmuControls c = el1();
    c.s2.enabled = true;
    c.s2.vttbr = 0x0001'0000 | u64{7} << 48;
    c.s2.vtcr = 24 | 1 << 6 | 2 << 16;
    return c;
}

/// IPA 0x4000_0000..: block to 0x1_0000_0000; the guest's tables (IPA 0) page by page, identity.
void add_stage2(Tables& t, u64 leaf = af | s2_rw | s2_wb | inner)
{
    t.words[0x10000] = 0x12000 | table;
    t.words[0x12000] = 0x13000 | table;
    for (u64 i = 0; i < 16; ++i)
        t.words[0x13000 + 8 * i] = i << 12 | af | s2_rw | s2_wb | inner | page;
    t.words[0x10008] = 0x1'0000'0000 | leaf | block;
}

} // namespace

TEST_CASE("stage 2 translates stage 1's output and every descriptor that stage 1 reads")
{
    Tables t = el1_tables();
    add_stage2(t);
    CHECK(pa_of(guest(), t, 0x5123) == 0x1'0000'5123);
    // Three stage 1 descriptors, each behind three of stage 2, and one stage 2 block for the page.
    CHECK(good(walk(guest(), 0x5123, priv_read, t)).reads == 3 * (3 + 1) + 1);
    CHECK(good(walk(guest(), 0x5123, priv_read, t)).ipa == 0x4000'5000);
}

TEST_CASE("a combined entry covers the smaller of both stages")
{
    Tables t = el1_tables();
    add_stage2(t);
    const TlbData entry = good(walk(guest(), 0x21'2345, priv_read, t));
    CHECK(entry.mask == 0x1f'ffff);
    CHECK(entry.s1_mask == 0x1f'ffff);

    t.words[0x10008] = 0x14000 | table;
    t.words[0x14008] = 0x15000 | table; // IPA 0x4020'0000
    t.words[0x15000 + 8 * 0x12] = 0x1'2345'6000 | af | s2_rw | s2_wb | page;
    const TlbData small = good(walk(guest(), 0x21'2345, priv_read, t));
    CHECK(small.mask == 0xfff);
    CHECK(small.s1_mask == 0x1f'ffff);
    CHECK(pa_of(guest(), t, 0x21'2345) == 0x1'2345'6345);
}

TEST_CASE("stage 2 faults carry the IPA and the level of stage 2")
{
    Tables t = el1_tables();
    add_stage2(t);
    t.words[0x10008] = 0;
    Fault f = bad(walk(guest(), 0x5123, priv_read, t));
    CHECK(f.stage2);
    CHECK_FALSE(f.s1ptw);
    CHECK(f.fsc == 0b000101);
    CHECK(f.ipa == 0x4000'5123);

    add_stage2(t, s2_rw | s2_wb); // no access flag
    CHECK(bad(walk(guest(), 0x5123, priv_read, t)).fsc == 0b001001);
    add_stage2(t, af | s2_ro | s2_wb);
    f = bad(walk(guest(), 0x5123, priv_write, t));
    CHECK(f.fsc == 0b001101);
    CHECK(f.stage2);
    CHECK(pa_of(guest(), t, 0x5123, priv_read) == 0x1'0000'5123);
    add_stage2(t, af | s2_rw | s2_wb | s2_xn);
    CHECK(bad(walk(guest(), 0x5123, priv_fetch, t)).fsc == 0b001101);
    t.words[0x10008] = (u64{1} << 41) | af | s2_rw | block; // beyond VTCR_EL2.PS
    CHECK(bad(walk(guest(), 0x5123, priv_read, t)).fsc == 0b000001);
}

TEST_CASE("a stage 2 fault on a stage 1 table walk is marked so, with the descriptor's IPA")
{
    Tables t = el1_tables();
    add_stage2(t);
    t.words[0x13000 + 8 * 2] = 0; // IPA 0x2000 holds the level 2 table
    const Fault f = bad(walk(guest(), 0x5123, priv_write, t));
    CHECK(f.stage2);
    CHECK(f.s1ptw);
    CHECK(f.fsc == 0b000111);
    CHECK(f.ipa == 0x2000);
}

TEST_CASE("HCR_EL2.PTW refuses stage 1 tables in Device memory")
{
    Tables t = el1_tables();
    add_stage2(t);
    t.words[0x13000 + 8 * 2] = 0x2000 | af | s2_rw | page; // MemAttr 0: Device-nGnRnE
    MmuControls c = guest();
    CHECK(pa_of(c, t, 0x5123) == 0x1'0000'5123);
    c.s2.protect_walks = true;
    const Fault f = bad(walk(c, 0x5123, priv_read, t));
    CHECK(f.s1ptw);
    CHECK(f.fsc == 0b001111);
}

TEST_CASE("a stage 1 table that stage 2 makes unreadable is a permission fault on the walk")
{
    Tables t = el1_tables();
    add_stage2(t);
    t.words[0x13000 + 8 * 3] = 0x3000 | af | s2_wb | page;
    const Fault f = bad(walk(guest(), 0x5123, priv_read, t));
    CHECK(f.s1ptw);
    CHECK(f.fsc == 0b001111);
    CHECK(f.ipa == 0x3028);
}

TEST_CASE("a stage 1 permission fault wins over any stage 2 fault of the output")
{
    Tables t = el1_tables(af | ro);
    add_stage2(t);
    t.words[0x10008] = 0;
    const Fault f = bad(walk(guest(), 0x5123, priv_write, t));
    CHECK_FALSE(f.stage2);
    CHECK(f.fsc == 0b001111);
}

TEST_CASE("stage 2 alone translates a guest whose stage 1 is off")
{
    Tables t;
    add_stage2(t);
    MmuControls c = guest();
    c.s1.enabled = false;
    CHECK(pa_of(c, t, 0x4000'5123) == 0x1'0000'5123);
    CHECK(good(walk(c, 0x4000'5123, priv_read, t)).reads == 1);
    CHECK(good(walk(c, 0x4000'5123, priv_read, t)).s1_off);
    // Inside the physical range, but beyond the IPA range of VTCR_EL2.T0SZ.
    c.s2.vtcr = 25 | 1 << 6 | 2 << 16;
    const Fault f = bad(walk(c, u64{1} << 39, priv_read, t));
    CHECK(f.stage2);
    CHECK(f.fsc == 0b000100);
}

TEST_CASE("inconsistent VTCR_EL2.SL0 and T0SZ are a level 0 translation fault")
{
    Tables t;
    add_stage2(t);
    MmuControls c = guest();
    c.s1.enabled = false;
    c.s2.vtcr = 24 | 0 << 6 | 2 << 16; // 40 bits from level 2: 19 bits in the first table
    CHECK(bad(walk(c, 0x4000'0000, priv_read, t)).fsc == 0b000100);
    c.s2.vtcr = 24 | 3 << 6 | 2 << 16; // reserved
    CHECK(bad(walk(c, 0x4000'0000, priv_read, t)).fsc == 0b000100);
    c.s2.vtcr = 24 | 2 << 6 | 2 << 16; // level 0 needs a physical range of 44 bits
    CHECK(bad(walk(c, 0x4000'0000, priv_read, t)).fsc == 0b000100);
}

TEST_CASE("FEAT_XNX distinguishes EL1 from EL0, without it only bit 54 counts")
{
    Tables t;
    MmuControls c = guest();
    c.s1.enabled = false;
    const u64 el0_only = u64{0b01} << 53, el1_only = u64{0b11} << 53;
    const auto runs = [&](u64 xn, AccessKind kind) {
        add_stage2(t, af | s2_rw | s2_wb | xn);
        return std::holds_alternative<TlbData>(walk(c, 0x4000'0000, kind, t));
    };
    CHECK(runs(el0_only, priv_fetch));
    CHECK_FALSE(runs(el1_only, priv_fetch));
    c.xnx = true;
    CHECK_FALSE(runs(el0_only, priv_fetch));
    CHECK(runs(el0_only, user_fetch));
    CHECK(runs(el1_only, priv_fetch));
    CHECK_FALSE(runs(el1_only, user_fetch));
}

TEST_CASE("the stages combine to the stronger type and the weaker cacheability")
{
    const MemAttr wb{false, 0xff, 0b11}, wt{false, 0xbb, 0b11}, nc{false, 0x44, 0b10};
    const MemAttr nGnRnE{true, 0x00, 0b10}, nGnRE{true, 0x04, 0b10}, gre{true, 0x0c, 0b10};
    CHECK(combine(wb, wb) == wb);
    CHECK(combine(wb, nc) == nc);
    CHECK(combine(nc, wb) == nc);
    CHECK(combine(wb, wt).mair == 0xbb);
    CHECK(combine(wb, nGnRE) == nGnRE);
    CHECK(combine(gre, wb) == gre);
    CHECK(combine(nGnRE, nGnRnE) == nGnRnE);
    CHECK(combine({false, 0xff, 0b00}, {false, 0xff, 0b11}).sh == 0b11);
    CHECK(combine({false, 0xff, 0b11}, {false, 0xff, 0b10}).sh == 0b10);
}

TEST_CASE("a hit on a cached entry is judged by its own access")
{
    Tables t = el1_tables(af | user | ro);
    const TlbData entry = good(walk(el1(), 0x5000, priv_read, t));
    CHECK_FALSE(check(entry, 0x5008, user_read).faulted);
    CHECK(check(entry, 0x5008, priv_write).fault.fsc == 0b001111);
    CHECK_FALSE(translation_of(entry, 0x5008, priv_read).writable);

    add_stage2(t, af | s2_ro | s2_wb);
    t.words[0x3000 + 8 * 5] = 0x4000'5000 | af | page;
    const TlbData combined = good(walk(guest(), 0x5000, priv_read, t));
    const Verdict v = check(combined, 0x5678, priv_write);
    CHECK(v.faulted);
    CHECK(v.fault.stage2);
    CHECK(v.fault.ipa == 0x4000'5678);
    CHECK(v.fault.fsc == 0b001101);
}

TEST_CASE("Secure walks follow NSTable and NS")
{
    Tables t = el1_tables();
    MmuControls c = el1();
    c.s1.secure = true;
    CHECK_FALSE(good(walk(c, 0x5000, priv_read, t)).ns);
    CHECK_FALSE(t.last_ns);
    t.words[0x3000 + 8 * 5] |= 1 << 5;
    CHECK(good(walk(c, 0x5000, priv_read, t)).ns);
    c.s1.secure_fetch_only = true;
    CHECK(bad(walk(c, 0x5000, priv_fetch, t)).fsc == 0b001111);
    c.s1.secure_fetch_only = false;
    t.words[0x1000] |= u64{1} << 63;
    CHECK(good(walk(c, 0x5000, priv_read, t)).ns);
    CHECK(t.last_ns);
}

TEST_CASE("a valid bit alone at level 2 is a block")
{
    Tables t = el1_tables();
    t.words[0x2008] = 0x4020'0000 | af | valid;
    CHECK(good(walk(el1(), 0x20'0000, priv_read, t)).mask == 0x1f'ffff);
}
