// SPDX-License-Identifier: MIT
#include "pe/table_format.h"

#include "pe/mmu.h"

#include <iterator>

namespace sl::pe {

namespace {

constexpr unsigned kib64 = 16;
constexpr unsigned most_bits = 52; ///< FEAT_LPA, FEAT_LPA2

} // namespace

TableFormat::TableFormat(unsigned granule, bool ds, unsigned pa_bits, u64 encoded_size)
    : granule_{granule},
      ds_{ds && granule != kib64},
      large_{pa_bits == most_bits}
{
    high_low_ = granule == kib64 && large_;
    // Without room for more in the descriptors, 48 bits are all.
    const unsigned limit = ds_ || granule == kib64 ? pa_bits : std::min(pa_bits, 48U);
    const unsigned selected = address_bits(encoded_size);
    output_bits_ = std::min(selected, limit);
    wide_base_ = ds_ || (high_low_ && selected == most_bits);
}

bool TableFormat::blocks(int level) const
{
    switch (granule_) {
    case 12:
        return level == 2 || level == 1 || (level == 0 && ds_);
    case 14:
        return level == 2 || (level == 1 && ds_);
    default:
        return level == 2 || (level == 1 && large_);
    }
}

u64 TableFormat::output(u64 descriptor) const
{
    if (ds_)
        return bits(descriptor, 49, granule_) << granule_ | bits(descriptor, 9, 8) << 50;
    const u64 address = bits(descriptor, 47, granule_) << granule_;
    return high_low_ ? address | bits(descriptor, 15, 12) << 48 : address;
}

u64 TableFormat::base(u64 ttbr, unsigned index_bits) const
{
    // A table that is shorter than 64 bytes is still aligned to them where bits 5:2 are address.
    const unsigned size = index_bits + 3;
    if (wide_base_)
        return (bits(ttbr, 47, 6) << 6 | bits(ttbr, 5, 2) << 48) & ~ones(std::max(size, 6U));
    return bits(ttbr, 47, 0) & ~ones(size);
}

std::optional<unsigned> granule_of_tg0(u64 encoded)
{
    constexpr unsigned granules[] = {12, 16, 14};
    return encoded < std::size(granules) ? std::optional{granules[encoded]} : std::nullopt;
}

std::optional<unsigned> granule_of_tg1(u64 encoded)
{
    constexpr unsigned granules[] = {0, 14, 12, 16};
    return encoded != 0 && encoded < std::size(granules) ? std::optional{granules[encoded]}
                                                         : std::nullopt;
}

u8 fsc_at(u8 kind, int level)
{
    if (level >= 0)
        return static_cast<u8>(kind | level);
    switch (kind) {
    case Fsc::address_size:
        return Fsc::address_size_minus1;
    case Fsc::translation:
        return Fsc::translation_minus1;
    default:
        return Fsc::external_on_walk_minus1;
    }
}

} // namespace sl::pe
