// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/tmc.h"
#include "coresight_bench.h"
#include "coresight_memory.h"

#include <cstring>

#include <catch2/catch.hpp>

namespace sl::coresight {

/// What the TMC driver of Linux does to the registers, access by access
/// (drivers/hwtracing/coresight/coresight-tmc-{core,etf,etr}.c).
class TmcDriver {
public:
    explicit TmcDriver(Tmc& tmc)
        : r{tmc, false}
    {
    }

    /// One access takes some time.
    u64 read(u32 offset) { return r.read(offset, r.now += access_ps); }

    void write(u32 offset, u64 word) { r.write(offset, word, r.now += access_ps); }

    void unlock() { write(Component::LAR, Component::unlock_key); }

    void lock() { write(Component::LAR, 0); }

    /// coresight_timeout: polls for 100 us.
    bool wait(u32 offset, unsigned bit_number, bool value)
    {
        for (unsigned n = 0; n < 100; ++n) {
            if (bit(read(offset), bit_number) == value)
                return true;
            r.now += 1'000'000;
        }
        return false;
    }

    void wait_ready() { CHECK(wait(Tmc::STS, 2, true)); }

    /// tmc_etb_enable_hw.
    void enable_etb(u64 trigger_counter = 0)
    {
        unlock();
        wait_ready();
        write(Tmc::MODE, 0);
        write(Tmc::FFCR, 0x133);
        write(Tmc::TRG, trigger_counter);
        write(Tmc::CTL, 1);
        lock();
    }

    /// tmc_etf_enable_hw.
    void enable_etf()
    {
        unlock();
        wait_ready();
        write(Tmc::MODE, 2);
        write(Tmc::FFCR, 0x3);
        write(Tmc::BUFWM, 0);
        write(Tmc::CTL, 1);
        lock();
    }

    /// tmc_etr_enable_hw.
    void enable_etr(u64 address, u64 bytes, bool scatter_gather)
    {
        unlock();
        wait_ready();
        write(Tmc::RSZ, bytes / 4);
        write(Tmc::MODE, 0);
        u64 axictl = read(Tmc::AXICTL) & ~u64{0xfbf};
        axictl |= 0xf00 | 0x2;
        if (scatter_gather)
            axictl |= 0x80;
        write(Tmc::AXICTL, axictl);
        write(Tmc::DBALO, address & ones(32));
        write(Tmc::DBAHI, address >> 32);
        write(Tmc::FFCR, 0x133);
        write(Tmc::TRG, 0);
        write(Tmc::CTL, 1);
        lock();
    }

    void flush_and_stop()
    {
        u64 ffcr = read(Tmc::FFCR);
        ffcr |= 1u << 12;
        write(Tmc::FFCR, ffcr);
        ffcr |= 1u << 6;
        write(Tmc::FFCR, ffcr);
        CHECK(wait(Tmc::FFCR, 6, false));
        wait_ready();
    }

    /// tmc_etb_dump_hw.
    std::vector<u8> dump()
    {
        std::vector<u8> all;
        for (u64 word; (word = read(Tmc::RRD)) != 0xffff'ffff;)
            append(all, word);
        return all;
    }

    /// tmc_etb_disable_hw.
    std::vector<u8> disable_etb()
    {
        unlock();
        flush_and_stop();
        auto all = dump();
        disable_hw();
        return all;
    }

    /// tmc_etr_disable_hw and tmc_etr_sync_flat_buf or the same for scatter-gather: where the trace
    /// begins, and whether the buffer is full.
    struct Synced {
        u64 rrp, rwp;
        bool full;
    };

    Synced disable_etr()
    {
        unlock();
        flush_and_stop();
        const u64 rrp = read(Tmc::RRP) | read(Tmc::RRPHI) << 32;
        const u64 rwp = read(Tmc::RWP) | read(Tmc::RWPHI) << 32;
        const u64 sts = read(Tmc::STS);
        CHECK(!Tmc::Sts::MemErr::get(sts));
        disable_hw();
        return {rrp, rwp, Tmc::Sts::Full::get(sts) != 0};
    }

    void disable_hw()
    {
        write(Tmc::CTL, 0);
        lock();
    }

    static void append(std::vector<u8>& to, u64 word)
    {
        for (unsigned n = 0; n < 4; ++n)
            to.push_back(static_cast<u8>(word >> 8 * n));
    }

    Registers r;
    u64 access_ps = 20'000;
};

/// The scatter-gather tables as tmc_etr_sg_table_populate writes them: 1024 entries to a page, the
/// last of which links to the next page unless it is the last of all. `tables` and `pages` say
/// where the n-th of them is.
template <class TableAt, class PageAt>
void build_sg_tables(TestMemory& memory, unsigned pages, TableAt tables, PageAt page)
{
    const auto entry = [](u64 address, u32 type) {
        return static_cast<u32>(address >> 12 << 4 | type);
    };
    u64 at = tables(0);
    unsigned table = 0, used = 0;
    for (unsigned n = 0; n < pages; ++n) {
        const bool last = n + 1 == pages;
        if (used == 1023 && !last) {
            memory.put(at, entry(tables(++table), 3));
            at = tables(table);
            used = 0;
        }
        memory.put(at, entry(page(n), last ? 1 : 2));
        at += 4;
        ++used;
    }
}

/// Bytes that tell where they were in their stream.
inline std::vector<u8> numbered(unsigned count, unsigned from = 0)
{
    std::vector<u8> bytes;
    for (unsigned n = from; n < from + count; ++n)
        bytes.push_back(static_cast<u8>(n * 7 + n / 256));
    return bytes;
}

/// Sends `bytes` in beats of at most `width`; all of them must be taken.
inline u64 send_all(TestSource& source, u8 id, const std::vector<u8>& bytes, unsigned width,
                    u64 now_ps)
{
    for (std::size_t at = 0; at < bytes.size(); at += width) {
        const auto end = std::min(bytes.size(), at + width);
        const auto taken = source.send(id,
                                       {bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(end)},
                                       now_ps);
        REQUIRE(taken);
        now_ps = *taken;
    }
    return now_ps;
}

inline bool ends_with(const std::vector<u8>& all, const std::vector<u8>& tail)
{
    return tail.size() <= all.size() && std::equal(tail.rbegin(), tail.rend(), all.rbegin());
}

} // namespace sl::coresight
