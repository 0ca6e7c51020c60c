// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sl::debug {

/// Where in the source an instruction of an ELF image comes from, by its DWARF line tables.
class SourceLines {
public:
    /// An image without line tables, or none at all, knows no lines.
    explicit SourceLines(const std::string& elf_path);
    ~SourceLines();
    SourceLines(SourceLines&&) noexcept;

    /// "hyp/switch_nvhe.c:120" for an address as linked: the file by its own name and its folder's,
    /// so that it does not tell where it was built.
    std::optional<std::string> at(u64 address) const;

private:
    struct Tables;
    std::unique_ptr<Tables> tables_;
};

} // namespace sl::debug
