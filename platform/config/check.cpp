// SPDX-License-Identifier: MIT
#include "config/check.h"

#include "debug/text.h"
#include "debug/transaction_writer.h"
#include "sysreg/features.h"

#include <algorithm>

namespace sl::config {

namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& all)
{
    std::vector<std::string> names;
    for (const T& t : all)
        names.push_back(t.name);
    return names;
}

template <class T>
void check_unique(const std::vector<T>& all, Problems& problems)
{
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto same = [&](const T& t) { return t.name == all[i].name; };
        const auto end = all.begin() + static_cast<std::ptrdiff_t>(i);
        const auto first = std::find_if(all.begin(), end, same);
        if (first != end && !all[i].name.empty())
            problems.add(all[i].where("name"), all[i].path + ".name",
                         "\"" + all[i].name + "\" is taken: " + first->where("name").text(),
                         "a name of its own");
    }
}

void dangling(const Location& at, const std::string& path, const std::string& what,
              const std::string& name, const std::vector<std::string>& known, Problems& problems)
{
    const std::string guess = nearest(name, known);
    problems.add(at, path,
                 "there is no " + what + " \"" + name + "\"" +
                     (guess.empty() ? "" : "; did you mean \"" + guess + "\"?"),
                 known.empty() ? "none is configured" : join(known));
}

std::string range(const Config::Region& r)
{
    return debug::hex(r.base) + " to " + debug::hex(r.end() - 1);
}

std::string region_name(const Config::Region& r)
{
    return "`" + r.name + "` (" + r.what + ", " + range(r) + ")";
}

} // namespace

void check_names(const Config& config, Problems& problems)
{
    check_unique(config.clusters, problems);
    check_unique(config.memories, problems);
    check_unique(config.uarts, problems);
    check_unique(config.trace, problems);
    check_unique(config.images, problems);
}

void check_features(const Config& config, Problems& problems)
{
    for (const Cluster& c : config.clusters) {
        std::vector<std::string> errors;
        sysreg::Features::parse(optional_features(c), errors);
        for (const std::string& error : errors)
            problems.add(c.where("features"), c.path + ".features", error);
        for (const auto& [feature, on] : c.features)
            if (!on && base_features().contains(feature))
                problems.add(c.where("features." + feature), c.path + ".features." + feature,
                             "every PE has it", "true");
    }
}

void check_addresses(const Config& config, Problems& problems)
{
    const auto all = config.regions();
    const u64 top = u64{1} << pa_bits;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& r = all[i];
        if (r.size == 0)
            continue; // its size, or the number of PEs, has been reported
        if (r.end() > top)
            problems.add(r.from->where(r.key), r.from->path + "." + r.key,
                         region_name(r) + " ends beyond the " + std::to_string(pa_bits) +
                             "-bit physical addresses",
                         "an end of at most " + debug::hex(top));
        for (std::size_t j = 0; j < i; ++j)
            if (all[j].end() > r.base && all[j].size > 0)
                problems.add(r.from->where(r.key), r.from->path + "." + r.key,
                             region_name(r) + " overlaps " + region_name(all[j]) + " of " +
                                 all[j].from->where(all[j].key).text(),
                             "addresses that nothing else has");
    }
}

void check_interrupts(const Config& config, Problems& problems)
{
    const auto all = config.interrupts();
    for (const auto& i : all)
        if (i.intid >= 32 + config.gic.spis)
            problems.add(i.from->where(i.key), i.from->path + "." + i.key,
                         "INTID " + std::to_string(i.intid) + " does not exist",
                         "an spi below gic.spis, which is " + std::to_string(config.gic.spis));
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (all[i].intid != all[j].intid)
                continue;
            // Several TRBEs share their PPI: each PE has its own, and each PE has at most one.
            const bool both_trbe = all[i].key == "ppi" && all[j].key == "ppi";
            const auto& at = all[i].from ? all[i] : all[j];
            if (!both_trbe && at.from)
                problems.add(at.from->where(at.key), at.from->path + "." + at.key,
                             "INTID " + std::to_string(all[i].intid) + " is taken by " +
                                 (&at == &all[i] ? all[j] : all[i]).source,
                             "an interrupt of its own");
        }
}

void check_trace(const Config& config, Problems& problems)
{
    const auto names = names_of(config.trace), cluster_names = names_of(config.clusters);
    std::set<std::string> fed;
    for (const TraceComponent& t : config.trace) {
        for (const std::string& c : t.clusters)
            if (std::find(cluster_names.begin(), cluster_names.end(), c) == cluster_names.end())
                dangling(t.where("clusters"), t.path + ".clusters", "cluster", c, cluster_names,
                         problems);
        if (t.kind == "ete" && t.has("ppi"))
            problems.add(t.where("ppi"), t.path + ".ppi", "an ete has no interrupt",
                         "only in a component of kind trbe");
        for (const char* key : {"fifo", "link_bytes", "link_clock", "memory_latency"})
            if (t.kind == "trbe" && t.has(key))
                problems.add(t.where(key), t.path + "." + key, "a trbe has no such thing",
                             "only in a component of kind ete");
        if ((t.link_bytes & (t.link_bytes - 1)) != 0)
            problems.add(t.where("link_bytes"), t.path + ".link_bytes",
                         std::to_string(t.link_bytes) + " is no width of a link",
                         "1, 2, 4, 8 or 16");
        if (t.kind == "trbe" && t.to)
            problems.add(t.where("to"), t.path + ".to", "a trbe writes to memory and feeds nothing",
                         "only in a component of kind ete");
        if (t.kind != "ete" || !t.to)
            continue;
        const auto sink = std::find_if(config.trace.begin(), config.trace.end(),
                                       [&](const TraceComponent& s) { return s.name == *t.to; });
        if (sink == config.trace.end()) {
            dangling(t.where("to"), t.path + ".to", "trace component", *t.to, names, problems);
        } else if (sink->kind != "trbe" && !sink->kind.empty()) {
            problems.add(t.where("to"), t.path + ".to",
                         "`" + sink->name + "` is of kind " + sink->kind,
                         "a component of kind trbe");
        } else {
            fed.insert(sink->name);
        }
    }
    for (const TraceComponent& t : config.trace)
        if (t.kind == "trbe" && !fed.contains(t.name))
            problems.add(t.at, t.path, "no ete feeds it", "an ete with to = \"" + t.name + "\"");

    for (const Cluster& c : config.clusters)
        for (const char* kind : {"ete", "trbe"}) {
            const TraceComponent* const first = config.trace_of(c, kind);
            if (!first)
                continue;
            for (const TraceComponent& t : config.trace)
                if (&t != first && t.kind == kind &&
                    (t.clusters.empty() ||
                     std::find(t.clusters.begin(), t.clusters.end(), c.name) != t.clusters.end()))
                    problems.add(t.at, t.path,
                                 "cluster `" + c.name + "` already has `" + first->name + "`",
                                 std::string{"one "} + kind + " in each PE");
            const std::string feature = kind == std::string{"ete"} ? "FEAT_ETE" : "FEAT_TRBE";
            if (!c.feature_set.empty() && !c.feature_set.contains(feature))
                problems.add(first->at, first->path,
                             "the PEs of cluster `" + c.name + "` are without " + feature,
                             "clusters whose core profile, or `features`, has it");
        }
}

void check_recordings(const Config& config, Problems& problems)
{
    const auto check = [&](const Section& section, const std::vector<u64>& values, const char* key,
                           u64 count) {
        for (const u64 v : values)
            if (v >= count)
                problems.add(section.where(key), section.path + "." + key,
                             std::to_string(v) + " is out of range",
                             "0 to " + std::to_string(count - 1));
    };
    const Log& log = config.log;
    const Transactions& transactions = config.transactions;
    if (config.pes() > 0) {
        check(log, log.pes, "pes", config.pes());
        check(transactions, transactions.pes, "pes", config.pes());
    }
    check(log, log.els, "els", 4);
    const std::vector<std::string> groups = debug::transaction_groups();
    for (const std::string& kind : transactions.kinds)
        if (std::find(groups.begin(), groups.end(), kind) == groups.end())
            dangling(transactions.where("kinds"), transactions.path + ".kinds",
                     "kind of transaction", kind, groups, problems);
}

} // namespace sl::config
