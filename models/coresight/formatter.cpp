// SPDX-License-Identifier: MIT
#include "coresight/formatter.h"

#include <cassert>

namespace sl::coresight {

namespace {

/// The auxiliary byte: bit n belongs to byte 2n.
constexpr unsigned aux = 15;

/// A stream of one source would name its ID only once. So that a buffer that has wrapped can be
/// decoded, the ID is repeated after this many frames without one.
constexpr unsigned repeat_frames = 10;

} // namespace

void Formatter::put(u8 id, u8 byte)
{
    assert(id < 0x80);
    const Byte next{id, byte};
    if (waiting_) {
        const Byte now = *waiting_;
        waiting_.reset();
        place(now, &next);
    }
    waiting_ = next;
}

void Formatter::pad()
{
    if (idle())
        return;
    const Byte null{null_id, 0};
    if (waiting_) {
        const Byte last = *waiting_;
        waiting_.reset();
        place(last, &null);
    }
    while (used_ != 0) {
        if (used_ == aux - 1 && current_ != null_id)
            id_byte(null_id, false); // the frame's last byte: no room for data, and no need
        else
            place(null, &null);
    }
}

Frame Formatter::fetch()
{
    assert(!done_.empty());
    const Frame frame = done_.front();
    done_.pop_front();
    return frame;
}

void Formatter::reset()
{
    frame_ = {};
    used_ = 0;
    current_ = no_id;
    waiting_.reset();
    done_.clear();
}

void Formatter::place(const Byte& byte, const Byte* next)
{
    const bool stale = used_ == 0 && frames_without_id_ >= repeat_frames;
    if (used_ % 2 == 0 && (byte.id != current_ || stale))
        id_byte(byte.id, false);
    // An ID in byte 14 ends the frame, and this byte begins the next one.
    if (used_ % 2 == 0 && used_ != aux - 1 && next && next->id != byte.id) {
        // `next` will fall on an odd byte, where no ID fits: announce it now, to take effect after
        // this byte.
        id_byte(next->id, true);
        data_byte(byte.value);
        current_ = next->id;
        return;
    }
    data_byte(byte.value);
}

void Formatter::id_byte(u8 id, bool later)
{
    frame_[used_] = static_cast<u8>(id << 1 | 1);
    if (later)
        frame_[aux] = static_cast<u8>(frame_[aux] | 1u << used_ / 2);
    else
        current_ = id;
    frames_without_id_ = 0;
    advance();
}

void Formatter::data_byte(u8 value)
{
    if (used_ % 2 == 0) {
        frame_[used_] = value & 0xfe;
        frame_[aux] = static_cast<u8>(frame_[aux] | (value & 1u) << used_ / 2);
    } else {
        frame_[used_] = value;
    }
    advance();
}

void Formatter::advance()
{
    if (++used_ < aux)
        return;
    done_.push_back(frame_);
    frame_ = {};
    used_ = 0;
    ++frames_without_id_;
}

void Unformatter::take(const Frame& frame, std::vector<Byte>& to)
{
    const auto keep = [&](u8 value) {
        if (current_ > null_id)
            to.push_back({static_cast<u8>(current_), value});
    };
    for (unsigned n = 0; n < aux; n += 2) {
        const bool low = frame[aux] >> n / 2 & 1;
        const bool has_odd = n + 1 < aux;
        if (frame[n] & 1) {
            const int id = frame[n] >> 1;
            if (low && has_odd)
                keep(frame[n + 1]);
            current_ = id;
            if (!low && has_odd)
                keep(frame[n + 1]);
        } else {
            keep(static_cast<u8>(frame[n] | low));
            if (has_odd)
                keep(frame[n + 1]);
        }
    }
}

} // namespace sl::coresight
