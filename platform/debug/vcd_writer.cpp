// SPDX-License-Identifier: MIT
#include "debug/vcd_writer.h"

#include "common/bits.h"

#include <algorithm>
#include <utility>

namespace sl::debug {

namespace {

struct Wire {
    Observer::Signal signal;
    const char* name;
    unsigned width;
};

using S = Observer::Signal;
constexpr Wire pe_wires[] = {
    {S::El, "el", 2},
    {S::Vmid, "vmid", 16},
    {S::Vcpu, "vcpu", 16},
    {S::Halted, "halted", 2},
    {S::TraceProhibited, "trace_prohibited", 1},
    {S::TraceEnabled, "trace_enabled", 1},
    {S::BufferEnabled, "buffer_enabled", 1},
    {S::Irq, "irq", 1},
    {S::Fiq, "fiq", 1},
    {S::Virq, "virq", 1},
    {S::Vfiq, "vfiq", 1},
    {S::Maintenance, "maintenance_irq", 1},
};

/// Identifier codes are made of the printable characters.
std::string identifier(unsigned n)
{
    std::string id;
    do {
        id += static_cast<char>('!' + n % 94);
        n /= 94;
    } while (n != 0);
    return id;
}

/// Neither scope names nor string values may hold blanks.
std::string one_word(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t' || c == '\n'; }, '_');
    return text;
}

/// "cluster0.pe1" is a PE inside a cluster.
std::vector<std::string> scopes_of(const std::string& name)
{
    std::vector<std::string> scopes;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        scopes.push_back(name.substr(at, dot - at));
        at = dot + 1;
    }
    return scopes;
}

std::string binary(u64 value, unsigned width)
{
    std::string text;
    for (unsigned n = width; n-- > 0;) {
        if (bit(value, n) || !text.empty() || n == 0)
            text += bit(value, n) ? '1' : '0';
    }
    return text;
}

/// A value as it stands before its identifier.
std::string level(u64 value, unsigned width)
{
    return width > 1 ? "b" + binary(value, width) + " " : binary(value, width);
}

} // namespace

VcdWriter::VcdWriter(const std::string& path, const MarkTable& marks,
                     const std::vector<RecordedPe>& pes, const std::vector<std::string>& wires)
    : file_{path},
      pes_(pes.size())
{
    static_assert(std::size(pe_wires) == signals);
    for (const std::string& phase : marks.phases())
        phases_.push_back(one_word(phase));
    header(pes, wires);
}

void VcdWriter::header(const std::vector<RecordedPe>& pes, const std::vector<std::string>& wires)
{
    std::string text = "$date\n    time is simulated\n$end\n"
                       "$version\n    Sightline\n$end\n"
                       "$timescale 1 ps $end\n"
                       "$scope module sightline $end\n";
    unsigned next = 0;
    for (std::size_t n = 0; n < pes.size(); ++n) {
        const std::vector<std::string> scopes = scopes_of(one_word(pes[n].name));
        for (const std::string& scope : scopes)
            text += "$scope module " + scope + " $end\n";
        for (std::size_t i = 0; i < signals; ++i) {
            const Wire& wire = pe_wires[i];
            pes_[n].ids[i] = identifier(next++);
            text +=
                "$var wire " + std::to_string(wire.width) + " " + pes_[n].ids[i] + " " + wire.name +
                (wire.width > 1 ? " [" + std::to_string(wire.width - 1) + ":0]" : "") + " $end\n";
        }
        pes_[n].ids[phase_signal] = identifier(next++);
        text += "$var string 1 " + pes_[n].ids[phase_signal] + " phase $end\n";
        for (std::size_t i = 0; i < scopes.size(); ++i)
            text += "$upscope $end\n";
    }
    if (!wires.empty())
        text += "$scope module interrupts $end\n";
    for (const std::string& name : wires) {
        wire_ids_.push_back(identifier(next++));
        text += "$var wire 1 " + wire_ids_.back() + " " + one_word(name) + " $end\n";
    }
    if (!wires.empty())
        text += "$upscope $end\n";
    text += "$upscope $end\n$enddefinitions $end\n#0\n$dumpvars\n";
    for (std::size_t n = 0; n < pes.size(); ++n) {
        Pe& pe = pes_[n];
        for (std::size_t i = 0; i < signals; ++i) {
            const S signal = pe_wires[i].signal;
            const u64 initial = signal == S::El ? pes[n].reset_el : signal == S::Halted ? 2 : 0;
            pe.values[i] = level(initial, pe_wires[i].width);
            text += pe.values[i] + pe.ids[i] + "\n";
        }
        pe.values[phase_signal] = "s" + phases_[phase_boot] + " ";
        text += pe.values[phase_signal] + pe.ids[phase_signal] + "\n";
    }
    for (const std::string& id : wire_ids_)
        text += "0" + id + "\n";
    text += "$end\n";
    file_.append(text);
}

void VcdWriter::record(const Record& record)
{
    if (record.kind == Record::Kind::Phase) {
        at(record.ps);
        change(record.pe, phase_signal, "s" + phases_[record.value] + " ");
    } else if (record.kind == Record::Kind::Signal) {
        const auto n = static_cast<std::size_t>(record.signal);
        at(record.ps);
        change(record.pe, n, level(record.value, pe_wires[n].width));
    } else if (record.kind == Record::Kind::Wire) {
        at(record.ps);
        file_.append((record.value != 0 ? "1" : "0") + wire_ids_[record.pe] + "\n");
    }
}

void VcdWriter::finish(u64 ps)
{
    at(ps);
    file_.close();
}

void VcdWriter::at(u64 ps)
{
    if (ps == ps_)
        return;
    ps_ = ps;
    file_.append("#" + std::to_string(ps) + "\n");
}

void VcdWriter::change(u32 pe, std::size_t signal, std::string value)
{
    std::string& last = pes_[pe].values[signal];
    if (last == value)
        return;
    last = std::move(value);
    file_.append(last + pes_[pe].ids[signal] + "\n");
}

} // namespace sl::debug
