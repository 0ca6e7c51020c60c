// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::a64::crypto {

/// A key of FEAT_PAuth: its Hi and Lo registers.
struct PacKeyValue {
    u64 hi = 0, lo = 0;
};

/// QARMA-64 as pointer authentication uses it (DDI 0487, ComputePAC; R. Avanzi, "The QARMA Block
/// Cipher Family"): the code of `data` under the tweak `modifier`. QARMA5 has five rounds each way
/// and the S-box sigma 2, QARMA3 three and sigma 1.
u64 qarma5(u64 data, u64 modifier, PacKeyValue key);
u64 qarma3(u64 data, u64 modifier, PacKeyValue key);

/// FEAT_PACIMP, an IMPLEMENTATION DEFINED function: fast, of all bits of its operands, and no
/// secret.
u64 pac_mix(u64 data, u64 modifier, PacKeyValue key);

} // namespace sl::a64::crypto
