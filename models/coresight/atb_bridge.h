// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "coresight/atb.h"

namespace sl::coresight {

/// An ATB with a width and a clock of its own: a wire between two components, or an asynchronous
/// and resizing bridge between two clock domains. It moves up to `width` bytes in a cycle, holds
/// one beat while it does, and takes the next when that has gone.
class AtbBridge final : public AtbTarget, public AtbSource {
public:
    /// `width` is 1, 2, 4, 8 or 16 bytes, `hz` > 0.
    AtbBridge(unsigned width, u64 hz);

    void connect(AtbSource& source, AtbTarget& target);

    /// Forgets what is under way, as a reset of the link does.
    void reset();

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override;
    void flushed(u64 now_ps) override;
    std::optional<u64> flush(u64 now_ps) override;
    void sync_request(u64 now_ps) override;
    void ready(u64 now_ps) override;
    void settle(u64 horizon_ps) override;

private:
    unsigned width_;
    Clock clock_;
    AtbSource* source_ = nullptr;
    AtbTarget* target_ = nullptr;
    u64 free_cycle_ = 0; ///< the first cycle in which the link can start a transfer
    /// A beat of which the target has taken only the first bytes: the rest is offered first.
    unsigned sent_ = 0;
};

} // namespace sl::coresight
