// SPDX-License-Identifier: MIT
#include "coresight/replicator.h"

#include <algorithm>

namespace sl::coresight {

Replicator::Replicator()
{
    for (Output& o : outputs_)
        o.replicator = this;
    install({filter_row(IDFILTER0, outputs_[0]), filter_row(IDFILTER1, outputs_[1])},
            {.part = 0x909, .revision = 2, .type = 0x22, .device = outputs});
    reset();
}

RegRow Replicator::filter_row(u32 offset, Output& output)
{
    return {.offset = offset,
            .name = "IDFILTER",
            .on_read = [&output] { return output.filter; },
            .on_write = [&output](u64 w) { output.filter = bits(w, 7, 0); }};
}

void Replicator::reset()
{
    Component::reset();
    for (Output& o : outputs_) {
        o.filter = 0;
        o.held.reset();
        o.flushing = o.source_flushed = false;
    }
    refused_ = false;
}

std::optional<u64> Replicator::transfer(const AtbBeat& beat, u64 now_ps)
{
    if (std::any_of(outputs_.begin(), outputs_.end(), [](const Output& o) { return o.held; })) {
        refused_ = true;
        return std::nullopt;
    }
    u64 taken_ps = now_ps;
    for (Output& o : outputs_) {
        if (!o.target || bit(o.filter, beat.id >> 4))
            continue;
        if (const auto at = o.target->transfer(beat, now_ps))
            taken_ps = std::max(taken_ps, *at);
        else
            o.held = beat;
    }
    return taken_ps;
}

void Replicator::output_ready(Output& output, u64 now_ps)
{
    if (output.held) {
        if (!output.target->transfer(*output.held, now_ps))
            return;
        output.held.reset();
        if (output.source_flushed) {
            output.flushing = output.source_flushed = false;
            output.target->flushed(now_ps);
        }
    }
    const bool free =
        std::none_of(outputs_.begin(), outputs_.end(), [](const Output& o) { return o.held; });
    if (free && refused_) {
        refused_ = false;
        source_->ready(now_ps);
    }
}

std::optional<u64> Replicator::flush(Output& by, u64 now_ps)
{
    // A flush of either output flushes the source; each is answered for itself. One that is under
    // way answers both.
    const bool under_way = std::any_of(outputs_.begin(), outputs_.end(), [](const Output& o) {
        return o.flushing && !o.source_flushed;
    });
    by.flushing = true;
    by.source_flushed = false;
    if (under_way)
        return std::nullopt;
    const auto at = source_->flush(now_ps);
    by.source_flushed = at && by.held;
    if (!at || by.held)
        return std::nullopt;
    by.flushing = false;
    return at;
}

void Replicator::flushed(u64 now_ps)
{
    for (Output& o : outputs_)
        if (o.flushing && o.held) {
            o.source_flushed = true;
        } else if (o.flushing) {
            o.flushing = false;
            o.target->flushed(now_ps);
        }
}

} // namespace sl::coresight
