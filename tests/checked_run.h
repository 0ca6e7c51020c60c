// SPDX-License-Identifier: MIT
#pragma once

#include "sightline_process.h"

#include <map>
#include <set>

namespace sl::test {

using Set = std::set<std::string>;

/// A platform, checked, with few samples of the hypercall benchmark in every session.
struct CheckedRun : Folder {
    /// `config`: the name of a shipped platform, or the text of another.
    CheckedRun(const std::string& config, const std::string& adversary,
               const std::vector<std::string>& more = {})
    {
        const auto out = (path() / "out").string();
        const bool shipped = config.find('\n') == std::string::npos;
        const std::string file =
            shipped ? SOURCE "/configs/" + config + ".toml" : write("p.toml", config).string();
        std::vector<std::string> arguments{"run",
                                           file,
                                           "--out",
                                           out,
                                           "--strict",
                                           "--adversary",
                                           adversary,
                                           "--set",
                                           "image.host.parameters.host_samples=3",
                                           "--set",
                                           "image.host.parameters.host_warmup=1",
                                           "--set",
                                           "image.host.parameters.host_benchmarks=2"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        result = sightline(*this, arguments);
        findings = nlohmann::json::parse(contents(path() / "out" / "findings.json"))["findings"];
    }

    /// "RULE: instruction", by "design, session"; what was found outside of samples by "".
    std::map<std::string, Set> sets() const
    {
        std::map<std::string, Set> sets;
        for (const auto& f : findings) {
            const auto design = f["design"].get<std::string>();
            const auto run = design.empty() ? "" : design + ", " + f["session"].get<std::string>();
            sets[run].insert(f["rule"].get<std::string>() + ": " +
                             f["at"]["instruction"].get<std::string>());
        }
        return sets;
    }

    std::string console() const { return contents(path() / "out" / "console.log"); }

    Finished result;
    nlohmann::json findings;
};

} // namespace sl::test
