// SPDX-License-Identifier: MIT
#include "sightline_process.h"

#include <map>
#include <set>

using namespace sl;
using namespace sl::test;
using Catch::Matchers::Contains;

namespace {

using Set = std::set<std::string>;

/// A shipped platform, checked, with few samples of every benchmark.
struct CheckedRun : Folder {
    CheckedRun(const std::string& config, const std::string& adversary,
               const std::vector<std::string>& more = {})
    {
        const auto out = (path() / "out").string();
        std::vector<std::string> arguments{
            "run",         SOURCE "/configs/" + config + ".toml",
            "--out",       out,
            "--strict",    "--adversary",
            adversary,     "--set",
            "image.host.parameters.host_samples=3",
            "--set",       "image.host.parameters.host_warmup=1",
            "--set",       "image.host.parameters.host_benchmarks=2"};
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

    Finished result;
    nlohmann::json findings;
};

} // namespace
