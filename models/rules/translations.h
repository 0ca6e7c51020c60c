// SPDX-License-Identifier: MIT
#pragma once

#include "common/page_watch.h"
#include "pe/tlb.h"
#include "pe/witness.h"
#include "rules/rule.h"
#include "rules/subject.h"

#include <list>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace sl::rules {

/// What the TLBs of all PEs and of their buffers may hold, by what the architecture allows and not
/// by what this model keeps: every translation that was made, until maintenance that covers it is
/// complete. Finds uses of those whose descriptors in memory have changed, and descriptors that
/// have changed with no break before the make (the rule TLB-STALE).
///
/// Complete is: the change, a DSB of the PE that made it, the TLBI, a DSB of the PE that issued it;
/// a stage 2 change takes that once for stage 2's own entries and, behind, once for combined ones.
class Translations {
    /// A descriptor that an entry was made from.
    struct Source {
        pe::DescriptorRead read;
        bool leaf = false;
        u64 leaf_mask = 0; ///< stage 2: what the leaf of its walk covers
    };

public:
    /// An entry that may be held.
    struct Held {
        Subject* subject;
        pe::Unit unit;
        pe::Regime regime;
        pe::Tlb::Entry entry;
        std::vector<Source> sources;
        Site made;

        // Once a descriptor has changed:
        bool stale = false, told = false;
        Site changed = {};
        unsigned changer = 0;
        std::string change = {};              ///< of which descriptor, from what to what
        std::optional<u64> ipa = {};          ///< of a stage 2 change
        u64 ipa_mask = 0;                     ///< and what its entry covers
        bool published = false;               ///< the changer's DSB has come
        bool stage2_done = false;             ///< stage 2's own entries are gone
        std::optional<unsigned> issuer = {};  ///< of a TLBI that its DSB completes
        bool issued_for_stage2 = false;       ///< and that is for stage 2's own entries
        const char* why = "";                 ///< it may still be held
        std::optional<Finding> deferred = {}; ///< found if maintenance never comes
    };

    Translations(FindingSink& sink, PageWatch& watch)
        : sink_{sink},
          watch_{watch}
    {
    }

    /// The stale entry that the translation may have used although it gives something else than
    /// the tables do, or null. `made` is where the translation was made.
    Held* looked_up(Subject& subject, const pe::Lookup& lookup, const Site& made);
    /// What looked_up() has found was used there.
    void used(Held& held, const Subject& subject, const pe::Lookup& lookup, const Site& at);

    /// Do stale entries of the PE lie at `va`, so that each access must be seen?
    bool minds(const Subject& subject, u64 va) const;

    /// Are there descriptors among these bytes that entries were made from?
    bool has_sources(u64 pa, unsigned bytes) const;
    void stored(Subject& subject, u64 pa, unsigned bytes, const Site& at);

    void invalidated(const Subject& subject, const pe::TlbInvalidate& what, bool everywhere);
    /// DSB.
    void completed(const Subject& subject);

    /// At the end of a run: what has been used elsewhere than where it was changed, and has not
    /// been invalidated since.
    void finish();

private:
    using Place = std::list<Held>::iterator;

    template <class See>
    void each_at(const Subject& subject, u64 va, See see) const;
    void add(Subject& subject, const pe::Lookup& lookup, const Site& made);
    bool known(Subject& subject, const pe::Lookup& lookup) const;
    static bool harms(const Held& held, const pe::Lookup& lookup);
    void change(Held& held, const Source& source, u64 now, const Subject& by, const Site& at);
    static bool covers(Held& held, const pe::TlbInvalidate& what, bool& stage2);
    void drop(Place at);

    FindingSink& sink_;
    PageWatch& watch_;
    std::list<Held> held_;
    std::map<std::pair<unsigned, u64>, std::vector<Held*>> by_page_; ///< PE, VA of the entry
    std::set<u64> masks_;                                            ///< of entries, ever
    std::unordered_map<u64, std::vector<Held*>> by_source_;          ///< PA of a descriptor
    std::set<u64> watched_;                                          ///< pages
    std::size_t stale_ = 0;
};

} // namespace sl::rules
