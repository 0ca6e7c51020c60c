// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>
#include <optional>
#include <span>

namespace sl::coresight {

/// The widest ATB data bus, in bytes (AMBA ATB: ATDATA of up to 128 bits).
inline constexpr unsigned atb_bytes = 16;

/// ATIDs that are no source (AMBA ATB: 0x00 and 0x70 to 0x7f are reserved, 0x7d is a trigger).
inline constexpr u8 null_id = 0x00;
inline constexpr u8 trigger_id = 0x7d;

/// One transfer: ATID, ATBYTES, ATDATA.
struct AtbBeat {
    u8 id = null_id; ///< 7 bits
    u8 size = 0;     ///< 1..16
    std::array<u8, atb_bytes> data{};
};

/// A beat of `id` with the bytes given: 1 to 16 of them.
AtbBeat beat_of(u8 id, std::span<const u8> bytes);

/// A trigger in the stream: one byte of zero with the trigger's ATID.
inline AtbBeat trigger_beat()
{
    return {.id = trigger_id, .size = 1, .data = {}};
}

/// The receiving end of an ATB: what a source sees of it.
class AtbTarget {
public:
    virtual ~AtbTarget() = default;

    /// Offers a beat at `now_ps` (ATVALID). The answer is when it was taken (ATREADY), never before
    /// `now_ps`, and the source offers nothing more until then: back-pressure is time. No answer
    /// means that ATREADY stays low for nobody knows how long: the source keeps the beat and
    /// offers it again when AtbSource::ready is called. A target does not call flush() or ready()
    /// of its source inside this call.
    virtual std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) = 0;

    /// AFREADY, for a flush that AtbSource::flush could not complete at once.
    virtual void flushed(u64 now_ps) = 0;
};

/// The sending end of an ATB: what the receiver sees of it.
class AtbSource {
public:
    virtual ~AtbSource() = default;

    /// AFVALID at `now_ps`: the source transfers all that it holds. The answer is when it has done
    /// so (AFREADY); no answer means that it could not, and will call AtbTarget::flushed.
    virtual std::optional<u64> flush(u64 now_ps) = 0;

    /// SYNCREQ: the source inserts synchronization into its stream when it can. It transfers
    /// nothing inside this call.
    virtual void sync_request(u64 now_ps) = 0;

    /// The target takes beats again after it had refused one.
    virtual void ready(u64 now_ps) = 0;

    /// Nothing will be offered any more before `horizon_ps`: whoever keeps beats back to arbitrate
    /// among them hands over those that are due before then.
    virtual void settle(u64 horizon_ps) = 0;
};

} // namespace sl::coresight
