// SPDX-License-Identifier: MIT
#pragma once

#include "common/bus.h"

#include <cstring>
#include <map>
#include <vector>

namespace sl::coresight {

/// System memory for an ETR: pages that come into being when they are written, outside a hole.
class TestMemory : public Bus {
public:
    BusStatus read(u64 pa, void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                   u64& latency_ps) override
    {
        note(who, now_ps);
        latency_ps += read_ps;
        if (pa >= hole_begin && pa < hole_end)
            return BusStatus::DecodeError;
        std::memcpy(data, at(pa), bytes);
        return BusStatus::Ok;
    }

    BusStatus write(u64 pa, const void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                    u64& latency_ps) override
    {
        note(who, now_ps);
        latency_ps += write_ps;
        writes.push_back({pa, now_ps});
        if (pa >= hole_begin && pa < hole_end)
            return BusStatus::DecodeError;
        std::memcpy(at(pa), data, bytes);
        return BusStatus::Ok;
    }

    Page direct(u64, bool) override { return {}; }

    std::vector<u8> bytes(u64 pa, u64 size)
    {
        std::vector<u8> all(size);
        for (u64 n = 0; n < size; ++n)
            all[n] = *at(pa + n);
        return all;
    }

    void put(u64 pa, u32 word) { std::memcpy(at(pa), &word, sizeof word); }

    struct Write {
        u64 pa, at_ps;
    };

    u64 read_ps = 0, write_ps = 0;
    u64 hole_begin = 0, hole_end = 0;
    std::vector<Write> writes;
    Initiator last;
    u64 last_ps = 0;

private:
    void note(const Initiator& who, u64 now_ps)
    {
        last = who;
        last_ps = now_ps;
    }

    u8* at(u64 pa)
    {
        auto& page = pages_[pa / page_size];
        page.resize(page_size + 16);
        return &page[pa % page_size];
    }

    std::map<u64, std::vector<u8>> pages_;
};

} // namespace sl::coresight
