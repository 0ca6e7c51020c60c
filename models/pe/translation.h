// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <variant>

namespace sl::pe {

/// Whose tables translate an address (DDI 0487, translation regimes).
enum class Regime : u8 {
    El10, ///< EL1&0: two ranges, ASID, VMID, and stage 2 when HCR_EL2.{VM,DC} say so
    El2,  ///< EL2 with HCR_EL2.E2H = 0: one range
    El20, ///< EL2&0, HCR_EL2.E2H = 1: two ranges, ASID
    El3,
};

/// Who translates.
enum class Unit : u8 { Pe, TraceBuffer, ProfilingBuffer };

/// What is done at the address. A walk makes its checks for this, and a fault is worded for it.
struct AccessKind {
    bool write = false;
    bool fetch = false;
    bool privileged = true; ///< false: the checks of an EL0 access (EL0, LDTR, AT S1E0R)
    bool atomic = false;    ///< needs read and write permission
    bool pan = false;       ///< PSTATE.PAN applies
    bool unaligned = false; ///< to the access's own size: a fault on Device memory
    Unit unit = Unit::Pe;
};

/// Memory attributes of a translated address, stages combined.
struct MemAttr {
    bool device = false;
    u8 mair = 0xff; ///< as MAIR_ELx.Attr<n> encodes it: PAR_EL1.ATTR
    u8 sh = 0b10;   ///< 0b00 non-shareable, 0b10 outer, 0b11 inner shareable

    constexpr bool operator==(const MemAttr&) const = default;
};

struct Translation {
    u64 pa = 0;
    MemAttr attr;
    bool ns = true;
    bool writable = false; ///< a write with the same privilege would be permitted
    u64 page_mask = 0;     ///< the low bits that one entry of the combined stages covers
    u16 reads = 0;         ///< descriptors that the walk read; 0: from the TLB, or no walk
};

/// ESR_ELx.ISS.{DFSC,IFSC}: the codes that this model raises.
struct Fsc {
    // With the level of the table in bits 1:0.
    static constexpr u8 address_size = 0b000000, translation = 0b000100, access_flag = 0b001000,
                        permission = 0b001100, external_on_walk = 0b010100;
    static constexpr u8 external = 0b010000, alignment = 0b100001, unsupported_exclusive = 0b110101;
};

struct Fault {
    u8 fsc = 0;
    bool stage2 = false; ///< goes to EL2, with HPFAR_EL2
    bool s1ptw = false;  ///< stage 2 fault on a stage 1 table walk
    u64 ipa = 0;         ///< for stage 2 faults
    bool ns = true;
};

using Translated = std::variant<Translation, Fault>;

} // namespace sl::pe
