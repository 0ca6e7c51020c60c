// SPDX-License-Identifier: MIT
#include "a64/crypto/crypto.h"

#include <bit>

namespace sl::a64::crypto {

namespace {

template <class T>
constexpr T choose(T a, T b, T c)
{
    return (a & b) ^ (~a & c);
}

template <class T>
constexpr T majority(T a, T b, T c)
{
    return (a & b) ^ (a & c) ^ (b & c);
}

constexpr u32 parity(u32 a, u32 b, u32 c)
{
    return a ^ b ^ c;
}

template <class T>
constexpr T rotations(T v, int a, int b, int c)
{
    return std::rotr(v, a) ^ std::rotr(v, b) ^ std::rotr(v, c);
}

/// Two rotations and a shift.
template <class T>
constexpr T rotations_shift(T v, int a, int b, int c)
{
    return std::rotr(v, a) ^ std::rotr(v, b) ^ (v >> c);
}

/// Four rounds: of a to d in `hash`, the lowest first, and e.
template <u32 (*F)(u32, u32, u32)>
Words sha1_rounds(Words hash, u32 e, const Words& schedule)
{
    for (const u32 w : schedule) {
        const u32 next = e + std::rotl(hash[0], 5) + F(hash[1], hash[2], hash[3]) + w;
        e = hash[3];
        hash = {next, hash[0], std::rotl(hash[1], 30), hash[2]};
    }
    return hash;
}

struct Hash {
    Words low, high; ///< a to d, e to h
};

/// SHA256hash(): four rounds.
Hash sha256_rounds(Words x, Words y, const Words& schedule)
{
    for (const u32 w : schedule) {
        const u32 t = y[3] + rotations(y[0], 6, 11, 25) + choose(y[0], y[1], y[2]) + w;
        const u32 first = t + rotations(x[0], 2, 13, 22) + majority(x[0], x[1], x[2]);
        y = {t + x[3], y[0], y[1], y[2]};
        x = {first, x[0], x[1], x[2]};
    }
    return {x, y};
}

constexpr Halves each(Halves a, Halves b, Halves c, u64 (*f)(u64, u64, u64))
{
    return {f(a[0], b[0], c[0]), f(a[1], b[1], c[1])};
}

} // namespace

Words sha1_choose(Words hash, Words e, Words schedule)
{
    return sha1_rounds<choose<u32>>(hash, e[0], schedule);
}

Words sha1_parity(Words hash, Words e, Words schedule)
{
    return sha1_rounds<parity>(hash, e[0], schedule);
}

Words sha1_majority(Words hash, Words e, Words schedule)
{
    return sha1_rounds<majority<u32>>(hash, e[0], schedule);
}

Words sha1_fixed_rotate(Words v)
{
    return {std::rotl(v[0], 30), 0, 0, 0};
}

Words sha1_schedule_0(Words old, Words a, Words b)
{
    return {old[2] ^ old[0] ^ b[0], old[3] ^ old[1] ^ b[1], a[0] ^ old[2] ^ b[2],
            a[1] ^ old[3] ^ b[3]};
}

Words sha1_schedule_1(Words old, Words a)
{
    const u32 first = std::rotl(old[0] ^ a[1], 1);
    return {first, std::rotl(old[1] ^ a[2], 1), std::rotl(old[2] ^ a[3], 1),
            std::rotl(old[3], 1) ^ std::rotl(first, 1)};
}

Words sha256_hash_1(Words old, Words other, Words schedule)
{
    return sha256_rounds(old, other, schedule).low;
}

Words sha256_hash_2(Words old, Words other, Words schedule)
{
    return sha256_rounds(other, old, schedule).high;
}

Words sha256_schedule_0(Words old, Words a)
{
    const u32 from[] = {old[1], old[2], old[3], a[0]};
    Words result{};
    for (unsigned i = 0; i < 4; ++i)
        result[i] = old[i] + rotations_shift(from[i], 7, 18, 3);
    return result;
}

Words sha256_schedule_1(Words old, Words a, Words b)
{
    const u32 added[] = {a[1], a[2], a[3], b[0]};
    Words result{};
    for (unsigned i = 0; i < 4; ++i) {
        const u32 from = i < 2 ? b[i + 2] : result[i - 2];
        result[i] = old[i] + added[i] + rotations_shift(from, 17, 19, 10);
    }
    return result;
}

Halves sha512_hash_1(Halves old, Halves a, Halves b)
{
    const u64 high = choose(b[1], a[0], a[1]) + rotations(b[1], 14, 18, 41) + old[1];
    const u64 t = high + b[0];
    return {choose(t, b[1], a[0]) + rotations(t, 14, 18, 41) + old[0], high};
}

Halves sha512_hash_2(Halves old, Halves a, Halves b)
{
    const u64 high = majority(a[0], b[1], b[0]) + rotations(b[0], 28, 34, 39) + old[1];
    return {majority(high, b[0], b[1]) + rotations(high, 28, 34, 39) + old[0], high};
}

Halves sha512_schedule_0(Halves old, Halves a)
{
    return {old[0] + rotations_shift(old[1], 1, 8, 7), old[1] + rotations_shift(a[0], 1, 8, 7)};
}

Halves sha512_schedule_1(Halves old, Halves a, Halves b)
{
    return {old[0] + rotations_shift(a[0], 19, 61, 6) + b[0],
            old[1] + rotations_shift(a[1], 19, 61, 6) + b[1]};
}

Halves eor3(Halves a, Halves b, Halves c)
{
    return each(a, b, c, [](u64 x, u64 y, u64 z) { return x ^ y ^ z; });
}

Halves bcax(Halves a, Halves b, Halves c)
{
    return each(a, b, c, [](u64 x, u64 y, u64 z) { return x ^ (y & ~z); });
}

Halves rax1(Halves a, Halves b)
{
    return {a[0] ^ std::rotl(b[0], 1), a[1] ^ std::rotl(b[1], 1)};
}

Halves xar(Halves a, Halves b, u64 amount)
{
    const int by = static_cast<int>(amount);
    return {std::rotr(a[0] ^ b[0], by), std::rotr(a[1] ^ b[1], by)};
}

} // namespace sl::a64::crypto
