// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

#include <vector>

namespace sl::soc {

/// The flattened device tree of the platform that a configuration makes, as the kernel's bindings
/// have it: what its unmodified drivers find the PEs, the GIC, the timers, the UARTs, the memories,
/// the PMUs and the trace units by. The same configuration gives the same bytes.
std::vector<u8> device_tree(const config::Config& config);

} // namespace sl::soc
