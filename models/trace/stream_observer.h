// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <span>

namespace sl::trace {

/// Sees what becomes of each byte of one trace unit's stream. Bytes are numbered from 0 in the
/// order in which the unit made them. Watching has no effect.
class StreamObserver {
public:
    virtual ~StreamObserver() = default;

    /// Bytes have been written to memory. `position` is the number of the first one.
    virtual void collected(u64 position, u64 va, u64 pa, std::span<const u8> bytes) = 0;
    /// Bytes have been discarded: the buffer is disabled, stopped, or absent.
    virtual void discarded(u64 position, u64 bytes) = 0;

    /// Bytes have left for the trace bus.
    virtual void sent(u64 /*position*/, std::span<const u8> /*bytes*/) {}

    /// The trace unit was enabled: the stream begins anew with a synchronization, and the unit's
    /// registers keep their values until it is disabled.
    virtual void unit_enabled(u64 position) = 0;

    /// TRBLIMITR_EL1.E became 1: addresses as programmed.
    virtual void session_began(u64 position, u64 base, u64 pointer, u64 limit) = 0;
    /// It became 0; `status` is TRBSR_EL1.
    virtual void session_ended(u64 position, u64 pointer, u64 status) = 0;
};

} // namespace sl::trace
