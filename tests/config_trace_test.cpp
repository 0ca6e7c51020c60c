// SPDX-License-Identifier: MIT
// [[trace]]: the graph of CoreSight components, and everything that can be wrong with one.
#include "config_fixture.h"

#include "config/trace_graph.h"

using namespace sl;
using namespace sl::config;
using Catch::Contains;

namespace {

/// A component, with its keys as TOML.
std::string component(const std::string& name, const std::string& kind,
                      const std::string& keys = "")
{
    return "[[trace]]\nname = \"" + name + "\"\nkind = \"" + kind + "\"\n" + keys + "\n";
}

/// Two clusters of two PEs with buffers, a fabric with everything.
const std::string whole = component("ete", "ete", "to = [\"trbe\", \"funnel:1\"]") +
                          component("trbe", "trbe") + component("stm", "stm", "to = \"funnel\"") +
                          component("funnel", "funnel", "to = \"bridge\"\nclock = \"400 MHz\"") +
                          component("bridge", "bridge", "to = \"etf\"\nlink_bytes = 4") +
                          component("etf", "etf", "to = \"rep\"\nsize = \"8 KiB\"") +
                          component("rep", "replicator", "to = [\"etr\", \"tpiu\"]") +
                          component("etr", "etr", "spi = 40") + component("tpiu", "tpiu") +
                          component("cti", "cti",
                                    "inputs = [\"etr.full\", \"stm.software\"]\n"
                                    "outputs = [\"etr.trigger\", \"gic.41\", \"tpiu.flush\"]");

struct Fixture : test::Folder {
    Fixture()
    {
        write("cores/small.toml", "midr = 0x410fd034\n"
                                  "features = [\"FEAT_AA64EL0\", \"FEAT_AA64EL1\", "
                                  "\"FEAT_AA64EL2\", \"FEAT_TRF\", \"FEAT_ETE\", "
                                  "\"FEAT_TRBE\"]\n");
        write("hello.elf", test::make_elf(0x4008'0000, 0x4008'0000, test::words({0x1400'0000})));
    }

    /// 20 lines, then the components.
    Config load(const std::string& trace, unsigned pes = 2) const
    {
        std::string text = "name = \"traced\"\n";
        for (const char* const c : {"c0", "c1"})
            text += std::string{"[[cluster]]\nname = \""} + c +
                    "\"\ncore = \"small\"\nclock = \"2 GHz\"\npes = " + std::to_string(pes) + "\n";
        text += "[[memory]]\nname = \"ram\"\nbase = 0x4000_0000\nsize = \"64 MiB\"\n"
                "[[image]]\nname = \"hello\"\nfile = \"hello.elf\"\nentry_pe = 0\n\n";
        return config::load(write("p.toml", text + trace), {}, {});
    }

    std::vector<std::string> problems(const std::string& trace, unsigned pes = 2) const
    {
        std::vector<std::string> all;
        try {
            load(trace, pes);
        } catch (const ConfigError& e) {
            for (const Problem& p : e.problems())
                all.push_back(std::to_string(p.at.line) + ":" + std::to_string(p.at.column) + ": " +
                              p.key + ": " + p.what + " | " + p.allowed);
        }
        return all;
    }

    std::string only(const std::string& trace, unsigned pes = 2) const
    {
        const auto all = problems(trace, pes);
        CAPTURE(all);
        REQUIRE(all.size() == 1);
        return all[0];
    }
};

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

const std::string ete_to_etr = component("ete", "ete", "to = \"etr\"") + component("etr", "etr");

} // namespace

TEST_CASE_METHOD(Fixture, "links get their ports: numbered ones first, then what is free",
                 "[config][trace]")
{
    const Config c = load(whole);
    std::vector<std::string> links;
    for (const AtbLink& l : atb_links(c))
        links.push_back(l.from->name + (l.pe ? std::to_string(*l.pe) : "") + "." +
                        std::to_string(l.out) + ">" + l.to->name + ":" + std::to_string(l.in));
    CHECK(links == std::vector<std::string>{"ete0.0>funnel:1", "ete1.0>funnel:2", "ete2.0>funnel:3",
                                            "ete3.0>funnel:4", "stm.0>funnel:0",
                                            "funnel.0>bridge:0", "bridge.0>etf:0", "etf.0>rep:0",
                                            "rep.0>etr:0", "rep.1>tpiu:0"});
    CHECK(atb_inputs(*find_trace(c, "funnel"), atb_links(c)) == 5);
}

TEST_CASE_METHOD(Fixture, "registers lie one after the other in the order of the file",
                 "[config][trace]")
{
    const Config c = load(whole);
    std::map<std::string, u64> bases;
    for (const Config::Region& r : c.regions())
        bases[r.name + " " + r.what] = r.base;
    CHECK(bases.at("stm STM") == 0x0c00'0000);
    CHECK(bases.at("funnel funnel") == 0x0c00'1000);
    CHECK(bases.at("etf ETF") == 0x0c00'2000);
    CHECK(bases.at("rep replicator") == 0x0c00'3000);
    CHECK(bases.at("etr ETR") == 0x0c00'4000);
    CHECK(bases.at("cti CTI") == 0x0c00'6000);
    CHECK(bases.at("stm stimulus") == 0x0d00'0000);
    CHECK_FALSE(bases.contains("bridge bridge"));
    // A static one has none; the others move up.
    const Config fixed =
        load(replaced(whole, "\"funnel\"\nto", "\"funnel\"\nprogrammable = false\nto"));
    CHECK(fixed.trace_base(*find_trace(fixed, "etf")) == 0x0c00'1000);
    CHECK_THAT(only(replaced(whole, "spi = 40", "spi = 40\nbase = 0x0c00_1000")),
               Contains("`etr` (ETR, 0xc001000 to 0xc001fff) overlaps `funnel`"));
}

TEST_CASE_METHOD(Fixture, "an ETR and a CTI drive shared interrupts of their own",
                 "[config][trace]")
{
    std::map<u64, std::string> sources;
    const Config c = load(whole);
    for (const Config::Interrupt& i : c.interrupts())
        sources[i.intid] = i.source;
    CHECK(sources.at(72) == "etr (ETR)");
    CHECK(sources.at(73) == "cti (CTI)");
    CHECK_THAT(only(replaced(whole, "gic.41", "gic.40")), Contains("INTID 72 is taken by"));
}

TEST_CASE_METHOD(Fixture, "an output leads to one input, and an input has one driver",
                 "[config][trace]")
{
    CHECK_THAT(only(replaced(whole, "to = \"funnel\"", "to = \"funnel:3\"")),
               Contains(".to: input 3 of `funnel` is driven by `ete` of pe2 and by `stm` | one"));
    CHECK_THAT(only(ete_to_etr),
               Contains("`etr` is driven by `ete` of pe0 and by `ete` of pe1 | one driver") ||
                   Contains("`etr` has no input left for `ete` of pe1 | 1 input; a funnel joins"));
    const auto lone = problems(replaced(whole, "to = [\"etr\", \"tpiu\"]", "to = \"etr\""));
    REQUIRE(lone.size() == 2);
    CHECK_THAT(lone[0], Contains("trace.rep.to: 1 of its 2 outputs lead somewhere | two comp"));
    CHECK_THAT(lone[1], Contains("trace.tpiu: nothing feeds it"));
    CHECK_THAT(only(component("ete", "ete", "to = \"f\"") +
                    component("f", "funnel", "to = \"etr\"\nports = 3") + component("etr", "etr")),
               Contains("`f` has no input left for `ete` of pe3 | 3 inputs; funnels may follow"));
    CHECK_THAT(only(component("ete", "ete", "to = \"f:6\"") +
                    component("f", "funnel", "to = \"etr\"") + component("etr", "etr")),
               Contains("`f` has no input 8 | 8 inputs"));
}

TEST_CASE_METHOD(Fixture, "what leads nowhere, or is fed by nothing, is an error with its place",
                 "[config][trace]")
{
    CHECK_THAT(only(component("ete", "ete")),
               Contains("21:1: trace.ete: its trace has no sink | to = a trbe"));
    const auto misspelt = problems(replaced(ete_to_etr, "to = \"etr\"", "to = \"ert\""), 1);
    REQUIRE(misspelt.size() == 2);
    CHECK_THAT(misspelt[0], Contains("24:1: trace.ete.to: there is no trace component \"ert\"; did "
                                     "you mean \"etr\"? | ete, etr"));
    CHECK_THAT(misspelt[1], Contains("25:1: trace.etr: nothing feeds it"));
    CHECK_THAT(only(component("ete", "ete", "to = []")), Contains("24:1: trace.ete.to: is empty"));
    CHECK_THAT(only(component("ete", "ete", "to = \"trbe\"") + component("trbe", "trbe") +
                    component("etb", "etb")),
               Contains("trace.etb: nothing feeds it | a component with to = \"etb\""));
    CHECK_THAT(only(component("ete", "ete", "to = [\"trbe\", \"f\"]") + component("trbe", "trbe") +
                    component("f", "funnel")),
               Contains("trace.f.to: 0 of its 1 output lead somewhere | one component"));
    CHECK_THAT(only(component("ete", "ete", "to = \"trbe:1\"") + component("trbe", "trbe")),
               Contains("trace.ete.to: a trbe has no numbered inputs | \"trbe\""));
}

TEST_CASE_METHOD(Fixture, "a graph with a cycle is none", "[config][trace]")
{
    const std::string loop =
        component("ete", "ete", "to = \"f\"") + component("f", "funnel", "to = \"rep\"") +
        component("rep", "replicator", "to = [\"f\", \"etr\"]") + component("etr", "etr");
    CHECK_THAT(only(loop), Contains("trace.rep.to: trace from `f` comes back to it | a graph"));
}

TEST_CASE_METHOD(Fixture, "only what takes an ATB can be at its end", "[config][trace]")
{
    const std::string trbe = component("trbe", "trbe");
    CHECK_THAT(only(component("ete", "ete", "to = [\"trbe\", \"f\"]") + trbe +
                    component("f", "funnel", "to = \"trbe\"")),
               Contains("trace.f.to: `trbe` is of kind trbe, which takes no ATB | a bridge"));
    CHECK_THAT(only(component("ete", "ete", "to = [\"trbe\", \"stm\"]") + trbe +
                    component("stm", "stm", "to = \"etb\"") + component("etb", "etb")),
               Contains("trace.ete.to: `stm` is of kind stm, which takes no ATB | a trbe, a bri"));
    CHECK_THAT(only(component("ete", "ete", "to = \"trbe\"") +
                    component("trbe", "trbe", "to = \"etb\"") +
                    component("stm", "stm", "to = \"etb\"") + component("etb", "etb")),
               Contains("trace.trbe.to: a trbe has no such thing | only in a component of kind "
                        "ete, bridge, funnel, replicator, etf, stm"));
}

TEST_CASE_METHOD(Fixture, "a buffer is in the PEs whose trace it takes", "[config][trace]")
{
    CHECK_THAT(only(component("ete", "ete", "to = \"trbe\"") +
                    component("trbe", "trbe", "clusters = [\"c0\"]")),
               Contains("trace.ete.to: the PEs of cluster `c1` have no `trbe` | a trbe of the sa"));
}

TEST_CASE_METHOD(Fixture, "values that hardware does not come in are refused", "[config][trace]")
{
    CHECK_THAT(only(replaced(whole, "link_bytes = 4", "link_bytes = 5")),
               Contains("trace.bridge.link_bytes: 5 is no width of a link | 1, 2, 4, 8 or 16"));
    CHECK_THAT(only(replaced(whole, "8 KiB", "9 KiB")),
               Contains("trace.etf.size: 9216 is no power of two"));
    CHECK_THAT(only(replaced(whole, "spi = 40", "write_buffer = 3")),
               Contains("trace.etr.write_buffer: 3 is no power of two"));
    CHECK_THAT(only(replaced(whole, "spi = 40", "memory_bytes = 12")),
               Contains("trace.etr.memory_bytes: 12 is no width of a memory"));
    CHECK_THAT(only(replaced(whole, "\"tpiu\"\n\n", "\"tpiu\"\nfile = \"../port\"\n\n")),
               Contains("trace.tpiu.file: \"../port\" is no file's name"));
    CHECK_THAT(
        only(replaced(whole, "to = \"funnel\"", "to = \"funnel:x\"")),
        Contains("trace.stm.to: \"funnel:x\" is no port of a component | NAME or NAME:PORT"));
    CHECK_THAT(only(replaced(whole, "\"funnel\"\nto",
                             "\"funnel\"\nprogrammable = false\nbase = 0x0c10_0000\nto")),
               Contains("trace.funnel.base: a static one has no registers"));
}

TEST_CASE_METHOD(Fixture, "cross triggers are signals that components have", "[config][trace]")
{
    CHECK_THAT(only(replaced(whole, "etr.full", "etr.fill")),
               Contains("trace.cti.inputs: `etr` has no signal \"fill\" | full, acqcomp"));
    CHECK_THAT(only(replaced(whole, "tpiu.flush", "funnel.flush")),
               Contains("trace.cti.outputs: `funnel` has no signal \"flush\" | none of a funnel"));
    CHECK_THAT(only(replaced(whole, "stm.software", "smt.software")),
               Contains("trace.cti.inputs: there is no trace component \"smt\"; did you mean"));
    CHECK_THAT(only(replaced(whole, "gic.41", "gic.x")),
               Contains("trace.cti.outputs: \"gic.x\" is no shared interrupt | gic.N"));
    CHECK_THAT(only(replaced(whole, "etr.full\"", "etr\"")),
               Contains("trace.cti.inputs: \"etr\" is no signal of a component | an array of "
                        "NAME.SIGNAL"));
}
