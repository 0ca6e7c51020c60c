// SPDX-License-Identifier: MIT
#include "debug/transaction_writer.h"

#include "debug/text.h"

#include <utility>

namespace sl::debug {

namespace {

using Kind = Transaction::Kind;

constexpr std::size_t time_width = 16, el_width = 4, vmid_width = 5, address_width = 18,
                      kind_width = 15, bytes_width = 5, value_width = 18;

const std::string nothing = "nothing";

} // namespace

const char* transaction_name(Kind kind)
{
    switch (kind) {
    case Kind::Read:
        return "read";
    case Kind::Write:
        return "write";
    case Kind::AtomicRead:
        return "atomic-read";
    case Kind::AtomicWrite:
        return "atomic-write";
    case Kind::ExclusiveRead:
        return "exclusive-read";
    case Kind::ExclusiveWrite:
        return "exclusive-write";
    case Kind::Walk:
        return "walk";
    case Kind::Trace:
        break;
    }
    return "trace";
}

std::string transaction_group(Kind kind)
{
    const std::string name = transaction_name(kind);
    return name.substr(0, name.find('-'));
}

std::vector<std::string> transaction_groups()
{
    std::vector<std::string> groups;
    for (auto kind = Kind::Read; kind <= Kind::Trace;
         kind = static_cast<Kind>(static_cast<u8>(kind) + 1))
        if (groups.empty() || groups.back() != transaction_group(kind))
            groups.push_back(transaction_group(kind));
    return groups;
}

std::string transaction_value(const Record& record)
{
    const bool read = record.access == Kind::Read || record.access == Kind::ExclusiveRead ||
                      record.access == Kind::Walk;
    if (read && record.status != BusStatus::Ok)
        return "-";
    if (record.bytes <= sizeof record.value || record.high == 0)
        return hex(record.value);
    return hex(record.high) + hex(record.value, 16).substr(2);
}

bool TransactionFilter::wants_pe(unsigned pe) const
{
    return lists(pes, pe);
}

bool TransactionFilter::wants(const Record& record) const
{
    return wants_pe(record.pe) && time_ps.holds(record.ps) && record.pa <= addresses.last &&
           record.pa + (record.bytes - 1u) >= addresses.first &&
           (kinds.empty() || lists(kinds, transaction_group(record.access)));
}

TransactionWriter::TransactionWriter(const std::string& path, const Symbolizer& symbols,
                                     const std::vector<RecordedPe>& pes,
                                     std::vector<Target> targets, TransactionFilter filter)
    : file_{path},
      symbols_{symbols},
      pes_{name_column(pes)},
      targets_{std::move(targets)},
      where_width_{nothing.size()},
      filter_{std::move(filter)}
{
    for (const Target& t : targets_)
        where_width_ = std::max(where_width_, t.name.size());
    file_.append(
        padded("time ps", time_width, false) + "  " + padded("PE", pes_.front().size(), true) +
        "  " + padded("EL", el_width, true) + padded("VMID", vmid_width, false) + "  " +
        padded("PC", address_width, true) + "  " + padded("kind", kind_width, true) + "  " +
        padded("VA", address_width, true) + "  " + padded("PA", address_width, true) + "  " +
        padded("bytes", bytes_width, false) + "  " + padded("value", value_width, true) + "  " +
        padded("where", where_width_, true) + "  symbol\n");
}

void TransactionWriter::record(const Record& record)
{
    if (record.kind != Record::Kind::Transaction || !filter_.wants(record))
        return;
    const Target* const target = target_at(targets_, record.pa);
    std::string line = padded(std::to_string(record.ps), time_width, false) + "  " +
                       pes_[record.pe] + "  EL" + std::to_string(record.el) + " " +
                       padded(std::to_string(record.vmid), vmid_width, false) + "  " +
                       hex(record.pc, 16) + "  " +
                       padded(transaction_name(record.access), kind_width, true) + "  " +
                       hex(record.va, 16) + "  " + hex(record.pa, 16) + "  " +
                       padded(std::to_string(record.bytes), bytes_width, false) + "  " +
                       padded(transaction_value(record), value_width, true) + "  " +
                       padded(target ? target->name : nothing, where_width_, true) + "  " +
                       symbols_.describe_va(record.pc, record.el, record.vmid);
    if (record.status != BusStatus::Ok)
        line += "  refused";
    file_.append(line + "\n");
}

void TransactionWriter::finish(u64)
{
    file_.close();
}

} // namespace sl::debug
