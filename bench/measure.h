// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sl::bench {

/// A folder in the system's temporary one, for this process; goes away with the object.
class WorkFolder {
public:
    WorkFolder();
    ~WorkFolder();
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Runs a program with its output in a file; the seconds that it has spent on processors. Throws
/// std::runtime_error when it cannot be started or fails.
double run_program(const std::vector<std::string>& words, const std::filesystem::path& output);

std::string contents(const std::filesystem::path& file);

/// The eight digits that sw/bench prints.
std::string checksum_in(const std::filesystem::path& output);

/// What one run of a machine came to.
struct Outcome {
    double seconds = 0;
    std::string checksum;
    std::uint64_t instructions = 0; ///< Sightline only
    std::uint64_t trace_bytes = 0;  ///< made by the trace unit of PE 0
};

/// Runs sw/bench on Sightline: `values` are for --set. `around` comes before the program's name: a
/// tool that watches it.
Outcome run_sightline(const std::filesystem::path& sightline, const std::filesystem::path& config,
                      const std::filesystem::path& work,
                      const std::map<std::string, std::string>& values,
                      const std::vector<std::string>& around = {});

/// One machine's measurements: instructions per second.
class Speed {
public:
    explicit Speed(std::string name)
        : name_{std::move(name)}
    {
    }

    void add(double instructions, double seconds) { samples_.push_back(instructions / seconds); }

    double median() const;

    /// A row of a table: median, least, most, ratio to the reference, and whether a bar is met.
    void show(const Speed& reference, std::optional<double> bar) const;
    static void show_heading();

private:
    std::string name_;
    std::vector<double> samples_;
};

} // namespace sl::bench
