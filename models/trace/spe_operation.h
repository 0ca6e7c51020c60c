// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::trace {

/// What an instruction is to a profiler (DDI 0487, Statistical Profiling, Operation Type packet).
struct SpeOperation {
    enum class Type : u8 { Other, Load, Store, LoadAtomic, Branch };
    Type type = Type::Other;
    bool conditional = false; ///< branch, select or compare
    bool exception = false;   ///< SVC, HVC, SMC, BRK: generates an exception and is executed
    u8 packet_class = 0b00;   ///< the low bits of the packet's header
    u8 packet_payload = 0;    ///< its one byte

    bool loads() const { return type == Type::Load || type == Type::LoadAtomic; }

    bool stores() const { return type == Type::Store || type == Type::LoadAtomic; }
};

SpeOperation spe_operation(u32 word);

/// For a conditional select or compare, and B.cond: does its condition hold? `nzcv` as in PSTATE,
/// bits 31:28.
bool spe_condition_holds(u32 word, u64 nzcv);

} // namespace sl::trace
