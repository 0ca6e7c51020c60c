// SPDX-License-Identifier: MIT
#include "config/trace_graph.h"

#include <algorithm>
#include <numeric>

namespace sl::config {

const std::set<std::string>& base_features()
{
    static const std::set<std::string> base{"FEAT_AA64EL0", "FEAT_AA64EL1", "FEAT_FP",
                                            "FEAT_AdvSIMD", "FEAT_GICv3"};
    return base;
}

std::vector<std::string> optional_features(const Cluster& cluster)
{
    std::vector<std::string> names{"FEAT_GICv3"};
    for (const std::string& f : cluster.feature_set)
        if (!base_features().contains(f) && f != "FEAT_AA64EL2")
            names.push_back(f);
    return names;
}

unsigned Config::pes() const
{
    return std::accumulate(
        clusters.begin(), clusters.end(), 0u,
        [](unsigned sum, const Cluster& c) { return sum + static_cast<unsigned>(c.pes); });
}

const Cluster& Config::cluster_of(unsigned pe) const
{
    for (const Cluster& c : clusters) {
        if (pe < c.pes)
            return c;
        pe -= static_cast<unsigned>(c.pes);
    }
    throw std::out_of_range{"no such PE"};
}

u64 Config::affinity(unsigned pe) const
{
    for (u64 n = 0; n < clusters.size(); ++n) {
        if (pe < clusters[n].pes)
            return n << 8 | pe;
        pe -= static_cast<unsigned>(clusters[n].pes);
    }
    throw std::out_of_range{"no such PE"};
}

bool Config::has_el3() const
{
    return std::any_of(images.begin(), images.end(),
                       [](const Image& i) { return i.entry_pe && i.entry_el == 3; });
}

bool Config::has_profiling() const
{
    return std::any_of(clusters.begin(), clusters.end(),
                       [](const Cluster& c) { return c.feature_set.contains("FEAT_SPE"); });
}

const TraceComponent* Config::trace_of(const Cluster& cluster, std::string_view kind) const
{
    for (const TraceComponent& t : trace)
        if (t.kind == kind && (t.clusters.empty() || std::find(t.clusters.begin(), t.clusters.end(),
                                                               cluster.name) != t.clusters.end()))
            return &t;
    return nullptr;
}

u64 Config::trace_base(const TraceComponent& component) const
{
    if (component.base)
        return *component.base;
    u64 base = coresight_base;
    for (const TraceComponent* t = trace.data(); t != &component; ++t)
        base += has_registers(*t) ? coresight_size : 0;
    return base;
}

u64 Config::frame_base(const TraceComponent& ete, unsigned pe) const
{
    const auto pes = pes_of(*this, ete);
    const auto n = std::find(pes.begin(), pes.end(), pe) - pes.begin();
    return *ete.base + coresight_size * static_cast<u64>(n);
}

std::vector<Config::Region> Config::regions() const
{
    std::vector<Region> all;
    for (const Memory& m : memories)
        all.push_back({m.name, m.rom() ? "ROM" : "RAM", m.base, m.size, &m, "base"});
    all.push_back({"gic", "GICD", gic.distributor, gicd_size, &gic, "distributor"});
    all.push_back({"gic", "GICR", gic.redistributors, gicr_size * pes(), &gic, "redistributors"});
    for (const Uart& u : uarts)
        all.push_back({u.name, "PL011", u.base, uart_size, &u, "base"});
    for (const TraceComponent& t : trace) {
        if (has_registers(t))
            all.push_back({t.name, kind_label(t), trace_base(t), coresight_size, &t, "base"});
        if (t.is("ete") && t.base)
            all.push_back({t.name, kind_label(t), *t.base, coresight_size * pes_of(*this, t).size(),
                           &t, "base"});
        if (t.is("stm"))
            all.push_back({t.name, "stimulus", t.stimulus.value_or(stimulus_base),
                           t.stimulus_ports * stimulus_size, &t, "stimulus"});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Region& a, const Region& b) { return a.base < b.base; });
    return all;
}

std::vector<Config::Interrupt> Config::interrupts() const
{
    // The private ones as the Base System Architecture (DEN0094) recommends.
    std::vector<Interrupt> all = {
        {23, "PMU overflow", nullptr, ""},
        {26, "EL2 physical timer", nullptr, ""},
        {27, "EL1 virtual timer", nullptr, ""},
        {28, "EL2 virtual timer", nullptr, ""},
        {29, "EL3 physical timer", nullptr, ""},
        {30, "EL1 physical timer", nullptr, ""},
        {gic.maintenance, "GIC maintenance", &gic, "maintenance"},
    };
    if (has_profiling())
        all.push_back({profiling.pmbirq, "profiling buffer (SPE)", &profiling, "pmbirq"});
    for (const TraceComponent& t : trace)
        if (t.kind == "trbe")
            all.push_back({t.ppi, t.name + " (TRBE)", &t, "ppi"});
    for (const TraceComponent& t : trace) {
        if (t.spi)
            all.push_back({32 + *t.spi, t.name + " (" + kind_label(t) + ")", &t, "spi"});
        for (const std::string& output : t.outputs)
            if (const auto spi = gic_signal(output))
                all.push_back({32 + *spi, t.name + " (CTI)", &t, "outputs"});
    }
    for (const Uart& u : uarts)
        all.push_back({32 + u.spi, u.name + " (PL011)", &u, "spi"});
    std::stable_sort(all.begin(), all.end(),
                     [](const Interrupt& a, const Interrupt& b) { return a.intid < b.intid; });
    return all;
}

} // namespace sl::config
