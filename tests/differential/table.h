// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string_view>
#include <vector>

namespace sl::differential {

/// One row of the decode table, as far as the oracles need it.
struct Row {
    std::string_view name; ///< "mnemonic" or "mnemonic, mnemonic", then "(form)" or nothing
    u32 mask = 0, bits = 0;
};

/// Every row, in table order.
std::vector<Row> rows();

/// The index in `rows()` of the row that decodes `word`; -1 when it is UNDEFINED.
int row_of(u32 word);

/// Is this a system or exception-generating instruction? Its effect is not the instruction set's
/// alone.
constexpr bool is_system(u32 word)
{
    return (word & 0xff00'0000) == 0xd400'0000 || (word & 0xffc0'0000) == 0xd500'0000 ||
           (word & 0xfff0'0000) == 0xd690'0000; // exceptions; system; ERET
}

} // namespace sl::differential
