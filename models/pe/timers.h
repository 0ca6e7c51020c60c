// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"
#include "common/clock.h"

#include <array>
#include <optional>

namespace sl::pe {

/// One generic-timer comparator (CNTx_CTL and CNTx_CVAL). It holds no time: whoever asks passes the
/// count as that timer sees it, offset included.
class Comparator {
public:
    struct Ctl {
        using Enable = Field<0>;
        using IMask = Field<1>;
        using IStatus = Field<2>;
    };

    void write_ctl(u64 word) { ctl_ = word & (Ctl::Enable::mask | Ctl::IMask::mask); }

    void write_cval(u64 count) { cval_ = count; }

    /// CNTx_TVAL: a signed 32-bit distance from now.
    void write_tval(u64 word, u64 count) { cval_ = count + sign_extend(word & ones(32), 32); }

    bool enabled() const { return Ctl::Enable::get(ctl_) != 0; }

    u64 read_ctl(u64 count) const { return ctl_ | Ctl::IStatus::make(met(count)); }

    u64 read_cval() const { return cval_; }

    u64 read_tval(u64 count) const { return (cval_ - count) & ones(32); }

    /// Level of the interrupt line at `count`.
    bool irq(u64 count) const { return met(count) && !Ctl::IMask::get(ctl_); }

    /// The count at which `irq` will rise if nothing is written, or none.
    std::optional<u64> expiry(u64 count) const
    {
        if (!Ctl::Enable::get(ctl_) || Ctl::IMask::get(ctl_) || met(count))
            return std::nullopt;
        return cval_;
    }

private:
    bool met(u64 count) const { return Ctl::Enable::get(ctl_) && count >= cval_; }

    u64 ctl_ = 0, cval_ = 0;
};

/// The generic timers of one PE. The system counter is the platform's: it counts `hz` from time 0,
/// and every PE sees it through its own local time.
class Timers {
public:
    enum Timer : u8 { Physical, Virtual, Hyp, HypVirtual, SecurePhysical, count };

    /// INTIDs that the Base System Architecture gives the timers, in the order of Timer.
    static constexpr std::array<unsigned, count> intids{30, 27, 26, 28, 29};

    explicit Timers(u64 hz)
        : counter_{hz}
    {
    }

    u64 physical_count(u64 ps) const { return counter_.cycles_at(ps); }

    u64 virtual_count(u64 ps) const { return physical_count(ps) - virtual_offset_; }

    /// The count that `timer` compares with: CNTVOFF_EL2 applies to the EL1 virtual timer alone.
    u64 count_of(Timer timer, u64 ps) const
    {
        return timer == Virtual ? virtual_count(ps) : physical_count(ps);
    }

    void set_virtual_offset(u64 offset) { virtual_offset_ = offset; }

    Comparator& operator[](Timer timer) { return comparators_[timer]; }

    const Comparator& operator[](Timer timer) const { return comparators_[timer]; }

    bool irq(Timer timer, u64 ps) const { return comparators_[timer].irq(count_of(timer, ps)); }

    /// The time at which counts will be `ahead` higher than at `ps`; none where that does not fit
    /// in 64 bits of picoseconds and lies beyond any run.
    std::optional<u64> when(u64 ahead, u64 ps) const;

    /// The levels of all lines, one bit each in the order of Timer.
    u8 levels(u64 ps) const;
    /// The earliest time after `ps` at which a line rises by itself.
    std::optional<u64> next_expiry(u64 ps) const;

    void reset() { comparators_ = {}; }

private:
    Clock counter_;
    u64 virtual_offset_ = 0;
    std::array<Comparator, count> comparators_{};
};

} // namespace sl::pe
