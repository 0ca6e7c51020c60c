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
    // Q U         size        opcode      Rn    Rd
    row<"0 Q 0 01110 SS 10000 00000 10 nnnnn ddddd", ReverseVector<3>                                  >("rev64"),
    row<"0 Q 1 01110 SS 10000 00000 10 nnnnn ddddd", ReverseVector<2>                                  >("rev32"),
    row<"0 Q 0 01110 SS 10000 00001 10 nnnnn ddddd", ReverseVector<1>                                  >("rev16"),
    row<"0 Q U 01110 SS 10000 00010 10 nnnnn ddddd", AddLongPairwise<false>                            >("saddlp, uaddlp"),
    row<"0 Q U 01110 SS 10000 00011 10 nnnnn ddddd", TwoMisc<AddOtherSignLane, sizes_bhsd, true>       >("suqadd, usqadd"),
    row<"0 Q U 01110 SS 10000 00100 10 nnnnn ddddd", TwoMisc<CountLeadingLane, sizes_bhs>              >("cls, clz (vector)"),
    row<"0 Q 0 01110 SS 10000 00101 10 nnnnn ddddd", TwoMiscAs<CountBitsLane, size_b, 1>               >("cnt"),
    row<"0 Q 1 01110 00 10000 00101 10 nnnnn ddddd", LogicalNot                                        >("not"),
    row<"0 Q 1 01110 01 10000 00101 10 nnnnn ddddd", ReverseBitsVector                                 >("rbit (vector)"),
    row<"0 Q U 01110 SS 10000 00110 10 nnnnn ddddd", AddLongPairwise<true>                             >("sadalp, uadalp"),
    row<"0 Q 0 01110 SS 10000 00111 10 nnnnn ddddd", TwoMiscAs<SignLane<false, true>, sizes_bhsd, 0>   >("sqabs"),
    row<"0 Q 1 01110 SS 10000 00111 10 nnnnn ddddd", TwoMiscAs<SignLane<true, true>, sizes_bhsd, 0>    >("sqneg"),
    row<"0 Q 0 01110 SS 10000 01000 10 nnnnn ddddd", TwoMiscAs<CompareLane<Compare::Gt>, sizes_bhsd, 0>>("cmgt (zero)"),
    row<"0 Q 1 01110 SS 10000 01000 10 nnnnn ddddd", TwoMiscAs<CompareLane<Compare::Ge>, sizes_bhsd, 0>>("cmge (zero)"),
    row<"0 Q 0 01110 SS 10000 01001 10 nnnnn ddddd", TwoMiscAs<CompareLane<Compare::Eq>, sizes_bhsd, 0>>("cmeq (zero)"),
    row<"0 Q 1 01110 SS 10000 01001 10 nnnnn ddddd", TwoMiscAs<CompareLane<Compare::Le>, sizes_bhsd, 0>>("cmle (zero)"),
    row<"0 Q 0 01110 SS 10000 01010 10 nnnnn ddddd", TwoMiscAs<CompareLane<Compare::Lt>, sizes_bhsd, 0>>("cmlt (zero)"),
    row<"0 Q 0 01110 SS 10000 01011 10 nnnnn ddddd", TwoMiscAs<SignLane<false, false>, sizes_bhsd, 0>  >("abs"),
    row<"0 Q 1 01110 SS 10000 01011 10 nnnnn ddddd", TwoMiscAs<SignLane<true, false>, sizes_bhsd, 0>   >("neg (vector)"),
    row<"0 Q 0 01110 SS 10000 10010 10 nnnnn ddddd", ExtractNarrow<Narrow::Plain, 1>                   >("xtn"),
    row<"0 Q 1 01110 SS 10000 10010 10 nnnnn ddddd", ExtractNarrow<Narrow::ToUnsigned, 0>              >("sqxtun"),
    row<"0 Q 1 01110 SS 10000 10011 10 nnnnn ddddd", ShiftLeftLong                                     >("shll"),
    row<"0 Q 0 01110 SS 10000 10100 10 nnnnn ddddd", ExtractNarrow<Narrow::Saturate, 0>                >("sqxtn"),
    row<"0 Q 1 01110 SS 10000 10100 10 nnnnn ddddd", ExtractNarrow<Narrow::Saturate, 1>                >("uqxtn"),
    // Across lanes
    row<"0 Q U 01110 SS 11000 00011 10 nnnnn ddddd", AcrossLanes<AddLane, true>                        >("saddlv, uaddlv"),
    row<"0 Q U 01110 SS 11000 01010 10 nnnnn ddddd", AcrossLanes<MaxMinLane<true>, false>              >("smaxv, umaxv"),
    row<"0 Q U 01110 SS 11000 11010 10 nnnnn ddddd", AcrossLanes<MaxMinLane<false>, false>             >("sminv, uminv"),
    row<"0 Q 0 01110 SS 11000 11011 10 nnnnn ddddd", AddAcross                                         >("addv"),
};

// clang-format on

} // namespace

std::span<const Row> simd_misc_rows()
{
    return rows;
}

} // namespace sl::a64::decode
