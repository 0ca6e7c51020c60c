// SPDX-License-Identifier: MIT
#include "a64/semantics/crypto.h"
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
    // Cryptographic AES
    row<"0100 1110 00 10100 00100 10 nnnnn ddddd",    CryptoTwo<crypto::aes_encrypt, true>             >("aese", Part::Aes),
    row<"0100 1110 00 10100 00101 10 nnnnn ddddd",    CryptoTwo<crypto::aes_decrypt, true>             >("aesd", Part::Aes),
    row<"0100 1110 00 10100 00110 10 nnnnn ddddd",    CryptoTwo<crypto::aes_mix_columns, false>        >("aesmc", Part::Aes),
    row<"0100 1110 00 10100 00111 10 nnnnn ddddd",    CryptoTwo<crypto::aes_inverse_mix_columns, false>>("aesimc", Part::Aes),
    // Advanced SIMD three different: before PMULL of other sizes
    row<"0 Q 0 01110 11 1 mmmmm 1110 00 nnnnn ddddd", MultiplyPolynomials                              >("pmull", Part::Pmull),
    // Cryptographic three-register SHA
    row<"0101 1110 00 0 mmmmm 0 000 00 nnnnn ddddd",  CryptoThree<crypto::sha1_choose, true>           >("sha1c", Part::Sha1),
    row<"0101 1110 00 0 mmmmm 0 001 00 nnnnn ddddd",  CryptoThree<crypto::sha1_parity, true>           >("sha1p", Part::Sha1),
    row<"0101 1110 00 0 mmmmm 0 010 00 nnnnn ddddd",  CryptoThree<crypto::sha1_majority, true>         >("sha1m", Part::Sha1),
    row<"0101 1110 00 0 mmmmm 0 011 00 nnnnn ddddd",  CryptoThree<crypto::sha1_schedule_0, true>       >("sha1su0", Part::Sha1),
    row<"0101 1110 00 0 mmmmm 0 100 00 nnnnn ddddd",  CryptoThree<crypto::sha256_hash_1, true>         >("sha256h", Part::Sha256),
    row<"0101 1110 00 0 mmmmm 0 101 00 nnnnn ddddd",  CryptoThree<crypto::sha256_hash_2, true>         >("sha256h2", Part::Sha256),
    row<"0101 1110 00 0 mmmmm 0 110 00 nnnnn ddddd",  CryptoThree<crypto::sha256_schedule_1, true>     >("sha256su1", Part::Sha256),
    // Cryptographic two-register SHA
    row<"0101 1110 00 10100 00000 10 nnnnn ddddd",    CryptoTwo<crypto::sha1_fixed_rotate, false>      >("sha1h", Part::Sha1),
    row<"0101 1110 00 10100 00001 10 nnnnn ddddd",    CryptoTwo<crypto::sha1_schedule_1, true>         >("sha1su1", Part::Sha1),
    row<"0101 1110 00 10100 00010 10 nnnnn ddddd",    CryptoTwo<crypto::sha256_schedule_0, true>       >("sha256su0", Part::Sha256),
    // Cryptographic three-register SHA 512
    row<"1100 1110 011 mmmmm 1 0 00 00 nnnnn ddddd",  CryptoThree<crypto::sha512_hash_1, true>         >("sha512h", Part::Sha512),
    row<"1100 1110 011 mmmmm 1 0 00 01 nnnnn ddddd",  CryptoThree<crypto::sha512_hash_2, true>         >("sha512h2", Part::Sha512),
    row<"1100 1110 011 mmmmm 1 0 00 10 nnnnn ddddd",  CryptoThree<crypto::sha512_schedule_1, true>     >("sha512su1", Part::Sha512),
    row<"1100 1110 011 mmmmm 1 0 00 11 nnnnn ddddd",  CryptoThree<crypto::rax1, false>                 >("rax1", Part::Sha3),
    row<"1100 1110 011 mmmmm 1 1 00 00 nnnnn ddddd",  CryptoThree<crypto::sm3_part_1, true>            >("sm3partw1", Part::Sm3),
    row<"1100 1110 011 mmmmm 1 1 00 01 nnnnn ddddd",  CryptoThree<crypto::sm3_part_2, true>            >("sm3partw2", Part::Sm3),
    row<"1100 1110 011 mmmmm 1 1 00 10 nnnnn ddddd",  CryptoThree<crypto::sm4_key, false>              >("sm4ekey", Part::Sm4),
    // Cryptographic two-register SHA 512
    row<"1100 1110 110 00000 1000 00 nnnnn ddddd",    CryptoTwo<crypto::sha512_schedule_0, true>       >("sha512su0", Part::Sha512),
    row<"1100 1110 110 00000 1000 01 nnnnn ddddd",    CryptoTwo<crypto::sm4_encrypt, true>             >("sm4e", Part::Sm4),
    // Cryptographic three-register, imm2
    row<"1100 1110 010 mmmmm 10 ii 00 nnnnn ddddd",   Sm3Round<crypto::sm3_tt1a>                       >("sm3tt1a", Part::Sm3),
    row<"1100 1110 010 mmmmm 10 ii 01 nnnnn ddddd",   Sm3Round<crypto::sm3_tt1b>                       >("sm3tt1b", Part::Sm3),
    row<"1100 1110 010 mmmmm 10 ii 10 nnnnn ddddd",   Sm3Round<crypto::sm3_tt2a>                       >("sm3tt2a", Part::Sm3),
    row<"1100 1110 010 mmmmm 10 ii 11 nnnnn ddddd",   Sm3Round<crypto::sm3_tt2b>                       >("sm3tt2b", Part::Sm3),
    // Cryptographic three-register, imm6
    row<"1100 1110 100 mmmmm iiiiii nnnnn ddddd",     Xar                                              >("xar", Part::Sha3),
    // Cryptographic four-register
    row<"1100 1110 000 mmmmm 0 aaaaa nnnnn ddddd",    CryptoFour<crypto::eor3>                         >("eor3", Part::Sha3),
    row<"1100 1110 001 mmmmm 0 aaaaa nnnnn ddddd",    CryptoFour<crypto::bcax>                         >("bcax", Part::Sha3),
    row<"1100 1110 010 mmmmm 0 aaaaa nnnnn ddddd",    CryptoFour<crypto::sm3_ss1>                      >("sm3ss1", Part::Sm3),
};

// clang-format on

} // namespace

std::span<const Row> crypto_rows()
{
    return rows;
}

} // namespace sl::a64::decode
