// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl {

/// Who makes an access: travels with it to the target, as AxUSER/AxPROT would.
struct Initiator {
    u16 pe = 0;             ///< linear PE number
    u16 vmid = 0;           ///< 0 outside guests
    bool secure = false;    ///< NS = 0
    bool privileged = true; ///< EL1 and above
    bool instruction = false;
};

enum class BusStatus : u8 {
    Ok,
    DecodeError, ///< nothing at that address: an external abort
    SlaveError,  ///< the target refuses the access: an external abort
};

/// What a PE, or a trace unit that writes memory, sees of the physical address space. No SystemC:
/// the platform's implementation turns each call into `b_transport` at the caller's local time.
class Bus {
public:
    virtual ~Bus() = default;

    /// One access of 1, 2, 4, 8 or 16 bytes inside one page. `now_ps` is the initiator's local
    /// time; the time that the access took is added to `latency_ps`.
    virtual BusStatus read(u64 pa, void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                           u64& latency_ps) = 0;
    virtual BusStatus write(u64 pa, const void* data, unsigned bytes, const Initiator& who,
                            u64 now_ps, u64& latency_ps) = 0;

    struct Page {
        u8* host = nullptr;    ///< host address of the page's first byte; null: no direct access
        bool writable = false; ///< false for ROM
    };

    /// Direct access to the 4 KB page that holds `pa`, for memories only.
    virtual Page direct(u64 pa, bool secure) = 0;
};

} // namespace sl
