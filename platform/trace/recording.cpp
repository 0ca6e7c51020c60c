// SPDX-License-Identifier: MIT
#include "trace/recording.h"

#include <algorithm>

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
            result.push_back({from, bytes, programs_[i].registers, from != expected});
            expected = to;
        }
    }
    return result;
}

void Recording::unit_enabled(u64 position)
{
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

void Recording::collected(u64 position, u64, u64, std::span<const u8> bytes)
{
    const bool joins = !stretches_.empty() &&
                       stretches_.back().position + stretches_.back().bytes.size() == position;
    if (!joins)
        stretches_.push_back({position, {}});
    end_position_ = position + bytes.size();
    stretches_.back().bytes.insert(stretches_.back().bytes.end(), bytes.begin(), bytes.end());
}

void Recording::discarded(u64 position, u64 bytes)
{
    end_position_ = position + bytes;
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
