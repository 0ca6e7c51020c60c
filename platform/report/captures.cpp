// SPDX-License-Identifier: MIT
#include "report/captures.h"

#include "report/numbers.h"
#include "report/text_table.h"

#include <iterator>
#include <set>

namespace sl::report {

namespace {

constexpr const char* worlds[] = {"host", "EL2", "guest"};

/// Never seen is a dot: what a filter kept out is plain to see.
std::string cell(u64 count)
{
    return count == 0 ? "·" : grouped(count);
}

nlohmann::ordered_json by_world(const std::array<u64, 3>& counts)
{
    nlohmann::ordered_json all;
    for (std::size_t n = 0; n < std::size(worlds); ++n)
        all[worlds[n]] = counts[n];
    return all;
}

} // namespace

std::string captures_text(const std::vector<Capture>& captures)
{
    if (captures.empty())
        return "  Nothing was captured in a measured session.\n";
    std::set<std::string> who;
    for (const Capture& c : captures)
        for (const auto& [name, count] : c.instructions)
            who.insert(name);
    std::vector<TextTable::Column> columns{{"design · session", TextTable::Align::Left}};
    for (const std::string& name : who)
        columns.push_back({name});
    for (const char* const what : {"bytes", "translations"})
        for (const char* const world : worlds)
            columns.push_back({std::string{what} + "\nin " + world});
    TextTable table{columns};
    for (const Capture& c : captures) {
        std::vector<std::string> cells{c.design + " · " + c.session};
        for (const std::string& name : who) {
            const auto found = c.instructions.find(name);
            cells.push_back(cell(found == c.instructions.end() ? 0 : found->second));
        }
        for (const auto* const counts : {&c.bytes, &c.translations})
            for (const u64 count : *counts)
                cells.push_back(cell(count));
        table.row(std::move(cells));
    }
    return table.render(2);
}

nlohmann::ordered_json captures_data(const std::vector<Capture>& captures)
{
    auto all = nlohmann::ordered_json::array();
    for (const Capture& c : captures)
        all.push_back({{"design", c.design},
                       {"session", c.session},
                       {"instructions", c.instructions},
                       {"buffer bytes", by_world(c.bytes)},
                       {"buffer translations", by_world(c.translations)}});
    return all;
}

} // namespace sl::report
