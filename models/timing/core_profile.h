// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "common/types.h"

#include <array>
#include <span>
#include <string_view>

namespace sl::timing {

/// Execution resources that instructions of several classes share.
enum class Unit : u8 { Integer, Multiply, Divide, Load, Store, Vector, Branch, System, Count };

inline constexpr std::size_t unit_count = static_cast<std::size_t>(Unit::Count);
inline constexpr std::size_t class_count = static_cast<std::size_t>(a64::CostClass::Count);

/// Geometry of one cache: what CTR_EL0, CLIDR_EL1 and CCSIDR_EL1 say of it. Size 0: no such cache.
struct CacheShape {
    u64 size = 0, ways = 0, line = 64;
};

/// Everything that a core profile says, in cycles of that core unless the name ends in a unit. Each
/// parameter has a key, a range and a description in `fields()`: the platform fills the structure
/// by key from configs/cores/*.toml, where the source of every number stands.
struct CoreProfile {
    u64 midr = 0x410f'd0f0;

    // Pipeline.
    u64 issue_width = 2;
    u64 out_of_order = 0;
    u64 window = 0;
    std::array<u64, class_count> latency{};
    std::array<u64, class_count> interval{};
    std::array<u64, unit_count> pipes{};
    u64 taken_branch = 1;
    u64 taken_indirect = 2;
    u64 taken_return = 1;

    // Events that the PE charges when they happen.
    struct ExceptionEntry {
        u64 same_el = 20, to_el1 = 20, to_el2 = 40, to_el3 = 60;
    } exception;

    struct ExceptionReturn {
        u64 same_el = 20, from_el1 = 20, from_el2 = 40, from_el3 = 60;
    } eret;

    u64 interrupt_latency = 10;
    u64 wfx_wakeup = 10;
    u64 walk_read = 20;
    u64 tlbi_broadcast = 10;
    u64 device_access = 60;
    u64 unaligned_page_crossing = 4;

    // Between PEs.
    u64 cross_pe_latency = 100;
    u64 firmware_call = 500;

    u64 functional_cpi = 1;

    u64 tlb_entries = 512, tlb_ways = 4;

    CacheShape l1i{.size = 32768, .ways = 2, .line = 64};
    CacheShape l1d{.size = 32768, .ways = 4, .line = 64};
    CacheShape l2{.size = 1048576, .ways = 16, .line = 64};

    /// A plausible small in-order core; profiles override it.
    CoreProfile();

    u64& latency_of(a64::CostClass c) { return latency[static_cast<std::size_t>(c)]; }

    u64 latency_of(a64::CostClass c) const { return latency[static_cast<std::size_t>(c)]; }

    u64& interval_of(a64::CostClass c) { return interval[static_cast<std::size_t>(c)]; }

    u64& pipes_of(Unit u) { return pipes[static_cast<std::size_t>(u)]; }

    /// One named parameter: `of` finds it in a profile.
    struct Parameter {
        std::string_view key;
        u64 min, max;
        std::string_view doc;
        u64& (*of)(CoreProfile& profile, std::size_t index);
        std::size_t index;

        u64& in(CoreProfile& profile) const { return of(profile, index); }
    };

    /// All parameters, in the order in which documentation should list them.
    static std::span<const Parameter> parameters();
    /// Null when there is no such key.
    static const Parameter* find(std::string_view key);
};

/// The unit that instructions of a class occupy.
Unit unit_of(a64::CostClass c);

/// Instructions that wait for all earlier ones, and let no later one start before they are done.
bool serializes(a64::CostClass c);

/// The name of a class in keys: "alu", "mul64", "branch_direct".
std::string_view class_name(a64::CostClass c);

} // namespace sl::timing
