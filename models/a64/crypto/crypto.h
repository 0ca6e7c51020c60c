// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>

namespace sl::a64::crypto {

// The manual's functions of the cryptographic instructions, on a register's elements, the lowest
// first. `old` is the old destination.

using Bytes = std::array<u8, 16>;
using Words = std::array<u32, 4>;
using Halves = std::array<u64, 2>;

// FEAT_AES (FIPS 197).
Bytes aes_encrypt(Bytes old, Bytes key);
Bytes aes_decrypt(Bytes old, Bytes key);
Bytes aes_mix_columns(Bytes v);
Bytes aes_inverse_mix_columns(Bytes v);

/// FEAT_PMULL: the product of two polynomials over GF(2), of the low or the high halves.
Halves multiply_low(Halves a, Halves b);
Halves multiply_high(Halves a, Halves b);

// FEAT_SHA1, FEAT_SHA256, FEAT_SHA512 (FIPS 180-4).
Words sha1_choose(Words hash, Words e, Words schedule);
Words sha1_parity(Words hash, Words e, Words schedule);
Words sha1_majority(Words hash, Words e, Words schedule);
Words sha1_fixed_rotate(Words v);
Words sha1_schedule_0(Words old, Words a, Words b);
Words sha1_schedule_1(Words old, Words a);
Words sha256_hash_1(Words old, Words other, Words schedule);
Words sha256_hash_2(Words old, Words other, Words schedule);
Words sha256_schedule_0(Words old, Words a);
Words sha256_schedule_1(Words old, Words a, Words b);
Halves sha512_hash_1(Halves old, Halves a, Halves b);
Halves sha512_hash_2(Halves old, Halves a, Halves b);
Halves sha512_schedule_0(Halves old, Halves a);
Halves sha512_schedule_1(Halves old, Halves a, Halves b);

// FEAT_SHA3 (FIPS 202): `a`, `b` and `c` are Vn, Vm and Va.
Halves eor3(Halves a, Halves b, Halves c);
Halves bcax(Halves a, Halves b, Halves c);
Halves rax1(Halves a, Halves b);
Halves xar(Halves a, Halves b, u64 amount);

// FEAT_SM3 (GB/T 32905) and FEAT_SM4 (GB/T 32907).
Words sm3_part_1(Words old, Words a, Words b);
Words sm3_part_2(Words old, Words a, Words b);
Words sm3_ss1(Words a, Words b, Words c);
Words sm3_tt1a(Words old, Words a, Words b, u64 index);
Words sm3_tt1b(Words old, Words a, Words b, u64 index);
Words sm3_tt2a(Words old, Words a, Words b, u64 index);
Words sm3_tt2b(Words old, Words a, Words b, u64 index);
Words sm4_encrypt(Words old, Words keys);
Words sm4_key(Words a, Words constants);

} // namespace sl::a64::crypto
