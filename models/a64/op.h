// SPDX-License-Identifier: MIT
#pragma once

#include "a64/state.h"
#include "common/types.h"

namespace sl::a64 {

struct Block;
struct Hot;
struct Op;

/// Executes one operation. With tail calls it returns only when the block has been left; without,
/// it returns the next operation, or null when the block has been left.
using Handler = const Op* (*)(State*, const Op*, Hot*);

/// Which register operand of an Op.
enum Role : u8 { Rd, Rn, Rm, Ra, Rs, Rs2, Rt = Rd, Rt2 = Ra };

/// One instruction, decoded: nothing of its encoding is left to test.
struct Op { // NOLINT(cppcoreguidelines-pro-type-member-init): one member of the union is enough
    enum class Kind : u8 {
        Step, ///< an instruction, or something done before one
        Link, ///< the successor of the branch before it
        End,  ///< the last of a block; never executed
    };

    Handler handler = nullptr;

    union {
        u64 imm = 0;    ///< the immediate, ready to use; of a branch, target minus block address
        const Op* next; ///< of a Link: where to go, initially itself
        const Block* block; ///< of an End: the block it is the end of
    };

    u32 cost = 0;  ///< cycles of the instructions before this one, from the start of the block
    u16 index = 0; ///< number of instructions before this one
    /// Register slots by Role.
    u8 r[6] = {slot_zr, slot_zr, slot_zr, slot_zr, slot_zr, slot_zr};
    u8 align = 0; ///< address bits that must be zero, where alignment is checked
    Kind kind = Kind::Step;
    u16 extra = 0; ///< a second, small immediate; of a Link: 1 when reached by falling through
};

static_assert(sizeof(Op) == 32);

} // namespace sl::a64
