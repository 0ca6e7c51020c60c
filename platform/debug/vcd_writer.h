// SPDX-License-Identifier: MIT
#pragma once

#include "debug/output_file.h"
#include "debug/record.h"

namespace sl::debug {

/// Waves as a Value Change Dump (IEEE 1364): one scope per PE, its signals and its phase as text,
/// and one for interrupt wires.
/// Every wave has a value from time 0 on. PEs tell of changes only: until then a PE is off, at the
/// EL of its reset, and all else is 0. Equal runs give equal files: the date is a constant.
class VcdWriter : public RecordSink {
public:
    /// `wires` are the names of the interrupt wires, by number; all are low at first. Throws
    /// OutputError.
    VcdWriter(const std::string& path, const MarkTable& marks, const std::vector<RecordedPe>& pes,
              const std::vector<std::string>& wires = {});

    void record(const Record& record) override;
    void finish(u64 ps) override;

private:
    static constexpr std::size_t signals = 12; ///< of Observer::Signal
    static constexpr std::size_t phase_signal = signals;

    struct Pe {
        std::array<std::string, signals + 1> ids;
        std::array<std::string, signals + 1> values; ///< as dumped last
    };

    void header(const std::vector<RecordedPe>& pes, const std::vector<std::string>& wires);
    void at(u64 ps);
    void change(u32 pe, std::size_t signal, std::string value);

    OutputFile file_;
    std::vector<std::string> phases_; ///< as VCD strings: no blanks
    std::vector<Pe> pes_;
    std::vector<std::string> wire_ids_;
    u64 ps_ = 0;
};

} // namespace sl::debug
