// SPDX-License-Identifier: MIT
#pragma once

#include "case.h"
#include "common/types.h"
#include "random.h"
#include "table.h"

#include <array>
#include <vector>

namespace sl::differential {

/// Draws instruction sequences with initial states.
///
/// Nothing here knows what an instruction does. From the manual's top-level encoding groups it
/// knows which fields are base, index and destination registers and which are branch offsets, keeps
/// account of the registers that still hold addresses, and so lets most sequences run to their end;
/// the rest ends in a fault, which must be the same everywhere too.
class Generator {
public:
    Generator(std::vector<Row> rows, u64 seed);

    /// The next case, which will run at `code`.
    sequence draw(u64 code);

private:
    /// What a register is known to hold.
    enum class Holds : u8 { Value, Address, Index, Code };

    void draw_state(sequence& c);
    u64 draw_value();
    u64 draw_half(); ///< of a vector: by lanes
    u64 draw_address();
    u32 draw_word(u64 pc);
    u32 draw_any(u64 pc);
    u32 aim_load_store(u32 word, u64 pc);
    u32 aim_branch(u32 word, u64 pc);
    u32 with_register(u32 word, unsigned lsb, Holds kind);
    u32 with_code_ahead(u32 word, u64 pc);
    void forget(unsigned reg);
    void track(u32 word);

    std::vector<Row> rows_;
    Random random_;
    std::array<Holds, 32> holds_{};
    std::array<u64, 32> code_{}; ///< where registers that hold code addresses point
    bool flushes_ = false;       ///< FPCR.FZ
    u64 end_ = 0;                ///< address of the BRK behind the sequence
};

} // namespace sl::differential
