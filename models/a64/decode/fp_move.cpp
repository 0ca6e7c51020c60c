// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/simd_move.h"

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
    // sf         type   rmode opcode      Rn  Rd
    row<"0 0 0 11110 00 1 00 110 000000 nnnnn ddddd", FmovToGeneral<32>        >("fmov (general)"),
    row<"0 0 0 11110 00 1 00 111 000000 nnnnn ddddd", FmovFromGeneral<32>      >("fmov (general)"),
    row<"1 0 0 11110 01 1 00 110 000000 nnnnn ddddd", FmovToGeneral<64>        >("fmov (general)"),
    row<"1 0 0 11110 01 1 00 111 000000 nnnnn ddddd", FmovFromGeneral<64>      >("fmov (general)"),
    row<"1 0 0 11110 10 1 01 110 000000 nnnnn ddddd", FmovToGeneralTop         >("fmov (general, top half)"),
    row<"1 0 0 11110 10 1 01 111 000000 nnnnn ddddd", FmovFromGeneralTop       >("fmov (general, top half)"),
    // M   S       type   opcode       Rn    Rd
    row<"0 0 0 11110 00 1 000000 10000 nnnnn ddddd", FmovRegister<32>         >("fmov (register)"),
    row<"0 0 0 11110 01 1 000000 10000 nnnnn ddddd", FmovRegister<64>         >("fmov (register)"),
    // M   S       type   imm8         imm5  Rd
    row<"0 0 0 11110 00 1 iiiiiiii 100 00000 ddddd", FmovImmediate<32>        >("fmov (scalar, immediate)"),
    row<"0 0 0 11110 01 1 iiiiiiii 100 00000 ddddd", FmovImmediate<64>        >("fmov (scalar, immediate)"),
    //   Q op         imm5    imm4   Rn    Rd
    row<"0 Q 0 01110000 eeee1 0 0000 1 nnnnn ddddd", DupElement<0>            >("dup (element)"),
    row<"0 Q 0 01110000 eee10 0 0000 1 nnnnn ddddd", DupElement<1>            >("dup (element)"),
    row<"0 Q 0 01110000 ee100 0 0000 1 nnnnn ddddd", DupElement<2>            >("dup (element)"),
    row<"0 Q 0 01110000 e1000 0 0000 1 nnnnn ddddd", DupElement<3>            >("dup (element)"),
    row<"0 Q 0 01110000 xxxx1 0 0001 1 nnnnn ddddd", DupGeneral<0>            >("dup (general)"),
    row<"0 Q 0 01110000 xxx10 0 0001 1 nnnnn ddddd", DupGeneral<1>            >("dup (general)"),
    row<"0 Q 0 01110000 xx100 0 0001 1 nnnnn ddddd", DupGeneral<2>            >("dup (general)"),
    row<"0 Q 0 01110000 x1000 0 0001 1 nnnnn ddddd", DupGeneral<3>            >("dup (general)"),
    row<"0 0 0 01110000 eeee1 0 0101 1 nnnnn ddddd", MoveElement<0, true, 32> >("smov"),
    row<"0 0 0 01110000 eee10 0 0101 1 nnnnn ddddd", MoveElement<1, true, 32> >("smov"),
    row<"0 1 0 01110000 eeee1 0 0101 1 nnnnn ddddd", MoveElement<0, true, 64> >("smov"),
    row<"0 1 0 01110000 eee10 0 0101 1 nnnnn ddddd", MoveElement<1, true, 64> >("smov"),
    row<"0 1 0 01110000 ee100 0 0101 1 nnnnn ddddd", MoveElement<2, true, 64> >("smov"),
    row<"0 0 0 01110000 eeee1 0 0111 1 nnnnn ddddd", MoveElement<0, false, 32>>("umov"),
    row<"0 0 0 01110000 eee10 0 0111 1 nnnnn ddddd", MoveElement<1, false, 32>>("umov"),
    row<"0 0 0 01110000 ee100 0 0111 1 nnnnn ddddd", MoveElement<2, false, 32>>("umov"),
    row<"0 1 0 01110000 e1000 0 0111 1 nnnnn ddddd", MoveElement<3, false, 64>>("umov"),
    row<"0 1 0 01110000 eeee1 0 0011 1 nnnnn ddddd", InsGeneral<0>            >("ins (general)"),
    row<"0 1 0 01110000 eee10 0 0011 1 nnnnn ddddd", InsGeneral<1>            >("ins (general)"),
    row<"0 1 0 01110000 ee100 0 0011 1 nnnnn ddddd", InsGeneral<2>            >("ins (general)"),
    row<"0 1 0 01110000 e1000 0 0011 1 nnnnn ddddd", InsGeneral<3>            >("ins (general)"),
    row<"0 1 1 01110000 eeee1 0 ffff 1 nnnnn ddddd", InsElement<0>            >("ins (element)"),
    row<"0 1 1 01110000 eee10 0 fffx 1 nnnnn ddddd", InsElement<1>            >("ins (element)"),
    row<"0 1 1 01110000 ee100 0 ffxx 1 nnnnn ddddd", InsElement<2>            >("ins (element)"),
    row<"0 1 1 01110000 e1000 0 fxxx 1 nnnnn ddddd", InsElement<3>            >("ins (element)"),
    row<"0 1 0 11110000 eeee1 0 0000 1 nnnnn ddddd", DupScalar<0>             >("dup (element, scalar)"),
    row<"0 1 0 11110000 eee10 0 0000 1 nnnnn ddddd", DupScalar<1>             >("dup (element, scalar)"),
    row<"0 1 0 11110000 ee100 0 0000 1 nnnnn ddddd", DupScalar<2>             >("dup (element, scalar)"),
    row<"0 1 0 11110000 e1000 0 0000 1 nnnnn ddddd", DupScalar<3>             >("dup (element, scalar)"),
    //   Q op            abc cmode  defgh Rd
    row<"0 Q 0 0111100000 iii 0CC0 01 iiiii ddddd", MoveImmediate<0, 0, 1>   >("movi (32-bit, shifted)"),
    row<"0 Q 0 0111100000 iii 0CC1 01 iiiii ddddd", CombineImmediate<0, 1>   >("orr (vector, immediate, 32-bit)"),
    row<"0 Q 0 0111100000 iii 10C0 01 iiiii ddddd", MoveImmediate<0, 8, 1>   >("movi (16-bit, shifted)"),
    row<"0 Q 0 0111100000 iii 10C1 01 iiiii ddddd", CombineImmediate<0, 9>   >("orr (vector, immediate, 16-bit)"),
    row<"0 Q 0 0111100000 iii 110C 01 iiiii ddddd", MoveImmediate<0, 12>     >("movi (32-bit, shifting ones)"),
    row<"0 Q 0 0111100000 iii 1110 01 iiiii ddddd", MoveImmediate<0, 14>     >("movi (8-bit)"),
    row<"0 Q 0 0111100000 iii 1111 01 iiiii ddddd", MoveImmediate<0, 15>     >("fmov (vector, immediate, single)"),
    row<"0 Q 1 0111100000 iii 0CC0 01 iiiii ddddd", MoveImmediate<1, 0, 1>   >("mvni (32-bit, shifted)"),
    row<"0 Q 1 0111100000 iii 0CC1 01 iiiii ddddd", CombineImmediate<1, 1>   >("bic (vector, immediate, 32-bit)"),
    row<"0 Q 1 0111100000 iii 10C0 01 iiiii ddddd", MoveImmediate<1, 8, 1>   >("mvni (16-bit, shifted)"),
    row<"0 Q 1 0111100000 iii 10C1 01 iiiii ddddd", CombineImmediate<1, 9>   >("bic (vector, immediate, 16-bit)"),
    row<"0 Q 1 0111100000 iii 110C 01 iiiii ddddd", MoveImmediate<1, 12>     >("mvni (32-bit, shifting ones)"),
    row<"0 Q 1 0111100000 iii 1110 01 iiiii ddddd", MoveImmediate<1, 14>     >("movi (64-bit)"),
    row<"0 1 1 0111100000 iii 1111 01 iiiii ddddd", MoveDoubleImmediate      >("fmov (vector, immediate, double)"),
    //   Q             Rm           Rn    Rd
    row<"0 Q 0 01110 10 1 mmmmm 000111 nnnnn ddddd", OrrVector                >("orr (vector, register)"),
};

// clang-format on

} // namespace

std::span<const Row> fp_move_rows()
{
    return rows;
}

} // namespace sl::a64::decode
