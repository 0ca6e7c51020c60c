// SPDX-License-Identifier: MIT
#pragma once

#include "trace/ete.h"

#include <span>
#include <string>
#include <vector>

namespace sl::trace {

/// Code as it lies in memory where it executes: at its linked address. Regions do not overlap.
struct CodeRegion {
    u64 address = 0;
    std::vector<u8> bytes;
};

/// The executable segments of an ELF file at their linked virtual addresses. Throws
/// debug::ImageError.
std::vector<CodeRegion> code_of_elf(const std::string& path);

/// What a decoder needs to know of an ETE.
struct EteRegisters {
    u32 configr = 0, traceidr = 0, idr0 = 0, idr1 = 0, idr2 = 0, idr8 = 0, devarch = 0,
        authstatus = 0;

    static EteRegisters of(const Ete& ete);
    bool operator==(const EteRegisters&) const = default;
};

/// One element of decoded trace.
struct Element {
    enum class Kind : u8 {
        TraceOn,
        Context,
        Range,
        Exception,
        Timestamp,
        CycleCount,
        Event,
        NoSync,   ///< the decoder has lost, or not yet found, its place
        NoMemory, ///< execution at `address`, where no code is known
    };
    Kind kind = Kind::NoSync;
    u64 index = 0; ///< of its packet, in the bytes given

    bool overflow = false; ///< TraceOn: trace was lost before
    u8 el = 0;             ///< Context
    bool secure = false;
    bool has_context_id = false, has_vmid = false;
    u32 context_id = 0, vmid = 0;
    u64 address = 0;        ///< Range, NoMemory: first; Exception: preferred return address
    unsigned count = 0;     ///< Range: instructions
    bool last_taken = true; ///< Range: the last instruction's atom was E
    unsigned exception = 0; ///< Exception: its type (pe::TraceException)
    u64 value = 0;          ///< Timestamp, CycleCount; Event: a bit for each
};

struct Decoded {
    std::vector<Element> elements;
    std::string error; ///< empty: decoded to the end; else what the decoder said
};

/// Decodes one stretch of an ETE's bytes with OpenCSD, from its first synchronization on.
Decoded decode(const EteRegisters& registers, std::span<const CodeRegion> code,
               std::span<const u8> bytes);

} // namespace sl::trace
