// SPDX-License-Identifier: MIT
#include "gdb/platform_target.h"

#include "soc/where.h"

#include <algorithm>

namespace sl::gdb {

std::vector<pe::Pe*> PlatformTarget::all(soc::Platform& platform)
{
    std::vector<pe::Pe*> pes;
    for (unsigned n = 0; n < platform.pes(); ++n)
        pes.push_back(&platform.pe(n));
    return pes;
}

PlatformTarget::PlatformTarget(soc::Platform& platform, const debug::Symbolizer& symbols, Save save)
    : platform_{platform},
      symbols_{symbols},
      save_{std::move(save)},
      registers_{all(platform)}
{
}

std::string PlatformTarget::describe(unsigned pe)
{
    return "pe" + std::to_string(pe) + " " + soc::where(platform_.pe(pe), symbols_);
}

std::vector<u8> PlatformTarget::read_register(unsigned pe, unsigned number)
{
    return registers_.read(platform_.pe(pe), number);
}

bool PlatformTarget::write_register(unsigned pe, unsigned number, std::span<const u8> bytes)
{
    return registers_.write(platform_.pe(pe), number, bytes);
}

std::optional<u64> PlatformTarget::physical_address(unsigned pe, u64 address, bool physical)
{
    if (physical)
        return address;
    const pe::Translated result = platform_.pe(pe).debug_translate(address);
    if (const auto* const there = std::get_if<pe::Translation>(&result))
        return there->pa;
    return std::nullopt;
}

std::vector<u8> PlatformTarget::read_memory(unsigned pe, u64 address, u64 bytes, bool physical)
{
    std::vector<u8> all;
    while (all.size() < bytes) {
        const u64 at = address + all.size();
        const u64 part = std::min(bytes - all.size(), page_size - at % page_size);
        const auto pa = physical_address(pe, at, physical);
        if (!pa)
            break;
        const std::size_t had = all.size();
        all.resize(had + part);
        const u64 read = platform_.debug_read(*pa, {all.data() + had, part});
        all.resize(had + read);
        if (read < part)
            break;
    }
    return all;
}

bool PlatformTarget::write_memory(unsigned pe, u64 address, std::span<const u8> bytes,
                                  bool physical)
{
    struct Part {
        u64 pa;
        std::span<const u8> bytes;
    };

    std::vector<Part> parts;
    for (std::size_t done = 0; done < bytes.size();) {
        const u64 at = address + done;
        const u64 size = std::min<u64>(bytes.size() - done, page_size - at % page_size);
        const auto pa = physical_address(pe, at, physical);
        if (!pa || !platform_.is_memory(*pa, size))
            return false;
        parts.push_back({*pa, bytes.subspan(done, size)});
        done += size;
    }
    for (const Part& part : parts)
        platform_.write(part.pa, part.bytes);
    return true;
}

void PlatformTarget::set_points(const a64::DebugPoints& points)
{
    for (unsigned n = 0; n < platform_.pes(); ++n)
        platform_.pe(n).set_debug_points(points);
}

std::string PlatformTarget::monitor(unsigned pe, const std::string& command)
{
    return gdb::monitor(platform_, symbols_, save_, pe, command);
}

} // namespace sl::gdb
