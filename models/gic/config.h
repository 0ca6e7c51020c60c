// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <vector>

namespace sl::gic {

/// What a GICv3 is built with.
struct Config {
    /// MPIDR_EL1.{Aff3,Aff2,Aff1,Aff0} of each PE, packed into 32 bits: also gives their number.
    std::vector<u32> affinities{0};
    unsigned spis = 256; ///< 32, 64, … 960, or 988: INTIDs 32 upwards
    /// Two security states; GICD_CTLR.DS resets to 0. Wants PEs with EL3. Otherwise there is one,
    /// and DS is RAO/WI.
    bool security = false;
    unsigned priority_bits = 5;         ///< 4 to 8; at least 5 with two security states
    unsigned virtual_priority_bits = 5; ///< 5 to 8
    unsigned list_registers = 4;        ///< 1 to 16
    unsigned maintenance_intid = 25;    ///< a PPI

    unsigned pes() const { return static_cast<unsigned>(affinities.size()); }

    unsigned intids() const { return 32 + spis; }

    /// Throws std::invalid_argument, saying what is wrong, unless the architecture allows this.
    void validate() const;
};

inline constexpr unsigned intid_secure = 1020;     ///< a Secure interrupt waits: for EL3
inline constexpr unsigned intid_non_secure = 1021; ///< a Non-secure interrupt waits: for EL3
inline constexpr unsigned intid_spurious = 1023;

inline constexpr bool is_special(u64 intid)
{
    return intid >= 1020 && intid <= 1023;
}

/// Interrupt groups, as indices. With one security state, Group 1 is `G1NS`.
enum class Group : u8 { G0, G1S, G1NS };

inline constexpr unsigned group_count = 3;

inline constexpr unsigned index(Group g)
{
    return static_cast<unsigned>(g);
}

inline constexpr u8 idle_priority = 0xff;

} // namespace sl::gic
