// SPDX-License-Identifier: MIT
#include "trace/check.h"

#include <algorithm>
#include <optional>
#include <sstream>

namespace sl::trace {

namespace {

using Entry = TraceLog::Entry;

/// Bytes that may lie between the place in the stream where an instruction executed and the packet
/// that tells of it: packets with addresses and a sync, and atoms that waited for company.
constexpr u64 slack = 64;

struct Instruction {
    u64 pc;
    u64 position; ///< of the packet
    u8 el;
};

/// Decoded instructions between two losses.
struct Segment {
    std::vector<Instruction> instructions;
    bool after_loss = false;
    u64 first_position = 0, last_position = ~u64{0}; ///< of the stream that it tells of
};

std::string hex(u64 value)
{
    std::ostringstream out;
    out << "0x" << std::hex << value;
    return out.str();
}

/// Waypoint instructions of A64, those that make an atom.
bool makes_atom(u32 word)
{
    return (word & 0x7c000000) == 0x14000000 || // B, BL
           (word & 0xff000010) == 0x54000000 || // B.cond
           (word & 0x7c000000) == 0x34000000 || // CBZ, CBNZ, TBZ, TBNZ
           (word & 0xfe000000) == 0xd6000000 || // BR, BLR, RET, ERET
           (word & 0xfffff0ff) == 0xd50330df;   // ISB
}

class Decoding {
public:
    explicit Decoding(std::span<const CodeRegion> code)
        : code_{code}
    {
    }

    /// False: `error` tells.
    bool add(const Recording::Piece& piece)
    {
        const Decoded decoded = decode(piece.registers, code_, piece.bytes);
        if (segments.empty() || piece.after_loss)
            open(piece.after_loss, piece.position);
        u8 el = 0;
        bool synced = false;
        for (const Element& e : decoded.elements) {
            const u64 at = piece.position + e.index;
            switch (e.kind) {
            case Element::Kind::TraceOn:
                if (e.overflow) {
                    segments.back().last_position = at;
                    open(true, at);
                }
                break;
            case Element::Kind::Context:
                el = e.el;
                break;
            case Element::Kind::Range:
                if (!synced) {
                    segments.back().first_position = at;
                    synced = true;
                }
                for (unsigned i = 0; i < e.count; ++i)
                    segments.back().instructions.push_back({e.address + 4 * u64{i}, at, el});
                break;
            case Element::Kind::NoMemory:
                error = "trace of " + hex(e.address) + ", where no code is known, at byte " +
                        std::to_string(at);
                return false;
            default:
                break;
            }
        }
        segments.back().last_position = piece.position + piece.bytes.size();
        if (!decoded.error.empty())
            error =
                decoded.error + " (in the piece from byte " + std::to_string(piece.position) + ")";
        return decoded.error.empty();
    }

    std::vector<Segment> segments;
    std::string error;

private:
    void open(bool after_loss, u64 position)
    {
        segments.push_back({{}, after_loss, position, ~u64{0}});
    }

    std::span<const CodeRegion> code_;
};

class Comparison {
public:
    Comparison(const std::vector<Entry>& log, const Namer& name, CheckResult& result)
        : log_{log},
          name_{name},
          result_{result}
    {
    }

    /// Matches a segment; `last`: nothing of the stream follows, `lossy_end`: its end was lost.
    bool match(const Segment& segment, bool lossy_end, bool last)
    {
        // What may be missing at the start was lost; try each place where the segment may begin.
        std::size_t begin = next_;
        if (segment.after_loss && !segment.instructions.empty()) {
            std::string first_failure;
            for (;; ++begin) {
                if (const auto end = follow(segment, begin, lossy_end, last)) {
                    count_lost(next_, begin);
                    next_ = *end;
                    return true;
                }
                if (first_failure.empty())
                    first_failure = result_.difference;
                if (begin >= log_.size() || log_[begin].position > segment.first_position)
                    break;
            }
            result_.difference = "after a loss of trace: " + first_failure;
            return false;
        }
        const auto end = follow(segment, begin, lossy_end, last);
        if (!end)
            return false;
        next_ = *end;
        return true;
    }

    /// Entries that no segment tells of, at the end.
    void lose_rest()
    {
        count_lost(next_, log_.size());
        next_ = log_.size();
    }

private:
    /// The place in the log behind the segment, when it may begin at `at`.
    std::optional<std::size_t> follow(const Segment& segment, std::size_t at, bool lossy_end,
                                      bool last)
    {
        // The first entry that fits is nearly always the one, and then the comparison is linear.
        if (const auto end = follow_first(segment, at, lossy_end, last))
            return end;
        const std::string first_failure = result_.difference;
        const auto end = follow_any(segment, at, lossy_end, last);
        if (!end)
            result_.difference = first_failure;
        return end;
    }

    bool fits(const Instruction& i, std::size_t at) const
    {
        return log_[at].pc == i.pc && log_[at].el == i.el;
    }

    /// Takes every instruction for the first entry that fits.
    std::optional<std::size_t> follow_first(const Segment& segment, std::size_t at, bool lossy_end,
                                            bool last)
    {
        for (const Instruction& i : segment.instructions) {
            while (at < log_.size() && !fits(i, at)) {
                if (log_[at].required)
                    return differ(i, at);
                ++at;
            }
            if (at == log_.size())
                return differ(i, at);
            ++at;
        }
        return told(segment, at, lossy_end, last);
    }

    /// Tries all entries that fit: an instruction that may be traced or not can stand before
    /// another execution of the same one that must be. `places`: where the log may go on,
    /// ascending.
    std::optional<std::size_t> follow_any(const Segment& segment, std::size_t begin, bool lossy_end,
                                          bool last)
    {
        std::vector<std::size_t> places{begin}, after;
        for (const Instruction& i : segment.instructions) {
            after.clear();
            std::size_t seen = 0; // entries before it have been looked at for this instruction
            for (const std::size_t place : places) {
                if (place < seen)
                    continue;
                for (std::size_t at = place; at < log_.size(); ++at) {
                    if (fits(i, at))
                        after.push_back(at + 1);
                    seen = at + 1;
                    if (log_[at].required)
                        break;
                }
            }
            if (after.empty())
                return std::nullopt;
            places.swap(after);
        }
        for (const std::size_t place : places)
            if (const auto end = told(segment, place, lossy_end, last))
                return end;
        return std::nullopt;
    }

    /// Whether what the log has from `at` on may be missing in the trace.
    std::optional<std::size_t> told(const Segment& segment, std::size_t at, bool lossy_end,
                                    bool last)
    {
        if (lossy_end) {
            // Up to here it is all told; what follows within reach of the loss may be missing.
            std::size_t rest = at;
            while (rest < log_.size() && log_[rest].position + slack < segment.last_position)
                if (log_[rest++].required)
                    return missing(rest - 1);
            return at;
        }
        if (!last)
            return at;
        for (std::size_t rest = at; rest < log_.size(); ++rest)
            if (log_[rest].required && makes_atom(log_[rest].word) && rest + 1 < log_.size())
                return missing(rest);
        return at;
    }

    void count_lost(std::size_t from, std::size_t to)
    {
        for (std::size_t i = from; i < to; ++i)
            result_.lost += log_[i].required;
    }

    std::string describe(u64 pc, unsigned el) const
    {
        std::string text = hex(pc);
        if (name_)
            if (const std::string symbol = name_(pc, el); !symbol.empty() && symbol != text)
                text += " (" + symbol + ")";
        return text + " at EL" + std::to_string(el);
    }

    std::optional<std::size_t> differ(const Instruction& i, std::size_t at)
    {
        result_.difference =
            "trace shows " + describe(i.pc, i.el) + " (byte " + std::to_string(i.position) + "), ";
        if (at < log_.size())
            result_.difference += "but " + describe(log_[at].pc, log_[at].el) +
                                  " executed, instruction " + std::to_string(at) +
                                  " of the log, cycle " + std::to_string(log_[at].cycle);
        else
            result_.difference += "after the last instruction of the log";
        return std::nullopt;
    }

    std::optional<std::size_t> missing(std::size_t at)
    {
        result_.difference = "trace lacks " + describe(log_[at].pc, log_[at].el) +
                             ", instruction " + std::to_string(at) + " of the log, cycle " +
                             std::to_string(log_[at].cycle);
        return std::nullopt;
    }

    const std::vector<Entry>& log_;
    const Namer& name_;
    CheckResult& result_;
    std::size_t next_ = 0; ///< first entry that is not told of yet
};

} // namespace

CheckResult check(const TraceLog& log, const Recording& recording, std::span<const CodeRegion> code,
                  const Namer& name)
{
    CheckResult result;
    for (const Entry& e : log.entries())
        result.required += e.required;

    Decoding decoding{code};
    for (const Recording::Piece& piece : recording.pieces())
        if (!decoding.add(piece)) {
            result.difference = decoding.error;
            return result;
        }
    const auto& segments = decoding.segments;
    for (const Segment& s : segments) {
        result.decoded += s.instructions.size();
        result.gaps += s.after_loss;
    }
    const bool lost_end = recording.end_lost();
    result.gaps += lost_end;
    if (segments.empty() && result.required != 0 && !lost_end) {
        result.difference = "no trace was collected, but instructions were to be traced";
        return result;
    }

    Comparison comparison{log.entries(), name, result};
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        if (!comparison.match(segments[i], last ? lost_end : segments[i + 1].after_loss, last))
            return result;
    }
    if (lost_end)
        comparison.lose_rest();
    result.difference.clear(); // of attempts that did not hold
    return result;
}

} // namespace sl::trace
