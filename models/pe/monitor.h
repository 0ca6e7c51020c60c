// SPDX-License-Identifier: MIT
#pragma once

#include "common/page_watch.h"

#include <functional>

namespace sl::pe {

/// The exclusive monitors of one PE, local and global in one: a reservation granule that an LDXR
/// has marked (DDI 0487, Synchronization and semaphores).
///
/// While the PE runs, nobody else does, and its own ordinary stores leave the monitor alone; so the
/// page needs watching only from when the PE yields with the monitor armed.
class Monitor final : public PageWatch::Listener {
public:
    static constexpr u64 granule = 64; ///< CTR_EL0.ERG

    /// `lost` is called when somebody else's write has cleared the monitor.
    Monitor(PageWatch& watch, std::function<void()> lost)
        : watch_{watch},
          lost_{std::move(lost)}
    {
        watch_.add(*this);
    }

    void arm(u64 pa);
    /// CLREX, exception return, any STXR.
    void clear();

    bool armed() const { return armed_; }

    bool covers(u64 pa) const { return armed_ && (pa & ~(granule - 1)) == at_; }

    /// The PE stops running: from now on others' writes are to be seen.
    void yield();

    /// The PE itself writes through PageWatch while this is set.
    void set_own_write(bool own) { own_write_ = own; }

    void drop_inline_writes(u64) override {}

    void code_written(u64, u64) override {}

    void monitored_written(u64 pa, u64 size) override;

private:
    void unwatch();

    PageWatch& watch_;
    std::function<void()> lost_;
    bool armed_ = false, watching_ = false, own_write_ = false;
    u64 at_ = 0; ///< first byte of the granule
    u64 watched_page_ = 0;
};

} // namespace sl::pe
