// SPDX-License-Identifier: MIT
#include "a64/semantics/simd_shift.h"
#include "a64/decode/groups.h"

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
    // Q U          immh    immb opcode Rn    Rd
    row<"0 Q U 01111 0 0001 iii 00000 1 nnnnn ddddd", ShiftVector<ShiftRightLane<false>, 0, RightBy>         >("sshr, ushr"),
    row<"0 Q U 01111 0 001 iiii 00000 1 nnnnn ddddd", ShiftVector<ShiftRightLane<false>, 1, RightBy>         >("sshr, ushr"),
    row<"0 Q U 01111 0 01 iiiii 00000 1 nnnnn ddddd", ShiftVector<ShiftRightLane<false>, 2, RightBy>         >("sshr, ushr"),
    row<"0 Q U 01111 0 1 iiiiii 00000 1 nnnnn ddddd", ShiftVector<ShiftRightLane<false>, 3, RightBy>         >("sshr, ushr"),
    row<"0 Q U 01111 0 0001 iii 00010 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<false>, 0, RightBy, true>>("ssra, usra"),
    row<"0 Q U 01111 0 001 iiii 00010 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<false>, 1, RightBy, true>>("ssra, usra"),
    row<"0 Q U 01111 0 01 iiiii 00010 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<false>, 2, RightBy, true>>("ssra, usra"),
    row<"0 Q U 01111 0 1 iiiiii 00010 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<false>, 3, RightBy, true>>("ssra, usra"),
    row<"0 Q U 01111 0 0001 iii 00100 1 nnnnn ddddd", ShiftVector<ShiftRightLane<true>, 0, RightBy>          >("srshr, urshr"),
    row<"0 Q U 01111 0 001 iiii 00100 1 nnnnn ddddd", ShiftVector<ShiftRightLane<true>, 1, RightBy>          >("srshr, urshr"),
    row<"0 Q U 01111 0 01 iiiii 00100 1 nnnnn ddddd", ShiftVector<ShiftRightLane<true>, 2, RightBy>          >("srshr, urshr"),
    row<"0 Q U 01111 0 1 iiiiii 00100 1 nnnnn ddddd", ShiftVector<ShiftRightLane<true>, 3, RightBy>          >("srshr, urshr"),
    row<"0 Q U 01111 0 0001 iii 00110 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<true>, 0, RightBy, true> >("srsra, ursra"),
    row<"0 Q U 01111 0 001 iiii 00110 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<true>, 1, RightBy, true> >("srsra, ursra"),
    row<"0 Q U 01111 0 01 iiiii 00110 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<true>, 2, RightBy, true> >("srsra, ursra"),
    row<"0 Q U 01111 0 1 iiiiii 00110 1 nnnnn ddddd", ShiftVector<ShiftRightAddLane<true>, 3, RightBy, true> >("srsra, ursra"),
    row<"0 Q 1 01111 0 0001 iii 01000 1 nnnnn ddddd", ShiftVectorAs<InsertRightLane, 0, RightBy, 1, true>    >("sri"),
    row<"0 Q 1 01111 0 001 iiii 01000 1 nnnnn ddddd", ShiftVectorAs<InsertRightLane, 1, RightBy, 1, true>    >("sri"),
    row<"0 Q 1 01111 0 01 iiiii 01000 1 nnnnn ddddd", ShiftVectorAs<InsertRightLane, 2, RightBy, 1, true>    >("sri"),
    row<"0 Q 1 01111 0 1 iiiiii 01000 1 nnnnn ddddd", ShiftVectorAs<InsertRightLane, 3, RightBy, 1, true>    >("sri"),
    row<"0 Q 0 01111 0 0001 iii 01010 1 nnnnn ddddd", ShiftVectorAs<ShiftLeftLane, 0, LeftBy, 1>             >("shl"),
    row<"0 Q 0 01111 0 001 iiii 01010 1 nnnnn ddddd", ShiftVectorAs<ShiftLeftLane, 1, LeftBy, 1>             >("shl"),
    row<"0 Q 0 01111 0 01 iiiii 01010 1 nnnnn ddddd", ShiftVectorAs<ShiftLeftLane, 2, LeftBy, 1>             >("shl"),
    row<"0 Q 0 01111 0 1 iiiiii 01010 1 nnnnn ddddd", ShiftVectorAs<ShiftLeftLane, 3, LeftBy, 1>             >("shl"),
    row<"0 Q 1 01111 0 0001 iii 01010 1 nnnnn ddddd", ShiftVectorAs<InsertLeftLane, 0, LeftBy, 1, true>      >("sli"),
    row<"0 Q 1 01111 0 001 iiii 01010 1 nnnnn ddddd", ShiftVectorAs<InsertLeftLane, 1, LeftBy, 1, true>      >("sli"),
    row<"0 Q 1 01111 0 01 iiiii 01010 1 nnnnn ddddd", ShiftVectorAs<InsertLeftLane, 2, LeftBy, 1, true>      >("sli"),
    row<"0 Q 1 01111 0 1 iiiiii 01010 1 nnnnn ddddd", ShiftVectorAs<InsertLeftLane, 3, LeftBy, 1, true>      >("sli"),
    row<"0 Q 1 01111 0 0001 iii 01100 1 nnnnn ddddd", ShiftVectorAs<SaturatingLeftLane<true>, 0, LeftBy, 0>  >("sqshlu"),
    row<"0 Q 1 01111 0 001 iiii 01100 1 nnnnn ddddd", ShiftVectorAs<SaturatingLeftLane<true>, 1, LeftBy, 0>  >("sqshlu"),
    row<"0 Q 1 01111 0 01 iiiii 01100 1 nnnnn ddddd", ShiftVectorAs<SaturatingLeftLane<true>, 2, LeftBy, 0>  >("sqshlu"),
    row<"0 Q 1 01111 0 1 iiiiii 01100 1 nnnnn ddddd", ShiftVectorAs<SaturatingLeftLane<true>, 3, LeftBy, 0>  >("sqshlu"),
    row<"0 Q U 01111 0 0001 iii 01110 1 nnnnn ddddd", ShiftVector<SaturatingLeftLane<false>, 0, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"0 Q U 01111 0 001 iiii 01110 1 nnnnn ddddd", ShiftVector<SaturatingLeftLane<false>, 1, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"0 Q U 01111 0 01 iiiii 01110 1 nnnnn ddddd", ShiftVector<SaturatingLeftLane<false>, 2, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"0 Q U 01111 0 1 iiiiii 01110 1 nnnnn ddddd", ShiftVector<SaturatingLeftLane<false>, 3, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"0 Q 0 01111 0 0001 iii 10000 1 nnnnn ddddd", ShiftNarrow<Narrow::Plain, false, 1, 0>                >("shrn"),
    row<"0 Q 0 01111 0 001 iiii 10000 1 nnnnn ddddd", ShiftNarrow<Narrow::Plain, false, 1, 1>                >("shrn"),
    row<"0 Q 0 01111 0 01 iiiii 10000 1 nnnnn ddddd", ShiftNarrow<Narrow::Plain, false, 1, 2>                >("shrn"),
    row<"0 Q 0 01111 0 0001 iii 10001 1 nnnnn ddddd", ShiftNarrow<Narrow::Plain, true, 1, 0>                 >("rshrn"),
    row<"0 Q 0 01111 0 001 iiii 10001 1 nnnnn ddddd", ShiftNarrow<Narrow::Plain, true, 1, 1>                 >("rshrn"),
    row<"0 Q 0 01111 0 01 iiiii 10001 1 nnnnn ddddd", ShiftNarrow<Narrow::Plain, true, 1, 2>                 >("rshrn"),
    row<"0 Q 1 01111 0 0001 iii 10000 1 nnnnn ddddd", ShiftNarrow<Narrow::ToUnsigned, false, 0, 0>           >("sqshrun"),
    row<"0 Q 1 01111 0 001 iiii 10000 1 nnnnn ddddd", ShiftNarrow<Narrow::ToUnsigned, false, 0, 1>           >("sqshrun"),
    row<"0 Q 1 01111 0 01 iiiii 10000 1 nnnnn ddddd", ShiftNarrow<Narrow::ToUnsigned, false, 0, 2>           >("sqshrun"),
    row<"0 Q 1 01111 0 0001 iii 10001 1 nnnnn ddddd", ShiftNarrow<Narrow::ToUnsigned, true, 0, 0>            >("sqrshrun"),
    row<"0 Q 1 01111 0 001 iiii 10001 1 nnnnn ddddd", ShiftNarrow<Narrow::ToUnsigned, true, 0, 1>            >("sqrshrun"),
    row<"0 Q 1 01111 0 01 iiiii 10001 1 nnnnn ddddd", ShiftNarrow<Narrow::ToUnsigned, true, 0, 2>            >("sqrshrun"),
    row<"0 Q 0 01111 0 0001 iii 10010 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, false, 0, 0>             >("sqshrn"),
    row<"0 Q 0 01111 0 001 iiii 10010 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, false, 0, 1>             >("sqshrn"),
    row<"0 Q 0 01111 0 01 iiiii 10010 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, false, 0, 2>             >("sqshrn"),
    row<"0 Q 1 01111 0 0001 iii 10010 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, false, 1, 0>             >("uqshrn"),
    row<"0 Q 1 01111 0 001 iiii 10010 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, false, 1, 1>             >("uqshrn"),
    row<"0 Q 1 01111 0 01 iiiii 10010 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, false, 1, 2>             >("uqshrn"),
    row<"0 Q 0 01111 0 0001 iii 10011 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, true, 0, 0>              >("sqrshrn"),
    row<"0 Q 0 01111 0 001 iiii 10011 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, true, 0, 1>              >("sqrshrn"),
    row<"0 Q 0 01111 0 01 iiiii 10011 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, true, 0, 2>              >("sqrshrn"),
    row<"0 Q 1 01111 0 0001 iii 10011 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, true, 1, 0>              >("uqrshrn"),
    row<"0 Q 1 01111 0 001 iiii 10011 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, true, 1, 1>              >("uqrshrn"),
    row<"0 Q 1 01111 0 01 iiiii 10011 1 nnnnn ddddd", ShiftNarrow<Narrow::Saturate, true, 1, 2>              >("uqrshrn"),
    row<"0 Q U 01111 0 0001 iii 10100 1 nnnnn ddddd", ShiftLong<0>                                           >("sshll, ushll"),
    row<"0 Q U 01111 0 001 iiii 10100 1 nnnnn ddddd", ShiftLong<1>                                           >("sshll, ushll"),
    row<"0 Q U 01111 0 01 iiiii 10100 1 nnnnn ddddd", ShiftLong<2>                                           >("sshll, ushll"),
};

// clang-format on

} // namespace

std::span<const Row> simd_shift_rows()
{
    return rows;
}

} // namespace sl::a64::decode
