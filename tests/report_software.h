// SPDX-License-Identifier: MIT
#pragma once

#include "common/observer.h"
#include "debug/marks.h"

#include <algorithm>
#include <map>
#include <string>

namespace sl::test {

/// Made-up software for tests of the report: its marks by name, passed by hand.
class Software {
public:
    explicit Software(const std::vector<std::string>& phases)
    {
        image_.path = "software.elf";
        image_.segments = {{.va = 0, .pa = 0, .size = 0x10000, .executable = true}};
        for (const std::string& phase : phases)
            define(phase, debug::MarkKind::Phase, phase);
        define("run", debug::MarkKind::Run, "", {0, 1, 2});
        define("run end", debug::MarkKind::RunEnd);
        define("begin", debug::MarkKind::SampleBegin);
        define("end", debug::MarkKind::SampleEnd);
        define("vcpu", debug::MarkKind::Vcpu, "", {3, 31, 31});
        define("return", debug::MarkKind::PhaseReturn);
    }

    void define(const std::string& mark, debug::MarkKind kind, const std::string& name = "",
                std::array<u8, 3> reg = {31, 31, 31})
    {
        addresses_[mark] = next_;
        image_.marks.push_back(
            {.value = next_, .kind = static_cast<u32>(kind), .reg = reg, .name = name});
        next_ += 4;
    }

    /// Another event at the address of an earlier one.
    void define_too(const std::string& mark, debug::MarkKind kind, const std::string& name = "")
    {
        image_.marks.push_back({.value = addresses_.at(mark),
                                .kind = static_cast<u32>(kind),
                                .reg = {31, 31, 31},
                                .name = name});
    }

    void name(debug::MarkKind what, u64 id, const std::string& text)
    {
        image_.marks.push_back({.value = id, .kind = static_cast<u32>(what), .name = text});
    }

    /// After all definitions.
    void link() { table.add(image_); }

    /// Execution of `pe` reaches a mark at `cycle`; x0.. hold `x`.
    void pass(Observer& observer, const std::string& mark, unsigned pe, u64 cycle,
              std::array<u64, 4> x = {}) const
    {
        u64 registers[34] = {};
        std::copy(x.begin(), x.end(), registers);
        observer.mark(pe, cycle, table.mark_at(addresses_.at(mark)), registers);
    }

    debug::MarkTable table;

private:
    debug::ElfImage image_;
    std::map<std::string, u64> addresses_;
    u64 next_ = 0x100;
};

} // namespace sl::test
