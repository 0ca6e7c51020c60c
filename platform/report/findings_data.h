// SPDX-License-Identifier: MIT
#pragma once

#include "report/findings.h"

#include <nlohmann/json.hpp>

namespace sl::report {

using Json = nlohmann::ordered_json;

/// The findings as an array, for the files that have them.
Json findings_data(const std::vector<Finding>& findings);

} // namespace sl::report
