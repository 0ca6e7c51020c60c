// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/config.h"

#include <optional>

namespace sl::trace {

// What a trace unit of a given configuration announces in TRCIDR* and the like, and what it has.

constexpr unsigned cycle_counter_bits = 20, cycle_threshold_min = 4;
constexpr unsigned event_count = 4; ///< ETEEvents

/// A read-only register that never changes; none: it is not one of these.
std::optional<u32> identification(const Config& config, pe::Reg reg);

/// TRCVICTLR.EXLEVEL_S and EXLEVEL_NS of the levels that exist.
u64 traced_levels(const Config& config);

/// TRCCONFIGR's bits.
u32 configr_mask(const Config& config);

} // namespace sl::trace
