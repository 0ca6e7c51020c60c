// SPDX-License-Identifier: MIT
#include "trace/snapshot.h"

#include "debug/output_file.h"

#include <array>
#include <sstream>

namespace sl::trace {

namespace {

struct Buffer {
    std::string cpu, ete, trbe; ///< device names
    std::string file;
    Recording::Piece piece;
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

std::string cpu_ini(const Buffer& buffer, std::span<const CodeRegion> code)
{
    std::ostringstream out;
    out << "[device]\nname=" << buffer.cpu << "\nclass=core\ntype=ARM-AA64\n\n[regs]\n";
    out << "PC(size:64)=" << hex(code.empty() ? 0 : code.front().address) << '\n';
    for (std::size_t i = 0; i < code.size(); ++i)
        out << "\n[dump" << i + 1 << "]\nfile=code_" << i
            << ".bin\naddress=" << hex(code[i].address) << "\nlength=" << hex(code[i].bytes.size())
            << '\n';
    return out.str();
}

std::string ete_ini(const Buffer& buffer)
{
    const EteRegisters& r = buffer.piece.registers;

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
    out << "[device]\nname=" << buffer.ete << "\nclass=trace_source\ntype=ETE\n\n[regs]\n";
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
        out << "\n[buffer" << i << "]\nname=" << buffers[i].trbe << "\nfile=" << buffers[i].file
            << "\nformat=source_data\n";
    out << "\n[core_trace_sources]\n";
    for (const Buffer& b : buffers)
        out << b.cpu << '=' << b.ete << '\n';
    out << "\n[source_buffers]\n";
    for (const Buffer& b : buffers)
        out << b.ete << '=' << b.trbe << '\n';
    return out.str();
}

std::string snapshot_ini(const std::vector<Buffer>& buffers)
{
    std::ostringstream out;
    out << "[snapshot]\nversion=1.0\ndescription=Sightline: ETE trace in the trace buffers\n"
        << "\n[device_list]\n";
    unsigned device = 0;
    for (const Buffer& b : buffers)
        out << "device" << device++ << '=' << b.cpu << ".ini\n";
    for (const Buffer& b : buffers)
        out << "device" << device++ << '=' << b.ete << ".ini\n";
    out << "\n[trace]\nmetadata=trace.ini\n";
    return out.str();
}

} // namespace

unsigned write_snapshot(const std::filesystem::path& folder,
                        std::span<const SnapshotSource> sources, std::span<const CodeRegion> code)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw debug::OutputError{folder.string(), "create", error.value()};

    std::vector<Buffer> buffers;
    for (const SnapshotSource& source : sources) {
        unsigned part = 0;
        for (const Recording::Piece& piece : source.recording->pieces()) {
            std::string suffix = std::to_string(source.pe);
            if (part != 0)
                suffix += "_" + std::to_string(part);
            ++part;
            buffers.push_back({"cpu_" + suffix, "ETE_" + suffix, "TRBE_" + suffix,
                               "trace_" + suffix + ".bin", piece});
        }
    }

    const auto write = [&folder](const std::string& name, std::string_view text) {
        debug::write_whole((folder / name).string(), text);
    };
    for (std::size_t i = 0; i < code.size(); ++i)
        write("code_" + std::to_string(i) + ".bin", text_of(code[i].bytes));
    for (const Buffer& b : buffers) {
        write(b.file, text_of(b.piece.bytes));
        write(b.cpu + ".ini", cpu_ini(b, code));
        write(b.ete + ".ini", ete_ini(b));
    }
    write("trace.ini", trace_ini(buffers));
    write("snapshot.ini", snapshot_ini(buffers));
    return static_cast<unsigned>(buffers.size());
}

} // namespace sl::trace
