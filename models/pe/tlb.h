// SPDX-License-Identifier: MIT
#pragma once

#include "pe/mmu.h"

#include <functional>
#include <vector>

namespace sl::pe {

/// What tags a TLB entry besides its address.
struct TlbTag {
    Regime regime = Regime::El10;
    bool secure = false;
    u16 asid = 0;
    u16 vmid = 0; ///< EL1&0 only, 0 elsewhere
    // Whether the stages were on when the entry was made: software that turns one on or off expects
    // to see it without a TLBI. Invalidation does not ask.
    bool s1_off = false, s1_off_fetch = false; ///< off: data and fetches differ in attributes
    bool stage2 = false;

    constexpr bool operator==(const TlbTag&) const = default;
};

/// A TLB of one PE: set-associative, both stages combined, all regimes. Replacement is round-robin
/// in a set, so that results are reproducible.
class Tlb {
public:
    struct Entry {
        bool valid = false;
        TlbTag tag;
        TlbData data;

        /// Does a lookup of `va` hit it?
        bool serves(const TlbTag& t, u64 va) const
        {
            return valid && data.va == (va & ~data.mask) && tag.regime == t.regime &&
                   tag.secure == t.secure && tag.vmid == t.vmid && tag.s1_off == t.s1_off &&
                   tag.s1_off_fetch == t.s1_off_fetch && tag.stage2 == t.stage2 &&
                   (data.global || tag.asid == t.asid);
        }
    };

    /// Told of every entry that goes, for whatever reason: caches above must forget it.
    using Evicted = std::function<void(const Entry&)>;

    Tlb(u64 entries, u64 ways, Evicted evicted);

    /// Null on a miss.
    const TlbData* find(const TlbTag& tag, u64 va) const;
    void insert(const TlbTag& tag, const TlbData& data);

    /// Drops the valid entries for which `doomed` holds.
    template <class Doomed>
    void drop_if(Doomed doomed)
    {
        for (Entry& entry : entries_)
            if (entry.valid && doomed(entry))
                drop(entry);
    }

private:
    static constexpr unsigned shifts[] = {12, 21, 30};

    std::size_t set_of(u64 va, unsigned shift) const;
    static std::size_t size_of(u64 mask);
    void drop(Entry& entry);

    std::size_t ways_, sets_;
    std::vector<Entry> entries_;
    std::vector<u8> next_;          ///< way to replace, per set
    u64 held_[std::size(shifts)]{}; ///< entries per size: absent sizes are not searched
    Evicted evicted_;
};

/// A TLBI operation, decoded: what it drops, apart from on which PEs.
struct TlbInvalidate {
    enum class What : u8 {
        Va,     ///< VA, VAL: address and ASID, or global
        VaAll,  ///< VAA, VAAL: address, any ASID
        Asid,   ///< ASID: non-global entries
        Vmid,   ///< VMALL, VMALLS12: everything of the VMID
        Regime, ///< ALL
        Ipa,    ///< IPAS2, IPAS2L
    } what = What::Regime;
    TlbTag tag;
    u64 address = 0;         ///< VA or IPA
    bool both_stages = true; ///< Vmid: VMALLS12, which is stage 2's own entries, too

    bool drops(const Tlb::Entry& entry) const;
};

} // namespace sl::pe
