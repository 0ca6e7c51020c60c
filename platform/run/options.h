// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace sl::run {

enum class Command { Run, Check, Describe, Dtb, Reference, Help, Version };

/// What the user asks for on the command line.
struct Options {
    Command command = Command::Help;
    std::filesystem::path config;
    std::vector<std::string> overrides; ///< "a.b=c", in the order in which they were given
    std::filesystem::path out;          ///< empty: the default; of `dtb` standard output
    bool console = false;               ///< show the console while running
    bool strict = false;                ///< findings end in an exit status of their own
    bool svg = false;                   ///< describe by a picture
};

/// A command line that says nothing sensible.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws UsageError.
Options parse_options(int argc, const char* const* argv);

/// The text of --help.
std::string help();

} // namespace sl::run
