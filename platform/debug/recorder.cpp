// SPDX-License-Identifier: MIT
#include "debug/recorder.h"

#include <algorithm>
#include <limits>

namespace sl::debug {

Recorder::Recorder(const MarkTable& marks, std::vector<RecordedPe> pes, std::size_t capacity)
    : marks_{marks},
      capacity_{capacity}
{
    for (RecordedPe& pe : pes)
        pes_.push_back({.clock = pe.clock, .machine = {}, .queue = {}});
    // Wires tell the time itself: their clock counts picoseconds.
    pes_.push_back({.clock = Clock{Clock::ps_per_second}, .machine = {}, .queue = {}});
}

void Recorder::add(RecordSink& sink)
{
    sinks_.push_back(&sink);
}

void Recorder::signal(unsigned pe, u64 cycle, Signal which, u64 value)
{
    Record record = make(pe, cycle, Record::Kind::Signal);
    record.signal = which;
    record.value = value;
    push(record);
    if (which == Signal::Halted) {
        pes_[pe].machine.halted(value);
        show_phase(pe, cycle);
    }
}

void Recorder::exception(unsigned pe, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind,
                         u64 esr, u64 from_pc)
{
    Record record = make(pe, cycle, Record::Kind::Exception);
    record.el = static_cast<u8>(from_el);
    record.to_el = static_cast<u8>(to_el);
    record.type = static_cast<u8>(kind);
    record.value = esr;
    record.pc = from_pc;
    push(record);
    pes_[pe].machine.exception(marks_.phase_on_exception(to_el, kind));
    show_phase(pe, cycle);
}

void Recorder::mark(unsigned pe, u64 cycle, u32 id, const u64* x)
{
    for (const MarkEvent& event : marks_.events(id)) {
        pes_[pe].machine.mark(event);
        if (event.kind == MarkKind::Vcpu)
            signal(pe, cycle, Signal::Vcpu, event.operand(0, x));
    }
    show_phase(pe, cycle);
}

void Recorder::instruction(unsigned pe, u64 cycle, unsigned el, u64 vmid, u64 pc, u32 word)
{
    Record record = make(pe, cycle, Record::Kind::Instruction);
    record.el = static_cast<u8>(el);
    record.value = vmid;
    record.pc = pc;
    record.word = word;
    push(record);
}

void Recorder::transaction(unsigned pe, u64 cycle, const Transaction& t)
{
    Record record = make(pe, cycle, Record::Kind::Transaction);
    record.el = t.el;
    record.pc = t.pc;
    record.access = t.kind;
    record.status = t.status;
    record.bytes = t.bytes;
    record.vmid = t.vmid;
    record.va = t.va;
    record.pa = t.pa;
    record.value = t.value[0];
    record.high = t.value[1];
    push(record);
}

void Recorder::guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                           u64 detail)
{
    auto text = std::find(texts_.begin(), texts_.end(), what);
    if (text == texts_.end())
        text = texts_.insert(texts_.end(), what);
    Record record = make(pe, cycle, Record::Kind::GuestError);
    record.el = static_cast<u8>(el);
    record.pc = pc;
    record.value = detail;
    record.text = text->c_str();
    push(record);
}

void Recorder::wire(u32 number, bool level, u64 ps)
{
    Record record;
    record.ps = std::max(ps, passed_ps_);
    record.cycle = ps;
    record.pe = number;
    record.kind = Record::Kind::Wire;
    record.value = level;
    late_ += ps < passed_ps_;
    std::deque<Record>& queue = pes_.back().queue;
    queue.insert(std::upper_bound(queue.begin(), queue.end(), record,
                                  [](const Record& a, const Record& b) { return a.ps < b.ps; }),
                 record);
    make_room();
}

void Recorder::flush_until(u64 ps)
{
    for (Pe* pe = earliest(); pe != nullptr && pe->queue.front().ps < ps; pe = earliest()) {
        pass_on(pe->queue.front());
        pe->queue.pop_front();
        --held_;
    }
    passed_ps_ = std::max(passed_ps_, ps);
    throw_failure();
}

void Recorder::finish(u64 ps)
{
    u64 end = ps;
    for (Pe* pe = earliest(); pe != nullptr; pe = earliest()) {
        end = std::max(end, pe->queue.front().ps);
        pass_on(pe->queue.front());
        pe->queue.pop_front();
        --held_;
    }
    for (RecordSink* sink : sinks_) {
        try {
            sink->finish(end);
        } catch (const OutputError& e) {
            failures_.push_back(e);
        }
    }
    sinks_.clear();
    throw_failure();
}

Record Recorder::make(unsigned pe, u64 cycle, Record::Kind kind) const
{
    Record record;
    record.ps = pes_[pe].clock.ps(cycle);
    record.cycle = cycle;
    record.pe = pe;
    record.kind = kind;
    return record;
}

void Recorder::push(Record record)
{
    Pe& pe = pes_[record.pe];
    if (record.ps < passed_ps_) {
        ++late_;
        record.ps = passed_ps_;
    }
    record.ps = pe.last_ps = std::max(record.ps, pe.last_ps);
    pe.queue.push_back(record);
    make_room();
}

/// One more record is held.
void Recorder::make_room()
{
    if (++held_ <= capacity_)
        return;
    Pe* const first = earliest();
    passed_ps_ = first->queue.front().ps;
    pass_on(first->queue.front());
    first->queue.pop_front();
    --held_;
}

void Recorder::show_phase(unsigned pe, u64 cycle)
{
    const PhaseId phase = pes_[pe].machine.phase();
    if (phase == pes_[pe].shown)
        return;
    pes_[pe].shown = phase;
    Record record = make(pe, cycle, Record::Kind::Phase);
    record.value = phase;
    push(record);
}

void Recorder::pass_on(Record record)
{
    for (std::size_t i = 0; i < sinks_.size();) {
        try {
            sinks_[i]->record(record);
            ++i;
        } catch (const OutputError& e) {
            failures_.push_back(e);
            sinks_.erase(sinks_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

/// The PE with the earliest event, the lowest of those; none when nothing is held.
Recorder::Pe* Recorder::earliest()
{
    Pe* first = nullptr;
    for (Pe& pe : pes_) {
        if (!pe.queue.empty() &&
            (first == nullptr || pe.queue.front().ps < first->queue.front().ps))
            first = &pe;
    }
    return first;
}

void Recorder::throw_failure()
{
    if (failures_.empty())
        return;
    OutputError error = failures_.front();
    failures_.erase(failures_.begin());
    throw OutputError{std::move(error)};
}

} // namespace sl::debug
