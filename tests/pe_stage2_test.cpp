// SPDX-License-Identifier: MIT
#include "pe_walks.h"

using namespace sl;
using namespace sl::pe;

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
