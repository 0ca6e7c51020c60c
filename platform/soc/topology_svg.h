// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

#include <string>

namespace sl::soc {

/// The platform that a configuration makes as a picture (SVG 1.1, UTF-8, no fonts or scripts of its
/// own): clusters with their PEs and trace path, the GIC above, what the interconnect reaches
/// below.
std::string topology_svg(const config::Config& config);

} // namespace sl::soc
