// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <string_view>
#include <vector>

namespace sl::differential {

/// One row of the decode table, as far as the oracles need it.
struct Row {
    std::string name; ///< begins with the mnemonic
    u32 mask = 0, bits = 0;

    std::string_view mnemonic() const
    {
        return std::string_view{name}.substr(0, name.find_first_of(" (."));
    }
};

/// Every row, in table order.
std::vector<Row> rows();

/// The index in `rows()` of the row that decodes `word`; -1 when it is UNDEFINED.
int row_of(u32 word);

/// Is the row a system instruction, whose effect is not the instruction set's alone?
bool is_system(const Row& row);

} // namespace sl::differential
