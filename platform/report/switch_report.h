// SPDX-License-Identifier: MIT
#pragma once

#include "report/attribution.h"
#include "report/findings.h"

#include <string>
#include <utility>
#include <vector>

namespace sl::report {

/// n values in cycles. Percentiles are by nearest rank: the value at position ceil(p n), counted
/// from 1 in ascending order; so every number is one that was measured.
struct Distribution {
    u64 n = 0, min = 0, median = 0, p99 = 0, max = 0;
    u64 sum = 0; ///< the mean is sum / n
    bool operator==(const Distribution&) const = default;

    static Distribution of(std::vector<u64> values);
};

struct PhaseCycles {
    std::string phase;
    u64 cycles = 0;
    bool operator==(const PhaseCycles&) const = default;
};

/// One benchmark in one design of the switch and one kind of trace session.
struct SwitchRun {
    RunKey key;
    std::string benchmark, design, session;
    Distribution cycles;
    std::vector<PhaseCycles> phases; ///< over all samples; sum to cycles.sum
    std::vector<u64> samples;        ///< cycles of each, in the order in which they ended
    u64 discarded = 0;
    u64 hz = 0; ///< the clock of the PEs that measured; 0 when they differ
};

/// Where all cycles of one PE went.
struct PeAccount {
    std::string name;
    u64 hz = 0;
    u64 cycles = 0;
    std::vector<PhaseCycles> phases; ///< those that have any; sum to `cycles`
};

/// A PE as reports show it.
struct PeInfo {
    std::string name;
    u64 hz = 0;
};

/// The price of a world switch, ready to be written: by benchmark, then session, then design.
struct SwitchReport {
    /// What was run, in the order to be shown: configuration, cores, fidelity, software.
    std::vector<std::pair<std::string, std::string>> facts;
    std::vector<SwitchRun> runs;
    std::vector<PeAccount> pes;
    MarkFaults faults;
    std::optional<std::vector<Finding>> findings; ///< none: nobody looked for any

    /// `pes` in the order of PE numbers. Every PE must have been finished.
    static SwitchReport of(const Attribution& attribution, const std::vector<PeInfo>& pes,
                           std::vector<std::pair<std::string, std::string>> facts = {});

    /// Adds the runs and PEs of another simulation (a VHE host beside an nVHE one), PEs prefixed.
    void merge(const SwitchReport& other, const std::string& prefix);

    /// What a run is compared with: the first design in the same benchmark and session, or, where
    /// that design was not measured in this session, in the benchmark's first session that it was.
    /// Null: in none.
    const SwitchRun* base_of(const SwitchRun& run) const;

    /// What was measured, design beside design, and where the cycles of one benchmark go. For the
    /// terminal.
    std::string summary() const;
    /// Everything, readable in 100 columns.
    std::string text() const;

    std::string json() const;

    /// One line per run.
    std::string csv_runs() const;
    /// One line per run and phase.
    std::string csv_phases() const;
    /// One line per sample.
    std::string csv_samples() const;
    /// One line per PE and phase.
    std::string csv_pes() const;
};

} // namespace sl::report
