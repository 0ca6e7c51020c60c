// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl {

/// Cycles and time of one clock, exactly: its time is floor(cycles * 10^12 / Hz), counted from the
/// last change of frequency. Never a multiple or a sum of a rounded period, which at 2.4 GHz is off
/// by 0.08 % and makes a report's rows miss their total.
class Clock {
public:
    static constexpr u64 ps_per_second = 1'000'000'000'000;

    /// `hz` > 0. The clock shows `base_cycles` at time `base_ps`.
    explicit constexpr Clock(u64 hz, u64 base_cycles = 0, u64 base_ps = 0)
        : hz_{hz},
          base_cycles_{base_cycles},
          base_ps_{base_ps}
    {
    }

    constexpr u64 hz() const { return hz_; }

    /// The time, in ps, at which cycle `cycles` begins. Requires cycles >= the base.
    constexpr u64 ps(u64 cycles) const
    {
        return base_ps_ + static_cast<u64>(u128{cycles - base_cycles_} * ps_per_second / hz_);
    }

    /// The first cycle that begins at or after `ps`; the base cycle for times before the base.
    constexpr u64 cycles_at_or_after(u64 ps) const
    {
        if (ps <= base_ps_)
            return base_cycles_;
        const u128 scaled = u128{ps - base_ps_} * hz_;
        return base_cycles_ + static_cast<u64>((scaled + ps_per_second - 1) / ps_per_second);
    }

    /// The cycle in progress at `ps`: the last one that has begun.
    constexpr u64 cycles_at(u64 ps) const
    {
        if (ps <= base_ps_)
            return base_cycles_;
        // ps(c) <= t  <=>  c * 10^12 / hz < t + 1, since ps() is a floor.
        const u128 scaled = (u128{ps - base_ps_} + 1) * hz_ - 1;
        return base_cycles_ + static_cast<u64>(scaled / ps_per_second);
    }

private:
    u64 hz_, base_cycles_, base_ps_;
};

} // namespace sl
