// SPDX-License-Identifier: MIT
#include "table.h"

#include "a64/decode.h"

namespace sl::differential {

std::vector<Row> rows()
{
    std::vector<Row> all;
    for (const a64::Row& row : a64::all_rows())
        all.push_back({row.name, row.pattern.mask, row.pattern.bits, row.needs});
    return all;
}

int row_of(u32 word, a64::Parts parts)
{
    a64::Decoded decoded;
    a64::decode_word(word, parts, decoded);
    return decoded.row == nullptr ? -1 : static_cast<int>(decoded.row - a64::all_rows().data());
}

} // namespace sl::differential
