// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/simd_data.h"

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
    // Q U         size   Rm    opcode    Rn    Rd
    row<"0 Q U 01110 SS 1 mmmmm 00000 1 nnnnn ddddd", ThreeSame<HalvingLane<false, false>, sizes_bhs>       >("shadd, uhadd"),
    row<"0 Q U 01110 SS 1 mmmmm 00001 1 nnnnn ddddd", ThreeSame<SaturatingAddLane<false>, sizes_bhsd>       >("sqadd, uqadd"),
    row<"0 Q U 01110 SS 1 mmmmm 00010 1 nnnnn ddddd", ThreeSame<HalvingLane<false, true>, sizes_bhs>        >("srhadd, urhadd"),
    row<"0 Q 0 01110 00 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::And>                           >("and (vector, register)"),
    row<"0 Q 0 01110 01 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::Bic>                           >("bic (vector, register)"),
    row<"0 Q 0 01110 11 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::Orn>                           >("orn (vector)"),
    row<"0 Q 1 01110 00 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::Eor>                           >("eor (vector)"),
    row<"0 Q 1 01110 01 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::Bsl>                           >("bsl"),
    row<"0 Q 1 01110 10 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::Bit>                           >("bit"),
    row<"0 Q 1 01110 11 1 mmmmm 00011 1 nnnnn ddddd", LogicalVector<Bitwise::Bif>                           >("bif"),
    row<"0 Q U 01110 SS 1 mmmmm 00100 1 nnnnn ddddd", ThreeSame<HalvingLane<true, false>, sizes_bhs>        >("shsub, uhsub"),
    row<"0 Q U 01110 SS 1 mmmmm 00101 1 nnnnn ddddd", ThreeSame<SaturatingAddLane<true>, sizes_bhsd>        >("sqsub, uqsub"),
    row<"0 Q U 01110 SS 1 mmmmm 00110 1 nnnnn ddddd", ThreeSame<CompareLane<Compare::Gt>, sizes_bhsd>       >("cmgt, cmhi (register)"),
    row<"0 Q U 01110 SS 1 mmmmm 00111 1 nnnnn ddddd", ThreeSame<CompareLane<Compare::Ge>, sizes_bhsd>       >("cmge, cmhs (register)"),
    row<"0 Q U 01110 SS 1 mmmmm 01000 1 nnnnn ddddd", ThreeSame<ShiftLane<false, false>, sizes_bhsd>        >("sshl, ushl"),
    row<"0 Q U 01110 SS 1 mmmmm 01001 1 nnnnn ddddd", ThreeSame<ShiftLane<true, false>, sizes_bhsd>         >("sqshl, uqshl (register)"),
    row<"0 Q U 01110 SS 1 mmmmm 01010 1 nnnnn ddddd", ThreeSame<ShiftLane<false, true>, sizes_bhsd>         >("srshl, urshl"),
    row<"0 Q U 01110 SS 1 mmmmm 01011 1 nnnnn ddddd", ThreeSame<ShiftLane<true, true>, sizes_bhsd>          >("sqrshl, uqrshl"),
    row<"0 Q U 01110 SS 1 mmmmm 01100 1 nnnnn ddddd", ThreeSame<MaxMinLane<true>, sizes_bhs>                >("smax, umax"),
    row<"0 Q U 01110 SS 1 mmmmm 01101 1 nnnnn ddddd", ThreeSame<MaxMinLane<false>, sizes_bhs>               >("smin, umin"),
    row<"0 Q U 01110 SS 1 mmmmm 01110 1 nnnnn ddddd", ThreeSame<AbsDiffLane, sizes_bhs>                     >("sabd, uabd"),
    row<"0 Q U 01110 SS 1 mmmmm 01111 1 nnnnn ddddd", ThreeSame<AbsDiffLane, sizes_bhs, true>               >("saba, uaba"),
    row<"0 Q 0 01110 SS 1 mmmmm 10000 1 nnnnn ddddd", ThreeSameAs<AddLane, sizes_bhsd, 1>                   >("add (vector)"),
    row<"0 Q 1 01110 SS 1 mmmmm 10000 1 nnnnn ddddd", ThreeSameAs<SubLane, sizes_bhsd, 1>                   >("sub (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 10001 1 nnnnn ddddd", ThreeSameAs<CompareLane<Compare::Test>, sizes_bhsd, 1>>("cmtst"),
    row<"0 Q 1 01110 SS 1 mmmmm 10001 1 nnnnn ddddd", ThreeSameAs<CompareLane<Compare::Eq>, sizes_bhsd, 1>  >("cmeq (register)"),
    row<"0 Q 0 01110 SS 1 mmmmm 10010 1 nnnnn ddddd", ThreeSameAs<MulAddLane<false>, sizes_bhs, 1, true>    >("mla (vector)"),
    row<"0 Q 1 01110 SS 1 mmmmm 10010 1 nnnnn ddddd", ThreeSameAs<MulAddLane<true>, sizes_bhs, 1, true>     >("mls (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 10011 1 nnnnn ddddd", ThreeSameAs<MulLane, sizes_bhs, 1>                    >("mul (vector)"),
    row<"0 Q 1 01110 SS 1 mmmmm 10011 1 nnnnn ddddd", ThreeSameAs<PolynomialLane, size_b, 1>                >("pmul"),
    row<"0 Q U 01110 SS 1 mmmmm 10100 1 nnnnn ddddd", ThreePairwise<MaxMinLane<true>, sizes_bhs>            >("smaxp, umaxp"),
    row<"0 Q U 01110 SS 1 mmmmm 10101 1 nnnnn ddddd", ThreePairwise<MaxMinLane<false>, sizes_bhs>           >("sminp, uminp"),
    row<"0 Q 0 01110 SS 1 mmmmm 10110 1 nnnnn ddddd", ThreeSameAs<DoublingHighLane<false>, sizes_hs, 0>     >("sqdmulh (vector)"),
    row<"0 Q 1 01110 SS 1 mmmmm 10110 1 nnnnn ddddd", ThreeSameAs<DoublingHighLane<true>, sizes_hs, 0>      >("sqrdmulh (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 10111 1 nnnnn ddddd", AddPairwise                                           >("addp (vector)"),
};

// clang-format on

} // namespace

std::span<const Row> simd_three_same_rows()
{
    return rows;
}

} // namespace sl::a64::decode
