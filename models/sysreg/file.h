// SPDX-License-Identifier: MIT
#pragma once

#include "sysreg/features.h"
#include "sysreg/registers.gen.h"

#include <array>

namespace sl::sysreg {

/// What a core says of itself beside its features.
struct Identity {
    u64 midr = 0x410fd0f0;  ///< MIDR_EL1: an architecture envelope of Arm's
    u64 mpidr = 0x80000000; ///< MPIDR_EL1, bit 31 (RES1) included
    u64 clidr = 0, ctr = 0x8444c004;
    u8 pa_range = 5; ///< ID_AA64MMFR0_EL1.PARange: 0b0101 is 48 bits
    bool has_el2 = true, has_el3 = false;
};

/// The values of one PE's stored system registers.
class File {
public:
    File() = default;
    File(const Features& features, const Identity& identity);

    u64 operator[](Reg reg) const { return values_[static_cast<std::size_t>(reg)]; }

    u64& operator[](Reg reg) { return values_[static_cast<std::size_t>(reg)]; }

    /// MSR: writable bits take `value`, the others keep theirs.
    void write(Reg reg, u64 value)
    {
        const auto i = static_cast<std::size_t>(reg);
        values_[i] = (values_[i] & ~masks_[i]) | (value & masks_[i]);
    }

    /// Warm reset: every register its reset value, ID registers from features and identity. Values
    /// that the architecture leaves UNKNOWN are zero, so that runs repeat.
    void reset();

private:
    static constexpr std::size_t count = static_cast<std::size_t>(Reg::Count);
    Features features_;
    Identity identity_;
    std::array<u64, count> values_{}, masks_{};
};

} // namespace sl::sysreg
