// SPDX-License-Identifier: MIT
#pragma once

#include "debug/observer_set.h"
#include "debug/phase_machine.h"

#include <compare>
#include <optional>
#include <set>

namespace sl::report {

/// What a sample measures: numbers that the software gives with its run mark.
struct RunKey {
    u64 benchmark = 0, design = 0, session = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes its 0 for a pointer
    auto operator<=>(const RunKey&) const = default;
};

/// The samples of one benchmark, design and session, from all PEs.
struct RunSamples {
    std::vector<u64> totals; ///< cycles of each sample, in the order in which they ended
    /// Cycles by phase over all samples, in the order in which samples first entered the phases.
    std::vector<std::pair<debug::PhaseId, u64>> phases;
    u64 discarded = 0;      ///< samples that were begun and never ended
    std::set<unsigned> pes; ///< who measured
};

/// What the marks did that they should not. Zero everywhere in sound software.
struct MarkFaults {
    u64 ends_without_begin = 0;
    u64 samples_without_run = 0;
    u64 unbalanced_calls = 0; ///< phase calls and returns that do not match
};

/// Gives every cycle of every PE to exactly one phase, and the cycles of samples to their phases
/// too. Integer arithmetic only: rows sum to totals. A copy goes on by itself.
class Attribution : public debug::NullObserver {
public:
    /// PE `n` starts to count at `first_cycle`.
    Attribution(const debug::MarkTable& marks, unsigned pes, u64 first_cycle = 0);

    void signal(unsigned pe, u64 cycle, Signal which, u64 value) override;
    void exception(unsigned pe, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind, u64 esr,
                   u64 from_pc) override;
    void mark(unsigned pe, u64 cycle, u32 id, const u64* x) override;

    /// The PE's count at the end of the run: closes its account.
    void finish(unsigned pe, u64 cycle);

    unsigned pes() const { return static_cast<unsigned>(pes_.size()); }

    /// Cycles of a PE by phase, indexed by PhaseId; they sum to `cycles(pe)`.
    const std::vector<u64>& phase_cycles(unsigned pe) const { return pes_[pe].phases; }

    /// Cycles accounted for so far.
    u64 cycles(unsigned pe) const { return pes_[pe].last - first_cycle_; }

    /// The phase that a PE is in: where a run that did not end by itself was.
    debug::PhaseId phase(unsigned pe) const { return pes_[pe].machine.phase(); }

    const std::map<RunKey, RunSamples>& runs() const { return runs_; }

    MarkFaults faults() const;

    const debug::MarkTable& marks() const { return marks_; }

private:
    struct Pe {
        debug::PhaseMachine machine;
        u64 last = 0; ///< everything before is accounted for
        std::vector<u64> phases;
        std::optional<RunKey> run; ///< what it measures
        bool in_sample = false;
        /// Of the open sample: by phase, and the phases in order of first entry.
        std::vector<u64> sample;
        std::vector<debug::PhaseId> sample_order;
    };

    void account(Pe& pe, u64 cycle);
    void sample_event(Pe& pe, const debug::MarkEvent& event, const u64* x);
    void begin_sample(Pe& pe);
    void end_sample(Pe& pe);
    void discard_sample(Pe& pe);

    const debug::MarkTable& marks_;
    u64 first_cycle_;
    std::vector<Pe> pes_;
    std::map<RunKey, RunSamples> runs_;
    MarkFaults faults_;
};

} // namespace sl::report
