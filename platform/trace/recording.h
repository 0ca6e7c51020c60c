// SPDX-License-Identifier: MIT
#pragma once

#include "trace/decode.h"
#include "trace/trace_unit.h"

#include <optional>
#include <vector>

namespace sl::trace {

/// Keeps what of one PE's trace stream came to lie in memory, in the order of the stream: written
/// by its trace buffer, or found in the memory of a sink of the trace bus.
class Recording final : public StreamObserver {
public:
    /// Bytes of the stream without a gap.
    struct Stretch {
        u64 position = 0; ///< in the stream
        std::vector<u8> bytes;
        bool bus = false; ///< from a sink of the trace bus, not from the trace buffer
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
        bool bus = false;        ///< as in Stretch
    };

    /// Observes `unit`, which must outlive this, from now on.
    explicit Recording(TraceUnit& unit);
    ~Recording() override;
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    /// What a decoder can be given, in order. Empty pieces are left out.
    std::vector<Piece> pieces() const;

    const std::vector<Session>& sessions() const { return sessions_; }

    /// Where the stream was each time that the unit was enabled.
    const std::vector<u64>& enabled() const { return enabled_; }

    /// The stream's last bytes, or trace that should have followed them, were lost.
    bool end_lost() const;

    /// Collected.
    u64 bytes() const;

    /// The unit was enabled with this trace ID.
    bool uses(u8 trace_id) const;

    /// These bytes with one of this unit's IDs lay in the memory of a sink of the trace bus. The
    /// answer is where in the stream they are; none: the unit has not sent them, not since those
    /// that it was told of before.
    std::optional<u64> captured(std::span<const u8> bytes);

    void collected(u64 position, u64 va, u64 pa, std::span<const u8> bytes) override;
    void discarded(u64 position, u64 bytes) override;
    void sent(u64 position, std::span<const u8> bytes) override;
    void unit_enabled(u64 position) override;
    void session_began(u64 position, u64 base, u64 pointer, u64 limit) override;
    void session_ended(u64 position, u64 pointer, u64 status) override;

private:
    struct Program {
        u64 position = 0;
        EteRegisters registers;
    };

    /// Bytes sent to the bus without another way between them.
    struct Sent {
        u64 position = 0;
        std::size_t offset = 0; ///< in sent_bytes_
    };

    void keep(u64 position, std::span<const u8> bytes, bool bus);
    u64 sent_position(std::size_t offset) const;

    TraceUnit& unit_;
    std::vector<u8> sent_bytes_;
    std::vector<Sent> sent_;
    std::size_t captured_end_ = 0; ///< in sent_bytes_: what lies before it is told of
    std::vector<Program> programs_;
    std::vector<u64> enabled_;
    u64 end_position_ = 0;
    std::vector<Stretch> stretches_;
    std::vector<Session> sessions_;
};

} // namespace sl::trace
