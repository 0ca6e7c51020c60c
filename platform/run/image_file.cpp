// SPDX-License-Identifier: MIT
#include "run/image_file.h"

#include "debug/elf_image.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include <elf.h>

namespace sl::run {

namespace {

std::vector<u8> read_all(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary | std::ios::ate};
    if (!in)
        throw debug::ImageError{file.string(), std::strerror(errno)};
    std::vector<u8> bytes(static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)));
    in.seekg(0);
    if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
        throw debug::ImageError{file.string(), "cannot be read"};
    return bytes;
}

} // namespace

bool is_elf(const std::filesystem::path& file)
{
    char magic[SELFMAG] = {};
    std::ifstream in{file, std::ios::binary};
    return in.read(magic, sizeof magic) && std::memcmp(magic, ELFMAG, SELFMAG) == 0;
}

ImageFile ImageFile::read_elf(const std::filesystem::path& file)
{
    // Checks machine and structure.
    debug::ElfImage::read(file.string());

    const std::vector<u8> all = read_all(file);
    Elf64_Ehdr header;
    if (all.size() < sizeof header)
        throw debug::ImageError{file.string(), "is damaged: it is cut short"};
    std::memcpy(&header, all.data(), sizeof header);

    ImageFile image;
    image.entry = header.e_entry;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        const u64 at = header.e_phoff + u64{i} * header.e_phentsize;
        Elf64_Phdr ph;
        if (at > all.size() || all.size() - at < sizeof ph)
            throw debug::ImageError{file.string(), "is damaged: a program header is cut short"};
        std::memcpy(&ph, all.data() + at, sizeof ph);
        if (ph.p_type != PT_LOAD || ph.p_memsz == 0)
            continue;
        if (ph.p_filesz > ph.p_memsz || ph.p_offset > all.size() ||
            all.size() - ph.p_offset < ph.p_filesz)
            throw debug::ImageError{file.string(), "is damaged: a segment is cut short"};
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(ph.p_offset);
        image.chunks.push_back({.pa = ph.p_paddr,
                                .bytes = {from, from + static_cast<std::ptrdiff_t>(ph.p_filesz)},
                                .size = ph.p_memsz});
        // The entry point is a link address; PEs start with the MMU off.
        if (header.e_entry >= ph.p_vaddr && header.e_entry - ph.p_vaddr < ph.p_memsz)
            image.entry = header.e_entry - ph.p_vaddr + ph.p_paddr;
    }
    return image;
}

ImageFile ImageFile::read_flat(const std::filesystem::path& file, u64 pa)
{
    ImageFile image;
    image.entry = pa;
    std::vector<u8> bytes = read_all(file);
    const u64 size = bytes.size();
    image.chunks.push_back({.pa = pa, .bytes = std::move(bytes), .size = size});
    return image;
}

} // namespace sl::run
