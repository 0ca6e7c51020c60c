// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"
#include "debug/log_writer.h"
#include "debug/observer_set.h"
#include "debug/perfetto_writer.h"
#include "debug/recorder.h"
#include "debug/transaction_writer.h"
#include "debug/vcd_writer.h"
#include "report/attribution.h"
#include "report/statistics.h"
#include "report/switch_report.h"
#include "run/ending.h"
#include "run/findings.h"
#include "run/guest_errors.h"
#include "run/software.h"
#include "trace/captures.h"
#include "trace/recording.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace sl::soc {
class Platform;
}

namespace sl::run {

/// What the platform's trace units make, by PE; null: no trace unit.
using Recordings = std::vector<std::unique_ptr<trace::Recording>>;

/// Keeps what the sinks of the trace bus capture from now on. All must outlive the platform.
void watch_sinks(soc::Platform& platform, const Recordings& recordings, trace::Captures& captures);

/// What a run leaves behind: one folder of files, as `[outputs]` of the configuration says. A file
/// that cannot be written is reported at once and given up; the run and the other files go on.
class Outputs {
public:
    /// Creates the folder. Throws debug::OutputError when that, or creating a file in it, fails.
    /// `echo`: show the console on stdout too. `config` and `software` must outlive this.
    Outputs(const config::Config& config, const Software& software, std::filesystem::path folder,
            bool echo);

    /// For the platform: what all PEs report to.
    Observer& observer() { return observers_; }

    /// Watches the platform's interrupt wires and trace buffers, as far as outputs want them. The
    /// recordings must not outlive the platform.
    [[nodiscard]] Recordings attach(soc::Platform& platform);
    /// For the platform: null when nothing wants to know about marks.
    const debug::MarkTable* marks() const;
    /// For the platform: what leaves a trace port; null when no output wants it.
    std::function<void(const std::string&, std::span<const u8>)> trace_port();
    /// For the platform: what a UART sends; the first is the console.
    void transmit(unsigned uart, u8 character);

    bool wants_log_of(unsigned pe) const { return log_ && log_filter_.wants_pe(pe); }

    Transactions wanted_transactions(unsigned pe) const;

    /// Nothing needs flush_until().
    bool needs_flush() const { return recorder_.has_value(); }

    /// No PE will report anything before `ps` any more.
    void flush_until(u64 ps);

    /// The run is over: closes all accounts and files.
    void finish(soc::Platform& platform, const Ending& ending, const Recordings& recordings);

    /// After finish(); none: it is not among the outputs.
    const std::optional<report::SwitchReport>& switch_report() const { return report_; }

    /// Software has sent the line "sightline: guest failed" to the console.
    bool guest_failed() const { return guest_failed_; }

    /// Broken rules, when they were looked for.
    std::size_t findings() const { return findings_ ? findings_->all().size() : 0; }

    /// Something could not be written.
    bool failed() const { return failed_; }

    /// The files written, in the order in which users may want to look at them.
    const std::vector<std::string>& files() const { return files_; }

    const std::filesystem::path& folder() const { return folder_; }

private:
    template <class F>
    void guarded(F&& write);
    std::string path(const std::string& file);
    void write(const std::string& file, const std::string& text);
    void write_report(soc::Platform& platform, const Ending& ending);
    void watch_wires(soc::Platform& platform);
    void write_trace(soc::Platform& platform, const Recordings& recordings);
    void write_statistics(soc::Platform& platform, const Ending& ending);
    void end_line();

    const config::Config& config_;
    const Software& software_;
    std::filesystem::path folder_;
    bool echo_, failed_ = false, guest_failed_ = false;
    std::vector<std::string> files_;
    debug::ObserverSet observers_;
    GuestErrors errors_;
    std::optional<debug::OutputFile> console_;
    std::string line_; ///< of the console, not ended yet
    std::optional<report::Attribution> attribution_;
    std::optional<report::EventCounter> counter_;
    std::optional<Findings> findings_;
    std::optional<debug::Recorder> recorder_;
    std::unique_ptr<debug::VcdWriter> waves_;
    std::unique_ptr<debug::PerfettoWriter> timeline_;
    debug::LogFilter log_filter_;
    std::unique_ptr<debug::LogWriter> log_;
    debug::TransactionFilter transaction_filter_;
    std::unique_ptr<debug::TransactionWriter> transactions_;
    std::optional<report::SwitchReport> report_;
    std::map<std::string, debug::OutputFile> ports_; ///< of trace ports, by name
    trace::Captures captures_;
};

/// Where a PE is, in a line: state, EL, symbol.
std::string where(soc::Platform& platform, unsigned pe, const debug::Symbolizer& symbols);

/// How a run ended, where each PE was, and what went wrong: run.txt.
std::string ending_text(soc::Platform& platform, const Ending& ending, const Software& software,
                        const GuestErrors& errors);

} // namespace sl::run
