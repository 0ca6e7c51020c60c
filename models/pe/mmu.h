// SPDX-License-Identifier: MIT
#pragma once

#include "pe/translation.h"

namespace sl::pe {

/// What the registers say about one stage 1 regime, as the walker needs it: effective values, with
/// HCR_EL2.{TGE,DC} and the like already applied.
struct Stage1Controls {
    Regime regime = Regime::El10;
    bool enabled = false;           ///< SCTLR_ELx.M
    bool icache = false;            ///< SCTLR_ELx.I: attributes of fetches while disabled
    bool wxn = false;               ///< SCTLR_ELx.WXN
    bool default_cacheable = false; ///< HCR_EL2.DC
    bool secure = false;
    bool secure_fetch_only = false; ///< SCR_EL3.SIF
    u64 ttbr0 = 0, ttbr1 = 0, tcr = 0, mair = 0;

    constexpr bool two_ranges() const { return regime == Regime::El10 || regime == Regime::El20; }
};

/// Stage 2 of the EL1&0 regime.
struct Stage2Controls {
    bool enabled = false;       ///< HCR_EL2.VM or HCR_EL2.DC
    bool protect_walks = false; ///< HCR_EL2.PTW
    u64 vttbr = 0, vtcr = 0;
};

struct MmuControls {
    Stage1Controls s1;
    Stage2Controls s2;
    bool stage1_only = false;          ///< AT S1*: the walk's own reads still go through stage 2
    unsigned pa_bits = 40;             ///< ID_AA64MMFR0_EL1.PARange
    bool hierarchical_disable = false; ///< FEAT_HPDS: TCR_ELx.HPD
    bool xnx = false;                  ///< FEAT_XNX: stage 2 XN[1:0]
    bool guarded = false;              ///< FEAT_BTI: stage 1 GP
};

/// Where a table descriptor is, and what of.
struct DescriptorPlace {
    u64 pa = 0;
    bool ns = true;
    bool stage2 = false;
    u64 ipa = 0;      ///< stage 2: of what
    u64 ipa_mask = 0; ///< stage 2: the low address bits that a leaf at this level covers
};

/// A descriptor that a walk has read.
struct DescriptorRead {
    DescriptorPlace place;
    u64 value = 0;
};

/// Where table descriptors are read.
class WalkMemory {
public:
    virtual ~WalkMemory() = default;
    /// False: external abort.
    virtual bool read_descriptor(const DescriptorPlace& place, u64& value) = 0;
};

/// Permissions, one bit each.
struct Perm {
    static constexpr u8 priv_read = 1, priv_write = 2, priv_exec = 4, user_read = 8,
                        user_write = 16, user_exec = 32, all = 63;
};

/// A translation that a TLB may hold: both stages combined, with what is needed to judge other
/// accesses to the same place.
struct TlbData {
    u64 va = 0, ipa = 0, pa = 0; ///< of the first byte that the entry covers
    u64 mask = 0;          ///< low address bits inside the entry: the smaller of the two stages
    u64 s1_mask = 0;       ///< what the stage 1 descriptor covers; TLBI by VA goes by it
    MemAttr s1_attr, attr; ///< of stage 1 alone, and of both
    u8 s1_perm = Perm::all, s2_perm = Perm::all;
    u8 s1_level = 3, s2_level = 3;
    bool ns = true;
    bool global = false;
    bool guarded = false; ///< FEAT_BTI: indirect branches must land on a target
    bool s1_off = false;  ///< made while stage 1 was disabled: a stage 2 entry for TLBI IPAS2
    bool two_stage = false;
    u16 reads = 0; ///< descriptors read
};

using Walked = std::variant<TlbData, Fault>;

/// Walks the tables for one access. The result has passed every check for `kind`.
Walked walk(const MmuControls& controls, u64 va, AccessKind kind, WalkMemory& memory);

/// The checks of an access that hits `entry`: permissions of stage 1, then of stage 2, and
/// alignment on Device memory. Nothing when allowed.
struct Verdict {
    bool faulted = false;
    Fault fault;
};

Verdict check(const TlbData& entry, u64 va, AccessKind kind);

/// The result of an access through `entry`.
Translation translation_of(const TlbData& entry, u64 va, AccessKind kind);

/// Stage 2 alone, for stage 1 walks and for stage 1's output: fills ipa, pa, mask, attr, s2_perm,
/// s2_level, reads. No permission check.
struct Stage2Result {
    bool faulted = false;
    Fault fault;
    u64 pa = 0, mask = 0;
    MemAttr attr;
    u8 perm = Perm::all, level = 3;
};

Stage2Result walk_stage2(const MmuControls& controls, u64 ipa, bool ns, WalkMemory& memory,
                         u16& reads);

/// Which accesses need which bits of a permission set.
bool permitted(u8 perm, AccessKind kind);

/// The combined attributes of two stages (DDI 0487, combining stage 1 and stage 2 attributes).
MemAttr combine(MemAttr s1, MemAttr s2);

/// Output size in bits that TCR_ELx.{IPS,PS} or ID_AA64MMFR0_EL1.PARange encode.
unsigned address_bits(u64 encoded);

} // namespace sl::pe
