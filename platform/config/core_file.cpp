// SPDX-License-Identifier: MIT
#include "config/core_file.h"

#include "config/reader.h"

namespace sl::config {

namespace {

constexpr const char* features_key = "features";
constexpr const char* kept_key = "kept_by_firmware";
constexpr const char* like_key = "like";

/// Keys at the level of `prefix`, for suggestions: "latency.alu" for "latency.", else all.
std::vector<std::string> parameter_keys()
{
    std::vector<std::string> keys;
    for (const auto& p : timing::CoreProfile::parameters())
        keys.emplace_back(p.key);
    return keys;
}

void unknown_parameter(const Location& at, const std::string& path, const std::string& key,
                       Problems& problems)
{
    const std::string guess = nearest(key, parameter_keys());
    problems.add(at, path,
                 "a core has no such parameter" +
                     (guess.empty() ? "" : "; did you mean `" + guess + "`?"),
                 "the parameters in docs/configuration.md");
}

class CoreReader {
public:
    CoreReader(CoreFile& core, Problems& problems)
        : core_{core},
          problems_{problems}
    {
    }

    void read(const toml::table& t, const std::string& prefix)
    {
        for (auto&& [key, value] : t) {
            const std::string name = prefix + std::string{key.str()};
            const Location at = location_of(key.source());
            if (name == like_key)
                continue;
            if (name == features_key)
                read_names(value, at, features_key, core_.features);
            else if (name == kept_key)
                read_kept(value, at);
            else if (const toml::table* const inner = value.as_table())
                read(*inner, name + ".");
            else if (const auto n = value.value_exact<s64>())
                set_parameter(core_.profile, name, static_cast<u64>(*n), at, name, problems_);
            else if (timing::CoreProfile::find(name))
                problems_.add(at, name, "is " + kind_name(value), "an integer");
            else
                unknown_parameter(at, name, name, problems_);
        }
    }

private:
    void read_names(const toml::node& node, const Location& at, const char* key,
                    std::vector<std::string>& names)
    {
        const toml::array* const array = node.as_array();
        if (!array) {
            problems_.add(at, key, "is " + kind_name(node), "an array of strings");
            return;
        }
        for (const toml::node& e : *array) {
            if (const auto s = e.value_exact<std::string>())
                names.push_back(*s);
            else
                problems_.add(location_of(e.source()), key, "has " + kind_name(e), "strings");
        }
    }

    void read_kept(const toml::node& node, const Location& at)
    {
        read_names(node, at, kept_key, core_.kept);
        for (const std::string& name : core_.kept)
            if (name != "FEAT_TRBE" && name != "FEAT_SPE")
                problems_.add(at, kept_key, "firmware keeps no " + name + " to itself",
                              "FEAT_TRBE, FEAT_SPE");
    }

    CoreFile& core_;
    Problems& problems_;
};

/// The parameters of the core that `like` names, in the same folder. It has all of them itself: one
/// place tells where each number comes from.
timing::CoreProfile profile_like(const toml::node& like, const std::filesystem::path& file,
                                 Problems& problems)
{
    CoreFile other;
    const Location at = location_of(like.source());
    const auto name = like.value_exact<std::string>();
    if (!name) {
        problems.add(at, like_key, "is " + kind_name(like), "a string");
        return {};
    }
    const auto path = file.parent_path() / (*name + ".toml");
    if (!std::filesystem::exists(path)) {
        problems.add(at, like_key, "there is no " + path.string(), "a core of the same folder");
        return {};
    }
    const toml::table table = read_toml(path);
    if (table.contains(like_key)) {
        problems.add(at, like_key, *name + " is like another core itself", "that core");
        return {};
    }
    CoreReader{other, problems}.read(table, "");
    return other.profile;
}

} // namespace

CoreFile read_core_file(const std::filesystem::path& file, Problems& problems)
{
    const toml::table table = read_toml(file);
    CoreFile core;
    if (const toml::node* const like = table.get(like_key))
        core.profile = profile_like(*like, file, problems);
    CoreReader{core, problems}.read(table, "");
    return core;
}

void set_parameter(timing::CoreProfile& profile, const std::string& key, u64 value,
                   const Location& at, const std::string& path, Problems& problems)
{
    const auto* const parameter = timing::CoreProfile::find(key);
    if (!parameter) {
        unknown_parameter(at, path, key, problems);
        return;
    }
    if (value < parameter->min || value > parameter->max) {
        problems.add(at, path, std::to_string(static_cast<s64>(value)) + " is out of range",
                     std::to_string(parameter->min) + " to " + std::to_string(parameter->max));
        return;
    }
    parameter->in(profile) = value;
}

} // namespace sl::config
