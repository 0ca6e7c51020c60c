// SPDX-License-Identifier: MIT
#include "coresight/etr_memory.h"

#include "common/bits.h"

namespace sl::coresight {

namespace {

/// Types of a table entry.
enum : u32 { Last = 1, Normal = 2, Link = 3 };

/// A chain of links that leads to no page in this many steps is a loop.
constexpr unsigned most_links = 64;

} // namespace

void EtrMemory::start(const Setup& setup)
{
    setup_ = setup;
    rewind();
}

bool EtrMemory::load(u64 address, u32& word, u64 now_ps, u64& latency_ps)
{
    if (busy_)
        return false;
    busy_ = true;
    const BusStatus status =
        bus_->read(address, &word, sizeof word, setup_.who, now_ps, latency_ps);
    busy_ = false;
    return status == BusStatus::Ok;
}

bool EtrMemory::fetch(u64 now_ps, u64& latency_ps)
{
    for (unsigned links = 0; links < most_links; ++links) {
        u32 entry = 0;
        if (!load(entry_, entry, now_ps, latency_ps))
            return false;
        const u64 address = bits(entry, 31, 4) << 12;
        switch (bits(entry, 1, 0)) {
        case Last:
        case Normal:
            pages_.push_back({address, bits(entry, 1, 0) == Last});
            entry_ += sizeof entry;
            return true;
        case Link:
            entry_ = address;
            break;
        default: // reserved
            return false;
        }
    }
    return false;
}

const EtrMemory::Page* EtrMemory::page(u64 offset, u64 now_ps, u64& latency_ps)
{
    const u64 index = offset / page_size;
    while (pages_.size() <= index) {
        if (!pages_.empty() && pages_.back().last)
            return nullptr;
        if (!fetch(now_ps, latency_ps))
            return nullptr;
    }
    return &pages_[index];
}

std::optional<bool> EtrMemory::at_end(u64 offset, u64 now_ps, u64& latency_ps)
{
    if (!setup_.scatter_gather)
        return offset >= setup_.size;
    if (offset == 0 || offset % page_size != 0)
        return false;
    const Page* before = page(offset - 1, now_ps, latency_ps);
    if (!before)
        return std::nullopt;
    return before->last;
}

std::optional<u64> EtrMemory::locate(u64 offset, u64 now_ps, u64& latency_ps)
{
    if (!setup_.scatter_gather)
        return setup_.base + offset;
    const Page* p = page(offset, now_ps, latency_ps);
    if (!p)
        return std::nullopt;
    return p->address + offset % page_size;
}

bool EtrMemory::write(u64 offset, std::span<const u8, 16> bytes, u64 now_ps, u64& latency_ps)
{
    const auto at = locate(offset, now_ps, latency_ps);
    if (!at)
        return false;
    if (bus_->write(*at, bytes.data(), 16, setup_.who, now_ps, latency_ps) != BusStatus::Ok)
        return false;
    if (watch_)
        watch_->written(*at, 16);
    return true;
}

bool EtrMemory::read(u64 offset, u32& word, u64 now_ps)
{
    u64 latency_ps = 0;
    const auto at = locate(offset, now_ps, latency_ps);
    return at && read_address(*at, word, now_ps);
}

bool EtrMemory::read_address(u64 address, u32& word, u64 now_ps)
{
    u64 latency_ps = 0;
    return load(address & ~u64{3}, word, now_ps, latency_ps);
}

u64 EtrMemory::address(u64 offset, u64 now_ps)
{
    u64 latency_ps = 0;
    return locate(offset, now_ps, latency_ps).value_or(0);
}

} // namespace sl::coresight
