// SPDX-License-Identifier: MIT
#include "config/check.h"
#include "debug/elf_image.h"
#include "debug/text.h"
#include "run/image_file.h"

#include <algorithm>

namespace sl::config {

namespace {

struct Extent {
    const Image* image;
    u64 base, size;

    u64 end() const { return base + size; }
};

std::string text(const Extent& e)
{
    return debug::hex(e.base) + " to " + debug::hex(e.end() - 1);
}

std::vector<std::string> memory_texts(const Config& config)
{
    std::vector<std::string> all;
    for (const Memory& m : config.memories)
        all.push_back("`" + m.name + "` " + debug::hex(m.base) + " to " +
                      debug::hex(m.base + m.size - 1));
    return all;
}

class ImageChecker {
public:
    ImageChecker(const Config& config, Problems& problems)
        : config_{config},
          problems_{problems}
    {
    }

    void check()
    {
        for (const Image& i : config_.images) {
            check_entry(i);
            if (i.found.empty())
                continue;
            if (run::is_elf(i.found))
                check_elf(i);
            else
                check_flat(i);
        }
        check_extents();
        check_starts();
        check_switch();
    }

private:
    void problem(const Image& i, const std::string& key, const std::string& what,
                 const std::string& allowed)
    {
        problems_.add(i.where(key), i.path + "." + key, what, allowed);
    }

    void check_entry(const Image& i)
    {
        if (i.entry_pe && *i.entry_pe >= config_.pes() && config_.pes() > 0)
            problem(i, "entry_pe", "there is no PE " + std::to_string(*i.entry_pe),
                    "0 to " + std::to_string(config_.pes() - 1));
        for (const char* key : {"entry_el", "entry", "x0"})
            if (i.has(key) && !i.entry_pe)
                problem(i, key, "no PE starts in this image", "only together with entry_pe");
        if (i.entry_pe && i.entry_el == 2)
            for (const Cluster& c : config_.clusters)
                if (!c.feature_set.empty() && !c.feature_set.contains("FEAT_AA64EL2"))
                    problem(i, "entry_el", "the PEs of cluster `" + c.name + "` have no EL2",
                            "an exception level that all PEs have");
    }

    void check_elf(const Image& i)
    {
        if (i.load)
            problem(i, "load", "is an ELF file, which says itself where it is loaded",
                    "only for flat binaries");
        try {
            const auto elf = debug::ElfImage::read(i.found.string());
            for (const debug::ElfSegment& s : elf.segments)
                extents_.push_back({&i, s.pa, s.size});
            if (elf.segments.empty())
                problem(i, "file", "has nothing to load", "an executable");
            for (const auto& [symbol, value] : i.parameters)
                check_parameter(i, elf, symbol);
            switch_found_ = switch_found_ || (config_.fidelity.switch_at &&
                                              elf.address_of(*config_.fidelity.switch_at));
        } catch (const debug::ImageError& error) {
            problem(i, "file", error.what(), "an ELF executable for little-endian AArch64");
        }
    }

    void check_parameter(const Image& i, const debug::ElfImage& elf, const std::string& symbol)
    {
        std::vector<std::string> objects;
        for (const debug::ElfSymbol& s : elf.symbols) {
            if (s.name == symbol && !s.function && (s.size == 8 || s.size == 0))
                return;
            if (!s.function && s.size == 8)
                objects.push_back(s.name);
        }
        const std::string guess = nearest(symbol, objects);
        problems_.add(i.where("parameters." + symbol), i.path + ".parameters." + symbol,
                      i.file + " has no such variable of 64 bits" +
                          (guess.empty() ? "" : "; did you mean `" + guess + "`?"),
                      join(objects));
    }

    void check_flat(const Image& i)
    {
        std::error_code error;
        const u64 size = std::filesystem::file_size(i.found, error);
        if (!i.load)
            problem(i, "load", "is missing: " + i.file + " is not an ELF file",
                    "the address to load a flat binary at");
        else if (!error && size > 0)
            extents_.push_back({&i, *i.load, size});
        for (const char* key : {"parameters", "aliases"})
            if (i.has(key))
                problem(i, key, i.file + " is not an ELF file and has no symbols",
                        "only for ELF files");
    }

    void check_extents()
    {
        // A memory without a sound size has been reported; where it ends is not known.
        const bool all_known = std::all_of(config_.memories.begin(), config_.memories.end(),
                                           [](const Memory& m) { return m.size > 0; });
        for (std::size_t n = 0; n < extents_.size(); ++n) {
            const Extent& e = extents_[n];
            const auto holds = [&](const Memory& m) {
                return e.base >= m.base && e.size <= m.size && e.base - m.base <= m.size - e.size;
            };
            const std::string key = e.image->load ? "load" : "file";
            if (all_known && std::none_of(config_.memories.begin(), config_.memories.end(), holds))
                problem(*e.image, key, text(e) + " is not in memory", join(memory_texts(config_)));
            for (std::size_t m = 0; m < n; ++m)
                if (extents_[m].image != e.image && extents_[m].base < e.end() &&
                    e.base < extents_[m].end())
                    problem(*e.image, key,
                            text(e) + " overlaps image `" + extents_[m].image->name + "` (" +
                                text(extents_[m]) + ") of " +
                                extents_[m].image->where("file").text(),
                            "addresses that no other image has");
        }
    }

    void check_starts()
    {
        std::map<u64, const Image*> starts;
        for (const Image& i : config_.images) {
            if (!i.entry_pe)
                continue;
            const auto [first, fresh] = starts.try_emplace(*i.entry_pe, &i);
            if (!fresh)
                problem(i, "entry_pe",
                        "PE " + std::to_string(*i.entry_pe) + " already starts in `" +
                            first->second->name + "`",
                        "one image for each PE");
        }
        if (starts.empty() && !config_.images.empty())
            problems_.add(config_.images.front().at, "image", "no PE starts anywhere",
                          "entry_pe in at least one image");
    }

    void check_switch()
    {
        const Fidelity& f = config_.fidelity;
        if (!f.switch_at)
            return;
        if (f.mode == "annotated")
            problems_.add(f.where("switch_at"), "fidelity.switch_at",
                          "the run is annotated from the start",
                          "only together with mode = \"functional\"");
        const bool all_found = std::none_of(config_.images.begin(), config_.images.end(),
                                            [](const Image& i) { return i.found.empty(); });
        if (!switch_found_ && all_found)
            problems_.add(f.where("switch_at"), "fidelity.switch_at",
                          "no image has a symbol `" + *f.switch_at + "`", "a symbol in code");
    }

    const Config& config_;
    Problems& problems_;
    std::vector<Extent> extents_;
    bool switch_found_ = false;
};

} // namespace

void check_images(const Config& config, Problems& problems)
{
    ImageChecker{config, problems}.check();
}

} // namespace sl::config
