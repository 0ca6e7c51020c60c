// SPDX-License-Identifier: MIT
#pragma once

#include "trace/resource_registers.h"

namespace sl::trace {

/// Who executes: what address comparators ask for beside the address, and what the context
/// comparators compare.
struct ExecutionContext {
    u8 el = 0;
    bool secure = false;
    u32 context_id = 0, vmid = 0;
};

/// Instructions that executed one behind the other: A64, so each has four bytes.
struct InstructionBlock {
    u64 first = 0, end = 0; ///< `end` exclusive; equal to `first` when there are none

    bool empty() const { return first == end; }

    bool has(u64 address) const { return address >= first && address < end; }
};

/// Comparators that match.
struct Matches {
    u16 addresses = 0; ///< single address comparators
    u8 ranges = 0, context_ids = 0, vmids = 0;
};

/// The comparators of a trace unit, and ViewInst: what of the program is traced (DDI 0487, ETE,
/// "ViewInst").
class Comparators {
public:
    explicit Comparators(ResourceRegisters& registers)
        : registers_{registers}
    {
    }

    /// Latches how the registers are programmed, and the context, which stays until the next call.
    void set_context(const ExecutionContext& context);

    /// Those that match any instruction of the block; context comparators match all the time.
    Matches match(const InstructionBlock& block) const;

    /// The range comparators that match at an address.
    u8 ranges_at(u64 address) const;

    /// ViewInst for a block, apart from its event and the Exception level: any of its instructions
    /// is included, not excluded, and between a start and a stop. Moves the start/stop logic.
    bool view(const InstructionBlock& block);

private:
    bool comparable(u64 access_type) const;
    u64 next_candidate(const InstructionBlock& block, u64 from) const;
    bool included(u64 address) const;

    ResourceRegisters& registers_;
    ExecutionContext context_;
    u8 context_matches_ = 0, vmid_matches_ = 0;
    u16 comparable_ = 0; ///< address comparators that the level and the context allow
};

} // namespace sl::trace
