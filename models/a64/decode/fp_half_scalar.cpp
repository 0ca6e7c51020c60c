// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/fp_scalar.h"
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
    // Two sources
    row<"0 0 0 11110 11 1 mmmmm 0000 10 nnnnn ddddd",  FpTwoSource<FpMul<false>>                       >("fmul (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0001 10 nnnnn ddddd",  FpTwoSource<FpDiv>                              >("fdiv (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0010 10 nnnnn ddddd",  FpTwoSource<FpAdd>                              >("fadd (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0011 10 nnnnn ddddd",  FpTwoSource<FpSub>                              >("fsub (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0100 10 nnnnn ddddd",  FpTwoSource<FpMaxMin<true, false>>              >("fmax (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0101 10 nnnnn ddddd",  FpTwoSource<FpMaxMin<false, false>>             >("fmin (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0110 10 nnnnn ddddd",  FpTwoSource<FpMaxMin<true, true>>               >("fmaxnm (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 0111 10 nnnnn ddddd",  FpTwoSource<FpMaxMin<false, true>>              >("fminnm (scalar)"),
    row<"0 0 0 11110 11 1 mmmmm 1000 10 nnnnn ddddd",  FpTwoSource<FpMul<true>>                        >("fnmul (scalar)"),
    // One source
    row<"0 0 0 11110 11 1 000001 10000 nnnnn ddddd",   FpOneSource<FpAbs>                              >("fabs (scalar)"),
    row<"0 0 0 11110 11 1 000010 10000 nnnnn ddddd",   FpOneSource<FpNeg>                              >("fneg (scalar)"),
    row<"0 0 0 11110 11 1 000011 10000 nnnnn ddddd",   FpOneSource<FpSqrt>                             >("fsqrt (scalar)"),
    row<"0 0 0 11110 11 1 001000 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::TieEven, false>>>("frintn (scalar)"),
    row<"0 0 0 11110 11 1 001001 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::PosInf, false>> >("frintp (scalar)"),
    row<"0 0 0 11110 11 1 001010 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::NegInf, false>> >("frintm (scalar)"),
    row<"0 0 0 11110 11 1 001011 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::Zero, false>>   >("frintz (scalar)"),
    row<"0 0 0 11110 11 1 001100 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::TieAway, false>>>("frinta (scalar)"),
    row<"0 0 0 11110 11 1 001110 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::Current, true>> >("frintx (scalar)"),
    row<"0 0 0 11110 11 1 001111 10000 nnnnn ddddd",   FpOneSource<FpRoundInt<RoundBy::Current, false>>>("frinti (scalar)"),
    // Three sources
    row<"0 0 0 11111 11 N mmmmm S aaaaa nnnnn ddddd",  FpThreeSourceHalf                               >("fmadd, fmsub, fnmadd, fnmsub"),
    // Comparisons and selection
    row<"0 0 0 11110 11 1 mmmmm 00 1000 nnnnn E0 000", FcmpHalf                                        >("fcmp, fcmpe"),
    row<"0 0 0 11110 11 1 xxxxx 00 1000 nnnnn E1 000", FcmpZeroHalf                                    >("fcmp, fcmpe (zero)"),
    row<"0 0 0 11110 11 1 mmmmm CCCC 01 nnnnn E iiii", FccmpHalf                                       >("fccmp, fccmpe"),
    row<"0 0 0 11110 11 1 mmmmm CCCC 11 nnnnn ddddd",  FcselHalf                                       >("fcsel"),
    // Conversions with general registers
    row<"F 0 0 11110 11 1 00 00U 000000 nnnnn ddddd",  FcvtToGeneralHalf<RoundBy::TieEven>             >("fcvtns, fcvtnu (scalar)"),
    row<"F 0 0 11110 11 1 01 00U 000000 nnnnn ddddd",  FcvtToGeneralHalf<RoundBy::PosInf>              >("fcvtps, fcvtpu (scalar)"),
    row<"F 0 0 11110 11 1 10 00U 000000 nnnnn ddddd",  FcvtToGeneralHalf<RoundBy::NegInf>              >("fcvtms, fcvtmu (scalar)"),
    row<"F 0 0 11110 11 1 11 00U 000000 nnnnn ddddd",  FcvtToGeneralHalf<RoundBy::Zero>                >("fcvtzs, fcvtzu (scalar)"),
    row<"F 0 0 11110 11 1 00 10U 000000 nnnnn ddddd",  FcvtToGeneralHalf<RoundBy::TieAway>             >("fcvtas, fcvtau (scalar)"),
    row<"F 0 0 11110 11 1 00 01U 000000 nnnnn ddddd",  CvtfFromGeneralHalf                             >("scvtf, ucvtf (scalar, integer)"),
    row<"F 0 0 11110 11 0 11 00U ssssss nnnnn ddddd",  FcvtzToFixedHalf                                >("fcvtzs, fcvtzu (scalar, fixed-point)"),
    row<"F 0 0 11110 11 0 00 01U ssssss nnnnn ddddd",  CvtfFromFixedHalf                               >("scvtf, ucvtf (scalar, fixed-point)"),
    // Moves
    row<"x 0 0 11110 11 1 00 110 000000 nnnnn ddddd",  FmovToGeneral<16>                               >("fmov (general)"),
    row<"x 0 0 11110 11 1 00 111 000000 nnnnn ddddd",  FmovFromGeneral<16>                             >("fmov (general)"),
    row<"0 0 0 11110 11 1 000000 10000 nnnnn ddddd",   FmovRegister<16>                                >("fmov (register)"),
    row<"0 0 0 11110 11 1 iiiiiiii 100 00000 ddddd",   FmovImmediate<16>                               >("fmov (scalar, immediate)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_half_scalar_rows()
{
    return rows;
}

} // namespace sl::a64::decode
