// SPDX-License-Identifier: MIT
#pragma once

#include "trace/comparators.h"
#include "trace/resource_registers.h"

#include <array>

namespace sl::trace {

/// The resources of a trace unit that the events select: counters, sequencer, single-shot
/// controls, external inputs, comparators (DDI 0487, ETE, "Resources").
///
/// They are clocked by the PE's cycles, and brought up to date block by block: in the cycles
/// between two blocks nothing matches but what stays (contexts, counters, the sequencer's state);
/// what the block brings (addresses, external inputs) is there in its last cycle.
class Resources {
public:
    /// Events of TRCEVENTCTL0R, TRCTSCTLR and TRCVICTLR.
    struct Outcome {
        u8 events = 0;          ///< that occurred in any cycle: ETEEvents
        bool timestamp = false; ///< in any cycle
        bool view = false;      ///< in the block's cycle
    };

    /// More cycles than these between two blocks are those of a PE that waits: the resources
    /// stand still (TRCIDR5.LPOVERRIDE = 0).
    static constexpr u64 most_cycles = 1u << 20;

    // Events of the PMU's numbering that external inputs can select: those that the PE's PMU
    // counts and a trace unit sees, and the trigger outputs of a CTI.
    static constexpr u16 event_inst_retired = 0x08, event_exc_taken = 0x09, event_exc_return = 0x0a,
                         event_cpu_cycles = 0x11, event_cti_trigger = 0x4018, cti_triggers = 4;

    explicit Resources(ResourceRegisters& registers)
        : registers_{registers}
    {
    }

    /// The unit has been enabled: the registers are what they stay until it is disabled.
    void begin();

    /// `cycles` have passed, in the last of which a block has brought these matches.
    Outcome advance(u64 cycles, const Matches& matches, u8 external_inputs);

    /// The external input selectors that select a PMU event.
    u8 selectors_of(u16 event) const;

private:
    struct Inputs {
        Matches matches;
        u8 external = 0, single_shots = 0;
    };

    /// What one cycle passes on to the next.
    struct State {
        std::array<u16, 4> counters{};
        u8 at_zero = 0;  ///< counters whose resource is active
        u8 reloaded = 0; ///< in this cycle
        u8 sequencer = 0;

        bool operator==(const State&) const = default;
    };

    void store();
    bool selector(unsigned number, const Inputs& inputs) const;
    bool event(u64 field, const Inputs& inputs) const;
    u8 fire_single_shots(const Matches& matches);
    u8 next_sequencer(const Inputs& inputs) const;
    void count(const Inputs& inputs, State& next) const;
    void tick(const Inputs& inputs, Outcome& outcome);
    u64 skip(const State& before, u64 cycles);

    ResourceRegisters& registers_;
    State state_;
    u8 every_cycle_ = 0; ///< external inputs that are active all the time
};

} // namespace sl::trace
