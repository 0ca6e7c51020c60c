// SPDX-License-Identifier: MIT
#include "rules/translations.h"

#include "common/bits.h"

#include <algorithm>
#include <cstdio>

namespace sl::rules {

namespace {

constexpr u64 word = sizeof(u64);
/// Bits of a descriptor that are software's.
constexpr u64 ignored = ones(4) << 55;

std::string hex(u64 value)
{
    char text[20];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

const char* name_of(pe::Unit unit)
{
    switch (unit) {
    case pe::Unit::Pe:
        break;
    case pe::Unit::TraceBuffer:
        return "the trace buffer";
    case pe::Unit::ProfilingBuffer:
        return "the profiling buffer";
    }
    return "the PE";
}

/// Must the old descriptor be made invalid, and its entries with it, before the new one is written?
/// Output address, table or block, memory type, shareability, Security, global or not (DDI 0487,
/// "Using break-before-make when updating translation table entries"); not permissions.
bool needs_break(u64 before, u64 after, bool leaf)
{
    constexpr u64 valid = 1, table = 2, address = ones(36) << 12;
    constexpr u64 leaf_bits = ones(4) << 2 | ones(2) << 8 | u64{1} << 11;
    if (!(before & after & valid))
        return false;
    return (before ^ after) & (table | address | (leaf ? leaf_bits : 0));
}

} // namespace

// ---- Entries -----------------------------------------------------------------------------------

template <class See>
void Translations::each_at(const Subject& subject, u64 va, See see) const
{
    for (const u64 mask : masks_)
        if (const auto at = by_page_.find({subject.number(), va & ~mask}); at != by_page_.end())
            for (Held* const held : at->second)
                if (held->entry.data.mask == mask)
                    see(*held);
}

/// Is the very translation known, and not stale?
bool Translations::known(Subject& subject, const pe::Lookup& lookup) const
{
    bool found = false;
    each_at(subject, lookup.va, [&](const Held& held) {
        found |= !held.stale && held.unit == lookup.kind.unit &&
                 held.entry.serves(lookup.tag, lookup.va) &&
                 held.entry.data.pa == lookup.entry->pa &&
                 held.sources.size() == lookup.read.size();
    });
    return found;
}

void Translations::add(Subject& subject, const pe::Lookup& lookup, const Site& made)
{
    std::vector<Source> sources;
    for (std::size_t n = 0; n < lookup.read.size(); ++n) {
        const auto& place = lookup.read[n].place;
        // The last read of stage 1, and the last of each walk of stage 2.
        const auto last = std::find_if(
            lookup.read.rbegin(), lookup.read.rend(), [&](const pe::DescriptorRead& r) {
                return r.place.stage2 == place.stage2 && r.place.ipa == place.ipa;
            });
        sources.push_back({.read = lookup.read[n],
                           .leaf = last->place.pa == place.pa,
                           .leaf_mask = last->place.ipa_mask});
    }
    const pe::TlbData& data = *lookup.entry;
    held_.push_back({.subject = &subject,
                     .unit = lookup.kind.unit,
                     .regime = lookup.regime,
                     .entry = {true, lookup.tag, data},
                     .sources = std::move(sources),
                     .made = made});
    Held& held = held_.back();
    by_page_[{subject.number(), data.va}].push_back(&held);
    masks_.insert(data.mask);
    for (const Source& source : held.sources) {
        const u64 pa = source.read.place.pa;
        auto& users = by_source_[pa];
        if (users.empty() || users.back() != &held)
            users.push_back(&held);
        if (watched_.insert(pa & page_mask).second)
            watch_.watch_tables(pa & page_mask);
    }
}

void Translations::drop(Place at)
{
    const auto forget = [&](std::vector<Held*>& from) { std::erase(from, &*at); };
    forget(by_page_[{at->subject->number(), at->entry.data.va}]);
    for (const Source& source : at->sources)
        forget(by_source_[source.read.place.pa]);
    stale_ -= at->stale;
    held_.erase(at);
}

// ---- Uses --------------------------------------------------------------------------------------

/// Would the stale entry let the access through, and to something else than the tables say?
bool Translations::harms(const Held& held, const pe::Lookup& lookup)
{
    if (pe::check(held.entry.data, lookup.va, lookup.kind).faulted)
        return false;
    pe::Walked again;
    if (lookup.read.empty())
        again = held.subject->walk(lookup.regime, lookup.va, lookup.kind);
    else if (lookup.entry)
        again = *lookup.entry;
    else
        again = pe::Fault{};
    const auto* const now = std::get_if<pe::TlbData>(&again);
    return !now ||
           pe::translation_of(*now, lookup.va, lookup.kind).pa !=
               pe::translation_of(held.entry.data, lookup.va, lookup.kind).pa ||
           !(now->attr == held.entry.data.attr);
}

Translations::Held* Translations::looked_up(Subject& subject, const pe::Lookup& lookup,
                                            const Site& made)
{
    Held* harmful = nullptr;
    if (stale_ > 0)
        each_at(subject, lookup.va, [&](Held& held) {
            if (!harmful && held.stale && !held.told && held.unit == lookup.kind.unit &&
                held.entry.serves(lookup.tag, lookup.va) && harms(held, lookup))
                harmful = &held;
        });
    if (lookup.entry && !lookup.read.empty() && !known(subject, lookup))
        add(subject, lookup, made);
    return harmful;
}

/// What the PE does behind its own change is found at once. Others, and buffers, work beside it:
/// they may use the entry until maintenance is complete, so it must only come.
void Translations::used(Held& held, const Subject& subject, const pe::Lookup& lookup,
                        const Site& at)
{
    held.told = true;
    Finding finding{.rule = RuleId::TlbStale,
                    .pe = subject.number(),
                    .at = at,
                    .other = held.changed,
                    .detail = hex(lookup.va) + " by " + name_of(held.unit) + "; " + held.change +
                              "; " + held.why};
    if (held.unit == pe::Unit::Pe && held.changer == subject.number())
        sink_.found(finding);
    else
        held.deferred = std::move(finding);
}

bool Translations::minds(const Subject& subject, u64 va) const
{
    bool found = false;
    if (stale_ > 0)
        each_at(subject, va, [&](const Held& held) { found |= held.stale; });
    return found;
}

void Translations::finish()
{
    for (Held& held : held_)
        if (held.deferred) {
            sink_.found(*held.deferred);
            held.deferred.reset();
        }
}

// ---- Changes -----------------------------------------------------------------------------------

bool Translations::has_sources(u64 pa, unsigned bytes) const
{
    if (!watched_.contains(pa & page_mask))
        return false;
    for (u64 at = pa & ~(word - 1); at < pa + bytes; at += word)
        if (const auto users = by_source_.find(at); users != by_source_.end())
            if (!users->second.empty())
                return true;
    return false;
}

void Translations::change(Held& held, const Source& source, u64 now, const Subject& by,
                          const Site& at)
{
    stale_ += !held.stale;
    held.stale = true;
    held.told = false;
    held.changed = at;
    held.changer = by.number();
    held.change = std::string{source.read.place.stage2 ? "stage 2" : "stage 1"} +
                  " descriptor at " + hex(source.read.place.pa) + " was " + hex(source.read.value) +
                  ", is " + hex(now);
    // A stage 2 change that has not been invalidated yet stays one.
    if (source.read.place.stage2) {
        held.ipa = source.read.place.ipa;
        held.ipa_mask = source.leaf_mask;
    }
    held.published = held.stage2_done = false;
    held.issuer.reset();
    held.why = "no TLBI has covered it";
    // From now on its uses must be seen.
    held.subject->see_again(held.entry.data.va, held.entry.data.mask + 1);
}

void Translations::stored(Subject& subject, u64 pa, unsigned bytes, const Site& at)
{
    bool told = false;
    for (u64 place = pa & ~(word - 1); place < pa + bytes; place += word) {
        const auto users = by_source_.find(place);
        if (users == by_source_.end())
            continue;
        for (Held* const held : users->second) {
            const auto source =
                std::find_if(held->sources.begin(), held->sources.end(),
                             [place](const Source& s) { return s.read.place.pa == place; });
            const u64 before = source->read.value;
            const u64 now = subject.word(place, !source->read.place.ns).value_or(0);
            if (((before ^ now) & ~ignored) == 0)
                continue;
            if (!told && needs_break(before, now, source->leaf)) {
                told = true;
                sink_.found({.rule = RuleId::TlbStale,
                             .pe = subject.number(),
                             .at = at,
                             .other = held->stale ? held->changed : held->made,
                             .detail = "no break before make of the descriptor at " + hex(place) +
                                       ", which was " + hex(before) + ", is " + hex(now) +
                                       "; held by " + name_of(held->unit) + " for " +
                                       hex(held->entry.data.va)});
            }
            change(*held, *source, now, subject, at);
        }
    }
}

// ---- Maintenance -------------------------------------------------------------------------------

/// Does the TLBI name the entry? `stage2`: only as one of stage 2 alone.
bool Translations::covers(Held& held, const pe::TlbInvalidate& what, bool& stage2)
{
    using What = pe::TlbInvalidate::What;
    const bool combined = what.drops(held.entry);
    stage2 = false;
    if (!held.stale || !held.ipa || held.entry.data.s1_off)
        return combined;
    if (what.what == What::Ipa) {
        stage2 = what.tag.vmid == held.entry.tag.vmid &&
                 ((what.address ^ *held.ipa) & ~held.ipa_mask) == 0;
        return stage2;
    }
    const bool both = what.what == What::Regime || (what.what == What::Vmid && what.both_stages);
    if (combined && !both && !held.stage2_done) {
        held.why = "stage 2's own entries are not invalidated before";
        return false;
    }
    return combined;
}

void Translations::invalidated(const Subject& subject, const pe::TlbInvalidate& what,
                               bool everywhere)
{
    for (auto at = held_.begin(); at != held_.end();) {
        const auto next = std::next(at);
        bool stage2 = false;
        if ((everywhere || at->subject->number() == subject.number()) &&
            covers(*at, what, stage2)) {
            if (!at->stale) {
                drop(at);
            } else if (!at->published) {
                at->why = "no DSB between the change and its TLBI";
            } else {
                at->issuer = subject.number();
                at->issued_for_stage2 = stage2;
                at->why = "no DSB has completed its TLBI";
            }
        }
        at = next;
    }
}

void Translations::completed(const Subject& subject)
{
    if (stale_ == 0)
        return;
    for (auto at = held_.begin(); at != held_.end();) {
        const auto next = std::next(at);
        if (at->stale) {
            at->published |= at->changer == subject.number();
            if (at->issuer == subject.number()) {
                at->issuer.reset();
                if (at->issued_for_stage2) {
                    at->stage2_done = true;
                    at->why = "only stage 2's own entries are invalidated";
                } else {
                    drop(at);
                }
            }
        }
        at = next;
    }
}

} // namespace sl::rules
