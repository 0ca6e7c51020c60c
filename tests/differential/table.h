// SPDX-License-Identifier: MIT
#pragma once

#include "a64/parts.h"
#include "common/types.h"

#include <string_view>
#include <vector>

namespace sl::differential {

/// One row of the decode table, as far as the oracles need it.
struct Row {
    std::string_view name; ///< "mnemonic" or "mnemonic, mnemonic", then "(form)" or nothing
    u32 mask = 0, bits = 0;
    a64::Parts needs;
};

/// Every row, in table order.
std::vector<Row> rows();

/// The index in `rows()` of the row that decodes `word` on a core with these parts of the
/// instruction set; -1 when it is UNDEFINED there.
int row_of(u32 word, a64::Parts parts = a64::Parts::all());

/// What QEMU 7.2 has too. CSSC came later.
inline constexpr a64::Parts compared_parts = a64::Parts::all().without(a64::Part::Cssc);

/// Is this a system or exception-generating instruction? Its effect is not the instruction set's
/// alone; but CFINV, XAFLAG and AXFLAG change the flags and nothing else.
constexpr bool is_system(const Row& row)
{
    if (row.needs.contains(a64::Part::FlagM) || row.needs.contains(a64::Part::FlagM2))
        return false;
    return (row.bits & 0xff00'0000) == 0xd400'0000 || (row.bits & 0xffc0'0000) == 0xd500'0000 ||
           (row.bits & 0xfff0'0000) == 0xd690'0000; // exceptions; system; ERET
}

} // namespace sl::differential
