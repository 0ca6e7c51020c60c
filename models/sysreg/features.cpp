// SPDX-License-Identifier: MIT
#include "sysreg/features.h"

#include "sysreg/tables.h"

#include <algorithm>

namespace sl::sysreg {

Features Features::parse(std::span<const std::string> names, std::vector<std::string>& errors)
{
    const auto rows = feature_rows();
    Features features;
    for (const std::string& name : names) {
        const auto row =
            std::ranges::find_if(rows, [&](const FeatureRow& r) { return name == r.name; });
        if (row == rows.end())
            errors.push_back("unknown feature " + name + "; known are " + known());
        else if (!row->available)
            errors.push_back(name + " is not available in this version of the models");
        else
            features.set_[static_cast<std::size_t>(row - rows.begin())] = true;
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (const Feature need : rows[i].requires_)
            if (features.set_[i] && !features.has(need))
                errors.push_back(std::string{rows[i].name} + " depends on " +
                                 rows[static_cast<std::size_t>(need)].name +
                                 ", which is not in the list");
    return features;
}

std::string Features::known()
{
    std::string text;
    for (const FeatureRow& row : feature_rows())
        if (row.available)
            text += (text.empty() ? "" : ", ") + std::string{row.name};
    return text;
}

} // namespace sl::sysreg
