// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"
#include "common/types.h"

#include <algorithm>
#include <vector>

namespace sl::a64 {

/// Where a debugger outside the machine wants execution to stop, by virtual address in whatever
/// translation is in force. Not the architecture's breakpoints: the machine cannot see these.
///
/// Blocks know no virtual address, but a page maps to a page: an instruction in whose place in its
/// page there is a breakpoint is decoded with a check of the whole address before it. Pages with a
/// watched byte are left out of the software TLB. With no points neither exists.
struct DebugPoints {
    struct Watch {
        u64 va = 0, size = 0;
        bool read = false, write = false;

        bool operator==(const Watch&) const = default;
    };

    std::vector<u64> breakpoints = {};
    std::vector<Watch> watches = {};

    bool empty() const { return breakpoints.empty() && watches.empty(); }

    /// Could the instruction at `pa` have a breakpoint?
    bool may_break(u64 pa) const
    {
        return std::any_of(breakpoints.begin(), breakpoints.end(),
                           [&](u64 va) { return (va ^ pa) % page_size == 0; });
    }

    bool breaks(u64 pc) const
    {
        return std::find(breakpoints.begin(), breakpoints.end(), pc) != breakpoints.end();
    }

    /// What watches an access to [va, va + size), or null. Bits 63:56 may be a tag, and take no
    /// part.
    const Watch* watching(u64 va, u64 size, bool read, bool write) const
    {
        for (const Watch& w : watches)
            if (((read && w.read) || (write && w.write)) &&
                (((va - w.va) & ones(56)) < w.size || ((w.va - va) & ones(56)) < size))
                return &w;
        return nullptr;
    }
};

} // namespace sl::a64
