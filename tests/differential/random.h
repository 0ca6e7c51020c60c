// SPDX-License-Identifier: MIT
#pragma once

#include "case.h"
#include "common/types.h"

namespace sl::differential {

/// The same numbers for the same seed, on every machine.
class Random {
public:
    explicit Random(u64 seed)
        : state_{case_mix(seed)}
    {
    }

    u64 next() { return case_mix(state_++); }

    /// 0 .. bound - 1; bound > 0.
    u64 below(u64 bound) { return next() % bound; }

    bool chance(u64 percent) { return below(100) < percent; }

private:
    u64 state_;
};

} // namespace sl::differential
