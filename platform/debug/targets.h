// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <vector>

namespace sl::debug {

/// A memory or device that answers to a range of physical addresses.
struct Target {
    u64 base = 0, size = 0;
    std::string name;
    bool memory = false;
};

/// What answers to `pa`; null: nothing. There are few, and they do not overlap.
inline const Target* target_at(const std::vector<Target>& targets, u64 pa)
{
    for (const Target& t : targets)
        if (pa >= t.base && pa - t.base < t.size)
            return &t;
    return nullptr;
}

} // namespace sl::debug
