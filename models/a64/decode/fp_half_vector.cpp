// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/fp_vector.h"
#include "a64/semantics/simd_move.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name)
{
    return a64::row<InterpreterTarget, P, Semantics>(name, Part::Fp16);
}

// clang-format off

constexpr Row rows[] = {
    // Three same, FP16
    row<"0 Q 0 01110 01 0 mmmmm 00000 1 nnnnn ddddd",  FpThreeSame<FpMaxMin<true, true>>               >("fmaxnm (vector)"),
    row<"0 Q 0 01110 01 0 mmmmm 00001 1 nnnnn ddddd",  FpThreeSame<FpMulAdd<false, false>, true>       >("fmla (vector)"),
    row<"0 Q 0 01110 01 0 mmmmm 00010 1 nnnnn ddddd",  FpThreeSame<FpAdd>                              >("fadd (vector)"),
    row<"0 Q 0 01110 01 0 mmmmm 00011 1 nnnnn ddddd",  FpThreeSame<FpMulx>                             >("fmulx (vector)"),
    row<"0 Q 0 01110 01 0 mmmmm 00100 1 nnnnn ddddd",  FpThreeSame<FpCompareMask<FpCompare::Eq, false>>>("fcmeq (vector)"),
    row<"0 Q 0 01110 01 0 mmmmm 00110 1 nnnnn ddddd",  FpThreeSame<FpMaxMin<true, false>>              >("fmax (vector)"),
    row<"0 Q 0 01110 01 0 mmmmm 00111 1 nnnnn ddddd",  FpThreeSame<FpStep<false>>                      >("frecps (vector)"),
    row<"0 Q 0 01110 11 0 mmmmm 00000 1 nnnnn ddddd",  FpThreeSame<FpMaxMin<false, true>>              >("fminnm (vector)"),
    row<"0 Q 0 01110 11 0 mmmmm 00001 1 nnnnn ddddd",  FpThreeSame<FpMulAdd<false, true>, true>        >("fmls (vector)"),
    row<"0 Q 0 01110 11 0 mmmmm 00010 1 nnnnn ddddd",  FpThreeSame<FpSub>                              >("fsub (vector)"),
    row<"0 Q 0 01110 11 0 mmmmm 00110 1 nnnnn ddddd",  FpThreeSame<FpMaxMin<false, false>>             >("fmin (vector)"),
    row<"0 Q 0 01110 11 0 mmmmm 00111 1 nnnnn ddddd",  FpThreeSame<FpStep<true>>                       >("frsqrts (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00000 1 nnnnn ddddd",  FpThreePairwise<FpMaxMin<true, true>>           >("fmaxnmp (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00010 1 nnnnn ddddd",  FpThreePairwise<FpAdd>                          >("faddp (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00011 1 nnnnn ddddd",  FpThreeSame<FpMul<false>>                       >("fmul (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00100 1 nnnnn ddddd",  FpThreeSame<FpCompareMask<FpCompare::Ge, false>>>("fcmge (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00101 1 nnnnn ddddd",  FpThreeSame<FpCompareMask<FpCompare::Ge, true>> >("facge (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00110 1 nnnnn ddddd",  FpThreePairwise<FpMaxMin<true, false>>          >("fmaxp (vector)"),
    row<"0 Q 1 01110 01 0 mmmmm 00111 1 nnnnn ddddd",  FpThreeSame<FpDiv>                              >("fdiv (vector)"),
    row<"0 Q 1 01110 11 0 mmmmm 00000 1 nnnnn ddddd",  FpThreePairwise<FpMaxMin<false, true>>          >("fminnmp (vector)"),
    row<"0 Q 1 01110 11 0 mmmmm 00010 1 nnnnn ddddd",  FpThreeSame<FpAbsDiff>                          >("fabd (vector)"),
    row<"0 Q 1 01110 11 0 mmmmm 00100 1 nnnnn ddddd",  FpThreeSame<FpCompareMask<FpCompare::Gt, false>>>("fcmgt (vector)"),
    row<"0 Q 1 01110 11 0 mmmmm 00101 1 nnnnn ddddd",  FpThreeSame<FpCompareMask<FpCompare::Gt, true>> >("facgt (vector)"),
    row<"0 Q 1 01110 11 0 mmmmm 00110 1 nnnnn ddddd",  FpThreePairwise<FpMaxMin<false, false>>         >("fminp (vector)"),
    // Two-register miscellaneous, FP16
    row<"0 Q 0 01110 01 11100 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieEven, false>>    >("fcvtns (vector)"),
    row<"0 Q 1 01110 01 11100 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieEven, true>>     >("fcvtnu (vector)"),
    row<"0 Q 0 01110 01 11100 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::NegInf, false>>     >("fcvtms (vector)"),
    row<"0 Q 1 01110 01 11100 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::NegInf, true>>      >("fcvtmu (vector)"),
    row<"0 Q 0 01110 01 11100 11100 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieAway, false>>    >("fcvtas (vector)"),
    row<"0 Q 1 01110 01 11100 11100 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::TieAway, true>>     >("fcvtau (vector)"),
    row<"0 Q 0 01110 11 11100 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::PosInf, false>>     >("fcvtps (vector)"),
    row<"0 Q 1 01110 11 11100 11010 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::PosInf, true>>      >("fcvtpu (vector)"),
    row<"0 Q 0 01110 11 11100 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::Zero, false>>       >("fcvtzs (vector)"),
    row<"0 Q 1 01110 11 11100 11011 10 nnnnn ddddd",   FpTwoMisc<FpToLane<RoundBy::Zero, true>>        >("fcvtzu (vector)"),
    row<"0 Q 0 01110 01 11100 11101 10 nnnnn ddddd",   FpTwoMisc<FpFromLane<false>>                    >("scvtf (vector)"),
    row<"0 Q 1 01110 01 11100 11101 10 nnnnn ddddd",   FpTwoMisc<FpFromLane<true>>                     >("ucvtf (vector)"),
    row<"0 Q 0 01110 01 11100 11000 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::TieEven, false>>  >("frintn (vector)"),
    row<"0 Q 0 01110 01 11100 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::NegInf, false>>   >("frintm (vector)"),
    row<"0 Q 0 01110 11 11100 11000 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::PosInf, false>>   >("frintp (vector)"),
    row<"0 Q 0 01110 11 11100 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::Zero, false>>     >("frintz (vector)"),
    row<"0 Q 1 01110 01 11100 11000 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::TieAway, false>>  >("frinta (vector)"),
    row<"0 Q 1 01110 01 11100 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::Current, true>>   >("frintx (vector)"),
    row<"0 Q 1 01110 11 11100 11001 10 nnnnn ddddd",   FpTwoMisc<FpRoundInt<RoundBy::Current, false>>  >("frinti (vector)"),
    row<"0 Q 0 01110 11 11100 01100 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Gt, false>>  >("fcmgt (zero)"),
    row<"0 Q 0 01110 11 11100 01101 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Eq, false>>  >("fcmeq (zero)"),
    row<"0 Q 0 01110 11 11100 01110 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Lt, false>>  >("fcmlt (zero)"),
    row<"0 Q 1 01110 11 11100 01100 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Ge, false>>  >("fcmge (zero)"),
    row<"0 Q 1 01110 11 11100 01101 10 nnnnn ddddd",   FpTwoMisc<FpCompareMask<FpCompare::Le, false>>  >("fcmle (zero)"),
    row<"0 Q 0 01110 11 11100 01111 10 nnnnn ddddd",   FpTwoMisc<FpAbs>                                >("fabs (vector)"),
    row<"0 Q 1 01110 11 11100 01111 10 nnnnn ddddd",   FpTwoMisc<FpNeg>                                >("fneg (vector)"),
    row<"0 Q 1 01110 11 11100 11111 10 nnnnn ddddd",   FpTwoMisc<FpSqrt>                               >("fsqrt (vector)"),
    row<"0 Q 0 01110 11 11100 11101 10 nnnnn ddddd",   FpTwoMisc<FpEstimate<Estimate::Reciprocal>>     >("frecpe (vector)"),
    row<"0 Q 1 01110 11 11100 11101 10 nnnnn ddddd",   FpTwoMisc<FpEstimate<Estimate::Root>>           >("frsqrte (vector)"),
    // Across lanes
    row<"0 Q 0 01110 00 11000 01100 10 nnnnn ddddd",   FpAcrossLanesHalf<FpMaxMin<true, true>>         >("fmaxnmv"),
    row<"0 Q 0 01110 00 11000 01111 10 nnnnn ddddd",   FpAcrossLanesHalf<FpMaxMin<true, false>>        >("fmaxv"),
    row<"0 Q 0 01110 10 11000 01100 10 nnnnn ddddd",   FpAcrossLanesHalf<FpMaxMin<false, true>>        >("fminnmv"),
    row<"0 Q 0 01110 10 11000 01111 10 nnnnn ddddd",   FpAcrossLanesHalf<FpMaxMin<false, false>>       >("fminv"),
    // Shift by immediate: fixed point
    row<"0 Q U 01111 0 001 iiii 11100 1 nnnnn ddddd",  FixedVector<false, 1>                           >("scvtf, ucvtf (fixed-point)"),
    row<"0 Q U 01111 0 001 iiii 11111 1 nnnnn ddddd",  FixedVector<true, 1>                            >("fcvtzs, fcvtzu (fixed-point)"),
    // By element
    row<"0 Q 0 01111 00 ee mmmm 0001 e 0 nnnnn ddddd", FpByElementH<FpMulAdd<false, false>, true>      >("fmla (by element)"),
    row<"0 Q 0 01111 00 ee mmmm 0101 e 0 nnnnn ddddd", FpByElementH<FpMulAdd<false, true>, true>       >("fmls (by element)"),
    row<"0 Q 0 01111 00 ee mmmm 1001 e 0 nnnnn ddddd", FpByElementH<FpMul<false>, false>               >("fmul (by element)"),
    row<"0 Q 1 01111 00 ee mmmm 1001 e 0 nnnnn ddddd", FpByElementH<FpMulx, false>                     >("fmulx (by element)"),
    // Modified immediate
    row<"0 Q 0 0111100000 iii 1111 11 iiiii ddddd",    MoveHalfImmediate                               >("fmov (vector, immediate)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_half_vector_rows()
{
    return rows;
}

} // namespace sl::a64::decode
