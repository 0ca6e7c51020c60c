// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <filesystem>
#include <vector>

namespace sl::run {

/// Bytes that go to one place in physical memory.
struct Chunk {
    u64 pa = 0;
    std::vector<u8> bytes;
    u64 size = 0; ///< in memory; what `bytes` does not cover is zero
};

/// An image as the loader needs it.
struct ImageFile {
    std::vector<Chunk> chunks;
    u64 entry = 0;

    /// A little-endian AArch64 executable: its loadable segments at their physical addresses.
    /// Throws debug::ImageError.
    static ImageFile read_elf(const std::filesystem::path& file);
    /// Any other file, whole, at `pa`. Throws debug::ImageError.
    static ImageFile read_flat(const std::filesystem::path& file, u64 pa);
};

/// Does the file begin as ELF files do?
bool is_elf(const std::filesystem::path& file);

} // namespace sl::run
