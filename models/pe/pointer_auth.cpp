// SPDX-License-Identifier: MIT
#include "pe/pointer_auth.h"

namespace sl::pe {

using sysreg::Feature;

namespace {

/// The bits of a pointer that hold its code: all above the address, but for bit 55, which tells the
/// range, and for software's.
constexpr u64 code_mask(const PointerAuth::Layout& layout)
{
    const u64 below_55 = ones(55) & ~ones(layout.bottom);
    return below_55 | (layout.ignored_top ? 0 : ~ones(56));
}

/// The pointer with the bits above the address as those of `upper`'s range are.
constexpr u64 extended(u64 pointer, const PointerAuth::Layout& layout, bool upper)
{
    const u64 extension = code_mask(layout) | u64{1} << 55;
    return upper ? pointer | extension : pointer & ~extension;
}

} // namespace

PointerAuth::PointerAuth(const sysreg::Features& features)
    : function_{features.has(Feature::FEAT_PACQARMA5)   ? a64::crypto::qarma5
                : features.has(Feature::FEAT_PACQARMA3) ? a64::crypto::qarma3
                                                        : a64::crypto::pac_mix},
      enhanced_{features.has(Feature::FEAT_EPAC)},
      enhanced2_{features.has(Feature::FEAT_PAuth2)},
      faults_{features.has(Feature::FEAT_FPAC)},
      faults_combined_{features.has(Feature::FEAT_FPACCOMBINE)}
{
}

u64 PointerAuth::sign(u64 pointer, u64 modifier, Key key, const Layout& layout) const
{
    const u64 mask = code_mask(layout);
    u64 pac = code(extended(pointer, layout, layout.upper), modifier, key);
    const u64 test = mask | u64{1} << 55;
    if ((pointer & test) != 0 && (pointer & test) != test && !enhanced2_) {
        // Not a pointer: its code must not authenticate.
        const unsigned top = layout.ignored_top ? 55 : 63;
        pac = enhanced_ ? 0 : pac ^ u64 { 1 } << (top - 1);
    }
    if (enhanced2_)
        pac ^= pointer;
    const u64 range = u64{layout.upper} << 55;
    return (pointer & ~mask & ~(u64{1} << 55)) | range | (pac & mask);
}

std::optional<u64> PointerAuth::authenticate(u64 pointer, u64 modifier, Key key,
                                             const Layout& layout, bool key_b, bool combined) const
{
    const u64 mask = code_mask(layout);
    const u64 original = strip(pointer, layout);
    const u64 pac = code(original, modifier, key);
    if (enhanced2_) {
        const u64 result = pointer ^ (pac & mask);
        if (result != original && (combined ? faults_combined_ : faults_))
            return std::nullopt;
        return result;
    }
    if (((pac ^ pointer) & mask) == 0)
        return original;
    const unsigned at = layout.ignored_top ? 53 : 61;
    const u64 error = key_b ? 0b10 : 0b01;
    return (original & ~(u64{3} << at)) | error << at;
}

u64 PointerAuth::strip(u64 pointer, const Layout& layout)
{
    return extended(pointer, layout, bit(pointer, 55));
}

} // namespace sl::pe
