// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

namespace sl::config {

/// Finds the files that a configuration names, and fills in what comes from them.
void resolve_cores(Config& config, const SearchPath& search, Problems& problems);
void resolve_images(Config& config, const SearchPath& search, Problems& problems);

/// `name`, which stands at `at`, is none of the `known` ones.
void dangling(const Location& at, const std::string& path, const std::string& what,
              const std::string& name, const std::vector<std::string>& known, Problems& problems);

/// Everything that one key alone cannot tell: names, addresses, interrupts, the trace topology.
void check_names(const Config& config, Problems& problems);
/// Of cores and clusters together, against what the register description has.
void check_features(const Config& config, Problems& problems);
void check_addresses(const Config& config, Problems& problems);
void check_interrupts(const Config& config, Problems& problems);
void check_trace(const Config& config, Problems& problems);
/// Images against memories, PEs and symbols.
void check_images(const Config& config, Problems& problems);
void check_recordings(const Config& config, Problems& problems);
void check_run(const Config& config, Problems& problems);

} // namespace sl::config
