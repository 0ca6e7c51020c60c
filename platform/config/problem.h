// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace sl::config {

/// Where the user wrote something: a place in a file, or an argument of --set.
struct Location {
    std::string file; ///< or the whole "--set a.b=c", when there is no line
    u32 line = 0, column = 0;

    /// "configs/nvhe.toml:12:3", or "--set a.b=c".
    std::string text() const;
};

/// One thing that is wrong with a configuration.
struct Problem {
    Location at;
    std::string key;     ///< "cluster.big.pes"; empty: the file as a whole
    std::string what;    ///< "0 is out of range"
    std::string allowed; ///< "1 to 64"; empty when `what` says it all

    std::string text() const;
};

/// A configuration that cannot be run, with everything that is wrong with it, in the order of the
/// file.
class ConfigError : public std::runtime_error {
public:
    explicit ConfigError(std::vector<Problem> problems);

    const std::vector<Problem>& problems() const { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// Collects problems, so that one run reports all of them.
class Problems {
public:
    void add(Location at, std::string key, std::string what, std::string allowed = {})
    {
        all_.push_back({std::move(at), std::move(key), std::move(what), std::move(allowed)});
    }

    bool empty() const { return all_.empty(); }

    /// Throws ConfigError if there is any problem.
    void raise() const;

private:
    std::vector<Problem> all_;
};

/// The candidate that `word` most likely misspells, or nothing.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b, c".
std::string join(const std::vector<std::string>& words);

} // namespace sl::config
