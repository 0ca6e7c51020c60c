// SPDX-License-Identifier: MIT
#include "config/check.h"
#include "config/schema.h"
#include "config/trace_graph.h"

#include <algorithm>
#include <bit>

namespace sl::config {

namespace {

std::vector<std::string> names_of(const auto& all)
{
    std::vector<std::string> names;
    for (const auto& t : all)
        names.push_back(t.name);
    return names;
}

std::string article(const std::string& kind)
{
    return (std::string{"aeio"}.find(kind[0]) == std::string::npos ? "a " : "an ") + kind;
}

/// Keys that are not for components of this kind.
void check_keys(const TraceComponent& t, Problems& problems)
{
    const auto tables = schema();
    const auto table = std::find_if(tables.begin(), tables.end(),
                                    [](const Table& each) { return each.name == "trace"; });
    for (const Key& key : table->keys) {
        if (key.kinds.empty() || t.kind.empty() || !t.has(key.name) ||
            std::find(key.kinds.begin(), key.kinds.end(), t.kind) != key.kinds.end())
            continue;
        problems.add(t.where(key.name), t.path + "." + std::string{key.name},
                     article(t.kind) + " has no such thing",
                     "only in a component of kind " + join(key.kinds));
    }
    if (t.has("base") && !t.programmable && (t.is("funnel") || t.is("replicator")))
        problems.add(t.where("base"), t.path + ".base", "a static one has no registers",
                     "only with programmable = true");
}

void check_values(const TraceComponent& t, Problems& problems)
{
    const auto power = [&](const char* key, u64 value, const std::string& what,
                           const std::string& allowed) {
        if (value != 0 && !std::has_single_bit(value))
            problems.add(t.where(key), t.path + "." + key, std::to_string(value) + what, allowed);
    };
    power("link_bytes", t.link_bytes, " is no width of a link", "1, 2, 4, 8 or 16");
    power("memory_bytes", t.memory_bytes, " is no width of a memory", "4, 8, 16 or 32");
    power("size", t.size, " is no power of two", "64, 128, 256, …");
    power("write_buffer", t.write_buffer, " is no power of two", "1, 2, 4, 8, 16, 32, 64 or 128");
    if (t.file && (t.file->empty() || t.file->find('/') != std::string::npos || *t.file == "." ||
                   *t.file == ".."))
        problems.add(t.where("file"), t.path + ".file", "\"" + *t.file + "\" is no file's name",
                     "a name without `/`: the file lies in the run's folder");
}

class GraphCheck {
public:
    GraphCheck(const Config& config, Problems& problems)
        : config_{config},
          problems_{problems},
          links_{atb_links(config, &problems)}
    {
    }

    void check()
    {
        for (const TraceComponent& t : config_.trace) {
            check_targets(t);
            check_outputs(t);
        }
        for (const TraceComponent& t : config_.trace)
            check_inputs(t);
        check_cycles();
    }

private:
    void check_targets(const TraceComponent& t)
    {
        for (const std::string& entry : t.to) {
            const auto [name, part] = split_port(entry);
            const TraceComponent* const to = find_trace(config_, name);
            if (!to)
                dangling(t.where("to"), t.path + ".to", "trace component", name,
                         names_of(config_.trace), problems_);
            else if (part && to->is("trbe"))
                problems_.add(t.where("to"), t.path + ".to", "a trbe has no numbered inputs",
                              "\"" + name + "\"");
        }
    }

    bool leads_nowhere(const std::string& entry) const
    {
        const TraceComponent* const to = find_trace(config_, split_port(entry).name);
        return !to || to->kind.empty();
    }

    void check_outputs(const TraceComponent& t)
    {
        const unsigned outputs = atb_outputs(t);
        const bool unreadable = t.to.empty() && t.has("to");
        if (outputs == 0 || unreadable ||
            std::any_of(t.to.begin(), t.to.end(),
                        [&](const auto& entry) { return leads_nowhere(entry); }))
            return;
        unsigned buffers = 0;
        for (const std::string& entry : t.to)
            buffers += find_trace(config_, split_port(entry).name)->is("trbe");
        const auto used = static_cast<unsigned>(t.to.size()) - (t.is("ete") ? buffers : 0);
        if (t.is("ete")) {
            if (t.to.empty())
                problems_.add(t.at, t.path, "its trace has no sink",
                              "to = a trbe, or what takes an ATB, or both");
            else if (buffers > 1 || used > 1)
                problems_.add(t.where("to"), t.path + ".to",
                              "an ete has one trace buffer and one ATB at most",
                              "a replicator, where an ATB goes two ways");
        } else if (used != outputs) {
            problems_.add(t.where("to"), t.path + ".to",
                          std::to_string(used) + " of its " + std::to_string(outputs) +
                              (outputs == 1 ? " output" : " outputs") + " lead somewhere",
                          outputs == 1 ? "one component" : "two components");
        }
    }

    void check_inputs(const TraceComponent& t)
    {
        if (atb_inputs(t, links_) > 0 &&
            std::none_of(links_.begin(), links_.end(),
                         [&](const AtbLink& l) { return l.to == &t; }) &&
            !named(t))
            problems_.add(t.at, t.path, "nothing feeds it",
                          "a component with to = \"" + t.name + "\"");
        if (t.is("trbe") &&
            std::none_of(config_.trace.begin(), config_.trace.end(),
                         [&](const TraceComponent& e) { return e.is("ete") && feeds(e, t); }))
            problems_.add(t.at, t.path, "no ete feeds it", "an ete with to = \"" + t.name + "\"");
    }

    /// Somebody means to feed it: what is wrong with that has been told.
    bool named(const TraceComponent& t) const
    {
        return std::any_of(config_.trace.begin(), config_.trace.end(),
                           [&](const TraceComponent& f) { return feeds(f, t); });
    }

    void check_cycles()
    {
        std::map<const TraceComponent*, bool> open; // false: done
        for (const TraceComponent& t : config_.trace)
            visit(t, open);
    }

    void visit(const TraceComponent& t, std::map<const TraceComponent*, bool>& open)
    {
        if (open.contains(&t))
            return;
        open[&t] = true;
        for (const AtbLink& l : links_) {
            if (l.from != &t)
                continue;
            if (const auto to = open.find(l.to); to != open.end() && to->second)
                problems_.add(t.where("to"), t.path + ".to",
                              "trace from `" + l.to->name + "` comes back to it",
                              "a graph without cycles");
            visit(*l.to, open);
        }
        open[&t] = false;
    }

    const Config& config_;
    Problems& problems_;
    std::vector<AtbLink> links_;
};

/// An ete or a trbe belongs to PEs, of which each has at most one.
void check_pes(const Config& config, Problems& problems)
{
    const auto clusters = names_of(config.clusters);
    bool all_known = true;
    for (const TraceComponent& t : config.trace)
        for (const std::string& c : t.clusters)
            if (std::find(clusters.begin(), clusters.end(), c) == clusters.end()) {
                all_known = false;
                dangling(t.where("clusters"), t.path + ".clusters", "cluster", c, clusters,
                         problems);
            }
    for (const Cluster& c : config.clusters) {
        for (const char* kind : {"ete", "trbe"}) {
            const TraceComponent* const first = config.trace_of(c, kind);
            if (!first)
                continue;
            for (const TraceComponent& t : config.trace)
                if (&t != first && t.is(kind) &&
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
        const TraceComponent* const ete = config.trace_of(c, "ete");
        const TraceComponent* const trbe = config.trace_of(c, "trbe");
        for (const TraceComponent& t : config.trace)
            if (all_known && t.is("trbe") && ete && feeds(*ete, t) && &t != trbe)
                problems.add(ete->where("to"), ete->path + ".to",
                             "the PEs of cluster `" + c.name + "` have no `" + t.name + "`",
                             "a trbe of the same clusters");
    }
}

/// A CTI's triggers: signals of components that have them.
void check_signals(const Config& config, const TraceComponent& t, const char* key,
                   const std::vector<std::string>& signals, Problems& problems)
{
    constexpr std::size_t triggers = 8;
    if (signals.size() > triggers)
        problems.add(t.where(key), t.path + "." + key,
                     std::to_string(signals.size()) + " signals for 8 triggers", "8 at most");
    const bool in = key == std::string{"inputs"};
    for (const std::string& entry : signals) {
        const auto [name, part] = split_signal(entry);
        if (!in && name == "gic") {
            if (!gic_signal(entry))
                problems.add(t.where(key), t.path + "." + key,
                             "\"" + entry + "\" is no shared interrupt", "gic.N");
            continue;
        }
        const TraceComponent* const from = find_trace(config, name);
        if (!from) {
            dangling(t.where(key), t.path + "." + key, "trace component", name,
                     names_of(config.trace), problems);
            continue;
        }
        const bool tmc = from->is("etb") || from->is("etf") || from->is("etr");
        std::vector<std::string> known;
        if (in && tmc)
            known = {"full", "acqcomp"};
        else if (in && from->is("stm"))
            known = {"software", "port"};
        else if (!in && (tmc || from->is("tpiu")))
            known = {"trigger", "flush"};
        if (std::find(known.begin(), known.end(), *part) == known.end())
            problems.add(t.where(key), t.path + "." + key,
                         "`" + name + "` has no signal \"" + *part + "\"",
                         known.empty() ? "none of " + article(from->kind) : join(known));
    }
}

} // namespace

void check_trace(const Config& config, Problems& problems)
{
    std::map<std::string, const TraceComponent*> files;
    for (const TraceComponent& t : config.trace) {
        check_keys(t, problems);
        check_values(t, problems);
        if (t.is("cti")) {
            check_signals(config, t, "inputs", t.inputs, problems);
            check_signals(config, t, "outputs", t.outputs, problems);
        }
        if (!t.is("tpiu"))
            continue;
        const auto [other, first] = files.emplace(t.port_file(), &t);
        if (!first)
            problems.add(t.where("file"), t.path + ".file",
                         "\"" + t.port_file() + "\" is the file of `" + other->second->name + "`",
                         "a file of its own");
    }
    GraphCheck{config, problems}.check();
    check_pes(config, problems);
}

} // namespace sl::config
