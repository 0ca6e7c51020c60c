// SPDX-License-Identifier: MIT
#include "a64/semantics/fp_vector.h"
#include "a64/decode/groups.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name, Parts needs = {})
{
    return a64::row<InterpreterTarget, P, Semantics>(name, needs);
}

// clang-format off

constexpr Row rows[] = {
    // Q U         a size      opcode      Rn    Rd
    row<"0 Q 0 01110 0D 10000 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieEven, false>>  >("fcvtns (vector)"),
    row<"0 Q 1 01110 0D 10000 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieEven, true>>   >("fcvtnu (vector)"),
    row<"0 Q 0 01110 0D 10000 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::NegInf, false>>   >("fcvtms (vector)"),
    row<"0 Q 1 01110 0D 10000 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::NegInf, true>>    >("fcvtmu (vector)"),
    row<"0 Q 0 01110 0D 10000 11100 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieAway, false>>  >("fcvtas (vector)"),
    row<"0 Q 1 01110 0D 10000 11100 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieAway, true>>   >("fcvtau (vector)"),
    row<"0 Q 0 01110 1D 10000 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::PosInf, false>>   >("fcvtps (vector)"),
    row<"0 Q 1 01110 1D 10000 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::PosInf, true>>    >("fcvtpu (vector)"),
    row<"0 Q 0 01110 1D 10000 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::Zero, false>>     >("fcvtzs (vector)"),
    row<"0 Q 1 01110 1D 10000 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::Zero, true>>      >("fcvtzu (vector)"),
    row<"0 Q 0 01110 0D 10000 11101 10 nnnnn ddddd",   FpTwoMisc<FpFromLane<false>>                  >("scvtf (vector)"),
    row<"0 Q 1 01110 0D 10000 11101 10 nnnnn ddddd",   FpTwoMisc<FpFromLane<true>>                   >("ucvtf (vector)"),
    row<"0 Q 0 01110 0D 10000 11000 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::TieEven, false>>>("frintn (vector)"),
    row<"0 Q 0 01110 0D 10000 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::NegInf, false>> >("frintm (vector)"),
    row<"0 Q 0 01110 1D 10000 11000 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::PosInf, false>> >("frintp (vector)"),
    row<"0 Q 0 01110 1D 10000 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::Zero, false>>   >("frintz (vector)"),
    row<"0 Q 1 01110 0D 10000 11000 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::TieAway, false>>>("frinta (vector)"),
    row<"0 Q 1 01110 0D 10000 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::Current, true>> >("frintx (vector)"),
    row<"0 Q 1 01110 1D 10000 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::Current, false>>>("frinti (vector)"),
    row<"0 Q 0 01110 0D 10000 11110 10 nnnnn ddddd",   FpTwoMisc<FpRoundSized<RoundBy::Zero, 32>>    >("frint32z (vector)", Part::FrintTs),
    row<"0 Q 1 01110 0D 10000 11110 10 nnnnn ddddd",   FpTwoMisc<FpRoundSized<RoundBy::Current, 32>> >("frint32x (vector)", Part::FrintTs),
    row<"0 Q 0 01110 0D 10000 11111 10 nnnnn ddddd",   FpTwoMisc<FpRoundSized<RoundBy::Zero, 64>>    >("frint64z (vector)", Part::FrintTs),
    row<"0 Q 1 01110 0D 10000 11111 10 nnnnn ddddd",   FpTwoMisc<FpRoundSized<RoundBy::Current, 64>> >("frint64x (vector)", Part::FrintTs),
    row<"0 Q 0 01110 1D 10000 01100 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Gt, false>>>("fcmgt (zero)"),
    row<"0 Q 0 01110 1D 10000 01101 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Eq, false>>>("fcmeq (zero)"),
    row<"0 Q 0 01110 1D 10000 01110 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Lt, false>>>("fcmlt (zero)"),
    row<"0 Q 1 01110 1D 10000 01100 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Ge, false>>>("fcmge (zero)"),
    row<"0 Q 1 01110 1D 10000 01101 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Le, false>>>("fcmle (zero)"),
    row<"0 Q 0 01110 1D 10000 01111 10 nnnnn ddddd",   FpTwoMisc<FpAbs>                              >("fabs (vector)"),
    row<"0 Q 1 01110 1D 10000 01111 10 nnnnn ddddd",   FpTwoMisc<FpNeg>                              >("fneg (vector)"),
    row<"0 Q 1 01110 1D 10000 11111 10 nnnnn ddddd",   FpTwoMisc<FpSqrt>                             >("fsqrt (vector)"),
    row<"0 Q 0 01110 1D 10000 11101 10 nnnnn ddddd",   FpTwoMisc<FpEstimate<Estimate::Reciprocal>>   >("frecpe (vector)"),
    row<"0 Q 1 01110 1D 10000 11101 10 nnnnn ddddd",   FpTwoMisc<FpEstimate<Estimate::Root>>         >("frsqrte (vector)"),
    row<"0 Q 0 01110 10 10000 11100 10 nnnnn ddddd",   UnsignedEstimateVector<false>                 >("urecpe"),
    row<"0 Q 1 01110 10 10000 11100 10 nnnnn ddddd",   UnsignedEstimateVector<true>                  >("ursqrte"),
    row<"0 Q 0 01110 0S 10000 10110 10 nnnnn ddddd",   Fcvtn<false>                                  >("fcvtn"),
    row<"0 Q 1 01110 0S 10000 10110 10 nnnnn ddddd",   Fcvtn<true>                                   >("fcvtxn"),
    row<"0 Q 0 01110 0S 10000 10111 10 nnnnn ddddd",   Fcvtl                                         >("fcvtl"),
    // Across lanes
    row<"0 1 1 01110 00 11000 01100 10 nnnnn ddddd",   FpAcrossLanes<FpMaxMin<true, true>>           >("fmaxnmv"),
    row<"0 1 1 01110 00 11000 01111 10 nnnnn ddddd",   FpAcrossLanes<FpMaxMin<true, false>>          >("fmaxv"),
    row<"0 1 1 01110 10 11000 01100 10 nnnnn ddddd",   FpAcrossLanes<FpMaxMin<false, true>>          >("fminnmv"),
    row<"0 1 1 01110 10 11000 01111 10 nnnnn ddddd",   FpAcrossLanes<FpMaxMin<false, false>>         >("fminv"),
    // Shift by immediate: fixed point
    row<"0 Q U 01111 0 01 iiiii 11100 1 nnnnn ddddd",  FixedVector<false, 2>                         >("scvtf, ucvtf (fixed-point)"),
    row<"0 Q U 01111 0 1 iiiiii 11100 1 nnnnn ddddd",  FixedVector<false, 3>                         >("scvtf, ucvtf (fixed-point)"),
    row<"0 Q U 01111 0 01 iiiii 11111 1 nnnnn ddddd",  FixedVector<true, 2>                          >("fcvtzs, fcvtzu (fixed-point)"),
    row<"0 Q U 01111 0 1 iiiiii 11111 1 nnnnn ddddd",  FixedVector<true, 3>                          >("fcvtzs, fcvtzu (fixed-point)"),
    // By element
    row<"0 Q 0 01111 10 e mmmmm 0001 e 0 nnnnn ddddd", FpByElementS<FpMulAdd<false, false>, true>    >("fmla (by element)"),
    row<"0 1 0 01111 11 0 mmmmm 0001 e 0 nnnnn ddddd", FpByElementD<FpMulAdd<false, false>, true>    >("fmla (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 0101 e 0 nnnnn ddddd", FpByElementS<FpMulAdd<false, true>, true>     >("fmls (by element)"),
    row<"0 1 0 01111 11 0 mmmmm 0101 e 0 nnnnn ddddd", FpByElementD<FpMulAdd<false, true>, true>     >("fmls (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 1001 e 0 nnnnn ddddd", FpByElementS<FpMul<false>, false>             >("fmul (by element)"),
    row<"0 1 0 01111 11 0 mmmmm 1001 e 0 nnnnn ddddd", FpByElementD<FpMul<false>, false>             >("fmul (by element)"),
    row<"0 Q 1 01111 10 e mmmmm 1001 e 0 nnnnn ddddd", FpByElementS<FpMulx, false>                   >("fmulx (by element)"),
    row<"0 1 1 01111 11 0 mmmmm 1001 e 0 nnnnn ddddd", FpByElementD<FpMulx, false>                   >("fmulx (by element)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_vector_rows()
{
    return rows;
}

} // namespace sl::a64::decode
