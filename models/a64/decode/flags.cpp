// SPDX-License-Identifier: MIT
#include "a64/semantics/flags.h"
#include "a64/decode/groups.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name, Parts needs)
{
    return a64::row<InterpreterTarget, P, Semantics>(name, needs);
}

// clang-format off

constexpr Row rows[] = {
    // Rotate right into flags; evaluate into flags
    row<"1 0 1 11010000 iiiiii 00001 nnnnn 0 vvvv",  Rmif                     >("rmif", Part::FlagM),
    row<"0 0 1 11010000 000000 0 0010 nnnnn 0 1101", Setf<8>                  >("setf8", Part::FlagM),
    row<"0 0 1 11010000 000000 1 0010 nnnnn 0 1101", Setf<16>                 >("setf16", Part::FlagM),
    // PSTATE: before MSR (immediate)
    row<"1101010100 0 00 000 0100 0000 000 11111",   ChangeFlags<InvertCarry> >("cfinv", Part::FlagM),
    row<"1101010100 0 00 000 0100 0000 001 11111",   ChangeFlags<FromExternal>>("xaflag", Part::FlagM2),
    row<"1101010100 0 00 000 0100 0000 010 11111",   ChangeFlags<ToExternal>  >("axflag", Part::FlagM2),
};

// clang-format on

} // namespace

std::span<const Row> flag_rows()
{
    return rows;
}

} // namespace sl::a64::decode
