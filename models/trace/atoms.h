// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::trace {

/// Gathers atoms and packs them into Atom packets, formats 1 to 6 (DDI 0487, ETE, Atom packets).
class AtomPacker {
public:
    /// One packet describes 24 atoms at most.
    static constexpr unsigned capacity = 24;

    bool empty() const { return count_ == 0; }

    bool full() const { return count_ == capacity; }

    void clear() { count_ = 0, taken_ = 0; }

    /// Requires !full().
    void add(bool taken)
    {
        taken_ |= static_cast<u32>(taken) << count_;
        ++count_;
    }

    /// The longest packet that describes the oldest atoms, and forgets these. Requires !empty().
    u8 take();

private:
    u32 taken_ = 0; ///< oldest atom in bit 0; 1 is E
    unsigned count_ = 0;
};

} // namespace sl::trace
