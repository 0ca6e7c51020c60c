// SPDX-License-Identifier: MIT
#include "pe_bench.h"

#include <cstdio>
#include <fstream>
#include <sstream>

using namespace sl;
using namespace sl::pe;

namespace {

/// RAM and a transmitter, as the program under tests/pe_oracle expects them.
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

std::vector<std::string> lines(const std::string& text)
{
    std::vector<std::string> all;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

/// The program's output on the PE.
std::vector<std::string> run_here()
{
    constexpr u64 load_address = 0x4008'0000;
    PeConfig config = test_config();
    config.features =
        test_features({"FEAT_LSE", "FEAT_CRC32", "FEAT_PAN", "FEAT_UAO", "FEAT_VHE", "FEAT_VMID16",
                       "FEAT_XNX", "FEAT_HPDS", "FEAT_PMUv3", "FEAT_GICv3"});
    Console bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    Pe pe{config, {bus, watch, gic, cohort, nullptr, nullptr}};
    cohort.add(pe);
    std::ifstream image{SL_ORACLE_IMAGE, std::ios::binary};
    std::vector<char> bytes{std::istreambuf_iterator<char>{image}, {}};
    REQUIRE(!bytes.empty());
    std::memcpy(&bus.at<u8>(load_address), bytes.data(), bytes.size());
    pe.power_on(load_address, 2, 0, 0);
    CHECK(pe.run(20'000'000'000).why == Outcome::Why::Stopped); // SYSTEM_OFF
    return lines(bus.text);
}

/// And on QEMU's nearest core, which was not written here.
std::vector<std::string> run_qemu()
{
    const std::string command =
        "timeout 60 qemu-system-aarch64 -M virt,virtualization=on,gic-version=3 -cpu neoverse-n1 "
        "-display none -nic none -monitor none -serial stdio -kernel " SL_ORACLE_ELF;
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        text.push_back(static_cast<char>(c));
    REQUIRE(pclose(pipe) == 0);
    return lines(text);
}

} // namespace

TEST_CASE("exceptions, syndromes and traps are those of QEMU, case by case", "[oracle]")
{
    const auto here = run_here(), there = run_qemu();
    REQUIRE(there.size() > 140);
    REQUIRE(here.size() == there.size());
    for (std::size_t i = 0; i < here.size(); ++i)
        CHECK(here[i] == there[i]);
}
