// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/simd_structure.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name)
{
    return a64::row<InterpreterTarget, P, Semantics>(name);
}

// clang-format off

constexpr Row rows[] = {
    // Multiple structures.
    //   Q          L        opcode size Rn  Rt
    row<"0 Q 001100 0 0 000000 0000 SS nnnnn ttttt", StoreStructures<1, 4, false>>("st4 (multiple)"),
    row<"0 Q 001100 0 0 000000 0010 SS nnnnn ttttt", StoreStructures<4, 1, false>>("st1 (multiple, 4 registers)"),
    row<"0 Q 001100 0 0 000000 0100 SS nnnnn ttttt", StoreStructures<1, 3, false>>("st3 (multiple)"),
    row<"0 Q 001100 0 0 000000 0110 SS nnnnn ttttt", StoreStructures<3, 1, false>>("st1 (multiple, 3 registers)"),
    row<"0 Q 001100 0 0 000000 0111 SS nnnnn ttttt", StoreStructures<1, 1, false>>("st1 (multiple)"),
    row<"0 Q 001100 0 0 000000 1000 SS nnnnn ttttt", StoreStructures<1, 2, false>>("st2 (multiple)"),
    row<"0 Q 001100 0 0 000000 1010 SS nnnnn ttttt", StoreStructures<2, 1, false>>("st1 (multiple, 2 registers)"),
    row<"0 Q 001100 0 1 000000 0000 SS nnnnn ttttt", LoadStructures<1, 4, false> >("ld4 (multiple)"),
    row<"0 Q 001100 0 1 000000 0010 SS nnnnn ttttt", LoadStructures<4, 1, false> >("ld1 (multiple, 4 registers)"),
    row<"0 Q 001100 0 1 000000 0100 SS nnnnn ttttt", LoadStructures<1, 3, false> >("ld3 (multiple)"),
    row<"0 Q 001100 0 1 000000 0110 SS nnnnn ttttt", LoadStructures<3, 1, false> >("ld1 (multiple, 3 registers)"),
    row<"0 Q 001100 0 1 000000 0111 SS nnnnn ttttt", LoadStructures<1, 1, false> >("ld1 (multiple)"),
    row<"0 Q 001100 0 1 000000 1000 SS nnnnn ttttt", LoadStructures<1, 2, false> >("ld2 (multiple)"),
    row<"0 Q 001100 0 1 000000 1010 SS nnnnn ttttt", LoadStructures<2, 1, false> >("ld1 (multiple, 2 registers)"),
    // Post-index, by the number of bytes and by a register.
    row<"0 Q 001100 1 0 0 11111 0000 SS nnnnn ttttt", StoreStructures<1, 4, true> >("st4 (multiple, post-index)"),
    row<"0 Q 001100 1 0 0 11111 0010 SS nnnnn ttttt", StoreStructures<4, 1, true> >("st1 (multiple, 4 registers, post-index)"),
    row<"0 Q 001100 1 0 0 11111 0100 SS nnnnn ttttt", StoreStructures<1, 3, true> >("st3 (multiple, post-index)"),
    row<"0 Q 001100 1 0 0 11111 0110 SS nnnnn ttttt", StoreStructures<3, 1, true> >("st1 (multiple, 3 registers, post-index)"),
    row<"0 Q 001100 1 0 0 11111 0111 SS nnnnn ttttt", StoreStructures<1, 1, true> >("st1 (multiple, post-index)"),
    row<"0 Q 001100 1 0 0 11111 1000 SS nnnnn ttttt", StoreStructures<1, 2, true> >("st2 (multiple, post-index)"),
    row<"0 Q 001100 1 0 0 11111 1010 SS nnnnn ttttt", StoreStructures<2, 1, true> >("st1 (multiple, 2 registers, post-index)"),
    row<"0 Q 001100 1 1 0 11111 0000 SS nnnnn ttttt", LoadStructures<1, 4, true>  >("ld4 (multiple, post-index)"),
    row<"0 Q 001100 1 1 0 11111 0010 SS nnnnn ttttt", LoadStructures<4, 1, true>  >("ld1 (multiple, 4 registers, post-index)"),
    row<"0 Q 001100 1 1 0 11111 0100 SS nnnnn ttttt", LoadStructures<1, 3, true>  >("ld3 (multiple, post-index)"),
    row<"0 Q 001100 1 1 0 11111 0110 SS nnnnn ttttt", LoadStructures<3, 1, true>  >("ld1 (multiple, 3 registers, post-index)"),
    row<"0 Q 001100 1 1 0 11111 0111 SS nnnnn ttttt", LoadStructures<1, 1, true>  >("ld1 (multiple, post-index)"),
    row<"0 Q 001100 1 1 0 11111 1000 SS nnnnn ttttt", LoadStructures<1, 2, true>  >("ld2 (multiple, post-index)"),
    row<"0 Q 001100 1 1 0 11111 1010 SS nnnnn ttttt", LoadStructures<2, 1, true>  >("ld1 (multiple, 2 registers, post-index)"),
    //   Q          L   Rm    opcode size Rn  Rt
    row<"0 Q 001100 1 0 0 mmmmm 0000 SS nnnnn ttttt", StoreStructuresPost<1, 4>   >("st4 (multiple, post-index by register)"),
    row<"0 Q 001100 1 0 0 mmmmm 0010 SS nnnnn ttttt", StoreStructuresPost<4, 1>   >("st1 (multiple, 4 registers, post-index by register)"),
    row<"0 Q 001100 1 0 0 mmmmm 0100 SS nnnnn ttttt", StoreStructuresPost<1, 3>   >("st3 (multiple, post-index by register)"),
    row<"0 Q 001100 1 0 0 mmmmm 0110 SS nnnnn ttttt", StoreStructuresPost<3, 1>   >("st1 (multiple, 3 registers, post-index by register)"),
    row<"0 Q 001100 1 0 0 mmmmm 0111 SS nnnnn ttttt", StoreStructuresPost<1, 1>   >("st1 (multiple, post-index by register)"),
    row<"0 Q 001100 1 0 0 mmmmm 1000 SS nnnnn ttttt", StoreStructuresPost<1, 2>   >("st2 (multiple, post-index by register)"),
    row<"0 Q 001100 1 0 0 mmmmm 1010 SS nnnnn ttttt", StoreStructuresPost<2, 1>   >("st1 (multiple, 2 registers, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 0000 SS nnnnn ttttt", LoadStructuresPost<1, 4>    >("ld4 (multiple, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 0010 SS nnnnn ttttt", LoadStructuresPost<4, 1>    >("ld1 (multiple, 4 registers, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 0100 SS nnnnn ttttt", LoadStructuresPost<1, 3>    >("ld3 (multiple, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 0110 SS nnnnn ttttt", LoadStructuresPost<3, 1>    >("ld1 (multiple, 3 registers, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 0111 SS nnnnn ttttt", LoadStructuresPost<1, 1>    >("ld1 (multiple, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 1000 SS nnnnn ttttt", LoadStructuresPost<1, 2>    >("ld2 (multiple, post-index by register)"),
    row<"0 Q 001100 1 1 0 mmmmm 1010 SS nnnnn ttttt", LoadStructuresPost<2, 1>    >("ld1 (multiple, 2 registers, post-index by register)"),
    // Single structures: the index is what Q:S:size has above the size of an element.
    //   Q        L R       opcode S size Rn Rt
    row<"0 e 001101 0 0 0 00000 000 e ee nnnnn ttttt", StoreLane<1, 0, false>      >("st1 (single b)"),
    row<"0 e 001101 0 0 0 00000 010 e e0 nnnnn ttttt", StoreLane<1, 1, false>      >("st1 (single h)"),
    row<"0 e 001101 0 0 0 00000 100 e 00 nnnnn ttttt", StoreLane<1, 2, false>      >("st1 (single s)"),
    row<"0 e 001101 0 0 0 00000 100 0 01 nnnnn ttttt", StoreLane<1, 3, false>      >("st1 (single d)"),
    row<"0 e 001101 0 0 1 00000 000 e ee nnnnn ttttt", StoreLane<2, 0, false>      >("st2 (single b)"),
    row<"0 e 001101 0 0 1 00000 010 e e0 nnnnn ttttt", StoreLane<2, 1, false>      >("st2 (single h)"),
    row<"0 e 001101 0 0 1 00000 100 e 00 nnnnn ttttt", StoreLane<2, 2, false>      >("st2 (single s)"),
    row<"0 e 001101 0 0 1 00000 100 0 01 nnnnn ttttt", StoreLane<2, 3, false>      >("st2 (single d)"),
    row<"0 e 001101 0 0 0 00000 001 e ee nnnnn ttttt", StoreLane<3, 0, false>      >("st3 (single b)"),
    row<"0 e 001101 0 0 0 00000 011 e e0 nnnnn ttttt", StoreLane<3, 1, false>      >("st3 (single h)"),
    row<"0 e 001101 0 0 0 00000 101 e 00 nnnnn ttttt", StoreLane<3, 2, false>      >("st3 (single s)"),
    row<"0 e 001101 0 0 0 00000 101 0 01 nnnnn ttttt", StoreLane<3, 3, false>      >("st3 (single d)"),
    row<"0 e 001101 0 0 1 00000 001 e ee nnnnn ttttt", StoreLane<4, 0, false>      >("st4 (single b)"),
    row<"0 e 001101 0 0 1 00000 011 e e0 nnnnn ttttt", StoreLane<4, 1, false>      >("st4 (single h)"),
    row<"0 e 001101 0 0 1 00000 101 e 00 nnnnn ttttt", StoreLane<4, 2, false>      >("st4 (single s)"),
    row<"0 e 001101 0 0 1 00000 101 0 01 nnnnn ttttt", StoreLane<4, 3, false>      >("st4 (single d)"),
    row<"0 e 001101 0 1 0 00000 000 e ee nnnnn ttttt", LoadLane<1, 0, false>       >("ld1 (single b)"),
    row<"0 e 001101 0 1 0 00000 010 e e0 nnnnn ttttt", LoadLane<1, 1, false>       >("ld1 (single h)"),
    row<"0 e 001101 0 1 0 00000 100 e 00 nnnnn ttttt", LoadLane<1, 2, false>       >("ld1 (single s)"),
    row<"0 e 001101 0 1 0 00000 100 0 01 nnnnn ttttt", LoadLane<1, 3, false>       >("ld1 (single d)"),
    row<"0 e 001101 0 1 1 00000 000 e ee nnnnn ttttt", LoadLane<2, 0, false>       >("ld2 (single b)"),
    row<"0 e 001101 0 1 1 00000 010 e e0 nnnnn ttttt", LoadLane<2, 1, false>       >("ld2 (single h)"),
    row<"0 e 001101 0 1 1 00000 100 e 00 nnnnn ttttt", LoadLane<2, 2, false>       >("ld2 (single s)"),
    row<"0 e 001101 0 1 1 00000 100 0 01 nnnnn ttttt", LoadLane<2, 3, false>       >("ld2 (single d)"),
    row<"0 e 001101 0 1 0 00000 001 e ee nnnnn ttttt", LoadLane<3, 0, false>       >("ld3 (single b)"),
    row<"0 e 001101 0 1 0 00000 011 e e0 nnnnn ttttt", LoadLane<3, 1, false>       >("ld3 (single h)"),
    row<"0 e 001101 0 1 0 00000 101 e 00 nnnnn ttttt", LoadLane<3, 2, false>       >("ld3 (single s)"),
    row<"0 e 001101 0 1 0 00000 101 0 01 nnnnn ttttt", LoadLane<3, 3, false>       >("ld3 (single d)"),
    row<"0 e 001101 0 1 1 00000 001 e ee nnnnn ttttt", LoadLane<4, 0, false>       >("ld4 (single b)"),
    row<"0 e 001101 0 1 1 00000 011 e e0 nnnnn ttttt", LoadLane<4, 1, false>       >("ld4 (single h)"),
    row<"0 e 001101 0 1 1 00000 101 e 00 nnnnn ttttt", LoadLane<4, 2, false>       >("ld4 (single s)"),
    row<"0 e 001101 0 1 1 00000 101 0 01 nnnnn ttttt", LoadLane<4, 3, false>       >("ld4 (single d)"),
    row<"0 Q 001101 0 1 0 00000 110 0 SS nnnnn ttttt", LoadReplicated<1, false>    >("ld1r"),
    row<"0 Q 001101 0 1 1 00000 110 0 SS nnnnn ttttt", LoadReplicated<2, false>    >("ld2r"),
    row<"0 Q 001101 0 1 0 00000 111 0 SS nnnnn ttttt", LoadReplicated<3, false>    >("ld3r"),
    row<"0 Q 001101 0 1 1 00000 111 0 SS nnnnn ttttt", LoadReplicated<4, false>    >("ld4r"),
    // Post-index, by the number of bytes and by a register.
    row<"0 e 001101 1 0 0 11111 000 e ee nnnnn ttttt", StoreLane<1, 0, true>       >("st1 (single b, post-index)"),
    row<"0 e 001101 1 0 0 11111 010 e e0 nnnnn ttttt", StoreLane<1, 1, true>       >("st1 (single h, post-index)"),
    row<"0 e 001101 1 0 0 11111 100 e 00 nnnnn ttttt", StoreLane<1, 2, true>       >("st1 (single s, post-index)"),
    row<"0 e 001101 1 0 0 11111 100 0 01 nnnnn ttttt", StoreLane<1, 3, true>       >("st1 (single d, post-index)"),
    row<"0 e 001101 1 0 1 11111 000 e ee nnnnn ttttt", StoreLane<2, 0, true>       >("st2 (single b, post-index)"),
    row<"0 e 001101 1 0 1 11111 010 e e0 nnnnn ttttt", StoreLane<2, 1, true>       >("st2 (single h, post-index)"),
    row<"0 e 001101 1 0 1 11111 100 e 00 nnnnn ttttt", StoreLane<2, 2, true>       >("st2 (single s, post-index)"),
    row<"0 e 001101 1 0 1 11111 100 0 01 nnnnn ttttt", StoreLane<2, 3, true>       >("st2 (single d, post-index)"),
    row<"0 e 001101 1 0 0 11111 001 e ee nnnnn ttttt", StoreLane<3, 0, true>       >("st3 (single b, post-index)"),
    row<"0 e 001101 1 0 0 11111 011 e e0 nnnnn ttttt", StoreLane<3, 1, true>       >("st3 (single h, post-index)"),
    row<"0 e 001101 1 0 0 11111 101 e 00 nnnnn ttttt", StoreLane<3, 2, true>       >("st3 (single s, post-index)"),
    row<"0 e 001101 1 0 0 11111 101 0 01 nnnnn ttttt", StoreLane<3, 3, true>       >("st3 (single d, post-index)"),
    row<"0 e 001101 1 0 1 11111 001 e ee nnnnn ttttt", StoreLane<4, 0, true>       >("st4 (single b, post-index)"),
    row<"0 e 001101 1 0 1 11111 011 e e0 nnnnn ttttt", StoreLane<4, 1, true>       >("st4 (single h, post-index)"),
    row<"0 e 001101 1 0 1 11111 101 e 00 nnnnn ttttt", StoreLane<4, 2, true>       >("st4 (single s, post-index)"),
    row<"0 e 001101 1 0 1 11111 101 0 01 nnnnn ttttt", StoreLane<4, 3, true>       >("st4 (single d, post-index)"),
    row<"0 e 001101 1 1 0 11111 000 e ee nnnnn ttttt", LoadLane<1, 0, true>        >("ld1 (single b, post-index)"),
    row<"0 e 001101 1 1 0 11111 010 e e0 nnnnn ttttt", LoadLane<1, 1, true>        >("ld1 (single h, post-index)"),
    row<"0 e 001101 1 1 0 11111 100 e 00 nnnnn ttttt", LoadLane<1, 2, true>        >("ld1 (single s, post-index)"),
    row<"0 e 001101 1 1 0 11111 100 0 01 nnnnn ttttt", LoadLane<1, 3, true>        >("ld1 (single d, post-index)"),
    row<"0 e 001101 1 1 1 11111 000 e ee nnnnn ttttt", LoadLane<2, 0, true>        >("ld2 (single b, post-index)"),
    row<"0 e 001101 1 1 1 11111 010 e e0 nnnnn ttttt", LoadLane<2, 1, true>        >("ld2 (single h, post-index)"),
    row<"0 e 001101 1 1 1 11111 100 e 00 nnnnn ttttt", LoadLane<2, 2, true>        >("ld2 (single s, post-index)"),
    row<"0 e 001101 1 1 1 11111 100 0 01 nnnnn ttttt", LoadLane<2, 3, true>        >("ld2 (single d, post-index)"),
    row<"0 e 001101 1 1 0 11111 001 e ee nnnnn ttttt", LoadLane<3, 0, true>        >("ld3 (single b, post-index)"),
    row<"0 e 001101 1 1 0 11111 011 e e0 nnnnn ttttt", LoadLane<3, 1, true>        >("ld3 (single h, post-index)"),
    row<"0 e 001101 1 1 0 11111 101 e 00 nnnnn ttttt", LoadLane<3, 2, true>        >("ld3 (single s, post-index)"),
    row<"0 e 001101 1 1 0 11111 101 0 01 nnnnn ttttt", LoadLane<3, 3, true>        >("ld3 (single d, post-index)"),
    row<"0 e 001101 1 1 1 11111 001 e ee nnnnn ttttt", LoadLane<4, 0, true>        >("ld4 (single b, post-index)"),
    row<"0 e 001101 1 1 1 11111 011 e e0 nnnnn ttttt", LoadLane<4, 1, true>        >("ld4 (single h, post-index)"),
    row<"0 e 001101 1 1 1 11111 101 e 00 nnnnn ttttt", LoadLane<4, 2, true>        >("ld4 (single s, post-index)"),
    row<"0 e 001101 1 1 1 11111 101 0 01 nnnnn ttttt", LoadLane<4, 3, true>        >("ld4 (single d, post-index)"),
    row<"0 Q 001101 1 1 0 11111 110 0 SS nnnnn ttttt", LoadReplicated<1, true>     >("ld1r (post-index)"),
    row<"0 Q 001101 1 1 1 11111 110 0 SS nnnnn ttttt", LoadReplicated<2, true>     >("ld2r (post-index)"),
    row<"0 Q 001101 1 1 0 11111 111 0 SS nnnnn ttttt", LoadReplicated<3, true>     >("ld3r (post-index)"),
    row<"0 Q 001101 1 1 1 11111 111 0 SS nnnnn ttttt", LoadReplicated<4, true>     >("ld4r (post-index)"),
    //   Q        L R Rm    opcode S size Rn Rt
    row<"0 e 001101 1 0 0 mmmmm 000 e ee nnnnn ttttt", StoreLanePost<1, 0>         >("st1 (single b, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 010 e e0 nnnnn ttttt", StoreLanePost<1, 1>         >("st1 (single h, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 100 e 00 nnnnn ttttt", StoreLanePost<1, 2>         >("st1 (single s, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 100 0 01 nnnnn ttttt", StoreLanePost<1, 3>         >("st1 (single d, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 000 e ee nnnnn ttttt", StoreLanePost<2, 0>         >("st2 (single b, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 010 e e0 nnnnn ttttt", StoreLanePost<2, 1>         >("st2 (single h, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 100 e 00 nnnnn ttttt", StoreLanePost<2, 2>         >("st2 (single s, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 100 0 01 nnnnn ttttt", StoreLanePost<2, 3>         >("st2 (single d, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 001 e ee nnnnn ttttt", StoreLanePost<3, 0>         >("st3 (single b, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 011 e e0 nnnnn ttttt", StoreLanePost<3, 1>         >("st3 (single h, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 101 e 00 nnnnn ttttt", StoreLanePost<3, 2>         >("st3 (single s, post-index by register)"),
    row<"0 e 001101 1 0 0 mmmmm 101 0 01 nnnnn ttttt", StoreLanePost<3, 3>         >("st3 (single d, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 001 e ee nnnnn ttttt", StoreLanePost<4, 0>         >("st4 (single b, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 011 e e0 nnnnn ttttt", StoreLanePost<4, 1>         >("st4 (single h, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 101 e 00 nnnnn ttttt", StoreLanePost<4, 2>         >("st4 (single s, post-index by register)"),
    row<"0 e 001101 1 0 1 mmmmm 101 0 01 nnnnn ttttt", StoreLanePost<4, 3>         >("st4 (single d, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 000 e ee nnnnn ttttt", LoadLanePost<1, 0>          >("ld1 (single b, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 010 e e0 nnnnn ttttt", LoadLanePost<1, 1>          >("ld1 (single h, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 100 e 00 nnnnn ttttt", LoadLanePost<1, 2>          >("ld1 (single s, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 100 0 01 nnnnn ttttt", LoadLanePost<1, 3>          >("ld1 (single d, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 000 e ee nnnnn ttttt", LoadLanePost<2, 0>          >("ld2 (single b, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 010 e e0 nnnnn ttttt", LoadLanePost<2, 1>          >("ld2 (single h, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 100 e 00 nnnnn ttttt", LoadLanePost<2, 2>          >("ld2 (single s, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 100 0 01 nnnnn ttttt", LoadLanePost<2, 3>          >("ld2 (single d, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 001 e ee nnnnn ttttt", LoadLanePost<3, 0>          >("ld3 (single b, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 011 e e0 nnnnn ttttt", LoadLanePost<3, 1>          >("ld3 (single h, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 101 e 00 nnnnn ttttt", LoadLanePost<3, 2>          >("ld3 (single s, post-index by register)"),
    row<"0 e 001101 1 1 0 mmmmm 101 0 01 nnnnn ttttt", LoadLanePost<3, 3>          >("ld3 (single d, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 001 e ee nnnnn ttttt", LoadLanePost<4, 0>          >("ld4 (single b, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 011 e e0 nnnnn ttttt", LoadLanePost<4, 1>          >("ld4 (single h, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 101 e 00 nnnnn ttttt", LoadLanePost<4, 2>          >("ld4 (single s, post-index by register)"),
    row<"0 e 001101 1 1 1 mmmmm 101 0 01 nnnnn ttttt", LoadLanePost<4, 3>          >("ld4 (single d, post-index by register)"),
    row<"0 Q 001101 1 1 0 mmmmm 110 0 SS nnnnn ttttt", LoadReplicatedPost<1>       >("ld1r (post-index by register)"),
    row<"0 Q 001101 1 1 1 mmmmm 110 0 SS nnnnn ttttt", LoadReplicatedPost<2>       >("ld2r (post-index by register)"),
    row<"0 Q 001101 1 1 0 mmmmm 111 0 SS nnnnn ttttt", LoadReplicatedPost<3>       >("ld3r (post-index by register)"),
    row<"0 Q 001101 1 1 1 mmmmm 111 0 SS nnnnn ttttt", LoadReplicatedPost<4>       >("ld4r (post-index by register)"),
};

// clang-format on

} // namespace

std::span<const Row> simd_structure_rows()
{
    return rows;
}

} // namespace sl::a64::decode
