// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::trace {

/// What one PE's Statistical Profiling Extension is built with.
struct SpeConfig {
    bool has_el2 = true, has_el3 = false; ///< as the PE has them
    bool has_vhe = false;                 ///< FEAT_VHE: CONTEXTIDR_EL2 exists
    bool kept = false;                    ///< by the built-in firmware: PMBIDR_EL1.P
    unsigned intid = 21;                  ///< PMBIRQ, the buffer's private interrupt, 16..31
    u64 memory_latency_ps = 100'000;      ///< from a record's end to memory
    u64 seed = 1; ///< of the jitter (PMSIRR_EL1.RND), beside the PE's number
};

} // namespace sl::trace
