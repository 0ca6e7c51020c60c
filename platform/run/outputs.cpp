// SPDX-License-Identifier: MIT
#include "run/outputs.h"

#include "common/tlm_initiator.h"
#include "config/schema.h"
#include "debug/text.h"
#include "report/numbers.h"
#include "soc/platform.h"
#include "soc/where.h"
#include "trace/snapshot.h"

#include <cstdio>

namespace sl::run {

namespace {

using Kind = config::Type::Kind;

/// What software says on the console when it has found itself at fault; docs/running.md.
const std::string failure_line = "sightline: guest failed";

std::string pe_name(unsigned pe)
{
    return "pe" + std::to_string(pe);
}

std::vector<debug::RecordedPe> recorded_pes(const config::Config& config)
{
    std::vector<debug::RecordedPe> pes;
    for (unsigned pe = 0; pe < config.pes(); ++pe) {
        const config::Cluster& cluster = config.cluster_of(pe);
        const bool has_el2 = cluster.feature_set.contains("FEAT_AA64EL2");
        pes.push_back({.name = pe_name(pe),
                       .clock = Clock{cluster.clock},
                       .reset_el = static_cast<u8>(config.has_el3() ? 3
                                                   : has_el2        ? 2
                                                                    : 1)});
    }
    return pes;
}

std::vector<unsigned> narrow(const std::vector<u64>& numbers)
{
    return {numbers.begin(), numbers.end()};
}

debug::Range addresses(const config::Narrowing& n)
{
    return {n.first_address.value_or(0), n.last_address.value_or(~u64{0})};
}

debug::Range time_window(const config::Narrowing& n)
{
    debug::Range window{.first = n.from.value_or(0)};
    if (n.to)
        window.last = *n.to == 0 ? 0 : *n.to - 1;
    return window;
}

debug::LogFilter log_filter(const config::Log& log)
{
    return {.pes = narrow(log.pes),
            .els = narrow(log.els),
            .addresses = {addresses(log)},
            .time_ps = time_window(log)};
}

debug::TransactionFilter transaction_filter(const config::Transactions& t)
{
    return {.pes = narrow(t.pes),
            .kinds = t.kinds,
            .addresses = addresses(t),
            .time_ps = time_window(t)};
}

std::vector<debug::Target> targets_of(const config::Config& config)
{
    std::vector<debug::Target> targets;
    for (const config::Config::Region& r : config.regions()) {
        const bool memory = r.what == "RAM" || r.what == "ROM";
        targets.push_back({r.base, r.size, memory ? r.name : r.name + " (" + r.what + ")", memory});
    }
    return targets;
}

/// An interrupt wire: its PE, or -1 when it is shared, as gic::Gic tells of it.
struct Wire {
    int pe;
    unsigned intid;
    std::string name;
};

std::vector<Wire> wires_of(const config::Config& config)
{
    std::vector<Wire> wires;
    for (const config::Config::Interrupt& i : config.interrupts()) {
        const auto intid = static_cast<unsigned>(i.intid);
        if (intid >= 32)
            wires.push_back({-1, intid, i.source});
        for (unsigned pe = 0; intid < 32 && pe < config.pes(); ++pe)
            wires.push_back({static_cast<int>(pe), intid, pe_name(pe) + " " + i.source});
    }
    return wires;
}

std::vector<std::string> wire_names(const config::Config& config)
{
    std::vector<std::string> names;
    for (const Wire& wire : wires_of(config))
        names.push_back(wire.name);
    return names;
}

/// "1.234567 ms".
std::string time_text(u64 ps)
{
    return report::quotient(ps, 1'000'000'000, 6) + " ms";
}

/// Cycles that fit into a time of waiting.
u64 cycles_in(const Clock& clock, u64 ps)
{
    return static_cast<u64>(u128{ps} * clock.hz() / Clock::ps_per_second);
}

void add_trace_statistics(const trace::TraceUnit& unit, const pe::Pe& pe,
                          const std::optional<soc::Fabric::Source>& atb, report::Statistics& branch)
{
    const trace::TraceUnit::Statistics s = unit.statistics();
    const u64 traced = pe.traced_instructions();
    branch.set("bytes made", s.ete.bytes);
    branch.set("instructions traced", traced);
    if (traced) {
        branch.set("bytes per instruction", report::quotient(s.ete.bytes, traced, 4));
        branch.set("bits per instruction", report::quotient(8 * s.ete.bytes, traced, 4));
    }
    branch.set("atoms and exceptions", s.ete.p0_elements);
    branch.set("elements lost", s.ete.lost_elements);
    branch.set("overflows", s.ete.overflows);
    branch.set("stalls ps", s.ete.stall_ps);
    branch.set("stall cycles", cycles_in(pe.clock(), s.ete.stall_ps));
    branch.set("bytes written", s.trbe.written);
    branch.set("bytes discarded", s.trbe.discarded);
    branch.set("buffer wraps", s.trbe.wraps);
    branch.set("buffer faults", s.trbe.faults);
    branch.set("buffer interrupts", s.trbe.interrupts);
    branch.set("drains", s.drains);
    branch.set("drains ps", s.drain_ps);
    branch.set("drain cycles", cycles_in(pe.clock(), s.drain_ps));
    if (s.drains)
        branch.set("cycles per drain",
                   report::quotient(cycles_in(pe.clock(), s.drain_ps), s.drains, 2));
    branch.set("most bytes in the FIFO", s.most_held);
    if (atb) {
        branch.set("bytes sent to the ATB", atb->sent);
        branch.set("most bytes in the FIFO of the ATB", atb->most_held);
    }
}

/// A switch report in all its forms.
std::vector<std::pair<std::string, std::string>> files_of(const report::SwitchReport& report)
{
    return {{"report.txt", report.text()},
            {"report.json", report.json()},
            {"report.csv", report.csv_runs()},
            {"report-phases.csv", report.csv_phases()},
            {"report-samples.csv", report.csv_samples()},
            {"report-pes.csv", report.csv_pes()}};
}

/// What went over the trace bus, and arrived where it ends. Without one there is nothing to tell.
void add_fabric_statistics(const soc::Fabric& fabric, report::Statistics& all)
{
    for (const soc::Fabric::Sink& sink : fabric.sinks()) {
        const coresight::Tmc::Statistics& s = sink.tmc->statistics();
        report::Statistics& branch = all.branch("coresight").branch(sink.name);
        branch.set("frames", s.frames);
        branch.set("captures", s.captures);
        branch.set("wraps", s.wraps);
        branch.set("most bytes held", s.most);
        branch.set("bytes dropped while off", s.dropped);
    }
    for (const auto& [port, bytes] : fabric.ports())
        all.branch("coresight").branch(port).set("bytes", bytes);
    for (const soc::Fabric::Link& link : fabric.links()) {
        const coresight::AtbOutput::Traffic& t = link.output->traffic();
        report::Statistics& branch = all.branch("coresight").branch("links").branch(link.name);
        branch.set("bytes", t.bytes);
        branch.set("beats", t.beats);
        branch.set("beats refused", t.refused);
        branch.set("waited ps", t.waited_ps);
    }
}

void add_profiler_statistics(const trace::Spe& profiler, report::Statistics& branch)
{
    const trace::Spe::Statistics s = profiler.statistics();
    branch.set("samples", s.samples);
    branch.set("samples filtered", s.filtered);
    branch.set("samples lost", s.lost);
    branch.set("records", s.buffer.records);
    branch.set("buffers filled", s.buffer.full);
    branch.set("buffer faults", s.buffer.faults);
    branch.set("buffer interrupts", s.buffer.interrupts);
    branch.set("drains", s.drains);
}

} // namespace

void watch_sinks(soc::Platform& platform, const Recordings& recordings, trace::Captures& captures)
{
    std::vector<trace::Recording*> by_pe;
    for (const auto& r : recordings)
        by_pe.push_back(r.get());
    for (const soc::Fabric::Sink& sink : platform.fabric().sinks())
        sink.tmc->on_capture_end([&captures, sink, by_pe](u64 now_ps) {
            captures.ended(sink.name, sink.tmc->contents(now_ps), by_pe);
        });
}

Outputs::Outputs(const config::Config& config, const Software& software,
                 std::filesystem::path folder, bool echo)
    : config_{config},
      software_{software},
      folder_{std::move(folder)},
      echo_{echo},
      errors_{software.symbols(),
              [](const std::string& text) {
                  std::fprintf(stderr, "sightline: guest error: %s\n", text.c_str());
              }},
      log_filter_{log_filter(config.log)},
      transaction_filter_{transaction_filter(config.transactions)}
{
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error)
        throw debug::OutputError{folder_.string(), "create", error.value()};

    const config::Outputs& o = config.outputs;
    const auto pes = recorded_pes(config);
    observers_.add(errors_);
    if (o.console)
        console_.emplace(path("console.log"));
    if (o.report)
        observers_.add(attribution_.emplace(software.marks(), config.pes()));
    if (o.report && o.trace && !config.trace.empty())
        observers_.add(capture_table_.emplace(software, config.pes()));
    if (o.statistics)
        observers_.add(counter_.emplace(config.pes()));
    for (const config::TraceComponent& t : config.trace)
        if (o.trace && t.is("tpiu"))
            ports_.emplace(t.name, path(t.port_file()));
    if (o.findings) {
        std::vector<Clock> clocks;
        for (const auto& pe : pes)
            clocks.push_back(pe.clock);
        observers_.add(
            findings_.emplace(software, std::move(clocks),
                              [this](unsigned pe, const rules::Site& at, const char* name) {
                                  if (recorder_)
                                      recorder_->guest_error(pe, at.cycle, at.el, at.pc, name, 0);
                              }));
    }
    if (!o.waves && !o.timeline && !o.log && !o.transactions)
        return;
    observers_.add(recorder_.emplace(software.marks(), pes));
    if (o.waves) {
        waves_ = std::make_unique<debug::VcdWriter>(path("waves.vcd"), software.marks(), pes,
                                                    wire_names(config));
        recorder_->add(*waves_);
    }
    if (o.timeline) {
        timeline_ = std::make_unique<debug::PerfettoWriter>(path("timeline.perfetto-trace"),
                                                            software.marks(), software.symbols(),
                                                            pes, targets_of(config));
        recorder_->add(*timeline_);
    }
    if (o.log) {
        log_ = std::make_unique<debug::LogWriter>(path("instructions.log"), software.symbols(), pes,
                                                  log_filter_);
        recorder_->add(*log_);
    }
    if (o.transactions) {
        transactions_ = std::make_unique<debug::TransactionWriter>(
            path("transactions.log"), software.symbols(), pes, targets_of(config),
            transaction_filter_);
        recorder_->add(*transactions_);
    }
}

Transactions Outputs::wanted_transactions(unsigned pe) const
{
    if (transactions_ && transaction_filter_.wants_pe(pe))
        return Transactions::All;
    return timeline_ ? Transactions::Devices : Transactions::None;
}

void Outputs::watch_wires(soc::Platform& platform)
{
    std::map<std::pair<int, unsigned>, u32> numbers;
    const auto wires = wires_of(config_);
    // Two kinds of buffer may share their PPI; each PE has one of them.
    for (u32 n = 0; n < wires.size(); ++n)
        numbers.emplace(std::pair{wires[n].pe, wires[n].intid}, n);
    platform.gic().on_wire([this, numbers](int pe, unsigned intid, bool level, u64 now_ps) {
        if (const auto number = numbers.find({pe, intid}); number != numbers.end())
            recorder_->wire(number->second, level, now_ps);
    });
}

Recordings Outputs::attach(soc::Platform& platform)
{
    if (waves_)
        watch_wires(platform);
    if (findings_)
        findings_->attach(platform);
    Recordings recordings;
    for (unsigned n = 0; config_.outputs.trace && n < platform.pes(); ++n) {
        trace::TraceUnit* const unit = platform.trace_unit(n);
        recordings.push_back(unit ? std::make_unique<trace::Recording>(*unit) : nullptr);
    }
    if (config_.outputs.trace)
        watch_sinks(platform, recordings, captures_);
    if (capture_table_)
        capture_table_->attach(platform, recordings);
    return recordings;
}

std::function<void(const std::string&, std::span<const u8>)> Outputs::trace_port()
{
    if (ports_.empty())
        return {};
    return [this](const std::string& port, std::span<const u8> bytes) {
        guarded([&] {
            ports_.at(port).append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        });
    };
}

const debug::MarkTable* Outputs::marks() const
{
    const bool wanted = attribution_ || recorder_ || findings_ || software_.switch_mark() != 0;
    return wanted ? &software_.marks() : nullptr;
}

std::string Outputs::path(const std::string& file)
{
    files_.push_back(file);
    return (folder_ / file).string();
}

/// Runs `write`; on a failure says so and goes on.
template <class F>
void Outputs::guarded(F&& write)
{
    try {
        write();
    } catch (const debug::OutputError& e) {
        failed_ = true;
        std::fprintf(stderr, "sightline: %s\n", e.what());
    }
}

void Outputs::transmit(unsigned uart, u8 character)
{
    if (uart != 0)
        return;
    if (echo_) {
        std::fputc(character, stdout);
        if (character == '\n')
            std::fflush(stdout);
    }
    line_ += static_cast<char>(character);
    if (character == '\n')
        end_line();
}

void Outputs::end_line()
{
    if (line_ == failure_line + "\n" || line_ == failure_line + "\r\n")
        guest_failed_ = true;
    if (console_ && !line_.empty())
        guarded([&] { console_->append(line_); });
    line_.clear();
}

void Outputs::flush_until(u64 ps)
{
    if (recorder_)
        guarded([&] { recorder_->flush_until(ps); });
}

void Outputs::write(const std::string& file, const std::string& text)
{
    guarded([&] { debug::write_whole(path(file), text); });
}

void Outputs::finish(soc::Platform& platform, const Ending& ending, const Recordings& recordings)
{
    for (unsigned n = 0; n < platform.pes(); ++n) {
        const u64 cycle = platform.pe(n).cycle();
        if (attribution_)
            attribution_->finish(n, cycle);
        if (counter_)
            counter_->finish(n, cycle);
    }
    if (findings_)
        findings_->finish();
    end_line();
    if (console_)
        guarded([&] { console_->close(); });
    // Several sinks may fail: each failure is thrown once.
    if (recorder_) {
        guarded([&] { recorder_->finish(ending.ps); });
        for (unsigned tries = 0; tries < 4; ++tries)
            guarded([&] { recorder_->flush_until(ending.ps); });
    }
    // What is left in trace units, for what comes.
    for (unsigned n = 0; n < recordings.size(); ++n)
        if (recordings[n])
            platform.trace_unit(n)->finish();
    platform.fabric().finish();
    if (attribution_) {
        report_ = report_of(*attribution_, platform, ending);
        for (const auto& [file, text] : files_of(*report_))
            write(file, text);
    }
    if (counter_)
        write("statistics.json", statistics_of(*counter_, platform, ending).json());
    write_trace(recordings);
    for (auto& port : ports_)
        guarded([&] { port.second.close(); });
    if (findings_)
        write("findings.json", report::findings_json(findings_->all()));
    write("run.txt", ending_text(platform, ending, software_, errors_));
}

report::SwitchReport Outputs::report_of(const report::Attribution& attribution,
                                        soc::Platform& platform, const Ending& ending) const
{
    std::vector<report::PeInfo> pes;
    for (const auto& pe : recorded_pes(config_))
        pes.push_back({pe.name, pe.clock.hz()});
    std::vector<std::pair<std::string, std::string>> facts{
        {"platform",
         config_.description.empty() ? config_.name : config_.name + ": " + config_.description}};
    for (const config::Cluster& c : config_.clusters)
        facts.emplace_back("cluster " + c.name,
                           std::to_string(c.pes) + " x " + c.core + " at " +
                               config::format_quantity(c.clock, Kind::Frequency));
    std::string fidelity = platform.annotated() ? "annotated" : "functional";
    if (platform.switched_ps())
        fidelity += " from " + time_text(*platform.switched_ps()) + " on, before that functional";
    facts.emplace_back("time", fidelity);
    std::string images;
    for (const config::Image& i : config_.images)
        images += (images.empty() ? "" : ", ") + i.file;
    facts.emplace_back("software", images);
    facts.emplace_back("run", std::string{ending.text()} + " after " + time_text(ending.ps) +
                                  " and " + report::grouped(platform.instructions()) +
                                  " instructions");
    report::SwitchReport report = report::SwitchReport::of(attribution, pes, std::move(facts));
    if (findings_)
        report.findings = findings_->all();
    if (capture_table_)
        report.captures = capture_table_->all();
    return report;
}

std::vector<std::string> Outputs::save(soc::Platform& platform, const std::string& name) const
{
    const std::filesystem::path folder = folder_ / name;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw debug::OutputError{folder.string(), "create", error.value()};
    const Ending ending{.why = Ending::Why::Saved, .ps = to_ps(sc_core::sc_time_stamp())};
    std::vector<std::string> files;
    const auto save = [&](const std::string& file, const std::string& text) {
        files.push_back((folder / file).string());
        debug::write_whole(files.back(), text);
    };
    std::optional<report::Attribution> attribution = attribution_;
    std::optional<report::EventCounter> counter = counter_;
    for (unsigned n = 0; n < platform.pes(); ++n) {
        if (attribution)
            attribution->finish(n, platform.pe(n).cycle());
        if (counter)
            counter->finish(n, platform.pe(n).cycle());
    }
    if (attribution)
        for (const auto& [file, text] : files_of(report_of(*attribution, platform, ending)))
            save(file, text);
    if (counter)
        save("statistics.json", statistics_of(*counter, platform, ending).json());
    save("run.txt", ending_text(platform, ending, software_, errors_));
    return files;
}

/// A snapshot of what was collected, with the code that a decoder needs. Nothing collected: nothing
/// is written.
void Outputs::write_trace(const Recordings& recordings)
{
    std::vector<trace::SnapshotSource> sources;
    for (unsigned n = 0; n < recordings.size(); ++n) {
        if (!recordings[n])
            continue;
        if (recordings[n]->bytes() > 0)
            sources.push_back({.pe = n, .recording = recordings[n].get()});
    }
    if (sources.empty())
        return;
    guarded(
        [&] { trace::write_snapshot(path("trace"), sources, software_.code(), captures_.all()); });
}

report::Statistics Outputs::statistics_of(const report::EventCounter& counter,
                                          soc::Platform& platform, const Ending& ending) const
{
    report::Statistics all;
    report::Statistics& run = all.branch("run");
    run.set("platform", config_.name);
    run.set("ended", ending.text());
    run.set("simulated ps", ending.ps);
    run.set("instructions", platform.instructions());
    run.set("fidelity", platform.annotated() ? "annotated" : "functional");
    if (platform.switched_ps())
        run.set("annotated from ps", *platform.switched_ps());
    run.set("quantum ps", platform.schedule().quantum_ps());
    run.set("turns", platform.schedule().turns());
    for (unsigned n = 0; n < platform.pes(); ++n) {
        const pe::Pe& pe = platform.pe(n);
        report::Statistics& branch = all.branch(pe_name(n));
        branch.set("cluster", config_.cluster_of(n).name);
        branch.set("clock hz", pe.clock().hz());
        branch.set("instructions", pe.instructions());
        branch.set("cycles", pe.cycle());
        branch.set("turns", platform.module(n).turns());
        branch.set("late messages", pe.late_messages());
        counter.add_to(n, branch);
        if (const trace::TraceUnit* const unit = platform.trace_unit(n))
            add_trace_statistics(*unit, pe, platform.fabric().source(n), branch.branch("trace"));
        if (const trace::Spe* const profiler = platform.profiler(n))
            add_profiler_statistics(*profiler, branch.branch("profiling"));
    }
    add_fabric_statistics(platform.fabric(), all);
    report::Statistics& errors = all.branch("guest errors");
    for (const auto& [what, text] : errors_.all())
        errors.set(what, text);
    return all;
}

std::string ending_text(soc::Platform& platform, const Ending& ending, const Software& software,
                        const GuestErrors& errors)
{
    std::string text = "The run " + std::string{ending.text()} + ", at " + time_text(ending.ps) +
                       " of simulated time, after " + report::grouped(platform.instructions()) +
                       " instructions.\n";
    for (unsigned n = 0; n < platform.pes(); ++n)
        text += "  " + pe_name(n) + "  " + soc::where(platform.pe(n), software.symbols()) + "\n";
    for (const auto& [what, first] : errors.all())
        text += "Guest error, first of its kind: " + first + "\n";
    return text;
}

} // namespace sl::run
