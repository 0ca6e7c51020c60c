// SPDX-License-Identifier: MIT
#pragma once

// What travels between the generator (C++, on the host) and the program that runs cases under
// qemu-aarch64 (freestanding C): fixed-size little-endian records.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    // Addresses, the same on both sides. Guards around each area are not mapped.
    case_code_base = 0x20000000,
    case_slot_bytes = 128,
    case_slots = 256,
    case_code_bytes = 0x9000,
    case_data_base = 0x20010000,
    case_data_bytes = 0x2000,
    case_max_words = 24,
    // Of the first slot: some sequences then cross a page.
    case_first_slot = 0x40,
};

enum case_outcome {
    case_done = 5,      // reached a BRK: SIGTRAP
    case_undefined = 4, // SIGILL
    case_alignment = 7, // SIGBUS
    case_fault = 11,    // SIGSEGV
};

/// Where the case in position `index` of a batch has its code.
static inline uint64_t case_code(uint64_t index)
{
    return (uint64_t)case_code_base + case_first_slot + (index % case_slots) * case_slot_bytes;
}

/// State in which a sequence starts, and its instructions. A BRK follows the last of them.
struct sequence {
    uint64_t x[31];
    uint64_t sp;
    uint64_t v[64]; ///< V0..V31, low half first
    uint64_t memory_seed;
    uint32_t nzcv; ///< in bits 31:28
    uint32_t fpcr, fpsr;
    uint32_t count;
    uint32_t words[case_max_words];
    uint32_t dump; ///< the data area follows the outcome
    uint32_t zero;
};

/// State in which it ended.
struct outcome {
    uint64_t x[31];
    uint64_t sp, pc;
    uint64_t v[64];
    uint64_t address; ///< of a fault or alignment fault
    uint64_t memory;  ///< hash of the data area
    uint32_t nzcv;
    uint32_t fpcr, fpsr;
    uint32_t kind; ///< case_outcome
};

/// One step of splitmix64.
static inline uint64_t case_mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/// Word `index` of the data area at the start of a case.
static inline uint64_t case_memory(uint64_t seed, uint64_t index)
{
    const uint64_t r = case_mix(seed + index);
    switch (r & 15) {
    case 0:
        return 0;
    case 1:
        return ~(uint64_t)0;
    case 2:
        return (uint64_t)1 << 63;
    case 3:
        return ~((uint64_t)1 << 63);
    case 4:
        return 0x80000000u | (r & 0xffffffff00000000u);
    case 5:
        return 0x807f80007fff80ffu;
    default:
        return r;
    }
}

static inline uint64_t case_hash(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9fb21c651e98df25u;
    return hash ^ (hash >> 29);
}

#ifdef __cplusplus
}
#endif
