// SPDX-License-Identifier: MIT
#include "a64/crypto/qarma.h"

#include <array>
#include <bit>

namespace sl::a64::crypto {

namespace {

// A state is sixteen cells of four bits. The manual numbers bits, the paper cells from the most
// significant one; here cell n is bits 4n+3:4n.
constexpr unsigned cells = 16;

constexpr u64 cell(u64 state, unsigned n)
{
    return (state >> (4 * n)) & 0xf;
}

using Permutation = std::array<u8, cells>; ///< cell n of the result is cell [n] of the operand

constexpr Permutation inverse(const Permutation& p)
{
    Permutation q{};
    for (unsigned n = 0; n < cells; ++n)
        q[p[n]] = static_cast<u8>(n);
    return q;
}

/// PACCellShuffle: tau.
constexpr Permutation shuffle{13, 6, 11, 0, 7, 12, 1, 10, 8, 3, 14, 5, 2, 9, 4, 15};
/// TweakShuffle's cells: h.
constexpr Permutation tweak_shuffle{4, 5, 6, 7, 11, 2, 3, 8, 12, 13, 14, 15, 0, 1, 10, 9};
/// The cells of TweakShuffle's result that pass through its LFSR: omega.
constexpr u16 tweak_rotated = 1 << 2 | 1 << 4 | 1 << 7 | 1 << 11 | 1 << 12 | 1 << 14 | 1 << 15;

constexpr u64 permute(u64 state, const Permutation& p)
{
    u64 result = 0;
    for (unsigned n = 0; n < cells; ++n)
        result |= cell(state, p[n]) << (4 * n);
    return result;
}

/// Two cells at a time.
using Sbox = std::array<u8, 256>;

constexpr Sbox pairs(const Permutation& box)
{
    Sbox both{};
    for (unsigned n = 0; n < both.size(); ++n)
        both[n] = static_cast<u8>(box[n >> 4] << 4 | box[n & 15]);
    return both;
}

constexpr Permutation sigma1{10, 13, 14, 6, 15, 7, 3, 5, 9, 8, 0, 12, 11, 1, 2, 4};
constexpr Permutation sigma2{11, 6, 8, 15, 12, 0, 9, 14, 3, 7, 4, 5, 13, 2, 1, 10};

constexpr u64 substitute(u64 state, const Sbox& box)
{
    u64 result = 0;
    for (unsigned byte = 0; byte < 64; byte += 8)
        result |= u64{box[(state >> byte) & 0xff]} << byte;
    return result;
}

/// Every cell rotated left.
constexpr u64 rotate_cells(u64 state, unsigned by)
{
    const u64 low = 0x1111'1111'1111'1111 * ((1u << (4 - by)) - 1);
    return (state & low) << by | ((state & ~low) >> (4 - by));
}

/// PACMult: the columns by the circulant matrix (0, rho, rho^2, rho), an involution.
constexpr u64 mix(u64 state)
{
    return rotate_cells(std::rotl(state, 16) ^ std::rotl(state, 48), 1) ^
           rotate_cells(std::rotl(state, 32), 2);
}

/// TweakCellRot of the cells that it is for.
constexpr u64 next_tweak(u64 tweak)
{
    const u64 moved = permute(tweak, tweak_shuffle);
    u64 result = 0;
    for (unsigned n = 0; n < cells; ++n) {
        const u64 c = cell(moved, n);
        const u64 stepped = c >> 1 | ((c ^ c >> 1) & 1) << 3;
        result |= ((tweak_rotated >> n) & 1 ? stepped : c) << (4 * n);
    }
    return result;
}

constexpr std::array<u64, 5> round_constants{0, 0x1319'8a2e'0370'7344, 0xa409'3822'299f'31d0,
                                             0x082e'fa98'ec4e'6c89, 0x4528'21e6'38d0'1377};
constexpr u64 alpha = 0xc0ac'29b7'c97c'50dd;

template <unsigned Rounds>
u64 qarma(u64 data, u64 modifier, PacKeyValue key, const Sbox& box, const Sbox& inverse_box)
{
    constexpr Permutation back = inverse(shuffle);
    const u64 w0 = key.hi, k0 = key.lo;
    const u64 w1 = std::rotr(w0, 1) ^ w0 >> 63;
    // The tweaks of the way there are those of the way back.
    std::array<u64, Rounds + 1> tweak{modifier};
    for (unsigned i = 1; i <= Rounds; ++i)
        tweak[i] = next_tweak(tweak[i - 1]);

    u64 state = data ^ w0;
    for (unsigned i = 0; i < Rounds; ++i) {
        state ^= k0 ^ tweak[i] ^ round_constants[i];
        if (i > 0)
            state = mix(permute(state, shuffle));
        state = substitute(state, box);
    }
    // The middle: a round, the reflector, a round back.
    state = mix(permute(state ^ w1 ^ tweak[Rounds], shuffle));
    state = substitute(state, box);
    state = mix(permute(state, shuffle)) ^ k0;
    state = permute(state, back);
    state = substitute(state, inverse_box);
    state = permute(mix(state), back) ^ w0 ^ tweak[Rounds];
    for (unsigned i = Rounds; i-- > 0;) {
        state = substitute(state, inverse_box);
        if (i > 0)
            state = permute(mix(state), back);
        state ^= round_constants[i] ^ k0 ^ tweak[i] ^ alpha;
    }
    return state ^ w1;
}

} // namespace

u64 qarma5(u64 data, u64 modifier, PacKeyValue key)
{
    static constexpr Sbox box = pairs(sigma2), inverse_box = pairs(inverse(sigma2));
    return qarma<5>(data, modifier, key, box, inverse_box);
}

u64 qarma3(u64 data, u64 modifier, PacKeyValue key)
{
    static constexpr Sbox box = pairs(sigma1), inverse_box = pairs(inverse(sigma1));
    return qarma<3>(data, modifier, key, box, inverse_box);
}

u64 pac_mix(u64 data, u64 modifier, PacKeyValue key)
{
    // The finalizer of splitmix64, once for each operand.
    u64 v = key.hi;
    for (const u64 operand : {data, modifier, key.lo}) {
        v ^= operand;
        v = (v ^ v >> 30) * 0xbf58'476d'1ce4'e5b9;
        v = (v ^ v >> 27) * 0x94d0'49bb'1331'11eb;
        v ^= v >> 31;
    }
    return v;
}

} // namespace sl::a64::crypto
