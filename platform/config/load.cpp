// SPDX-License-Identifier: MIT
#include "config/check.h"
#include "config/core_file.h"
#include "config/reader.h"

#include <algorithm>

namespace sl::config {

namespace {

namespace fs = std::filesystem;

std::string file_name_of_core(const std::string& core)
{
    return core.find('/') == std::string::npos ? "cores/" + core + ".toml" : core;
}

/// The first of `candidates` that exists; empty when none does.
fs::path first_file(const std::vector<fs::path>& candidates)
{
    for (const fs::path& p : candidates) {
        std::error_code error;
        if (fs::is_regular_file(p, error))
            return p;
    }
    return {};
}

std::string places(const std::vector<fs::path>& candidates)
{
    std::vector<std::string> words;
    for (const fs::path& p : candidates)
        words.push_back(p.lexically_normal().string());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return join(words);
}

} // namespace

void resolve_cores(Config& config, const SearchPath& search, Problems& problems)
{
    std::map<fs::path, CoreFile> read;
    for (Cluster& c : config.clusters) {
        if (c.core.empty())
            continue; // reported when the key was read
        const std::string name = file_name_of_core(c.core);
        const std::vector<fs::path> candidates = {config.file.parent_path() / name,
                                                  search.cores.parent_path() / name};
        c.core_file = first_file(candidates);
        if (c.core_file.empty()) {
            problems.add(c.where("core"), c.path + ".core",
                         "there is no core profile \"" + c.core + "\"",
                         "a file; looked for " + places(candidates));
            continue;
        }
        if (!read.contains(c.core_file)) {
            try {
                read[c.core_file] = read_core_file(c.core_file, problems);
            } catch (const ConfigError& e) {
                for (const Problem& p : e.problems())
                    problems.add(p.at, p.key, p.what, p.allowed);
                continue;
            }
        }
        const CoreFile& core = read[c.core_file];
        c.profile = core.profile;
        c.feature_set = {core.features.begin(), core.features.end()};
        for (const auto& [key, value] : c.overrides)
            set_parameter(c.profile, key, value, c.where("overrides." + key),
                          c.path + ".overrides." + key, problems);
        for (const auto& [feature, on] : c.features) {
            if (on)
                c.feature_set.insert(feature);
            else
                c.feature_set.erase(feature);
        }
        for (const std::string& feature : core.kept)
            if (c.feature_set.contains(feature))
                c.kept.insert(feature);
    }
}

void resolve_images(Config& config, const SearchPath& search, Problems& problems)
{
    for (Image& i : config.images) {
        if (i.file.empty())
            continue;
        std::vector<fs::path> candidates = {config.file.parent_path() / i.file};
        if (!search.software.empty())
            candidates.push_back(search.software / i.file);
        i.found = first_file(candidates);
        if (i.found.empty())
            problems.add(i.where("file"), i.path + ".file", "there is no file \"" + i.file + "\"",
                         "a file; looked for " + places(candidates));
    }
}

Config load(const fs::path& file, const std::vector<std::string>& overrides,
            const SearchPath& search)
{
    toml::table root = read_toml(file);
    Problems problems;
    for (const std::string& o : overrides)
        apply_override(root, o, problems);

    Config config;
    config.file = file;
    read_config(root, config, problems);
    resolve_cores(config, search, problems);
    resolve_images(config, search, problems);
    check_names(config, problems);
    check_features(config, problems);
    check_addresses(config, problems);
    check_interrupts(config, problems);
    check_trace(config, problems);
    check_images(config, problems);
    check_recordings(config, problems);
    check_run(config, problems);
    problems.raise();
    return config;
}

} // namespace sl::config
