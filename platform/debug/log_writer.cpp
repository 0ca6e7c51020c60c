// SPDX-License-Identifier: MIT
#include "debug/log_writer.h"

#include "debug/exception_names.h"
#include "debug/text.h"

#include <algorithm>
#include <utility>

namespace sl::debug {

namespace {

constexpr std::size_t time_width = 16, el_width = 4, vmid_width = 5, pc_width = 18;

} // namespace

bool LogFilter::wants_pe(unsigned pe) const
{
    return lists(pes, pe);
}

bool LogFilter::wants(const Record& record) const
{
    if (!wants_pe(record.pe) || !time_ps.holds(record.ps))
        return false;
    // An exception belongs to both of its ends.
    if (!lists<unsigned>(els, record.el) &&
        (record.kind != Record::Kind::Exception || !lists<unsigned>(els, record.to_el)))
        return false;
    return addresses.empty() ||
           std::any_of(addresses.begin(), addresses.end(),
                       [&](const Range& range) { return range.holds(record.pc); });
}

std::vector<std::string> name_column(const std::vector<RecordedPe>& pes)
{
    std::size_t width = 2;
    for (const RecordedPe& pe : pes)
        width = std::max(width, pe.name.size());
    std::vector<std::string> names;
    for (const RecordedPe& pe : pes)
        names.push_back(padded(pe.name, width, true));
    return names;
}

LogWriter::LogWriter(const std::string& path, const Symbolizer& symbols,
                     const std::vector<RecordedPe>& pes, LogFilter filter)
    : file_{path},
      symbols_{symbols},
      pes_{name_column(pes)},
      filter_{std::move(filter)}
{
    file_.append(padded("time ps", time_width, false) + "  " +
                 padded("PE", pes_.front().size(), true) + "  " + padded("EL", el_width, true) +
                 padded("VMID", vmid_width, false) + "  " + padded("PC", pc_width, true) +
                 "  word      symbol\n");
}

void LogWriter::record(const Record& record)
{
    using Kind = Record::Kind;
    if (record.kind == Kind::Signal || record.kind == Kind::Phase || record.kind == Kind::Wire ||
        record.kind == Kind::Transaction || !filter_.wants(record))
        return;
    std::string line = padded(std::to_string(record.ps), time_width, false) + "  " +
                       pes_[record.pe] + "  EL" + std::to_string(record.el);
    switch (record.kind) {
    case Kind::Instruction:
        line += " " + padded(std::to_string(record.value), vmid_width, false) + "  " +
                hex(record.pc, 16) + "  " + hex(record.word, 8).substr(2) + "  " +
                symbols_.describe_va(record.pc, record.el, record.value);
        break;
    case Kind::Exception:
        line += " -> EL" + std::to_string(record.to_el) + "  " +
                exception_name(record.type, record.value);
        if (record.type == 0)
            line += ", ESR " + hex(record.value, 8);
        line += ", at " + hex(record.pc, 16) + "  " + symbols_.describe_va(record.pc, record.el);
        break;
    default:
        line += "  guest error: " + std::string{record.text} + " (" + hex(record.value) + "), at " +
                hex(record.pc, 16) + "  " + symbols_.describe_va(record.pc, record.el);
        break;
    }
    file_.append(line + "\n");
}

void LogWriter::finish(u64)
{
    file_.close();
}

} // namespace sl::debug
