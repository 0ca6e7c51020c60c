// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <optional>
#include <vector>

namespace sl::coresight {

/// Encodes the MIPI System Trace Protocol, version 2, with binary timestamps (VERSION 3), as the
/// Arm STM emits it. The stream is made of nibbles, the low one of each byte first.
class StpEncoder {
public:
    /// Appends to `bytes`. A nibble without its partner stays inside.
    explicit StpEncoder(std::vector<u8>& bytes)
        : bytes_{&bytes}
    {
    }

    struct Data {
        unsigned bits = 8; ///< 4, 8, 16, 32 or 64
        u64 value = 0;
        bool marked = false;
        std::optional<u64> timestamp{};
    };

    /// ASYNC and VERSION: decoding can begin here. Master, channel and timestamp are those of a
    /// fresh decoder.
    void sync();
    void frequency(u32 hz);
    /// Says who speaks, if that was somebody else before.
    void master(u8 master);
    void channel(u16 channel);
    void data(const Data& data);
    void flag(std::optional<u64> timestamp);
    void trigger(u8 value, std::optional<u64> timestamp);
    /// Stimulus of the current master was lost.
    void master_error(u8 value);
    /// Completes the last byte with a NULL packet.
    void align();

    void reset();

private:
    void nibble(unsigned value);
    void number(u64 value, unsigned nibbles);
    void time(u64 timestamp);

    std::vector<u8>* bytes_;
    std::optional<u8> half_; ///< a nibble that waits for its partner
    u8 master_ = 0;
    std::optional<u16> channel_; ///< none: the receiver may think otherwise than we
    u64 timestamp_ = 0;
};

} // namespace sl::coresight
