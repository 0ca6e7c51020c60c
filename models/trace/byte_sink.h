// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <span>

namespace sl::trace {

/// Where a trace unit's bytes go: a FIFO and a link of limited bandwidth. Times never go back.
class ByteSink {
public:
    virtual ~ByteSink() = default;

    /// Bytes that would be taken at `now_ps`.
    virtual unsigned room(u64 now_ps) = 0;
    /// The ps after `now_ps` from which on `bytes` find room. At most the sink's whole size.
    virtual u64 wait_for(unsigned bytes, u64 now_ps) = 0;
    /// Takes whole packets. Requires room for them.
    virtual void push(std::span<const u8> packets, u64 now_ps) = 0;
    /// Everything held leaves, incomplete transfers too; the ps after `now_ps` at which the last
    /// byte has left the unit.
    virtual u64 flush(u64 now_ps) = 0;
};

/// A way out of a trace unit besides its own buffer: the trace bus, whose transfers carry an ID.
class AtbPort : public ByteSink {
public:
    /// The trace ID (TRCTRACEIDR) of what is pushed from now on.
    virtual void set_id(u8 id) = 0;
};

/// The receiving end of a link.
class ByteReceiver {
public:
    virtual ~ByteReceiver() = default;

    /// At most 16 bytes, transferred at `at_ps`.
    virtual void receive(std::span<const u8> bytes, u64 at_ps) = 0;
};

} // namespace sl::trace
