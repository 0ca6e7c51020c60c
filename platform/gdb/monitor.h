// SPDX-License-Identifier: MIT
#pragma once

#include "debug/symbolizer.h"
#include "soc/platform.h"

#include <functional>
#include <string>
#include <vector>

namespace sl::gdb {

/// Writes what the run has measured so far to a folder of that name in the run's own, and tells
/// which files; what it throws is told too.
using Save = std::function<std::vector<std::string>(const std::string& name)>;

/// Answers gdb's `monitor COMMAND` about PE `pe`. Looks only.
std::string monitor(soc::Platform& platform, const debug::Symbolizer& symbols, const Save& save,
                    unsigned pe, const std::string& command);

} // namespace sl::gdb
