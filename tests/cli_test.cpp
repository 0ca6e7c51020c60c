// SPDX-License-Identifier: MIT
#include "sightline_process.h"

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

TEST_CASE("the help tells the commands and the exit status", "[cli]")
{
    const Folder folder;
    const Finished r = sightline(folder, {"--help"});
    CHECK(r.status == 0);
    for (const char* const word : {"run CONFIG", "check CONFIG", "describe CONFIG", "reference",
                                   "--set", "--out", "Exit status"})
        CHECK_THAT(r.out, Contains(word));
    CHECK(r.err.empty());
}

TEST_CASE("the version is told alone", "[cli]")
{
    const Folder folder;
    const Finished r = sightline(folder, {"--version"});
    CHECK(r.status == 0);
    CHECK(r.out == "sightline " SIGHTLINE_VERSION "\n");
    CHECK(r.err.empty());
}

TEST_CASE("a command line that says nothing sensible is refused with status 2", "[cli]")
{
    const Folder folder;
    const std::vector<std::pair<std::vector<std::string>, std::string>> all{
        {{}, "no command"},
        {{"walk"}, "no command \"walk\""},
        {{"run"}, "`run` needs a configuration"},
        {{"check", "a.toml", "b.toml"}, "does not take \"b.toml\""},
        {{"reference", "a.toml"}, "does not take \"a.toml\""},
        {{"reference", "--set", "a=b"}, "--set needs"},
        {{"check", "a.toml", "--out", "x"}, "--out is for `run` and `dtb` only"},
        {{"check", "a.toml", "--adversary", "late"}, "--adversary is for `run`"},
        {{"run", "a.toml", "--svg"}, "--svg is for `describe`"},
        {{"run", "a.toml", "--ou", "x"}, "--ou"},
        {{"run", "a.toml", "--out"}, "--out"}};
    for (const auto& [arguments, message] : all) {
        const Finished r = sightline(folder, arguments);
        INFO(message);
        CHECK(r.status == 2);
        CHECK_THAT(r.err, Contains(message));
        CHECK(r.out.empty());
    }
}

TEST_CASE("all errors of a configuration come at once, with file, line, column and key", "[cli]")
{
    const Folder folder;
    std::string text = platform_for("hello");
    text.replace(text.find("pes = 1"), 7, "pes = 0");
    text.replace(text.find("size = \"1 GiB\""), 14, "size = \"1 KiB\"");
    const auto config = folder.write("bad.toml", text + "[run]\nmax_tim = \"1 s\"\n");
    for (const char* const command : {"run", "check", "describe"}) {
        const Finished r = sightline(folder, {command, config.string()});
        CHECK(r.status == 2);
        CHECK(r.out.empty());
        CHECK_THAT(r.err, Contains(config.string() + ":5:1: cluster.c0.pes: 0 is out of range"));
        CHECK_THAT(r.err, Contains("memory.ram.size"));
        CHECK_THAT(r.err, Contains("did you mean `max_time`?"));
    }
}

TEST_CASE("an adversary that does not exist is refused, and those that do are named", "[cli]")
{
    const Folder folder;
    const auto config = folder.write("good.toml", platform_for("hello"));
    const Finished r = sightline(folder, {"run", config.string(), "--adversary", "early"});
    CHECK(r.status == 2);
    CHECK_THAT(r.err, Contains("run.adversary: there is no adversary \"early\""));
    CHECK_THAT(r.err, Contains("sync, late, mixed or random:SEED"));
    CHECK(sightline(folder, {"run", config.string(), "--adversary", "mixed+prefetch"}).status == 0);
}

TEST_CASE("a missing configuration file is an error of the configuration", "[cli]")
{
    const Folder folder;
    const Finished r = sightline(folder, {"run", (folder.path() / "none.toml").string()});
    CHECK(r.status == 2);
    CHECK_THAT(r.err, Contains("none.toml: cannot be read"));
}

TEST_CASE("check says that nothing is wrong, and starts nothing", "[cli]")
{
    const Folder folder;
    const auto config = folder.write("good.toml", platform_for("hello"));
    const Finished r = sightline(folder, {"check", config.string()});
    CHECK(r.status == 0);
    CHECK_THAT(r.out, Contains("nothing is wrong"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "sightline-out"));
}

TEST_CASE("describe shows the platform, --set included", "[cli]")
{
    const Folder folder;
    const auto config = folder.write("good.toml", platform_for("hello"));
    const Finished r =
        sightline(folder, {"describe", config.string(), "--set", "cluster.c0.pes=2"});
    CHECK(r.status == 0);
    for (const char* const word : {"Memory map", "Interrupt map", "Topology", "pe1", "PL011"})
        CHECK_THAT(r.out, Contains(word));
    CHECK_THAT(r.out, !Contains("SPE"));
    const Finished spe =
        sightline(folder, {"describe", config.string(), "--set",
                           "cluster.c0.features.FEAT_SPE=true", "--set", "profiling.pmbirq=20"});
    CHECK_THAT(spe.out, Contains("SPE (INTID 20) -> memory"));
    CHECK_THAT(spe.out, Contains("profiling buffer (SPE)"));
    const Finished svg = sightline(folder, {"describe", config.string(), "--svg"});
    CHECK(svg.status == 0);
    CHECK_THAT(svg.out, Contains("<svg"));
}

TEST_CASE("the configuration reference in docs/ is what the program prints", "[cli]")
{
    const Folder folder;
    const Finished r = sightline(folder, {"reference"});
    CHECK(r.status == 0);
    // To make it current: build/sightline reference > docs/configuration.md
    CHECK(r.out == contents(SOURCE "/docs/configuration.md"));
}
