// SPDX-License-Identifier: MIT
// Parameters set in a copy of an executable: objcopy is the witness.
#include <algorithm>
#include <catch2/catch.hpp>

#include "patched_elf.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("patched-elf-" + std::to_string(getpid()));

    Folder() { fs::create_directories(path); }

    ~Folder() { fs::remove_all(path); }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

std::vector<unsigned char> bytes(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("A parameter is set in the copy, and nothing else is changed", "[bench]")
{
    const Folder folder;
    const fs::path copy = folder.path / "copy.elf", data = folder.path / "data.bin";
    sl::bench::copy_patched(BENCH_ELF, copy, {{"bench_iterations", 0x1122'3344'5566'7788}});

    // .data holds the program's parameters; this one is 8 bytes of it, wherever it lies.
    const std::string extract =
        "aarch64-linux-gnu-objcopy -O binary -j .data " + copy.string() + " " + data.string();
    REQUIRE(std::system(extract.c_str()) == 0);
    const std::vector<unsigned char> wanted{0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
    const auto parameters = bytes(data);
    CHECK(std::search(parameters.begin(), parameters.end(), wanted.begin(), wanted.end()) !=
          parameters.end());

    const auto before = bytes(BENCH_ELF), after = bytes(copy);
    REQUIRE(before.size() == after.size());
    unsigned different = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
        different += before[i] != after[i];
    CHECK(different <= 8);
    CHECK(different > 0);
}

TEST_CASE("A parameter that the executable does not have is an error", "[bench]")
{
    const Folder folder;
    CHECK_THROWS_WITH(
        sl::bench::copy_patched(BENCH_ELF, folder.path / "copy.elf", {{"no_such", 1}}),
        Catch::Contains("no variable no_such"));
    CHECK_FALSE(fs::exists(folder.path / "copy.elf"));
    // What is only zeroed when it is loaded has no place in the file.
    CHECK_THROWS_WITH(
        sl::bench::copy_patched(BENCH_ELF, folder.path / "copy.elf", {{"bss_start", 1}}),
        Catch::Contains("no variable bss_start"));
}

TEST_CASE("Something that is no executable is refused", "[bench]")
{
    const Folder folder;
    std::ofstream{folder.path / "text"} << "not an ELF";
    CHECK_THROWS(sl::bench::copy_patched(folder.path / "text", folder.path / "copy.elf", {}));
}
