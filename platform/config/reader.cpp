// SPDX-License-Identifier: MIT
#include "config/reader.h"

#include <algorithm>
#include <cassert>
#include <cctype>

namespace sl::config {

namespace {

using Kind = Type::Kind;

bool is_quantity(Kind kind)
{
    return kind == Kind::Bytes || kind == Kind::Duration || kind == Kind::Frequency;
}

bool is_name(const std::string& s)
{
    return !s.empty() && std::isalpha(static_cast<unsigned char>(s[0])) &&
           std::all_of(s.begin(), s.end(),
                       [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

/// Splits "funnel:3"; the second part is empty when there is none.
std::pair<std::string, std::string> split(const std::string& s, char at)
{
    const std::size_t n = s.find(at);
    return n == std::string::npos ? std::pair{s, std::string{}}
                                  : std::pair{s.substr(0, n), s.substr(n + 1)};
}

bool is_port(const std::string& s)
{
    const auto [component, port] = split(s, ':');
    return is_name(component) && port.size() < 4 &&
           port.find_first_not_of("0123456789") == std::string::npos &&
           (port.empty() == (s.find(':') == std::string::npos));
}

bool is_signal(const std::string& s)
{
    const auto [component, signal] = split(s, '.');
    return is_name(component) && !signal.empty();
}

std::string range_text(const Type& t)
{
    const auto shown = [&](u64 v) {
        if (is_quantity(t.kind))
            return format_quantity(v, t.kind);
        if (v < 0x1'0000)
            return std::to_string(v);
        char hex[24];
        std::snprintf(hex, sizeof hex, "0x%llx", static_cast<unsigned long long>(v));
        return std::string{hex};
    };
    std::string s = shown(t.min) + " to " + shown(t.max);
    if (t.multiple > 1)
        s += ", a multiple of " + shown(t.multiple);
    return s;
}

/// Reads one value; on a problem says so and returns nothing.
class ValueReader {
public:
    ValueReader(const Type& type, const Location& at, const std::string& path, Problems& problems)
        : type_{type},
          at_{at},
          path_{path},
          problems_{problems}
    {
    }

    std::optional<Value> read(const toml::node& node)
    {
        switch (type_.kind) {
        case Kind::Flag:
            return flag(node);
        case Kind::Number:
        case Kind::Bytes:
        case Kind::Duration:
        case Kind::Frequency:
            if (const auto n = number(node))
                return Value{*n};
            return std::nullopt;
        case Kind::Text:
        case Kind::Name:
        case Kind::Choice:
            return word(node);
        case Kind::Numbers:
            return list<u64>(node, [](const toml::node& e) { return e.value_exact<s64>(); });
        case Kind::Names:
            return list<std::string>(
                node, [](const toml::node& e) { return e.value_exact<std::string>(); });
        case Kind::Ports:
            return ports(node);
        case Kind::Signals:
            return words(node, is_signal, "is no signal of a component");
        case Kind::NumberTable: {
            std::map<std::string, u64> all;
            return table(node, "", all) ? std::optional<Value>{std::move(all)} : std::nullopt;
        }
        case Kind::FlagTable: {
            std::map<std::string, bool> all;
            return table(node, "", all) ? std::optional<Value>{std::move(all)} : std::nullopt;
        }
        }
        return std::nullopt;
    }

    std::optional<u64> number(const toml::node& node)
    {
        std::optional<u64> value;
        if (const auto n = node.value_exact<s64>()) {
            if (*n < 0)
                return fail(std::to_string(*n) + " is out of range");
            if (type_.kind == Kind::Duration && *n != 0)
                return fail("has no unit");
            value = static_cast<u64>(*n);
        } else if (const auto s = node.value_exact<std::string>(); s && is_quantity(type_.kind)) {
            value = parse_quantity(*s, type_.kind);
            if (!value)
                return fail("\"" + *s + "\" is not such a quantity");
        } else {
            return wrong_type(node);
        }
        if (*value < type_.min || *value > type_.max)
            return fail(shown(*value) + " is out of range");
        if (*value % type_.multiple != 0)
            return fail(shown(*value) + " is not a multiple of " +
                        (is_quantity(type_.kind) ? format_quantity(type_.multiple, type_.kind)
                                                 : std::to_string(type_.multiple)));
        return value;
    }

private:
    std::string shown(u64 value) const
    {
        return is_quantity(type_.kind) ? format_quantity(value, type_.kind) : std::to_string(value);
    }

    std::nullopt_t fail(const std::string& what)
    {
        problems_.add(at_, path_, what, type_.text());
        return std::nullopt;
    }

    std::nullopt_t wrong_type(const toml::node& node) { return fail("is " + kind_name(node)); }

    std::optional<Value> flag(const toml::node& node)
    {
        if (const auto b = node.value_exact<bool>())
            return Value{*b};
        return wrong_type(node);
    }

    std::optional<Value> word(const toml::node& node)
    {
        const auto s = node.value_exact<std::string>();
        if (!s)
            return wrong_type(node);
        if (type_.kind == Kind::Name && !is_name(*s))
            return fail("\"" + *s + "\" is not a name");
        if (type_.kind == Kind::Choice &&
            std::find(type_.choices.begin(), type_.choices.end(), *s) == type_.choices.end()) {
            const std::string guess = nearest(*s, type_.choices);
            return fail("there is no \"" + *s + "\"" +
                        (guess.empty() ? "" : "; did you mean \"" + guess + "\"?"));
        }
        return Value{*s};
    }

    /// One port without brackets, or a list.
    std::optional<Value> ports(const toml::node& node)
    {
        constexpr const char* what = "is no port of a component";
        const auto s = node.value_exact<std::string>();
        if (!s)
            return words(node, is_port, what);
        if (!is_port(*s))
            return fail("\"" + *s + "\" " + what);
        return Value{std::vector<std::string>{*s}};
    }

    std::optional<Value> words(const toml::node& node, bool (*good)(const std::string&),
                               const std::string& what)
    {
        auto all = list<std::string>(
            node, [](const toml::node& e) { return e.value_exact<std::string>(); });
        if (!all)
            return all;
        if (std::get<std::vector<std::string>>(*all).empty())
            return fail("is empty");
        for (const std::string& word : std::get<std::vector<std::string>>(*all))
            if (!good(word))
                return fail("\"" + word + "\" " + what);
        return all;
    }

    template <class T, class F>
    std::optional<Value> list(const toml::node& node, F element)
    {
        const toml::array* const array = node.as_array();
        if (!array)
            return wrong_type(node);
        std::vector<T> all;
        for (const toml::node& e : *array) {
            const auto v = element(e);
            if (!v)
                return wrong_type(e);
            if constexpr (std::is_same_v<T, u64>) {
                if (*v < 0)
                    return fail(std::to_string(*v) + " is out of range");
            }
            all.push_back(static_cast<T>(*v));
        }
        return Value{std::move(all)};
    }

    /// Nested tables flatten: "l2.size" can be written as a key or as a table.
    template <class T>
    bool table(const toml::node& node, const std::string& prefix, std::map<std::string, T>& all)
    {
        const toml::table* const t = node.as_table();
        if (!t) {
            wrong_type(node);
            return false;
        }
        bool ok = true;
        for (auto&& [key, value] : *t) {
            const std::string name = prefix + std::string{key.str()};
            if (value.is_table()) {
                ok = table(value, name + ".", all) && ok;
                continue;
            }
            if constexpr (std::is_same_v<T, bool>) {
                if (const auto b = value.template value_exact<bool>()) {
                    all[name] = *b;
                    continue;
                }
            } else {
                if (const auto n = value.template value_exact<s64>()) {
                    all[name] = static_cast<u64>(*n);
                    continue;
                }
            }
            problems_.add(place_of(key, value), path_ + "." + name, "is " + kind_name(value),
                          std::is_same_v<T, bool> ? "true or false" : "an integer");
            ok = false;
        }
        return ok;
    }

    const Type& type_;
    const Location& at_;
    const std::string& path_;
    Problems& problems_;
};

/// The places of the entries of a table-valued key, flattened as its value is.
void note_places(const toml::table& t, const std::string& prefix, Section& section)
{
    for (auto&& [key, value] : t) {
        const std::string name = prefix + "." + std::string{key.str()};
        section.keys[name] = place_of(key, value);
        if (const toml::table* const inner = value.as_table())
            note_places(*inner, name, section);
    }
}

std::vector<std::string> key_names(const Table& table)
{
    std::vector<std::string> names;
    for (const Key& k : table.keys)
        names.emplace_back(k.name);
    if (table.name.empty())
        for (const Table& t : schema().subspan(1))
            names.emplace_back(t.name);
    return names;
}

void unknown_key(const Location& at, const std::string& path, const std::string& name,
                 const Table& table, Problems& problems)
{
    const auto known = key_names(table);
    const std::string guess = nearest(name, known);
    problems.add(at, path + name,
                 "unknown key" + (guess.empty() ? "" : "; did you mean `" + guess + "`?"),
                 join(known));
}

class ConfigReader {
public:
    ConfigReader(Config& config, Problems& problems)
        : config_{config},
          problems_{problems}
    {
    }

    void read(const toml::table& root)
    {
        const auto tables = schema();
        const Table& top = tables.front();
        config_.at = location_of(root.source());
        config_.at.line = config_.at.column = 1;
        for (auto&& [key, value] : root) {
            const std::string name{key.str()};
            const auto is_name_of = [&](const auto& t) { return t.name == name; };
            if (std::none_of(tables.begin() + 1, tables.end(), is_name_of) &&
                std::none_of(top.keys.begin(), top.keys.end(), is_name_of))
                unknown_key(place_of(key, value), "", name, top, problems_);
        }
        fill(top, &root, config_);
        for (const Table& table : tables.subspan(1))
            read_table(table, root);
    }

private:
    void read_table(const Table& table, const toml::table& root)
    {
        const toml::node* const node = root.get(table.name);
        const std::string name{table.name};
        if (!node) {
            if (table.required)
                problems_.add(config_.at, name, "there is none", "one or more [[" + name + "]]");
            else if (!table.array) {
                Section& section = table.open(config_);
                section.at = config_.at;
                section.path = name;
                fill(table, nullptr, section);
            }
            return;
        }
        if (!table.array) {
            const toml::table* const t = node->as_table();
            if (!t)
                problems_.add(location_of(node->source()), name, "is " + kind_name(*node),
                              "a table: [" + name + "]");
            Section& section = table.open(config_);
            section.path = name;
            section.at = location_of(node->source());
            fill(table, t, section);
            reject_unknown(table, t, section);
            return;
        }
        const toml::array* const array = node->as_array();
        if (!array || (!array->empty() && !array->is_homogeneous<toml::table>()) ||
            (array->empty() && table.required)) {
            problems_.add(location_of(node->source()), name, "is " + kind_name(*node),
                          "tables: [[" + name + "]]");
            return;
        }
        for (std::size_t i = 0; i < array->size(); ++i) {
            const toml::table* const t = (*array)[i].as_table();
            Section& section = table.open(config_);
            section.path = name + "." + (*t)["name"].value_or(std::to_string(i));
            section.at = location_of(t->source());
            fill(table, t, section);
            reject_unknown(table, t, section);
        }
    }

    void reject_unknown(const Table& table, const toml::table* t, const Section& section)
    {
        if (!t)
            return;
        for (auto&& [key, value] : *t) {
            const std::string name{key.str()};
            if (std::none_of(table.keys.begin(), table.keys.end(),
                             [&](const Key& k) { return k.name == name; }))
                unknown_key(place_of(key, value), section.path + ".", name, table, problems_);
        }
    }

    void fill(const Table& table, const toml::table* t, Section& section)
    {
        for (const Key& k : table.keys) {
            const std::string path =
                (section.path.empty() ? "" : section.path + ".") + std::string{k.name};
            const auto entry = t ? t->find(k.name) : toml::table::const_iterator{};
            if (!t || entry == t->end()) {
                if (k.is_required())
                    problems_.add(section.at, path, "is missing", k.type.text());
                else if (k.fallback != Key::absent)
                    store_fallback(k, section);
                continue;
            }
            const toml::node& node = entry->second;
            const Location at = place_of(entry->first, node);
            section.keys[std::string{k.name}] = at;
            if (const toml::table* const inner = node.as_table())
                note_places(*inner, std::string{k.name}, section);
            if (auto value = ValueReader{k.type, at, path, problems_}.read(node))
                k.store(section, *value);
            else if (!k.is_required() && k.fallback != Key::absent)
                store_fallback(k, section);
        }
    }

    void store_fallback(const Key& k, Section& section)
    {
        const toml::table t = toml::parse("v = " + std::string{k.fallback});
        const std::string path{k.name};
        Problems none;
        auto value = ValueReader{k.type, section.at, path, none}.read(*t.get("v"));
        assert(value && "a default that its own key does not allow");
        k.store(section, *value);
    }

    Config& config_;
    Problems& problems_;
};

} // namespace

std::string Type::text() const
{
    switch (kind) {
    case Kind::Flag:
        return "true or false";
    case Kind::Number:
        return "an integer, " + range_text(*this);
    case Kind::Bytes:
        return "bytes, such as 0x4000_0000 or \"64 MiB\", " + range_text(*this);
    case Kind::Duration:
        return "a time, such as \"10 us\", " + range_text(*this);
    case Kind::Frequency:
        return "Hz, such as 24_000_000 or \"2.4 GHz\", " + range_text(*this);
    case Kind::Text:
        return "a string";
    case Kind::Name:
        return "a name of letters, digits, `-` and `_` that begins with a letter";
    case Kind::Choice:
        return join(choices);
    case Kind::Numbers:
        return "an array of integers, none negative";
    case Kind::Names:
        return "an array of names";
    case Kind::Ports:
        return "NAME or NAME:PORT, or an array of them";
    case Kind::Signals:
        return "an array of NAME.SIGNAL";
    case Kind::NumberTable:
        return "a table of integers";
    case Kind::FlagTable:
        return "a table of true and false";
    }
    return {};
}

Location place_of(const toml::key& key, const toml::node& value)
{
    const Location at = location_of(value.source());
    return at.line == 0 && !at.file.empty() ? at : location_of(key.source());
}

std::optional<u64> read_number(const toml::node& node, const Type& type, const Location& at,
                               const std::string& path, Problems& problems)
{
    return ValueReader{type, at, path, problems}.number(node);
}

void read_config(const toml::table& root, Config& config, Problems& problems)
{
    ConfigReader{config, problems}.read(root);
}

} // namespace sl::config
