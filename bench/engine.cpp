// SPDX-License-Identifier: MIT
// Guest instructions per second of Sightline and of QEMU, on the same ELF in the same run.
//
// Every measurement is a difference: a long run less a short one, so that what a machine needs to
// start, load and stop is not in it. The count of instructions is Sightline's own; the checksum
// that the software prints says that both machines have done the same work. Time is what the
// process spent on a processor, so that whatever else the host does has little weight; runs
// alternate between the machines, and medians are compared.
#include "patched_elf.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <spawn.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>

extern char** environ;

namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

struct Settings {
    fs::path sightline, config, elf, qemu, work;
    std::uint64_t rounds = 0;
    unsigned repeats = 0;
    double functional_bar = 0, annotated_bar = 0;
};

/// What one run of a machine came to.
struct Outcome {
    double seconds = 0;
    std::string checksum;
    std::uint64_t instructions = 0; ///< Sightline only
};

/// Runs a program with its output in a file; seconds that it spent on processors.
double run_program(const std::vector<std::string>& words, const fs::path& output)
{
    std::vector<char*> argv;
    for (const std::string& word : words)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0666);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    rusage used{};
    if (error != 0 || wait4(pid, &status, 0, &used) != pid)
        throw std::runtime_error{words[0] + ": cannot be started"};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error{words[0] + " failed; its output is in " + output.string()};
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// The eight digits that the software prints.
std::string checksum_in(const fs::path& output)
{
    const std::string label = "bench checksum ";
    std::ifstream in{output};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t at = text.find(label);
    if (at == std::string::npos)
        throw std::runtime_error{"the software printed no checksum; see " + output.string()};
    return text.substr(at + label.size(), 8);
}

Outcome run_qemu(const Settings& s, std::uint64_t rounds)
{
    const fs::path elf = s.work / "bench.elf", output = s.work / "qemu.txt";
    sl::bench::copy_patched(s.elf, elf, {{"bench_iterations", rounds}});
    Outcome outcome;
    outcome.seconds = run_program({s.qemu.string(), "-M", "virt,virtualization=on,gic-version=3",
                                   "-cpu", "cortex-a57", "-m", "256", "-nographic", "-net", "none",
                                   "-kernel", elf.string()},
                                  output);
    outcome.checksum = checksum_in(output);
    return outcome;
}

Outcome run_sightline(const Settings& s, std::uint64_t rounds, const std::string& fidelity)
{
    const fs::path folder = s.work / "out";
    Outcome outcome;
    outcome.seconds =
        run_program({s.sightline.string(), "run", s.config.string(), "--out", folder.string(),
                     "--set", "image.bench.parameters.bench_iterations=" + std::to_string(rounds),
                     "--set", "fidelity.mode=" + fidelity},
                    s.work / "sightline.txt");
    outcome.checksum = checksum_in(folder / "console.log");
    std::ifstream in{folder / "statistics.json"};
    outcome.instructions =
        nlohmann::json::parse(in).at("run").at("instructions").get<std::uint64_t>();
    return outcome;
}

/// One machine's measurements.
class Speed {
public:
    explicit Speed(std::string name)
        : name_{std::move(name)}
    {
    }

    void add(double instructions, double seconds) { samples_.push_back(instructions / seconds); }

    const std::string& name() const { return name_; }

    double median() const
    {
        std::vector<double> sorted = samples_;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t half = sorted.size() / 2;
        return sorted.size() % 2 != 0 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double least() const { return *std::min_element(samples_.begin(), samples_.end()); }

    double most() const { return *std::max_element(samples_.begin(), samples_.end()); }

private:
    std::string name_;
    std::vector<double> samples_;
};

void show(const Speed& speed, const Speed& reference, std::optional<double> bar)
{
    std::printf("%-22s %9.1f %9.1f %9.1f   %6.3f", speed.name().c_str(), speed.median() / 1e6,
                speed.least() / 1e6, speed.most() / 1e6, speed.median() / reference.median());
    if (bar)
        std::printf("   %6.2f  %s", *bar,
                    speed.median() >= *bar * reference.median() ? "met" : "MISSED");
    std::printf("\n");
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
        const Outcome f0 = run_sightline(s, short_rounds, "functional"),
                      f1 = run_sightline(s, long_rounds, "functional");
        const Outcome a0 = run_sightline(s, short_rounds, "annotated"),
                      a1 = run_sightline(s, long_rounds, "annotated");
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
    std::printf("%-22s %9s %9s %9s   %6s   %6s\n", "million/s", "median", "least", "most", "ratio",
                "bar");
    show(qemu, qemu, std::nullopt);
    show(functional, qemu, s.functional_bar);
    show(annotated, qemu, s.annotated_bar);
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
    s.work = fs::temp_directory_path() / ("sightline-bench-" + std::to_string(getpid()));
    fs::create_directories(s.work);
    const bool met = measure(s);
    fs::remove_all(s.work);
    return met ? 0 : 1;

} catch (const std::exception& e) {
    std::fprintf(stderr, "engine: %s\n", e.what());
    return 2;
}
