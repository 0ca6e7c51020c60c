// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/simd_data.h"

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
    // Q U         size  L:M:Rm  opcode H   Rn    Rd
    row<"0 Q 1 01111 01 ee mmmm 0000 e 0 nnnnn ddddd", ByElement<MulAddLane<false>, 1, true>               >("mla (by element)"),
    row<"0 Q 1 01111 10 e mmmmm 0000 e 0 nnnnn ddddd", ByElement<MulAddLane<false>, 2, true>               >("mla (by element)"),
    row<"0 Q 1 01111 01 ee mmmm 0100 e 0 nnnnn ddddd", ByElement<MulAddLane<true>, 1, true>                >("mls (by element)"),
    row<"0 Q 1 01111 10 e mmmmm 0100 e 0 nnnnn ddddd", ByElement<MulAddLane<true>, 2, true>                >("mls (by element)"),
    row<"0 Q 0 01111 01 ee mmmm 1000 e 0 nnnnn ddddd", ByElement<MulLane, 1>                               >("mul (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 1000 e 0 nnnnn ddddd", ByElement<MulLane, 2>                               >("mul (by element)"),
    row<"0 Q U 01111 01 ee mmmm 0010 e 0 nnnnn ddddd", LongByElement<MulAddLane<false>, 1, true>           >("smlal, umlal (by element)"),
    row<"0 Q U 01111 10 e mmmmm 0010 e 0 nnnnn ddddd", LongByElement<MulAddLane<false>, 2, true>           >("smlal, umlal (by element)"),
    row<"0 Q U 01111 01 ee mmmm 0110 e 0 nnnnn ddddd", LongByElement<MulAddLane<true>, 1, true>            >("smlsl, umlsl (by element)"),
    row<"0 Q U 01111 10 e mmmmm 0110 e 0 nnnnn ddddd", LongByElement<MulAddLane<true>, 2, true>            >("smlsl, umlsl (by element)"),
    row<"0 Q U 01111 01 ee mmmm 1010 e 0 nnnnn ddddd", LongByElement<MulLane, 1>                           >("smull, umull (by element)"),
    row<"0 Q U 01111 10 e mmmmm 1010 e 0 nnnnn ddddd", LongByElement<MulLane, 2>                           >("smull, umull (by element)"),
    row<"0 Q 0 01111 01 ee mmmm 0011 e 0 nnnnn ddddd", SignedLongByElement<DoublingAddLane<false>, 1, true>>("sqdmlal (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 0011 e 0 nnnnn ddddd", SignedLongByElement<DoublingAddLane<false>, 2, true>>("sqdmlal (by element)"),
    row<"0 Q 0 01111 01 ee mmmm 0111 e 0 nnnnn ddddd", SignedLongByElement<DoublingAddLane<true>, 1, true> >("sqdmlsl (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 0111 e 0 nnnnn ddddd", SignedLongByElement<DoublingAddLane<true>, 2, true> >("sqdmlsl (by element)"),
    row<"0 Q 0 01111 01 ee mmmm 1011 e 0 nnnnn ddddd", SignedLongByElement<DoublingLongLane, 1>            >("sqdmull (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 1011 e 0 nnnnn ddddd", SignedLongByElement<DoublingLongLane, 2>            >("sqdmull (by element)"),
    row<"0 Q 0 01111 01 ee mmmm 1100 e 0 nnnnn ddddd", ByElement<DoublingHighLane<false>, 1>               >("sqdmulh (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 1100 e 0 nnnnn ddddd", ByElement<DoublingHighLane<false>, 2>               >("sqdmulh (by element)"),
    row<"0 Q 0 01111 01 ee mmmm 1101 e 0 nnnnn ddddd", ByElement<DoublingHighLane<true>, 1>                >("sqrdmulh (by element)"),
    row<"0 Q 0 01111 10 e mmmmm 1101 e 0 nnnnn ddddd", ByElement<DoublingHighLane<true>, 2>                >("sqrdmulh (by element)"),
};

// clang-format on

} // namespace

std::span<const Row> simd_by_element_rows()
{
    return rows;
}

} // namespace sl::a64::decode
