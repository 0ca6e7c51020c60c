// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>

namespace sl::pe {

/// Performance Monitors (FEAT_PMUv3, FEAT_PMUv3p1) of one PE. Counters are computed, not counted:
/// the PE tells the totals (cycles, instructions) whenever something changes that decides whether
/// they count.
class Pmu {
public:
    static constexpr unsigned counters = 6; ///< PMCR_EL0.N
    static constexpr unsigned cycle = 31;   ///< bit and index of PMCCNTR_EL0
    static constexpr unsigned intid = 23;

    /// PMUEventID.
    enum Event : u16 {
        SwIncr = 0x00,
        InstRetired = 0x08,
        ExcTaken = 0x09,
        ExcReturn = 0x0a,
        CpuCycles = 0x11,
        // Statistical Profiling's, for FEAT_SPE; event numbers above 0x3ff need FEAT_PMUv3p1.
        SamplePop = 0x4000,
        SampleFeed = 0x4001,
        SampleFiltrate = 0x4002,
        SampleCollision = 0x4003, ///< never happens: one sample is complete before the next
    };

    /// What the PE has done so far.
    struct Totals {
        u64 cycles = 0, instructions = 0;
        u64 population = 0; ///< instructions that might have been sampled
        u64 samples = 0;    ///< of them, those that were
        u64 filtrates = 0;  ///< of those, what the filters have let pass

        bool operator==(const Totals&) const = default;
    };

    /// Where it is, and what the hypervisor leaves to whom.
    struct Mode {
        u8 el = 0;
        bool secure = false;
        bool has_el3 = false;
        u8 hpmn = counters;         ///< MDCR_EL2.HPMN: event counters from here on are EL2's
        bool hyp_enable = false;    ///< MDCR_EL2.HPME
        bool hyp_prohibits = false; ///< MDCR_EL2.HPMD: the lower ones do not count at EL2

        bool operator==(const Mode&) const = default;
    };

    /// FEAT_PMUv3p1: PMEVTYPERn_EL0.evtCount has 16 bits, not 10.
    explicit Pmu(bool v3p1 = false)
        : event_bits_{v3p1 ? 16u : 10u}
    {
    }

    /// Brings every counter up to `now`. Call before any read or write below, and before the mode
    /// changes.
    void advance(const Totals& now);

    void set_mode(const Mode& mode) { mode_ = mode; }

    u64 read_control() const;
    void write_control(u64 value);

    u64 enabled() const { return enabled_; }

    u64 overflowed() const { return overflowed_; }

    u64 interrupts() const { return interrupts_; }

    void enable(u64 set) { enabled_ |= set & valid; }

    void disable(u64 clear) { enabled_ &= ~clear; }

    void set_overflow(u64 set) { overflowed_ |= set & valid; }

    void clear_overflow(u64 clear) { overflowed_ &= ~clear; }

    void enable_interrupts(u64 set) { interrupts_ |= set & valid; }

    void disable_interrupts(u64 clear) { interrupts_ &= ~clear; }

    /// `n` below `counters`, or `cycle`.
    u64 value(unsigned n) const;
    void set_value(unsigned n, u64 value);

    u64 type(unsigned n) const { return n == cycle ? cycle_filter_ : types_[n]; }

    void set_type(unsigned n, u64 value);
    /// PMSWINC_EL0.
    void software_increment(u64 mask);
    /// An event that is counted one by one.
    void happened(Event event);

    /// The level of the overflow interrupt.
    bool irq() const;
    /// No enabled interrupt can rise before this many more cycles, given at most `width`
    /// instructions a cycle.
    u64 quiet_cycles(u64 width) const;

    /// PMCEID0_EL0: the common events 0 to 31 that are implemented.
    static constexpr u64 common_events = u64{1} << SwIncr | u64{1} << InstRetired |
                                         u64{1} << ExcTaken | u64{1} << ExcReturn |
                                         u64{1} << CpuCycles;

    /// PMCEID0_EL0 of a PE with a profiler as well: from bit 32 on, events from 0x4000 on.
    static constexpr u64 sample_events =
        u64{0xf} << 32; // SamplePop, SampleFeed, SampleFiltrate, SampleCollision

    void reset();

private:
    static constexpr u64 valid = u64{1} << cycle | ((u64{1} << counters) - 1);

    bool counts(unsigned n) const;
    bool filtered(u64 type) const;
    void add(unsigned n, u64 amount);
    static u64 amount_of(u64 event, const Totals& since);

    unsigned event_bits_;
    Totals seen_;
    Mode mode_;
    u64 control_ = 0, enabled_ = 0, overflowed_ = 0, interrupts_ = 0;
    u64 cycle_counter_ = 0, cycle_filter_ = 0;
    u64 cycle_remainder_ = 0; ///< PMCR_EL0.D counts every 64th cycle
    std::array<u64, counters> values_{}, types_{};
};

} // namespace sl::pe
