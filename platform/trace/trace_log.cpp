// SPDX-License-Identifier: MIT
#include "trace/trace_log.h"

#include "common/bits.h"

namespace sl::trace {

void TraceLog::instruction(unsigned el, u64 pc, u32 word, u64 cycle)
{
    const auto expected = unit_.expectation();
    last_kept_ = expected != TraceUnit::Expectation::Untraced;
    if (last_kept_)
        entries_.push_back({pc, cycle, unit_.position(), word, static_cast<u8>(el),
                            expected == TraceUnit::Expectation::Traced});
}

void TraceLog::exception(unsigned to_el, unsigned kind, u64 esr, u64 from_pc)
{
    constexpr u64 svc = 0x15, hvc = 0x16, smc = 0x17;
    constexpr unsigned synchronous = 0;
    const u64 ec = bits(esr, 31, 26);
    const bool executed = ec == svc || ec == hvc || (ec == smc && to_el == 3);
    if (kind == synchronous && !executed && last_kept_ && entries_.back().pc == from_pc) {
        entries_.pop_back();
        last_kept_ = false;
    }
}

} // namespace sl::trace
