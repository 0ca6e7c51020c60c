// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace sl::bench {

/// Copies an AArch64 executable with 64-bit variables set by symbol, as `parameters` of an image
/// does in a configuration: for machines that have no such thing. Throws std::runtime_error when a
/// symbol is not in the file or the file cannot be written, debug::ImageError when it is no ELF.
void copy_patched(const std::filesystem::path& from, const std::filesystem::path& to,
                  const std::map<std::string, std::uint64_t>& values);

} // namespace sl::bench
