// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"
#include "gic/config.h"

#include <array>

namespace sl::gic {

/// Configuration and state of 32 interrupts with consecutive INTIDs, bit n each: the SGIs and PPIs
/// of a PE, or 32 SPIs.
struct InterruptBlock {
    u32 implemented = ~0u;
    u32 group = 0;    ///< IGROUPR
    u32 modifier = 0; ///< IGRPMODR
    u32 enabled = 0;
    u32 latch = 0; ///< made pending by an edge, an SGI or a register write
    u32 active = 0;
    u32 edge = 0;    ///< edge-triggered; others are level-sensitive
    u32 level = 0;   ///< input wires
    u32 message = 0; ///< level-sensitive SPIs that GICD_SETSPI holds asserted
    u64 nsacr = 0;   ///< NS_access, two bits each
    std::array<u8, 32> priority{};

    u32 pending() const { return latch | (~edge & (level | message)); }

    /// Members of `g`, where `single` says that there is one security state now.
    u32 members(Group g, bool single) const
    {
        if (g == Group::G1NS)
            return group;
        const u32 g1s = single ? 0 : ~group & modifier;
        return g == Group::G1S ? g1s : ~group & ~g1s;
    }

    Group group_of(unsigned n, bool single) const
    {
        if (bit(group, n))
            return Group::G1NS;
        return !single && bit(modifier, n) ? Group::G1S : Group::G0;
    }

    unsigned ns_access(unsigned n) const
    {
        return static_cast<unsigned>(bits(nsacr, 2 * n + 1, 2 * n));
    }

    /// Interrupts whose NS_access is at least `level`.
    u32 granted(unsigned at_least) const
    {
        u32 mask = 0;
        for (unsigned n = 0; nsacr >> (2 * n); ++n) {
            mask |= static_cast<u32>(ns_access(n) >= at_least) << n;
            if (n == 31)
                break;
        }
        return mask;
    }

    void wire(unsigned n, bool high)
    {
        const u32 m = 1u << n;
        if (high && !(level & m))
            latch |= edge & m;
        level = high ? level | m : level & ~m;
    }

    /// Pending becomes active; what is still asserted stays pending besides.
    void acknowledge(unsigned n)
    {
        latch &= ~(1u << n);
        active |= 1u << n;
    }
};

} // namespace sl::gic
