// SPDX-License-Identifier: MIT
#include "run/run_command.h"

#include "run/outputs.h"
#include "run/run_control.h"
#include "soc/platform.h"

#include <cstdio>

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
                     where(platform, n, software.symbols()).c_str());
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
    for (const Start& s : software.starts())
        platform.power_on(s.pe, s.pc, s.el, s.x0);

    Progress progress;
    std::function<void(u64)> flush;
    if (outputs.needs_flush())
        flush = [&](u64 ps) { outputs.flush_until(ps); };
    const Ending ending = RunControl{config.run, platform, progress, flush}.run();
    outputs.finish(platform, ending, recordings);

    say_what_happened(platform, software, ending);
    if (const auto& report = outputs.switch_report(); report && !report->runs.empty())
        std::printf("%s\n", report->summary().c_str());
    say_where_outputs_are(outputs);
    if (outputs.failed())
        return exit_output;
    if (outputs.guest_failed()) {
        std::fputs("sightline: the software says that it failed; see console.log\n", stderr);
        return exit_not_finished;
    }
    if (ending.exit_code() == exit_ok && options.strict && outputs.findings() > 0) {
        std::fprintf(stderr, "sightline: %zu findings; see findings.json\n", outputs.findings());
        return exit_findings;
    }
    return ending.exit_code();
}

} // namespace sl::run
