// SPDX-License-Identifier: MIT
#pragma once

#include "trace/buffer_owner.h"
#include "trace/spe_config.h"
#include "trace/spe_record.h"

namespace sl::trace {

/// The profiling buffer of a PE (DDI 0487, PMB*): takes whole records, through the translation
/// regime of whoever owns it, until there is no room for another.
class ProfilingBuffer {
public:
    struct Statistics {
        u64 records = 0;
        u64 full = 0, faults = 0, interrupts = 0;
    };

    ProfilingBuffer(const SpeConfig& config, pe::PeView& pe)
        : config_{config},
          pe_{pe}
    {
    }

    /// PMBLIMITR_EL1.E.
    bool enabled() const;
    /// Enabled, and not stopped by a management event.
    bool running() const;
    BufferOwner owner() const;

    /// Writes a record at the pointer; requires running(). Stops the buffer when no other finds
    /// room. False: this one is lost, to a fault or because the pointer was set too near the limit.
    bool store(const SpeRecord& record);

    /// While it is running, the page of the pointer and one other of those up to the limit.
    void translate_ahead();

    /// When the last write so far reaches memory.
    u64 landed_ps() const { return landed_ps_; }

    const Statistics& statistics() const { return statistics_; }

    /// PMB*.
    u64 read(pe::Reg reg) const;
    void write(pe::Reg reg, u64 value);
    void reset();

private:
    bool room() const;
    void management_event(u64 syndrome);
    void set_status(u64 value);

    const SpeConfig config_;
    pe::PeView& pe_;
    u64 limitr_ = 0, ptr_ = 0, sr_ = 0;
    u64 landed_ps_ = 0;
    u64 ahead_ = 0; ///< pages that translate_ahead() has been at
    Statistics statistics_;
};

} // namespace sl::trace
