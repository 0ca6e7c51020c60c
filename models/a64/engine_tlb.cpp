// SPDX-License-Identifier: MIT
#include "a64/engine.h"

#include "a64/context.h"

#include <cassert>
#include <utility>

namespace sl::a64 {

void Engine::set_context(u64 word)
{
    if (word == context())
        return;
    hot_->context = word;
    hot_->reenter = true;
}

void Engine::sample_at(u64 instruction)
{
    hot_->sample_at = instruction;
    // The rest of this block may have been found to be free of sample points.
    if (!Context::SamplePoint::get(hot_->context))
        hot_->reenter = true;
}

void Engine::show_data(bool on)
{
    u64& id = hot_->translation;
    if (on && id != no_translation)
        shown_ = std::exchange(id, u64{no_translation});
    else if (!on && id == no_translation)
        id = shown_;
}

void Engine::set_translation(u16 id)
{
    assert(id >= 1 && id < no_translation);
    if (id == hot_->translation)
        return;
    hot_->translation = id;
    hot_->reenter = true;
}

void Engine::fill(u64 va, u64 pa, u8* host, bool readable, bool writable)
{
    if (hot_->translation == no_translation)
        return;
    const u64 page = va & page_mask, tag = page | hot_->translation;
    const auto watched = [&](bool read, bool write) {
        return hot_->debug != nullptr &&
               hot_->debug->watching(page, page_size, read, write) != nullptr;
    };
    const bool reads = readable && !watched(true, false);
    const bool writes =
        writable && watch_.inline_writes_allowed(pa & page_mask) && !watched(false, true);
    hot_->data[Hot::data_index(va)] = {
        .read_tag = reads ? tag : 0,
        .write_tag = writes ? tag : 0,
        .addend = static_cast<u64>(reinterpret_cast<std::uintptr_t>(host)) - page,
        .pa = pa & page_mask,
    };
}

namespace {

void drop(Hot::DataEntry& e)
{
    e.read_tag = e.write_tag = 0;
}

/// Drops the entries whose tag `lost` says; was one for fetches among them?
template <class Lost>
bool drop_if(Hot& h, Lost lost)
{
    for (Hot::DataEntry& e : h.data)
        if (lost(e.read_tag | e.write_tag))
            drop(e);
    bool fetches = false;
    for (Hot::FetchEntry& e : h.fetch)
        if (lost(e.tag)) {
            e = {};
            fetches = true;
        }
    return fetches;
}

} // namespace

void Engine::evict(u64 va, u64 size)
{
    const u64 first = va & page_mask;
    const u64 last = (va + (size - 1)) & page_mask; // 2^64 is not a size, but may be an end
    Hot& h = *hot_;
    if (first != last) {
        const auto inside = [&](u64 tag) {
            const u64 page = tag & page_mask;
            return tag != 0 && page - first <= last - first;
        };
        if (drop_if(h, inside))
            h.reenter = true;
        return;
    }
    Hot::DataEntry& data = h.data[Hot::data_index(first)];
    if (((data.read_tag | data.write_tag) & page_mask) == first)
        drop(data);
    Hot::FetchEntry& fetch = h.fetch[Hot::fetch_index(first)];
    if (fetch.tag != 0 && (fetch.tag & page_mask) == first) {
        fetch = {};
        h.reenter = true; // the code that runs may be on that page
    }
}

void Engine::evict_translation(u16 id)
{
    if (drop_if(*hot_, [&](u64 tag) { return (tag & ~page_mask) == id; }))
        hot_->reenter = true;
}

void Engine::evict_all()
{
    if (drop_if(*hot_, [](u64 tag) { return tag != 0; }))
        hot_->reenter = true;
}

void Engine::drop_inline_writes(u64 page)
{
    for (Hot::DataEntry& e : hot_->data)
        if (e.pa == page)
            e.write_tag = 0;
}

} // namespace sl::a64
