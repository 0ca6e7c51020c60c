// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <unordered_map>
#include <vector>

namespace sl {

/// What every writer of memory tells, and what every PE hears, about physical pages: pages that
/// hold decoded code, pages that another PE's exclusive monitor watches, and pages with translation
/// tables whose changes the rule checker must see. One per coherent system. Pages are watched for a
/// reason each; while any reason holds, no PE may write the page inline.
class PageWatch {
public:
    class Listener {
    public:
        virtual ~Listener() = default;
        /// Stop writing this page through a cached host pointer: take the slow path and report.
        virtual void drop_inline_writes(u64 page) = 0;
        /// Bytes [pa, pa + size) changed; they lie in one page that holds decoded code.
        virtual void code_written(u64 pa, u64 size) = 0;
        /// Bytes [pa, pa + size) of a page watched by an exclusive monitor changed.
        virtual void monitored_written(u64 pa, u64 size) = 0;
    };

    void add(Listener& listener) { listeners_.push_back(&listener); }

    /// `page` (its first byte's PA) now holds decoded code somewhere.
    void watch_code(u64 page);
    void unwatch_code(u64 page);
    /// A PE armed, or disarmed, its exclusive monitor on a line of `page`.
    void watch_monitor(u64 page);
    void unwatch_monitor(u64 page);
    /// `page` holds descriptors that somebody has translated by: who writes it tells by itself.
    void watch_tables(u64 page);

    /// May a PE keep a host pointer for inline writes to this page?
    bool inline_writes_allowed(u64 page) const { return !watched_.contains(page); }

    /// Every write that does not go through an inline host pointer reports here, whoever makes it
    /// (PE slow path, TRBE, ETR, virtio, debugger, loader), after the bytes are in memory.
    void written(u64 pa, u64 size);

private:
    struct Reasons {
        u32 code = 0, monitors = 0, tables = 0;
    };

    void watch(u64 page, u32 Reasons::*reason);
    void unwatch(u64 page, u32 Reasons::*reason);

    std::vector<Listener*> listeners_;
    std::unordered_map<u64, Reasons> watched_;
};

} // namespace sl
