// SPDX-License-Identifier: MIT
#include "pe/mmu.h"
#include "pe/table_format.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::pe {

namespace {

struct Vtcr {
    using T0sz = Field<0, 6>;
    using Sl0 = Field<6, 2>;
    using Tg0 = Field<14, 2>;
    using Ps = Field<16, 3>;
    using Ha = Field<21>;
    using Hd = Field<22>;
    using Ds = Field<32>;
    using Sl2 = Field<33>;
};

struct Desc {
    using Valid = Field<0>;
    using Table = Field<1>;
    using MemAttrBits = Field<2, 4>;
    using S2ap = Field<6, 2>;
    using Sh = Field<8, 2>;
    using Af = Field<10>;
    using Dbm = Field<51>;
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

constexpr u64 s2ap_write = 0b10;

u8 permissions(u64 descriptor, bool xnx, bool managed)
{
    u8 perm = 0;
    // With DBM set and VTCR_EL2.HD, S2AP[1] says "written" and not "writable".
    const u64 s2ap = Desc::S2ap::get(descriptor) | (managed ? s2ap_write : 0);
    const u64 xn = Desc::Xn::get(descriptor);
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
    constexpr unsigned widths[] = {32, 36, 40, 42, 44, 48, 52, 52};
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

MemAttr Stage2Result::with(MemAttr s1) const
{
    if (!forced)
        return combine(s1, decode(mem_attr, sh));
    // DDI 0487, FEAT_S2FWB: MemAttr[2:0].
    constexpr u8 write_back = 0b110, stage1 = 0b111;
    const u8 type = mem_attr & 0b111;
    if (type < 0b100) // Device of this type
        return {.device = true, .mair = static_cast<u8>(type << 2), .sh = 0b10};
    if (type == stage1)
        return s1.device ? s1 : combine(s1, {.device = false, .mair = 0xff, .sh = sh});
    if (type == write_back) {
        // The allocation hints are stage 1's, where it has some.
        const bool cacheable = !s1.device && s1.mair != 0x44;
        const auto nibble = [&](unsigned from) {
            const u8 own = static_cast<u8>(s1.mair >> from & 15);
            return cacheable && own != 0b0100 ? static_cast<u8>(0b1100 | own) : u8{0xf};
        };
        const auto mair = static_cast<u8>(nibble(4) << 4 | nibble(0));
        return combine({.device = false, .mair = mair, .sh = s1.sh},
                       {.device = false, .mair = 0xff, .sh = sh});
    }
    // 0b101 is Non-cacheable; 0b100 is reserved and taken as that.
    return s1.device ? s1 : MemAttr{.device = false, .mair = 0x44, .sh = 0b10};
}

namespace {

/// The level where stage 2 starts, as VTCR_EL2.{SL2,SL0} say it for each granule; nothing where
/// they are reserved, or ask for more than the PE has.
std::optional<int> start_level(const MmuFeatures& has, const TableFormat& format, u64 vtcr)
{
    const auto sl0 = static_cast<unsigned>(Vtcr::Sl0::get(vtcr));
    switch (format.granule()) {
    case 12:
        if (format.ds() && Vtcr::Sl2::get(vtcr))
            return sl0 == 0 ? std::optional{-1} : std::nullopt;
        if (sl0 == 3)
            return has.ttst ? std::optional{3} : std::nullopt;
        if (sl0 == 2 && has.pa_bits < 44)
            return std::nullopt;
        return 2 - static_cast<int>(sl0);
    case 14:
        if ((sl0 == 3 && !format.ds()) || (sl0 == 2 && has.pa_bits < 42))
            return std::nullopt;
        return 3 - static_cast<int>(sl0);
    default:
        if (sl0 == 3 || (sl0 == 2 && has.pa_bits < 44))
            return std::nullopt;
        return 3 - static_cast<int>(sl0);
    }
}

TableFormat format_of(const MmuFeatures& has, u64 vtcr)
{
    // What is reserved or not implemented is taken as 4 KB.
    unsigned granule = granule_of_tg0(Vtcr::Tg0::get(vtcr)).value_or(12);
    if ((granule == 14 && !has.granule16) || (granule == 16 && !has.granule64))
        granule = 12;
    return {granule, has.lpa2 && Vtcr::Ds::get(vtcr), has.pa_bits, Vtcr::Ps::get(vtcr)};
}

} // namespace

Stage2Result walk_stage2(const MmuControls& controls, u64 ipa, bool ns, WalkMemory& memory,
                         u16& reads)
{
    const u64 vtcr = controls.s2.vtcr;
    const MmuFeatures& has = controls.features;
    Stage2Result result;
    const auto fail = [&](u8 kind, int level) {
        result.faulted = true;
        result.fault = {.fsc = fsc_at(kind, level), .stage2 = true, .ipa = ipa, .ns = ns};
        return result;
    };

    const TableFormat format = format_of(has, vtcr);
    const auto t0sz = static_cast<unsigned>(Vtcr::T0sz::get(vtcr));
    const unsigned most_input =
        format.granule() == 16 || format.ds() ? has.pa_bits : std::min(has.pa_bits, 48U);
    const unsigned least_input = !has.ttst ? 25 : format.granule() == 16 ? 17 : 16;
    const std::optional<int> start = start_level(has, format, vtcr);
    const unsigned input = 64 - t0sz;
    if (!start || input < least_input || input > most_input)
        return fail(Fsc::translation, 0);
    int level = *start;
    // The first level resolves at least one bit, and at most 16 concatenated tables.
    const unsigned rest = format.low(level);
    if (input <= rest || input > rest + format.stride() + 4 || ipa >> input)
        return fail(Fsc::translation, 0);

    u64 base = format.base(controls.s2.vttbr, input - rest);
    if (format.too_large(base))
        return fail(Fsc::address_size, 0);

    const bool hardware_af = has.hafdbs && Vtcr::Ha::get(vtcr);
    unsigned top = input - 1;
    for (;; ++level) {
        const unsigned low = format.low(level);
        u64 desc = 0;
        ++reads;
        result.place = {.pa = base + 8 * bits(ipa, top, low),
                        .ns = ns,
                        .stage2 = true,
                        .ipa = ipa,
                        .ipa_mask = ones(low)};
        if (!memory.read_descriptor(result.place, desc))
            return fail(Fsc::external_on_walk, level);
        const bool last = level == TableFormat::last_level, table = Desc::Table::get(desc);
        if (!Desc::Valid::get(desc) || (last ? !table : !table && !format.blocks(level)))
            return fail(Fsc::translation, level);
        const u64 out = format.output(desc);
        if (!last && table) {
            if (format.too_large(out))
                return fail(Fsc::address_size, level);
            base = out;
            top = low - 1;
            continue;
        }
        result.mask = ones(low);
        if (format.too_large(out & ~result.mask))
            return fail(Fsc::address_size, level);
        if (!Desc::Af::get(desc) && !hardware_af)
            return fail(Fsc::access_flag, level);
        const bool managed = hardware_af && Vtcr::Hd::get(vtcr) && Desc::Dbm::get(desc);
        result.leaf = desc;
        result.hardware_af = hardware_af;
        result.clean = managed && !(Desc::S2ap::get(desc) & s2ap_write);
        result.pa = (out & ~result.mask) | (ipa & result.mask);
        result.mem_attr = static_cast<u8>(Desc::MemAttrBits::get(desc));
        // With VTCR_EL2.DS these bits are address, and the register has the shareability.
        result.sh = static_cast<u8>(format.ds() ? bits(vtcr, 13, 12) : Desc::Sh::get(desc));
        result.forced = controls.s2.forced;
        result.perm = permissions(desc, has.xnx, managed);
        result.level = static_cast<u8>(level);
        return result;
    }
}

WalkMemory::Swap settle_stage2(const MmuControls& controls, const Stage2Result& s2, bool write,
                               WalkMemory& memory)
{
    u64 wanted = s2.leaf;
    if (s2.hardware_af)
        wanted |= Desc::Af::mask;
    if (s2.clean && write)
        wanted |= Desc::S2ap::make(s2ap_write);
    if (wanted == s2.leaf || !controls.updates)
        return WalkMemory::Swap::Done;
    return memory.swap_descriptor(s2.place, s2.leaf, wanted);
}

} // namespace sl::pe
