// SPDX-License-Identifier: MIT
#pragma once

#include "trace/trace_unit.h"

#include <vector>

namespace sl::trace {

/// The instructions of one PE that its trace should show, gathered as they execute.
class TraceLog {
public:
    struct Entry {
        u64 pc;
        u64 cycle;
        u64 position; ///< of the trace stream when it executed
        u32 word;
        u8 el;
        bool required; ///< false: the architecture leaves open whether it is traced
    };

    explicit TraceLog(const TraceUnit& unit)
        : unit_{unit}
    {
    }

    /// An instruction is about to execute (Observer::instruction).
    void instruction(unsigned el, u64 pc, u32 word, u64 cycle);
    /// An exception was taken (Observer::exception), before the handler's first instruction. The
    /// instruction that caused it has not executed, unless it was there to cause it.
    void exception(unsigned to_el, unsigned kind, u64 esr, u64 from_pc);

    void append(const Entry& entry) { entries_.push_back(entry); }

    const std::vector<Entry>& entries() const { return entries_; }

private:
    const TraceUnit& unit_;
    std::vector<Entry> entries_;
    bool last_kept_ = false; ///< the last instruction is in the log
};

} // namespace sl::trace
