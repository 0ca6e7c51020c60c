// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/load_store.h"

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
    // size V  opc imm19               Rt
    row<"00 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", LoadLiteral<2, false, 32>                        >("ldr (literal)"),
    row<"01 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", LoadLiteral<3, false, 64>                        >("ldr (literal)"),
    row<"10 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", LoadLiteral<2, true, 64>                         >("ldrsw (literal)"),
    row<"11 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", PrefetchLiteral                                  >("prfm (literal)"),
    // opc   V     L imm7   Rt2   Rn    Rt
    row<"00 101 0 000 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Offset, 2>                   >("stnp"),
    row<"00 101 0 000 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Offset, 2>                    >("ldnp"),
    row<"10 101 0 000 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Offset, 3>                   >("stnp"),
    row<"10 101 0 000 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Offset, 3>                    >("ldnp"),
    row<"00 101 0 001 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Post, 2>                     >("stp (post-index)"),
    row<"00 101 0 001 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Post, 2>                      >("ldp (post-index)"),
    row<"10 101 0 001 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Post, 3>                     >("stp (post-index)"),
    row<"10 101 0 001 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Post, 3>                      >("ldp (post-index)"),
    row<"01 101 0 001 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Post, 2, true>                >("ldpsw (post-index)"),
    row<"00 101 0 010 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Offset, 2>                   >("stp (signed offset)"),
    row<"00 101 0 010 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Offset, 2>                    >("ldp (signed offset)"),
    row<"10 101 0 010 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Offset, 3>                   >("stp (signed offset)"),
    row<"10 101 0 010 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Offset, 3>                    >("ldp (signed offset)"),
    row<"01 101 0 010 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Offset, 2, true>              >("ldpsw (signed offset)"),
    row<"00 101 0 011 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Pre, 2>                      >("stp (pre-index)"),
    row<"00 101 0 011 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Pre, 2>                       >("ldp (pre-index)"),
    row<"10 101 0 011 0 iiiiiii uuuuu nnnnn ttttt", StorePair<Indexing::Pre, 3>                      >("stp (pre-index)"),
    row<"10 101 0 011 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Pre, 3>                       >("ldp (pre-index)"),
    row<"01 101 0 011 1 iiiiiii uuuuu nnnnn ttttt", LoadPair<Indexing::Pre, 2, true>                 >("ldpsw (pre-index)"),
    // size V  opc   imm9        Rn    Rt
    row<"00 111 0 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreIndexed<Indexing::Offset, 0>                >("sturb"),
    row<"00 111 0 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 0, false, 32>      >("ldurb"),
    row<"01 111 0 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreIndexed<Indexing::Offset, 1>                >("sturh"),
    row<"01 111 0 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 1, false, 32>      >("ldurh"),
    row<"10 111 0 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreIndexed<Indexing::Offset, 2>                >("stur"),
    row<"10 111 0 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 2, false, 32>      >("ldur"),
    row<"11 111 0 00 00 0 iiiiiiiii 00 nnnnn ttttt", StoreIndexed<Indexing::Offset, 3>                >("stur"),
    row<"11 111 0 00 01 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 3, false, 64>      >("ldur"),
    row<"00 111 0 00 10 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 0, true, 64>       >("ldursb"),
    row<"00 111 0 00 11 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 0, true, 32>       >("ldursb"),
    row<"01 111 0 00 10 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 1, true, 64>       >("ldursh"),
    row<"01 111 0 00 11 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 1, true, 32>       >("ldursh"),
    row<"10 111 0 00 10 0 iiiiiiiii 00 nnnnn ttttt", LoadIndexed<Indexing::Offset, 2, true, 64>       >("ldursw"),
    row<"11 111 0 00 10 0 iiiiiiiii 00 nnnnn ttttt", PrefetchUnscaled                                 >("prfum"),
    // size V  opc   imm9        Rn    Rt
    row<"00 111 0 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreIndexed<Indexing::Post, 0>                  >("strb (post-index)"),
    row<"00 111 0 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 0, false, 32>        >("ldrb (post-index)"),
    row<"01 111 0 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreIndexed<Indexing::Post, 1>                  >("strh (post-index)"),
    row<"01 111 0 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 1, false, 32>        >("ldrh (post-index)"),
    row<"10 111 0 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreIndexed<Indexing::Post, 2>                  >("str (post-index)"),
    row<"10 111 0 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 2, false, 32>        >("ldr (post-index)"),
    row<"11 111 0 00 00 0 iiiiiiiii 01 nnnnn ttttt", StoreIndexed<Indexing::Post, 3>                  >("str (post-index)"),
    row<"11 111 0 00 01 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 3, false, 64>        >("ldr (post-index)"),
    row<"00 111 0 00 10 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 0, true, 64>         >("ldrsb (post-index)"),
    row<"00 111 0 00 11 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 0, true, 32>         >("ldrsb (post-index)"),
    row<"01 111 0 00 10 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 1, true, 64>         >("ldrsh (post-index)"),
    row<"01 111 0 00 11 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 1, true, 32>         >("ldrsh (post-index)"),
    row<"10 111 0 00 10 0 iiiiiiiii 01 nnnnn ttttt", LoadIndexed<Indexing::Post, 2, true, 64>         >("ldrsw (post-index)"),
    // size V  opc   imm9        Rn    Rt
    row<"00 111 0 00 00 0 iiiiiiiii 10 nnnnn ttttt", StoreIndexed<Indexing::Unprivileged, 0>          >("sttrb"),
    row<"00 111 0 00 01 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 0, false, 32>>("ldtrb"),
    row<"01 111 0 00 00 0 iiiiiiiii 10 nnnnn ttttt", StoreIndexed<Indexing::Unprivileged, 1>          >("sttrh"),
    row<"01 111 0 00 01 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 1, false, 32>>("ldtrh"),
    row<"10 111 0 00 00 0 iiiiiiiii 10 nnnnn ttttt", StoreIndexed<Indexing::Unprivileged, 2>          >("sttr"),
    row<"10 111 0 00 01 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 2, false, 32>>("ldtr"),
    row<"11 111 0 00 00 0 iiiiiiiii 10 nnnnn ttttt", StoreIndexed<Indexing::Unprivileged, 3>          >("sttr"),
    row<"11 111 0 00 01 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 3, false, 64>>("ldtr"),
    row<"00 111 0 00 10 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 0, true, 64> >("ldtrsb"),
    row<"00 111 0 00 11 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 0, true, 32> >("ldtrsb"),
    row<"01 111 0 00 10 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 1, true, 64> >("ldtrsh"),
    row<"01 111 0 00 11 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 1, true, 32> >("ldtrsh"),
    row<"10 111 0 00 10 0 iiiiiiiii 10 nnnnn ttttt", LoadIndexed<Indexing::Unprivileged, 2, true, 64> >("ldtrsw"),
    // size V  opc   imm9        Rn    Rt
    row<"00 111 0 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreIndexed<Indexing::Pre, 0>                   >("strb (pre-index)"),
    row<"00 111 0 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 0, false, 32>         >("ldrb (pre-index)"),
    row<"01 111 0 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreIndexed<Indexing::Pre, 1>                   >("strh (pre-index)"),
    row<"01 111 0 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 1, false, 32>         >("ldrh (pre-index)"),
    row<"10 111 0 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreIndexed<Indexing::Pre, 2>                   >("str (pre-index)"),
    row<"10 111 0 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 2, false, 32>         >("ldr (pre-index)"),
    row<"11 111 0 00 00 0 iiiiiiiii 11 nnnnn ttttt", StoreIndexed<Indexing::Pre, 3>                   >("str (pre-index)"),
    row<"11 111 0 00 01 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 3, false, 64>         >("ldr (pre-index)"),
    row<"00 111 0 00 10 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 0, true, 64>          >("ldrsb (pre-index)"),
    row<"00 111 0 00 11 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 0, true, 32>          >("ldrsb (pre-index)"),
    row<"01 111 0 00 10 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 1, true, 64>          >("ldrsh (pre-index)"),
    row<"01 111 0 00 11 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 1, true, 32>          >("ldrsh (pre-index)"),
    row<"10 111 0 00 10 0 iiiiiiiii 11 nnnnn ttttt", LoadIndexed<Indexing::Pre, 2, true, 64>          >("ldrsw (pre-index)"),
    // size V  opc   Rm    option S   Rn    Rt
    row<"00 111 0 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreRegister<0>                                 >("strb (register)"),
    row<"00 111 0 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<0, false, 32>                       >("ldrb (register)"),
    row<"01 111 0 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreRegister<1>                                 >("strh (register)"),
    row<"01 111 0 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<1, false, 32>                       >("ldrh (register)"),
    row<"10 111 0 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreRegister<2>                                 >("str (register)"),
    row<"10 111 0 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<2, false, 32>                       >("ldr (register)"),
    row<"11 111 0 00 00 1 mmmmm X1Y Z 10 nnnnn ttttt", StoreRegister<3>                                 >("str (register)"),
    row<"11 111 0 00 01 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<3, false, 64>                       >("ldr (register)"),
    row<"00 111 0 00 10 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<0, true, 64>                        >("ldrsb (register)"),
    row<"00 111 0 00 11 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<0, true, 32>                        >("ldrsb (register)"),
    row<"01 111 0 00 10 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<1, true, 64>                        >("ldrsh (register)"),
    row<"01 111 0 00 11 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<1, true, 32>                        >("ldrsh (register)"),
    row<"10 111 0 00 10 1 mmmmm X1Y Z 10 nnnnn ttttt", LoadRegister<2, true, 64>                        >("ldrsw (register)"),
    row<"11 111 0 00 10 1 mmmmm X1Y Z 10 nnnnn ttttt", PrefetchRegister                                 >("prfm (register)"),
    // size V  opc imm12        Rn    Rt
    row<"00 111 0 01 00 iiiiiiiiiiii nnnnn ttttt", StoreUnsigned<0>                                 >("strb (unsigned offset)"),
    row<"00 111 0 01 01 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<0, false, 32>                       >("ldrb (unsigned offset)"),
    row<"01 111 0 01 00 iiiiiiiiiiii nnnnn ttttt", StoreUnsigned<1>                                 >("strh (unsigned offset)"),
    row<"01 111 0 01 01 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<1, false, 32>                       >("ldrh (unsigned offset)"),
    row<"10 111 0 01 00 iiiiiiiiiiii nnnnn ttttt", StoreUnsigned<2>                                 >("str (unsigned offset)"),
    row<"10 111 0 01 01 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<2, false, 32>                       >("ldr (unsigned offset)"),
    row<"11 111 0 01 00 iiiiiiiiiiii nnnnn ttttt", StoreUnsigned<3>                                 >("str (unsigned offset)"),
    row<"11 111 0 01 01 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<3, false, 64>                       >("ldr (unsigned offset)"),
    row<"00 111 0 01 10 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<0, true, 64>                        >("ldrsb (unsigned offset)"),
    row<"00 111 0 01 11 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<0, true, 32>                        >("ldrsb (unsigned offset)"),
    row<"01 111 0 01 10 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<1, true, 64>                        >("ldrsh (unsigned offset)"),
    row<"01 111 0 01 11 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<1, true, 32>                        >("ldrsh (unsigned offset)"),
    row<"10 111 0 01 10 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned<2, true, 64>                        >("ldrsw (unsigned offset)"),
    row<"11 111 0 01 10 iiiiiiiiiiii nnnnn ttttt", PrefetchUnsigned                                 >("prfm (unsigned offset)"),
};

// clang-format on

} // namespace

std::span<const Row> loads_stores_rows()
{
    return rows;
}

} // namespace sl::a64::decode
