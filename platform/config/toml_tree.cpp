// SPDX-License-Identifier: MIT
#include "config/toml_tree.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace sl::config {

namespace {

constexpr std::string_view option = "--set ";

std::string element_name(const toml::node& element)
{
    const toml::table* t = element.as_table();
    return t ? (*t)["name"].value_or(std::string{}) : std::string{};
}

toml::node* element_of(toml::array& array, const std::string& key)
{
    if (key.find_first_not_of("0123456789") == std::string::npos && key.size() < 6) {
        const std::size_t n = std::stoul(key);
        return n < array.size() ? &array[n] : nullptr;
    }
    const auto at = std::find_if(array.begin(), array.end(),
                                 [&](const toml::node& e) { return element_name(e) == key; });
    return at == array.end() ? nullptr : &*at;
}

std::vector<std::string> element_names(const toml::array& array)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < array.size(); ++i) {
        const std::string name = element_name(array[i]);
        names.push_back(name.empty() ? std::to_string(i) : name);
    }
    return names;
}

void merge(toml::table& into, toml::table& from, const std::string& path, Problems& problems);

void merge_array(toml::array& into, toml::table& from, const std::string& path, Problems& problems)
{
    for (auto&& [key, value] : from) {
        const std::string name{key.str()};
        toml::node* const element = element_of(into, name);
        if (element && element->is_table() && value.is_table())
            merge(*element->as_table(), *value.as_table(), path + "." + name, problems);
        else
            problems.add(location_of(value.source()), path, "there is no `" + name + "` to set",
                         join(element_names(into)));
    }
}

/// Moves what `from` has into `into`: nodes remember their place only when they are moved.
void merge(toml::table& into, toml::table& from, const std::string& path, Problems& problems)
{
    for (auto&& [key, value] : from) {
        const std::string name{key.str()}, full = path.empty() ? name : path + "." + name;
        toml::node* const old = into.get(name);
        if (old && old->is_table() && value.is_table()) {
            merge(*old->as_table(), *value.as_table(), full, problems);
            continue;
        }
        if (old && old->is_array_of_tables() && value.is_table()) {
            merge_array(*old->as_array(), *value.as_table(), full, problems);
            continue;
        }
        into.erase(name);
        const toml::key& k = key;
        value.visit([&](auto& node) { into.insert(k, std::move(node)); });
    }
}

std::optional<toml::table> parse(const std::string& text, const std::string& place)
{
    try {
        return toml::parse(text, place);
    } catch (const toml::parse_error&) {
        return std::nullopt;
    }
}

} // namespace

Location location_of(const toml::source_region& source)
{
    const std::string file = source.path ? *source.path : std::string{};
    if (file.starts_with(option))
        return {file};
    return {file, source.begin.line, source.begin.column};
}

toml::table read_toml(const std::filesystem::path& file)
{
    const auto unreadable = [&](const char* why) {
        return ConfigError{{{{file.string()}, "", std::string{"cannot be read: "} + why, ""}}};
    };
    if (std::filesystem::is_directory(file))
        throw unreadable("it is a folder");
    std::ifstream in{file, std::ios::binary};
    if (!in)
        throw unreadable(std::strerror(errno));
    std::ostringstream text;
    if (in.peek() != std::ifstream::traits_type::eof())
        text << in.rdbuf();
    try {
        return toml::parse(text.str(), file.string());
    } catch (const toml::parse_error& error) {
        throw ConfigError{
            {{location_of(error.source()), "", std::string{error.description()}, ""}}};
    }
}

void apply_override(toml::table& root, const std::string& argument, Problems& problems)
{
    const std::string place = std::string{option} + argument;
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
        problems.add({place}, "", "is not an assignment", "KEY=VALUE, such as cluster.0.pes=4");
        return;
    }
    const std::string key = argument.substr(0, equals), value = argument.substr(equals + 1);
    auto tree = parse(key + " = " + value, place);
    // A word on a command line needs no quotes of its own.
    if (!tree && value.find('\'') == std::string::npos)
        tree = parse(key + " = '" + value + "'", place);
    if (!tree) {
        problems.add({place}, "", "is not a key and a TOML value",
                     "KEY=VALUE, such as cluster.0.pes=4");
        return;
    }
    merge(root, *tree, "", problems);
}

std::string kind_name(const toml::node& node)
{
    switch (node.type()) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "an array";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "an integer";
    case toml::node_type::floating_point:
        return "a floating-point number";
    case toml::node_type::boolean:
        return "true or false";
    default:
        return "a date or time";
    }
}

} // namespace sl::config
