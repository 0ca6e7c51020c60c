// SPDX-License-Identifier: MIT
#include "generator.h"

#include "common/bits.h"

#include <iterator>
#include <utility>

namespace sl::differential {

namespace {

constexpr u32 field(u32 word, unsigned lsb, unsigned width)
{
    return (word >> lsb) & ((u32{1} << width) - 1);
}

constexpr u32 with(u32 word, unsigned lsb, unsigned width, u64 value)
{
    const u32 mask = ((u32{1} << width) - 1) << lsb;
    return (word & ~mask) | (static_cast<u32>(value << lsb) & mask);
}

// "Top-level encodings for A64", by bits 28:25.
bool is_load_store(u32 word)
{
    return (word & 0x0a00'0000) == 0x0800'0000;
}

bool is_branch(u32 word)
{
    return (word & 0x1c00'0000) == 0x1400'0000;
}

// "Loads and stores": Load register (literal), with its SIMD&FP forms.
bool is_literal(u32 word)
{
    return (word & 0x3b00'0000) == 0x1800'0000;
}

bool is_register_offset(u32 word)
{
    return (word & 0x3b20'0c00) == 0x3820'0800;
}

bool is_unsigned_offset(u32 word)
{
    return (word & 0x3b00'0000) == 0x3900'0000;
}

bool is_pair(u32 word)
{
    return (word & 0x3a00'0000) == 0x2800'0000;
}

bool is_simd_structure(u32 word)
{
    return (word & 0xbe00'0000) == 0x0c00'0000;
}

// Exclusives, ordered accesses and compare-and-swap; and the LSE atomics.
bool is_exclusive(u32 word)
{
    return (word & 0x3f00'0000) == 0x0800'0000;
}

bool is_atomic(u32 word)
{
    return (word & 0x3b20'0c00) == 0x3820'0000;
}

// On these QEMU 7.2 is wrong: FCVTZS (scalar, fixed-point) of H extends the sign of its result into
// bits that the manual says are zero, and FJCVTZS sets Z for denormal numbers that are flushed.
bool is_wrong_there(u32 word, bool flushes)
{
    return (word & 0xfff0'fc00) == 0x5f10'fc00 || (flushes && (word & 0xffff'fc00) == 0x1e7e'0000);
}

constexpr u64 corners[] = {0,
                           1,
                           ~u64{0},
                           u64{1} << 63,
                           (u64{1} << 63) - 1,
                           0x7fff'ffff,
                           0x8000'0000,
                           0xffff'ffff,
                           0x1'0000'0000,
                           0xffff'ffff'8000'0000,
                           0x7fff,
                           0x8000,
                           0x7f,
                           0x80,
                           0x5555'5555'5555'5555,
                           31,
                           32,
                           63,
                           64};

// Of lanes: boundaries of integers, and of numbers zero, denormal, normal, infinite and not at all.
constexpr u64 byte_corners[] = {0,    1,    2,    7,    8,    9,    0x1f, 0x20, 0x3f,
                                0x40, 0x7f, 0x80, 0x81, 0xf0, 0xf8, 0xfe, 0xff, 0x55};
constexpr u64 half_corners[] = {0,      1,      2,      0x3ff,  0x400,  0x401,  0x3c00, 0x3c01,
                                0x3800, 0x3e00, 0x7bff, 0x7c00, 0x7c01, 0x7e00, 0x7fff, 0x00f0};
constexpr u64 single_corners[] = {
    0,           1,           0x00'7fff,   0x7f'ffff,   0x80'0000,   0x80'0001,   0x3f80'0000,
    0x3f80'0001, 0x3f7f'ffff, 0x3f00'0000, 0x3fc0'0000, 0x4020'0000, 0x4b00'0001, 0x4b7f'ffff,
    0x4f00'0000, 0x4eff'ffff, 0x4f80'0000, 0x5f00'0000, 0x5f80'0000, 0x7f7f'ffff, 0x7f80'0000,
    0x7f80'0001, 0x7fbf'ffff, 0x7fc0'0000, 0x7fc1'2345, 0x3880'0000, 0x3380'0000, 0x477f'f000,
    0x477f'e000, 0x7e80'0000, 0x7e00'0000, 0x0040'0000, 0x0020'0000, 0x3f80'0800};
constexpr u64 double_corners[] = {0,
                                  1,
                                  0x000f'ffff'ffff'ffff,
                                  0x0010'0000'0000'0000,
                                  0x0010'0000'0000'0001,
                                  0x3ff0'0000'0000'0000,
                                  0x3ff0'0000'0000'0001,
                                  0x3fef'ffff'ffff'ffff,
                                  0x3fe0'0000'0000'0000,
                                  0x3ff8'0000'0000'0000,
                                  0x4004'0000'0000'0000,
                                  0x41df'ffff'ffc0'0000,
                                  0x41e0'0000'0000'0000,
                                  0x41ef'ffff'ffe0'0000,
                                  0x41f0'0000'0000'0000,
                                  0x43e0'0000'0000'0000,
                                  0x43df'ffff'ffff'ffff,
                                  0x43f0'0000'0000'0000,
                                  0x43ef'ffff'ffff'ffff,
                                  0x4330'0000'0000'0001,
                                  0x47ef'ffff'f000'0000,
                                  0x47ef'ffff'e000'0000,
                                  0x3810'0000'0000'0000,
                                  0x380f'ffff'ffff'ffff,
                                  0x36a0'0000'0000'0000,
                                  0x3690'0000'0000'0000,
                                  0x7fe0'0000'0000'0000,
                                  0x7fd0'0000'0000'0000,
                                  0x7fef'ffff'ffff'ffff,
                                  0x7ff0'0000'0000'0000,
                                  0x7ff0'0000'0000'0001,
                                  0x7ff8'0000'0000'0000,
                                  0x7ff8'1234'5678'9abc,
                                  0x3ff0'0000'1000'0000};

} // namespace

Generator::Generator(std::vector<Row> rows, u64 seed)
    : rows_{std::move(rows)},
      random_{seed}
{
}

sequence Generator::draw(u64 code)
{
    sequence c{};
    c.count = static_cast<u32>(4 + random_.below(case_max_words - 3));
    end_ = code + 4 * c.count;
    draw_state(c);
    for (u32 i = 0; i < c.count; ++i) {
        c.words[i] = draw_word(code + 4 * i);
        track(c.words[i]);
    }
    return c;
}

u64 Generator::draw_value()
{
    const u64 value = random_.next();
    switch (random_.below(4)) {
    case 0:
        return corners[random_.below(std::size(corners))];
    case 1: // near a corner
        return corners[random_.below(std::size(corners))] + random_.below(5) - 2;
    case 2: // a corner in the low half, anything above
        return (value & 0xffff'ffff'0000'0000) |
               (corners[random_.below(std::size(corners))] & 0xffff'ffff);
    default:
        return value;
    }
}

u64 Generator::draw_half()
{
    const auto corner = [this](const auto& from) { return from[random_.below(std::size(from))]; };
    const auto sign = [this](unsigned bits) { return (random_.next() & 1) << (bits - 1); };
    const auto half_number = [&] {
        const u64 near = (9 + random_.below(13)) << 10 | (random_.next() & 0x3ff);
        return random_.chance(50) ? corner(half_corners) : near;
    };
    const u64 kind = random_.below(8);
    if (kind < 2)
        return draw_value();
    u64 half = 0;
    if (kind == 2) {
        for (unsigned at = 0; at < 64; at += 8)
            half |= corner(byte_corners) << at;
    } else if (kind == 3) {
        for (unsigned at = 0; at < 64; at += 16)
            half |= (half_number() ^ sign(16)) << at;
    } else if (kind < 6) {
        // Exponents not far from 0, so that numbers meet, and fractions that tie.
        for (unsigned at = 0; at < 64; at += 32) {
            const u64 near = (118 + random_.below(24)) << 23 | (random_.next() & 0x7f'ffff);
            const u64 number = random_.chance(50) ? corner(single_corners) : near;
            half |= (number ^ sign(32)) << at;
        }
    } else {
        const u64 near = (980 + random_.below(86)) << 52 | (random_.next() & ones(52));
        half = (random_.chance(50) ? corner(double_corners) : near) ^ sign(64);
    }
    return half;
}

u64 Generator::draw_address()
{
    const u64 middle = case_data_base + case_data_bytes / 2;
    switch (random_.below(16)) {
    case 0: // across the page boundary inside the area
        return middle - random_.below(32);
    case 1: // across a cache line
        return case_data_base + 0x200 + 64 * random_.below(64) - random_.below(32);
    case 2: // across the end of what is mapped
        return random_.chance(50) ? case_data_base + case_data_bytes - random_.below(32)
                                  : case_data_base + random_.below(32);
    case 3: // anywhere inside
        return case_data_base + 0x200 + random_.below(case_data_bytes - 0x400);
    case 4: // with a tag
        return (random_.next() & 0xff) << 56 | (middle + 0x100);
    default: // aligned
        return case_data_base + 0x400 + 16 * random_.below((case_data_bytes - 0x800) / 16);
    }
}

void Generator::draw_state(sequence& c)
{
    for (unsigned i = 0; i < 31; ++i) {
        const u64 kind = random_.below(100);
        if (kind < 45) {
            holds_[i] = Holds::Address;
            c.x[i] = draw_address();
        } else if (kind < 60) {
            // Also as a sign-extended word with anything above it: UXTW and SXTW ignore that.
            holds_[i] = Holds::Index;
            c.x[i] = random_.below(65) - 32;
            if (random_.chance(15))
                c.x[i] = (c.x[i] & 0xffff'ffff) | (random_.next() << 32);
        } else if (kind < 67) {
            holds_[i] = Holds::Code;
            c.x[i] = code_[i] = end_ - 4 * random_.below(c.count);
        } else {
            holds_[i] = Holds::Value;
            c.x[i] = draw_value();
        }
    }
    holds_[31] = Holds::Address;
    c.sp = case_data_base + 0x400 + 16 * random_.below((case_data_bytes - 0x800) / 16);
    for (u64& half : c.v)
        half = draw_half();
    if (random_.chance(50)) // FZ16, RMode, FZ, DN, AHP
        c.fpcr = static_cast<u32>(random_.next()) & 0x07c8'0000;
    if (random_.chance(25)) // QC, IDC, IXC, UFC, OFC, DZC, IOC
        c.fpsr = static_cast<u32>(random_.next()) & 0x0800'009f;
    flushes_ = (c.fpcr >> 24 & 1) != 0;
    c.nzcv = static_cast<u32>(random_.next()) & 0xf000'0000;
    c.memory_seed = random_.next();
}

u32 Generator::with_register(u32 word, unsigned lsb, Holds kind)
{
    const unsigned first = static_cast<unsigned>(random_.below(32));
    for (unsigned i = 0; i < 32; ++i) {
        const unsigned reg = (first + i) % 32;
        if (holds_[reg] == kind)
            return with(word, lsb, 5, reg);
    }
    // None left: any that is no code address, for stores must not change code.
    for (unsigned i = 0; i < 32; ++i) {
        const unsigned reg = (first + i) % 32;
        if (holds_[reg] != Holds::Code)
            return with(word, lsb, 5, reg);
    }
    return word;
}

// Never back: no sequence loops. Where nothing points ahead, to address 0.
u32 Generator::with_code_ahead(u32 word, u64 pc)
{
    const unsigned first = static_cast<unsigned>(random_.below(32));
    for (unsigned i = 0; i < 32; ++i) {
        const unsigned reg = (first + i) % 32;
        if (holds_[reg] == Holds::Code && code_[reg] > pc)
            return with(word, 5, 5, reg);
    }
    return with(word, 5, 5, 31);
}

// Reserved values of operands, which are UNDEFINED, seldom: they end a case.
u32 Generator::draw_word(u64 pc)
{
    for (;;) {
        const u32 word = draw_any(pc);
        if (is_wrong_there(word, flushes_))
            continue;
        if (row_of(word, compared_parts) >= 0 || random_.chance(2))
            return word;
    }
}

u32 Generator::draw_any(u64 pc)
{
    const Row& row = rows_[random_.below(rows_.size())];
    u32 word = row.bits | (static_cast<u32>(random_.next()) & ~row.mask);
    // Some immediates and registers at the ends of their ranges.
    if (random_.chance(10))
        word = row.bits | (random_.chance(50) ? ~row.mask : 0);
    // Destinations that hold no address, most of the time; then the addresses last longer.
    if (random_.chance(85))
        word = row.bits | (with_register(word, 0, Holds::Value) & ~row.mask);
    u32 aimed = word;
    if (is_load_store(word))
        aimed = aim_load_store(word, pc);
    else if (is_branch(word))
        aimed = aim_branch(word, pc);
    return row.bits | (aimed & ~row.mask); // only what the row leaves open
}

u32 Generator::aim_load_store(u32 word, u64 pc)
{
    if (is_literal(word)) {
        const u64 target = case_data_base + 4 * random_.below(case_data_bytes / 4 - 4);
        return with(word, 5, 19, (target - pc) / 4);
    }
    // Never a code address: writeback would move it.
    word = with_register(word, 5, random_.chance(2) ? Holds::Value : Holds::Address);
    if (is_register_offset(word) && !random_.chance(2))
        word = with_register(word, 16, Holds::Index);
    if (is_unsigned_offset(word) && !random_.chance(2))
        word = with(word, 10, 12, random_.below(24));
    if (is_simd_structure(word) && field(word, 23, 1) == 1 && random_.chance(60))
        word = random_.chance(50) ? with(word, 16, 5, 31) : with_register(word, 16, Holds::Index);
    if (is_pair(word) && random_.chance(50))
        word = with(word, 15, 7, random_.below(8) - 4);
    return word;
}

u32 Generator::aim_branch(u32 word, u64 pc)
{
    const u64 ahead = (end_ - pc) / 4; // 1 .. count
    const u64 distance = 1 + random_.below(ahead);
    if (field(word, 26, 5) == 0b00101) // B, BL
        return with(word, 0, 26, distance);
    if (field(word, 25, 6) == 0b011011) // TBZ, TBNZ
        return with(word, 5, 14, distance);
    if (field(word, 25, 6) == 0b011010 || field(word, 25, 7) == 0b0101010) // CBZ, CBNZ, B.cond
        return with(word, 5, 19, distance);
    return with_code_ahead(word, pc);
}

void Generator::forget(unsigned reg)
{
    if (reg == 31)
        return;
    // What may still be a code address is of no use any more.
    if (holds_[reg] == Holds::Code)
        code_[reg] = 0;
    else
        holds_[reg] = Holds::Value;
}

// Registers that an instruction of this encoding might write: no harm if it does not.
void Generator::track(u32 word)
{
    if (is_branch(word)) { // BL, BLR: the link is a code address
        holds_[30] = Holds::Code;
        code_[30] = 0;
        return;
    }
    forget(field(word, 0, 5));
    // ADD, SUB (immediate, extended register) and the logical immediates can write SP.
    const bool alu = field(word, 26, 3) == 0b100 || field(word, 25, 3) == 0b101;
    if (alu && field(word, 0, 5) == 31)
        holds_[31] = Holds::Value;
    if (!is_load_store(word))
        return;
    if (is_pair(word) || is_exclusive(word))
        forget(field(word, 10, 5));
    if (is_exclusive(word) || is_atomic(word)) {
        forget(field(word, 16, 5));
        if (field(word, 16, 5) % 2 == 0) // CASP writes a pair
            forget(field(word, 16, 5) + 1);
    }
}

} // namespace sl::differential
