// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sl::debug {

/// An ELF file that cannot serve: missing, damaged, of another machine, with marks that label
/// nothing. The message names the file.
class ImageError : public std::runtime_error {
public:
    ImageError(const std::string& path, const std::string& what)
        : std::runtime_error{path + ": " + what}
    {
    }
};

struct ElfSegment {
    u64 va = 0, pa = 0, size = 0;
    bool executable = false;
};

struct ElfSymbol {
    std::string name;
    u64 address = 0; ///< as linked
    u64 size = 0;    ///< 0: unknown, as for labels in assembly
    bool function = false;
    bool global = false;
};

/// One record of `.note.sightline`, as docs/phases.md tells.
struct MarkRecord {
    u64 value = 0; ///< address of the labelled instruction as linked; for names the id
    u32 kind = 0;
    std::array<u8, 3> reg{}; ///< 0..30 = Xn, 31 = zero
    std::string name;
};

/// What debugging needs of an executable: where it lies, what it calls its addresses, its marks.
struct ElfImage {
    std::string path;
    std::vector<ElfSegment> segments; ///< loadable ones
    std::vector<ElfSymbol> symbols;   ///< of code and data; no mapping symbols, no absolute ones
    std::vector<MarkRecord> marks;    ///< in the order in which they were linked

    /// Throws ImageError.
    static ElfImage read(const std::string& path);

    /// The physical address at which the program headers put link address `va`.
    std::optional<u64> physical(u64 va) const;
    /// The address of a symbol, as linked.
    std::optional<u64> address_of(const std::string& symbol) const;
};

} // namespace sl::debug
