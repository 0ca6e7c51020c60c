// SPDX-License-Identifier: MIT
#pragma once

#include "a64/fp/format.h"

namespace sl::a64::fp {

// The manual's functions of floating-point numbers. N is 16, 32 or 64; operands and results are
// bit patterns in the low N bits. Exceptions are raised in `status`, whose FPCR tells rounding
// mode, flushing and NaNs.

template <unsigned N>
u64 add(Status& status, u64 a, u64 b);
template <unsigned N>
u64 sub(Status& status, u64 a, u64 b);
template <unsigned N>
u64 mul(Status& status, u64 a, u64 b);
/// FPMulX(): infinity times zero is 2.
template <unsigned N>
u64 mulx(Status& status, u64 a, u64 b);
template <unsigned N>
u64 div(Status& status, u64 a, u64 b);
template <unsigned N>
u64 sqrt(Status& status, u64 a);
/// addend + a * b, rounded once.
template <unsigned N>
u64 mul_add(Status& status, u64 addend, u64 a, u64 b);
/// FPMulAddH(): the addend is single, a and b are half precision.
u64 mul_add_long(Status& status, u64 addend, u64 a, u64 b);

template <unsigned N>
u64 max(Status& status, u64 a, u64 b);
template <unsigned N>
u64 min(Status& status, u64 a, u64 b);
/// FPMaxNum(), FPMinNum(): a quiet NaN gives way to a number.
template <unsigned N>
u64 max_number(Status& status, u64 a, u64 b);
template <unsigned N>
u64 min_number(Status& status, u64 a, u64 b);

/// FPCompare(): NZCV, N in bit 3. `signaling`: quiet NaNs are invalid too.
template <unsigned N>
u64 compare(Status& status, u64 a, u64 b, bool signaling);

template <unsigned N>
constexpr u64 neg(u64 a)
{
    return a ^ Format<N>::sign_mask;
}

template <unsigned N>
constexpr u64 abs(u64 a)
{
    return a & ~Format<N>::sign_mask;
}

/// FPConvert(): From and To are 16, 32, 64, and differ.
template <unsigned From, unsigned To>
u64 convert(Status& status, u64 a, Rounding rounding);

/// FPConvertBF(): single precision to BFloat16.
u64 convert_to_bfloat(Status& status, u64 a);

/// FPToFixed(): to an integer of `width` bits, 16, 32 or 64, with `fraction_bits` of them below the
/// point.
template <unsigned N>
u64 to_fixed(Status& status, u64 a, unsigned fraction_bits, bool is_unsigned, Rounding rounding,
             unsigned width);

/// FixedToFP(): of the low `width` bits.
template <unsigned N>
u64 from_fixed(Status& status, u64 a, unsigned fraction_bits, bool is_unsigned, unsigned width);

/// FPRoundInt(). `exact`: a result that differs is inexact.
template <unsigned N>
u64 round_to_integer(Status& status, u64 a, Rounding rounding, bool exact);

/// FPRoundIntN(), of 32 and 64: what does not fit into a signed integer of `width` bits becomes the
/// lowest one.
template <unsigned N>
u64 round_to_sized_integer(Status& status, u64 a, Rounding rounding, unsigned width);

/// FPToFixedJS(): the integer modulo 2^32 in the low half; bit 32 is set where it is the number.
u64 to_javascript_integer(Status& status, u64 a);

/// FPRecipEstimate(), FPRSqrtEstimate(), FPRecpX().
template <unsigned N>
u64 reciprocal_estimate(Status& status, u64 a);
template <unsigned N>
u64 reciprocal_root_estimate(Status& status, u64 a);
template <unsigned N>
u64 reciprocal_exponent(Status& status, u64 a);
/// FPRecipStepFused(), FPRSqrtStepFused(): 2 - a * b, (3 - a * b) / 2.
template <unsigned N>
u64 reciprocal_step(Status& status, u64 a, u64 b);
template <unsigned N>
u64 reciprocal_root_step(Status& status, u64 a, u64 b);

/// UnsignedRecipEstimate(), UnsignedRSqrtEstimate(), of 32 bits.
u32 unsigned_reciprocal_estimate(u32 a);
u32 unsigned_reciprocal_root_estimate(u32 a);

/// BFDotAdd(): addend + (a0 * b0 + a1 * b1) of BFloat16 pairs, each step rounded to odd, without
/// denormal numbers, exceptions and NaN payloads.
u32 bfloat_dot_add(u32 addend, u32 a, u32 b);

} // namespace sl::a64::fp
