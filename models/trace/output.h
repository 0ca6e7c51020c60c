// SPDX-License-Identifier: MIT
#pragma once

#include "trace/byte_sink.h"
#include "trace/link.h"
#include "trace/trbe.h"

namespace sl::trace {

/// The two ways out of a trace unit: its link to the trace buffer and, if there is one, the trace
/// bus. While the buffer is enabled (TRBLIMITR_EL1.E) trace goes there, else to the bus. Without a
/// bus, a disabled buffer discards what comes.
class Output final : public ByteSink {
public:
    Output(Link& link, Trbe& buffer)
        : link_{link},
          buffer_{buffer}
    {
    }

    void connect(AtbPort& atb) { atb_ = &atb; }

    /// What is pushed now goes to the trace bus.
    bool to_bus() const { return atb_ && !buffer_.enabled(); }

    void set_id(u8 id);

    /// The buffer has been enabled or disabled: what still waits for the way that is no longer
    /// taken goes it to its end.
    void switched(u64 now_ps);

    unsigned room(u64 now_ps) override { return way().room(now_ps); }

    u64 wait_for(unsigned bytes, u64 now_ps) override { return way().wait_for(bytes, now_ps); }

    void push(std::span<const u8> packets, u64 now_ps) override;

    u64 flush(u64 now_ps) override { return way().flush(now_ps); }

private:
    ByteSink& way() const { return to_bus() ? static_cast<ByteSink&>(*atb_) : link_; }

    Link& link_;
    Trbe& buffer_;
    AtbPort* atb_ = nullptr;
};

} // namespace sl::trace
