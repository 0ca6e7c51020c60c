// SPDX-License-Identifier: MIT
#pragma once

#include "gic/config.h"
#include "gic/cpu_interface.h"
#include "gic/distributor.h"
#include "gic/redistributor.h"

#include <functional>
#include <memory>
#include <vector>

namespace sl::gic {

/// Who changes the GIC's state, and when: a PE, or something that is none (from 0x100 upwards).
struct Origin {
    static constexpr u16 device = 0x100;

    u16 from = 0;
    u64 now_ps = 0;
};

/// News for a PE that it did not cause itself: an SGI for it, or a shared interrupt that can now be
/// delivered to it. It takes effect when it is delivered, not before.
struct Message {
    u16 to = 0;
    u16 from = 0; ///< orders messages of one time, as pe::Inbox does
    u16 intid = 0;
    bool sgi = false;
    Group group = Group::G1NS; ///< of an SGI, as its sender asked
    bool secure = false;       ///< the sender of an SGI was in Secure state
    u64 sent_ps = 0;
};

/// A GICv3 without SystemC: Distributor, Redistributors and CPU interfaces, and what goes between.
class Gic {
public:
    explicit Gic(const Config& config);
    Gic(const Gic&) = delete;
    Gic& operator=(const Gic&) = delete;

    const Config& config() const { return config_; }

    Distributor& distributor() { return distributor_; }

    Redistributor& redistributor(unsigned pe) { return *redistributors_[pe]; }

    CpuInterface& cpu(unsigned pe) { return *cpus_[pe]; }

    /// All of it, as at power-up. Wires keep their levels.
    void reset(u64 now_ps);

    /// Messages leave here, and come back through deliver() when the receiver's time has reached
    /// them. Without a sender they are delivered at once.
    void on_message(std::function<void(const Message&)> send) { send_ = std::move(send); }

    void deliver(const Message& message, u64 now_ps);

    /// Tells of every change of an input wire: `pe` is -1 for shared interrupts.
    using WireObserver = std::function<void(int pe, unsigned intid, bool level, u64 now_ps)>;

    void on_wire(WireObserver observer) { wires_ = std::move(observer); }

    /// Level of a shared interrupt's wire, INTID 32 upwards.
    void set_spi(unsigned intid, bool level, u64 now_ps);
    /// Level of a private interrupt's wire, INTID 16 to 31. The PE itself drives it.
    void set_ppi(unsigned pe, unsigned intid, bool level, u64 now_ps);

    // Between the parts.
    enum class SgiKind : u8 { Group0, Group1, OtherGroup1 };
    void send_sgi(SgiKind kind, u64 value, bool secure, const Origin& origin);
    void acknowledge(unsigned pe, unsigned intid, u64 now_ps);
    void deactivate(unsigned pe, unsigned intid, u64 now_ps);
    Group group_of(unsigned pe, unsigned intid);
    /// Which groups the PE's interface takes, or whether it is awake, has changed.
    void participation_changed(unsigned pe, const Origin& origin);

private:
    InterruptBlock& block(unsigned pe, unsigned b);
    u32 deliverable(const InterruptBlock& block) const;
    int target(unsigned intid, Group g) const;
    void evaluate_privates(unsigned pe, const Origin& origin);
    void evaluate_spis(unsigned b, const Origin& origin);
    void evaluate(unsigned first, unsigned last, const Origin& origin);
    void offer(unsigned pe, unsigned b, u32 ready, const Origin& origin);
    void post(const Message& message);

    Config config_;
    std::vector<u32> shares_; ///< while SPIs are shared out: each PE's part of a block
    Distributor distributor_;
    std::vector<std::unique_ptr<Redistributor>> redistributors_;
    std::vector<std::unique_ptr<CpuInterface>> cpus_;
    std::function<void(const Message&)> send_;
    WireObserver wires_;
};

} // namespace sl::gic
