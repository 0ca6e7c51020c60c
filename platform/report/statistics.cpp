// SPDX-License-Identifier: MIT
#include "report/statistics.h"

#include "common/bits.h"
#include "debug/exception_names.h"

#include <algorithm>
#include <cassert>

#include <nlohmann/json.hpp>

namespace sl::report {

namespace {

using Signal = Observer::Signal;

/// Levels whose duration matters, with what to call each value that counts.
struct Duration {
    Signal signal;
    u64 value;
    const char* name;
};

constexpr Duration durations[] = {
    {Signal::El, 0, "at EL0"},
    {Signal::El, 1, "at EL1"},
    {Signal::El, 2, "at EL2"},
    {Signal::El, 3, "at EL3"},
    {Signal::Halted, 1, "in WFI or WFE"},
    {Signal::Halted, 2, "off"},
    {Signal::TraceProhibited, 1, "trace prohibited"},
    {Signal::TraceEnabled, 1, "trace unit enabled"},
    {Signal::BufferEnabled, 1, "trace buffer enabled"},
};

struct Line {
    Signal signal;
    const char* name;
};

constexpr Line lines[] = {
    {Signal::Irq, "IRQ"},
    {Signal::Fiq, "FIQ"},
    {Signal::Virq, "virtual IRQ"},
    {Signal::Vfiq, "virtual FIQ"},
    {Signal::Maintenance, "maintenance interrupt"},
};

bool is_line(Signal signal)
{
    return std::any_of(std::begin(lines), std::end(lines),
                       [&](const Line& line) { return line.signal == signal; });
}

} // namespace

struct Statistics::ToJson {
    static nlohmann::ordered_json of(const Statistics& statistics)
    {
        auto object = nlohmann::ordered_json::object();
        for (const Node& node : statistics.nodes_) {
            if (const auto* leaf = std::get_if<Leaf>(&node.content))
                std::visit([&](const auto& value) { object[node.name] = value; }, *leaf);
            else
                object[node.name] = of(*std::get<std::unique_ptr<Statistics>>(node.content));
        }
        return object;
    }
};

Statistics& Statistics::branch(const std::string& name)
{
    if (const Node* node = find(name)) {
        assert(!std::holds_alternative<Leaf>(node->content) && "a leaf has no branches");
        return *std::get<std::unique_ptr<Statistics>>(node->content);
    }
    nodes_.push_back({name, std::make_unique<Statistics>()});
    return *std::get<std::unique_ptr<Statistics>>(nodes_.back().content);
}

void Statistics::set(const std::string& name, u64 value)
{
    assert(find(name) == nullptr && "a statistic is set once");
    nodes_.push_back({name, Leaf{value}});
}

void Statistics::set(const std::string& name, const std::string& text)
{
    assert(find(name) == nullptr && "a statistic is set once");
    nodes_.push_back({name, Leaf{text}});
}

std::optional<u64> Statistics::number(std::initializer_list<std::string> path) const
{
    const Statistics* at = this;
    for (const std::string& name : path) {
        const Node* const node = at->find(name);
        if (node == nullptr)
            return std::nullopt;
        if (const auto* leaf = std::get_if<Leaf>(&node->content)) {
            const bool last = &name == path.end() - 1;
            const u64* const value = std::get_if<u64>(leaf);
            return last && value != nullptr ? std::optional{*value} : std::nullopt;
        }
        at = std::get<std::unique_ptr<Statistics>>(node->content).get();
    }
    return std::nullopt;
}

std::string Statistics::json() const
{
    return ToJson::of(*this).dump(2) + "\n";
}

const Statistics::Node* Statistics::find(const std::string& name) const
{
    const auto node =
        std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& n) { return n.name == name; });
    return node == nodes_.end() ? nullptr : &*node;
}

EventCounter::EventCounter(unsigned pes, u64 first_cycle)
    : pes_(pes)
{
    for (Pe& pe : pes_) {
        for (const Duration& duration : durations)
            pe.residences[duration.signal].since = first_cycle;
        // Unknown until told; no EL has this number.
        pe.residences[Signal::El].value = ~u64{0};
    }
}

void EventCounter::signal(unsigned pe, u64 cycle, Signal which, u64 value)
{
    Pe& p = pes_[pe];
    if (is_line(which)) {
        InterruptLine& line = p.lines[which];
        line.raised += line.level == 0 && value != 0;
        line.level = value;
    }
    const auto residence = p.residences.find(which);
    if (residence == p.residences.end())
        return;
    Residence& r = residence->second;
    r.cycles[r.value] += cycle - r.since;
    r.since = cycle;
    r.value = value;
}

void EventCounter::exception(unsigned pe, u64, unsigned, unsigned to_el, unsigned kind, u64 esr,
                             u64)
{
    const auto exception_class = static_cast<unsigned>(kind == 0 ? bits(esr, 31, 26) : 0);
    ++pes_[pe].exceptions[{to_el, kind, exception_class}];
}

void EventCounter::mark(unsigned pe, u64, u32, const u64*)
{
    ++pes_[pe].marks;
}

void EventCounter::guest_error(unsigned pe, u64, unsigned, u64, const char* what, u64)
{
    ++pes_[pe].guest_errors[what];
}

void EventCounter::finish(unsigned pe, u64 cycle)
{
    for (auto& [signal, residence] : pes_[pe].residences) {
        residence.cycles[residence.value] += cycle - residence.since;
        residence.since = cycle;
    }
}

void EventCounter::add_to(unsigned pe, Statistics& branch) const
{
    const Pe& p = pes_[pe];
    Statistics& cycles = branch.branch("cycles by state");
    for (const Duration& duration : durations) {
        const auto& known = p.residences.at(duration.signal).cycles;
        const auto entry = known.find(duration.value);
        cycles.set(duration.name, entry == known.end() ? 0 : entry->second);
    }
    Statistics& exceptions = branch.branch("exceptions");
    std::map<std::pair<unsigned, std::string>, u64> by_name; // classes may share a name
    for (const auto& [what, count] : p.exceptions) {
        const auto [to_el, kind, exception_class] = what;
        by_name[{to_el, debug::exception_name(kind, u64{exception_class} << 26)}] += count;
    }
    for (const auto& [what, count] : by_name)
        exceptions.branch("to EL" + std::to_string(what.first)).set(what.second, count);
    Statistics& raised = branch.branch("interrupt lines raised");
    for (const Line& line : lines) {
        const auto entry = p.lines.find(line.signal);
        raised.set(line.name, entry == p.lines.end() ? 0 : entry->second.raised);
    }
    branch.set("marks passed", p.marks);
    Statistics& errors = branch.branch("guest errors");
    for (const auto& [what, count] : p.guest_errors)
        errors.set(what, count);
}

} // namespace sl::report
