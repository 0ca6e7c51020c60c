// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sl::report {

/// What the trace of one design and session shows, of all runs that measured in it.
struct Capture {
    /// Who runs while the trace buffer works.
    enum World : u8 { Host, Hypervisor, Guest };

    std::string design, session;
    std::map<std::string, u64> instructions; ///< "host EL1": decoded
    /// Of the trace buffer: what it wrote, and how often it translated an address.
    std::array<u64, 3> bytes{}, translations{};
};

/// The table, for report.txt.
std::string captures_text(const std::vector<Capture>& captures);
/// The same for report.json.
nlohmann::ordered_json captures_data(const std::vector<Capture>& captures);

} // namespace sl::report
