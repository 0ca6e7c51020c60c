// SPDX-License-Identifier: MIT
#pragma once

#include "trace/decode.h"
#include "trace/trace_unit.h"

#include <vector>

namespace sl::trace {

/// Keeps what one PE's trace buffer wrote to memory, in the order of the stream.
class Recording final : public StreamObserver {
public:
    /// Bytes of the stream without a gap.
    struct Stretch {
        u64 position = 0; ///< in the stream
        std::vector<u8> bytes;
    };

    /// From TRBLIMITR_EL1.E = 1 to 0.
    struct Session {
        u64 first_position = 0, last_position = 0; ///< of the stream, last exclusive
        u64 base = 0, first_pointer = 0, limit = 0, last_pointer = 0, status = 0;
        bool open = true;
    };

    /// A part of a stretch that one configuration of the trace unit made.
    struct Piece {
        u64 position = 0;
        std::span<const u8> bytes;
        EteRegisters registers;
        bool after_loss = false; ///< bytes of the stream before it are missing
    };

    /// Observes `unit`, which must outlive this, from now on.
    explicit Recording(TraceUnit& unit);
    ~Recording() override;
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    /// What a decoder can be given, in order. Empty pieces are left out.
    std::vector<Piece> pieces() const;

    const std::vector<Session>& sessions() const { return sessions_; }

    /// The stream's last bytes, or trace that should have followed them, were lost.
    bool end_lost() const;

    /// Collected.
    u64 bytes() const;

    void collected(u64 position, u64 va, u64 pa, std::span<const u8> bytes) override;
    void discarded(u64 position, u64 bytes) override;
    void unit_enabled(u64 position) override;
    void session_began(u64 position, u64 base, u64 pointer, u64 limit) override;
    void session_ended(u64 position, u64 pointer, u64 status) override;

private:
    struct Program {
        u64 position = 0;
        EteRegisters registers;
    };

    TraceUnit& unit_;
    std::vector<Program> programs_;
    u64 end_position_ = 0;
    std::vector<Stretch> stretches_;
    std::vector<Session> sessions_;
};

} // namespace sl::trace
