// SPDX-License-Identifier: MIT
// Random translation tables and controls on the PE and on QEMU: every AT instruction, every kind of
// access, and what hardware made of the descriptors. docs/differential.md tells how it is used.
#include "pe/cohort.h"
#include "pe/pe.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

using namespace sl;
using namespace sl::pe;

namespace {

constexpr u64 ram = 0x4000'0000, ram_size = 0x400'0000, console = 0x0900'0000;
constexpr u64 load_address = 0x4008'0000, parameters_at = 0x4007'0000;

/// Features as tests/pe_walk_oracle/walks.c numbers them; QEMU 7.2 lacks the last, FEAT_PAN3.
constexpr u64 all_of_qemu_7 = 0x7f;

/// RAM and the transmitter of a PL011, which is how the program tells its results.
class Board final : public Bus {
public:
    Board()
        : memory(ram_size)
    {
    }

    BusStatus read(u64 pa, void* data, unsigned size, const Initiator&, u64, u64&) override
    {
        if ((pa & page_mask) != console)
            return BusStatus::DecodeError;
        std::memset(data, 0, size);
        return BusStatus::Ok;
    }

    BusStatus write(u64 pa, const void* data, unsigned, const Initiator&, u64, u64&) override
    {
        if ((pa & page_mask) != console)
            return BusStatus::DecodeError;
        text.push_back(*static_cast<const char*>(data));
        return BusStatus::Ok;
    }

    Page direct(u64 pa, bool) override
    {
        if (pa < ram || pa >= ram + ram_size)
            return {};
        return {&memory[(pa - ram) & page_mask], true};
    }

    std::vector<u8> memory;
    std::string text;
};

/// No interrupt comes.
class Silence final : public GicPort {
public:
    u64 read(Reg, const Context&) override { return 0; }

    void write(Reg, u64, const Context&) override {}

    Lines lines(u8, bool) const override { return {}; }

    void ppi(unsigned, bool, u64) override {}
};

struct Options {
    u64 seed = 1, trials = 1000, features = all_of_qemu_7;
    bool verbose = false;
    std::string qemu = "qemu-system-aarch64";
};

PeConfig config_of(u64 features)
{
    std::vector<std::string> names{"FEAT_LSE",   "FEAT_PAN",     "FEAT_PAN2", "FEAT_UAO",
                                   "FEAT_VHE",   "FEAT_VMID16",  "FEAT_XNX",  "FEAT_HPDS",
                                   "FEAT_GICv3", "FEAT_TGran64K"};
    const std::vector<std::string> by_bit[] = {
        {"FEAT_TGran16K"},          {"FEAT_TTST"},   {"FEAT_LVA"},
        {"FEAT_LPA", "FEAT_LPA2"},  {"FEAT_HAFDBS"}, {"FEAT_S2FWB"},
        {"FEAT_CSV3", "FEAT_E0PD"}, {"FEAT_PAN3"}};
    for (std::size_t bit = 0; bit < std::size(by_bit); ++bit)
        if (features >> bit & 1)
            names.insert(names.end(), by_bit[bit].begin(), by_bit[bit].end());
    std::vector<std::string> errors;
    PeConfig config;
    config.features = sysreg::Features::parse(names, errors);
    if (!errors.empty())
        throw std::runtime_error{errors.front()};
    config.has_el3 = true;
    config.counter_hz = 100'000'000;
    return config;
}

std::string run_here(const Options& options)
{
    Board bus;
    PageWatch watch;
    Silence gic;
    Cohort cohort;
    Pe pe{config_of(options.features), {bus, watch, gic, cohort, nullptr, nullptr}};
    cohort.add(pe);
    std::ifstream file{SL_WALKS_IMAGE, std::ios::binary};
    const std::vector<char> image{std::istreambuf_iterator<char>{file}, {}};
    if (image.empty())
        throw std::runtime_error{std::string{"cannot read "} + SL_WALKS_IMAGE};
    std::memcpy(&bus.memory[load_address - ram], image.data(), image.size());
    const u64 parameters[] = {options.seed, options.trials, options.features, options.verbose};
    std::memcpy(&bus.memory[parameters_at - ram], parameters, sizeof parameters);
    pe.power_on(load_address, 3, 0, 0);
    constexpr u64 slice_ps = 1'000'000'000;
    for (u64 end = slice_ps; !bus.text.ends_with("#end\n"); end += slice_ps)
        pe.run(end);
    return bus.text;
}

std::string run_qemu(const Options& options)
{
    std::string command =
        options.qemu +
        " -smp 2 -M virt,virtualization=on,secure=on,gic-version=3 -cpu max -display none -nic none"
        " -monitor none -serial stdio -semihosting -kernel " SL_WALKS_ELF;
    u64 at = parameters_at;
    for (const u64 value : {options.seed, options.trials, options.features, u64{options.verbose}}) {
        command += " -device loader,data-len=8,addr=" + std::to_string(at) +
                   ",data=" + std::to_string(value);
        at += 8;
    }
    FILE* const pipe = popen(command.c_str(), "r");
    if (!pipe)
        throw std::runtime_error{"cannot start " + options.qemu};
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        text.push_back(static_cast<char>(c));
    if (pclose(pipe) != 0 || !text.ends_with("#end\n"))
        throw std::runtime_error{options.qemu + " did not run to the end"};
    return text;
}

int compare(const Options& options)
{
    std::istringstream here{run_here(options)}, there{run_qemu(options)};
    std::string mine, theirs;
    u64 line = 0, different = 0, results = 0;
    while (std::getline(here, mine) && std::getline(there, theirs)) {
        results += static_cast<u64>(std::count(mine.begin(), mine.end(), ' '));
        if (mine != theirs && ++different <= 20)
            std::printf("seed %llu:\n  here  %s\n  QEMU  %s\n",
                        static_cast<unsigned long long>(options.seed + line), mine.c_str(),
                        theirs.c_str());
        ++line;
    }
    std::printf("%llu tables, %llu results compared, %llu tables differ\n",
                static_cast<unsigned long long>(options.trials),
                static_cast<unsigned long long>(results),
                static_cast<unsigned long long>(different));
    return different ? 1 : 0;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--verbose") {
            options.verbose = true;
            continue;
        }
        if (++i == argc)
            break;
        const std::string_view value = argv[i];
        const int base = value.starts_with("0x") ? 16 : 10;
        const char* const first = value.data() + (base == 16 ? 2 : 0);
        u64* const number = name == "--seed"       ? &options.seed
                            : name == "--trials"   ? &options.trials
                            : name == "--features" ? &options.features
                                                   : nullptr;
        if (name == "--qemu")
            options.qemu = value;
        else if (!number || std::from_chars(first, value.data() + value.size(), *number, base).ec !=
                                std::errc{}) {
            std::fprintf(stderr, "usage: pe_walk_compare [--seed N] [--trials N] [--features BITS]"
                                 " [--qemu PROGRAM] [--verbose]\n");
            return 2;
        }
    }
    try {
        return compare(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pe_walk_compare: %s\n", error.what());
        return 2;
    }
}
