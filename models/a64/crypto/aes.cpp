// SPDX-License-Identifier: MIT
#include "a64/crypto/crypto.h"
#include "a64/crypto/galois.h"

#include <cstddef>

namespace sl::a64::crypto {

namespace {

constexpr unsigned polynomial = 0x11b; // x^8 + x^4 + x^3 + x + 1

constexpr Box make_box()
{
    Box box{};
    for (unsigned v = 0; v < 256; ++v)
        box[v] = affine(inverse(static_cast<u8>(v), polynomial), 0b0001'1111, 0x63);
    return box;
}

constexpr Box inverted(const Box& box)
{
    Box result{};
    for (unsigned v = 0; v < 256; ++v)
        result[box[v]] = static_cast<u8>(v);
    return result;
}

constexpr Box box = make_box(), inverse_box = inverted(box);

constexpr Bytes sum(const Bytes& a, const Bytes& b)
{
    Bytes result{};
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = a[i] ^ b[i];
    return result;
}

/// Each column of four bytes times the polynomial with these coefficients.
Bytes mixed(const Bytes& v, const std::array<u8, 4>& coefficients)
{
    Bytes result{};
    for (unsigned column = 0; column < 16; column += 4)
        for (unsigned row = 0; row < 4; ++row)
            for (unsigned k = 0; k < 4; ++k)
                result[column + row] ^=
                    multiply(v[column + (row + k) % 4], coefficients[k], polynomial);
    return result;
}

Halves multiply(u64 a, u64 b)
{
    u128 product = 0;
    for (unsigned i = 0; i < 64; ++i)
        product ^= ((b >> i) & 1) != 0 ? u128{a} << i : 0;
    return {static_cast<u64>(product), static_cast<u64>(product >> 64)};
}

} // namespace

// ShiftRows() moves byte `row` of column c to column c - row.

Bytes aes_encrypt(Bytes old, Bytes key)
{
    const Bytes v = sum(old, key);
    Bytes result{};
    for (unsigned i = 0; i < 16; ++i)
        result[i] = box[v[(i + 4 * (i % 4)) % 16]];
    return result;
}

Bytes aes_decrypt(Bytes old, Bytes key)
{
    const Bytes v = sum(old, key);
    Bytes result{};
    for (unsigned i = 0; i < 16; ++i)
        result[(i + 4 * (i % 4)) % 16] = inverse_box[v[i]];
    return result;
}

Bytes aes_mix_columns(Bytes v)
{
    return mixed(v, {2, 3, 1, 1});
}

Bytes aes_inverse_mix_columns(Bytes v)
{
    return mixed(v, {14, 11, 13, 9});
}

Halves multiply_low(Halves a, Halves b)
{
    return multiply(a[0], b[0]);
}

Halves multiply_high(Halves a, Halves b)
{
    return multiply(a[1], b[1]);
}

} // namespace sl::a64::crypto
