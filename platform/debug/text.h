// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <cstdio>
#include <string>

namespace sl::debug {

/// "0x4008_0000" without the underscore; at least `digits` digits.
inline std::string hex(u64 value, int digits = 1)
{
    char text[24];
    std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
    return text;
}

/// With blanks up to `width`: behind the text when it stands on the `left`.
inline std::string padded(std::string text, std::size_t width, bool left)
{
    const std::string space(width > text.size() ? width - text.size() : 0, ' ');
    return left ? text + space : space + text;
}

} // namespace sl::debug
