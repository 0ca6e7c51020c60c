// SPDX-License-Identifier: MIT
#include "a64/crypto/crypto.h"
#include "a64/crypto/galois.h"

#include <bit>

namespace sl::a64::crypto {

namespace {

constexpr u32 rotations(u32 v, int a, int b)
{
    return v ^ std::rotl(v, a) ^ std::rotl(v, b);
}

constexpr u32 parity(u32 a, u32 b, u32 c)
{
    return a ^ b ^ c;
}

constexpr u32 majority(u32 a, u32 b, u32 c)
{
    return (a & b) | (a & c) | (b & c);
}

constexpr u32 choose(u32 a, u32 b, u32 c)
{
    return (a & b) | (~a & c);
}

Words tt1(const Words& old, u32 mixed, const Words& a, u32 schedule)
{
    const u32 ss2 = a[3] ^ std::rotl(old[3], 12);
    return {old[1], std::rotl(old[2], 9), old[3], mixed + old[0] + ss2 + schedule};
}

Words tt2(const Words& old, u32 mixed, const Words& a, u32 schedule)
{
    const u32 sum = mixed + old[0] + a[3] + schedule;
    return {old[1], std::rotl(old[2], 19), old[3], rotations(sum, 9, 17)};
}

/// The S-box of SM4: an affine map, the inverse of GF(2^8), and the same map again.
constexpr Box make_box()
{
    constexpr unsigned polynomial = 0x1f5, rotated = 0b1100'1011, constant = 0xd3;
    Box box{};
    for (unsigned v = 0; v < 256; ++v) {
        const u8 first = affine(static_cast<u8>(v), rotated, constant);
        box[v] = affine(inverse(first, polynomial), rotated, constant);
    }
    return box;
}

constexpr Box box = make_box();

u32 substituted(u32 v)
{
    u32 result = 0;
    for (unsigned at = 0; at < 32; at += 8)
        result |= u32{box[(v >> at) & 0xff]} << at;
    return result;
}

/// Four rounds, each with a key of its own and a linear map.
template <class Linear>
Words sm4_rounds(Words v, const Words& keys, Linear linear)
{
    for (const u32 key : keys) {
        const u32 next = v[0] ^ linear(substituted(v[3] ^ v[2] ^ v[1] ^ key));
        v = {v[1], v[2], v[3], next};
    }
    return v;
}

} // namespace

Words sm3_part_1(Words old, Words a, Words b)
{
    Words result{};
    for (unsigned i = 0; i < 4; ++i) {
        const u32 rotated = std::rotl(i < 3 ? b[i + 1] : result[0], 15);
        const u32 v = old[i] ^ a[i] ^ rotated;
        result[i] = rotations(v, 15, 23);
    }
    return result;
}

Words sm3_part_2(Words old, Words a, Words b)
{
    Words mixed{};
    for (unsigned i = 0; i < 4; ++i)
        mixed[i] = a[i] ^ std::rotl(b[i], 7);
    const u32 last = rotations(std::rotl(mixed[0], 15), 15, 23);
    return {old[0] ^ mixed[0], old[1] ^ mixed[1], old[2] ^ mixed[2], old[3] ^ mixed[3] ^ last};
}

Words sm3_ss1(Words a, Words b, Words c)
{
    return {0, 0, 0, std::rotl(std::rotl(a[3], 12) + b[3] + c[3], 7)};
}

Words sm3_tt1a(Words old, Words a, Words b, u64 index)
{
    return tt1(old, parity(old[1], old[2], old[3]), a, b[index]);
}

Words sm3_tt1b(Words old, Words a, Words b, u64 index)
{
    return tt1(old, majority(old[1], old[2], old[3]), a, b[index]);
}

Words sm3_tt2a(Words old, Words a, Words b, u64 index)
{
    return tt2(old, parity(old[1], old[2], old[3]), a, b[index]);
}

Words sm3_tt2b(Words old, Words a, Words b, u64 index)
{
    return tt2(old, choose(old[3], old[2], old[1]), a, b[index]);
}

Words sm4_encrypt(Words old, Words keys)
{
    return sm4_rounds(
        old, keys, [](u32 v) { return rotations(v, 2, 10) ^ std::rotl(v, 18) ^ std::rotl(v, 24); });
}

Words sm4_key(Words a, Words constants)
{
    return sm4_rounds(a, constants, [](u32 v) { return rotations(v, 13, 23); });
}

} // namespace sl::a64::crypto
