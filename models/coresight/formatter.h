// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/atb.h"

#include <array>
#include <deque>
#include <span>
#include <vector>

namespace sl::coresight {

/// A CoreSight frame (CoreSight Architecture Specification, trace formatter): 15 bytes of data and
/// ID changes, and one of their low bits.
using Frame = std::array<u8, 16>;

/// Puts bytes of many sources into 16-byte frames.
///
/// Even bytes of a frame hold data without its low bit, or an ID with the low bit set; odd bytes
/// hold data. Byte 15 has, for each even byte, the data's low bit, or 1 if the new ID takes effect
/// only after the byte that follows it. An ID that is needed at an odd byte is therefore announced
/// one byte early, so the formatter looks one byte ahead: the last byte put stays inside until the
/// next one, pad() or reset().
class Formatter {
public:
    void put(u8 id, u8 byte);

    void put(const AtbBeat& beat)
    {
        for (unsigned i = 0; i < beat.size; ++i)
            put(beat.id, beat.data[i]);
    }

    /// Completes the frame with bytes of the null ID, so that every byte put is in a frame. Does
    /// nothing when there is no unfinished frame.
    void pad();

    /// Complete frames not yet fetched.
    bool empty() const { return done_.empty(); }

    /// The oldest complete frame. Requires !empty().
    Frame fetch();

    /// Bytes of the unfinished frame that are decided: 0 to 14.
    unsigned used() const { return used_; }

    /// Is there nothing between the last complete frame and the next byte?
    bool idle() const { return !waiting_ && used_ == 0; }

    /// An unfinished frame is lost, and the next byte announces its ID: synchronization.
    void reset();

private:
    static constexpr int no_id = -1;

    struct Byte {
        u8 id, value;
    };

    void place(const Byte& byte, const Byte* next);
    void id_byte(u8 id, bool later);
    void data_byte(u8 value);
    void advance();

    Frame frame_{};
    unsigned used_ = 0;   ///< of bytes 0 to 14
    int current_ = no_id; ///< the ID in effect
    unsigned frames_without_id_ = 0;
    std::optional<Byte> waiting_;
    std::deque<Frame> done_;
};

/// Takes frames apart again: what the unformatter of an ETF does.
class Unformatter {
public:
    /// Appends the frame's bytes to `to`, with the ID of each; null bytes are dropped. An ID of -1
    /// has not been announced since the last reset: such bytes are dropped too.
    struct Byte {
        u8 id, value;
    };

    void take(const Frame& frame, std::vector<Byte>& to);

    void reset() { current_ = -1; }

private:
    int current_ = -1;
};

} // namespace sl::coresight
