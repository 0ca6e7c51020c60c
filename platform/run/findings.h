// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "debug/observer_set.h"
#include "report/attribution.h"
#include "report/findings.h"
#include "rules/checker.h"
#include "rules/pe_subject.h"
#include "run/software.h"

#include <functional>
#include <memory>
#include <optional>

namespace sl::soc {
class Platform;
}

namespace sl::run {

/// Has the software of every PE checked against the rules, and keeps what was found: one entry for
/// each rule, pair of instructions, design and session.
class Findings : public rules::FindingSink, public debug::NullObserver {
public:
    /// `tell` hears of the first of each kind, for timelines; `name` is as long-lived as this
    /// program.
    using Tell = std::function<void(unsigned pe, const rules::Site& at, const char* name)>;

    Findings(const Software& software, std::vector<Clock> clocks, Tell tell);

    /// Watches all PEs of the platform, which must not outlive this.
    void attach(soc::Platform& platform);

    /// At the end of a run: what is found only then, too.
    void finish();

    /// By design, session, rule and place.
    std::vector<report::Finding> all() const;

    bool empty() const { return entries_.empty(); }

    void found(const rules::Finding& finding) override;
    void mark(unsigned pe, u64 cycle, u32 id, const u64* x) override;

private:
    struct Key {
        u64 design, session; ///< ~0: outside of a measured run
        rules::RuleId rule;
        u64 at_pc, other_pc;
        sysreg::Reg at_reg, other_reg;
        // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes its 0 for a pointer
        auto operator<=>(const Key&) const = default;
    };

    struct Entry {
        rules::Finding first;
        u64 count = 0;
    };

    report::Finding::Place place(unsigned pe, const rules::Site& site) const;

    const Software& software_;
    std::vector<Clock> clocks_;
    Tell tell_;
    std::optional<rules::Translations> translations_; ///< of all PEs
    std::vector<std::unique_ptr<rules::PeSubject>> subjects_;
    std::vector<std::unique_ptr<rules::Checker>> checkers_;
    std::vector<std::optional<report::RunKey>> runs_; ///< that each PE measures
    std::map<Key, Entry> entries_;
};

} // namespace sl::run
