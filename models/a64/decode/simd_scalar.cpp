// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/simd_shift.h"

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
    // U         size   Rm    opcode    Rn    Rd
    row<"01 U 11110 SS 1 mmmmm 00001 1 nnnnn ddddd",  ScalarThree<SaturatingAddLane<false>, sizes_bhsd>      >("sqadd, uqadd (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 00101 1 nnnnn ddddd",  ScalarThree<SaturatingAddLane<true>, sizes_bhsd>       >("sqsub, uqsub (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 00110 1 nnnnn ddddd",  ScalarThree<CompareLane<Compare::Gt>, size_d>          >("cmgt, cmhi (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 00111 1 nnnnn ddddd",  ScalarThree<CompareLane<Compare::Ge>, size_d>          >("cmge, cmhs (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 01000 1 nnnnn ddddd",  ScalarThree<ShiftLane<false, false>, size_d>           >("sshl, ushl (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 01001 1 nnnnn ddddd",  ScalarThree<ShiftLane<true, false>, sizes_bhsd>        >("sqshl, uqshl (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 01010 1 nnnnn ddddd",  ScalarThree<ShiftLane<false, true>, size_d>            >("srshl, urshl (scalar)"),
    row<"01 U 11110 SS 1 mmmmm 01011 1 nnnnn ddddd",  ScalarThree<ShiftLane<true, true>, sizes_bhsd>         >("sqrshl, uqrshl (scalar)"),
    row<"01 0 11110 SS 1 mmmmm 10000 1 nnnnn ddddd",  ScalarThreeAs<AddLane, size_d, 1>                      >("add (scalar)"),
    row<"01 1 11110 SS 1 mmmmm 10000 1 nnnnn ddddd",  ScalarThreeAs<SubLane, size_d, 1>                      >("sub (scalar)"),
    row<"01 0 11110 SS 1 mmmmm 10001 1 nnnnn ddddd",  ScalarThreeAs<CompareLane<Compare::Test>, size_d, 1>   >("cmtst (scalar)"),
    row<"01 1 11110 SS 1 mmmmm 10001 1 nnnnn ddddd",  ScalarThreeAs<CompareLane<Compare::Eq>, size_d, 1>     >("cmeq (scalar)"),
    row<"01 0 11110 SS 1 mmmmm 10110 1 nnnnn ddddd",  ScalarThreeAs<DoublingHighLane<false>, sizes_hs, 0>    >("sqdmulh (scalar)"),
    row<"01 1 11110 SS 1 mmmmm 10110 1 nnnnn ddddd",  ScalarThreeAs<DoublingHighLane<true>, sizes_hs, 0>     >("sqrdmulh (scalar)"),
    // Two-register miscellaneous
    row<"01 U 11110 SS 10000 00011 10 nnnnn ddddd",   ScalarTwo<AddOtherSignLane, sizes_bhsd, true>          >("suqadd, usqadd (scalar)"),
    row<"01 0 11110 SS 10000 00111 10 nnnnn ddddd",   ScalarTwoAs<SignLane<false, true>, sizes_bhsd, 0>      >("sqabs (scalar)"),
    row<"01 1 11110 SS 10000 00111 10 nnnnn ddddd",   ScalarTwoAs<SignLane<true, true>, sizes_bhsd, 0>       >("sqneg (scalar)"),
    row<"01 0 11110 SS 10000 01000 10 nnnnn ddddd",   ScalarTwoAs<CompareLane<Compare::Gt>, size_d, 0>       >("cmgt (scalar)"),
    row<"01 1 11110 SS 10000 01000 10 nnnnn ddddd",   ScalarTwoAs<CompareLane<Compare::Ge>, size_d, 0>       >("cmge (scalar)"),
    row<"01 0 11110 SS 10000 01001 10 nnnnn ddddd",   ScalarTwoAs<CompareLane<Compare::Eq>, size_d, 0>       >("cmeq (scalar)"),
    row<"01 1 11110 SS 10000 01001 10 nnnnn ddddd",   ScalarTwoAs<CompareLane<Compare::Le>, size_d, 0>       >("cmle (scalar)"),
    row<"01 0 11110 SS 10000 01010 10 nnnnn ddddd",   ScalarTwoAs<CompareLane<Compare::Lt>, size_d, 0>       >("cmlt (scalar)"),
    row<"01 0 11110 SS 10000 01011 10 nnnnn ddddd",   ScalarTwoAs<SignLane<false, false>, size_d, 0>         >("abs (scalar)"),
    row<"01 1 11110 SS 10000 01011 10 nnnnn ddddd",   ScalarTwoAs<SignLane<true, false>, size_d, 0>          >("neg (scalar)"),
    row<"01 1 11110 SS 10000 10010 10 nnnnn ddddd",   ScalarNarrow<Narrow::ToUnsigned, 0>                    >("sqxtun (scalar)"),
    row<"01 0 11110 SS 10000 10100 10 nnnnn ddddd",   ScalarNarrow<Narrow::Saturate, 0>                      >("sqxtn (scalar)"),
    row<"01 1 11110 SS 10000 10100 10 nnnnn ddddd",   ScalarNarrow<Narrow::Saturate, 1>                      >("uqxtn (scalar)"),
    // Pairwise
    row<"01 0 11110 11 11000 11011 10 nnnnn ddddd",   AddPairScalar                                          >("addp (scalar)"),
    // Three different
    row<"01 0 11110 SS 1 mmmmm 1001 00 nnnnn ddddd",  ScalarLong<DoublingAddLane<false>, true>               >("sqdmlal (scalar)"),
    row<"01 0 11110 SS 1 mmmmm 1011 00 nnnnn ddddd",  ScalarLong<DoublingAddLane<true>, true>                >("sqdmlsl (scalar)"),
    row<"01 0 11110 SS 1 mmmmm 1101 00 nnnnn ddddd",  ScalarLong<DoublingLongLane, false>                    >("sqdmull (scalar)"),
    // By element
    row<"01 0 11111 01 ee mmmm 0011 e 0 nnnnn ddddd", ScalarLongByElement<DoublingAddLane<false>, 1, true>   >("sqdmlal (by element, scalar)"),
    row<"01 0 11111 10 e mmmmm 0011 e 0 nnnnn ddddd", ScalarLongByElement<DoublingAddLane<false>, 2, true>   >("sqdmlal (by element, scalar)"),
    row<"01 0 11111 01 ee mmmm 0111 e 0 nnnnn ddddd", ScalarLongByElement<DoublingAddLane<true>, 1, true>    >("sqdmlsl (by element, scalar)"),
    row<"01 0 11111 10 e mmmmm 0111 e 0 nnnnn ddddd", ScalarLongByElement<DoublingAddLane<true>, 2, true>    >("sqdmlsl (by element, scalar)"),
    row<"01 0 11111 01 ee mmmm 1011 e 0 nnnnn ddddd", ScalarLongByElement<DoublingLongLane, 1>               >("sqdmull (by element, scalar)"),
    row<"01 0 11111 10 e mmmmm 1011 e 0 nnnnn ddddd", ScalarLongByElement<DoublingLongLane, 2>               >("sqdmull (by element, scalar)"),
    row<"01 0 11111 01 ee mmmm 1100 e 0 nnnnn ddddd", ScalarByElement<DoublingHighLane<false>, 1>            >("sqdmulh (by element, scalar)"),
    row<"01 0 11111 10 e mmmmm 1100 e 0 nnnnn ddddd", ScalarByElement<DoublingHighLane<false>, 2>            >("sqdmulh (by element, scalar)"),
    row<"01 0 11111 01 ee mmmm 1101 e 0 nnnnn ddddd", ScalarByElement<DoublingHighLane<true>, 1>             >("sqrdmulh (by element, scalar)"),
    row<"01 0 11111 10 e mmmmm 1101 e 0 nnnnn ddddd", ScalarByElement<DoublingHighLane<true>, 2>             >("sqrdmulh (by element, scalar)"),
    // Shift by immediate
    row<"01 U 11111 0 1 iiiiii 00000 1 nnnnn ddddd",  ShiftScalar<ShiftRightLane<false>, 3, RightBy>         >("sshr, ushr"),
    row<"01 U 11111 0 1 iiiiii 00010 1 nnnnn ddddd",  ShiftScalar<ShiftRightAddLane<false>, 3, RightBy, true>>("ssra, usra"),
    row<"01 U 11111 0 1 iiiiii 00100 1 nnnnn ddddd",  ShiftScalar<ShiftRightLane<true>, 3, RightBy>          >("srshr, urshr"),
    row<"01 U 11111 0 1 iiiiii 00110 1 nnnnn ddddd",  ShiftScalar<ShiftRightAddLane<true>, 3, RightBy, true> >("srsra, ursra"),
    row<"01 1 11111 0 1 iiiiii 01000 1 nnnnn ddddd",  ShiftScalarAs<InsertRightLane, 3, RightBy, 1, true>    >("sri"),
    row<"01 0 11111 0 1 iiiiii 01010 1 nnnnn ddddd",  ShiftScalarAs<ShiftLeftLane, 3, LeftBy, 1>             >("shl"),
    row<"01 1 11111 0 1 iiiiii 01010 1 nnnnn ddddd",  ShiftScalarAs<InsertLeftLane, 3, LeftBy, 1, true>      >("sli"),
    row<"01 1 11111 0 0001 iii 01100 1 nnnnn ddddd",  ShiftScalarAs<SaturatingLeftLane<true>, 0, LeftBy, 0>  >("sqshlu"),
    row<"01 1 11111 0 001 iiii 01100 1 nnnnn ddddd",  ShiftScalarAs<SaturatingLeftLane<true>, 1, LeftBy, 0>  >("sqshlu"),
    row<"01 1 11111 0 01 iiiii 01100 1 nnnnn ddddd",  ShiftScalarAs<SaturatingLeftLane<true>, 2, LeftBy, 0>  >("sqshlu"),
    row<"01 1 11111 0 1 iiiiii 01100 1 nnnnn ddddd",  ShiftScalarAs<SaturatingLeftLane<true>, 3, LeftBy, 0>  >("sqshlu"),
    row<"01 U 11111 0 0001 iii 01110 1 nnnnn ddddd",  ShiftScalar<SaturatingLeftLane<false>, 0, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"01 U 11111 0 001 iiii 01110 1 nnnnn ddddd",  ShiftScalar<SaturatingLeftLane<false>, 1, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"01 U 11111 0 01 iiiii 01110 1 nnnnn ddddd",  ShiftScalar<SaturatingLeftLane<false>, 2, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"01 U 11111 0 1 iiiiii 01110 1 nnnnn ddddd",  ShiftScalar<SaturatingLeftLane<false>, 3, LeftBy>      >("sqshl, uqshl (immediate)"),
    row<"01 1 11111 0 0001 iii 10000 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::ToUnsigned, false, 0, 0>     >("sqshrun"),
    row<"01 1 11111 0 001 iiii 10000 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::ToUnsigned, false, 0, 1>     >("sqshrun"),
    row<"01 1 11111 0 01 iiiii 10000 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::ToUnsigned, false, 0, 2>     >("sqshrun"),
    row<"01 1 11111 0 0001 iii 10001 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::ToUnsigned, true, 0, 0>      >("sqrshrun"),
    row<"01 1 11111 0 001 iiii 10001 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::ToUnsigned, true, 0, 1>      >("sqrshrun"),
    row<"01 1 11111 0 01 iiiii 10001 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::ToUnsigned, true, 0, 2>      >("sqrshrun"),
    row<"01 0 11111 0 0001 iii 10010 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, false, 0, 0>       >("sqshrn"),
    row<"01 0 11111 0 001 iiii 10010 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, false, 0, 1>       >("sqshrn"),
    row<"01 0 11111 0 01 iiiii 10010 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, false, 0, 2>       >("sqshrn"),
    row<"01 1 11111 0 0001 iii 10010 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, false, 1, 0>       >("uqshrn"),
    row<"01 1 11111 0 001 iiii 10010 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, false, 1, 1>       >("uqshrn"),
    row<"01 1 11111 0 01 iiiii 10010 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, false, 1, 2>       >("uqshrn"),
    row<"01 0 11111 0 0001 iii 10011 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, true, 0, 0>        >("sqrshrn"),
    row<"01 0 11111 0 001 iiii 10011 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, true, 0, 1>        >("sqrshrn"),
    row<"01 0 11111 0 01 iiiii 10011 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, true, 0, 2>        >("sqrshrn"),
    row<"01 1 11111 0 0001 iii 10011 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, true, 1, 0>        >("uqrshrn"),
    row<"01 1 11111 0 001 iiii 10011 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, true, 1, 1>        >("uqrshrn"),
    row<"01 1 11111 0 01 iiiii 10011 1 nnnnn ddddd",  ShiftNarrowScalar<Narrow::Saturate, true, 1, 2>        >("uqrshrn"),
};

// clang-format on

} // namespace

std::span<const Row> simd_scalar_rows()
{
    return rows;
}

} // namespace sl::a64::decode
