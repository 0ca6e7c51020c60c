// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string_view>

namespace sl::trace {

/// How many of each resource a trace unit has, as TRCIDR4 and TRCIDR5 tell.
struct ResourceCounts {
    unsigned address_pairs = 0; ///< address comparators, two by two: 0..8
    unsigned context_ids = 0;   ///< context ID comparators: 0..8
    unsigned vmids = 0;         ///< virtual context ID comparators: 0..8; none without EL2
    /// Pairs of resource selectors, the fixed pair 0 included: 0, or 2..16. Without them there are
    /// no events.
    unsigned selector_pairs = 0;
    unsigned single_shots = 0;    ///< single-shot comparator controls: 0..8
    unsigned counters = 0;        ///< 0..4
    bool sequencer = false;       ///< of four states
    unsigned external_inputs = 0; ///< external input selectors: 0..4

    static constexpr ResourceCounts none() { return {}; }

    /// What Arm's application cores have (Cortex-A76 TRM, TRCIDR4 and TRCIDR5).
    static constexpr ResourceCounts core() { return {4, 1, 1, 8, 1, 2, true, 4}; }

    /// The most that the architecture knows.
    static constexpr ResourceCounts full() { return {8, 8, 8, 16, 8, 4, true, 4}; }

    /// "none", "core" or "full".
    static constexpr ResourceCounts named(std::string_view name)
    {
        return name == "none" ? none() : name == "full" ? full() : core();
    }
};

/// Architectures of a trace unit. An ETMv4 makes the same packets as an ETE; its OS Lock, its
/// external inputs and what it announces are its own, and it has no trace buffer.
enum class Architecture : u8 {
    Ete,   ///< ETEv1.0 (DDI 0487, FEAT_ETE)
    Etmv4, ///< ETMv4.4 (IHI 0064), the first with FEAT_TRF
};

/// What one PE's trace unit and trace buffer are built with.
struct Config {
    Architecture architecture = Architecture::Ete;
    bool has_el2 = true, has_el3 = false; ///< as the PE has them
    bool has_vhe = false;                 ///< FEAT_VHE: CONTEXTIDR_EL2 exists
    bool has_trf = true;                  ///< FEAT_TRF; without it nothing prohibits trace
    bool has_trbe = true;                 ///< FEAT_TRBE; without it the trace bus is the only sink
    bool trbe_kept = false;               ///< by the built-in firmware: TRBIDR_EL1.P
    unsigned trbe_intid = 31;             ///< the buffer's private interrupt, 16..31

    /// Bytes of trace that the unit holds before its link takes them: 256..65536. A full FIFO
    /// stalls the PE while TRCSTALLCTLR says so, and loses trace otherwise.
    unsigned fifo_bytes = 512;
    unsigned link_bytes = 8;         ///< width of the link to the buffer: 1, 2, 4, 8 or 16
    u64 link_hz = 1'000'000'000;     ///< its clock: one transfer per cycle
    u64 memory_latency_ps = 100'000; ///< from the link to memory, writes pipelined

    ResourceCounts resources = ResourceCounts::core();
};

} // namespace sl::trace
