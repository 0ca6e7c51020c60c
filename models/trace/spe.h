// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/profiling_buffer.h"

namespace sl::trace {

/// The Statistical Profiling Extension of one PE (FEAT_SPE, SPEv1p0): samples every n-th
/// architectural instruction and writes what it did as a record into the profiling buffer.
///
/// A sample begins before its instruction and is complete when the next one is reached, or when an
/// exception is taken; so at most one is in flight, and there are no collisions.
class Spe final : public pe::ProfilingPort {
public:
    /// Counts since construction.
    struct Statistics {
        ProfilingBuffer::Statistics buffer;
        u64 samples = 0;  ///< begun
        u64 filtered = 0; ///< not recorded because PMSFCR_EL1 says so
        u64 lost = 0;     ///< not recorded because the buffer was disabled or stopped, or faulted
        u64 drains = 0;   ///< PSB CSYNC executed
    };

    Spe(const SpeConfig& config, pe::PeView& pe);

    Statistics statistics() const;

    const ProfilingBuffer& buffer() const { return buffer_; }

    /// Instructions at the current Exception level are in the population that is sampled.
    bool profiling() const;

    // ---- pe::ProfilingPort ---------------------------------------------------------------------

    u64 read(pe::Reg reg) override;
    void write(pe::Reg reg, u64 value) override;

    void context_changed() override { update(pe_.next_instruction()); }

    std::optional<u64> next() const override;
    void reached(const Instruction& instruction) override;

    bool sampling() const override { return sampling_; }

    void access(const Access& access) override;
    void exception(u64 executed, u64 pc, bool synchronous) override;

    void translate_ahead() override { buffer_.translate_ahead(); }

    void synchronize() override;

    Counts counts(u64 executed) const override;

    u64 landed_ps() const override { return synchronized_ps_; }

    void reset() override;

private:
    bool host() const;
    u32 jitter();
    void update(u64 number);
    void begin(const Instruction& instruction);
    void complete(u64 next_pc, bool executed, bool raised);
    bool collects_pa() const;
    std::optional<u64> timestamp() const;
    bool wanted(const SpeSample& sample) const;

    const SpeConfig config_;
    pe::PeView& pe_;
    ProfilingBuffer buffer_;

    // The interval: PMSICR_EL1.COUNT as it is before instruction number `from_`.
    u32 count_ = 0;
    u64 from_ = 0;
    u64 population_ = 0; ///< instructions counted before `from_`
    bool counting_ = false;
    u32 reload_ = 0; ///< what the counter gets from the instruction that finds it zero
    u64 random_;

    bool sampling_ = false;
    SpeSample sample_;
    u64 filtrates_ = 0;
    Instruction instruction_{};
    u64 began_ = 0; ///< cycle
    u64 synchronized_ps_ = 0;
    Statistics statistics_;
};

} // namespace sl::trace
