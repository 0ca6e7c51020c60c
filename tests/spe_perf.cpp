// SPDX-License-Identifier: MIT
#include "spe_perf.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace sl::test {

namespace {

/// A little-endian file in the making.
class Bytes {
public:
    void u16(unsigned v) { put(v, 2); }

    void u32(u64 v) { put(v, 4); }

    void u64s(std::initializer_list<u64> values)
    {
        for (const u64 v : values)
            put(v, 8);
    }

    void text(const std::string& s) { bytes_ += s; }

    void pad_to(std::size_t size) { bytes_.resize(size); }

    const std::string& all() const { return bytes_; }

private:
    void put(u64 v, unsigned count)
    {
        for (unsigned i = 0; i < count; ++i)
            bytes_ += static_cast<char>(v >> (8 * i));
    }

    std::string bytes_;
};

/// perf.data (tools/perf/Documentation/perf.data-file-format.txt) with one event and one piece of
/// AUX data of Arm SPE.
std::string perf_data(const std::vector<u8>& aux)
{
    constexpr u64 header = 104, attr = 128, ids = 16;
    constexpr u64 sample_ip_tid_time_cpu = 0x87, sample_id_all = 1u << 18;
    constexpr unsigned auxtrace_info = 70, auxtrace = 71, arm_spe = 4, pmu_type = 8;
    constexpr u64 info_size = 32, auxtrace_size = 48;

    Bytes file;
    file.text("PERFILE2");
    file.u64s({header, attr + ids, header, attr + ids, header + attr + ids,
               info_size + auxtrace_size + aux.size(), 0, 0, 0, 0, 0, 0});
    file.u32(pmu_type);
    file.u32(attr);
    file.u64s({0, 1, sample_ip_tid_time_cpu, 0, sample_id_all});
    file.pad_to(header + attr + ids);
    file.u32(auxtrace_info);
    file.u16(0);
    file.u16(info_size);
    file.u32(arm_spe);
    file.u32(0);
    file.u64s({pmu_type, 0});
    file.u32(auxtrace);
    file.u16(0);
    file.u16(auxtrace_size);
    file.u64s({aux.size(), 0, 0, 0, 0});
    file.text({aux.begin(), aux.end()});
    return file.all();
}

} // namespace

std::vector<std::vector<std::string>> perf_records(const std::vector<u8>& bytes)
{
    std::string folder = (std::filesystem::temp_directory_path() / "sightline.XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    std::ofstream{folder + "/perf.data", std::ios::binary} << perf_data(bytes);
    const std::string command =
        "perf report -D -i " + folder + "/perf.data 2>" + folder + "/errors";
    FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);

    // ".  00000005:  98 11 00                                        LAT 17 TOT"
    constexpr std::size_t hex = 14, description = 62;
    std::vector<std::vector<std::string>> records;
    bool begins = true, data = false;
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
        std::string text{line};
        data = data || text.find("ARM SPE data") != std::string::npos;
        if (!data || text.size() <= description || !text.starts_with(".  ") || text[hex] == ' ')
            continue;
        text = text.substr(description);
        text.erase(text.find_last_not_of(" \n") + 1);
        if (text == "PAD")
            continue;
        if (begins)
            records.emplace_back();
        records.back().push_back(text);
        begins = text == "END" || text.starts_with("TS ");
    }
    const int status = ::pclose(pipe);
    std::filesystem::remove_all(folder);
    INFO("perf is in Debian's package linux-perf");
    REQUIRE(status == 0);
    CHECK(begins);
    return records;
}

} // namespace sl::test
