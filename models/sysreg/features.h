// SPDX-License-Identifier: MIT
#pragma once

#include "sysreg/registers.gen.h"

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sl::sysreg {

/// The optional features of a core, and nothing else decides what its ID registers say.
class Features {
public:
    bool has(Feature f) const { return set_[static_cast<std::size_t>(f)]; }

    void add(Feature f) { set_[static_cast<std::size_t>(f)] = true; }

    void remove(Feature f) { set_[static_cast<std::size_t>(f)] = false; }

    /// From a list of FEAT_ names. One message for each that is unknown, not available in this
    /// version, lacks a feature that it depends on, or excludes another; empty when the list is
    /// sound.
    static Features parse(std::span<const std::string> names, std::vector<std::string>& errors);

    /// "FEAT_LSE, FEAT_PAN, …", every name that `parse` accepts, for messages.
    static std::string known();

private:
    std::bitset<static_cast<std::size_t>(Feature::Count)> set_;
};

} // namespace sl::sysreg
