// SPDX-License-Identifier: MIT
#pragma once

#include "timing/core_profile.h"

#include <compare>
#include <map>
#include <vector>

namespace sl::timing {

/// Functional fidelity: every instruction costs the same.
class FlatCost : public a64::CostModel {
public:
    explicit FlatCost(const CoreProfile& profile)
        : cpi_{static_cast<u32>(profile.functional_cpi)}
    {
    }

    void begin(a64::PipeId) override {}

    u32 add(const a64::Effects&) override { return cpi_; }

    a64::PipeId end() override { return 0; }

    u32 taken(a64::CostClass) const override { return 0; }

private:
    u32 cpi_;
};

/// Annotated fidelity: a scoreboard over one straight run of instructions.
///
/// The PE's clock is the cycle in which an instruction issues (in order) or is dispatched (out of
/// order). In order, an instruction waits for its operands and its pipe, and so do all after it.
/// Out of order it is dispatched regardless and executes when it can; dispatch stalls only when the
/// oldest instruction has held up retirement for as long as it takes to fill the window. Latency
/// that nothing waits for is hidden, as in hardware.
class Scoreboard : public a64::CostModel {
public:
    explicit Scoreboard(const CoreProfile& profile);

    void begin(a64::PipeId in) override;
    u32 add(const a64::Effects& effects) override;
    a64::PipeId end() override;
    u32 taken(a64::CostClass cls) const override;

private:
    static constexpr std::size_t max_pipes = 4;

    /// All times in cycles from the clock of the instruction added last; 0 when in the past.
    struct State {
        std::array<u16, a64::Effects::slots> ready{};
        std::array<std::array<u16, max_pipes>, unit_count> busy{};
        u16 retire = 0; ///< when everything so far has completed
        u8 free = 0;    ///< issue slots left in the current cycle; 0: the next opens a cycle

        // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes its 0 for a pointer
        auto operator<=>(const State&) const = default;
    };

    void advance(u64 cycles);

    const CoreProfile profile_;
    State state_;
    std::map<State, a64::PipeId> ids_;
    std::vector<State> states_;
};

} // namespace sl::timing
