// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <optional>
#include <string>
#include <string_view>

namespace sl::config {

/// Where an interrupt is raised: before an instruction that PE 0 executes in one call of a
/// function, in what it calls, too, at its own exception level.
struct Injection {
    unsigned intid = 0;
    std::string symbol; ///< the function's, as images have it: "switch_run"
    u64 call = 1;       ///< which of its calls, from 1
    u64 place = 1;      ///< which of the instructions, from 1

    bool operator==(const Injection&) const = default;

    /// "INTID@SYMBOL#PLACE" or "INTID@SYMBOL/CALL#PLACE"; INTID 16 and upwards.
    static std::optional<Injection> parse(std::string_view text);
    static constexpr const char* allowed = "INTID@SYMBOL#PLACE or INTID@SYMBOL/CALL#PLACE, such "
                                           "as 18@switch_run/3#57; INTID 16 to 1019";
};

} // namespace sl::config
