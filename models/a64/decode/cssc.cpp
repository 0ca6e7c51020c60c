// SPDX-License-Identifier: MIT
#include "a64/semantics/cssc.h"
#include "a64/decode/groups.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name)
{
    return a64::row<InterpreterTarget, P, Semantics>(name, Part::Cssc);
}

// clang-format off

constexpr Row rows[] = {
    // sf               opcode Rn    Rd
    row<"F 1 0 11010110 00000 000110 nnnnn ddddd", CountTrailing                         >("ctz"),
    row<"F 1 0 11010110 00000 000111 nnnnn ddddd", OneGeneral<CountBitsLane, 1>          >("cnt"),
    row<"F 1 0 11010110 00000 001000 nnnnn ddddd", OneGeneral<SignLane<false, false>, 0> >("abs"),
    // sf            Rm    opcode Rn    Rd
    row<"F 0 0 11010110 mmmmm 011000 nnnnn ddddd", TwoGeneral<MaxMinLane<true>, 0>       >("smax (register)"),
    row<"F 0 0 11010110 mmmmm 011001 nnnnn ddddd", TwoGeneral<MaxMinLane<true>, 1>       >("umax (register)"),
    row<"F 0 0 11010110 mmmmm 011010 nnnnn ddddd", TwoGeneral<MaxMinLane<false>, 0>      >("smin (register)"),
    row<"F 0 0 11010110 mmmmm 011011 nnnnn ddddd", TwoGeneral<MaxMinLane<false>, 1>      >("umin (register)"),
    // sf           opc  imm8     Rn    Rd
    row<"F 0 0 1000111 0000 iiiiiiii nnnnn ddddd", GeneralImmediate<MaxMinLane<true>, 0> >("smax (immediate)"),
    row<"F 0 0 1000111 0001 iiiiiiii nnnnn ddddd", GeneralImmediate<MaxMinLane<true>, 1> >("umax (immediate)"),
    row<"F 0 0 1000111 0010 iiiiiiii nnnnn ddddd", GeneralImmediate<MaxMinLane<false>, 0>>("smin (immediate)"),
    row<"F 0 0 1000111 0011 iiiiiiii nnnnn ddddd", GeneralImmediate<MaxMinLane<false>, 1>>("umin (immediate)"),
};

// clang-format on

} // namespace

std::span<const Row> cssc_rows()
{
    return rows;
}

} // namespace sl::a64::decode
