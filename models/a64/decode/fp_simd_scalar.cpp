// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/fp_vector.h"

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
    // Three same
    row<"01 0 11110 0D 1 mmmmm 11011 1 nnnnn ddddd",  FpScalarThree<FpMulx>                             >("fmulx (scalar)"),
    row<"01 0 11110 0D 1 mmmmm 11100 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Eq, false>>>("fcmeq (scalar)"),
    row<"01 0 11110 0D 1 mmmmm 11111 1 nnnnn ddddd",  FpScalarThree<FpStep<false>>                      >("frecps (scalar)"),
    row<"01 0 11110 1D 1 mmmmm 11111 1 nnnnn ddddd",  FpScalarThree<FpStep<true>>                       >("frsqrts (scalar)"),
    row<"01 1 11110 0D 1 mmmmm 11100 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Ge, false>>>("fcmge (scalar)"),
    row<"01 1 11110 0D 1 mmmmm 11101 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Ge, true>> >("facge (scalar)"),
    row<"01 1 11110 1D 1 mmmmm 11010 1 nnnnn ddddd",  FpScalarThree<FpAbsDiff>                          >("fabd (scalar)"),
    row<"01 1 11110 1D 1 mmmmm 11100 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Gt, false>>>("fcmgt (scalar)"),
    row<"01 1 11110 1D 1 mmmmm 11101 1 nnnnn ddddd",  FpScalarThree<FpCompareMask<FpCompare::Gt, true>> >("facgt (scalar)"),
    // Two-register miscellaneous
    row<"01 0 11110 0D 10000 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieEven, false>>    >("fcvtns (scalar)"),
    row<"01 1 11110 0D 10000 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieEven, true>>     >("fcvtnu (scalar)"),
    row<"01 0 11110 0D 10000 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::NegInf, false>>     >("fcvtms (scalar)"),
    row<"01 1 11110 0D 10000 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::NegInf, true>>      >("fcvtmu (scalar)"),
    row<"01 0 11110 0D 10000 11100 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieAway, false>>    >("fcvtas (scalar)"),
    row<"01 1 11110 0D 10000 11100 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::TieAway, true>>     >("fcvtau (scalar)"),
    row<"01 0 11110 1D 10000 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::PosInf, false>>     >("fcvtps (scalar)"),
    row<"01 1 11110 1D 10000 11010 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::PosInf, true>>      >("fcvtpu (scalar)"),
    row<"01 0 11110 1D 10000 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::Zero, false>>       >("fcvtzs (scalar)"),
    row<"01 1 11110 1D 10000 11011 10 nnnnn ddddd",   FpScalarTwo<FpToLane<RoundBy::Zero, true>>        >("fcvtzu (scalar)"),
    row<"01 0 11110 0D 10000 11101 10 nnnnn ddddd",   FpScalarTwo<FpFromLane<false>>                    >("scvtf (scalar)"),
    row<"01 1 11110 0D 10000 11101 10 nnnnn ddddd",   FpScalarTwo<FpFromLane<true>>                     >("ucvtf (scalar)"),
    row<"01 0 11110 1D 10000 01100 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Gt, false>>  >("fcmgt (scalar)"),
    row<"01 0 11110 1D 10000 01101 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Eq, false>>  >("fcmeq (scalar)"),
    row<"01 0 11110 1D 10000 01110 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Lt, false>>  >("fcmlt (scalar)"),
    row<"01 1 11110 1D 10000 01100 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Ge, false>>  >("fcmge (scalar)"),
    row<"01 1 11110 1D 10000 01101 10 nnnnn ddddd",   FpScalarTwo<FpCompareMask<FpCompare::Le, false>>  >("fcmle (scalar)"),
    row<"01 0 11110 1D 10000 11101 10 nnnnn ddddd",   FpScalarTwo<FpEstimate<Estimate::Reciprocal>>     >("frecpe (scalar)"),
    row<"01 1 11110 1D 10000 11101 10 nnnnn ddddd",   FpScalarTwo<FpEstimate<Estimate::Root>>           >("frsqrte (scalar)"),
    row<"01 0 11110 1D 10000 11111 10 nnnnn ddddd",   FpScalarTwo<FpEstimate<Estimate::Exponent>>       >("frecpx"),
    row<"01 1 11110 01 10000 10110 10 nnnnn ddddd",   FcvtxnScalar                                      >("fcvtxn (scalar)"),
    // Pairwise
    row<"01 1 11110 0D 11000 01100 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<true, true>>                >("fmaxnmp (scalar)"),
    row<"01 1 11110 0D 11000 01101 10 nnnnn ddddd",   FpPairScalar<FpAdd>                               >("faddp (scalar)"),
    row<"01 1 11110 0D 11000 01111 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<true, false>>               >("fmaxp (scalar)"),
    row<"01 1 11110 1D 11000 01100 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<false, true>>               >("fminnmp (scalar)"),
    row<"01 1 11110 1D 11000 01111 10 nnnnn ddddd",   FpPairScalar<FpMaxMin<false, false>>              >("fminp (scalar)"),
    // Shift by immediate: fixed point
    row<"01 U 11111 0 01 iiiii 11100 1 nnnnn ddddd",  FixedScalar<false, 2>                             >("scvtf, ucvtf (fixed-point)"),
    row<"01 U 11111 0 1 iiiiii 11100 1 nnnnn ddddd",  FixedScalar<false, 3>                             >("scvtf, ucvtf (fixed-point)"),
    row<"01 U 11111 0 01 iiiii 11111 1 nnnnn ddddd",  FixedScalar<true, 2>                              >("fcvtzs, fcvtzu (fixed-point)"),
    row<"01 U 11111 0 1 iiiiii 11111 1 nnnnn ddddd",  FixedScalar<true, 3>                              >("fcvtzs, fcvtzu (fixed-point)"),
    // By element
    row<"01 0 11111 10 e mmmmm 0001 e 0 nnnnn ddddd", FpScalarByElementS<FpMulAdd<false, false>, true>  >("fmla (by element)"),
    row<"01 0 11111 11 0 mmmmm 0001 e 0 nnnnn ddddd", FpScalarByElementD<FpMulAdd<false, false>, true>  >("fmla (by element)"),
    row<"01 0 11111 10 e mmmmm 0101 e 0 nnnnn ddddd", FpScalarByElementS<FpMulAdd<false, true>, true>   >("fmls (by element)"),
    row<"01 0 11111 11 0 mmmmm 0101 e 0 nnnnn ddddd", FpScalarByElementD<FpMulAdd<false, true>, true>   >("fmls (by element)"),
    row<"01 0 11111 10 e mmmmm 1001 e 0 nnnnn ddddd", FpScalarByElementS<FpMul<false>, false>           >("fmul (by element)"),
    row<"01 0 11111 11 0 mmmmm 1001 e 0 nnnnn ddddd", FpScalarByElementD<FpMul<false>, false>           >("fmul (by element)"),
    row<"01 1 11111 10 e mmmmm 1001 e 0 nnnnn ddddd", FpScalarByElementS<FpMulx, false>                 >("fmulx (by element)"),
    row<"01 1 11111 11 0 mmmmm 1001 e 0 nnnnn ddddd", FpScalarByElementD<FpMulx, false>                 >("fmulx (by element)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_simd_scalar_rows()
{
    return rows;
}

} // namespace sl::a64::decode
