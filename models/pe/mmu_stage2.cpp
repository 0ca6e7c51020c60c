// SPDX-License-Identifier: MIT
#include "pe/mmu.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::pe {

namespace {

struct Vtcr {
    using T0sz = Field<0, 6>;
    using Sl0 = Field<6, 2>;
    using Ps = Field<16, 3>;
};

struct Desc {
    using Valid = Field<0>;
    using Table = Field<1>;
    using MemAttrBits = Field<2, 4>;
    using S2ap = Field<6, 2>;
    using Sh = Field<8, 2>;
    using Af = Field<10>;
    using Xn = Field<53, 2>;
};

/// Cacheability, weakest first: the combination of two stages is the smaller.
enum Cache : u8 { NonCacheable, WriteThrough, WriteBack };

Cache cache_of(u8 nibble)
{
    // MAIR_ELx: 0b0100 is Non-cacheable; 0b00RW and 0b10RW write-through, 0b01RW and 0b11RW
    // write-back.
    if (nibble == 0b0100)
        return NonCacheable;
    return bit(nibble, 2) ? WriteBack : WriteThrough;
}

u8 combine_nibble(u8 s1, u8 s2)
{
    const Cache weaker = std::min(cache_of(s1), cache_of(s2));
    if (weaker == NonCacheable)
        return 0b0100;
    if (cache_of(s1) == weaker)
        return s1;
    // Stage 2 lowers the policy; the allocation hints are stage 1's.
    return static_cast<u8>((weaker == WriteThrough ? 0b1000 : 0b1100) | (s1 & 0b0011));
}

/// Stage 2 MemAttr (without FEAT_S2FWB) in the encoding of MAIR_ELx.
MemAttr decode(unsigned mem_attr, unsigned sh)
{
    constexpr u8 nibbles[] = {0, 0b0100, 0b1011, 0b1111};
    if (bits(mem_attr, 3, 2) == 0)
        return {.device = true, .mair = static_cast<u8>(bits(mem_attr, 1, 0) << 2), .sh = 0b10};
    const u8 outer = nibbles[bits(mem_attr, 3, 2)], inner = nibbles[bits(mem_attr, 1, 0)];
    const auto mair = static_cast<u8>(outer << 4 | (inner ? inner : 0b0100));
    return {.device = false, .mair = mair, .sh = mair == 0x44 ? u8{0b10} : static_cast<u8>(sh)};
}

u8 permissions(u64 descriptor, bool xnx)
{
    u8 perm = 0;
    const u64 s2ap = Desc::S2ap::get(descriptor), xn = Desc::Xn::get(descriptor);
    if (s2ap & 0b01)
        perm |= Perm::priv_read | Perm::user_read;
    if (s2ap & 0b10)
        perm |= Perm::priv_write | Perm::user_write;
    // XN[1:0]: 00 all, 01 EL0 only, 10 none, 11 EL1 only; without FEAT_XNX only bit 54 counts.
    const bool user = xnx ? xn < 0b10 : !bit(xn, 1);
    const bool priv = xnx ? xn == 0b00 || xn == 0b11 : !bit(xn, 1);
    if (user)
        perm |= Perm::user_exec;
    if (priv)
        perm |= Perm::priv_exec;
    return perm;
}

} // namespace

unsigned address_bits(u64 encoded)
{
    constexpr unsigned widths[] = {32, 36, 40, 42, 44, 48, 48, 48};
    return widths[encoded & 7];
}

MemAttr combine(MemAttr s1, MemAttr s2)
{
    if (s1.device || s2.device) {
        // nGnRnE is 0, GRE is 0b1100: the stronger type is the smaller number.
        const u8 type = s1.device && s2.device ? std::min(s1.mair, s2.mair)
                        : s1.device            ? s1.mair
                                               : s2.mair;
        return {.device = true, .mair = type, .sh = 0b10};
    }
    const u8 outer = combine_nibble(s1.mair >> 4, s2.mair >> 4);
    const u8 inner = combine_nibble(s1.mair & 15, s2.mair & 15);
    const auto mair = static_cast<u8>(outer << 4 | inner);
    // Outer shareable beats inner, inner beats none; Non-cacheable memory is outer shareable.
    u8 sh = 0b00;
    if (mair == 0x44 || s1.sh == 0b10 || s2.sh == 0b10)
        sh = 0b10;
    else if (s1.sh == 0b11 || s2.sh == 0b11)
        sh = 0b11;
    return {.device = false, .mair = mair, .sh = sh};
}

Stage2Result walk_stage2(const MmuControls& controls, u64 ipa, bool ns, WalkMemory& memory,
                         u16& reads)
{
    const u64 vtcr = controls.s2.vtcr;
    Stage2Result result;
    const auto fail = [&](u8 code, unsigned level) {
        result.faulted = true;
        result.fault = {.fsc = static_cast<u8>(code | level), .stage2 = true, .ipa = ipa, .ns = ns};
        return result;
    };

    const unsigned t0sz = static_cast<unsigned>(Vtcr::T0sz::get(vtcr));
    const unsigned sl0 = static_cast<unsigned>(Vtcr::Sl0::get(vtcr));
    if (t0sz < 16 || t0sz > 39 || sl0 == 3 || (sl0 == 2 && controls.pa_bits < 44))
        return fail(Fsc::translation, 0);
    const unsigned input = 64 - t0sz;
    unsigned level = 2 - sl0;
    // The first level resolves at least one bit, and at most 16 concatenated tables.
    const unsigned rest = (3 - level) * 9 + 12;
    if (input <= rest || input > rest + 9 + 4 || ipa >> input)
        return fail(Fsc::translation, 0);

    const unsigned output = std::min(address_bits(Vtcr::Ps::get(vtcr)), controls.pa_bits);
    u64 base = bits(controls.s2.vttbr, 47, 0) & ~ones(input - rest + 3);
    if (base >> output)
        return fail(Fsc::address_size, 0);

    unsigned top = input - 1;
    for (;; ++level) {
        const unsigned low = (3 - level) * 9 + 12;
        u64 desc = 0;
        ++reads;
        const DescriptorPlace place{.pa = base + 8 * bits(ipa, top, low),
                                    .ns = ns,
                                    .stage2 = true,
                                    .ipa = ipa,
                                    .ipa_mask = ones(low)};
        if (!memory.read_descriptor(place, desc))
            return fail(Fsc::external_on_walk, level);
        const bool table = Desc::Table::get(desc);
        if (!Desc::Valid::get(desc) || (level == 3 && !table) || (level == 0 && !table))
            return fail(Fsc::translation, level);
        const u64 out = bits(desc, 47, 12) << 12;
        if (level < 3 && table) {
            if (out >> output)
                return fail(Fsc::address_size, level);
            base = out;
            top = low - 1;
            continue;
        }
        result.mask = ones(low);
        if ((out & ~result.mask) >> output)
            return fail(Fsc::address_size, level);
        if (!Desc::Af::get(desc))
            return fail(Fsc::access_flag, level);
        result.pa = (out & ~result.mask) | (ipa & result.mask);
        result.attr = decode(static_cast<unsigned>(Desc::MemAttrBits::get(desc)),
                             static_cast<unsigned>(Desc::Sh::get(desc)));
        result.perm = permissions(desc, controls.xnx);
        result.level = static_cast<u8>(level);
        return result;
    }
}

} // namespace sl::pe
