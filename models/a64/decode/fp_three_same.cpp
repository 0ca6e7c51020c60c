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
    // Q U         a size Rm   opcode    Rn    Rd
    row<"0 Q 0 01110 0D 1 mmmmm 11000 1 nnnnn ddddd", FpThreeSame<FpMaxMin<true, true>>               >("fmaxnm (vector)"),
    row<"0 Q 0 01110 0D 1 mmmmm 11001 1 nnnnn ddddd", FpThreeSame<FpMulAdd<false, false>, true>       >("fmla (vector)"),
    row<"0 Q 0 01110 0D 1 mmmmm 11010 1 nnnnn ddddd", FpThreeSame<FpAdd>                              >("fadd (vector)"),
    row<"0 Q 0 01110 0D 1 mmmmm 11011 1 nnnnn ddddd", FpThreeSame<FpMulx>                             >("fmulx (vector)"),
    row<"0 Q 0 01110 0D 1 mmmmm 11100 1 nnnnn ddddd", FpThreeSame<FpCompareMask<FpCompare::Eq, false>>>("fcmeq (vector)"),
    row<"0 Q 0 01110 0D 1 mmmmm 11110 1 nnnnn ddddd", FpThreeSame<FpMaxMin<true, false>>              >("fmax (vector)"),
    row<"0 Q 0 01110 0D 1 mmmmm 11111 1 nnnnn ddddd", FpThreeSame<FpStep<false>>                      >("frecps (vector)"),
    row<"0 Q 0 01110 1D 1 mmmmm 11000 1 nnnnn ddddd", FpThreeSame<FpMaxMin<false, true>>              >("fminnm (vector)"),
    row<"0 Q 0 01110 1D 1 mmmmm 11001 1 nnnnn ddddd", FpThreeSame<FpMulAdd<false, true>, true>        >("fmls (vector)"),
    row<"0 Q 0 01110 1D 1 mmmmm 11010 1 nnnnn ddddd", FpThreeSame<FpSub>                              >("fsub (vector)"),
    row<"0 Q 0 01110 1D 1 mmmmm 11110 1 nnnnn ddddd", FpThreeSame<FpMaxMin<false, false>>             >("fmin (vector)"),
    row<"0 Q 0 01110 1D 1 mmmmm 11111 1 nnnnn ddddd", FpThreeSame<FpStep<true>>                       >("frsqrts (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11000 1 nnnnn ddddd", FpThreePairwise<FpMaxMin<true, true>>           >("fmaxnmp (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11010 1 nnnnn ddddd", FpThreePairwise<FpAdd>                          >("faddp (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11011 1 nnnnn ddddd", FpThreeSame<FpMul<false>>                       >("fmul (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11100 1 nnnnn ddddd", FpThreeSame<FpCompareMask<FpCompare::Ge, false>>>("fcmge (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11101 1 nnnnn ddddd", FpThreeSame<FpCompareMask<FpCompare::Ge, true>> >("facge (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11110 1 nnnnn ddddd", FpThreePairwise<FpMaxMin<true, false>>          >("fmaxp (vector)"),
    row<"0 Q 1 01110 0D 1 mmmmm 11111 1 nnnnn ddddd", FpThreeSame<FpDiv>                              >("fdiv (vector)"),
    row<"0 Q 1 01110 1D 1 mmmmm 11000 1 nnnnn ddddd", FpThreePairwise<FpMaxMin<false, true>>          >("fminnmp (vector)"),
    row<"0 Q 1 01110 1D 1 mmmmm 11010 1 nnnnn ddddd", FpThreeSame<FpAbsDiff>                          >("fabd (vector)"),
    row<"0 Q 1 01110 1D 1 mmmmm 11100 1 nnnnn ddddd", FpThreeSame<FpCompareMask<FpCompare::Gt, false>>>("fcmgt (vector)"),
    row<"0 Q 1 01110 1D 1 mmmmm 11101 1 nnnnn ddddd", FpThreeSame<FpCompareMask<FpCompare::Gt, true>> >("facgt (vector)"),
    row<"0 Q 1 01110 1D 1 mmmmm 11110 1 nnnnn ddddd", FpThreePairwise<FpMaxMin<false, false>>         >("fminp (vector)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_three_same_rows()
{
    return rows;
}

} // namespace sl::a64::decode
