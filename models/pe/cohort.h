// SPDX-License-Identifier: MIT
#pragma once

#include "pe/system.h"

#include <functional>
#include <vector>

namespace sl::pe {

/// The PEs of one coherent system, as each of them sees the others.
class Cohort final : public System {
public:
    /// In order of their numbers, before the first run.
    void add(Pe& pe) { pes_.push_back(&pe); }

    /// Called for PSCI SYSTEM_OFF (false) and SYSTEM_RESET (true), by the PE `from` at its time.
    /// It must see to it that no PE runs on.
    std::function<void(unsigned from, bool reset, u64 at_ps)> on_system_off;

    /// The time of initiators that are no PE (a device's process): used while no PE executes.
    std::function<u64()> device_time;

    void executing(const Pe* pe) override { executing_ = pe; }

    u64 now_ps() const override;
    bool invalidate(unsigned from, const TlbInvalidate& what, u64 at_ps) override;
    void send_event(unsigned from, u64 at_ps) override;
    std::optional<Power> power(u64 affinity) const override;
    void power_on(unsigned from, u64 affinity, u64 entry, u64 context, u8 el, u64 at_ps) override;
    void system_off(unsigned from, bool reset, u64 at_ps) override;

private:
    Pe* find(u64 affinity) const;

    std::vector<Pe*> pes_;
    const Pe* executing_ = nullptr;
};

} // namespace sl::pe
