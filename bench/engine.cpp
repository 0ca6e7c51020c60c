// SPDX-License-Identifier: MIT
// Guest instructions per second of Sightline and of QEMU, on the same ELF in the same run.
//
// Every measurement is a difference: a long run less a short one, so that what a machine needs to
// start, load and stop is not in it. The count of instructions is Sightline's own; the checksum
// that the software prints says that both machines have done the same work. Time is what the
// process spent on a processor, so that whatever else the host does has little weight; runs
// alternate between the machines, and medians are compared.
#include "measure.h"
#include "patched_elf.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>

#include <boost/program_options.hpp>

namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using namespace sl::bench;

struct Settings {
    fs::path sightline, config, elf, qemu, work;
    std::uint64_t rounds = 0;
    unsigned repeats = 0;
    double functional_bar = 0, annotated_bar = 0;
};

Outcome run_qemu(const Settings& s, std::uint64_t rounds)
{
    const fs::path elf = s.work / "bench.elf", output = s.work / "qemu.txt";
    copy_patched(s.elf, elf, {{"bench_iterations", rounds}});
    Outcome outcome;
    outcome.seconds = run_program({s.qemu.string(), "-M", "virt,virtualization=on,gic-version=3",
                                   "-cpu", "cortex-a57", "-m", "256", "-nographic", "-net", "none",
                                   "-kernel", elf.string()},
                                  output);
    outcome.checksum = checksum_in(output);
    return outcome;
}

Outcome run_fidelity(const Settings& s, std::uint64_t rounds, const std::string& fidelity)
{
    return run_sightline(s.sightline, s.config, s.work,
                         {{"image.bench.parameters.bench_iterations", std::to_string(rounds)},
                          {"fidelity.mode", fidelity}});
}

bool measure(const Settings& s)
{
    // A quarter of the work is the short run; the speed of both fidelities differs, so does the
    // length of their runs.
    const std::uint64_t long_rounds = s.rounds,
                        short_rounds = std::max<std::uint64_t>(1, long_rounds / 8);
    Speed qemu{"qemu"}, functional{"sightline functional"}, annotated{"sightline annotated"};
    for (unsigned n = 0; n < s.repeats; ++n) {
        std::fprintf(stderr, "repeat %u of %u\n", n + 1, s.repeats);
        const Outcome q0 = run_qemu(s, short_rounds), q1 = run_qemu(s, long_rounds);
        const Outcome f0 = run_fidelity(s, short_rounds, "functional"),
                      f1 = run_fidelity(s, long_rounds, "functional");
        const Outcome a0 = run_fidelity(s, short_rounds, "annotated"),
                      a1 = run_fidelity(s, long_rounds, "annotated");
        for (const Outcome& o : {f1, a1})
            if (o.checksum != q1.checksum)
                throw std::runtime_error{"checksum " + o.checksum + " is not QEMU's, " +
                                         q1.checksum};
        if (f1.instructions != a1.instructions || f0.instructions != a0.instructions)
            throw std::runtime_error{"the two fidelities count instructions differently"};
        const auto work = static_cast<double>(f1.instructions - f0.instructions);
        qemu.add(work, q1.seconds - q0.seconds);
        functional.add(work, f1.seconds - f0.seconds);
        annotated.add(work, a1.seconds - a0.seconds);
        if (n == 0)
            std::printf("%.0f million instructions measured, checksum %s\n\n", work / 1e6,
                        f1.checksum.c_str());
    }
    Speed::show_heading();
    qemu.show(qemu, std::nullopt);
    functional.show(qemu, s.functional_bar);
    annotated.show(qemu, s.annotated_bar);
    return functional.median() >= s.functional_bar * qemu.median() &&
           annotated.median() >= s.annotated_bar * qemu.median();
}

} // namespace

int main(int argc, char** argv)
try {
    Settings s;
    std::string sightline, config, elf, qemu;
    po::options_description options{"Guest instructions per second beside QEMU's"};
    // clang-format off
    options.add_options()
        ("rounds", po::value(&s.rounds)->default_value(4000), "rounds of the workloads per run")
        ("repeats", po::value(&s.repeats)->default_value(5), "runs of each, of which the median counts")
        ("functional-bar", po::value(&s.functional_bar)->default_value(0.19), "least ratio to QEMU")
        ("annotated-bar", po::value(&s.annotated_bar)->default_value(0.05), "least ratio to QEMU")
        ("sightline", po::value(&sightline)->default_value(BENCH_SIGHTLINE), "the program")
        ("config", po::value(&config)->default_value(BENCH_CONFIG), "its configuration")
        ("elf", po::value(&elf)->default_value(BENCH_ELF), "the software")
        ("qemu", po::value(&qemu)->default_value("qemu-system-aarch64"), "the machine beside it")
        ("help,h", "show this");
    // clang-format on
    po::variables_map map;
    po::store(po::parse_command_line(argc, argv, options), map);
    po::notify(map);
    if (map.contains("help")) {
        options.print(std::cout);
        return 0;
    }
    if (s.rounds == 0 || s.repeats == 0)
        throw std::runtime_error{"rounds and repeats are at least 1"};
    s.sightline = sightline;
    s.config = config;
    s.elf = elf;
    s.qemu = qemu;
    const WorkFolder work;
    s.work = work.path();
    return measure(s) ? 0 : 1;

} catch (const std::exception& e) {
    std::fprintf(stderr, "engine: %s\n", e.what());
    return 2;
}
