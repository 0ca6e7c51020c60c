// SPDX-License-Identifier: MIT
#pragma once

#include "debug/elf_image.h"

#include <deque>

namespace sl::debug {

/// Names addresses, by the symbols of all images of a run.
class Symbolizer {
public:
    /// Where, and for whom, an image runs.
    struct Placement {
        std::string name;          ///< shown before the symbol when not empty: "host`vcpu_run"
        u8 els = 0xf;              ///< bit n: it runs at ELn
        std::optional<bool> guest; ///< inside a guest (VMID not 0), outside, or unset: either
        u64 load_offset = 0; ///< physical addresses are those of the program headers plus this
        /// Virtual addresses are the linked ones plus each of these; nVHE code has several aliases.
        std::vector<u64> va_offsets = {0};
    };

    struct Hit {
        const std::string* image;
        const std::string* symbol;
        u64 offset;
    };

    void add(const ElfImage& image, Placement placement);

    /// The symbol at a virtual address, of the images that run at this EL: first those that say on
    /// which side of the guest's border they run. A wrong name is worse than none, so no others are
    /// tried; but without the MMU, virtual addresses are physical ones.
    std::optional<Hit> by_va(u64 va, unsigned el, u64 vmid = 0) const;
    std::optional<Hit> by_pa(u64 pa) const;

    /// "image`symbol+0x10", "symbol", or the number itself where no symbol covers it.
    std::string describe_va(u64 va, unsigned el, u64 vmid = 0) const;
    std::string describe_pa(u64 pa) const;
    static std::string text(const Hit& hit);

private:
    struct Entry {
        u64 start, end; ///< as linked
        std::string name;
    };

    struct Image {
        Placement placement;
        std::vector<ElfSegment> segments;
        std::vector<Entry> entries; ///< by start, one per address
    };

    static std::optional<Hit> in_image(const Image& image, u64 linked);

    std::deque<Image> images_; // Hit points into it
};

} // namespace sl::debug
