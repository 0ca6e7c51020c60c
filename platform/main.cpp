// SPDX-License-Identifier: MIT
#include "config/config.h"
#include "debug/elf_image.h"
#include "debug/output_file.h"
#include "run/exit_code.h"
#include "run/options.h"
#include "run/run_command.h"
#include "soc/describe.h"
#include "soc/device_tree.h"
#include "soc/topology_svg.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>

#include <systemc>

namespace {

using namespace sl;

/// To a file, or to standard output when `to` is empty.
int write_tree(const std::vector<u8>& tree, const std::filesystem::path& to)
{
    std::FILE* const file = to.empty() ? stdout : std::fopen(to.c_str(), "wb");
    bool well = file && std::fwrite(tree.data(), 1, tree.size(), file) == tree.size();
    well = (file && (to.empty() ? std::fflush(file) : std::fclose(file)) == 0) && well;
    if (!well)
        throw debug::OutputError{to.empty() ? "standard output" : to.string(), "write", errno};
    return run::exit_ok;
}

int execute(const run::Options& options)
{
    switch (options.command) {
    case run::Command::Help:
        std::fputs(run::help().c_str(), stdout);
        return run::exit_ok;
    case run::Command::Version:
        std::puts("sightline " SIGHTLINE_VERSION);
        return run::exit_ok;
    case run::Command::Reference:
        std::fputs(config::reference().c_str(), stdout);
        return run::exit_ok;
    default:
        break;
    }
    const config::Config config =
        config::load(options.config, options.overrides,
                     {.software = SIGHTLINE_SOFTWARE, .cores = SIGHTLINE_CORES});
    if (options.command == run::Command::Run)
        return run::run(config, options);
    if (options.command == run::Command::Dtb)
        return write_tree(soc::device_tree(config), options.out);
    if (options.command == run::Command::Describe)
        std::fputs((options.svg ? soc::topology_svg(config) : soc::describe(config)).c_str(),
                   stdout);
    else
        std::printf("%s: nothing is wrong\n", options.config.c_str());
    return run::exit_ok;
}

} // namespace

int sc_main(int argc, char** argv)
{
    try {
        return execute(run::parse_options(argc, argv));
    } catch (const run::UsageError& e) {
        std::fprintf(stderr, "sightline: %s; see sightline --help\n", e.what());
        return run::exit_usage;
    } catch (const config::ConfigError& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return run::exit_usage;
    } catch (const debug::ImageError& e) {
        std::fprintf(stderr, "sightline: %s\n", e.what());
        return run::exit_usage;
    } catch (const debug::OutputError& e) {
        std::fprintf(stderr, "sightline: %s\n", e.what());
        return run::exit_output;
    } catch (const std::bad_alloc&) {
        std::fputs("sightline: this machine has no room for the platform's memories\n", stderr);
        return run::exit_usage;
    }
}

/// In place of the library's: its banner is for modellers.
int main(int argc, char** argv)
{
    ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return sc_core::sc_elab_and_sim(argc, argv);
}
