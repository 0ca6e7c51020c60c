// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

namespace sl::config {

/// What a core profile file says.
struct CoreFile {
    timing::CoreProfile profile;
    std::vector<std::string> features;
    std::vector<std::string> kept; ///< of FEAT_TRBE and FEAT_SPE, by the built-in firmware
};

/// Reads a core profile (configs/cores/*.toml) by the parameters of timing::CoreProfile. `like`
/// takes those of another core before its own; never the features, nor what is kept.
CoreFile read_core_file(const std::filesystem::path& file, Problems& problems);

/// Sets one parameter by its key, if there is such a key and the value is in its range.
void set_parameter(timing::CoreProfile& profile, const std::string& key, u64 value,
                   const Location& at, const std::string& path, Problems& problems);

} // namespace sl::config
