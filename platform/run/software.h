// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"
#include "debug/marks.h"
#include "debug/source_lines.h"
#include "debug/symbolizer.h"
#include "run/image_file.h"
#include "trace/decode.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace sl::run {

/// Where a PE begins, powered on, when the run does.
struct Start {
    unsigned pe = 0;
    u8 el = 2;
    u64 pc = 0; ///< physical: the MMU is off
    u64 x0 = 0;
};

/// The images of a configuration, read: what goes where, what it is called, what it marks.
class Software {
public:
    /// Throws debug::ImageError on what config::load cannot see: marks that label nothing.
    explicit Software(const config::Config& config);

    /// Writes all images, with their parameters, by `write(pa, bytes)`. Memory is zero before.
    using Write = std::function<void(u64 pa, std::span<const u8> bytes)>;
    void load(const Write& write) const;

    const std::vector<Start>& starts() const { return starts_; }

    const debug::MarkTable& marks() const { return marks_; }

    const debug::Symbolizer& symbols() const { return symbols_; }

    /// The source line of the instruction at a virtual address, as SourceLines gives it.
    std::optional<std::string> line(u64 va) const;

    /// All code where it executes, for trace decoders. Throws debug::ImageError.
    std::vector<trace::CodeRegion> code() const;

    /// The mark at fidelity.switch_at; 0: there is none.
    u32 switch_mark() const { return switch_mark_; }

private:
    struct Parameter {
        u64 pa, value;
    };

    /// An ELF image, and what is added to its linked addresses where it executes.
    struct Placed {
        std::string path;
        std::vector<u64> va_offsets;
        debug::SourceLines lines;
    };

    void read_elf(const config::Image& image, const config::Config& config);

    std::vector<Chunk> chunks_;
    std::vector<Parameter> parameters_;
    std::vector<Start> starts_;
    debug::MarkTable marks_;
    debug::Symbolizer symbols_;
    std::vector<Placed> placed_;
    u32 switch_mark_ = 0;
};

} // namespace sl::run
