// SPDX-License-Identifier: MIT
#pragma once

#include "pe/mmu.h"

#include "common/bits.h"

#include <catch2/catch.hpp>

#include <map>

namespace sl::pe {

/// Tables in a map: what is not written reads as invalid descriptors.
class Tables : public WalkMemory {
public:
    std::map<u64, u64> words;
    u64 broken = ~u64{0}; ///< physical address whose read aborts
    unsigned reads = 0;
    bool last_ns = true;

    bool read_descriptor(const DescriptorPlace& place, u64& value) override
    {
        ++reads;
        last_ns = place.ns;
        if (place.pa == broken)
            return false;
        const auto at = words.find(place.pa);
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
inline MmuControls el1()
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
inline Tables el1_tables(u64 leaf = af | inner)
{
    Tables t;
    t.words[0x1000] = 0x2000 | table;
    t.words[0x2000] = 0x3000 | table;
    t.words[0x3000 + 8 * 5] = 0x4000'5000 | leaf | page; // VA 0x5000
    t.words[0x2008] = 0x4020'0000 | leaf | block;        // VA 0x20'0000
    t.words[0x1008] = 0x8000'0000 | leaf | block;        // VA 0x4000'0000
    return t;
}

inline TlbData good(const Walked& w)
{
    REQUIRE(std::holds_alternative<TlbData>(w));
    return std::get<TlbData>(w);
}

inline Fault bad(const Walked& w)
{
    REQUIRE(std::holds_alternative<Fault>(w));
    return std::get<Fault>(w);
}

inline u64 pa_of(const MmuControls& c, Tables& t, u64 va, AccessKind kind = priv_read)
{
    return translation_of(good(walk(c, va, kind, t)), va, kind).pa;
}

} // namespace sl::pe
