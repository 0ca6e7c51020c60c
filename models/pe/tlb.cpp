// SPDX-License-Identifier: MIT
#include "pe/tlb.h"

#include "common/bits.h"

#include <algorithm>

namespace sl::pe {

Tlb::Tlb(u64 entries, u64 ways, Evicted evicted)
    : ways_{ways},
      sets_{std::max<std::size_t>(entries / ways, 1)},
      entries_(ways_ * sets_),
      next_(sets_),
      evicted_{std::move(evicted)}
{
}

std::size_t Tlb::set_of(u64 va, unsigned shift) const
{
    const u64 page = va >> shift;
    return static_cast<std::size_t>((page ^ page >> 9) % sets_);
}

std::size_t Tlb::size_of(u64 mask)
{
    std::size_t size = 0;
    while (size + 1 < std::size(shifts) && mask >= ones(shifts[size + 1]))
        ++size;
    return size;
}

const TlbData* Tlb::find(const TlbTag& tag, u64 va) const
{
    for (std::size_t size = 0; size < std::size(shifts); ++size) {
        if (held_[size] == 0)
            continue;
        const Entry* set = &entries_[set_of(va, shifts[size]) * ways_];
        for (std::size_t way = 0; way < ways_; ++way) {
            if (set[way].serves(tag, va))
                return &set[way].data;
        }
    }
    return nullptr;
}

void Tlb::insert(const TlbTag& tag, const TlbData& data)
{
    const std::size_t size = size_of(data.mask), set = set_of(data.va, shifts[size]);
    Entry* ways = &entries_[set * ways_];
    Entry* victim = std::find_if(ways, ways + ways_, [](const Entry& e) { return !e.valid; });
    if (victim == ways + ways_) {
        victim = ways + next_[set];
        next_[set] = static_cast<u8>((next_[set] + 1) % ways_);
        drop(*victim);
    }
    *victim = {true, tag, data};
    ++held_[size];
}

void Tlb::drop(Entry& entry)
{
    entry.valid = false;
    --held_[size_of(entry.data.mask)];
    evicted_(entry);
}

bool TlbInvalidate::drops(const Tlb::Entry& entry) const
{
    const TlbData& data = entry.data;
    if (entry.tag.regime != tag.regime || entry.tag.secure != tag.secure)
        return false;
    if (what != What::Regime && entry.tag.vmid != tag.vmid)
        return false;
    switch (what) {
    case What::Va:
    case What::VaAll:
        // Bits 63:56 take no part: the operand carries VA[55:12].
        if ((data.va ^ address) & ~data.s1_mask & ones(56))
            return false;
        return what == What::VaAll || data.global || entry.tag.asid == tag.asid;
    case What::Asid:
        return !data.global && entry.tag.asid == tag.asid;
    case What::Ipa:
        // Only entries of stage 2 alone: combined ones go by VA, as the architecture has it.
        return data.two_stage && data.s1_off && data.ipa == (address & ~data.mask);
    case What::Vmid:
    case What::Regime:
        return true;
    }
    return false;
}

} // namespace sl::pe
