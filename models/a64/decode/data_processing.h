// SPDX-License-Identifier: MIT
#pragma once

#include "a64/row.h"
#include "a64/semantics/data_processing_register.h"

// Encodings in the order of DDI 0487, "A64 base instructions": data processing. For every target.
namespace sl::a64::decode {

// clang-format off

template <class T>
inline constexpr RowOf<T> data_processing_immediate[] = {
    //      op    immhi                    Rd
    row<T, "0 ii 10000 iiiiiiiiiiiiiiiiiii ddddd", semantics::Adr >("adr"),
    row<T, "1 ii 10000 iiiiiiiiiiiiiiiiiii ddddd", semantics::Adrp>("adrp"),
    //      sf       sh:imm12     Rn    Rd
    row<T, "F 0 0 100010 iiiiiiiiiiiii nnnnn ddddd", semantics::AddSubImmediate<false, false>>("add (immediate)"),
    row<T, "F 0 1 100010 iiiiiiiiiiiii nnnnn ddddd", semantics::AddSubImmediate<false, true >>("adds (immediate)"),
    row<T, "F 1 0 100010 iiiiiiiiiiiii nnnnn ddddd", semantics::AddSubImmediate<true,  false>>("sub (immediate)"),
    row<T, "F 1 1 100010 iiiiiiiiiiiii nnnnn ddddd", semantics::AddSubImmediate<true,  true >>("subs (immediate)"),
    //      sf opc    N:immr:imms   Rn    Rd
    row<T, "F 00 100100 iiiiiiiiiiiii nnnnn ddddd", semantics::LogicalImmediate<semantics::Logic::And>>("and (immediate)"),
    row<T, "F 01 100100 iiiiiiiiiiiii nnnnn ddddd", semantics::LogicalImmediate<semantics::Logic::Orr>>("orr (immediate)"),
    row<T, "F 10 100100 iiiiiiiiiiiii nnnnn ddddd", semantics::LogicalImmediate<semantics::Logic::Eor>>("eor (immediate)"),
    row<T, "F 11 100100 iiiiiiiiiiiii nnnnn ddddd", semantics::AndsImmediate                          >("ands (immediate)"),
    //      sf opc    hw:imm16           Rd
    row<T, "F 00 100101 iiiiiiiiiiiiiiiiii ddddd", semantics::MoveWide<true> >("movn"),
    row<T, "F 10 100101 iiiiiiiiiiiiiiiiii ddddd", semantics::MoveWide<false>>("movz"),
    row<T, "F 11 100101 iiiiiiiiiiiiiiiiii ddddd", semantics::MoveKeep       >("movk"),
    //      sf opc    N:immr:imms   Rn    Rd
    row<T, "F 00 100110 iiiiiiiiiiiii nnnnn ddddd", semantics::Sbfm>("sbfm"),
    row<T, "F 01 100110 iiiiiiiiiiiii nnnnn ddddd", semantics::Bfm >("bfm"),
    row<T, "F 10 100110 iiiiiiiiiiiii nnnnn ddddd", semantics::Ubfm>("ubfm"),
    //      sf        N   Rm    imms   Rn    Rd
    row<T, "F 00 100111 e 0 mmmmm iiiiii nnnnn ddddd", semantics::Extr>("extr"),
};

template <class T>
inline constexpr RowOf<T> data_processing_register[] = {
    //      sf opc     Rm                 Rn    Rd
    row<T, "F 01 01010 00 0 mmmmm 000000 11111 ddddd", semantics::MoveRegister>("mov (register)"),
    row<T, "F 00 01010 00 0 mmmmm 000000 nnnnn ddddd", semantics::LogicalRegister<semantics::Logic::And, false, false>>("and (register)"),
    row<T, "F 01 01010 00 0 mmmmm 000000 nnnnn ddddd", semantics::LogicalRegister<semantics::Logic::Orr, false, false>>("orr (register)"),
    row<T, "F 10 01010 00 0 mmmmm 000000 nnnnn ddddd", semantics::LogicalRegister<semantics::Logic::Eor, false, false>>("eor (register)"),
    row<T, "F 11 01010 00 0 mmmmm 000000 nnnnn ddddd", semantics::LogicalRegister<semantics::Logic::And, false, true >>("ands (register)"),
    //      sf opc  shift N Rm    imm6   Rn    Rd
    row<T, "F 00 01010 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::And, false, false>>("and (shifted register)"),
    row<T, "F 00 01010 KK 1 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::And, true,  false>>("bic (shifted register)"),
    row<T, "F 01 01010 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::Orr, false, false>>("orr (shifted register)"),
    row<T, "F 01 01010 KK 1 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::Orr, true,  false>>("orn (shifted register)"),
    row<T, "F 10 01010 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::Eor, false, false>>("eor (shifted register)"),
    row<T, "F 10 01010 KK 1 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::Eor, true,  false>>("eon (shifted register)"),
    row<T, "F 11 01010 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::And, false, true >>("ands (shifted register)"),
    row<T, "F 11 01010 KK 1 mmmmm iiiiii nnnnn ddddd", semantics::LogicalShifted<semantics::Logic::And, true,  true >>("bics (shifted register)"),
    //      sf op S          Rm           Rn    Rd
    row<T, "F 0 0 01011 00 0 mmmmm 000000 nnnnn ddddd", semantics::AddSubRegister<false, false>>("add (register)"),
    row<T, "F 0 1 01011 00 0 mmmmm 000000 nnnnn ddddd", semantics::AddSubRegister<false, true >>("adds (register)"),
    row<T, "F 1 0 01011 00 0 mmmmm 000000 nnnnn ddddd", semantics::AddSubRegister<true,  false>>("sub (register)"),
    row<T, "F 1 1 01011 00 0 mmmmm 000000 nnnnn ddddd", semantics::AddSubRegister<true,  true >>("subs (register)"),
    //      sf op S    shift Rm    imm6   Rn    Rd
    row<T, "F 0 0 01011 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::AddSubShifted<false, false>>("add (shifted register)"),
    row<T, "F 0 1 01011 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::AddSubShifted<false, true >>("adds (shifted register)"),
    row<T, "F 1 0 01011 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::AddSubShifted<true,  false>>("sub (shifted register)"),
    row<T, "F 1 1 01011 KK 0 mmmmm iiiiii nnnnn ddddd", semantics::AddSubShifted<true,  true >>("subs (shifted register)"),
    //      sf op S          Rm option imm3 Rn    Rd
    row<T, "F 0 0 01011 00 1 mmmmm OOO iii nnnnn ddddd", semantics::AddSubExtended<false, false>>("add (extended register)"),
    row<T, "F 0 1 01011 00 1 mmmmm OOO iii nnnnn ddddd", semantics::AddSubExtended<false, true >>("adds (extended register)"),
    row<T, "F 1 0 01011 00 1 mmmmm OOO iii nnnnn ddddd", semantics::AddSubExtended<true,  false>>("sub (extended register)"),
    row<T, "F 1 1 01011 00 1 mmmmm OOO iii nnnnn ddddd", semantics::AddSubExtended<true,  true >>("subs (extended register)"),
    //      sf op S       Rm           Rn    Rd
    row<T, "F 0 0 11010000 mmmmm 000000 nnnnn ddddd", semantics::AddSubCarry<false, false>>("adc"),
    row<T, "F 0 1 11010000 mmmmm 000000 nnnnn ddddd", semantics::AddSubCarry<false, true >>("adcs"),
    row<T, "F 1 0 11010000 mmmmm 000000 nnnnn ddddd", semantics::AddSubCarry<true,  false>>("sbc"),
    row<T, "F 1 1 11010000 mmmmm 000000 nnnnn ddddd", semantics::AddSubCarry<true,  true >>("sbcs"),
    //      sf op         Rm    cond      Rn      nzcv
    row<T, "F 0 1 11010010 mmmmm CCCC 0 0 nnnnn 0 vvvv", semantics::CompareIfRegister<false> >("ccmn (register)"),
    row<T, "F 1 1 11010010 mmmmm CCCC 0 0 nnnnn 0 vvvv", semantics::CompareIfRegister<true>  >("ccmp (register)"),
    row<T, "F 0 1 11010010 iiiii CCCC 1 0 nnnnn 0 vvvv", semantics::CompareIfImmediate<false>>("ccmn (immediate)"),
    row<T, "F 1 1 11010010 iiiii CCCC 1 0 nnnnn 0 vvvv", semantics::CompareIfImmediate<true> >("ccmp (immediate)"),
    //      sf op         Rm    cond op2 Rn  Rd
    row<T, "F 0 0 11010100 mmmmm CCCC 00 nnnnn ddddd", semantics::ConditionalSelect<false, false>>("csel"),
    row<T, "F 0 0 11010100 mmmmm CCCC 01 nnnnn ddddd", semantics::ConditionalSelect<false, true >>("csinc"),
    row<T, "F 1 0 11010100 mmmmm CCCC 00 nnnnn ddddd", semantics::ConditionalSelect<true,  false>>("csinv"),
    row<T, "F 1 0 11010100 mmmmm CCCC 01 nnnnn ddddd", semantics::ConditionalSelect<true,  true >>("csneg"),
    //      sf            Rm    opcode Rn    Rd
    row<T, "F 0 0 11010110 mmmmm 000010 nnnnn ddddd", semantics::Divide<false>>("udiv"),
    row<T, "F 0 0 11010110 mmmmm 000011 nnnnn ddddd", semantics::Divide<true> >("sdiv"),
    row<T, "F 0 0 11010110 mmmmm 001000 nnnnn ddddd", semantics::ShiftVariable<semantics::Lsl>>("lslv"),
    row<T, "F 0 0 11010110 mmmmm 001001 nnnnn ddddd", semantics::ShiftVariable<semantics::Lsr>>("lsrv"),
    row<T, "F 0 0 11010110 mmmmm 001010 nnnnn ddddd", semantics::ShiftVariable<semantics::Asr>>("asrv"),
    row<T, "F 0 0 11010110 mmmmm 001011 nnnnn ddddd", semantics::ShiftVariable<semantics::Ror>>("rorv"),
    row<T, "0 0 0 11010110 mmmmm 010000 nnnnn ddddd", semantics::Crc32< 8, false>>("crc32b",  Part::Crc32),
    row<T, "0 0 0 11010110 mmmmm 010001 nnnnn ddddd", semantics::Crc32<16, false>>("crc32h",  Part::Crc32),
    row<T, "0 0 0 11010110 mmmmm 010010 nnnnn ddddd", semantics::Crc32<32, false>>("crc32w",  Part::Crc32),
    row<T, "1 0 0 11010110 mmmmm 010011 nnnnn ddddd", semantics::Crc32<64, false>>("crc32x",  Part::Crc32),
    row<T, "0 0 0 11010110 mmmmm 010100 nnnnn ddddd", semantics::Crc32< 8, true >>("crc32cb", Part::Crc32),
    row<T, "0 0 0 11010110 mmmmm 010101 nnnnn ddddd", semantics::Crc32<16, true >>("crc32ch", Part::Crc32),
    row<T, "0 0 0 11010110 mmmmm 010110 nnnnn ddddd", semantics::Crc32<32, true >>("crc32cw", Part::Crc32),
    row<T, "1 0 0 11010110 mmmmm 010111 nnnnn ddddd", semantics::Crc32<64, true >>("crc32cx", Part::Crc32),
    //      sf                  opcode Rn    Rd
    row<T, "F 1 0 11010110 00000 000000 nnnnn ddddd", semantics::Rbit           >("rbit"),
    row<T, "0 1 0 11010110 00000 000001 nnnnn ddddd", semantics::Reverse<16, 32>>("rev16 (32-bit)"),
    row<T, "1 1 0 11010110 00000 000001 nnnnn ddddd", semantics::Reverse<16, 64>>("rev16 (64-bit)"),
    row<T, "0 1 0 11010110 00000 000010 nnnnn ddddd", semantics::Reverse<32, 32>>("rev (32-bit)"),
    row<T, "1 1 0 11010110 00000 000010 nnnnn ddddd", semantics::Reverse<32, 64>>("rev32"),
    row<T, "1 1 0 11010110 00000 000011 nnnnn ddddd", semantics::Reverse<64, 64>>("rev (64-bit)"),
    row<T, "F 1 0 11010110 00000 000100 nnnnn ddddd", semantics::Clz            >("clz"),
    row<T, "F 1 0 11010110 00000 000101 nnnnn ddddd", semantics::Cls            >("cls"),
    //      sf           Rm    o0 Ra    Rn    Rd
    row<T, "F 00 11011 000 mmmmm 0 aaaaa nnnnn ddddd", semantics::MultiplyAdd<false>>("madd"),
    row<T, "F 00 11011 000 mmmmm 1 aaaaa nnnnn ddddd", semantics::MultiplyAdd<true> >("msub"),
    row<T, "1 00 11011 001 mmmmm 0 aaaaa nnnnn ddddd", semantics::MultiplyAddLong<true,  false>>("smaddl"),
    row<T, "1 00 11011 001 mmmmm 1 aaaaa nnnnn ddddd", semantics::MultiplyAddLong<true,  true >>("smsubl"),
    row<T, "1 00 11011 010 mmmmm 0 xxxxx nnnnn ddddd", semantics::MultiplyHigh<true> >("smulh"),
    row<T, "1 00 11011 101 mmmmm 0 aaaaa nnnnn ddddd", semantics::MultiplyAddLong<false, false>>("umaddl"),
    row<T, "1 00 11011 101 mmmmm 1 aaaaa nnnnn ddddd", semantics::MultiplyAddLong<false, true >>("umsubl"),
    row<T, "1 00 11011 110 mmmmm 0 xxxxx nnnnn ddddd", semantics::MultiplyHigh<false>>("umulh"),
};

// clang-format on

} // namespace sl::a64::decode
