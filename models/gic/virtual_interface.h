// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"
#include "gic/active_priorities.h"
#include "gic/config.h"

#include <array>
#include <functional>

namespace sl::gic {

/// The virtual CPU interface of one PE: list registers and control as EL2 programs them (ICH_*),
/// and the interface that a guest sees through them (ICV_*).
class VirtualInterface {
public:
    /// `deactivate`: the guest has ended an interrupt whose list register names this physical
    /// INTID.
    VirtualInterface(const Config& config, std::function<void(unsigned)> deactivate);

    void reset();

    // What EL2 programs. Every register may be read at any time without effect.
    u64 hcr() const { return hcr_; }

    void set_hcr(u64 value);

    u64 vtr() const;

    u64 vmcr() const { return vmcr_; }

    void set_vmcr(u64 value);

    u64 misr() const;
    u64 eisr() const;
    u64 elrsr() const;

    u64 lr(unsigned n) const { return lr_[n]; }

    void set_lr(unsigned n, u64 value);

    u32 apr(Group g, unsigned n) const { return active_.word(g, n); }

    void set_apr(Group g, unsigned n, u64 value);

    // What the guest sees. `g` is G0 or G1NS, for the two names of a register.
    u64 acknowledge(Group g); ///< ICV_IAR<n>
    void end(Group g, u64 value);
    void deactivate(u64 value); ///< ICV_DIR
    u64 highest_pending(Group g) const;

    u64 running_priority() const { return active_.running(); }

    u64 ctlr() const;
    void set_ctlr(u64 value);

    u64 pmr() const;

    void set_pmr(u64 value);
    u64 bpr(Group g) const;
    void set_bpr(Group g, u64 value);
    u64 group_enable(Group g) const;
    void set_group_enable(Group g, u64 value);

    unsigned apr_count() const { return active_.words(); }

    // Levels, kept up to date.
    bool virq() const { return virq_; }

    bool vfiq() const { return vfiq_; }

    bool maintenance() const { return maintenance_; }

private:
    int highest() const;
    int find_active(u64 vintid) const;
    bool signalled(u64 lr) const;
    u32 group_mask(Group g) const;
    void deactivate_lr(unsigned n);
    void count_eoi();
    void update();

    const Config& config_;
    std::function<void(unsigned)> deactivate_physical_;
    u64 hcr_ = 0, vmcr_ = 0;
    std::array<u64, 16> lr_{};
    ActivePriorities active_;
    bool virq_ = false, vfiq_ = false, maintenance_ = false;
};

} // namespace sl::gic
