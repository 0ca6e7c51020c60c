// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::trace {

/// What one PE's trace unit and trace buffer are built with.
struct Config {
    bool has_el2 = true, has_el3 = false; ///< as the PE has them
    bool has_vhe = false;                 ///< FEAT_VHE: CONTEXTIDR_EL2 exists
    bool has_trbe = true;                 ///< FEAT_TRBE; without it the trace has no sink
    unsigned trbe_intid = 31;             ///< the buffer's private interrupt, 16..31

    /// Bytes of trace that the unit holds before its link takes them: 256..65536. A full FIFO
    /// stalls the PE while TRCSTALLCTLR says so, and loses trace otherwise.
    unsigned fifo_bytes = 512;
    unsigned link_bytes = 8;         ///< width of the link to the buffer: 1, 2, 4, 8 or 16
    u64 link_hz = 1'000'000'000;     ///< its clock: one transfer per cycle
    u64 memory_latency_ps = 100'000; ///< from the link to memory, writes pipelined
};

} // namespace sl::trace
