// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/byte_sink.h"
#include "trace/config.h"
#include "trace/stream_observer.h"

namespace sl::trace {

/// The trace buffer unit of a PE (DDI 0487, FEAT_TRBE): writes trace to a circle of virtual
/// addresses, through the translation regime of whoever owns it.
class Trbe final : public ByteReceiver {
public:
    struct Statistics {
        u64 written = 0;   ///< bytes
        u64 discarded = 0; ///< bytes that came while the buffer was disabled or stopped
        u64 wraps = 0, faults = 0, interrupts = 0;
    };

    Trbe(const Config& config, pe::PeView& pe);

    void observe(StreamObserver* observer) { observer_ = observer; }

    bool enabled() const;

    /// When the last write so far has reached memory.
    u64 landed_ps() const { return landed_ps_; }

    const Statistics& statistics() const { return statistics_; }

    /// The TRB* registers.
    u64 read(pe::Reg reg) const;
    void write(pe::Reg reg, u64 value);
    void reset();

    /// Translates the page of the pointer and one other of the range, in turn, as an enabled buffer
    /// may at any time, even while its owner is out of context (R_SJFRQ).
    void translate_ahead();

    /// Bytes of the unit's stream went elsewhere.
    void passed_by(std::span<const u8> bytes);

    void receive(std::span<const u8> bytes, u64 at_ps) override;

private:
    bool running() const;
    bool store(std::span<const u8> bytes, u64 at_ps, u64& pa);
    void wrap();
    void management_event(u64 syndrome);
    void set_status(u64 value);
    u64 idr() const;

    const Config config_;
    pe::PeView& pe_;
    StreamObserver* observer_ = nullptr;
    u64 limitr_ = 0, ptr_ = 0, baser_ = 0, sr_ = 0, mar_ = 0, trg_ = 0;
    u64 ahead_ = 0;    ///< pages of the range that translate_ahead() has been at
    u64 position_ = 0; ///< bytes received or passed by
    u64 landed_ps_ = 0;
    Statistics statistics_;
};

} // namespace sl::trace
