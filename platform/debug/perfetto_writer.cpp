// SPDX-License-Identifier: MIT
#include "debug/perfetto_writer.h"

#include "debug/exception_names.h"
#include "debug/transaction_writer.h"

#include <protozero/pbf_writer.hpp>

#include <utility>

namespace sl::debug {

namespace {

using protozero::pbf_writer;

// Field numbers of the messages in perfetto's protos/perfetto/trace.
namespace trace {
constexpr u32 packet = 1;
}

namespace packet {
constexpr u32 timestamp = 8, trusted_packet_sequence_id = 10, track_event = 11, interned_data = 12,
              sequence_flags = 13, track_descriptor = 60;
constexpr u32 incremental_state_cleared = 1, needs_incremental_state = 2;
} // namespace packet

namespace descriptor {
constexpr u32 uuid = 1, name = 2, parent_uuid = 5, child_ordering = 11, sibling_order_rank = 12;
constexpr u32 explicit_order = 3;
} // namespace descriptor

namespace event_field {
constexpr u32 debug_annotations = 4, type = 9, name_iid = 10, track_uuid = 11;
constexpr u32 slice_begin = 1, slice_end = 2, type_instant = 3;
} // namespace event_field

namespace annotation {
constexpr u32 name_iid = 1, uint_value = 3, string_value = 6, pointer_value = 7;
}

namespace interned {
constexpr u32 event_names = 2, debug_annotation_names = 3;
constexpr u32 iid = 1, name = 2;
} // namespace interned

constexpr u32 sequence = 1;

std::string wrapped(const std::string& packet_bytes)
{
    std::string bytes;
    pbf_writer{bytes}.add_message(trace::packet, packet_bytes);
    return bytes;
}

const char* line_name(Observer::Signal signal)
{
    using S = Observer::Signal;
    switch (signal) {
    case S::Irq:
        return "IRQ raised";
    case S::Fiq:
        return "FIQ raised";
    case S::Virq:
        return "virtual IRQ raised";
    case S::Vfiq:
        return "virtual FIQ raised";
    case S::Maintenance:
        return "maintenance interrupt raised";
    default:
        return nullptr;
    }
}

} // namespace

PerfettoWriter::PerfettoWriter(const std::string& path, const MarkTable& marks,
                               const Symbolizer& symbols, const std::vector<RecordedPe>& pes,
                               std::vector<Target> targets)
    : file_{path},
      marks_{marks},
      symbols_{symbols},
      targets_{std::move(targets)},
      open_(pes.size())
{
    std::string first;
    pbf_writer writer{first};
    writer.add_uint32(packet::trusted_packet_sequence_id, sequence);
    writer.add_uint32(packet::sequence_flags, packet::incremental_state_cleared);
    file_.append(wrapped(first));
    for (u32 pe = 0; pe < pes.size(); ++pe) {
        describe(pe, Group, pes[pe].name, pe);
        describe(pe, Phase, "phase", 0);
        describe(pe, El, "EL", 1);
        describe(pe, Vcpu, "vCPU", 2);
        describe(pe, Events, "exceptions and interrupts", 3);
        describe(pe, Devices, "device accesses", 4);
        Record start;
        start.pe = pe;
        slice(start, Phase, marks.phases()[phase_boot]);
    }
}

void PerfettoWriter::describe(u32 pe, Track track, const std::string& name, u64 rank)
{
    std::string bytes;
    pbf_writer writer{bytes};
    writer.add_uint32(packet::trusted_packet_sequence_id, sequence);
    pbf_writer track_writer{writer, packet::track_descriptor};
    track_writer.add_uint64(descriptor::uuid, uuid(pe, track));
    track_writer.add_string(descriptor::name, name);
    if (track == Group)
        track_writer.add_uint32(descriptor::child_ordering, descriptor::explicit_order);
    else
        track_writer.add_uint64(descriptor::parent_uuid, uuid(pe, Group));
    track_writer.add_int32(descriptor::sibling_order_rank, static_cast<s32>(rank));
    track_writer.commit();
    file_.append(wrapped(bytes));
}

void PerfettoWriter::record(const Record& record)
{
    switch (record.kind) {
    case Record::Kind::Signal:
        signal(record);
        break;
    case Record::Kind::Phase:
        slice(record, Phase, marks_.phases()[record.value]);
        break;
    case Record::Kind::Exception:
    case Record::Kind::GuestError:
        instant(record);
        break;
    case Record::Kind::Transaction:
        transaction(record);
        break;
    case Record::Kind::Instruction:
    case Record::Kind::Wire:
        break;
    }
}

void PerfettoWriter::finish(u64 ps)
{
    Record end;
    end.ps = ps;
    for (end.pe = 0; end.pe < open_.size(); ++end.pe) {
        for (const Track track : {Phase, El, Vcpu}) {
            if (!open_[end.pe][track].empty())
                event(end, track, event_field::slice_end, "", {});
        }
    }
    file_.close();
}

void PerfettoWriter::signal(const Record& record)
{
    using S = Observer::Signal;
    if (record.signal == S::El) {
        slice(record, El, "EL" + std::to_string(record.value));
    } else if (record.signal == S::Vcpu) {
        const std::string name = marks_.name(MarkKind::NameVcpu, record.value);
        const bool numbered = name == std::to_string(record.value);
        slice(record, Vcpu, record.value == 0 ? "" : numbered ? "vCPU " + name : name);
    } else if (line_name(record.signal) != nullptr && record.value != 0) {
        event(record, Events, event_field::type_instant, line_name(record.signal),
              {{Argument::Kind::Number, "cycle", record.cycle, {}}});
    }
}

void PerfettoWriter::instant(const Record& record)
{
    std::vector<Argument> arguments{
        {Argument::Kind::Number, "cycle", record.cycle, {}},
        {Argument::Kind::Number, "from EL", record.el, {}},
        {Argument::Kind::Address, "PC", record.pc, {}},
        {Argument::Kind::Text, "at", 0, symbols_.describe_va(record.pc, record.el)}};
    std::string name;
    if (record.kind == Record::Kind::GuestError) {
        name = "guest error: " + std::string{record.text};
        arguments.push_back({Argument::Kind::Address, "detail", record.value, {}});
    } else {
        name = exception_name(record.type, record.value);
        name += " to EL" + std::to_string(record.to_el);
        if (record.type == 0)
            arguments.push_back({Argument::Kind::Address, "ESR", record.value, {}});
    }
    event(record, Events, event_field::type_instant, name, arguments);
}

void PerfettoWriter::transaction(const Record& record)
{
    const Target* const target = target_at(targets_, record.pa);
    if (target == nullptr || target->memory)
        return;
    event(record, Devices, event_field::type_instant,
          std::string{transaction_name(record.access)} + " " + target->name,
          {{Argument::Kind::Number, "cycle", record.cycle, {}},
           {Argument::Kind::Number, "EL", record.el, {}},
           {Argument::Kind::Address, "PC", record.pc, {}},
           {Argument::Kind::Text, "at", 0, symbols_.describe_va(record.pc, record.el, record.vmid)},
           {Argument::Kind::Address, "PA", record.pa, {}},
           {Argument::Kind::Number, "bytes", record.bytes, {}},
           {Argument::Kind::Text, "value", 0, transaction_value(record)}});
}

void PerfettoWriter::slice(const Record& record, Track track, const std::string& name)
{
    std::string& open = open_[record.pe][track];
    if (open == name)
        return;
    if (!open.empty())
        event(record, track, event_field::slice_end, "", {});
    open = name;
    if (!open.empty())
        event(record, track, event_field::slice_begin, open,
              {{Argument::Kind::Number, "cycle", record.cycle, {}}});
}

void PerfettoWriter::event(const Record& record, Track track, u32 type, const std::string& name,
                           const std::vector<Argument>& arguments)
{
    std::string interned_bytes, event_bytes;
    pbf_writer writer{event_bytes};
    writer.add_enum(event_field::type, static_cast<s32>(type));
    writer.add_uint64(event_field::track_uuid, uuid(record.pe, track));
    if (!name.empty())
        writer.add_uint64(event_field::name_iid,
                          intern(event_names_, name, interned::event_names, interned_bytes));
    for (const Argument& argument : arguments) {
        const u64 iid = intern(argument_names_, argument.name, interned::debug_annotation_names,
                               interned_bytes);
        pbf_writer annotation_writer{writer, event_field::debug_annotations};
        annotation_writer.add_uint64(annotation::name_iid, iid);
        switch (argument.kind) {
        case Argument::Kind::Number:
            annotation_writer.add_uint64(annotation::uint_value, argument.number);
            break;
        case Argument::Kind::Address:
            annotation_writer.add_uint64(annotation::pointer_value, argument.number);
            break;
        case Argument::Kind::Text:
            annotation_writer.add_string(annotation::string_value, argument.text);
            break;
        }
    }

    std::string bytes;
    pbf_writer packet_writer{bytes};
    packet_writer.add_uint64(packet::timestamp, record.ps / 1000);
    packet_writer.add_uint32(packet::trusted_packet_sequence_id, sequence);
    packet_writer.add_uint32(packet::sequence_flags, packet::needs_incremental_state);
    if (!interned_bytes.empty())
        packet_writer.add_message(packet::interned_data, interned_bytes);
    packet_writer.add_message(packet::track_event, event_bytes);
    file_.append(wrapped(bytes));
}

/// The number that stands for a name in this trace; a new one is announced in `interned_bytes`.
u64 PerfettoWriter::intern(std::map<std::string, u64>& names, const std::string& name, u32 field,
                           std::string& interned_bytes)
{
    const auto [entry, is_new] = names.emplace(name, names.size() + 1);
    if (is_new) {
        pbf_writer data{interned_bytes};
        pbf_writer entry_writer{data, field};
        entry_writer.add_uint64(interned::iid, entry->second);
        entry_writer.add_string(interned::name, name);
    }
    return entry->second;
}

} // namespace sl::debug
