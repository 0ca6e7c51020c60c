// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/atb.h"

#include <deque>

namespace sl::coresight {

/// The FIFO between what makes trace and its ATB. Beats are offered as soon as there is something
/// to send, each when the one before has been taken; bytes are inside until they have been taken.
class AtbFifo {
public:
    struct Config {
        unsigned bytes = 64;      ///< that it holds
        unsigned width = 8;       ///< of the ATB, in bytes: 1 to 16
        bool whole_beats = false; ///< an incomplete beat waits for more bytes, or for a flush
    };

    explicit AtbFifo(const Config& config);

    void connect(AtbTarget& target) { target_ = &target; }

    void reset();

    /// Takes bytes, also more than there is room for: whoever cares asks room() first.
    void push(u8 id, std::span<const u8> bytes, u64 now_ps);

    /// Bytes inside at a time not before that of the last push.
    unsigned level(u64 now_ps);

    /// The time, from `now_ps` on, from which there is room for `bytes`; none if the ATB is blocked
    /// and nobody knows when there will be.
    std::optional<u64> room(unsigned bytes, u64 now_ps);

    /// Sends everything, incomplete beats too: the time at which it has gone; none if the ATB is
    /// blocked.
    std::optional<u64> drain(u64 now_ps);

    // What AtbSource has for the FIFO's owner.
    std::optional<u64> flush(u64 now_ps);
    void ready(u64 now_ps);

private:
    struct Byte {
        u8 id, value;
    };

    struct Sent {
        u64 gone_ps;
        unsigned bytes;
    };

    void forget_gone(u64 now_ps);
    void send(u64 now_ps);

    Config config_;
    AtbTarget* target_ = nullptr;
    std::deque<Byte> waiting_; ///< not yet taken by the target
    std::deque<Sent> sent_;    ///< taken, in the order of when
    u64 free_ps_ = 0;
    bool blocked_ = false;
    bool draining_ = false; ///< an incomplete beat goes, too
    bool flushing_ = false; ///< the target waits for flushed()
};

} // namespace sl::coresight
