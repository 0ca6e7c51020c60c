// SPDX-License-Identifier: MIT
#include "debug/elf_image.h"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>

namespace sl::debug {

namespace {

constexpr std::string_view note_section = ".note.sightline", note_owner = "Sightline";
constexpr u32 note_version = 1;

u64 little_endian(const u8* p, unsigned bytes)
{
    u64 value = 0;
    for (unsigned i = 0; i < bytes; ++i)
        value |= u64{p[i]} << (8 * i);
    return value;
}

/// Closes what libelf and the kernel hold.
class File {
public:
    explicit File(const std::string& path)
        : path_{path},
          fd_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}
    {
        if (fd_ < 0)
            throw ImageError{path, std::strerror(errno)};
        if (elf_version(EV_CURRENT) != EV_NONE)
            elf_ = elf_begin(fd_, ELF_C_READ_MMAP, nullptr);
        if (elf_ == nullptr || elf_kind(elf_) != ELF_K_ELF) {
            close();
            throw ImageError{path, "is not an ELF file"};
        }
    }

    ~File() { close(); }

    File(const File&) = delete;
    File& operator=(const File&) = delete;

    Elf* get() const { return elf_; }

    [[noreturn]] void damaged(const std::string& what) const
    {
        throw ImageError{path_, "is damaged: " + what};
    }

private:
    void close()
    {
        elf_end(elf_);
        ::close(fd_);
    }

    const std::string& path_;
    int fd_;
    Elf* elf_ = nullptr;
};

void read_segments(const File& file, ElfImage& image)
{
    std::size_t count = 0;
    if (elf_getphdrnum(file.get(), &count) != 0)
        file.damaged("its program headers cannot be read");
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr ph{};
        if (gelf_getphdr(file.get(), static_cast<int>(i), &ph) == nullptr)
            file.damaged("a program header cannot be read");
        if (ph.p_type == PT_LOAD && ph.p_memsz > 0)
            image.segments.push_back({.va = ph.p_vaddr,
                                      .pa = ph.p_paddr,
                                      .size = ph.p_memsz,
                                      .executable = (ph.p_flags & PF_X) != 0});
    }
}

/// $x and $d mark code and data inside a section (ELF for the Arm 64-bit Architecture).
bool is_mapping_symbol(std::string_view name)
{
    return name.size() >= 2 && name[0] == '$' && (name[1] == 'x' || name[1] == 'd') &&
           (name.size() == 2 || name[2] == '.');
}

void read_symbols(const File& file, Elf_Scn* section, const GElf_Shdr& header, ElfImage& image)
{
    Elf_Data* const data = elf_getdata(section, nullptr);
    if (data == nullptr || header.sh_entsize == 0)
        file.damaged("its symbols cannot be read");
    const u64 count = header.sh_size / header.sh_entsize;
    for (u64 i = 0; i < count; ++i) {
        GElf_Sym sym{};
        if (gelf_getsym(data, static_cast<int>(i), &sym) == nullptr)
            file.damaged("a symbol cannot be read");
        const unsigned type = GELF_ST_TYPE(sym.st_info);
        if (sym.st_shndx == SHN_UNDEF || sym.st_shndx >= SHN_LORESERVE ||
            (type != STT_NOTYPE && type != STT_FUNC && type != STT_OBJECT))
            continue;
        const char* const name = elf_strptr(file.get(), header.sh_link, sym.st_name);
        if (name == nullptr || *name == 0 || is_mapping_symbol(name))
            continue;
        image.symbols.push_back({.name = name,
                                 .address = sym.st_value,
                                 .size = sym.st_size,
                                 .function = type == STT_FUNC,
                                 .global = GELF_ST_BIND(sym.st_info) != STB_LOCAL});
    }
}

MarkRecord parse_mark(const File& file, const u8* desc, u64 size)
{
    if (size < 17 || desc[size - 1] != 0)
        file.damaged("a mark is cut short");
    MarkRecord mark{.value = little_endian(desc, 8),
                    .kind = static_cast<u32>(little_endian(desc + 8, 4)),
                    .reg = {desc[12], desc[13], desc[14]},
                    .name = reinterpret_cast<const char*>(desc + 16)};
    for (const u8 reg : mark.reg) {
        if (reg > 31)
            file.damaged("a mark names a register that does not exist");
    }
    return mark;
}

void read_marks(const File& file, Elf_Scn* section, ElfImage& image)
{
    Elf_Data* const data = elf_rawdata(section, nullptr);
    if (data == nullptr)
        file.damaged("its marks cannot be read");
    const auto* const bytes = static_cast<const u8*>(data->d_buf);
    const u64 size = data->d_size;
    const auto padded = [](u64 n) { return (n + 3) & ~u64{3}; };
    for (u64 at = 0; at < size;) {
        if (size - at < 12)
            file.damaged("a mark is cut short");
        const u64 name_size = little_endian(bytes + at, 4);
        const u64 desc_size = little_endian(bytes + at + 4, 4);
        const u64 type = little_endian(bytes + at + 8, 4);
        const u64 name = at + 12, desc = name + padded(name_size);
        if (desc + desc_size > size || name_size != note_owner.size() + 1 ||
            std::memcmp(bytes + name, note_owner.data(), note_owner.size()) != 0)
            file.damaged("a record in .note.sightline is not a mark");
        if (type != note_version)
            file.damaged("its marks have format " + std::to_string(type) + "; known is " +
                         std::to_string(note_version));
        image.marks.push_back(parse_mark(file, bytes + desc, desc_size));
        at = desc + padded(desc_size);
    }
}

} // namespace

ElfImage ElfImage::read(const std::string& path)
{
    const File file{path};
    GElf_Ehdr header{};
    if (gelf_getehdr(file.get(), &header) == nullptr)
        file.damaged("its header cannot be read");
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != EM_AARCH64)
        throw ImageError{path, "is not for little-endian AArch64"};

    ElfImage image;
    image.path = path;
    read_segments(file, image);
    std::size_t names = 0;
    if (elf_getshdrstrndx(file.get(), &names) != 0)
        file.damaged("its section names cannot be read");
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(file.get(), section)) != nullptr) {
        GElf_Shdr sh{};
        if (gelf_getshdr(section, &sh) == nullptr)
            file.damaged("a section header cannot be read");
        const char* const name = elf_strptr(file.get(), names, sh.sh_name);
        if (sh.sh_type == SHT_SYMTAB)
            read_symbols(file, section, sh, image);
        else if (sh.sh_type == SHT_NOTE && name != nullptr && note_section == name)
            read_marks(file, section, image);
    }
    return image;
}

std::optional<u64> ElfImage::physical(u64 va) const
{
    for (const ElfSegment& s : segments) {
        if (va >= s.va && va - s.va < s.size)
            return s.pa + (va - s.va);
    }
    return std::nullopt;
}

std::optional<u64> ElfImage::address_of(const std::string& symbol) const
{
    for (const bool global : {true, false}) {
        for (const ElfSymbol& s : symbols) {
            if (s.global == global && s.name == symbol)
                return s.address;
        }
    }
    return std::nullopt;
}

} // namespace sl::debug
