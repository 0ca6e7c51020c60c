// SPDX-License-Identifier: MIT
#include "a64/fp/number.h"
#include "a64/fp/operations.h"

namespace sl::a64::fp {

namespace {

/// RecipEstimate(): of 256 to 511, nine bits of the reciprocal.
constexpr u32 reciprocal_of(u32 a)
{
    const u32 b = (1u << 19) / (2 * a + 1);
    return (b + 1) / 2;
}

/// RecipSqrtEstimate(): of 128 to 511.
constexpr u32 reciprocal_root_of(u32 a)
{
    a = a < 256 ? 2 * a + 1 : ((a & ~1u) + 1) * 2;
    u32 b = 512;
    while (a * (b + 1) * (b + 1) < (1u << 28))
        ++b;
    return (b + 1) / 2;
}

/// The fraction as 52 bits, whatever the format.
template <unsigned N>
u64 fraction_of(u64 a)
{
    return (a & Format<N>::fraction_mask) << (52 - Format<N>::fraction_bits);
}

template <unsigned N>
u64 assemble(bool negative, int biased, u64 fraction)
{
    using F = Format<N>;
    return F::signed_of(negative, static_cast<u64>(biased) << F::fraction_bits |
                                      (fraction & ones(52)) >> (52 - F::fraction_bits));
}

} // namespace

template <unsigned N>
u64 reciprocal_estimate(Status& status, u64 a)
{
    using F = Format<N>;
    const Number v = unpack<N>(status, a);
    if (v.is_nan())
        return propagate<N>(status, v, a);
    if (v.is(Kind::Infinity))
        return F::signed_of(v.negative, 0);
    if (v.is(Kind::Zero)) {
        status.raise(fpsr_dzc);
        return F::signed_of(v.negative, F::infinity);
    }
    if (v.exponent < -F::bias - 1) {
        status.raise(fpsr_ofc | fpsr_ixc);
        const bool infinite = overflows_to_infinity(status.rounding(), v.negative);
        return F::signed_of(v.negative, infinite ? F::infinity : F::largest);
    }
    if (flushes<N, false>(status) && v.exponent >= F::bias - 1) {
        status.raise(fpsr_ufc);
        return F::signed_of(v.negative, 0);
    }
    const u32 estimate = reciprocal_of(static_cast<u32>(v.significand >> 55));
    u64 fraction = u64{estimate & 0xff} << 44;
    int biased = F::bias - 1 - v.exponent;
    if (biased == 0) {
        fraction = u64{1} << 51 | fraction >> 1;
    } else if (biased == -1) {
        fraction = u64{1} << 50 | fraction >> 2;
        biased = 0;
    }
    return assemble<N>(v.negative, biased, fraction);
}

template <unsigned N>
u64 reciprocal_root_estimate(Status& status, u64 a)
{
    using F = Format<N>;
    const Number v = unpack<N>(status, a);
    if (v.is_nan())
        return propagate<N>(status, v, a);
    if (v.is(Kind::Zero)) {
        status.raise(fpsr_dzc);
        return F::signed_of(v.negative, F::infinity);
    }
    if (v.negative)
        return invalid<N>(status);
    if (v.is(Kind::Infinity))
        return 0;
    const int exponent = v.exponent + F::bias; // as if denormal numbers had one
    const bool even = (exponent & 1) == 0;
    const u32 scaled = static_cast<u32>(v.significand >> (even ? 55 : 56));
    const u32 estimate = reciprocal_root_of(scaled);
    const int biased = (3 * F::bias - 1 - exponent) >> 1;
    return assemble<N>(false, biased, u64{estimate & 0xff} << 44);
}

template <unsigned N>
u64 reciprocal_exponent(Status& status, u64 a)
{
    using F = Format<N>;
    const Number v = unpack<N>(status, a);
    if (v.is_nan())
        return propagate<N>(status, v, a);
    const int biased = F::exponent(a);
    const int result = biased == 0 ? F::max_biased - 1 : biased ^ F::max_biased;
    return assemble<N>(v.negative, result, 0);
}

u32 unsigned_reciprocal_estimate(u32 a)
{
    return (a >> 31) == 0 ? ~u32{0} : reciprocal_of(a >> 23) << 23;
}

u32 unsigned_reciprocal_root_estimate(u32 a)
{
    return (a >> 30) == 0 ? ~u32{0} : reciprocal_root_of(a >> 23) << 23;
}

template u64 reciprocal_estimate<16>(Status&, u64);
template u64 reciprocal_estimate<32>(Status&, u64);
template u64 reciprocal_estimate<64>(Status&, u64);
template u64 reciprocal_root_estimate<16>(Status&, u64);
template u64 reciprocal_root_estimate<32>(Status&, u64);
template u64 reciprocal_root_estimate<64>(Status&, u64);
template u64 reciprocal_exponent<16>(Status&, u64);
template u64 reciprocal_exponent<32>(Status&, u64);
template u64 reciprocal_exponent<64>(Status&, u64);

} // namespace sl::a64::fp
