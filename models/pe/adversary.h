// SPDX-License-Identifier: MIT
#pragma once

#include "pe/tlb.h"
#include "sysreg/registers.gen.h"

#include <optional>
#include <string_view>
#include <vector>

namespace sl::pe {

using sysreg::Reg;

/// When a direct write of a system register reaches its indirect readers: table walks, the trace
/// unit, the profiler, their buffers. The architecture allows any point from the MSR to the next
/// context synchronization event, for each register on its own (DDI 0487, Synchronization
/// requirements for AArch64 System registers); a core makes one choice, and software must survive
/// all of them.
struct AdversaryMode {
    enum class Choice : u8 {
        Sync,   ///< at the MSR
        Late,   ///< at the next context synchronization event
        Mixed,  ///< what enables something at the MSR, everything else at the event
        Random, ///< any allowed point, drawn for each write
    };

    Choice choice = Choice::Sync;
    u64 seed = 0; ///< of Random; each PE draws from a sequence of its own
    /// An enabled trace or profiling buffer translates any page of its range before any
    /// instruction, under the registers as they are visible then, and keeps the result until
    /// maintenance.
    bool prefetch = false;

    bool active() const { return choice != Choice::Sync || prefetch; }

    bool operator==(const AdversaryMode&) const = default;

    /// "sync", "late", "mixed", "random:SEED", each with or without "+prefetch".
    static std::optional<AdversaryMode> parse(std::string_view text);
    /// What parse() takes, for errors and documents.
    static constexpr const char* allowed =
        "sync, late, mixed or random:SEED, each with or without +prefetch";
};

/// The writes of one PE that have not reached its indirect readers, and what its buffers have
/// translated ahead.
class Adversary {
public:
    /// A write that is still under way: readers see `seen`.
    struct Write {
        Reg reg;
        u64 seen, value;
    };

    Adversary(const AdversaryMode& mode, unsigned pe);

    /// Its readers are indirect ones that see it some time after the write.
    static bool lags(Reg reg);
    /// Registers of the trace and of the profiling buffer: the value is the buffer's, which is told
    /// when it lands.
    static bool is_trace_buffer(Reg reg);
    static bool is_profiling_buffer(Reg reg);

    bool prefetches() const { return mode_.prefetch; }

    bool pending() const { return !writes_.empty(); }

    /// The write of `reg` that is under way, or null.
    const Write* find(Reg reg) const;

    /// `reg`, as its readers see it, has been written. True: they see it at once.
    bool write(Reg reg, u64 seen, u64 value);

    /// The writes that land now, of those under way: all, or those that are drawn.
    std::vector<Write> land_all();
    std::vector<Write> land_some();
    /// The one of `reg`, if any.
    std::optional<Write> land(Reg reg);

    void reset();

    /// What the buffers hold, which share it.
    Tlb& tlb() { return tlb_; }

private:
    bool draw();

    AdversaryMode mode_;
    u64 state_;
    std::vector<Write> writes_; ///< in program order
    Tlb tlb_;
};

} // namespace sl::pe
