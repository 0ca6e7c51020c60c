// SPDX-License-Identifier: MIT
#pragma once

#include "debug/output_file.h"
#include "debug/phase_machine.h"
#include "debug/record.h"

#include <deque>

namespace sl::debug {

/// The one recorder of a run. PEs run ahead of each other inside a quantum; the recorder holds
/// their events until no PE can add an earlier one, and passes them on in order. Its memory is
/// bounded.
///
/// Observer calls never throw: a sink whose file fails is dropped there, and the error is thrown by
/// the next flush_until() or finish(), outside any instruction. The other sinks go on.
class Recorder : public Observer {
public:
    /// A quantum of 60,000 instructions on each of four PEs, all logged; about 20 MB when full.
    static constexpr std::size_t default_capacity = 1u << 18;

    Recorder(const MarkTable& marks, std::vector<RecordedPe> pes,
             std::size_t capacity = default_capacity);

    /// Before the first event. The sink must outlive the recorder's last call.
    void add(RecordSink& sink);

    /// PE `pe` changed its frequency.
    void set_clock(unsigned pe, const Clock& clock) { pes_[pe].clock = clock; }

    void signal(unsigned pe, u64 cycle, Signal which, u64 value) override;
    void exception(unsigned pe, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind, u64 esr,
                   u64 from_pc) override;
    void mark(unsigned pe, u64 cycle, u32 id, const u64* x) override;
    void instruction(unsigned pe, u64 cycle, unsigned el, u64 vmid, u64 pc, u32 word) override;
    void transaction(unsigned pe, u64 cycle, const Transaction& t) override;
    void guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                     u64 detail) override;

    /// The level of interrupt wire `number` changed at `ps`. Whoever drives wires may run ahead of
    /// others: they are put in order of time.
    void wire(u32 number, bool level, u64 ps);

    /// No PE will report anything before `ps` any more: the slowest PE's time. Throws OutputError
    /// of a sink that failed since the last call.
    void flush_until(u64 ps);
    /// The run is over at `ps`: passes everything on and finishes the sinks. Throws like
    /// flush_until, after all sinks are finished.
    void finish(u64 ps);

    /// Events that came after later ones had been passed on, because the capacity was reached or
    /// flush_until was told too much. They stand at the time reached instead of their own.
    u64 late() const { return late_; }

private:
    struct Pe {
        Clock clock;
        PhaseMachine machine;
        PhaseId shown = phase_boot;
        u64 last_ps = 0;
        std::deque<Record> queue; // in order: a PE's time does not go back
    };

    Record make(unsigned pe, u64 cycle, Record::Kind kind) const;
    void push(Record record);
    void make_room();
    void show_phase(unsigned pe, u64 cycle);
    void pass_on(Record record);
    Pe* earliest();
    void throw_failure();

    const MarkTable& marks_;
    std::vector<Pe> pes_; ///< and one more, for the wires
    std::size_t capacity_;
    std::size_t held_ = 0;
    u64 passed_ps_ = 0; ///< time of the last record passed on
    u64 late_ = 0;
    std::vector<RecordSink*> sinks_;
    std::vector<OutputError> failures_;
    std::deque<std::string> texts_; // records point into it
};

} // namespace sl::debug
