// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/fp_vector.h"

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
    // Three same
    row<"01 0 11110 01 0 mmmmm 00011 1 nnnnn ddddd",  FpScalarThree<FpMulx>                             >("fmulx (scalar)"),
    row<"01 0 11110 01 0 mmmmm 00100 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Eq, false>>>("fcmeq (scalar)"),
    row<"01 0 11110 01 0 mmmmm 00111 1 nnnnn ddddd",  FpScalarThree<FpStep<false>>                      >("frecps (scalar)"),
    row<"01 0 11110 11 0 mmmmm 00111 1 nnnnn ddddd",  FpScalarThree<FpStep<true>>                       >("frsqrts (scalar)"),
    row<"01 1 11110 01 0 mmmmm 00100 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Ge, false>>>("fcmge (scalar)"),
    row<"01 1 11110 01 0 mmmmm 00101 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Ge, true>> >("facge (scalar)"),
    row<"01 1 11110 11 0 mmmmm 00010 1 nnnnn ddddd",  FpScalarThree<FpAbsDiff>                          >("fabd (scalar)"),
    row<"01 1 11110 11 0 mmmmm 00100 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Gt, false>>>("fcmgt (scalar)"),
    row<"01 1 11110 11 0 mmmmm 00101 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Gt, true>> >("facgt (scalar)"),
    // Two-register miscellaneous
    row<"01 0 11110 01 11100 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieEven, false>>    >("fcvtns (scalar)"),
    row<"01 1 11110 01 11100 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieEven, true>>     >("fcvtnu (scalar)"),
    row<"01 0 11110 01 11100 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::NegInf, false>>     >("fcvtms (scalar)"),
    row<"01 1 11110 01 11100 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::NegInf, true>>      >("fcvtmu (scalar)"),
    row<"01 0 11110 01 11100 11100 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieAway, false>>    >("fcvtas (scalar)"),
    row<"01 1 11110 01 11100 11100 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieAway, true>>     >("fcvtau (scalar)"),
    row<"01 0 11110 11 11100 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::PosInf, false>>     >("fcvtps (scalar)"),
    row<"01 1 11110 11 11100 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::PosInf, true>>      >("fcvtpu (scalar)"),
    row<"01 0 11110 11 11100 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::Zero, false>>       >("fcvtzs (scalar)"),
    row<"01 1 11110 11 11100 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::Zero, true>>        >("fcvtzu (scalar)"),
    row<"01 0 11110 01 11100 11101 10 nnnnn ddddd",   FpScalarTwo<FpFromLane<false>>                    >("scvtf (scalar)"),
    row<"01 1 11110 01 11100 11101 10 nnnnn ddddd",   FpScalarTwo<FpFromLane<true>>                     >("ucvtf (scalar)"),
    row<"01 0 11110 11 11100 01100 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Gt, false>>  >("fcmgt (scalar)"),
    row<"01 0 11110 11 11100 01101 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Eq, false>>  >("fcmeq (scalar)"),
    row<"01 0 11110 11 11100 01110 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Lt, false>>  >("fcmlt (scalar)"),
    row<"01 1 11110 11 11100 01100 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Ge, false>>  >("fcmge (scalar)"),
    row<"01 1 11110 11 11100 01101 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Le, false>>  >("fcmle (scalar)"),
    row<"01 0 11110 11 11100 11101 10 nnnnn ddddd",   FpScalarTwo<FpEstimate<Estimate::Reciprocal>>     >("frecpe (scalar)"),
    row<"01 1 11110 11 11100 11101 10 nnnnn ddddd",   FpScalarTwo<FpEstimate<Estimate::Root>>           >("frsqrte (scalar)"),
    row<"01 0 11110 11 11100 11111 10 nnnnn ddddd",   FpScalarTwo<FpEstimate<Estimate::Exponent>>       >("frecpx"),
    // Pairwise
    row<"01 0 11110 00 11000 01100 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<true, true>>                >("fmaxnmp (scalar)"),
    row<"01 0 11110 00 11000 01101 10 nnnnn ddddd",   FpPairScalar<FpAdd>                               >("faddp (scalar)"),
    row<"01 0 11110 00 11000 01111 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<true, false>>               >("fmaxp (scalar)"),
    row<"01 0 11110 10 11000 01100 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<false, true>>               >("fminnmp (scalar)"),
    row<"01 0 11110 10 11000 01111 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<false, false>>              >("fminp (scalar)"),
    // Shift by immediate: fixed point
    row<"01 U 11111 0 001 iiii 11100 1 nnnnn ddddd",  FixedScalar<false, 1>                             >("scvtf, ucvtf (fixed-point)"),
    row<"01 U 11111 0 001 iiii 11111 1 nnnnn ddddd",  FixedScalar<true, 1>                              >("fcvtzs, fcvtzu (fixed-point)"),
    // By element
    row<"01 0 11111 00 ee mmmm 0001 e 0 nnnnn ddddd", FpScalarByElementH<FpMulAdd<false, false>, true>  >("fmla (by element)"),
    row<"01 0 11111 00 ee mmmm 0101 e 0 nnnnn ddddd", FpScalarByElementH<FpMulAdd<false, true>, true>   >("fmls (by element)"),
    row<"01 0 11111 00 ee mmmm 1001 e 0 nnnnn ddddd", FpScalarByElementH<FpMul<false>, false>           >("fmul (by element)"),
    row<"01 1 11111 00 ee mmmm 1001 e 0 nnnnn ddddd", FpScalarByElementH<FpMulx, false>                 >("fmulx (by element)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_half_simd_scalar_rows()
{
    return rows;
}

} // namespace sl::a64::decode
