// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace sl::debug {

/// Addresses or times, both ends included; by default all.
struct Range {
    u64 first = 0, last = std::numeric_limits<u64>::max();

    bool holds(u64 value) const { return value >= first && value <= last; }
};

/// Is `value` on the list? An empty list wants all.
template <class T>
bool lists(const std::vector<T>& list, T value)
{
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

} // namespace sl::debug
