// SPDX-License-Identifier: MIT
#pragma once

#include "pe_bench.h"

#include <cstdio>
#include <fstream>
#include <sstream>

// Bare-metal programs that print what they see: on the PE, and on QEMU, which was not written here.
namespace sl::pe::oracle {

using Lines = std::vector<std::string>;

inline Lines lines(const std::string& text)
{
    Lines all;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

/// RAM and a transmitter, as the programs under tests/pe_oracle expect them.
class Console : public TestBus {
public:
    BusStatus write(u64 pa, const void* data, unsigned size, const Initiator& who, u64 now_ps,
                    u64& latency_ps) override
    {
        if (pa == device)
            text.push_back(*static_cast<const char*>(data));
        return TestBus::write(pa, data, size, who, now_ps, latency_ps);
    }

    std::string text;
};

/// The output of the program at `image` on a PE with these features, which starts in EL2.
inline Lines run_here(const char* image, const std::vector<std::string>& features)
{
    constexpr u64 load_address = 0x4008'0000;
    PeConfig config = test_config();
    config.features = test_features(features);
    Console bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    Pe pe{config, {bus, watch, gic, cohort, nullptr, nullptr}};
    cohort.add(pe);
    std::ifstream in{image, std::ios::binary};
    std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
    REQUIRE(!bytes.empty());
    std::memcpy(&bus.at<u8>(load_address), bytes.data(), bytes.size());
    pe.power_on(load_address, 2, 0, 0);
    CHECK(pe.run(2'000'000'000'000).why == Outcome::Why::Stopped); // SYSTEM_OFF
    return lines(bus.text);
}

/// And on QEMU's `cpu`.
inline Lines run_qemu(const std::string& qemu, const std::string& cpu, const std::string& elf)
{
    const std::string command =
        "timeout 60 " + qemu + " -M virt,virtualization=on,gic-version=3 -cpu " + cpu +
        " -display none -nic none -monitor none -serial stdio -kernel " + elf;
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        text.push_back(static_cast<char>(c));
    REQUIRE(pclose(pipe) == 0);
    return lines(text);
}

inline void check_same(const Lines& here, const Lines& there)
{
    REQUIRE(here.size() == there.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
        INFO("line " << i + 1);
        CHECK(here[i] == there[i]);
    }
}

} // namespace sl::pe::oracle
