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
    // Q U         size   Rm    opcode  Rn    Rd
    row<"0 Q U 01110 SS 1 mmmmm 0000 00 nnnnn ddddd", ThreeLong<AddLane, sizes_bhs>                         >("saddl, uaddl"),
    row<"0 Q U 01110 SS 1 mmmmm 0001 00 nnnnn ddddd", ThreeWide<AddLane>                                    >("saddw, uaddw"),
    row<"0 Q U 01110 SS 1 mmmmm 0010 00 nnnnn ddddd", ThreeLong<SubLane, sizes_bhs>                         >("ssubl, usubl"),
    row<"0 Q U 01110 SS 1 mmmmm 0011 00 nnnnn ddddd", ThreeWide<SubLane>                                    >("ssubw, usubw"),
    row<"0 Q U 01110 SS 1 mmmmm 0100 00 nnnnn ddddd", ThreeNarrow<false>                                    >("addhn, raddhn"),
    row<"0 Q U 01110 SS 1 mmmmm 0101 00 nnnnn ddddd", ThreeLong<AbsDiffLane, sizes_bhs, true>               >("sabal, uabal"),
    row<"0 Q U 01110 SS 1 mmmmm 0110 00 nnnnn ddddd", ThreeNarrow<true>                                     >("subhn, rsubhn"),
    row<"0 Q U 01110 SS 1 mmmmm 0111 00 nnnnn ddddd", ThreeLong<AbsDiffLane, sizes_bhs>                     >("sabdl, uabdl"),
    row<"0 Q U 01110 SS 1 mmmmm 1000 00 nnnnn ddddd", ThreeLong<MulAddLane<false>, sizes_bhs, true>         >("smlal, umlal (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 1001 00 nnnnn ddddd", ThreeLongAs<DoublingAddLane<false>, sizes_hs, 0, true>>("sqdmlal (vector)"),
    row<"0 Q U 01110 SS 1 mmmmm 1010 00 nnnnn ddddd", ThreeLong<MulAddLane<true>, sizes_bhs, true>          >("smlsl, umlsl (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 1011 00 nnnnn ddddd", ThreeLongAs<DoublingAddLane<true>, sizes_hs, 0, true> >("sqdmlsl (vector)"),
    row<"0 Q U 01110 SS 1 mmmmm 1100 00 nnnnn ddddd", ThreeLong<MulLane, sizes_bhs>                         >("smull, umull (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 1101 00 nnnnn ddddd", ThreeLongAs<DoublingLongLane, sizes_hs, 0>            >("sqdmull (vector)"),
    row<"0 Q 0 01110 SS 1 mmmmm 1110 00 nnnnn ddddd", ThreeLongAs<PolynomialLane, size_b, 1>                >("pmull"),
};

// clang-format on

} // namespace

std::span<const Row> simd_three_different_rows()
{
    return rows;
}

} // namespace sl::a64::decode
