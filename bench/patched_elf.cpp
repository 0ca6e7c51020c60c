// SPDX-License-Identifier: MIT
#include "patched_elf.h"

#include "debug/elf_image.h"

#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <vector>

namespace sl::bench {

namespace {

/// Where in the file the eight bytes at link address `va` are.
std::optional<std::uint64_t> file_offset(const std::vector<char>& bytes, std::uint64_t va)
{
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    for (unsigned n = 0; n < header.e_phnum; ++n) {
        Elf64_Phdr segment;
        std::memcpy(&segment, bytes.data() + header.e_phoff + n * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD && va >= segment.p_vaddr &&
            va - segment.p_vaddr + sizeof(std::uint64_t) <= segment.p_filesz)
            return segment.p_offset + (va - segment.p_vaddr);
    }
    return std::nullopt;
}

} // namespace

void copy_patched(const std::filesystem::path& from, const std::filesystem::path& to,
                  const std::map<std::string, std::uint64_t>& values)
{
    // Checks the format, too: what follows may rely on it.
    const debug::ElfImage image = debug::ElfImage::read(from.string());
    std::ifstream in{from, std::ios::binary};
    std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
    for (const auto& [symbol, value] : values) {
        const auto va = image.address_of(symbol);
        const auto offset = va ? file_offset(bytes, *va) : std::nullopt;
        if (!offset)
            throw std::runtime_error{from.string() + ": no variable " + symbol};
        std::memcpy(bytes.data() + *offset, &value, sizeof value);
    }
    std::ofstream out{to, std::ios::binary};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out)
        throw std::runtime_error{to.string() + ": cannot be written"};
}

} // namespace sl::bench
