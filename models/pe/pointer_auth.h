// SPDX-License-Identifier: MIT
#pragma once

#include "a64/crypto/qarma.h"
#include "common/bits.h"
#include "sysreg/features.h"

#include <optional>

namespace sl::pe {

/// FEAT_PAuth as one core has it, without instructions, keys' registers and traps: what becomes of
/// a pointer (DDI 0487, AddPAC, Auth, Strip).
class PointerAuth {
public:
    using Key = a64::crypto::PacKeyValue;

    /// Where the code lies in a pointer, as TCR_ELx says.
    struct Layout {
        bool ignored_top = false; ///< TBI, for this kind of pointer: bits 63:56 are software's
        bool upper = false;       ///< the range that a pointer that is to be signed belongs to
        unsigned bottom = 48;     ///< lowest bit of the code
    };

    explicit PointerAuth(const sysreg::Features& features);

    u64 code(u64 data, u64 modifier, Key key) const { return function_(data, modifier, key); }

    u64 sign(u64 pointer, u64 modifier, Key key, const Layout& layout) const;

    /// Nothing: authentication has failed, and that is a fault (FEAT_FPAC, and FEAT_FPACCOMBINE for
    /// a `combined` instruction). Otherwise a failure leaves a pointer that does not translate.
    std::optional<u64> authenticate(u64 pointer, u64 modifier, Key key, const Layout& layout,
                                    bool key_b, bool combined) const;

    static u64 strip(u64 pointer, const Layout& layout);

private:
    u64 (*function_)(u64 data, u64 modifier, Key key);
    bool enhanced_, enhanced2_; ///< FEAT_EPAC, FEAT_PAuth2
    bool faults_, faults_combined_;
};

} // namespace sl::pe
