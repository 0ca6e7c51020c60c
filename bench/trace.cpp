// SPDX-License-Identifier: MIT
// What trace costs: guest instructions per second of the interpreter with ETE to TRBE on, beside
// the same platform with trace off, and beside one that has no trace unit at all; and how large the
// trace is. Measured as in engine.cpp: long runs less short ones, processor time, medians.
//
// Off must cost nothing. Time cannot tell that exactly, so host instructions are counted (valgrind)
// with and without a trace unit: for the same guest instructions they must be the same.
#include "measure.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <boost/program_options.hpp>

namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using namespace sl::bench;

/// Published for an ETM without cycle counts: Arm DGI 0012D, Table 5.1.
constexpr double published_bits = 1.2;

struct Settings {
    fs::path sightline, config, work;
    std::string valgrind;
    std::uint64_t rounds = 0, counted_rounds = 0;
    unsigned repeats = 0;
    double bar = 0, count_bar = 0;
};

/// What the PE has of trace, and does with it.
enum class Trace { None, Off, On };

/// The configuration, and the same with a trace unit and a trace buffer.
class Platforms {
public:
    explicit Platforms(const Settings& s)
        : settings_{s},
          traced_{s.work / "traced.toml"}
    {
        std::ofstream{traced_} << contents(s.config)
                               << "\n[[trace]]\nname = \"ete\"\nkind = \"ete\"\nto = \"trbe\"\n"
                                  "\n[[trace]]\nname = \"trbe\"\nkind = \"trbe\"\n";
    }

    Outcome run(Trace trace, std::uint64_t rounds,
                const std::vector<std::string>& around = {}) const
    {
        std::map<std::string, std::string> values{
            {"image.bench.parameters.bench_iterations", std::to_string(rounds)},
            {"outputs.trace", "false"}};
        if (trace == Trace::On)
            values["image.bench.parameters.bench_trace"] = "1";
        return run_sightline(settings_.sightline, trace == Trace::None ? settings_.config : traced_,
                             settings_.work, values, around);
    }

private:
    const Settings& settings_;
    fs::path traced_;
};

/// Long runs are eight times as long as short ones.
std::uint64_t short_of(std::uint64_t rounds)
{
    return std::max<std::uint64_t>(1, rounds / 8);
}

bool measure_speed(const Settings& s, const Platforms& platforms)
{
    Speed none{"no trace unit"}, off{"trace off"}, on{"trace on"};
    double bits = 0;
    for (unsigned n = 0; n < s.repeats; ++n) {
        std::fprintf(stderr, "repeat %u of %u\n", n + 1, s.repeats);
        const auto measure = [&](Trace trace, Speed& speed) {
            const Outcome less = platforms.run(trace, short_of(s.rounds)),
                          more = platforms.run(trace, s.rounds);
            const auto work = static_cast<double>(more.instructions - less.instructions);
            speed.add(work, more.seconds - less.seconds);
            bits = 8 * static_cast<double>(more.trace_bytes - less.trace_bytes) / work;
            return more.checksum;
        };
        const std::string checksum = measure(Trace::None, none);
        if (measure(Trace::Off, off) != checksum || measure(Trace::On, on) != checksum)
            throw std::runtime_error{"the runs have not done the same work"};
    }
    Speed::show_heading();
    none.show(off, std::nullopt);
    off.show(off, std::nullopt);
    on.show(off, s.bar);
    std::printf("\n%.3f bits of trace per instruction; published for an ETM: %.1f\n", bits,
                published_bits);
    return on.median() >= s.bar * off.median();
}

/// Host instructions of a run, by callgrind's count.
double host_instructions(const Settings& s, const Platforms& platforms, Trace trace,
                         std::uint64_t rounds)
{
    platforms.run(trace, rounds,
                  {s.valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"});
    const std::string text = contents(s.work / "sightline.txt"), label = "Collected : ";
    const std::size_t at = text.find(label);
    if (at == std::string::npos)
        throw std::runtime_error{"no count of instructions in what valgrind says: " + text};
    return std::stod(text.substr(at + label.size()));
}

bool count_instructions(const Settings& s, const Platforms& platforms)
{
    const auto measure = [&](Trace trace) {
        const auto guest = [&](std::uint64_t rounds) {
            return static_cast<double>(platforms.run(trace, rounds).instructions);
        };
        const std::uint64_t more = s.counted_rounds, less = short_of(s.counted_rounds);
        return (host_instructions(s, platforms, trace, more) -
                host_instructions(s, platforms, trace, less)) /
               (guest(more) - guest(less));
    };
    const double none = measure(Trace::None), off = measure(Trace::Off);
    const bool same = std::abs(off - none) <= s.count_bar * none;
    std::printf("host instructions per guest instruction: %.5f without a trace unit, %.5f with one "
                "that is off   %s\n",
                none, off, same ? "met" : "MISSED");
    return same;
}

} // namespace

int main(int argc, char** argv)
try {
    Settings s;
    std::string sightline, config;
    po::options_description options{"What trace costs"};
    // clang-format off
    options.add_options()
        ("rounds", po::value(&s.rounds)->default_value(2000), "rounds of the workloads per run")
        ("repeats", po::value(&s.repeats)->default_value(5), "runs of each, of which the median counts")
        ("bar", po::value(&s.bar)->default_value(0.5), "least speed with trace on, of that with trace off")
        ("counted-rounds", po::value(&s.counted_rounds)->default_value(16), "rounds in which host instructions are counted; 0: they are not")
        ("count-bar", po::value(&s.count_bar)->default_value(0.001), "largest difference of host instructions, trace unit or none")
        ("valgrind", po::value(&s.valgrind)->default_value("valgrind"), "what counts them")
        ("sightline", po::value(&sightline)->default_value(BENCH_SIGHTLINE), "the program")
        ("config", po::value(&config)->default_value(BENCH_CONFIG), "its configuration, without trace")
        ("help,h", "show this");
    // clang-format on
    po::variables_map map;
    po::store(po::parse_command_line(argc, argv, options), map);
    po::notify(map);
    if (map.contains("help")) {
        options.print(std::cout);
        return 0;
    }
    if (s.rounds < 2 || s.repeats == 0 || s.counted_rounds == 1)
        throw std::runtime_error{"rounds are at least 2, repeats at least 1"};
    s.sightline = sightline;
    s.config = config;
    const WorkFolder work;
    s.work = work.path();
    const Platforms platforms{s};
    bool met = measure_speed(s, platforms);
    if (s.counted_rounds != 0)
        met &= count_instructions(s, platforms);
    return met ? 0 : 1;

} catch (const std::exception& e) {
    std::fprintf(stderr, "trace: %s\n", e.what());
    return 2;
}
