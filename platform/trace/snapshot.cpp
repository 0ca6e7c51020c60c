// SPDX-License-Identifier: MIT
#include "trace/snapshot.h"

#include "debug/output_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <sstream>

namespace sl::trace {

namespace {

/// A trace unit as one buffer has it: a core and its ETE.
struct Device {
    std::string cpu, ete; ///< names
    EteRegisters registers;
};

struct Buffer {
    std::string name, file;
    bool frames = false; ///< CoreSight frames; else the bytes of one unit
    std::span<const u8> bytes;
    std::vector<Device> devices;
};

std::string hex(u64 value)
{
    std::ostringstream out;
    out << "0x" << std::hex << value;
    return out.str();
}

std::string_view text_of(std::span<const u8> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string cpu_ini(const Device& device, std::span<const CodeRegion> code)
{
    std::ostringstream out;
    out << "[device]\nname=" << device.cpu << "\nclass=core\ntype=ARM-AA64\n\n[regs]\n";
    out << "PC(size:64)=" << hex(code.empty() ? 0 : code.front().address) << '\n';
    for (std::size_t i = 0; i < code.size(); ++i)
        out << "\n[dump" << i + 1 << "]\nfile=code_" << i
            << ".bin\naddress=" << hex(code[i].address) << "\nlength=" << hex(code[i].bytes.size())
            << '\n';
    return out.str();
}

std::string ete_ini(const Device& device)
{
    const EteRegisters& r = device.registers;

    // Name, its number as CoreSight counts words, value.
    struct Row {
        const char* name;
        unsigned number;
        u32 value;
    };

    const std::array<Row, 8> rows{{
        {"TRCCONFIGR", 0x004, r.configr},
        {"TRCTRACEIDR", 0x010, r.traceidr},
        {"TRCIDR0", 0x078, r.idr0},
        {"TRCIDR1", 0x079, r.idr1},
        {"TRCIDR2", 0x07a, r.idr2},
        {"TRCIDR8", 0x060, r.idr8},
        {"TRCDEVARCH", 0x3ef, r.devarch},
        {"TRCAUTHSTATUS", 0x3ee, r.authstatus},
    }};
    std::ostringstream out;
    out << "[device]\nname=" << device.ete << "\nclass=trace_source\ntype=ETE\n\n[regs]\n";
    for (const Row& row : rows)
        out << row.name << '(' << hex(row.number) << ")=" << hex(row.value) << '\n';
    return out.str();
}

std::string trace_ini(const std::vector<Buffer>& buffers)
{
    std::ostringstream out;
    out << "[trace_buffers]\nbuffers=";
    for (std::size_t i = 0; i < buffers.size(); ++i)
        out << (i ? "," : "") << "buffer" << i;
    out << '\n';
    for (std::size_t i = 0; i < buffers.size(); ++i)
        out << "\n[buffer" << i << "]\nname=" << buffers[i].name << "\nfile=" << buffers[i].file
            << "\nformat=" << (buffers[i].frames ? "coresight" : "source_data") << '\n';
    out << "\n[core_trace_sources]\n";
    for (const Buffer& b : buffers)
        for (const Device& d : b.devices)
            out << d.cpu << '=' << d.ete << '\n';
    out << "\n[source_buffers]\n";
    for (const Buffer& b : buffers)
        for (const Device& d : b.devices)
            out << d.ete << '=' << b.name << '\n';
    return out.str();
}

std::string snapshot_ini(const std::vector<Buffer>& buffers)
{
    std::ostringstream out;
    out << "[snapshot]\nversion=1.0\ndescription=Sightline: ETE trace in trace buffers and memory "
           "controllers\n"
        << "\n[device_list]\n";
    unsigned device = 0;
    for (const Buffer& b : buffers)
        for (const Device& d : b.devices)
            out << "device" << device++ << '=' << d.cpu << ".ini\n";
    for (const Buffer& b : buffers)
        for (const Device& d : b.devices)
            out << "device" << device++ << '=' << d.ete << ".ini\n";
    out << "\n[trace]\nmetadata=trace.ini\n";
    return out.str();
}

/// "3", "3_1", "3_2", …
class Suffixes {
public:
    std::string next(const std::string& of)
    {
        const unsigned n = used_[of]++;
        return of + (n == 0 ? "" : "_" + std::to_string(n));
    }

private:
    std::map<std::string, unsigned> used_;
};

class Collection {
public:
    explicit Collection(std::span<const SnapshotSource> sources)
        : sources_{sources}
    {
    }

    /// Buffers of CoreSight frames, first: they decide which pieces need one of their own.
    void add(const Captures::Capture& capture)
    {
        Buffer buffer{sinks_.next(capture.sink), "", true, capture.frames, {}};
        buffer.file = buffer.name + ".bin";
        for (const Captures::Part& part : capture.parts)
            if (const auto registers = registers_of(part)) {
                buffer.devices.push_back(device(part.pe, *registers));
                framed_.push_back(part);
            }
        if (!buffer.devices.empty())
            buffers.push_back(std::move(buffer));
    }

    void add(const SnapshotSource& source)
    {
        for (const Recording::Piece& piece : source.recording->pieces()) {
            if (piece.bus && is_framed(source.pe, piece.position))
                continue;
            Device d = device(source.pe, piece.registers);
            const std::string suffix = d.ete.substr(4); // behind "ETE_"
            buffers.push_back({(piece.bus ? "ATB_" : "TRBE_") + suffix,
                               "trace_" + suffix + ".bin",
                               false,
                               piece.bytes,
                               {std::move(d)}});
        }
    }

    std::vector<Buffer> buffers;

private:
    Device device(unsigned pe, const EteRegisters& registers)
    {
        const std::string suffix = units_.next(std::to_string(pe));
        return {"cpu_" + suffix, "ETE_" + suffix, registers};
    }

    /// None: they changed within the part.
    std::optional<EteRegisters> registers_of(const Captures::Part& part) const
    {
        std::optional<EteRegisters> found;
        for (const SnapshotSource& source : sources_)
            for (const Recording::Piece& piece : source.recording->pieces()) {
                if (source.pe != part.pe || piece.position >= part.position + part.bytes ||
                    piece.position + piece.bytes.size() <= part.position)
                    continue;
                if (found && *found != piece.registers)
                    return std::nullopt;
                found = piece.registers;
            }
        return found;
    }

    bool is_framed(unsigned pe, u64 position) const
    {
        return std::any_of(framed_.begin(), framed_.end(), [&](const Captures::Part& p) {
            return p.pe == pe && position >= p.position && position < p.position + p.bytes;
        });
    }

    std::span<const SnapshotSource> sources_;
    Suffixes sinks_, units_;
    std::vector<Captures::Part> framed_;
};

} // namespace

unsigned write_snapshot(const std::filesystem::path& folder,
                        std::span<const SnapshotSource> sources, std::span<const CodeRegion> code,
                        std::span<const Captures::Capture> captures)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw debug::OutputError{folder.string(), "create", error.value()};

    Collection all{sources};
    for (const Captures::Capture& capture : captures)
        all.add(capture);
    for (const SnapshotSource& source : sources)
        all.add(source);

    const auto write = [&folder](const std::string& name, std::string_view text) {
        debug::write_whole((folder / name).string(), text);
    };
    for (std::size_t i = 0; i < code.size(); ++i)
        write("code_" + std::to_string(i) + ".bin", text_of(code[i].bytes));
    for (const Buffer& b : all.buffers) {
        write(b.file, text_of(b.bytes));
        for (const Device& d : b.devices) {
            write(d.cpu + ".ini", cpu_ini(d, code));
            write(d.ete + ".ini", ete_ini(d));
        }
    }
    write("trace.ini", trace_ini(all.buffers));
    write("snapshot.ini", snapshot_ini(all.buffers));
    return static_cast<unsigned>(all.buffers.size());
}

} // namespace sl::trace
