// SPDX-License-Identifier: MIT
#pragma once

#include "a64/environment.h"
#include "common/bits.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sl::trace {

/// Gathers atoms and packs them into Atom packets, formats 1 to 6 (DDI 0487, ETE, Atom packets).
/// The engine may add atoms, too: those of direct branches, between grant() and withdraw().
class AtomPacker {
public:
    static constexpr unsigned capacity = 64;
    /// One packet describes 24 atoms at most: what the oldest become is then decided.
    static constexpr unsigned longest = 24;

    AtomPacker();

    bool empty() const { return count_ == 0; }

    bool full() const { return count_ == capacity; }

    bool decided() const { return count_ >= longest; }

    void clear()
    {
        atoms_ = {};
        count_ = 0;
    }

    /// Requires !full().
    void add(bool taken)
    {
        atoms_.taken |= u64{taken} << count_;
        ++count_;
    }

    /// Lets the engine add atoms, as many as there is room for but one.
    void grant() { atoms_.slot = u64{1} << count_; }

    /// No longer. The number of those that it has added, the last of which went to noted().next.
    unsigned withdraw()
    {
        const unsigned added = added_meanwhile();
        count_ += added;
        atoms_.slot = 0;
        return added;
    }

    unsigned added_meanwhile() const
    {
        return atoms_.slot ? static_cast<unsigned>(std::countr_zero(atoms_.slot)) - count_ : 0;
    }

    a64::NotedBranches& noted() { return atoms_; }

    /// The longest packet that describes the oldest atoms, and forgets these. Requires !empty().
    u8 take()
    {
        assert(count_ != 0);
        const unsigned count = std::min(count_, longest);
        const u32 taken = static_cast<u32>(atoms_.taken & ones(count));
        // Format 6: 3 to 23 times E, then E or N.
        const auto run = static_cast<unsigned>(std::countr_one(taken));
        if (run >= 3 && run < count)
            return done(run + 1, 0xe0 + (run - 3));
        if (run >= 4)
            return done(run, 0xc0 + (run - 4));
        if (const u8 packet = five_[taken & 0x1f]; packet && count >= 5)
            return done(5, packet);
        if (const u8 packet = four_[taken & 0xf]; packet && count >= 4)
            return done(4, packet);
        if (count >= 3)
            return done(3, 0xf8 | (taken & 7));
        if (count == 2)
            return done(2, 0xd8 | (taken & 3));
        return done(1, 0xf6 | (taken & 1));
    }

private:
    u8 done(unsigned atoms, u32 packet)
    {
        atoms_.taken >>= atoms;
        count_ -= atoms;
        return static_cast<u8>(packet);
    }

    a64::NotedBranches atoms_;         ///< 1 is E
    unsigned count_ = 0;               ///< when the engine was granted room, or now
    u8 five_[32] = {}, four_[16] = {}; ///< packets of formats 5 and 4, by their atoms; 0: none
};

} // namespace sl::trace
