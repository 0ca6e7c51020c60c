// SPDX-License-Identifier: MIT
#pragma once

#include "debug/filter.h"
#include "debug/output_file.h"
#include "debug/record.h"
#include "debug/symbolizer.h"

namespace sl::debug {

/// Which instructions a log wants. An empty list wants all.
struct LogFilter {
    std::vector<unsigned> pes;
    std::vector<unsigned> els;
    std::vector<Range> addresses;
    Range time_ps;

    /// Does the log want any instruction of this PE? Only then need the PE report them.
    bool wants_pe(unsigned pe) const;
    bool wants(const Record& record) const;
};

/// Instructions, exceptions and guest errors, one line each: time, PE, EL, VMID, PC, word, symbol.
class LogWriter : public RecordSink {
public:
    /// Throws OutputError.
    LogWriter(const std::string& path, const Symbolizer& symbols,
              const std::vector<RecordedPe>& pes, LogFilter filter);

    void record(const Record& record) override;
    void finish(u64 ps) override;

private:
    OutputFile file_;
    const Symbolizer& symbols_;
    std::vector<std::string> pes_; ///< names, padded to one width
    LogFilter filter_;
};

} // namespace sl::debug
