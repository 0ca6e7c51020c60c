// SPDX-License-Identifier: MIT
#pragma once

#include "debug/symbolizer.h"
#include "soc/platform.h"

#include <string>

namespace sl::gdb {

/// Answers gdb's `monitor COMMAND` about PE `pe`. Looks only.
std::string monitor(soc::Platform& platform, const debug::Symbolizer& symbols, unsigned pe,
                    const std::string& command);

/// "pe0 EL2 running, VM 3, host`main+0x10".
std::string pe_in_a_line(pe::Pe& pe, const debug::Symbolizer& symbols);

} // namespace sl::gdb
