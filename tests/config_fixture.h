// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace sl::test {

/// A folder of its own that goes away with the test.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "sightline.XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }

    ~Folder() { std::filesystem::remove_all(path_); }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, const std::string& text) const
    {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << text;
        return file;
    }

private:
    std::filesystem::path path_;
};

struct ElfSymbolSpec {
    std::string name;
    u64 value, size;
    unsigned type; ///< STT_FUNC or STT_OBJECT
};

/// A minimal ELF executable: one segment with `code` at `pa`, linked at `va`, and symbols.
inline std::string make_elf(u64 va, u64 pa, const std::string& code,
                            const std::vector<ElfSymbolSpec>& symbols = {},
                            u16 machine = EM_AARCH64)
{
    std::string strings(1, '\0');
    std::string table(sizeof(Elf64_Sym), '\0');
    const auto append = [](std::string& to, const auto& object) {
        to.append(reinterpret_cast<const char*>(&object), sizeof object);
    };
    for (const ElfSymbolSpec& s : symbols) {
        Elf64_Sym sym{};
        sym.st_name = static_cast<Elf64_Word>(strings.size());
        sym.st_info = static_cast<unsigned char>(STB_GLOBAL << 4 | s.type);
        sym.st_shndx = 1;
        sym.st_value = s.value;
        sym.st_size = s.size;
        append(table, sym);
        strings += s.name + '\0';
    }
    const std::string section_names{"\0.text\0.symtab\0.strtab\0.shstrtab\0", 33};

    const u64 code_at = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr), table_at = code_at + code.size(),
              strings_at = table_at + table.size(), names_at = strings_at + strings.size(),
              sections_at = names_at + section_names.size();
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = machine;
    header.e_version = EV_CURRENT;
    header.e_entry = va;
    header.e_phoff = sizeof header;
    header.e_shoff = sections_at;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 1;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = 5;
    header.e_shstrndx = 4;
    Elf64_Phdr ph{.p_type = PT_LOAD,
                  .p_flags = PF_R | PF_W | PF_X,
                  .p_offset = code_at,
                  .p_vaddr = va,
                  .p_paddr = pa,
                  .p_filesz = code.size(),
                  .p_memsz = code.size(),
                  .p_align = 1};
    std::string file;
    append(file, header);
    append(file, ph);
    file += code + table + strings + section_names;
    const auto section = [&](Elf64_Word name, Elf64_Word type, u64 at, u64 size, Elf64_Word link,
                             u64 entry, u64 address) {
        Elf64_Shdr sh{};
        sh.sh_name = name;
        sh.sh_type = type;
        sh.sh_flags = address ? SHF_ALLOC | SHF_EXECINSTR : 0;
        sh.sh_addr = address;
        sh.sh_offset = at;
        sh.sh_size = size;
        sh.sh_link = link;
        sh.sh_entsize = entry;
        sh.sh_addralign = 1;
        append(file, sh);
    };
    section(0, SHT_NULL, 0, 0, 0, 0, 0);
    section(1, SHT_PROGBITS, code_at, code.size(), 0, 0, va);
    section(7, SHT_SYMTAB, table_at, table.size(), 3, sizeof(Elf64_Sym), 0);
    section(15, SHT_STRTAB, strings_at, strings.size(), 0, 0, 0);
    section(23, SHT_STRTAB, names_at, section_names.size(), 0, 0, 0);
    return file;
}

/// Little-endian instruction words as bytes.
inline std::string words(const std::vector<u32>& all)
{
    std::string s;
    for (const u32 w : all)
        for (unsigned shift = 0; shift < 32; shift += 8)
            s += static_cast<char>(w >> shift & 0xff);
    return s;
}

} // namespace sl::test
