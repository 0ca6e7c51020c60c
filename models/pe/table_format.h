// SPDX-License-Identifier: MIT
#pragma once

#include "pe/translation.h"

#include "common/bits.h"

#include <algorithm>
#include <optional>

namespace sl::pe {

/// The shape of one set of VMSAv8-64 tables: what a granule makes of levels, and where descriptors
/// hold addresses (DDI 0487, D8.2 "Translation granules" and D8.3 "Translation table descriptor
/// formats"). Both stages walk by it.
class TableFormat {
public:
    static constexpr int last_level = 3;

    /// `granule` is log2 of its size: 12, 14 or 16. `ds`: TCR_ELx.DS or VTCR_EL2.DS, effective.
    /// `pa_bits`: what the PE implements, ID_AA64MMFR0_EL1.PARange. `encoded_size`:
    /// TCR_ELx.{IPS,PS} or VTCR_EL2.PS.
    TableFormat(unsigned granule, bool ds, unsigned pa_bits, u64 encoded_size);

    /// log2 of what one entry at `level` covers.
    unsigned low(int level) const
    {
        return static_cast<unsigned>(last_level - level) * stride() + granule_;
    }

    /// Bits of the input address that one level resolves.
    unsigned stride() const { return granule_ - 3; }

    /// Where a walk of an input of `input` bits starts (stage 1; stage 2 is told by SL0 and SL2).
    int first_level(unsigned input) const
    {
        return last_level - static_cast<int>((input - 1 - granule_) / stride());
    }

    /// May a descriptor at `level` be a block?
    bool blocks(int level) const;

    /// The address in a table, block or page descriptor, before alignment to what it covers.
    u64 output(u64 descriptor) const;

    /// Where the first table starts: BADDR, aligned to a table whose index has `index_bits` bits.
    u64 base(u64 ttbr, unsigned index_bits) const;

    bool too_large(u64 address) const { return (address >> output_bits_) != 0; }

    bool ds() const { return ds_; }

    unsigned granule() const { return granule_; }

private:
    unsigned granule_, output_bits_;
    bool ds_;
    bool high_low_;  ///< 64 KB granule with FEAT_LPA: bits 15:12 are bits 51:48 of the address
    bool wide_base_; ///< TTBR bits 5:2 are bits 51:48
    bool large_;     ///< 52-bit physical addresses: 64 KB tables have blocks at level 1
};

/// log2 of the granule that TCR_ELx.TG0 or VTCR_EL2.TG0 selects; nothing: reserved.
std::optional<unsigned> granule_of_tg0(u64 encoded);
/// The same of TCR_ELx.TG1, whose encodings differ.
std::optional<unsigned> granule_of_tg1(u64 encoded);

/// ESR_ELx.ISS.xFSC of a fault kind at `level`: the kinds that carry a level in bits 1:0, and their
/// own codes at level -1 (FEAT_LPA2).
u8 fsc_at(u8 kind, int level);

} // namespace sl::pe
