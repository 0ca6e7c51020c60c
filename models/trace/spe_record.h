// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"
#include "trace/spe_operation.h"

#include <array>
#include <optional>

namespace sl::trace {

/// What is gathered of one sampled instruction.
struct SpeSample {
    /// Events packet (DDI 0487): those that this PE can see.
    enum Event : u8 {
        Exception = 1u << 0,
        Retired = 1u << 1,
        TlbAccess = 1u << 4,
        TlbWalk = 1u << 5,
        NotTaken = 1u << 6,
    };

    /// A virtual address of an instruction, and where it belongs.
    struct Code {
        u64 va = 0;
        u8 el = 0;
        bool secure = false;
    };

    struct Physical {
        u64 pa = 0;
        bool ns = true;
    };

    Code pc;
    SpeOperation operation;
    u8 events = 0;
    u64 total_latency = 0; ///< cycles
    std::optional<u64> translation_latency;
    std::optional<Code> target; ///< of a taken branch
    std::optional<u64> va;
    std::optional<Physical> pa;
    std::optional<u8> source; ///< of a load: spe_source_*
    std::optional<u32> context_el1, context_el2;
    std::optional<u64> timestamp;
};

/// Data Source packet (IMPLEMENTATION DEFINED): what answered a load.
constexpr u8 spe_source_memory = 0x00, spe_source_device = 0x0e;

/// A record as it is written: packets, an End or Timestamp packet, padding.
constexpr unsigned spe_record_bytes = 64;
using SpeRecord = std::array<u8, spe_record_bytes>;

SpeRecord spe_record(const SpeSample& sample);

} // namespace sl::trace
