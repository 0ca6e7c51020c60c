// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

#include <string>

namespace sl::soc {

/// The platform that a configuration makes, for people: memory map, interrupts, topology, software.
std::string describe(const config::Config& config);

} // namespace sl::soc
