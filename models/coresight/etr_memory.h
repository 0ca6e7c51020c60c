// SPDX-License-Identifier: MIT
#pragma once

#include "common/bus.h"
#include "common/page_watch.h"
#include "common/types.h"

#include <optional>
#include <span>
#include <vector>

namespace sl::coresight {

/// The trace memory of an ETR: a flat buffer in system memory, or 4 KB pages named by tables of
/// 32-bit entries (address bits 39:12 in 31:4, type in 1:0; scatter-gather, TMC TRM). Places in the
/// buffer are offsets from its beginning.
class EtrMemory {
public:
    struct Setup {
        u64 base = 0; ///< of the buffer (a multiple of 16), or of the first table
        u64 size = 0; ///< of a flat buffer
        bool scatter_gather = false;
        Initiator who{}; ///< the attributes of its accesses
    };

    /// `watch` hears of every write; null: nobody needs to.
    EtrMemory(Bus& bus, PageWatch* watch)
        : bus_{&bus},
          watch_{watch}
    {
    }

    void start(const Setup& setup);

    /// Is `offset` the end of the buffer? None: a bus or table error. Table entries are fetched
    /// as they are needed; what that takes is added to `latency_ps`.
    std::optional<bool> at_end(u64 offset, u64 now_ps, u64& latency_ps);

    /// The tables are read anew from their beginning.
    void rewind() { pages_.clear(), entry_ = setup_.base; }

    /// 16 bytes at `offset`, a multiple of 16. False: a bus or table error.
    bool write(u64 offset, std::span<const u8, 16> bytes, u64 now_ps, u64& latency_ps);
    bool read(u64 offset, u32& word, u64 now_ps);
    /// The same at an address.
    bool read_address(u64 address, u32& word, u64 now_ps);

    /// The address that `offset` has; 0 where the tables have none.
    u64 address(u64 offset, u64 now_ps);

private:
    struct Page {
        u64 address;
        bool last;
    };

    /// A word, or false: a bus error. Reads do not nest: one that leads back here (to RRD of the
    /// ETR itself, or of another one that reads this one's) would wait for itself, and is an error.
    bool load(u64 address, u32& word, u64 now_ps, u64& latency_ps);
    bool fetch(u64 now_ps, u64& latency_ps);
    /// The page of `offset`, or null.
    const Page* page(u64 offset, u64 now_ps, u64& latency_ps);
    std::optional<u64> locate(u64 offset, u64 now_ps, u64& latency_ps);

    Bus* bus_;
    PageWatch* watch_;
    Setup setup_;
    std::vector<Page> pages_; ///< those fetched so far, in order
    u64 entry_ = 0;           ///< the address of the next table entry
    bool busy_ = false;       ///< a read is under way
};

} // namespace sl::coresight
