// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"

#include <bit>

/// The manual's shared functions on plain numbers. `width` is 32 or 64; operands and results have
/// no bits above it.
namespace sl::a64::alu {

constexpr u64 trim(u64 v, unsigned width)
{
    return width == 32 ? static_cast<u32>(v) : v;
}

struct Sum {
    u64 value;
    u8 nzcv; ///< N in bit 3
};

/// AddWithCarry().
constexpr Sum add_with_carry(u64 a, u64 b, u64 carry, unsigned width)
{
    const u128 wide = u128{a} + b + carry;
    const u64 value = trim(static_cast<u64>(wide), width);
    const bool n = bit(value, width - 1), c = (wide >> width) != 0;
    const bool v = bit((a ^ value) & (b ^ value), width - 1);
    return {value, static_cast<u8>(n << 3 | (value == 0) << 2 | c << 1 | static_cast<int>(v))};
}

constexpr u64 asr(u64 a, u64 amount, unsigned width)
{
    return trim(static_cast<u64>(static_cast<s64>(sign_extend(a, width)) >> amount), width);
}

constexpr u64 ror(u64 a, u64 amount, unsigned width)
{
    const int by = static_cast<int>(amount);
    return width == 32 ? std::rotr(static_cast<u32>(a), by) : std::rotr(a, by);
}

constexpr u64 smulh(u64 a, u64 b)
{
    __extension__ using s128 = __int128;
    return static_cast<u64>((s128{static_cast<s64>(a)} * static_cast<s64>(b)) >> 64);
}

constexpr u64 umulh(u64 a, u64 b)
{
    return static_cast<u64>((u128{a} * b) >> 64);
}

/// Rounds towards zero; x / 0 is 0, and the most negative number divided by -1 is itself.
constexpr u64 sdiv(u64 a, u64 b, unsigned width)
{
    const s64 x = static_cast<s64>(sign_extend(a, width));
    const s64 y = static_cast<s64>(sign_extend(b, width));
    if (y == 0)
        return 0;
    if (y == -1)
        return trim(u64{0} - a, width);
    return trim(static_cast<u64>(x / y), width);
}

constexpr u64 clz(u64 a, unsigned width)
{
    return static_cast<u64>(std::countl_zero(a)) - (64 - width);
}

/// How many bits below the top one equal it.
constexpr u64 cls(u64 a, unsigned width)
{
    return clz(a ^ asr(a, 1, width), width) - 1;
}

constexpr u64 rev(u64 a, unsigned container, unsigned width)
{
    u64 v = __builtin_bswap64(a) >> (64 - width);
    // All bytes are reversed now: put the containers back in their order.
    if (container == 16 && width == 32)
        return (v >> 16 | v << 16) & 0xffff'ffff;
    if (container <= 32 && width == 64)
        v = v >> 32 | v << 32;
    if (container == 16)
        v = (v >> 16 & 0x0000'ffff'0000'ffff) | (v & 0x0000'ffff'0000'ffff) << 16;
    return v;
}

constexpr u64 rbit(u64 a, unsigned width)
{
    u64 v = a;
    v = (v >> 1 & 0x5555'5555'5555'5555) | (v & 0x5555'5555'5555'5555) << 1;
    v = (v >> 2 & 0x3333'3333'3333'3333) | (v & 0x3333'3333'3333'3333) << 2;
    v = (v >> 4 & 0x0f0f'0f0f'0f0f'0f0f) | (v & 0x0f0f'0f0f'0f0f'0f0f) << 4;
    return __builtin_bswap64(v) >> (64 - width);
}

/// CRC32 and CRC32C: both polynomials are used bit-reflected.
constexpr u32 crc32(u32 acc, u64 data, unsigned bits, bool castagnoli)
{
    const u32 polynomial = castagnoli ? 0x82f6'3b78 : 0xedb8'8320;
    for (unsigned done = 0; done < bits; done += 8) {
        acc ^= static_cast<u32>(data >> done) & 0xff;
        for (unsigned i = 0; i < 8; ++i)
            acc = acc >> 1 ^ ((acc & 1) != 0 ? polynomial : 0);
    }
    return acc;
}

/// DecodeBitMasks() for logical immediates; false for reserved values. `field` is N:immr:imms.
constexpr bool logical_immediate(u32 field, unsigned width, u64& value)
{
    const u32 imms = field & 63, immr = (field >> 6) & 63;
    const u32 length_bits = (field >> 12 & 1) << 6 | (~imms & 63);
    if (length_bits < 2)
        return false; // no element size, or elements of one bit
    const unsigned length = static_cast<unsigned>(std::bit_width(length_bits)) - 1;
    const unsigned size = 1u << length;
    if (size > width)
        return false;
    const u32 s = imms & (size - 1), r = immr & (size - 1);
    if (s == size - 1)
        return false; // all ones
    const u64 run = ones(s + 1);
    u64 element = r == 0 ? run : (run >> r | run << (size - r)) & ones(size);
    for (unsigned filled = size; filled < width; filled *= 2)
        element |= element << filled;
    value = element;
    return true;
}

} // namespace sl::a64::alu
