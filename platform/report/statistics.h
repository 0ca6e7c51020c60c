// SPDX-License-Identifier: MIT
#pragma once

#include "debug/observer_set.h"

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace sl::report {

/// Statistics of a run: an ordered tree of names with numbers and texts at its leaves. Whoever has
/// something to tell adds its branch; the order of addition is the order of the file.
class Statistics {
public:
    /// The branch `name`, made when it is new. Requires that `name` is not a leaf.
    Statistics& branch(const std::string& name);

    /// Sets a leaf, once. Requires that `name` is new here.
    void set(const std::string& name, u64 value);
    void set(const std::string& name, const std::string& text);

    void set(const std::string& name, const char* text) { set(name, std::string{text}); }

    /// The number at a path of names, as tests and summaries ask for it. None: no such number.
    std::optional<u64> number(std::initializer_list<std::string> path) const;

    std::string json() const;

private:
    using Leaf = std::variant<u64, std::string>;

    struct Node {
        std::string name;
        std::variant<Leaf, std::unique_ptr<Statistics>> content;
    };

    struct ToJson;

    const Node* find(const std::string& name) const;

    std::vector<Node> nodes_;
};

/// Counts what PEs tell their observers.
class EventCounter : public debug::NullObserver {
public:
    explicit EventCounter(unsigned pes, u64 first_cycle = 0);

    void signal(unsigned pe, u64 cycle, Signal which, u64 value) override;
    void exception(unsigned pe, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind, u64 esr,
                   u64 from_pc) override;
    void mark(unsigned pe, u64 cycle, u32 id, const u64* x) override;
    void guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                     u64 detail) override;

    /// The PE's count at the end of the run.
    void finish(unsigned pe, u64 cycle);

    /// Adds exceptions by target EL and class, interrupt lines raised, and cycles spent at each EL,
    /// in WFI or WFE, switched off, and with trace prohibited or a buffer enabled.
    void add_to(unsigned pe, Statistics& branch) const;

private:
    /// Cycles for which a signal had each value.
    struct Residence {
        u64 value = 0, since = 0;
        std::map<u64, u64> cycles;
    };

    struct InterruptLine {
        u64 level = 0, raised = 0;
    };

    struct Pe {
        std::map<std::tuple<unsigned, unsigned, unsigned>, u64> exceptions; ///< to EL, kind, EC
        std::map<Signal, InterruptLine> lines;
        std::map<Signal, Residence> residences;
        u64 marks = 0;
        std::map<std::string, u64> guest_errors;
    };

    std::vector<Pe> pes_;
};

} // namespace sl::report
