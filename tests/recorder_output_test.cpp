// SPDX-License-Identifier: MIT
#include "debug/output_file.h"
#include "recorder_run.h"

#include <catch2/catch.hpp>

#include <csignal>

#include <sys/resource.h>

using namespace sl;
using namespace sl::debug;
using namespace sl::test;

namespace {

/// Files may grow to `bytes` and no further: a small full disk for this process.
class SizeLimit {
public:
    explicit SizeLimit(u64 bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }

    ~SizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

} // namespace

TEST_CASE("a file that cannot be created says which and why", "[output]")
{
    try {
        OutputFile file{"/nonexistent/folder/waves.vcd"};
        FAIL("created");
    } catch (const OutputError& e) {
        CHECK(e.path() == "/nonexistent/folder/waves.vcd");
        CHECK(e.error() == ENOENT);
        CHECK(std::string{e.what()} ==
              "cannot create /nonexistent/folder/waves.vcd: No such file or directory");
    }
}

TEST_CASE("a full disk is told, with the path and errno", "[output]")
{
    OutputFile file{"/dev/full"};
    file.append("a record\n");
    try {
        file.close();
        FAIL("closed");
    } catch (const OutputError& e) {
        CHECK(e.path() == "/dev/full");
        CHECK(e.error() == ENOSPC);
    }
    CHECK_NOTHROW(file.append("later records go nowhere\n"));
    CHECK_NOTHROW(file.close());
}

TEST_CASE("when the disk fills up, the file ends with its last whole record", "[output]")
{
    const Folder folder;
    const std::string path = folder / "log.txt", record = "0123456789012345678901234\n";
    {
        const SizeLimit limit{1'000};
        OutputFile file{path};
        for (int i = 0; i < 100; ++i)
            file.append(record);
        CHECK_THROWS_AS(file.flush(), OutputError);
    }
    std::string expected;
    while (expected.size() + record.size() <= 1'000)
        expected += record;
    CHECK(contents(path) == expected);
}

TEST_CASE("records reach the file whole and in order, however many", "[output]")
{
    const Folder folder;
    std::string expected;
    {
        OutputFile file{folder / "log.txt"};
        for (int i = 0; i < 100'000; ++i) {
            const std::string record = "record " + std::to_string(i) + "\n";
            file.append(record);
            expected += record;
        }
        file.close();
    }
    CHECK(contents(folder / "log.txt") == expected);
}

TEST_CASE("a report is written whole or not at all", "[output]")
{
    const Folder folder;
    const std::string path = folder / "report.json";
    write_whole(path, "{\"old\": 1}\n");
    {
        const SizeLimit limit{100};
        CHECK_THROWS_AS(write_whole(path, std::string(1'000, 'x')), OutputError);
    }
    CHECK(contents(path) == "{\"old\": 1}\n");
    write_whole(path, "{\"new\": 2}\n");
    CHECK(contents(path) == "{\"new\": 2}\n");
    CHECK_FALSE(std::filesystem::exists(path + ".part"));
    CHECK_THROWS_WITH(write_whole("/nonexistent/report.json", "x"),
                      "cannot write /nonexistent/report.json: No such file or directory");
}
