// SPDX-License-Identifier: MIT
#pragma once

#include "debug/output_file.h"
#include "debug/record.h"
#include "debug/symbolizer.h"
#include "debug/targets.h"

#include <map>

namespace sl::debug {

/// A timeline in the Perfetto trace format (packets of perfetto.protos.Trace): per PE one track
/// each for EL, vCPU and phase, and two of instants: exceptions, interrupts and guest errors, and
/// accesses to devices.
///
/// Perfetto's time is in ns, so two events of one ns coincide on screen; every event carries the
/// PE's exact cycle beside.
class PerfettoWriter : public RecordSink {
public:
    /// Throws OutputError.
    PerfettoWriter(const std::string& path, const MarkTable& marks, const Symbolizer& symbols,
                   const std::vector<RecordedPe>& pes, std::vector<Target> targets = {});

    void record(const Record& record) override;
    void finish(u64 ps) override;

private:
    enum Track : u64 { Group, Phase, El, Vcpu, Events, Devices, Tracks };

    struct Argument {
        enum class Kind : u8 { Number, Address, Text } kind;
        const char* name;
        u64 number = 0;
        std::string text;
    };

    static u64 uuid(u32 pe, Track track) { return (u64{pe} + 1) * Tracks + track; }

    void describe(u32 pe, Track track, const std::string& name, u64 rank);
    void signal(const Record& record);
    void instant(const Record& record);
    void transaction(const Record& record);
    /// Ends the slice that is open on a track, and opens `name` when it is not empty.
    void slice(const Record& record, Track track, const std::string& name);
    void event(const Record& record, Track track, u32 type, const std::string& name,
               const std::vector<Argument>& arguments);
    u64 intern(std::map<std::string, u64>& names, const std::string& name, u32 field,
               std::string& interned);

    OutputFile file_;
    const MarkTable& marks_;
    const Symbolizer& symbols_;
    std::vector<Target> targets_;
    /// By PE and track, the slice that is open; empty: none.
    std::vector<std::array<std::string, Tracks>> open_;
    std::map<std::string, u64> event_names_, argument_names_;
};

} // namespace sl::debug
