// SPDX-License-Identifier: MIT
#include "sysreg/features.h"

#include "sysreg/tables.h"

#include <algorithm>

namespace sl::sysreg {

namespace {

std::string name_of(Feature feature)
{
    return feature_rows()[static_cast<std::size_t>(feature)].name;
}

/// What a feature of the set needs and does not find, or cannot be together with.
void check(const FeatureRow& row, const Features& features, std::vector<std::string>& errors)
{
    const std::string name = row.name;
    for (const Feature need : row.requires_)
        if (!features.has(need))
            errors.push_back(name + " depends on " + name_of(need) + ", which is not in the list");
    for (const Feature other : row.excludes)
        if (features.has(other))
            errors.push_back(name + " cannot be together with " + name_of(other));
    if (row.one_of.empty() ||
        std::ranges::any_of(row.one_of, [&](Feature f) { return features.has(f); }))
        return;
    std::string choice;
    for (const Feature f : row.one_of)
        choice += (choice.empty() ? "" : ", ") + name_of(f);
    errors.push_back(name + " depends on one of " + choice + ", and none is in the list");
}

} // namespace

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
        if (features.set_[i])
            check(rows[i], features, errors);
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
