// SPDX-License-Identifier: MIT
#pragma once

#include "sysreg/registers.gen.h"

#include <span>
#include <string>

namespace sl::rules {

using sysreg::Reg;

/// The rules that the checker knows; docs/rules.md has what the manual says of each.
enum class RuleId : u8 {
    TrbeRegimeChanged,
    TrbeOwnerChanged,
    TrbeEnableUnsync,
    TrbeWriteEnabled,
    TrbeUndrained,
    TrbePointer,
    TrfTsbUnsync,
    TsbResultUnsync,
    TrcNotIdle,
    SpeRegimeChanged,
    SpeOrder,
    WalkInFlight,
    TlbStale,
    GuestTrapsOpen,
    AbsentOrAliased,
    Count,
};

struct Rule {
    RuleId id;
    const char* name; ///< "TRBE-REGIME-CHANGED"
    const char* unit; ///< which unit may go wrong: "trace buffer"
    /// What software must do, in one sentence.
    const char* statement;
    /// The manual's identifiers.
    const char* reference;
    /// What the other instruction of a finding has to do with it: "the buffer was enabled by".
    const char* other;
};

std::span<const Rule> all_rules();
const Rule& rule(RuleId id);

/// An instruction that did something, where and when.
struct Site {
    enum class Kind : u8 {
        None,
        Write,
        Read,
        TraceSync,
        ProfilingSync,
        Exception,
        Return,
        Translation,
        Store,
    };

    Kind kind = Kind::None;
    Reg reg = Reg::Count; ///< Write, Read
    u8 el = 0;
    u64 pc = 0, vmid = 0, cycle = 0;

    /// "MSR TTBR1_EL1", "TSB CSYNC".
    std::string text() const;
};

/// A rule was broken.
struct Finding {
    RuleId rule = RuleId::Count;
    unsigned pe = 0;
    Site at;            ///< the instruction that broke it
    Site other;         ///< the one that makes it wrong: Rule::other
    std::string detail; ///< what more there is to say, or nothing
};

class FindingSink {
public:
    virtual ~FindingSink() = default;
    virtual void found(const Finding& finding) = 0;
};

} // namespace sl::rules
