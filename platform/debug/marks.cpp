// SPDX-License-Identifier: MIT
#include "debug/marks.h"

#include "debug/text.h"

#include <algorithm>
#include <limits>

namespace sl::debug {

namespace {

bool is_known(u32 kind)
{
    return (kind >= static_cast<u32>(MarkKind::Phase) &&
            kind <= static_cast<u32>(MarkKind::Vcpu)) ||
           (kind >= static_cast<u32>(MarkKind::NameBenchmark) &&
            kind <= static_cast<u32>(MarkKind::NameVcpu));
}

bool names_something(MarkKind kind)
{
    return kind >= MarkKind::NameBenchmark;
}

u64 physical_code(const ElfImage& image, u64 va, const std::string& what)
{
    for (const ElfSegment& s : image.segments) {
        if (s.executable && va >= s.va && va - s.va < s.size)
            return s.pa + (va - s.va);
    }
    throw ImageError{image.path, what + " at " + hex(va) + " labels no code"};
}

} // namespace

MarkTable::MarkTable()
{
    for (const char* const name : {"boot", "idle", "off"})
        intern(name);
}

void MarkTable::add(const ElfImage& image, u64 load_offset)
{
    for (const MarkRecord& record : image.marks) {
        if (!is_known(record.kind))
            throw ImageError{image.path,
                             "has a mark of unknown kind " + std::to_string(record.kind)};
        const auto kind = static_cast<MarkKind>(record.kind);
        if (names_something(kind)) {
            const auto [entry, is_new] = names_.emplace(std::pair{kind, record.value}, record.name);
            if (!is_new && entry->second != record.name)
                throw ImageError{image.path, "calls \"" + record.name +
                                                 "\" what is already called \"" + entry->second +
                                                 "\""};
            continue;
        }
        MarkEvent event{.kind = kind, .reg = record.reg};
        if (kind == MarkKind::Phase || kind == MarkKind::PhaseCall)
            event.phase = intern(record.name);
        at(physical_code(image, record.value, "a mark") + load_offset).push_back(event);
    }
}

void MarkTable::add_phase_at(const ElfImage& image, const std::string& symbol,
                             const std::string& phase, u64 load_offset)
{
    const auto va = image.address_of(symbol);
    if (!va)
        throw ImageError{image.path, "has no symbol \"" + symbol + "\""};
    at(physical_code(image, *va, "symbol \"" + symbol + "\"") + load_offset)
        .push_back({.kind = MarkKind::Phase, .phase = intern(phase)});
}

void MarkTable::add_phase_on_exception(unsigned to_el, unsigned kind, const std::string& phase)
{
    on_exception_[{to_el, kind}] = intern(phase);
}

std::optional<PhaseId> MarkTable::phase_on_exception(unsigned to_el, unsigned kind) const
{
    const auto entry = on_exception_.find({to_el, kind});
    if (entry == on_exception_.end())
        return std::nullopt;
    return entry->second;
}

u32 MarkTable::place(u64 pa)
{
    at(pa);
    return ids_.at(pa);
}

u32 MarkTable::mark_at(u64 pa) const
{
    const auto entry = ids_.find(pa);
    return entry == ids_.end() ? 0 : entry->second;
}

std::span<const MarkEvent> MarkTable::events(u32 id) const
{
    if (id == 0 || id > events_.size())
        return {};
    return events_[id - 1];
}

std::string MarkTable::name(MarkKind what, u64 id) const
{
    const auto entry = names_.find({what, id});
    if (entry != names_.end())
        return entry->second;
    return std::to_string(id);
}

PhaseId MarkTable::intern(const std::string& phase)
{
    const auto [entry, is_new] = phase_ids_.emplace(phase, static_cast<PhaseId>(phases_.size()));
    if (is_new) {
        if (phases_.size() > std::numeric_limits<PhaseId>::max())
            throw ImageError{"phases", "there are more than 65536 of them"};
        phases_.push_back(phase);
    }
    return entry->second;
}

std::vector<MarkEvent>& MarkTable::at(u64 pa)
{
    const auto [entry, is_new] = ids_.emplace(pa, static_cast<u32>(events_.size() + 1));
    if (is_new)
        events_.emplace_back();
    return events_[entry->second - 1];
}

} // namespace sl::debug
