// SPDX-License-Identifier: MIT
#include "run/run_command.h"

#include "gdb/debugger.h"
#include "run/injection.h"
#include "run/outputs.h"
#include "run/run_control.h"
#include "soc/platform.h"
#include "soc/where.h"

#include <cstdio>
#include <memory>

namespace sl::run {

namespace {

std::filesystem::path folder_of(const config::Config& config, const Options& options)
{
    if (!options.out.empty())
        return options.out;
    return std::filesystem::path{"sightline-out"} / config.name;
}

void say_what_happened(soc::Platform& platform, const Software& software, const Ending& ending)
{
    if (ending.why == Ending::Why::SystemOff)
        return;
    std::fprintf(stderr, "sightline: the run %s\n", ending.text());
    for (unsigned n = 0; n < platform.pes(); ++n)
        std::fprintf(stderr, "sightline:   pe%u %s\n", n,
                     soc::where(platform.pe(n), software.symbols()).c_str());
}

/// Tells what has become of the interrupt. False: something has gone wrong with it.
bool said_well(const Injector& injector)
{
    const auto problems = injector.problems();
    for (const std::string& problem : problems)
        std::fprintf(stderr, "sightline: injection: %s\n", problem.c_str());
    if (injector.impossible())
        std::printf("Not raised at %s: the trace buffer is off there\n", injector.where().c_str());
    else if (injector.raised())
        std::printf("Raised at %s\n", injector.where().c_str());
    return problems.empty();
}

void say_where_outputs_are(const Outputs& outputs)
{
    std::string files;
    for (const std::string& f : outputs.files())
        files += (files.empty() ? "" : ", ") + f;
    std::printf("Outputs in %s: %s\n", outputs.folder().string().c_str(), files.c_str());
}

} // namespace

ExitCode run(const config::Config& config, const Options& options)
{
    const Software software{config};
    Outputs outputs{config, software, folder_of(config, options), options.console};
    std::optional<Injector> injector;
    if (const auto injection = config::Injection::parse(config.run.inject))
        outputs.observe_with(injector.emplace(config, software, *injection));
    soc::Platform platform{"platform",
                           config,
                           {.marks = outputs.marks(),
                            .switch_mark = software.switch_mark(),
                            .observer = &outputs.observer(),
                            .transmit = [&](unsigned uart, u8 c) { outputs.transmit(uart, c); },
                            .trace_port = outputs.trace_port()}};
    const Recordings recordings = outputs.attach(platform);
    software.load([&](u64 pa, std::span<const u8> bytes) { platform.write(pa, bytes); });
    for (unsigned pe = 0; pe < platform.pes(); ++pe) {
        if (outputs.wants_log_of(pe))
            platform.set_log(pe);
        platform.pe(pe).set_transactions(outputs.wanted_transactions(pe));
    }
    if (injector)
        injector->attach(platform);
    for (const Start& s : software.starts())
        platform.power_on(s.pe, s.pc, s.el, s.x0);

    Progress progress;
    std::function<void(u64)> flush;
    if (outputs.needs_flush())
        flush = [&](u64 ps) { outputs.flush_until(ps); };
    std::unique_ptr<gdb::Debugger> debugger;
    if (!options.gdb.empty())
        debugger = std::make_unique<gdb::Debugger>(
            platform, software.symbols(),
            gdb::Debugger::Options{
                .address = options.gdb,
                .wait = options.gdb_wait,
                .give_up = RunControl::interrupted,
                .save = [&](const std::string& name) { return outputs.save(platform, name); },
                .say =
                    [](const std::string& line) {
                        std::fprintf(stderr, "sightline: %s\n", line.c_str());
                    }});
    const Ending ending = RunControl{config.run, platform, progress, flush, debugger.get()}.run();
    if (debugger)
        debugger->ended(ending.exit_code());
    outputs.finish(platform, ending, recordings);

    say_what_happened(platform, software, ending);
    const bool injected_well = !injector || said_well(*injector);
    if (const auto& report = outputs.switch_report(); report && !report->runs.empty())
        std::printf("%s\n", report->summary().c_str());
    say_where_outputs_are(outputs);
    if (outputs.failed())
        return exit_output;
    if (outputs.guest_failed()) {
        std::fputs("sightline: the software says that it failed; see console.log\n", stderr);
        return exit_not_finished;
    }
    if (!injected_well)
        return exit_not_finished;
    if (ending.exit_code() == exit_ok && options.strict && outputs.findings() > 0) {
        std::fprintf(stderr, "sightline: %zu findings; see findings.json\n", outputs.findings());
        return exit_findings;
    }
    return ending.exit_code();
}

} // namespace sl::run
