// SPDX-License-Identifier: MIT
#include "debug/source_lines.h"

#include <elfutils/libdw.h>
#include <fcntl.h>
#include <unistd.h>

namespace sl::debug {

struct SourceLines::Tables {
    explicit Tables(const std::string& path)
        : fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)},
          dwarf{fd < 0 ? nullptr : dwarf_begin(fd, DWARF_C_READ)}
    {
    }

    ~Tables()
    {
        dwarf_end(dwarf);
        if (fd >= 0)
            ::close(fd);
    }

    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;

    int fd;
    Dwarf* dwarf;
};

SourceLines::SourceLines(const std::string& elf_path)
    : tables_{std::make_unique<Tables>(elf_path)}
{
}

SourceLines::~SourceLines() = default;
SourceLines::SourceLines(SourceLines&&) noexcept = default;

std::optional<std::string> SourceLines::at(u64 address) const
{
    Dwarf_Die unit;
    if (!tables_->dwarf || !dwarf_addrdie(tables_->dwarf, address, &unit))
        return std::nullopt;
    Dwarf_Line* const line = dwarf_getsrc_die(&unit, address);
    int number = 0;
    const char* const file = line ? dwarf_linesrc(line, nullptr, nullptr) : nullptr;
    if (!file || dwarf_lineno(line, &number) != 0)
        return std::nullopt;
    std::string name{file};
    if (const auto slash = name.rfind('/'); slash != std::string::npos && slash > 0)
        if (const auto folder = name.rfind('/', slash - 1); folder != std::string::npos)
            name.erase(0, folder + 1);
    return name + ":" + std::to_string(number);
}

} // namespace sl::debug
