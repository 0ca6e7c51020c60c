// SPDX-License-Identifier: MIT

// Runs generated instruction sequences on our engine and under qemu-aarch64, and compares how they
// end. docs/differential.md tells how it is used.

#include "generator.h"
#include "here.h"
#include "llvm.h"
#include "qemu.h"
#include "table.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

namespace sl::differential {

namespace {

struct Options {
    std::string qemu, runner, llvm_mc;
    std::string cpu = "max,sve=off,sme=off";
    u64 seed = 1, cases = 10'000;
    u64 at_least = 0;    ///< executions of each row, else the run fails
    bool counts = false; ///< print them, and how many cases ended in a fault of the row
};

/// Cases per run of QEMU: bounds memory.
constexpr std::size_t chunk = 32 * case_slots;

/// At most so many differences are shown.
constexpr u64 shown = 10;

class Comparison {
public:
    explicit Comparison(const Options& options)
        : options_{options},
          rows_{rows()},
          executed_(rows_.size(), 0),
          faulted_(rows_.size(), 0),
          qemu_{options.qemu, options.cpu, options.runner},
          here_{[this](u32 word) { count(word); }},
          generator_{drawable(), options.seed}
    {
    }

    int run()
    {
        for (u64 done = 0; done < options_.cases;) {
            const std::size_t n = std::min<u64>(chunk, options_.cases - done);
            std::vector<sequence> cases;
            for (std::size_t i = 0; i < n; ++i)
                cases.push_back(generator_.draw(case_code(i)));
            compare(cases, done);
            done += n;
        }
        return report();
    }

private:
    static bool is_compared(const Row& row)
    {
        return !is_system(row) && compared_parts.contains(row.needs);
    }

    std::vector<Row> drawable() const
    {
        std::vector<Row> drawn;
        for (const Row& row : rows_)
            if (is_compared(row))
                drawn.push_back(row);
        return drawn;
    }

    void count(u32 word)
    {
        const int row = row_of(word);
        if (row >= 0 && counting_)
            ++executed_[static_cast<std::size_t>(row)];
    }

    void count_end(const sequence& c, u64 code, const outcome& end)
    {
        ++ended_[end.kind == case_done ? 0 : 1];
        const u64 at = (end.pc - code) / 4;
        if (end.kind == case_done || at >= c.count)
            return;
        const int row = row_of(c.words[at]);
        if (row >= 0)
            ++faulted_[static_cast<std::size_t>(row)];
    }

    void compare(std::vector<sequence>& cases, u64 first)
    {
        const std::vector<Ended> theirs = qemu_.run(cases), ours = here_.run(cases);
        instructions_ = here_.instructions() - repeated_;
        std::vector<std::size_t> different;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            count_end(cases[i], case_code(i), ours[i].state);
            if (differs(ours[i].state, theirs[i].state))
                different.push_back(i);
        }
        differences_ += different.size();
        if (different.empty() || differences_ - different.size() >= shown)
            return;
        // Again, with the data area this time, and not counted.
        counting_ = false;
        for (const std::size_t i : different)
            cases[i].dump = 1;
        const std::vector<Ended> their_memory = qemu_.run(cases), our_memory = here_.run(cases);
        u64 left = shown;
        for (const std::size_t i : different)
            if (left-- > 0)
                show(cases[i], case_code(i), first + i, our_memory[i], their_memory[i]);
        counting_ = true;
        repeated_ = here_.instructions() - instructions_;
    }

    /// The memory behind a store that faulted half way is UNKNOWN, and so are the registers of a
    /// load of several.
    static bool differs(const outcome& a, const outcome& b)
    {
        const bool done = a.kind == case_done;
        return a.kind != b.kind || a.pc != b.pc || a.sp != b.sp || a.nzcv != b.nzcv ||
               a.fpcr != b.fpcr || a.fpsr != b.fpsr ||
               !std::equal(std::begin(a.x), std::end(a.x), b.x) ||
               (done && !std::equal(std::begin(a.v), std::end(a.v), b.v)) ||
               (done && a.memory != b.memory);
    }

    void show(const sequence& c, u64 code, u64 number, const Ended& ours, const Ended& theirs) const
    {
        std::printf("case %" PRIu64 ": ours ends with %u at %" PRIx64 ", QEMU's with %u at %" PRIx64
                    "\n",
                    number, ours.state.kind, ours.state.pc, theirs.state.kind, theirs.state.pc);
        std::vector<u32> words(c.words, c.words + c.count);
        const std::vector<Disassembly> texts = disassemble(options_.llvm_mc, "+all", words);
        for (u32 i = 0; i < c.count; ++i)
            std::printf("  %" PRIx64 ": %08x  %s\n", code + 4 * i, words[i], texts[i].text.c_str());
        for (unsigned i = 0; i < 31; ++i)
            show_line("x" + std::to_string(i), c.x[i], ours.state.x[i], theirs.state.x[i]);
        show_line("sp", c.sp, ours.state.sp, theirs.state.sp);
        show_line("nzcv", c.nzcv, ours.state.nzcv, theirs.state.nzcv);
        for (unsigned i = 0; i < 64; ++i)
            show_line("v" + std::to_string(i / 2) + (i % 2 == 0 ? ".lo" : ".hi"), c.v[i],
                      ours.state.v[i], theirs.state.v[i]);
        for (u64 i = 0; i < ours.memory.size() && i < theirs.memory.size(); ++i) {
            char name[24];
            std::snprintf(name, sizeof name, "[%" PRIx64 "]", case_data_base + 8 * i);
            show_line(name, case_memory(c.memory_seed, i), ours.memory[i], theirs.memory[i]);
        }
    }

    static void show_line(const std::string& name, u64 before, u64 ours, u64 theirs)
    {
        if (ours != theirs)
            std::printf("  %-8s %016" PRIx64 " -> ours %016" PRIx64 ", QEMU %016" PRIx64 "\n",
                        name.c_str(), before, ours, theirs);
        else if (before != ours)
            std::printf("  %-8s %016" PRIx64 " -> %016" PRIx64 "\n", name.c_str(), before, ours);
        else if (name[0] == 'x' || name == "sp")
            std::printf("  %-8s %016" PRIx64 "\n", name.c_str(), before);
    }

    int report() const
    {
        u64 least = ~u64{0}, drawn = 0;
        bool enough = true;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (!is_compared(rows_[i]))
                continue;
            ++drawn;
            least = std::min(least, executed_[i]);
            if (options_.counts)
                std::printf("%8" PRIu64 " %8" PRIu64 " %s\n", executed_[i], faulted_[i],
                            std::string{rows_[i].name}.c_str());
            if (executed_[i] < options_.at_least) {
                enough = false;
                std::printf("row %s executed %" PRIu64 " times only\n",
                            std::string{rows_[i].name}.c_str(), executed_[i]);
            }
        }
        std::printf(
            "%" PRIu64 " cases, %" PRIu64 " instructions: %" PRIu64 " cases to their end, %" PRIu64
            " into a fault\n%" PRIu64 " rows, each executed at least %" PRIu64
            " times in the half of the cases that has a log\n%" PRIu64 " differences\n",
            options_.cases, instructions_, ended_[0], ended_[1], drawn, least, differences_);
        return differences_ == 0 && enough ? EXIT_SUCCESS : EXIT_FAILURE;
    }

    Options options_;
    std::vector<Row> rows_;
    std::vector<u64> executed_, faulted_;
    Qemu qemu_;
    Here here_;
    Generator generator_;
    u64 ended_[2] = {}, differences_ = 0, instructions_ = 0, repeated_ = 0;
    bool counting_ = true;
};

int usage()
{
    std::fputs(
        "usage: differential_execute --qemu PATH --runner PATH --llvm-mc PATH [--cpu MODEL]\n"
        "       [--seed N] [--cases N] [--at-least EXECUTIONS-PER-ROW] [--counts]\n",
        stderr);
    return 2;
}

int main_checked(int argc, char** argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--counts") {
            options.counts = true;
            continue;
        }
        if (++i == argc)
            return usage();
        const std::string value = argv[i];
        if (name == "--qemu")
            options.qemu = value;
        else if (name == "--runner")
            options.runner = value;
        else if (name == "--llvm-mc")
            options.llvm_mc = value;
        else if (name == "--cpu")
            options.cpu = value;
        else if (name == "--seed")
            options.seed = std::stoull(value);
        else if (name == "--cases")
            options.cases = std::stoull(value);
        else if (name == "--at-least")
            options.at_least = std::stoull(value);
        else
            return usage();
    }
    return Comparison{options}.run();
}

} // namespace

} // namespace sl::differential

int main(int argc, char** argv)
{
    try {
        return sl::differential::main_checked(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "differential_execute: %s\n", error.what());
        return 2;
    }
}
