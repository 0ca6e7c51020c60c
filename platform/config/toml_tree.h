// SPDX-License-Identifier: MIT
#pragma once

#include "config/problem.h"

#include <filesystem>
#include <toml++/toml.h>

namespace sl::config {

Location location_of(const toml::source_region& source);

/// Throws ConfigError when the file cannot be read or is not TOML.
toml::table read_toml(const std::filesystem::path& file);

/// Puts "a.b=c" into the tree. An array of tables is entered by index or by the `name` of an
/// element. What is put in keeps the argument as its place.
void apply_override(toml::table& root, const std::string& argument, Problems& problems);

/// "a string", "an integer", ….
std::string kind_name(const toml::node& node);

} // namespace sl::config
