// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <vector>

namespace sl::report {

/// "1,234,567".
std::string grouped(u64 value);

/// numerator / denominator with `digits` decimals, half rounded up, grouped: "1,234.57". Exact:
/// there is no floating point in a report. `denominator` > 0.
std::string quotient(u128 numerator, u64 denominator, unsigned digits, bool group = true);

/// The same with a sign in front, "+12.5" or "-0.3", for `numerator` minus `subtrahend`; "0.0" has
/// none.
std::string signed_quotient(u128 numerator, u128 subtrahend, u64 denominator, unsigned digits);

/// Shares `units` whole units among `parts` in proportion, so that the shares sum to `units`
/// exactly: largest remainder, ties to the earlier part. All zero when the parts are.
std::vector<u64> apportion(const std::vector<u64>& parts, u64 units);

} // namespace sl::report
