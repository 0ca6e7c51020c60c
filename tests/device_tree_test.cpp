// SPDX-License-Identifier: MIT
#include "config_fixture.h"
#include "sightline_process.h"

#include <cstdlib>

using namespace sl;
using namespace sl::test;
using Catch::Contains;

namespace {

/// The tree of a configuration as dtc, which nobody here wrote, reads it; any warning of its checks
/// fails the test.
std::string decompiled(const Folder& folder, const std::filesystem::path& config)
{
    const std::string dtb = folder.path() / "tree.dtb", dts = folder.path() / "tree.dts",
                      complaints = folder.path() / "complaints";
    const Finished made = sightline(folder, {"dtb", config.string(), "--out", dtb});
    INFO(made.err);
    REQUIRE(made.status == 0);
    const std::string command = "dtc -I dtb -O dts -s -o " + dts + " " + dtb + " 2>" + complaints;
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(contents(complaints).empty());
    return contents(dts);
}

/// The text of the node whose line is `name {`, with what is in it.
std::string node(const std::string& dts, const std::string& name)
{
    const std::size_t at = dts.find("\t" + name + " {\n");
    REQUIRE(at != std::string::npos);
    const std::size_t start = dts.rfind('\n', at) + 1;
    const std::string indent = dts.substr(start, dts.find_first_not_of('\t', start) - start);
    return dts.substr(start, dts.find("\n" + indent + "};", start) - start);
}

unsigned count(const std::string& text, const std::string& what)
{
    unsigned n = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at)
        ++n;
    return n;
}

} // namespace

TEST_CASE("every platform that comes with it has a device tree without a warning", "[dtb]")
{
    const Folder folder;
    for (const auto& entry : std::filesystem::directory_iterator{SOURCE "/configs"}) {
        if (entry.path().extension() != ".toml")
            continue;
        INFO(entry.path());
        const std::string dts = decompiled(folder, entry.path());
        CHECK_THAT(dts, Contains("compatible = \"arm,gic-v3\""));
    }
}

TEST_CASE("the device tree says what the kernel's bindings want", "[dtb]")
{
    const Folder folder;
    const std::string dts = decompiled(folder, SOURCE "/configs/nvhe.toml");

    // Expected values from the bindings (arm/cpus.yaml, arm/psci.yaml, timer/arm,arch_timer.yaml,
    // interrupt-controller/arm,gic-v3.yaml, serial/pl011.yaml,
    // arm/arm,embedded-trace-extension.yaml, arm/arm,trace-buffer-extension.yaml) and
    // docs/configuration.md.
    CHECK(count(dts, "device_type = \"cpu\";") == 4);
    for (const char* cpu : {"cpu@0", "cpu@1", "cpu@100", "cpu@101"})
        CHECK_THAT(node(dts, cpu), Contains("enable-method = \"psci\";"));
    const std::string map = node(dts, "cpu-map");
    CHECK(count(map, "cluster") == 2);
    CHECK(count(map, "core") == 4);

    CHECK_THAT(node(dts, "psci"), Contains("\"arm,psci-1.0\", \"arm,psci-0.2\"") ||
                                      Contains("\"arm,psci-1.0\\0arm,psci-0.2\""));
    CHECK_THAT(node(dts, "psci"), Contains("method = \"smc\";"));
    // PPIs 13, 14, 11 and 10, active high; without VHE there is no EL2 virtual timer.
    CHECK_THAT(node(dts, "timer"),
               Contains("interrupts = <0x01 0x0d 0x04 0x01 0x0e 0x04 0x01 0x0b 0x04 "
                        "0x01 0x0a 0x04>;"));

    const std::string gic = node(dts, "interrupt-controller@8000000");
    CHECK_THAT(gic, Contains("reg = <0x00 0x8000000 0x00 0x10000 0x00 0x80a0000 0x00 0x80000>;"));
    CHECK_THAT(gic, Contains("interrupts = <0x01 0x09 0x04>;"));
    CHECK_THAT(gic, Contains("#interrupt-cells = <0x03>;"));
    CHECK_THAT(node(dts, "memory@40000000"), Contains("reg = <0x00 0x40000000 0x00 0x40000000>;"));

    const std::string uart = node(dts, "serial@9000000");
    CHECK_THAT(uart, Contains("reg = <0x00 0x9000000 0x00 0x1000>;"));
    CHECK_THAT(uart, Contains("interrupts = <0x00 0x01 0x04>;"));
    CHECK_THAT(node(dts, "chosen"), Contains("stdout-path = \"/serial@9000000\";"));

    CHECK_THAT(node(dts, "pmu"), Contains("interrupts = <0x01 0x07 0x04>;"));
    CHECK(count(dts, "compatible = \"arm,embedded-trace-extension\";") == 4);
    CHECK_THAT(node(dts, "trbe"), Contains("interrupts = <0x01 0x02 0x04>;"));
    CHECK(count(dts, "statistical-profiling") == 0);
}

TEST_CASE("the device tree has a profiler where every PE has one", "[dtb]")
{
    // perf/spe-pmu.yaml: one node, with a PPI. The driver asks each PE in its interrupt's affinity.
    const Folder folder;
    const std::string dts = decompiled(folder, SOURCE "/configs/spe.toml");
    CHECK(count(dts, "compatible = \"arm,statistical-profiling-extension-v1\";") == 1);
    CHECK_THAT(node(dts, "spe-pmu"), Contains("interrupts = <0x01 0x05 0x04>;"));

    const std::string half = decompiled(
        folder, folder.write("half.toml", contents(SOURCE "/configs/spe.toml") + R"([[cluster]]
name = "c1"
core = "out-of-order-wide"
pes = 1
clock = "2 GHz"
)"));
    CHECK(count(half, "device_type = \"cpu\";") == 3);
    CHECK(count(half, "statistical-profiling") == 0);
}

TEST_CASE("the device tree follows the configuration", "[dtb]")
{
    const Folder folder;
    const std::string vhe = decompiled(folder, SOURCE "/configs/vhe.toml");
    // With VHE the EL2 virtual timer is the fifth, PPI 12.
    CHECK_THAT(node(vhe, "timer"), Contains("0x01 0x0a 0x04 0x01 0x0c 0x04>;"));

    const auto file = folder.write("small.toml", platform_for("hello", 1, 1, R"([[uart]]
name = "uart1"
base = 0x0904_0000
spi = 8
[[memory]]
name = "rom"
kind = "rom"
base = 0x1000_0000
size = "64 KiB"
)"));
    const std::string small = decompiled(folder, file);
    CHECK(count(small, "device_type = \"cpu\";") == 1);
    CHECK(count(small, "embedded-trace") == 0);
    CHECK(count(small, "trace-buffer") == 0);
    CHECK_THAT(node(small, "serial@9040000"), Contains("interrupts = <0x00 0x08 0x04>;"));
    CHECK_THAT(node(small, "aliases"), Contains("serial1 = \"/serial@9040000\";"));
    CHECK_THAT(node(small, "rom@10000000"), Contains("reg = <0x00 0x10000000 0x00 0x10000>;"));
}

TEST_CASE("`dtb` writes to standard output, and says when it cannot write", "[dtb]")
{
    const Folder folder;
    const std::string config = SOURCE "/configs/single.toml";
    const Finished printed = sightline(folder, {"dtb", config});
    REQUIRE(printed.status == 0);
    const std::string file = folder.path() / "tree.dtb";
    REQUIRE(sightline(folder, {"dtb", config, "--out", file}).status == 0);
    CHECK(printed.out == contents(file));
    CHECK(printed.out.substr(0, 4) == "\xd0\x0d\xfe\xed"); // the magic number of the format
    const Finished failed = sightline(folder, {"dtb", config, "--out", "/nowhere/tree.dtb"});
    CHECK(failed.status == 4);
    CHECK_THAT(failed.err, Contains("/nowhere/tree.dtb"));
}
