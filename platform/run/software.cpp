// SPDX-License-Identifier: MIT
#include "run/software.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace sl::run {

Software::Software(const config::Config& config)
{
    for (const config::Image& image : config.images) {
        const bool elf = is_elf(image.found);
        ImageFile file =
            elf ? ImageFile::read_elf(image.found) : ImageFile::read_flat(image.found, *image.load);
        if (elf)
            read_elf(image, config);
        if (image.entry_pe)
            starts_.push_back({.pe = static_cast<unsigned>(*image.entry_pe),
                               .el = static_cast<u8>(image.entry_el),
                               .pc = image.entry.value_or(file.entry),
                               .x0 = image.x0});
        for (Chunk& chunk : file.chunks)
            chunks_.push_back(std::move(chunk));
    }
}

void Software::read_elf(const config::Image& image, const config::Config& config)
{
    const auto elf = debug::ElfImage::read(image.found.string());
    marks_.add(elf);
    u64 lowest = ~u64{0};
    for (const debug::ElfSegment& s : elf.segments)
        lowest = std::min(lowest, s.va);
    std::vector<u64> va_offsets{0};
    for (const u64 alias : image.aliases)
        va_offsets.push_back(alias - lowest);
    placed_.push_back({elf.path, va_offsets, debug::SourceLines{elf.path}});
    symbols_.add(elf, {.name = image.name, .va_offsets = va_offsets});
    for (const auto& [symbol, value] : image.parameters) {
        const auto va = elf.address_of(symbol);
        const auto pa = va ? elf.physical(*va) : std::nullopt;
        if (!pa)
            throw debug::ImageError{elf.path, "variable `" + symbol + "` is not in memory"};
        parameters_.push_back({*pa, value});
    }
    if (switch_mark_ != 0 || !config.fidelity.switch_at)
        return;
    if (const auto va = elf.address_of(*config.fidelity.switch_at))
        if (const auto pa = elf.physical(*va))
            switch_mark_ = marks_.place(*pa);
}

std::optional<std::string> Software::line(u64 va) const
{
    for (const Placed& image : placed_)
        for (const u64 offset : image.va_offsets)
            if (auto line = image.lines.at(va - offset))
                return line;
    return std::nullopt;
}

std::vector<trace::CodeRegion> Software::code() const
{
    std::vector<trace::CodeRegion> all;
    for (const Placed& image : placed_)
        for (const trace::CodeRegion& region : trace::code_of_elf(image.path))
            for (const u64 offset : image.va_offsets)
                all.push_back({region.address + offset, region.bytes});
    return all;
}

void Software::load(const Write& write) const
{
    for (const Chunk& chunk : chunks_)
        write(chunk.pa, chunk.bytes);
    for (const Parameter& p : parameters_) {
        std::array<u8, 8> bytes{};
        for (unsigned n = 0; n < bytes.size(); ++n)
            bytes[n] = static_cast<u8>(p.value >> (8 * n));
        write(p.pa, bytes);
    }
}

} // namespace sl::run
