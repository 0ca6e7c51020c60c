// SPDX-License-Identifier: MIT
#include "coresight/stp_encoder.h"

#include <bit>
#include <cassert>

namespace sl::coresight {

namespace {

/// First nibble of a packet, or, after 0xf, its second.
enum : unsigned {
    M8 = 0x1,
    MERR = 0x2,
    C8 = 0x3,
    DataMarkedTimed = 0x8, ///< D8MTS, D16MTS, D32MTS, D64MTS
    D4 = 0xc,
    D4MTS = 0xd,
    FLAG_TS = 0xe,
    Extended = 0xf,
    DataPlain = 0x4,  ///< D8, D16, D32, D64; extended: the same with timestamp
    DataMarked = 0x8, ///< extended: D8M to D64M
    ExtendedC16 = 0x3,
    ExtendedD4TS = 0xc,
    ExtendedD4M = 0xd,
    ExtendedFLAG = 0xe,
    Version = 0x0, ///< after 0xf, 0x0
    Trigger = 0x6,
    TriggerTimed = 0x7,
    Frequency = 0x8,
};

constexpr unsigned binary_timestamps = 3;

} // namespace

void StpEncoder::reset()
{
    half_.reset();
    master_ = 0;
    channel_ = 0;
    timestamp_ = 0;
}

void StpEncoder::nibble(unsigned value)
{
    if (!half_) {
        half_ = static_cast<u8>(value);
        return;
    }
    bytes_->push_back(static_cast<u8>(*half_ | value << 4));
    half_.reset();
}

void StpEncoder::number(u64 value, unsigned nibbles)
{
    while (nibbles-- > 0)
        nibble(static_cast<unsigned>(value >> 4 * nibbles & 0xf));
}

void StpEncoder::time(u64 timestamp)
{
    // As many nibbles as hold all bits that differ from the last timestamp.
    unsigned nibbles =
        (64 - static_cast<unsigned>(std::countl_zero(timestamp ^ timestamp_)) + 3) / 4;
    if (nibbles == 13)
        nibbles = 14;
    else if (nibbles == 15)
        nibbles = 16;
    // Sizes 14 and 16 are coded as 0xd and 0xe.
    nibble(nibbles == 14 ? 0xd : nibbles == 16 ? 0xe : nibbles);
    number(timestamp, nibbles);
    timestamp_ = timestamp;
}

void StpEncoder::sync()
{
    for (unsigned n = 0; n < 21; ++n)
        nibble(0xf);
    nibble(0);
    number(Extended << 8 | Version, 3);
    nibble(binary_timestamps);
    master_ = 0;
    channel_ = 0;
    timestamp_ = 0;
}

void StpEncoder::frequency(u32 hz)
{
    number(Extended << 8 | Frequency, 3);
    number(hz, 8);
}

void StpEncoder::master(u8 master)
{
    if (master == master_)
        return;
    nibble(M8);
    number(master, 2);
    master_ = master;
    channel_.reset();
}

void StpEncoder::channel(u16 channel)
{
    if (channel_ == channel)
        return;
    if (channel_ && *channel_ >> 8 == channel >> 8) {
        nibble(C8);
        number(channel & 0xffu, 2);
    } else {
        number(Extended << 4 | ExtendedC16, 2);
        number(channel, 4);
    }
    channel_ = channel;
}

void StpEncoder::data(const Data& data)
{
    const bool timed = data.timestamp.has_value();
    if (data.bits == 4) {
        if (data.marked && timed)
            nibble(D4MTS);
        else if (data.marked)
            number(Extended << 4 | ExtendedD4M, 2);
        else if (timed)
            number(Extended << 4 | ExtendedD4TS, 2);
        else
            nibble(D4);
    } else {
        assert(data.bits == 8 || data.bits == 16 || data.bits == 32 || data.bits == 64);
        const unsigned size = static_cast<unsigned>(std::countr_zero(data.bits)) - 3;
        if (data.marked && timed)
            nibble(DataMarkedTimed + size);
        else if (data.marked)
            number(Extended << 4 | (DataMarked + size), 2);
        else if (timed)
            number(Extended << 4 | (DataPlain + size), 2);
        else
            nibble(DataPlain + size);
    }
    number(data.value, data.bits / 4);
    if (timed)
        time(*data.timestamp);
}

void StpEncoder::flag(std::optional<u64> timestamp)
{
    if (!timestamp) {
        number(Extended << 4 | ExtendedFLAG, 2);
        return;
    }
    nibble(FLAG_TS);
    time(*timestamp);
}

void StpEncoder::trigger(u8 value, std::optional<u64> timestamp)
{
    number(Extended << 8 | (timestamp ? TriggerTimed : Trigger), 3);
    number(value, 2);
    if (timestamp)
        time(*timestamp);
}

void StpEncoder::master_error(u8 value)
{
    nibble(MERR);
    number(value, 2);
    channel_.reset();
}

void StpEncoder::align()
{
    if (half_)
        nibble(0);
}

} // namespace sl::coresight
