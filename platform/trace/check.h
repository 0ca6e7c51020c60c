// SPDX-License-Identifier: MIT
#pragma once

#include "trace/decode.h"
#include "trace/recording.h"
#include "trace/trace_log.h"

#include <functional>
#include <string>

namespace sl::trace {

/// What comparing a PE's decoded trace with its log gave.
struct CheckResult {
    u64 decoded = 0;        ///< instructions in the decoded trace
    u64 required = 0;       ///< instructions that the log says must be there
    u64 lost = 0;           ///< of these, not there because bytes were discarded or overflowed
    unsigned gaps = 0;      ///< places where trace was lost
    std::string difference; ///< empty: equal; else the first difference, in a sentence

    bool equal() const { return difference.empty(); }
};

/// Names an address for messages; may be empty.
using Namer = std::function<std::string(u64 address, unsigned el)>;

/// Decodes everything that `recording` holds and compares it with `log`, instruction by
/// instruction: address and Exception level. Exactly the required instructions must be there, in
/// order, and none that is not in the log. Where bytes of the stream were lost (overflow, a full or
/// disabled buffer), instructions may be missing up to the next synchronization, and are counted;
/// at the end of the stream, those after its last waypoint.
CheckResult check(const TraceLog& log, const Recording& recording, std::span<const CodeRegion> code,
                  const Namer& name = {});

} // namespace sl::trace
