// SPDX-License-Identifier: MIT
#pragma once

#include "a64/dispatch.h"
#include "a64/environment.h"

namespace sl::a64 {

/// Which exception-generating instruction.
enum class Call : u8 { Svc, Hvc, Smc, Brk, Hlt };

/// Which LSE read-modify-write.
enum class AtomicOp : u8 { Add, Clr, Eor, Set, Smax, Smin, Umax, Umin, Swap };

namespace slow {

// What instructions do outside the block: each makes the PE's clock and state.pc exact, calls the
// Environment, and returns the operation to go on with, which may be `leave`; null when an
// exception was taken. Out of line, and by value only: a handler whose locals have addresses cannot
// tail call.

/// `count` elements of `access.bytes` from `va` into Hot::buffer[0], [2].
const Op* load(State*, const Op*, Hot*, u64 va, Access access, unsigned count);
/// `count` elements from Hot::buffer[0], [2].
const Op* store(State*, const Op*, Hot*, u64 va, Access access, unsigned count);
/// `total` bytes, in elements of `access.bytes`, into the beginning of Hot::buffer.
const Op* load_block(State*, const Op*, Hot*, u64 va, Access access, unsigned total);
const Op* store_block(State*, const Op*, Hot*, u64 va, Access access, unsigned total);
/// `total` bytes into Hot::buffer[0], [1].
const Op* load_exclusive(State*, const Op*, Hot*, u64 va, Access access, unsigned total);
/// `total` bytes from Hot::buffer[0], [1]; the status goes to Hot::buffer[2].
const Op* store_exclusive(State*, const Op*, Hot*, u64 va, Access access, unsigned total);
/// Operand in Hot::buffer[0], the old value goes to Hot::buffer[0].
const Op* atomic(State*, const Op*, Hot*, u64 va, Access access, AtomicOp what);
/// Expected in Hot::buffer[0], [1], new in [2], [3]; the old value goes to [0], [1].
const Op* compare_and_swap(State*, const Op*, Hot*, u64 va, Access access);
const Op* clear_exclusive(State*, const Op*, Hot*);

/// The value comes in Hot::buffer[0]. `rt` is a register slot.
const Op* read_sysreg(State*, const Op*, Hot*, SysKey key, unsigned rt);
const Op* write_sysreg(State*, const Op*, Hot*, SysKey key, unsigned rt, u64 value);
const Op* write_pstate(State*, const Op*, Hot*, unsigned op1, unsigned op2, unsigned imm);
const Op* sys(State*, const Op*, Hot*, SysKey key, unsigned rt, u64 value);
const Op* sysl(State*, const Op*, Hot*, SysKey key, unsigned rt);
const Op* barrier(State*, const Op*, Hot*, Barrier kind, unsigned crm);
const Op* hint(State*, const Op*, Hot*, unsigned imm);
const Op* wait_until(State*, const Op*, Hot*, bool event, unsigned rt, u64 count);

const Op* call(State*, const Op*, Hot*, Call what, u16 imm);
const Op* eret(State*, const Op*, Hot*);
const Op* eret_authenticated(State*, const Op*, Hot*, PacKey key, u64 modifier);

// The result goes to Hot::buffer[0].
const Op* sign(State*, const Op*, Hot*, PacKey key, u64 pointer, u64 modifier);
const Op* authenticate(State*, const Op*, Hot*, PacKey key, u64 pointer, u64 modifier);
/// Not the end of the instruction, which goes on with the result.
const Op* authenticate_first(State*, const Op*, Hot*, PacKey key, u64 pointer, u64 modifier);
const Op* strip(State*, const Op*, Hot*, bool data, u64 pointer);
const Op* generic_code(State*, const Op*, Hot*, u64 value, u64 modifier);

/// A branch in a traced block. `direct`: its Link follows, and `target` is in the Op.
const Op* traced_branch(State*, const Op*, Hot*, Waypoint::Kind kind, bool taken);
const Op* traced_jump(State*, const Op*, Hot*, Waypoint::Kind kind, u64 target);

} // namespace slow

// Handlers of what is done before, between and instead of instructions.
namespace handler {

const Op* undefined(State*, const Op*, Hot*); ///< Op::imm: the word
const Op* fp_trapped(State*, const Op*, Hot*);
const Op* illegal_state(State*, const Op*, Hot*);
const Op* breakpoint(State*, const Op*, Hot*); ///< before an instruction: perhaps a debugger's
const Op* check_sp(State*, const Op*, Hot*);   ///< before an access whose base is SP
const Op* set_btype(State*, const Op*, Hot*);  ///< before BR, BLR; Op::imm: PSTATE.BTYPE
/// Before the first instruction of a block, where PSTATE.BTYPE may not be 0. Op::extra: bit n, the
/// instruction is a landing for BTYPE n; Op::imm: it reports BTYPE (BRK, HLT).
const Op* check_landing(State*, const Op*, Hot*);
const Op* mark(State*, const Op*, Hot*);         ///< Op::imm: the mark
const Op* log(State*, const Op*, Hot*);          ///< Op::imm: the word
const Op* sample_block(State*, const Op*, Hot*); ///< Op::imm: the block's instructions
const Op* sample(State*, const Op*, Hot*);       ///< Op::imm: the word
const Op* fall_through(State*, const Op*, Hot*); ///< end of a block inside a page; its Link follows
const Op* next_page(State*, const Op*, Hot*);    ///< end of the page
const Op* unlinked(State*, const Op*, Hot*);     ///< a Link whose target is not known yet
const Op* other_page(State*, const Op*, Hot*);   ///< a Link whose target has its own translation

} // namespace handler

} // namespace sl::a64
