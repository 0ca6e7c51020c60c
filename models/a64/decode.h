// SPDX-License-Identifier: MIT
#pragma once

#include "a64/hot.h"
#include "a64/interpreter_target.h"
#include "a64/parts.h"

#include <span>
#include <vector>

namespace sl::a64 {

/// An instruction ready to be put into a block.
struct Decoded {
    Op op;                    ///< with neither handler nor place in a block
    const Row* row = nullptr; ///< null: UNDEFINED
    Handler plain = nullptr, traced = nullptr;
    EffectsMachine learnt{op};

    Decoded() = default;
    Decoded(const Decoded&) = delete;
    Decoded& operator=(const Decoded&) = delete;
};

/// All rows of all tables, in the order in which they match.
std::span<const Row> all_rows();

/// The row that `word` belongs to, or null.
const Row* find_row(u32 word);

/// Decodes `word` and learns its effects. `out` must be fresh. UNDEFINED words leave `out.row`
/// null.
void decode_word(u32 word, Parts features, Decoded& out);

} // namespace sl::a64
