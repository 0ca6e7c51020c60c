// SPDX-License-Identifier: MIT
#pragma once

#include "config_fixture.h"

#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sl::test {

inline std::string contents(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// What a process left behind.
struct Finished {
    int status = -1; ///< exit status; 128 + signal
    std::string out, err;
    u64 peak_bytes = 0; ///< of resident memory
    u64 cpu_us = 0;     ///< of user and system time: what other processes do is not in it
};

/// The program `sightline` as users run it.
class Sightline {
public:
    /// Starts it; `folder` takes its two output streams.
    Sightline(const Folder& folder, const std::vector<std::string>& arguments)
        : out_{folder.path() / "stdout"},
          err_{folder.path() / "stderr"}
    {
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ > 0)
            return;
        redirect(out_, STDOUT_FILENO);
        redirect(err_, STDERR_FILENO);
        std::vector<char*> argv{const_cast<char*>(SIGHTLINE)};
        for (const std::string& a : arguments)
            argv.push_back(const_cast<char*>(a.c_str()));
        argv.push_back(nullptr);
        ::execv(SIGHTLINE, argv.data());
        ::_exit(127);
    }

    void send(int signal) const { ::kill(pid_, signal); }

    /// What is on its standard output so far.
    std::string printed() const { return contents(out_); }

    Finished wait() const
    {
        int status = 0;
        rusage usage{};
        REQUIRE(::wait4(pid_, &status, 0, &usage) == pid_);
        return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                .out = contents(out_),
                .err = contents(err_),
                .peak_bytes = static_cast<u64>(usage.ru_maxrss) * 1024,
                .cpu_us = microseconds(usage.ru_utime) + microseconds(usage.ru_stime)};
    }

private:
    static u64 microseconds(const timeval& t)
    {
        return static_cast<u64>(t.tv_sec) * 1'000'000 + static_cast<u64>(t.tv_usec);
    }

    static void redirect(const std::filesystem::path& file, int to)
    {
        const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(fd, to);
        ::close(fd);
    }

    std::filesystem::path out_, err_;
    pid_t pid_ = -1;
};

inline Finished sightline(const Folder& folder, const std::vector<std::string>& arguments)
{
    return Sightline{folder, arguments}.wait();
}

/// A platform for the bare-metal programs of tests/programs; `more` is appended.
inline std::string platform_for(const std::string& program, unsigned clusters = 1,
                                unsigned pes_each = 1, const std::string& more = "")
{
    std::ostringstream text;
    text << "name = \"test\"\n";
    for (unsigned n = 0; n < clusters; ++n)
        text << "[[cluster]]\nname = \"c" << n
             << "\"\ncore = \"in-order-2wide\"\npes = " << pes_each
             << "\nclock = \"1 GHz\"\nfeatures = { FEAT_VHE = false }\n";
    text << "[[memory]]\nname = \"ram\"\nbase = 0x4000_0000\nsize = \"1 GiB\"\n"
         << "[[uart]]\nname = \"uart0\"\n"
         << "[[image]]\nname = \"program\"\nfile = \"" << PROGRAMS << "/" << program
         << ".elf\"\nentry_pe = 0\n"
         << more;
    return text.str();
}

/// A run of a bare-metal program, finished.
struct ProgramRun : Folder {
    ProgramRun(const std::string& platform, std::vector<std::string> more = {})
    {
        const auto config = write("platform.toml", platform);
        std::vector<std::string> arguments{"run", config.string(), "--out", out().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        result = sightline(*this, arguments);
    }

    std::filesystem::path out() const { return path() / "out"; }

    std::string file(const std::string& name) const { return contents(out() / name); }

    nlohmann::json json(const std::string& name) const
    {
        return nlohmann::json::parse(file(name), nullptr, false);
    }

    Finished result;
};

} // namespace sl::test
