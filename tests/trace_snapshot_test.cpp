// SPDX-License-Identifier: MIT
#include "trace/snapshot.h"
#include "trace_session.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>
#include <regex>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

struct Folder {
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "trace.XXXXXX").string();
        path = mkdtemp(name.data());
    }

    ~Folder() { std::filesystem::remove_all(path); }

    std::filesystem::path path;
};

/// trc_pkt_lister on a snapshot folder; it leaves a log file where it is started.
std::string listing(const Folder& folder, const std::string& snapshot, const std::string& more = "")
{
    const std::string command = "cd " + folder.path.string() + " && " TRC_PKT_LISTER " -ss_dir " +
                                snapshot + " -decode -logstdout " + more;
    std::string all;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> buffer;
    while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe))
        all.append(buffer.data(), n);
    CHECK(pclose(pipe) == 0);
    return all;
}

std::size_t count(const std::string& text, const std::string& what)
{
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++n;
    return n;
}

} // namespace

TEST_CASE("trc_pkt_lister decodes a snapshot folder to the instructions that executed")
{
    FakePe pe;
    pe.regs[Reg::MDCR_EL2] = 3u << 24;
    TraceUnit unit{{}, pe};
    Recording recording{unit};
    TraceLog log{unit};
    Walker walker{pe, unit, log, 77, {}};
    begin_session(pe, unit, 0x8000'0000, 1u << 20);
    walker.run(20'000);
    unit.finish();

    const Folder folder;
    const SnapshotSource source{3, &recording};
    REQUIRE(write_snapshot(folder.path / "out", {&source, 1}, walker.code()) == 1);
    const std::string list = listing(folder, "out");
    CHECK(count(list, "I_BAD_SEQUENCE") == 0);
    CHECK(count(list, "OCSD_GEN_TRC_ELEM_ADDR_NACC") == 0);

    // num_i() of each OCSD_GEN_TRC_ELEM_INSTR_RANGE: its instructions.
    u64 instructions = 0;
    const std::regex range{
        R"(INSTR_RANGE\(exec range=0x([0-9a-f]+):\[0x([0-9a-f]+)\] num_i\((\d+)\))"};
    for (auto i = std::sregex_iterator{list.begin(), list.end(), range};
         i != std::sregex_iterator{}; ++i)
        instructions += std::stoul((*i)[3]);
    const CheckResult result = check(log, recording, walker.code());
    CHECK(result.difference == "");
    CHECK(instructions == result.decoded);
    CHECK(instructions > 5'000);
}

TEST_CASE("trc_pkt_lister decodes an ETMv4's snapshot with its ETMv4 decoder")
{
    Config config;
    config.architecture = Architecture::Etmv4;
    Run run{79, {}, config};
    Filter filter;
    run.begin(filter);
    run.walker.run(20'000);
    const CheckResult result = run.compare(filter);
    CHECK(result.difference == "");
    CHECK(result.decoded > 5'000);

    const Folder folder;
    const SnapshotSource source{3, &run.recording};
    REQUIRE(write_snapshot(folder.path, {&source, 1}, run.walker.code()) == 1);
    const std::string list = listing(folder, ".", "-src_name ATB_3");
    CHECK(count(list, "Protocol printer ETMV4I") == 1);

    CHECK(count(list, "I_BAD_SEQUENCE") == 0);
    CHECK(count(list, "OCSD_GEN_TRC_ELEM_ADDR_NACC") == 0);
    u64 instructions = 0;
    const std::regex range{R"(INSTR_RANGE\(exec range=0x[0-9a-f]+:\[0x[0-9a-f]+\] num_i\((\d+)\))"};
    for (auto i = std::sregex_iterator{list.begin(), list.end(), range};
         i != std::sregex_iterator{}; ++i)
        instructions += std::stoul((*i)[1]);
    CHECK(instructions == result.decoded);
}

TEST_CASE("A unit that was programmed anew continues in a buffer of its own")
{
    FakePe pe;
    pe.regs[Reg::MDCR_EL2] = 3u << 24;
    TraceUnit unit{{}, pe};
    Recording recording{unit};
    TraceLog log{unit};
    Walker walker{pe, unit, log, 78, {}};
    begin_session(pe, unit, 0x8000'0000, 1u << 20);
    walker.run(3'000);
    pe.regs[Reg::TRFCR_EL1] = 0;
    unit.synchronized();
    unit.write(Reg::TRCPRGCTLR, 0);
    unit.synchronized();
    unit.write(Reg::TRCCONFIGR, 1u << 6);
    begin_session(pe, unit, 0x9000'0000, 1u << 20);
    walker.run(3'000);
    unit.finish();
    CHECK(check(log, recording, walker.code()).difference == "");

    const Folder folder;
    const SnapshotSource source{0, &recording};
    REQUIRE(write_snapshot(folder.path, {&source, 1}, walker.code()) == 2);
    for (const char* name : {"TRBE_0", "TRBE_0_1"}) {
        const std::string list = listing(folder, ".", std::string{"-src_name "} + name);
        INFO(name);
        CHECK(count(list, "INSTR_RANGE") > 100);
        CHECK(count(list, "I_BAD_SEQUENCE") == 0);
    }
}

TEST_CASE("A folder that cannot be made is an error that names it")
{
    FakePe pe;
    TraceUnit unit{{}, pe};
    Recording recording{unit};
    const SnapshotSource source{0, &recording};
    CHECK_THROWS_AS(write_snapshot("/dev/null/out", {&source, 1}, {}), std::runtime_error);
}
