// SPDX-License-Identifier: MIT
// Raises an interrupt at each instruction of one call of a function in turn (run/injection.h), each
// in a run of its own: the run that gets to the place is forked there. docs/switch-designs.md tells
// how it is used.
#include "config/config.h"
#include "run/injection.h"
#include "run/run_control.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <systemc>

#include <sys/wait.h>
#include <unistd.h>

using namespace sl;

namespace {

[[noreturn]] void usage()
{
    std::fputs("usage: injection_sweep CONFIG INTID@SYMBOL[/CALL] [--every N] [--set KEY=VALUE]…\n",
               stderr);
    std::exit(2);
}

struct Arguments {
    std::string config;
    config::Injection injection;
    u64 every = 1;
    std::vector<std::string> set;
};

Arguments parse(int argc, char** argv)
{
    Arguments a;
    if (argc < 3)
        usage();
    a.config = argv[1];
    const auto injection = config::Injection::parse(std::string{argv[2]} + "#1");
    if (!injection)
        usage();
    a.injection = *injection;
    for (int n = 3; n < argc; n += 2) {
        if (n + 1 == argc)
            usage();
        if (std::strcmp(argv[n], "--every") == 0)
            a.every = std::strtoull(argv[n + 1], nullptr, 10);
        else if (std::strcmp(argv[n], "--set") == 0)
            a.set.emplace_back(argv[n + 1]);
        else
            usage();
    }
    if (a.every == 0)
        usage();
    return a;
}

/// How many interrupts of its buffers the host has counted.
u64 counted_by_host(const std::string& console)
{
    constexpr std::string_view before = "bytes of trace, ";
    u64 count = 0;
    for (std::size_t at = console.find(before); at != std::string::npos;
         at = console.find(before, at + 1))
        count += std::strtoull(console.c_str() + at + before.size(), nullptr, 10);
    return count;
}

enum Outcome : int { fine, wrong, impossible };

} // namespace

int sc_main(int argc, char** argv)
{
    const Arguments a = parse(argc, argv);
    const config::Config config =
        config::load(a.config, a.set, {.software = SOFTWARE, .cores = SOURCE "/configs/cores"});
    const run::Software software{config};
    std::string console;
    run::Injector injector{config, software, a.injection};
    soc::Platform platform{"platform",
                           config,
                           {.marks = &software.marks(),
                            .switch_mark = software.switch_mark(),
                            .observer = &injector,
                            .transmit = [&](unsigned, u8 c) { console += static_cast<char>(c); }}};
    software.load([&](u64 pa, std::span<const u8> bytes) { platform.write(pa, bytes); });

    u64 here = 0, outcomes[3] = {};
    injector.attach(platform, [&](u64 place) {
        if ((place - 1) % a.every != 0)
            return false;
        std::fflush(nullptr);
        const pid_t child = fork();
        if (child < 0) {
            std::perror("fork");
            std::exit(1);
        }
        here = place;
        if (child == 0)
            return true;
        int status = 0;
        waitpid(child, &status, 0);
        ++outcomes[WIFEXITED(status) && WEXITSTATUS(status) <= impossible ? WEXITSTATUS(status)
                                                                          : wrong];
        if (!WIFEXITED(status))
            std::fprintf(stderr, "place %llu: ended by signal %d\n",
                         static_cast<unsigned long long>(place), WTERMSIG(status));
        here = 0;
        return false;
    });
    for (const run::Start& s : software.starts())
        platform.power_on(s.pe, s.pc, s.el, s.x0);
    run::Progress progress;
    const run::Ending ending = run::RunControl{config.run, platform, progress, {}}.run();

    std::vector<std::string> problems;
    if (here > 0)
        problems = injector.problems();
    else if (!injector.over())
        problems.push_back("there was no such call, or it did not end");
    if (ending.why != run::Ending::Why::SystemOff)
        problems.push_back(std::string{"the run "} + ending.text());
    if (console.find("host: all checks passed") == std::string::npos)
        problems.push_back("the software's checks have not passed:\n" + console);
    if (injector.of_buffer() && counted_by_host(console) != (injector.raised() ? 1 : 0))
        problems.push_back("the host has counted " + std::to_string(counted_by_host(console)) +
                           " interrupts of its buffer");
    for (const std::string& problem : problems)
        std::fprintf(stderr, "%s%s: %s\n",
                     here > 0 ? ("place " + std::to_string(here) + ", ").c_str() : "",
                     here > 0 ? injector.where().c_str() : "without an interrupt", problem.c_str());
    std::fflush(nullptr);
    if (here > 0)
        _exit(!problems.empty() ? wrong : injector.impossible() ? impossible : fine);

    std::printf("%u@%s/%llu: %llu places, %llu fine, %llu where the buffer is off, %llu wrong\n",
                a.injection.intid, a.injection.symbol.c_str(),
                static_cast<unsigned long long>(a.injection.call),
                static_cast<unsigned long long>(injector.places()),
                static_cast<unsigned long long>(outcomes[fine]),
                static_cast<unsigned long long>(outcomes[impossible]),
                static_cast<unsigned long long>(outcomes[wrong]));
    return outcomes[wrong] > 0 || outcomes[fine] == 0 || !problems.empty();
}
