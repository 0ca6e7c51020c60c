// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/simd_load_store.h"

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
    // opc   V     imm19               Rt
    row<"00 011 1 00 iiiiiiiiiiiiiiiiiii ttttt", LoadVectorLiteral<2>                   >("ldr (literal, SIMD&FP)"),
    row<"01 011 1 00 iiiiiiiiiiiiiiiiiii ttttt", LoadVectorLiteral<3>                   >("ldr (literal, SIMD&FP)"),
    row<"10 011 1 00 iiiiiiiiiiiiiiiiiii ttttt", LoadVectorLiteral<4>                   >("ldr (literal, SIMD&FP)"),
    // opc   V     L imm7   Rt2   Rn    Rt
    row<"00 101 1 000 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Offset, 2>   >("stnp (SIMD&FP)"),
    row<"00 101 1 000 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Offset, 2>    >("ldnp (SIMD&FP)"),
    row<"01 101 1 000 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Offset, 3>   >("stnp (SIMD&FP)"),
    row<"01 101 1 000 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Offset, 3>    >("ldnp (SIMD&FP)"),
    row<"10 101 1 000 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Offset, 4>   >("stnp (SIMD&FP)"),
    row<"10 101 1 000 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Offset, 4>    >("ldnp (SIMD&FP)"),
    row<"00 101 1 001 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Post, 2>     >("stp (post-index, SIMD&FP)"),
    row<"00 101 1 001 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Post, 2>      >("ldp (post-index, SIMD&FP)"),
    row<"01 101 1 001 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Post, 3>     >("stp (post-index, SIMD&FP)"),
    row<"01 101 1 001 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Post, 3>      >("ldp (post-index, SIMD&FP)"),
    row<"10 101 1 001 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Post, 4>     >("stp (post-index, SIMD&FP)"),
    row<"10 101 1 001 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Post, 4>      >("ldp (post-index, SIMD&FP)"),
    row<"00 101 1 010 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Offset, 2>   >("stp (signed offset, SIMD&FP)"),
    row<"00 101 1 010 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Offset, 2>    >("ldp (signed offset, SIMD&FP)"),
    row<"01 101 1 010 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Offset, 3>   >("stp (signed offset, SIMD&FP)"),
    row<"01 101 1 010 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Offset, 3>    >("ldp (signed offset, SIMD&FP)"),
    row<"10 101 1 010 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Offset, 4>   >("stp (signed offset, SIMD&FP)"),
    row<"10 101 1 010 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Offset, 4>    >("ldp (signed offset, SIMD&FP)"),
    row<"00 101 1 011 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Pre, 2>      >("stp (pre-index, SIMD&FP)"),
    row<"00 101 1 011 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Pre, 2>       >("ldp (pre-index, SIMD&FP)"),
    row<"01 101 1 011 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Pre, 3>      >("stp (pre-index, SIMD&FP)"),
    row<"01 101 1 011 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Pre, 3>       >("ldp (pre-index, SIMD&FP)"),
    row<"10 101 1 011 0 iiiiiii uuuuu nnnnn ttttt", StoreVectorPair<Indexing::Pre, 4>      >("stp (pre-index, SIMD&FP)"),
    row<"10 101 1 011 1 iiiiiii uuuuu nnnnn ttttt", LoadVectorPair<Indexing::Pre, 4>       >("ldp (pre-index, SIMD&FP)"),
    // size  V    opc  imm9        Rn    Rt
    row<"00 111 1 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreVectorIndexed<Indexing::Offset, 0>>("stur (SIMD&FP)"),
    row<"00 111 1 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadVectorIndexed<Indexing::Offset, 0> >("ldur (SIMD&FP)"),
    row<"01 111 1 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreVectorIndexed<Indexing::Offset, 1>>("stur (SIMD&FP)"),
    row<"01 111 1 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadVectorIndexed<Indexing::Offset, 1> >("ldur (SIMD&FP)"),
    row<"10 111 1 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreVectorIndexed<Indexing::Offset, 2>>("stur (SIMD&FP)"),
    row<"10 111 1 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadVectorIndexed<Indexing::Offset, 2> >("ldur (SIMD&FP)"),
    row<"11 111 1 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreVectorIndexed<Indexing::Offset, 3>>("stur (SIMD&FP)"),
    row<"11 111 1 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadVectorIndexed<Indexing::Offset, 3> >("ldur (SIMD&FP)"),
    row<"00 111 1 00 10 0 iiiiiiiii 00 nnnnn ttttt", StoreVectorIndexed<Indexing::Offset, 4>>("stur (SIMD&FP)"),
    row<"00 111 1 00 11 0 iiiiiiiii 00 nnnnn ttttt", LoadVectorIndexed<Indexing::Offset, 4> >("ldur (SIMD&FP)"),
    // size  V    opc  imm9        Rn    Rt
    row<"00 111 1 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreVectorIndexed<Indexing::Post, 0>  >("str (post-index, SIMD&FP)"),
    row<"00 111 1 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadVectorIndexed<Indexing::Post, 0>   >("ldr (post-index, SIMD&FP)"),
    row<"01 111 1 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreVectorIndexed<Indexing::Post, 1>  >("str (post-index, SIMD&FP)"),
    row<"01 111 1 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadVectorIndexed<Indexing::Post, 1>   >("ldr (post-index, SIMD&FP)"),
    row<"10 111 1 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreVectorIndexed<Indexing::Post, 2>  >("str (post-index, SIMD&FP)"),
    row<"10 111 1 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadVectorIndexed<Indexing::Post, 2>   >("ldr (post-index, SIMD&FP)"),
    row<"11 111 1 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreVectorIndexed<Indexing::Post, 3>  >("str (post-index, SIMD&FP)"),
    row<"11 111 1 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadVectorIndexed<Indexing::Post, 3>   >("ldr (post-index, SIMD&FP)"),
    row<"00 111 1 00 10 0 iiiiiiiii 01 nnnnn ttttt", StoreVectorIndexed<Indexing::Post, 4>  >("str (post-index, SIMD&FP)"),
    row<"00 111 1 00 11 0 iiiiiiiii 01 nnnnn ttttt", LoadVectorIndexed<Indexing::Post, 4>   >("ldr (post-index, SIMD&FP)"),
    // size  V    opc  imm9        Rn    Rt
    row<"00 111 1 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreVectorIndexed<Indexing::Pre, 0>   >("str (pre-index, SIMD&FP)"),
    row<"00 111 1 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadVectorIndexed<Indexing::Pre, 0>    >("ldr (pre-index, SIMD&FP)"),
    row<"01 111 1 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreVectorIndexed<Indexing::Pre, 1>   >("str (pre-index, SIMD&FP)"),
    row<"01 111 1 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadVectorIndexed<Indexing::Pre, 1>    >("ldr (pre-index, SIMD&FP)"),
    row<"10 111 1 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreVectorIndexed<Indexing::Pre, 2>   >("str (pre-index, SIMD&FP)"),
    row<"10 111 1 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadVectorIndexed<Indexing::Pre, 2>    >("ldr (pre-index, SIMD&FP)"),
    row<"11 111 1 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreVectorIndexed<Indexing::Pre, 3>   >("str (pre-index, SIMD&FP)"),
    row<"11 111 1 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadVectorIndexed<Indexing::Pre, 3>    >("ldr (pre-index, SIMD&FP)"),
    row<"00 111 1 00 10 0 iiiiiiiii 11 nnnnn ttttt", StoreVectorIndexed<Indexing::Pre, 4>   >("str (pre-index, SIMD&FP)"),
    row<"00 111 1 00 11 0 iiiiiiiii 11 nnnnn ttttt", LoadVectorIndexed<Indexing::Pre, 4>    >("ldr (pre-index, SIMD&FP)"),
    // size  V    opc  Rm    option S   Rn    Rt
    row<"00 111 1 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreVectorRegister<0>                 >("str (register, SIMD&FP)"),
    row<"00 111 1 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadVectorRegister<0>                  >("ldr (register, SIMD&FP)"),
    row<"01 111 1 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreVectorRegister<1>                 >("str (register, SIMD&FP)"),
    row<"01 111 1 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadVectorRegister<1>                  >("ldr (register, SIMD&FP)"),
    row<"10 111 1 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreVectorRegister<2>                 >("str (register, SIMD&FP)"),
    row<"10 111 1 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadVectorRegister<2>                  >("ldr (register, SIMD&FP)"),
    row<"11 111 1 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreVectorRegister<3>                 >("str (register, SIMD&FP)"),
    row<"11 111 1 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadVectorRegister<3>                  >("ldr (register, SIMD&FP)"),
    row<"00 111 1 00 10 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreVectorRegister<4>                 >("str (register, SIMD&FP)"),
    row<"00 111 1 00 11 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadVectorRegister<4>                  >("ldr (register, SIMD&FP)"),
    // size  V    opc imm12       Rn    Rt
    row<"00 111 1 01 00 iiiiiiiiiiii nnnnn ttttt", StoreVectorUnsigned<0>                 >("str (unsigned offset, SIMD&FP)"),
    row<"00 111 1 01 01 iiiiiiiiiiii nnnnn ttttt", LoadVectorUnsigned<0>                  >("ldr (unsigned offset, SIMD&FP)"),
    row<"01 111 1 01 00 iiiiiiiiiiii nnnnn ttttt", StoreVectorUnsigned<1>                 >("str (unsigned offset, SIMD&FP)"),
    row<"01 111 1 01 01 iiiiiiiiiiii nnnnn ttttt", LoadVectorUnsigned<1>                  >("ldr (unsigned offset, SIMD&FP)"),
    row<"10 111 1 01 00 iiiiiiiiiiii nnnnn ttttt", StoreVectorUnsigned<2>                 >("str (unsigned offset, SIMD&FP)"),
    row<"10 111 1 01 01 iiiiiiiiiiii nnnnn ttttt", LoadVectorUnsigned<2>                  >("ldr (unsigned offset, SIMD&FP)"),
    row<"11 111 1 01 00 iiiiiiiiiiii nnnnn ttttt", StoreVectorUnsigned<3>                 >("str (unsigned offset, SIMD&FP)"),
    row<"11 111 1 01 01 iiiiiiiiiiii nnnnn ttttt", LoadVectorUnsigned<3>                  >("ldr (unsigned offset, SIMD&FP)"),
    row<"00 111 1 01 10 iiiiiiiiiiii nnnnn ttttt", StoreVectorUnsigned<4>                 >("str (unsigned offset, SIMD&FP)"),
    row<"00 111 1 01 11 iiiiiiiiiiii nnnnn ttttt", LoadVectorUnsigned<4>                  >("ldr (unsigned offset, SIMD&FP)"),
};

// clang-format on

} // namespace

std::span<const Row> simd_memory_rows()
{
    return rows;
}

} // namespace sl::a64::decode
