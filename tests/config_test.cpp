// SPDX-License-Identifier: MIT
#include "config_fixture.h"

#include "config/core_file.h"
#include "config/schema.h"
#include "sysreg/features.h"

#include <set>

using namespace sl;
using namespace sl::config;
using test::Folder;

namespace {

const char* const core = R"(midr = 0x410fd034
features = ["FEAT_AA64EL0", "FEAT_AA64EL1", "FEAT_AA64EL2", "FEAT_PAN", "FEAT_LSE", "FEAT_TRF", "FEAT_ETE", "FEAT_TRBE"]
issue_width = 2
[latency]
alu = 1
)";

/// A sound configuration of 27 lines; tests replace parts of it.
const std::string sound = R"(name = "small"

[[cluster]]
name = "c0"
core = "small"
pes = 2
clock = "2.4 GHz"

[[memory]]
name = "ram"
base = 0x4000_0000
size = "64 MiB"

[[uart]]
name = "uart0"

[[trace]]
name = "ete"
kind = "ete"
to = "trbe"
[[trace]]
name = "trbe"
kind = "trbe"

[[image]]
name = "hello"
file = "hello.elf"
entry_pe = 0
)";

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

struct Fixture : Folder {
    Fixture()
    {
        write("cores/small.toml", core);
        write("hello.elf", test::make_elf(0x4008'0000, 0x4008'0000, test::words({0x1400'0000}),
                                          {{"start", 0x4008'0000, 4, STT_FUNC},
                                           {"switch_design", 0x4008'0000, 8, STT_OBJECT}}));
    }

    Config load(const std::string& text, const std::vector<std::string>& set = {}) const
    {
        return config::load(write("p.toml", text), set, {});
    }

    /// "LINE: KEY: …" for each problem, or the whole --set argument instead of the line.
    std::vector<std::string> problems(const std::string& text,
                                      const std::vector<std::string>& set = {}) const
    {
        std::vector<std::string> all;
        try {
            load(text, set);
        } catch (const ConfigError& e) {
            for (const Problem& p : e.problems()) {
                const std::string at = p.at.line ? std::to_string(p.at.line) : p.at.file;
                all.push_back(at + ": " + p.key + ": " + p.what + " | " + p.allowed);
            }
        }
        return all;
    }

    std::string only_problem(const std::string& text,
                             const std::vector<std::string>& set = {}) const
    {
        const auto all = problems(text, set);
        CAPTURE(all);
        REQUIRE(all.size() == 1);
        return all[0];
    }
};

using Catch::Contains;
using Catch::StartsWith;

} // namespace

TEST_CASE("a configuration becomes typed values, with defaults for what it leaves out", "[config]")
{
    const Fixture f;
    const Config c = f.load(sound);
    CHECK(c.name == "small");
    REQUIRE(c.clusters.size() == 1);
    CHECK(c.clusters[0].pes == 2);
    CHECK(c.clusters[0].clock == 2'400'000'000);
    CHECK(c.clusters[0].profile.midr == 0x410f'd034);
    CHECK(c.clusters[0].feature_set.contains("FEAT_TRBE"));
    CHECK(c.memories.at(0).size == 64u << 20);
    CHECK_FALSE(c.memories.at(0).rom());
    CHECK(c.gic.distributor == 0x0800'0000);
    CHECK(c.gic.redistributors == 0x080a'0000);
    CHECK(c.uarts.at(0).base == 0x0900'0000);
    CHECK(c.timer.frequency == 62'500'000);
    CHECK(c.fidelity.mode == "annotated");
    CHECK(c.run.max_time == 60'000'000'000'000);
    CHECK(c.outputs.console);
    CHECK_FALSE(c.outputs.waves);
    CHECK(c.images.at(0).entry_el == 2);
    CHECK(c.pes() == 2);
    CHECK_FALSE(c.has_el3());
}

TEST_CASE("affinities number the PEs of each cluster from zero", "[config]")
{
    const Fixture f;
    const Config c = f.load(sound + "[[cluster]]\nname = \"c1\"\ncore = \"small\"\npes = 3\n"
                                    "clock = 1_000_000_000\n");
    CHECK(c.pes() == 5);
    CHECK(c.affinity(1) == 0x001);
    CHECK(c.affinity(2) == 0x100);
    CHECK(c.affinity(4) == 0x102);
    CHECK(c.cluster_of(4).name == "c1");
}

TEST_CASE("an unknown key is an error with its place and the key that was meant", "[config]")
{
    const Fixture f;
    CHECK(f.only_problem(replaced(sound, "clock = ", "cores = 4\nclock = ")) ==
          "7: cluster.c0.cores: unknown key; did you mean `core`? | name, core, pes, clock, "
          "features, overrides");
    CHECK_THAT(f.only_problem("fidelty.mode = \"annotated\"\n" + sound),
               StartsWith("1: fidelty: unknown key; did you mean `fidelity`? | name, description"));
    CHECK_THAT(f.only_problem(sound + "[gic]\nzzz = 1\n"),
               StartsWith("30: gic.zzz: unknown key | distributor"));
}

TEST_CASE("a value of the wrong type says what it is and what it should be", "[config]")
{
    const Fixture f;
    CHECK(f.only_problem(replaced(sound, "pes = 2", "pes = \"two\"")) ==
          "6: cluster.c0.pes: is a string | an integer, 1 to 16");
    CHECK(f.only_problem(sound + "[outputs]\nwaves = 1\n") ==
          "30: outputs.waves: is an integer | true or false");
    CHECK(
        f.only_problem(replaced(sound, "\"2.4 GHz\"", "2.4e9")) ==
        "7: cluster.c0.clock: is a floating-point number | Hz, such as 24_000_000 or \"2.4 GHz\", "
        "1 MHz to 10 GHz");
    CHECK_THAT(f.only_problem(sound + "[run]\nmax_time = 5\n"),
               StartsWith("30: run.max_time: has no unit | a time, such as \"10 us\""));
    CHECK_THAT(f.only_problem(replaced(sound, "[[uart]]", "[uart]")),
               StartsWith("14: uart: is a table | tables: [[uart]]"));
}

TEST_CASE("a value out of range says the range", "[config]")
{
    const Fixture f;
    CHECK(f.only_problem(replaced(sound, "pes = 2", "pes = 0")) ==
          "6: cluster.c0.pes: 0 is out of range | an integer, 1 to 16");
    CHECK(f.only_problem(replaced(sound, "pes = 2", "pes = -1")) ==
          "6: cluster.c0.pes: -1 is out of range | an integer, 1 to 16");
    CHECK_THAT(f.only_problem(replaced(sound, "\"64 MiB\"", "0x400_0800")),
               StartsWith("12: memory.ram.size: 65538 KiB is not a multiple of 4 KiB"));
    CHECK(f.only_problem(sound + "[fidelity]\nmode = \"anotated\"\n") ==
          "30: fidelity.mode: there is no \"anotated\"; did you mean \"annotated\"? | functional, "
          "annotated");
}

TEST_CASE("regions that overlap are named, both of them", "[config]")
{
    const Fixture f;
    CHECK(f.only_problem(replaced(sound, "base = 0x4000_0000",
                                  "base = 0x4000_0000\nkind = \"ram\"\nlatency = \"80 ns\"") +
                         "[[memory]]\nname = \"high\"\nbase = 0x43ff_f000\nsize = 0x2000\n") ==
          "33: memory.high.base: `high` (RAM, 0x43fff000 to 0x44000fff) overlaps `ram` (RAM, "
          "0x40000000 to 0x43ffffff) of " +
              (f.path() / "p.toml").string() + ":11:1 | addresses that nothing else has");
    // The redistributors grow with the PEs.
    CHECK_THAT(f.only_problem(sound + "[gic]\nredistributors = 0x08ff_0000\n"),
               Contains("uart.uart0.base: `uart0` (PL011, 0x9000000 to 0x9000fff) overlaps `gic` "
                        "(GICR, 0x8ff0000 to 0x902ffff)"));
    CHECK_THAT(
        f.only_problem(sound + "[[memory]]\nname = \"top\"\nbase = 0xff_ffff_f000\nsize = 8192\n"),
        Contains("ends beyond the 40-bit physical addresses"));
}

TEST_CASE("references that lead nowhere are errors", "[config]")
{
    const Fixture f;
    const auto dangling = f.problems(replaced(sound, "to = \"trbe\"", "to = \"trb\""));
    REQUIRE(dangling.size() == 2);
    CHECK(dangling[0] == "20: trace.ete.to: there is no trace component \"trb\"; did you mean "
                         "\"trbe\"? | ete, trbe");
    CHECK(dangling[1] == "21: trace.trbe: no ete feeds it | an ete with to = \"trbe\"");
    CHECK_THAT(
        f.only_problem(replaced(sound, "kind = \"ete\"", "kind = \"ete\"\nclusters = [\"c1\"]")),
        Contains("trace.ete.clusters: there is no cluster \"c1\""));
    CHECK(f.only_problem(replaced(sound, "kind = \"trbe\"", "kind = \"tmc\""))
              .find("there is no \"tmc\"") != std::string::npos);
}

TEST_CASE("names are unique in their kind", "[config]")
{
    const Fixture f;
    const auto all =
        f.problems(sound + "[[uart]]\nname = \"uart0\"\nbase = 0x0901_0000\nspi = 2\n");
    REQUIRE(all.size() == 1);
    CHECK(all[0] == "30: uart.uart0.name: \"uart0\" is taken: " + (f.path() / "p.toml").string() +
                        ":15:1 | a name of its own");
}

TEST_CASE("two devices cannot drive one interrupt", "[config]")
{
    const Fixture f;
    CHECK_THAT(f.only_problem(sound + "[[uart]]\nname = \"u1\"\nbase = 0x0901_0000\n"),
               Contains("INTID 33 is taken by uart0 (PL011)"));
    CHECK_THAT(f.only_problem(sound + "[gic]\nmaintenance = 27\n"),
               Contains("gic.maintenance: INTID 27 is taken by EL1 virtual timer"));
    CHECK_THAT(f.only_problem(replaced(sound, "name = \"uart0\"", "name = \"uart0\"\nspi = 256")),
               Contains("INTID 288 does not exist | an spi below gic.spis, which is 256"));
}

TEST_CASE("missing files are named, with the places where they were looked for", "[config]")
{
    const Fixture f;
    const std::string folder = f.path().string();
    CHECK(f.only_problem(replaced(sound, "hello.elf", "nothing.elf")) ==
          "27: image.hello.file: there is no file \"nothing.elf\" | a file; looked for " + folder +
              "/nothing.elf");
    CHECK_THAT(f.only_problem(replaced(sound, "core = \"small\"", "core = \"huge\"")),
               StartsWith("5: cluster.c0.core: there is no core profile \"huge\" | a file; looked "
                          "for " +
                          folder + "/cores/huge.toml"));
}

TEST_CASE("an image must be for AArch64, in memory, and have what is set in it", "[config]")
{
    const Fixture f;
    f.write("x86.elf", test::make_elf(0x4008'0000, 0x4008'0000, "code", {}, EM_X86_64));
    CHECK_THAT(f.only_problem(replaced(sound, "hello.elf", "x86.elf")),
               Contains("is not for little-endian AArch64"));
    f.write("low.elf", test::make_elf(0x4008'0000, 0x3fff'fffc, "12345678"));
    CHECK(f.only_problem(replaced(sound, "hello.elf", "low.elf")) ==
          "27: image.hello.file: 0x3ffffffc to 0x40000003 is not in memory | `ram` 0x40000000 to "
          "0x43ffffff");
    CHECK(f.only_problem(sound + "parameters.switch_desgin = 3\n") ==
          "29: image.hello.parameters.switch_desgin: hello.elf has no such variable of 64 bits; "
          "did you mean `switch_design`? | switch_design");
    CHECK(
        f.load(sound + "parameters.switch_design = 3\n").images[0].parameters.at("switch_design") ==
        3);
    f.write("flat.bin", "flat");
    CHECK_THAT(f.only_problem(replaced(sound, "hello.elf", "flat.bin")),
               Contains("image.hello.load: is missing: flat.bin is not an ELF file"));
    CHECK_THAT(f.only_problem(sound + "[[image]]\nname = \"b\"\nfile = \"flat.bin\"\nload = "
                                      "0x4008_0002\n"),
               Contains("image.b.load: 0x40080002 to 0x40080005 overlaps image `hello`"));
}

TEST_CASE("a PE must start somewhere, and only once", "[config]")
{
    const Fixture f;
    CHECK_THAT(f.only_problem(replaced(sound, "entry_pe = 0", "entry_pe = 2")),
               Contains("there is no PE 2 | 0 to 1"));
    CHECK_THAT(f.only_problem(replaced(sound, "entry_pe = 0\n", "")), Contains("no PE starts"));
    CHECK_THAT(f.only_problem(replaced(sound, "entry_pe = 0", "entry_pe = 0\nentry_el = 0")),
               Contains("entry_el: 0 is out of range | an integer, 1 to 3"));
}

TEST_CASE("the symbol that fidelity switches at must exist", "[config]")
{
    const Fixture f;
    const std::string tail = "[fidelity]\nmode = \"functional\"\nswitch_at = ";
    CHECK(f.load(sound + tail + "\"start\"\n").fidelity.switch_at == "start");
    CHECK_THAT(f.only_problem(sound + tail + "\"begin\"\n"),
               Contains("no image has a symbol `begin`"));
}

TEST_CASE("all errors are reported at once, in the order of the file", "[config]")
{
    const Fixture f;
    std::string text = replaced(sound, "pes = 2", "pes = 0");
    text = replaced(text, "\"64 MiB\"", "1000");
    text = replaced(text, "hello.elf", "none.elf");
    text = "colour = \"red\"\n" + text;
    const auto all = f.problems(text);
    CAPTURE(all);
    REQUIRE(all.size() == 4);
    CHECK_THAT(all[0], StartsWith("1: colour: unknown key"));
    CHECK_THAT(all[1], StartsWith("7: cluster.c0.pes: 0 is out of range"));
    CHECK_THAT(all[2], StartsWith("13: memory.ram.size: 1000 B is out of range"));
    CHECK_THAT(all[3], StartsWith("28: image.hello.file: there is no file"));
}

TEST_CASE("text that is not TOML says where", "[config]")
{
    const Fixture f;
    try {
        f.load("name = \"x\"\n[[cluster]\n");
        FAIL("accepted");
    } catch (const ConfigError& e) {
        REQUIRE(e.problems().size() == 1);
        CHECK(e.problems()[0].at.line == 2);
    }
    CHECK_THROWS_WITH(config::load(f.path() / "absent.toml", {}, {}),
                      Contains("absent.toml: cannot be read: No such file"));
    CHECK_THROWS_WITH(config::load(f.path(), {}, {}), Contains("cannot be read"));
}

TEST_CASE("an override puts values over the file's, by index or by name", "[config]")
{
    const Fixture f;
    const Config c =
        f.load(sound, {"cluster.0.pes=1", "cluster.c0.clock=1.5 GHz", "fidelity.mode=functional",
                       "gic.spis=64", "image.hello.parameters.switch_design=5", "name=\"quoted\"",
                       "cluster.0.overrides.exception.to_el2=99"});
    CHECK(c.clusters[0].pes == 1);
    CHECK(c.clusters[0].clock == 1'500'000'000);
    CHECK(c.fidelity.mode == "functional");
    CHECK(c.gic.spis == 64);
    CHECK(c.images[0].parameters.at("switch_design") == 5);
    CHECK(c.name == "quoted");
    CHECK(c.clusters[0].profile.exception.to_el2 == 99);
}

TEST_CASE("an adversary is one of those that exist", "[config]")
{
    const Fixture f;
    CHECK(f.load(sound).run.adversary == "sync");
    CHECK(f.load(sound + "[run]\nadversary = \"random:3+prefetch\"\n").run.adversary ==
          "random:3+prefetch");
    CHECK_THAT(f.only_problem(sound + "[run]\nadversary = \"random\"\n"),
               Contains("run.adversary: there is no adversary \"random\" | sync, late, mixed or "
                        "random:SEED, each with or without +prefetch"));
}

TEST_CASE("errors in an override have it for a place", "[config]")
{
    const Fixture f;
    CHECK_THAT(
        f.only_problem(sound, {"cluster.0.pse=1"}),
        StartsWith("--set cluster.0.pse=1: cluster.c0.pse: unknown key; did you mean `pes`?"));
    CHECK_THAT(f.only_problem(sound, {"cluster.0.pes=99"}),
               StartsWith("--set cluster.0.pes=99: cluster.c0.pes: 99 is out of range"));
    CHECK_THAT(f.only_problem(sound, {"cluster.big.pes=1"}),
               StartsWith("--set cluster.big.pes=1: cluster: there is no `big` to set | c0"));
    CHECK_THAT(f.only_problem(sound, {"cluser.0.pes=1"}),
               StartsWith("--set cluser.0.pes=1: cluser: unknown key; did you mean `cluster`?"));
    CHECK_THAT(f.only_problem(sound, {"nonsense"}), Contains("is not an assignment"));
}

TEST_CASE("what narrows a recording is checked", "[config]")
{
    const Fixture f;
    const Config c =
        f.load(sound, {"transactions.kinds=[\"exclusive\", \"walk\"]", "transactions.pes=[1]",
                       "transactions.from=\"1 ms\"", "outputs.transactions=true"});
    CHECK(c.outputs.transactions);
    CHECK(c.transactions.kinds == std::vector<std::string>{"exclusive", "walk"});
    CHECK(c.transactions.from == 1'000'000'000);
    CHECK_THAT(f.only_problem(sound, {"transactions.kinds=[\"wlak\"]"}),
               Contains("transactions.kinds: there is no kind of transaction \"wlak\"; did you "
                        "mean \"walk\"? | "));
    CHECK_THAT(f.only_problem(sound, {"transactions.pes=[2]"}),
               Contains("transactions.pes: 2 is out of range | 0 to 1"));
    CHECK_THAT(f.only_problem(sound, {"log.els=[4]"}),
               Contains("log.els: 4 is out of range | 0 to 3"));
}

TEST_CASE("features and parameters of a core can be changed for a cluster", "[config]")
{
    const Fixture f;
    const Config c = f.load(replaced(
        sound, "pes = 2", "pes = 2\nfeatures.FEAT_VHE = true\noverrides = { l2.size = 2097152 }"));
    CHECK(c.clusters[0].feature_set.contains("FEAT_VHE"));
    CHECK(c.clusters[0].profile.l2.size == 2097152);
    CHECK_THAT(f.only_problem(replaced(sound, "pes = 2", "pes = 2\noverrides.isue_width = 3")),
               StartsWith("7: cluster.c0.overrides.isue_width: a core has no such parameter; did "
                          "you mean `issue_width`?"));
    CHECK_THAT(f.only_problem(replaced(sound, "pes = 2", "pes = 2\noverrides.issue_width = 99")),
               Contains("99 is out of range | 1 to 16"));
    CHECK_THAT(f.only_problem(replaced(sound, "pes = 2", "pes = 2\nfeatures.FEAT_TRBE = false")),
               Contains("the PEs of cluster `c0` are without FEAT_TRBE"));
}

TEST_CASE("features must be known, complete, and not those that every PE has", "[config]")
{
    const Fixture f;
    const auto with = [&](const std::string& feature) {
        return f.problems(replaced(sound, "pes = 2", "pes = 2\nfeatures." + feature)).at(0);
    };
    CHECK_THAT(with("FEAT_ETE = false"),
               StartsWith("7: cluster.c0.features: FEAT_TRBE depends on FEAT_ETE"));
    CHECK_THAT(with("FEAT_WONDER = true"), Contains("unknown feature FEAT_WONDER"));
    CHECK_THAT(with("FEAT_BRBE = true"), Contains("FEAT_BRBE is not available"));
    CHECK_THAT(with("FEAT_FP = false"), Contains("every PE has it"));
}

TEST_CASE("the link of an ete has a width that is a power of two, and a trbe has none", "[config]")
{
    const Fixture f;
    CHECK_THAT(f.only_problem(replaced(sound, "kind = \"ete\"", "kind = \"ete\"\nlink_bytes = 12")),
               StartsWith("20: trace.ete.link_bytes: 12 is no width of a link"));
    CHECK_THAT(f.only_problem(replaced(sound, "kind = \"trbe\"", "kind = \"trbe\"\nfifo = 512")),
               StartsWith("24: trace.trbe.fifo: a trbe has no such thing"));
}

TEST_CASE("errors in a core profile name its file", "[config]")
{
    const Fixture f;
    const auto file = f.write("cores/small.toml", "issue_width = 2\nlatency.alu = \"one\"\n"
                                                  "latency.mul = 3\nfeatures = 7\n");
    std::string text = replaced(sound, "to = \"trbe\"\n", "");
    text = replaced(text, "[[trace]]\nname = \"ete\"\nkind = \"ete\"\n", "");
    text = replaced(text, "[[trace]]\nname = \"trbe\"\nkind = \"trbe\"\n", "");
    try {
        f.load(text);
        FAIL("accepted");
    } catch (const ConfigError& e) {
        REQUIRE(e.problems().size() == 3);
        CHECK(e.problems()[0].text() == file.string() + ":2:9: latency.alu: is a string; allowed: "
                                                        "an integer");
        CHECK_THAT(e.problems()[1].text(),
                   StartsWith(file.string() + ":3:9: latency.mul: a core has no such parameter"));
        CHECK_THAT(e.problems()[2].text(), Contains("features: is an integer"));
    }
}

TEST_CASE("a core that is like another has its numbers, but not its features", "[config]")
{
    const Fixture f;
    f.write("cores/big.toml", "like = \"small\"\nissue_width = 4\nfeatures = [\"FEAT_AA64EL0\", "
                              "\"FEAT_AA64EL1\", \"FEAT_AA64EL2\", \"FEAT_CRC32\"]\n");
    std::string text = replaced(sound, "core = \"small\"", "core = \"big\"");
    text = replaced(text, "[[trace]]\nname = \"ete\"\nkind = \"ete\"\nto = \"trbe\"\n", "");
    text = replaced(text, "[[trace]]\nname = \"trbe\"\nkind = \"trbe\"\n", "");
    const Config c = f.load(text);
    CHECK(c.clusters.at(0).profile.issue_width == 4);
    CHECK(c.clusters.at(0).profile.midr == 0x410f'd034);
    CHECK(c.clusters.at(0).feature_set.contains("FEAT_CRC32"));
    CHECK_FALSE(c.clusters.at(0).feature_set.contains("FEAT_LSE"));

    SECTION("one that does not exist")
    {
        f.write("cores/big.toml", "like = \"smal\"\n");
        CHECK_THAT(f.only_problem(text), Contains("like: there is no "));
    }
    SECTION("no chains")
    {
        f.write("cores/huge.toml", "like = \"big\"\n");
        CHECK_THAT(f.only_problem(replaced(text, "core = \"big\"", "core = \"huge\"")),
                   Contains("like: big is like another core itself"));
    }
    SECTION("no name")
    {
        f.write("cores/big.toml", "like = 7\n");
        CHECK_THAT(f.only_problem(text), Contains("like: is an integer"));
    }
}

TEST_CASE("a core tells which buffers firmware keeps", "[config]")
{
    const Fixture f;
    const auto with = [&f](const std::string& kept) {
        f.write("cores/small.toml", std::string{"kept_by_firmware = "} + kept + "\n" + core);
    };
    with("[\"FEAT_TRBE\", \"FEAT_SPE\"]");
    // What it has not cannot be kept.
    CHECK(f.load(sound).clusters.at(0).kept == std::set<std::string>{"FEAT_TRBE"});
    CHECK(f.load(sound, {"cluster.c0.features.FEAT_SPE=true"}).clusters.at(0).kept.size() == 2);
    // Software at EL3 keeps what it wants to.
    CHECK_THAT(f.only_problem(replaced(sound, "entry_pe = 0", "entry_pe = 0\nentry_el = 3")),
               Contains("with software at EL3 there is no such firmware"));
    with("[\"FEAT_ETE\"]");
    CHECK_THAT(f.only_problem(sound), Contains("kept_by_firmware: firmware keeps no FEAT_ETE"));
    with("[1]");
    CHECK_THAT(f.only_problem(sound), Contains("kept_by_firmware: has an integer | strings"));
    with("7");
    CHECK_THAT(f.only_problem(sound),
               Contains("kept_by_firmware: is an integer | an array of strings"));
}

TEST_CASE("the core max has every feature that there is", "[config]")
{
    Problems problems;
    const CoreFile core = read_core_file(std::string{SL_CORE_PROFILES} + "/max.toml", problems);
    const auto all = [](std::string names) {
        std::set<std::string> set;
        for (std::size_t end = names.find(", "); end != std::string::npos; end = names.find(", ")) {
            set.insert(names.substr(0, end));
            names.erase(0, end + 2);
        }
        set.insert(names);
        return set;
    };
    std::set<std::string> missing = all(sysreg::Features::known());
    for (const std::string& name : core.features)
        missing.erase(name);
    // Every PE's, and what excludes a feature that it has.
    CHECK(missing == std::set<std::string>{"FEAT_GICv3", "FEAT_EPAC", "FEAT_PACQARMA3",
                                           "FEAT_PACIMP", "FEAT_ETMv4"});
    CHECK(core.profile.window == 128);
}

TEST_CASE("quantities are exact", "[config]")
{
    using Kind = Type::Kind;
    CHECK(parse_quantity("2.4 GHz", Kind::Frequency) == 2'400'000'000);
    CHECK(parse_quantity("62.5MHz", Kind::Frequency) == 62'500'000);
    CHECK(parse_quantity("0.1 ns", Kind::Duration) == 100);
    CHECK(parse_quantity("1.5 KiB", Kind::Bytes) == 1536);
    CHECK(parse_quantity("0.5 ps", Kind::Duration) == std::nullopt);
    CHECK(parse_quantity("10 MHz", Kind::Duration) == std::nullopt);
    CHECK(parse_quantity("fast", Kind::Frequency) == std::nullopt);
    CHECK(parse_quantity("1. s", Kind::Duration) == std::nullopt);
    CHECK(parse_quantity("99999999999999 s", Kind::Duration) == std::nullopt);
    CHECK(format_quantity(2'400'000'000, Kind::Frequency) == "2.4 GHz");
    CHECK(format_quantity(62'500'000, Kind::Frequency) == "62.5 MHz");
    CHECK(format_quantity(1u << 30, Kind::Bytes) == "1 GiB");
    CHECK(format_quantity(3u << 12, Kind::Bytes) == "12 KiB");
    CHECK(format_quantity(10'000'000, Kind::Duration) == "10 us");
    CHECK(format_quantity(0, Kind::Duration) == "0 ps");
}

TEST_CASE("every default is a value that its key allows", "[config]")
{
    // Loading a file with nothing in it uses all of them, and asserts that each can be read.
    const Fixture f;
    CHECK(f.problems("").size() == 4); // name, cluster, memory, image
    for (const Table& t : schema())
        for (const Key& k : t.keys) {
            CAPTURE(t.name, k.name);
            CHECK_FALSE(k.doc.empty());
        }
}
