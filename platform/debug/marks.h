// SPDX-License-Identifier: MIT
#pragma once

#include "debug/elf_image.h"

#include <map>
#include <span>
#include <unordered_map>

namespace sl::debug {

/// The numbers of sw/lib/mark.h.
enum class MarkKind : u32 {
    Phase = 1,
    PhaseCall,
    PhaseReturn,
    Run,
    RunEnd,
    SampleBegin,
    SampleEnd,
    Vcpu,
    NameBenchmark = 16,
    NameDesign,
    NameSession,
    NameVcpu,
};

using PhaseId = u16;

/// Phases that the platform itself assigns, beside those that software names.
inline constexpr PhaseId phase_boot = 0; ///< until the first mark
inline constexpr PhaseId phase_idle = 1; ///< in WFI or WFE
inline constexpr PhaseId phase_off = 2;  ///< powered off

/// One thing that happens when execution reaches an address.
struct MarkEvent {
    MarkKind kind = MarkKind::Phase;
    PhaseId phase = phase_boot; ///< of Phase and PhaseCall
    std::array<u8, 3> reg{};    ///< of Run and Vcpu: 0..30 = Xn, 31 = zero

    /// The value of operand `n`, given the general registers.
    u64 operand(unsigned n, const u64* x) const { return reg[n] == 31 ? 0 : x[reg[n]]; }
};

/// All marks of a run, by physical address, and the names they use. Filled at elaboration; after
/// that only asked.
class MarkTable {
public:
    MarkTable();

    /// Takes an image's marks, loaded where its program headers say plus `load_offset`. An image
    /// that is in memory several times is added several times. Throws ImageError on a mark that
    /// labels nothing executable, and on two names for one thing.
    void add(const ElfImage& image, u64 load_offset = 0);

    /// A phase begins at `symbol`: marks for software that has none of its own. Throws ImageError
    /// when there is no such symbol in code.
    void add_phase_at(const ElfImage& image, const std::string& symbol, const std::string& phase,
                      u64 load_offset = 0);

    /// From an exception of `kind` (as in Observer::exception) taken to EL `to_el` on, cycles
    /// belong to `phase`, until a mark says otherwise.
    void add_phase_on_exception(unsigned to_el, unsigned kind, const std::string& phase);
    std::optional<PhaseId> phase_on_exception(unsigned to_el, unsigned kind) const;

    /// The mark at `pa`, made without events when software has none there: for places that only the
    /// platform wants to know of.
    u32 place(u64 pa);

    /// For Environment::mark_at: non-zero where something is to happen.
    u32 mark_at(u64 pa) const;
    /// What mark `id` stands for, in the order in which the software has it. Empty for ids that are
    /// not of this table.
    std::span<const MarkEvent> events(u32 id) const;

    /// Phases, in the order of their ids.
    const std::vector<std::string>& phases() const { return phases_; }

    /// What the software calls benchmark, design, session or vCPU `id`: its name, else its number.
    std::string name(MarkKind what, u64 id) const;

    bool empty() const { return events_.empty(); }

private:
    PhaseId intern(const std::string& phase);
    std::vector<MarkEvent>& at(u64 pa);

    std::vector<std::string> phases_;
    std::map<std::string, PhaseId> phase_ids_;
    std::vector<std::vector<MarkEvent>> events_; // of id n at [n - 1]
    std::unordered_map<u64, u32> ids_;           // looked up, never iterated
    std::map<std::pair<MarkKind, u64>, std::string> names_;
    std::map<std::pair<unsigned, unsigned>, PhaseId> on_exception_;
};

} // namespace sl::debug
