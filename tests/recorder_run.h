// SPDX-License-Identifier: MIT
#pragma once

#include "debug/recorder.h"
#include "report_software.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>

namespace sl::test {

/// A folder of its own for each test, removed afterwards.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "recorder-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            std::abort();
        path_ = name;
    }

    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string operator/(const std::string& file) const { return (path_ / file).string(); }

private:
    std::filesystem::path path_;
};

inline std::string contents(const std::string& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// Keeps what it is given.
class KeepingSink : public debug::RecordSink {
public:
    void record(const debug::Record& record) override { records.push_back(record); }

    void finish(u64 ps) override { end_ps = ps; }

    std::vector<debug::Record> records;
    u64 end_ps = 0;
};

/// Software of two phases, "host work" and "guest", and a random run of it on `pes` PEs in quanta,
/// as a platform would report it. Equal seeds give equal runs.
inline Software two_phases()
{
    Software s{{"host work", "guest"}};
    s.name(debug::MarkKind::NameVcpu, 1, "vm0/vcpu0");
    s.link();
    return s;
}

inline void random_run(Observer& observer, const Software& software, unsigned pes, u64 seed,
                       const std::function<void(u64 cycle)>& quantum_done)
{
    using Signal = Observer::Signal;
    std::mt19937_64 random{seed};
    constexpr u64 quantum = 1'000;
    std::vector<u64> now(pes);
    for (u64 start = 0; start < 50 * quantum; start += quantum) {
        for (unsigned pe = 0; pe < pes; ++pe) {
            now[pe] = std::max(now[pe], start);
            while (now[pe] < start + quantum) {
                const u64 at = now[pe];
                switch (random() % 7) {
                case 0:
                    observer.signal(pe, at, static_cast<Signal>(random() % 12), random() % 2);
                    break;
                case 1:
                    observer.exception(pe, at, 1, 2, static_cast<unsigned>(random() % 4),
                                       random() & 0xffff'ffff, random());
                    break;
                case 2:
                    software.pass(observer, random() % 2 == 0 ? "guest" : "host work", pe, at);
                    break;
                case 3:
                    software.pass(observer, "vcpu", pe, at, {0, 0, 0, random() % 3});
                    break;
                case 4:
                    observer.guest_error(pe, at, 1, random(), "unmapped address", random());
                    break;
                default:
                    observer.instruction(pe, at, 1, 0, 0x100 + 4 * (random() % 64), 0xd503'201f);
                    break;
                }
                now[pe] += random() % 100;
            }
        }
        quantum_done(start + quantum);
    }
}

} // namespace sl::test
