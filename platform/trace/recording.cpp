// SPDX-License-Identifier: MIT
#include "trace/recording.h"

#include <algorithm>
#include <functional>

namespace sl::trace {

Recording::Recording(TraceUnit& unit)
    : unit_{unit}
{
    unit_.observe(this);
}

Recording::~Recording()
{
    unit_.observe(nullptr);
}

std::vector<Recording::Piece> Recording::pieces() const
{
    std::vector<Piece> result;
    u64 expected = 0;
    for (const Stretch& stretch : stretches_) {
        const u64 end = stretch.position + stretch.bytes.size();
        for (std::size_t i = 0; i < programs_.size(); ++i) {
            const u64 program_end = i + 1 < programs_.size() ? programs_[i + 1].position : end;
            const u64 from = std::max(stretch.position, programs_[i].position);
            const u64 to = std::min(end, program_end);
            if (from >= to)
                continue;
            const auto bytes = std::span{stretch.bytes}.subspan(from - stretch.position, to - from);
            result.push_back({from, bytes, programs_[i].registers, from != expected, stretch.bus});
            expected = to;
        }
    }
    return result;
}

void Recording::unit_enabled(u64 position)
{
    enabled_.push_back(position);
    const auto registers = EteRegisters::of(unit_.ete());
    if (programs_.empty() || programs_.back().registers != registers)
        programs_.push_back({position, registers});
}

bool Recording::end_lost() const
{
    const u64 collected =
        stretches_.empty() ? 0 : stretches_.back().position + stretches_.back().bytes.size();
    return end_position_ != collected || unit_.ete().overflowed();
}

u64 Recording::bytes() const
{
    u64 sum = 0;
    for (const Stretch& s : stretches_)
        sum += s.bytes.size();
    return sum;
}

/// Into the stretches, which are in the order of the stream.
void Recording::keep(u64 position, std::span<const u8> bytes, bool bus)
{
    end_position_ = std::max(end_position_, position + bytes.size());
    const auto next = std::find_if(stretches_.begin(), stretches_.end(),
                                   [&](const Stretch& s) { return s.position > position; });
    if (next != stretches_.begin()) {
        Stretch& before = *std::prev(next);
        if (before.position + before.bytes.size() == position && before.bus == bus) {
            before.bytes.insert(before.bytes.end(), bytes.begin(), bytes.end());
            return;
        }
    }
    stretches_.insert(next, {position, {bytes.begin(), bytes.end()}, bus});
}

void Recording::collected(u64 position, u64, u64, std::span<const u8> bytes)
{
    keep(position, bytes, false);
}

void Recording::sent(u64 position, std::span<const u8> bytes)
{
    end_position_ = std::max(end_position_, position + bytes.size());
    if (sent_.empty() || sent_position(sent_bytes_.size()) != position)
        sent_.push_back({position, sent_bytes_.size()});
    sent_bytes_.insert(sent_bytes_.end(), bytes.begin(), bytes.end());
}

u64 Recording::sent_position(std::size_t offset) const
{
    const auto after = std::upper_bound(sent_.begin(), sent_.end(), offset,
                                        [](std::size_t o, const Sent& s) { return o < s.offset; });
    const Sent& run = *std::prev(after);
    return run.position + (offset - run.offset);
}

bool Recording::uses(u8 trace_id) const
{
    return std::any_of(programs_.begin(), programs_.end(),
                       [&](const Program& p) { return p.registers.traceidr == trace_id; });
}

std::optional<u64> Recording::captured(std::span<const u8> bytes)
{
    const auto from = sent_bytes_.begin() + static_cast<std::ptrdiff_t>(captured_end_);
    const auto found = std::search(from, sent_bytes_.end(),
                                   std::boyer_moore_horspool_searcher{bytes.begin(), bytes.end()});
    if (bytes.empty() || found == sent_bytes_.end())
        return std::nullopt;
    const auto first = static_cast<std::size_t>(found - sent_bytes_.begin());
    captured_end_ = first + bytes.size();
    for (std::size_t at = first; at < captured_end_;) {
        const auto next =
            std::upper_bound(sent_.begin(), sent_.end(), at,
                             [](std::size_t o, const Sent& s) { return o < s.offset; });
        const std::size_t end =
            next == sent_.end() ? captured_end_ : std::min(captured_end_, next->offset);
        keep(sent_position(at), bytes.subspan(at - first, end - at), true);
        at = end;
    }
    return sent_position(first);
}

void Recording::discarded(u64 position, u64 bytes)
{
    end_position_ = std::max(end_position_, position + bytes);
}

void Recording::session_began(u64 position, u64 base, u64 pointer, u64 limit)
{
    sessions_.push_back({position, position, base, pointer, limit, pointer, 0, true});
}

void Recording::session_ended(u64 position, u64 pointer, u64 status)
{
    Session& session = sessions_.back();
    session.last_position = position;
    session.last_pointer = pointer;
    session.status = status;
    session.open = false;
}

} // namespace sl::trace
