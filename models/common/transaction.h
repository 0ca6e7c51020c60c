// SPDX-License-Identifier: MIT
#pragma once

#include "common/bus.h"

#include <array>
#include <cstring>

namespace sl {

/// A data access of a PE, of its table walker or of its trace buffer, as the memory or device at
/// its physical address sees it. An access that crosses a page is two, that of a pair or a
/// structure is one for each element.
struct Transaction {
    enum class Kind : u8 {
        Read,
        Write,
        AtomicRead,     ///< the first half of an LSE atomic or compare-and-swap
        AtomicWrite,    ///< the second, if it stores
        ExclusiveRead,  ///< LDXR and its kin
        ExclusiveWrite, ///< a STXR that was made
        Walk,           ///< a descriptor, read by a table walk for `va`
        WalkWrite,      ///< a descriptor, whose Access flag or dirty state the walk sets
        Trace,          ///< written by the trace or profiling buffer, whose pointer is `va`
    };

    Kind kind = Kind::Read;
    BusStatus status = BusStatus::Ok;
    u8 el = 0;    ///< at which the PE executes
    u8 bytes = 0; ///< 1..16; 64 for DC ZVA
    u16 vmid = 0; ///< of the guest that executes, else 0
    u64 pc = 0;   ///< the instruction that caused it
    u64 va = 0;
    u64 pa = 0;
    /// The bytes read or written, little-endian; of DC ZVA zero. A read that failed has none.
    std::array<u64, 2> value{};

    void set_value(const void* data)
    {
        std::memcpy(value.data(), data, bytes < sizeof value ? bytes : sizeof value);
    }
};

/// Which transactions of a PE an observer is told of.
enum class Transactions : u8 {
    None,
    Devices, ///< what is not memory; costs next to nothing
    All,     ///< no access to memory is inline then
};

} // namespace sl
