// SPDX-License-Identifier: MIT
#pragma once

#include "a64/debug_points.h"
#include "a64/environment.h"
#include "a64/op.h"
#include "common/types.h"

#include <array>

namespace sl::a64 {

class Engine;

/// Why Engine::run returned.
enum class Stop : u8 {
    None,       ///< never returned
    Budget,     ///< the cycle asked for has been reached
    Requested,  ///< the PE wants to look around: interrupts, another PE's turn
    Halted,     ///< WFI or WFE: nothing to execute for now
    Step,       ///< one instruction executed with Context::SingleStep
    Breakpoint, ///< before an instruction that a debugger has a breakpoint on
    Watchpoint, ///< before one that accesses what a debugger watches: Engine::watched()
};

/// What the handlers of a block touch besides State: counters, and what is cached of the outside.
struct Hot {
    /// Of one page: translation of data accesses, keyed by page and translation id.
    struct DataEntry {
        u64 read_tag = 0, write_tag = 0; ///< page | id; 0 matches nothing, as ids begin at 1
        u64 addend = 0;                  ///< host address minus virtual address
        u64 pa = 0;                      ///< of the page
    };

    /// Of one page: translation of fetches.
    struct FetchEntry {
        u64 tag = 0;
        u64 pa = 0; ///< of the page, | guarded when it is
        const u8* host = nullptr;
    };

    /// In FetchEntry::pa and JumpEntry::pa: the page is guarded (FEAT_BTI).
    static constexpr u64 guarded = 1;

    /// Where an indirect branch to `va` goes, if the page is still translated to `pa`.
    struct JumpEntry {
        u64 va = 1; ///< never a PC
        u64 context = 0;
        u64 pa = 0; ///< of the page, | guarded when it is
        const Op* op = nullptr;
    };

    /// How the last block was left.
    enum class Exit : u8 {
        Jump,    ///< a branch whose target is not known yet: state.pc
        Next,    ///< after an instruction inside a block, to go on at state.pc
        Entered, ///< by an exception: state.pc is the vector
    };

    static constexpr unsigned data_entries = 512, fetch_entries = 128, jump_entries = 1024;

    static constexpr unsigned data_index(u64 va) { return (va / page_size) % data_entries; }

    static constexpr unsigned fetch_index(u64 va) { return (va / page_size) % fetch_entries; }

    static constexpr unsigned jump_index(u64 va) { return (va / 4) % jump_entries; }

    u64 cycles = 0;       ///< at the start of the block; exact while the Environment is called
    u64 instructions = 0; ///< likewise
    u64 until = 0;
    u64 translation = 0; ///< the current translation id
    u64 context = 0;
    Environment* environment = nullptr;
    NotedBranches told{};         ///< for a PE that notes nothing: there is never room
    NotedBranches* noted = &told; ///< of the trace unit
    Exit exit = Exit::Jump;
    bool reenter = false;       ///< leave the block after this instruction: look the next one up
    Stop stop = Stop::None;     ///< and return from run()
    const Op* link = nullptr;   ///< of Exit::Jump: the Link to fill in, or null
    const Op* resume = nullptr; ///< of Exit::Next: the operation to go on with
    u64 marked_at = ~u64{0};    ///< instruction count at which a mark has been reported already
    u64 logged_at = ~u64{0};    ///< likewise, of the log
    u64 sample_at = ~u64{0};    ///< instruction count at which a sample is due
    u64 broke_at = ~u64{0};     ///< likewise, of a debugger's breakpoint
    u64 watched_at = ~u64{0};   ///< likewise, of its watchpoints
    const DebugPoints* debug = nullptr;        ///< null: a debugger wants nothing
    const DebugPoints::Watch* watch = nullptr; ///< of Stop::Watchpoint
    std::array<u64, 8> buffer{};               ///< data of the access that the slow path has made

    std::array<DataEntry, data_entries> data{};
    std::array<FetchEntry, fetch_entries> fetch{};
    std::array<JumpEntry, jump_entries> jump{};

    bool leaving() const { return reenter || stop != Stop::None; }
};

} // namespace sl::a64
