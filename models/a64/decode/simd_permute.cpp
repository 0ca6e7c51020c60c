// SPDX-License-Identifier: MIT
#include "a64/semantics/simd_permute.h"
#include "a64/decode/groups.h"

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
    // Q        size   Rm      opcode  Rn    Rd
    row<"0 Q 001110 SS 0 mmmmm 0 V 01 10 nnnnn ddddd", PermuteVector<Permute::Uzp>>("uzp1, uzp2"),
    row<"0 Q 001110 SS 0 mmmmm 0 V 10 10 nnnnn ddddd", PermuteVector<Permute::Trn>>("trn1, trn2"),
    row<"0 Q 001110 SS 0 mmmmm 0 V 11 10 nnnnn ddddd", PermuteVector<Permute::Zip>>("zip1, zip2"),
    row<"0 Q 101110 00 0 mmmmm 0 iiii 0 nnnnn ddddd",  Ext                        >("ext"),
    row<"0 Q 001110 00 0 mmmmm 0 00 0 00 nnnnn ddddd", TableLookup<1, false>      >("tbl"),
    row<"0 Q 001110 00 0 mmmmm 0 00 1 00 nnnnn ddddd", TableLookup<1, true>       >("tbx"),
    row<"0 Q 001110 00 0 mmmmm 0 01 0 00 nnnnn ddddd", TableLookup<2, false>      >("tbl"),
    row<"0 Q 001110 00 0 mmmmm 0 01 1 00 nnnnn ddddd", TableLookup<2, true>       >("tbx"),
    row<"0 Q 001110 00 0 mmmmm 0 10 0 00 nnnnn ddddd", TableLookup<3, false>      >("tbl"),
    row<"0 Q 001110 00 0 mmmmm 0 10 1 00 nnnnn ddddd", TableLookup<3, true>       >("tbx"),
    row<"0 Q 001110 00 0 mmmmm 0 11 0 00 nnnnn ddddd", TableLookup<4, false>      >("tbl"),
    row<"0 Q 001110 00 0 mmmmm 0 11 1 00 nnnnn ddddd", TableLookup<4, true>       >("tbx"),
};

// clang-format on

} // namespace

std::span<const Row> simd_permute_rows()
{
    return rows;
}

} // namespace sl::a64::decode
