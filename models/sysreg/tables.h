// SPDX-License-Identifier: MIT
#pragma once

#include "sysreg/registers.gen.h"

#include <span>

namespace sl::sysreg {

// The description as the generator lays it out. Users of registers want file.h and resolve.h.

/// One condition of a rule, on control registers or on the PE's state.
struct Condition {
    enum Kind : u8 {
        Field,  ///< (file[reg] & mask) == value
        HOST,   ///< HCR_EL2.{E2H,TGE} = {1,1}
        E2H,    ///< HCR_EL2.E2H = 1
        EL3,    ///< EL3 is implemented
        SECURE, ///< Secure state
    };

    Kind kind;
    Reg reg;
    u64 mask, value;
    bool negate;
};

struct Rule {
    const char* name;
    unsigned els; ///< bit n: applies at ELn
    bool on_read, on_write;
    int target; ///< 1..3; 0: UNDEFINED
    std::span<const Condition> conditions;
};

/// A field that exists only with a feature, RES0 otherwise.
struct FeatureField {
    Feature feature;
    u64 mask;
};

enum class Alias : u8 { None, El12, El02 };

struct Description {
    const char* name;
    u16 key; ///< op0, op1, CRn, CRm, op2 as a64::SysKey packs them
    u64 reset;
    u64 mask; ///< writable bits
    bool readable, writable;
    bool computed;    ///< a model answers; nothing is stored
    bool instruction; ///< op0 = 1
    int write_el;     ///< lowest EL that may write; -1 as encoded in op1; 4 the highest EL
    Feature feature;  ///< Feature::Count: always present
    Reg e2h;          ///< at EL2 with E2H = 1; Reg::Count: itself
    Alias alias;
    std::span<const RuleId> rules;
    std::span<const FeatureField> optional;
};

struct IdSetting {
    Reg reg;
    u64 mask, value;
    Feature with; ///< only together with this feature; Feature::Count: always
};

struct FeatureRow {
    const char* name;
    bool available;
    std::span<const Feature> requires_; ///< all of these
    std::span<const Feature> one_of;    ///< at least one of these
    std::span<const Feature> excludes;
    std::span<const IdSetting> sets;
};

/// Indexed by Reg, RuleId and Feature.
std::span<const Description> descriptions();
std::span<const Rule> rules();
std::span<const FeatureRow> feature_rows();

inline const Description& describe(Reg reg)
{
    return descriptions()[static_cast<std::size_t>(reg)];
}

} // namespace sl::sysreg
