// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/fp_complex.h"
#include "a64/semantics/simd_dot.h"

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
    // Three same, extra
    row<"0 Q 1 01110 SS 0 mmmmm 10000 1 nnnnn ddddd",    ThreeSameAs<RoundingDoublingAddLane<false>, sizes_hs, 0, true>>("sqrdmlah (vector)", Part::Rdm),
    row<"01 1 11110 SS 0 mmmmm 10000 1 nnnnn ddddd",     ScalarThreeAccumulate<RoundingDoublingAddLane<false>>         >("sqrdmlah (scalar)", Part::Rdm),
    row<"0 Q 1 01110 SS 0 mmmmm 10001 1 nnnnn ddddd",    ThreeSameAs<RoundingDoublingAddLane<true>, sizes_hs, 0, true> >("sqrdmlsh (vector)", Part::Rdm),
    row<"01 1 11110 SS 0 mmmmm 10001 1 nnnnn ddddd",     ScalarThreeAccumulate<RoundingDoublingAddLane<true>>          >("sqrdmlsh (scalar)", Part::Rdm),
    row<"0 Q 0 01110 10 0 mmmmm 10010 1 nnnnn ddddd",    DotVector<ByteProducts<s8, s8>>                               >("sdot (vector)", Part::DotProd),
    row<"0 Q 1 01110 10 0 mmmmm 10010 1 nnnnn ddddd",    DotVector<ByteProducts<u8, u8>>                               >("udot (vector)", Part::DotProd),
    row<"0 Q 0 01110 10 0 mmmmm 10011 1 nnnnn ddddd",    DotVector<ByteProducts<u8, s8>>                               >("usdot (vector)", Part::I8mm),
    row<"0 1 0 01110 10 0 mmmmm 10100 1 nnnnn ddddd",    MatrixMultiply<ByteProducts<s8, s8>>                          >("smmla", Part::I8mm),
    row<"0 1 1 01110 10 0 mmmmm 10100 1 nnnnn ddddd",    MatrixMultiply<ByteProducts<u8, u8>>                          >("ummla", Part::I8mm),
    row<"0 1 0 01110 10 0 mmmmm 10101 1 nnnnn ddddd",    MatrixMultiply<ByteProducts<u8, s8>>                          >("usmmla", Part::I8mm),
    row<"0 Q 1 01110 01 0 mmmmm 11111 1 nnnnn ddddd",    DotVector<BFloatProducts>                                     >("bfdot (vector)", Part::Bf16),
    row<"0 1 1 01110 01 0 mmmmm 11101 1 nnnnn ddddd",    MatrixMultiply<BFloatProducts>                                >("bfmmla", Part::Bf16),
    row<"0 Q 1 01110 11 0 mmmmm 11111 1 nnnnn ddddd",    Bfmlal                                                        >("bfmlalb, bfmlalt (vector)", Part::Bf16),
    row<"0 Q 1 01110 01 0 mmmmm 110 RR 1 nnnnn ddddd",   Fcmla<1>                                                      >("fcmla (vector)", Part::Fcma | Part::Fp16),
    row<"0 Q 1 01110 10 0 mmmmm 110 RR 1 nnnnn ddddd",   Fcmla<2>                                                      >("fcmla (vector)", Part::Fcma),
    row<"0 Q 1 01110 11 0 mmmmm 110 RR 1 nnnnn ddddd",   Fcmla<3>                                                      >("fcmla (vector)", Part::Fcma),
    row<"0 Q 1 01110 01 0 mmmmm 111 R0 1 nnnnn ddddd",   Fcadd<1>                                                      >("fcadd", Part::Fcma | Part::Fp16),
    row<"0 Q 1 01110 10 0 mmmmm 111 R0 1 nnnnn ddddd",   Fcadd<2>                                                      >("fcadd", Part::Fcma),
    row<"0 Q 1 01110 11 0 mmmmm 111 R0 1 nnnnn ddddd",   Fcadd<3>                                                      >("fcadd", Part::Fcma),
    // Three same: FEAT_FHM
    row<"0 Q 0 01110 00 1 mmmmm 11101 1 nnnnn ddddd",    Fmlal<false, false>                                           >("fmlal (vector)", Part::Fhm),
    row<"0 Q 0 01110 10 1 mmmmm 11101 1 nnnnn ddddd",    Fmlal<false, true>                                            >("fmlsl (vector)", Part::Fhm),
    row<"0 Q 1 01110 00 1 mmmmm 11001 1 nnnnn ddddd",    Fmlal<true, false>                                            >("fmlal2 (vector)", Part::Fhm),
    row<"0 Q 1 01110 10 1 mmmmm 11001 1 nnnnn ddddd",    Fmlal<true, true>                                             >("fmlsl2 (vector)", Part::Fhm),
    // Two-register miscellaneous, and of FP data processing
    row<"0 Q 0 01110 10 10000 10110 10 nnnnn ddddd",     Bfcvtn                                                        >("bfcvtn", Part::Bf16),
    row<"0 0 0 11110 01 1 0001 10 10000 nnnnn ddddd",    Bfcvt                                                         >("bfcvt", Part::Bf16),
    // By element
    row<"0 Q 1 01111 01 ee mmmm 1101 e 0 nnnnn ddddd",   ByElement<RoundingDoublingAddLane<false>, 1, true>            >("sqrdmlah (by element)", Part::Rdm),
    row<"01 1 11111 01 ee mmmm 1101 e 0 nnnnn ddddd",    ScalarAccumulateByElement<RoundingDoublingAddLane<false>, 1>  >("sqrdmlah (by element)", Part::Rdm),
    row<"0 Q 1 01111 10 e mmmmm 1101 e 0 nnnnn ddddd",   ByElement<RoundingDoublingAddLane<false>, 2, true>            >("sqrdmlah (by element)", Part::Rdm),
    row<"01 1 11111 10 e mmmmm 1101 e 0 nnnnn ddddd",    ScalarAccumulateByElement<RoundingDoublingAddLane<false>, 2>  >("sqrdmlah (by element)", Part::Rdm),
    row<"0 Q 1 01111 01 ee mmmm 1111 e 0 nnnnn ddddd",   ByElement<RoundingDoublingAddLane<true>, 1, true>             >("sqrdmlsh (by element)", Part::Rdm),
    row<"01 1 11111 01 ee mmmm 1111 e 0 nnnnn ddddd",    ScalarAccumulateByElement<RoundingDoublingAddLane<true>, 1>   >("sqrdmlsh (by element)", Part::Rdm),
    row<"0 Q 1 01111 10 e mmmmm 1111 e 0 nnnnn ddddd",   ByElement<RoundingDoublingAddLane<true>, 2, true>             >("sqrdmlsh (by element)", Part::Rdm),
    row<"01 1 11111 10 e mmmmm 1111 e 0 nnnnn ddddd",    ScalarAccumulateByElement<RoundingDoublingAddLane<true>, 2>   >("sqrdmlsh (by element)", Part::Rdm),
    row<"0 Q 0 01111 10 e mmmmm 1110 e 0 nnnnn ddddd",   DotByElement<ByteProducts<s8, s8>>                            >("sdot (by element)", Part::DotProd),
    row<"0 Q 1 01111 10 e mmmmm 1110 e 0 nnnnn ddddd",   DotByElement<ByteProducts<u8, u8>>                            >("udot (by element)", Part::DotProd),
    row<"0 Q 0 01111 10 e mmmmm 1111 e 0 nnnnn ddddd",   DotByElement<ByteProducts<u8, s8>>                            >("usdot (by element)", Part::I8mm),
    row<"0 Q 0 01111 00 e mmmmm 1111 e 0 nnnnn ddddd",   DotByElement<ByteProducts<s8, u8>>                            >("sudot (by element)", Part::I8mm),
    row<"0 Q 0 01111 01 e mmmmm 1111 e 0 nnnnn ddddd",   DotByElement<BFloatProducts>                                  >("bfdot (by element)", Part::Bf16),
    row<"0 Q 0 01111 11 ee mmmm 1111 e 0 nnnnn ddddd",   BfmlalByElement                                               >("bfmlalb, bfmlalt (by element)", Part::Bf16),
    row<"0 Q 1 01111 01 e mmmmm 0 RR 1 e 0 nnnnn ddddd", FcmlaByElementH                                               >("fcmla (by element)", Part::Fcma | Part::Fp16),
    row<"0 1 1 01111 10 0 mmmmm 0 RR 1 e 0 nnnnn ddddd", FcmlaByElementS                                               >("fcmla (by element)", Part::Fcma),
    row<"0 Q 0 01111 10 ee mmmm 0000 e 0 nnnnn ddddd",   FmlalByElement<false, false>                                  >("fmlal (by element)", Part::Fhm),
    row<"0 Q 0 01111 10 ee mmmm 0100 e 0 nnnnn ddddd",   FmlalByElement<false, true>                                   >("fmlsl (by element)", Part::Fhm),
    row<"0 Q 1 01111 10 ee mmmm 1000 e 0 nnnnn ddddd",   FmlalByElement<true, false>                                   >("fmlal2 (by element)", Part::Fhm),
    row<"0 Q 1 01111 10 ee mmmm 1100 e 0 nnnnn ddddd",   FmlalByElement<true, true>                                    >("fmlsl2 (by element)", Part::Fhm),
};

// clang-format on

} // namespace

std::span<const Row> simd_three_extra_rows()
{
    return rows;
}

} // namespace sl::a64::decode
