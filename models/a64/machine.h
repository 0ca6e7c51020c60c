// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/environment.h"
#include "a64/operands.h"
#include "a64/slow.h"

namespace sl::a64 {

// Semantic functions are written once against a machine M. Its vocabulary, of which interpreter.h
// is the definition:
//
//   values     constant imm extra read write base read_vector write_vector
//   arithmetic add sub adc and_ or_ eor not_ lsl lsr asr ror mul smulh umulh udiv sdiv clz cls rbit
//              rev crc32 sext zext
//   lanes      map map_fp: a function of whole vectors, which may set FPSR.QC, or FPSR's exceptions
//   flags      add_flags sub_flags adc_flags logic_flags add_nzcv sub_nzcv nzcv set_nzcv
//   decisions  cond select nonzero
//   control    return_address pc_relative page_relative branch branch_if jump call eret
//   memory     load load_pair load_vector load_vector_pair load_block, store likewise, block
//              set_block, load_exclusive store_exclusive atomic compare_and_swap clear_exclusive
//   system     read_sysreg write_sysreg write_pstate sys sysl barrier hint
//              wait_until
//   cost       is: the instruction's CostClass, last, where the operations do not tell it
//
// Rules. Never branch on a Value: where it is not a plain number there is nothing to branch on. The
// one exception is `if (!m.load(...)) return;` for calls that may take an exception; all of them
// come before the first write. One effectful call per statement, as C++ does not order arguments.
// `width` is 32 or 64: operations take and give values whose bits above the width are zero.

constexpr unsigned width_of(u32 sf)
{
    return sf != 0 ? 64 : 32;
}

/// A SIMD&FP register's value on a machine.
template <class Value>
struct VectorValue {
    Value lo, hi;
};

} // namespace sl::a64
