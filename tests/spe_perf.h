// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <vector>

namespace sl::test {

/// What Linux perf makes of a profiling buffer's bytes: its description of each packet, without
/// padding, a vector for each record (`perf report -D` on a perf.data file made here).
std::vector<std::vector<std::string>> perf_records(const std::vector<u8>& bytes);

} // namespace sl::test
