// SPDX-License-Identifier: MIT
#include "soc/describe.h"

#include "config/schema.h"
#include "config/trace_graph.h"
#include "debug/elf_image.h"
#include "debug/text.h"
#include "report/text_table.h"
#include "run/image_file.h"

#include <algorithm>

namespace sl::soc {

using config::Config;
using report::TextTable;
using Align = TextTable::Align;
using Kind = config::Type::Kind;

namespace {

/// Lines with the branches of a tree in front.
class Tree {
public:
    explicit Tree(std::string root)
        : text_{"  " + std::move(root) + "\n"}
    {
    }

    /// A node `depth` >= 1 below the root; `last` among its siblings.
    void node(unsigned depth, bool last, const std::string& label)
    {
        open_.resize(depth - 1);
        text_ += "  ";
        for (const bool more : open_)
            text_ += more ? "│  " : "   ";
        text_ += (last ? "└─ " : "├─ ") + label + "\n";
        open_.push_back(!last);
    }

    const std::string& text() const { return text_; }

private:
    std::vector<bool> open_; ///< by depth: further siblings follow
    std::string text_;
};

std::string heading(const std::string& title)
{
    return "\n" + title + "\n";
}

std::string cache_text(const timing::CacheShape& c)
{
    if (c.size == 0)
        return "none";
    return config::format_quantity(c.size, Kind::Bytes) + " " + std::to_string(c.ways) + "-way";
}

std::string hex_address(u64 value)
{
    return debug::hex(value, 10);
}

std::string memory_map(const Config& config)
{
    TextTable table{{{"from", Align::Left},
                     {"to", Align::Left},
                     {"size", Align::Right},
                     {"what", Align::Left},
                     {"name", Align::Left}}};
    for (const Config::Region& r : config.regions())
        table.row({hex_address(r.base), hex_address(r.end() - 1),
                   config::format_quantity(r.size, Kind::Bytes), r.what, r.name});
    return heading("Memory map") + table.render(2);
}

std::string interrupt_map(const Config& config)
{
    TextTable table{{{"INTID", Align::Right}, {"kind", Align::Left}, {"source", Align::Left}}};
    table.row({"0-15", "SGI", "between PEs"});
    for (const Config::Interrupt& i : config.interrupts()) {
        if (i.intid == 29 && !config.has_el3())
            continue;
        const std::string kind = i.intid < 32 ? "PPI " + std::to_string(i.intid - 16)
                                              : "SPI " + std::to_string(i.intid - 32);
        table.row({std::to_string(i.intid), kind, i.source});
    }
    return heading("Interrupt map (GICv3, " + std::to_string(config.gic.spis) + " SPIs, " +
                   std::to_string(config.gic.list_registers) + " list registers)") +
           table.render(2);
}

/// "funnel:2", or "etr" where there is one input only.
std::string input_text(const config::AtbLink& link)
{
    return "`" + link.to->name + "`" + (link.to->is("funnel") ? ":" + std::to_string(link.in) : "");
}

std::string link_text(u64 bytes, u64 hz)
{
    return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes") + " at " +
           config::format_quantity(hz, Kind::Frequency);
}

std::string trace_text(const Config& config, const config::Cluster& cluster, unsigned pe)
{
    const config::TraceComponent* const ete = config.trace_of(cluster, "ete");
    if (!ete)
        return "no trace unit";
    std::string s = config::kind_label(*ete) + " `" + ete->name + "`";
    if (ete->base)
        s += " at " + debug::hex(config.frame_base(*ete, pe));
    if (const auto* const trbe = config.trace_of(cluster, "trbe"); trbe && feeds(*ete, *trbe))
        s += " -> TRBE `" + trbe->name + "` (INTID " + std::to_string(trbe->ppi) + ") -> " +
             (cluster.kept.contains("FEAT_TRBE") ? "kept by firmware" : "memory");
    for (const config::AtbLink& link : atb_links(config))
        if (link.pe == pe)
            s += (s.find("TRBE") != std::string::npos ? "; while that is disabled -> " : " -> ") +
                 input_text(link) + " (" +
                 link_text(ete->link_bytes, ete->link_clock.value_or(cluster.clock)) + ")";
    return s;
}

/// What is special about a component of the fabric.
std::string component_text(const Config& config, const config::TraceComponent& t,
                           const std::vector<config::AtbLink>& links)
{
    const auto bytes = [](u64 n) { return config::format_quantity(n, Kind::Bytes); };
    std::string s = config::kind_label(t) + " `" + t.name + "`";
    if (t.is("funnel"))
        s += ", " + std::to_string(config::atb_inputs(t, links)) + " inputs";
    if (t.is("funnel") || t.is("bridge"))
        s += ", " + link_text(t.link_bytes, t.clock);
    if (t.is("etb") || t.is("etf"))
        s += ", " + bytes(t.size) + " of RAM";
    if (t.is("etr"))
        s += t.scatter_gather ? ", flat or scatter-gather" : ", flat";
    if (t.is("tpiu"))
        s += ", " + std::to_string(t.port_bits) + " bits at " +
             config::format_quantity(t.clock, Kind::Frequency) + " to " + t.port_file();
    if (t.is("stm"))
        s += ", " + std::to_string(t.stimulus_ports) + " stimulus ports";
    if (config::has_registers(t))
        s += ", at " + debug::hex(config.trace_base(t));
    if (t.spi)
        s += ", INTID " + std::to_string(32 + *t.spi);
    for (const auto& [what, signals] : {std::pair{" from ", &t.inputs}, {" to ", &t.outputs}})
        for (std::size_t n = 0; n < signals->size(); ++n)
            s += "; trigger " + std::to_string(n) + what + (*signals)[n];
    std::string to;
    for (const config::AtbLink& l : links)
        if (l.from == &t)
            to += (to.empty() ? " -> " : " and ") + input_text(l);
    return s + to + (t.is("etr") ? " -> memory" : "");
}

std::string topology(const Config& config)
{
    Tree tree{config.name};
    unsigned pe = 0;
    for (const config::Cluster& c : config.clusters) {
        tree.node(1, false,
                  c.name + ": " + std::to_string(c.pes) + (c.pes == 1 ? " PE, " : " PEs, ") +
                      c.core + ", " + config::format_quantity(c.clock, Kind::Frequency));
        for (u64 n = 0; n < c.pes; ++n, ++pe) {
            tree.node(2, false,
                      "pe" + std::to_string(pe) + " (MPIDR affinity 0.0." +
                          std::to_string(config.affinity(pe) >> 8) + "." +
                          std::to_string(config.affinity(pe) & 0xff) + ")");
            tree.node(3, false,
                      "L1I " + cache_text(c.profile.l1i) + ", L1D " + cache_text(c.profile.l1d));
            const bool profiles = c.feature_set.contains("FEAT_SPE");
            tree.node(3, !profiles, trace_text(config, c, pe));
            if (profiles)
                tree.node(3, true,
                          "SPE (INTID " + std::to_string(config.profiling.pmbirq) + ") -> " +
                              (c.kept.contains("FEAT_SPE") ? "kept by firmware" : "memory"));
        }
        tree.node(2, true, "L2 " + cache_text(c.profile.l2));
    }
    std::vector<std::string> fabric;
    for (const config::TraceComponent& t : config.trace)
        if (!t.is("ete") && !t.is("trbe"))
            fabric.push_back(component_text(config, t, atb_links(config)));
    if (!fabric.empty())
        tree.node(1, false, "CoreSight");
    for (std::size_t n = 0; n < fabric.size(); ++n)
        tree.node(2, n + 1 == fabric.size(), fabric[n]);
    tree.node(1, false, "gic: GICv3, a redistributor and a CPU interface for each PE");
    tree.node(1, true, "interconnect");
    const auto regions = config.regions();
    for (std::size_t i = 0; i < regions.size(); ++i)
        tree.node(2, i + 1 == regions.size(),
                  regions[i].name + ": " + regions[i].what + " at " + debug::hex(regions[i].base));
    return heading("Topology") + tree.text();
}

std::string software(const Config& config)
{
    TextTable table{{{"image", Align::Left},
                     {"file", Align::Left},
                     {"memory", Align::Left},
                     {"start", Align::Left}}};
    for (const config::Image& i : config.images) {
        const auto image = run::is_elf(i.found) ? run::ImageFile::read_elf(i.found)
                                                : run::ImageFile::read_flat(i.found, *i.load);
        u64 first = ~u64{0}, last = 0;
        for (const run::Chunk& c : image.chunks) {
            first = std::min(first, c.pa);
            last = std::max(last, c.pa + c.size - 1);
        }
        std::string start = "-";
        if (i.entry_pe)
            start = "pe" + std::to_string(*i.entry_pe) + " at " +
                    debug::hex(i.entry.value_or(image.entry)) + ", EL" + std::to_string(i.entry_el);
        table.row({i.name, i.file, debug::hex(first) + " to " + debug::hex(last), start});
        for (const auto& [symbol, value] : i.parameters)
            table.row({"", symbol + " = " + std::to_string(value)});
    }
    return heading("Software") + table.render(2);
}

std::string run_text(const Config& config)
{
    std::string s = heading("Run");
    s += "  time        " + config.fidelity.mode + " fidelity";
    if (config.fidelity.switch_at)
        s += ", annotated from symbol `" + *config.fidelity.switch_at + "` on";
    s += "; system counter " + config::format_quantity(config.timer.frequency, Kind::Frequency);
    s += "\n  ends        with PSCI SYSTEM_OFF, or after " +
         config::format_quantity(config.run.max_time, Kind::Duration) + " of simulated time";
    if (config.run.max_instructions > 0)
        s += ", or " + std::to_string(config.run.max_instructions) + " instructions";
    const config::Outputs& o = config.outputs;
    std::vector<std::string> names;
    for (const auto& [on, name] : {std::pair{o.console, "console"},
                                   {o.report, "report"},
                                   {o.statistics, "statistics"},
                                   {o.trace, "trace"},
                                   {o.waves, "waves"},
                                   {o.timeline, "timeline"},
                                   {o.log, "log"},
                                   {o.transactions, "transactions"}})
        if (on)
            names.emplace_back(name);
    return s + "\n  outputs     " + (names.empty() ? "none" : config::join(names)) + "\n";
}

} // namespace

std::string describe(const Config& config)
{
    std::string s = config.name;
    if (!config.description.empty())
        s += ": " + config.description;
    return s + "\n" + topology(config) + memory_map(config) + interrupt_map(config) +
           software(config) + run_text(config);
}

} // namespace sl::soc
