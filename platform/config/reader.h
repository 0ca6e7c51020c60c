// SPDX-License-Identifier: MIT
#pragma once

#include "config/schema.h"
#include "config/toml_tree.h"

namespace sl::config {

/// Fills a Config from a tree by the schema. What is wrong with single keys goes to `problems`;
/// the rest is filled in, so that checks across keys can go on.
void read_config(const toml::table& root, Config& config, Problems& problems);

/// A number in `min` to `max`, or nothing and a problem.
std::optional<u64> read_number(const toml::node& node, const Type& type, const Location& at,
                               const std::string& path, Problems& problems);

/// Where an entry was written: what --set put there counts, else its key.
Location place_of(const toml::key& key, const toml::node& value);

} // namespace sl::config
