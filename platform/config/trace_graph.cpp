// SPDX-License-Identifier: MIT
#include "config/trace_graph.h"

#include <algorithm>
#include <set>

namespace sl::config {

namespace {

constexpr unsigned funnel_inputs = 8;

bool takes_atb(const TraceComponent& t)
{
    return t.is("bridge") || t.is("funnel") || t.is("replicator") || t.is("etb") || t.is("etf") ||
           t.is("etr") || t.is("tpiu");
}

unsigned most_inputs(const TraceComponent& t)
{
    if (!takes_atb(t))
        return 0;
    return t.is("funnel") ? static_cast<unsigned>(t.ports.value_or(funnel_inputs)) : 1;
}

/// PEs whose trace unit is this ete.
std::vector<unsigned> pes_of(const Config& config, const TraceComponent& ete)
{
    std::vector<unsigned> pes;
    for (unsigned pe = 0; pe < config.pes(); ++pe)
        if (config.trace_of(config.cluster_of(pe), "ete") == &ete)
            pes.push_back(pe);
    return pes;
}

std::string source_name(const AtbLink& link)
{
    return "`" + link.from->name + "`" + (link.pe ? " of pe" + std::to_string(*link.pe) : "");
}

/// Gives links their inputs: first those that the file numbers, then the rest what is free.
class Wiring {
public:
    Wiring(const Config& config, Problems* problems)
        : config_{config},
          problems_{problems}
    {
    }

    std::vector<AtbLink> links()
    {
        for (const TraceComponent& t : config_.trace)
            collect(t);
        for (Wanted& w : wanted_)
            if (w.port)
                take(w, *w.port);
        for (Wanted& w : wanted_)
            if (!w.port)
                take(w, first_free(*w.link.to));
        std::vector<AtbLink> links;
        for (const Wanted& w : wanted_)
            if (w.placed)
                links.push_back(w.link);
        return links;
    }

private:
    struct Wanted {
        AtbLink link;
        std::optional<unsigned> port;
        bool placed = false;
    };

    void collect(const TraceComponent& t)
    {
        if (atb_outputs(t) == 0)
            return; // check_trace() tells of a `to` that should not be there
        unsigned out = 0;
        for (const std::string& entry : t.to) {
            const auto [name, part] = split_port(entry);
            const TraceComponent* const to = find_trace(config_, name);
            const bool buffer = to && to->is("trbe") && t.is("ete");
            if (!to || buffer || to->kind.empty())
                continue; // check_trace() tells of names that lead nowhere
            if (!takes_atb(*to)) {
                complain(t, "`" + name + "` is of kind " + to->kind + ", which takes no ATB",
                         t.is("ete") ? "a trbe, a bridge, funnel, replicator, etb, etf, etr or tpiu"
                                     : "a bridge, funnel, replicator, etb, etf, etr or tpiu");
                continue;
            }
            std::optional<unsigned> port;
            if (part)
                port = static_cast<unsigned>(std::stoul(*part));
            if (!t.is("ete"))
                wanted_.push_back({{&t, std::nullopt, out, to, 0}, port});
            for (const unsigned pe : t.is("ete") ? pes_of(config_, t) : std::vector<unsigned>{}) {
                wanted_.push_back({{&t, pe, out, to, 0}, port});
                if (port)
                    ++*port;
            }
            ++out;
        }
    }

    unsigned first_free(const TraceComponent& to) const
    {
        unsigned port = 0;
        while (taken_.contains({&to, port}))
            ++port;
        return port;
    }

    void take(Wanted& w, unsigned port)
    {
        const TraceComponent& to = *w.link.to;
        if (const auto other = taken_.find({&to, port}); other != taken_.end()) {
            complain(*w.link.from,
                     "input " + std::to_string(port) + " of `" + to.name + "` is driven by " +
                         source_name(wanted_[other->second].link) + " and by " +
                         source_name(w.link),
                     "one driver for each input");
            return;
        }
        if (port >= most_inputs(to)) {
            const std::string inputs =
                std::to_string(most_inputs(to)) + (most_inputs(to) == 1 ? " input" : " inputs");
            complain(*w.link.from,
                     w.port ? "`" + to.name + "` has no input " + std::to_string(port)
                            : "`" + to.name + "` has no input left for " + source_name(w.link),
                     to.is("funnel") ? inputs + "; funnels may follow one another"
                                     : inputs + "; a funnel joins several");
            return;
        }
        w.link.in = port;
        w.placed = true;
        taken_[{&to, port}] = static_cast<std::size_t>(&w - wanted_.data());
    }

    void complain(const TraceComponent& from, const std::string& what, const std::string& allowed)
    {
        // An ete stands for many units: what is wrong with all of them is told once.
        if (problems_ && told_.insert(&from).second)
            problems_->add(from.where("to"), from.path + ".to", what, allowed);
    }

    const Config& config_;
    Problems* problems_;
    std::vector<Wanted> wanted_;
    std::map<std::pair<const TraceComponent*, unsigned>, std::size_t> taken_;
    std::set<const TraceComponent*> told_;
};

Reference split(const std::string& s, char at)
{
    const std::size_t n = s.find(at);
    if (n == std::string::npos)
        return {s, std::nullopt};
    return {s.substr(0, n), s.substr(n + 1)};
}

} // namespace

std::vector<AtbLink> atb_links(const Config& config, Problems* problems)
{
    return Wiring{config, problems}.links();
}

Reference split_port(const std::string& port)
{
    return split(port, ':');
}

Reference split_signal(const std::string& signal)
{
    return split(signal, '.');
}

std::optional<u64> gic_signal(const std::string& signal)
{
    const auto [name, part] = split_signal(signal);
    if (name != "gic" || !part || part->empty() || part->size() > 3 ||
        part->find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return std::stoul(*part);
}

unsigned atb_inputs(const TraceComponent& component, const std::vector<AtbLink>& links)
{
    if (!component.is("funnel") || component.ports)
        return most_inputs(component);
    unsigned used = 2;
    for (const AtbLink& l : links)
        if (l.to == &component)
            used = std::max(used, l.in + 1);
    return used;
}

unsigned atb_outputs(const TraceComponent& component)
{
    if (component.is("replicator"))
        return 2;
    return component.is("ete") || component.is("bridge") || component.is("funnel") ||
           component.is("etf") || component.is("stm");
}

bool has_registers(const TraceComponent& component)
{
    if (component.is("funnel") || component.is("replicator"))
        return component.programmable;
    return component.is("etb") || component.is("etf") || component.is("etr") ||
           component.is("tpiu") || component.is("stm") || component.is("cti");
}

std::string kind_label(const TraceComponent& component)
{
    std::string s = component.kind;
    if (s == "bridge" || s == "funnel" || s == "replicator")
        return component.is("bridge") || component.programmable ? s : "static " + s;
    std::transform(s.begin(), s.end(), s.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return s;
}

const TraceComponent* find_trace(const Config& config, std::string_view name)
{
    const auto t = std::find_if(config.trace.begin(), config.trace.end(),
                                [&](const TraceComponent& c) { return c.name == name; });
    return t == config.trace.end() ? nullptr : &*t;
}

bool feeds(const TraceComponent& ete, const TraceComponent& trbe)
{
    return std::any_of(ete.to.begin(), ete.to.end(),
                       [&](const std::string& to) { return split_port(to).name == trbe.name; });
}

} // namespace sl::config
