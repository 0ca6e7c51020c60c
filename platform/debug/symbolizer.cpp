// SPDX-License-Identifier: MIT
#include "debug/symbolizer.h"

#include "debug/text.h"

#include <algorithm>

namespace sl::debug {

namespace {

/// The name to show where several symbols share an address: a function's, sized, global.
bool better(const ElfSymbol& a, const ElfSymbol& b)
{
    if (a.function != b.function)
        return a.function;
    if ((a.size != 0) != (b.size != 0))
        return a.size != 0;
    if (a.global != b.global)
        return a.global;
    return a.name < b.name;
}

/// An unsized symbol reaches to the next one, or to the end of its segment.
u64 segment_end(const ElfImage& image, u64 address)
{
    for (const ElfSegment& s : image.segments) {
        if (address >= s.va && address - s.va < s.size)
            return s.va + s.size;
    }
    return address;
}

} // namespace

void Symbolizer::add(const ElfImage& image, Placement placement)
{
    std::vector<const ElfSymbol*> sorted;
    sorted.reserve(image.symbols.size());
    for (const ElfSymbol& s : image.symbols)
        sorted.push_back(&s);
    std::sort(sorted.begin(), sorted.end(), [](const ElfSymbol* a, const ElfSymbol* b) {
        return a->address != b->address ? a->address < b->address : better(*a, *b);
    });

    Image& added = images_.emplace_back();
    added.placement = std::move(placement);
    added.segments = image.segments;
    for (const ElfSymbol* s : sorted) {
        if (!added.entries.empty() && added.entries.back().start == s->address)
            continue;
        added.entries.push_back(
            {.start = s->address, .end = s->address + s->size, .name = s->name});
    }
    for (std::size_t i = 0; i < added.entries.size(); ++i) {
        Entry& e = added.entries[i];
        if (e.end != e.start)
            continue;
        e.end = segment_end(image, e.start);
        if (i + 1 < added.entries.size())
            e.end = std::min(e.end, added.entries[i + 1].start);
    }
}

std::optional<Symbolizer::Hit> Symbolizer::in_image(const Image& image, u64 linked)
{
    auto at = std::upper_bound(image.entries.begin(), image.entries.end(), linked,
                               [](u64 address, const Entry& e) { return address < e.start; });
    // A label inside a function ends where the next label begins; behind the last one the function
    // itself still covers the address. Functions do not nest deeper than a few labels.
    for (unsigned tries = 0; at != image.entries.begin() && tries < 64; ++tries) {
        --at;
        if (linked < at->end)
            return Hit{&image.placement.name, &at->name, linked - at->start};
    }
    return std::nullopt;
}

std::optional<Symbolizer::Hit> Symbolizer::by_va(u64 va, unsigned el, u64 vmid) const
{
    for (const std::optional<bool> guest : {std::optional{vmid != 0}, std::optional<bool>{}}) {
        for (const Image& image : images_) {
            if (((image.placement.els >> el) & 1) == 0 || image.placement.guest != guest)
                continue;
            for (const u64 offset : image.placement.va_offsets) {
                if (const auto hit = in_image(image, va - offset))
                    return hit;
            }
        }
    }
    return by_pa(va);
}

std::optional<Symbolizer::Hit> Symbolizer::by_pa(u64 pa) const
{
    for (const Image& image : images_) {
        const u64 linked_pa = pa - image.placement.load_offset;
        for (const ElfSegment& s : image.segments) {
            if (linked_pa < s.pa || linked_pa - s.pa >= s.size)
                continue;
            if (const auto hit = in_image(image, s.va + (linked_pa - s.pa)))
                return hit;
        }
    }
    return std::nullopt;
}

std::string Symbolizer::text(const Hit& hit)
{
    std::string text = hit.image->empty() ? *hit.symbol : *hit.image + "`" + *hit.symbol;
    if (hit.offset != 0)
        text += "+" + hex(hit.offset);
    return text;
}

std::string Symbolizer::describe_va(u64 va, unsigned el, u64 vmid) const
{
    const auto hit = by_va(va, el, vmid);
    return hit ? text(*hit) : hex(va);
}

std::string Symbolizer::describe_pa(u64 pa) const
{
    const auto hit = by_pa(pa);
    return hit ? text(*hit) : hex(pa);
}

} // namespace sl::debug
