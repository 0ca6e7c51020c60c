// SPDX-License-Identifier: MIT
#include "measure.h"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

extern char** environ;

namespace sl::bench {

namespace fs = std::filesystem;

WorkFolder::WorkFolder()
    : path_{fs::temp_directory_path() / ("sightline-bench-" + std::to_string(getpid()))}
{
    fs::create_directories(path_);
}

WorkFolder::~WorkFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

double run_program(const std::vector<std::string>& words, const fs::path& output)
{
    std::vector<char*> argv;
    for (const std::string& word : words)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0666);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    rusage used{};
    if (error != 0 || wait4(pid, &status, 0, &used) != pid)
        throw std::runtime_error{words[0] + ": cannot be started"};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error{words[0] + " failed: " + contents(output)};
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string contents(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string checksum_in(const fs::path& output)
{
    const std::string label = "bench checksum ";
    const std::string text = contents(output);
    const std::size_t at = text.find(label);
    if (at == std::string::npos)
        throw std::runtime_error{"the software printed no checksum: " + text};
    return text.substr(at + label.size(), 8);
}

Outcome run_sightline(const fs::path& sightline, const fs::path& config, const fs::path& work,
                      const std::map<std::string, std::string>& values,
                      const std::vector<std::string>& around)
{
    const fs::path folder = work / "out";
    std::vector<std::string> words = around;
    words.insert(words.end(),
                 {sightline.string(), "run", config.string(), "--out", folder.string()});
    for (const auto& [key, value] : values)
        words.insert(words.end(), {"--set", key + "=" + value});
    Outcome outcome;
    outcome.seconds = run_program(words, work / "sightline.txt");
    outcome.checksum = checksum_in(folder / "console.log");
    const auto statistics = nlohmann::json::parse(contents(folder / "statistics.json"));
    outcome.instructions = statistics.at("run").at("instructions").get<std::uint64_t>();
    const auto& pe = statistics.at("pe0");
    if (pe.contains("trace"))
        outcome.trace_bytes = pe.at("trace").at("bytes made").get<std::uint64_t>();
    return outcome;
}

double Speed::median() const
{
    std::vector<double> sorted = samples_;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 != 0 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

void Speed::show(const Speed& reference, std::optional<double> bar) const
{
    std::printf("%-22s %9.1f %9.1f %9.1f   %6.3f", name_.c_str(), median() / 1e6,
                *std::min_element(samples_.begin(), samples_.end()) / 1e6,
                *std::max_element(samples_.begin(), samples_.end()) / 1e6,
                median() / reference.median());
    if (bar)
        std::printf("   %6.2f  %s", *bar, median() >= *bar * reference.median() ? "met" : "MISSED");
    std::printf("\n");
}

void Speed::show_heading()
{
    std::printf("%-22s %9s %9s %9s   %6s   %6s\n", "million/s", "median", "least", "most", "ratio",
                "bar");
}

} // namespace sl::bench
