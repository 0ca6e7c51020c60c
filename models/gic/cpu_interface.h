// SPDX-License-Identifier: MIT
#pragma once

#include "gic/active_priorities.h"
#include "gic/config.h"
#include "gic/cpu_registers.h"
#include "gic/redistributor.h"
#include "gic/virtual_interface.h"
#include "pe/ports.h"

namespace sl::gic {

class Gic;

/// The CPU interface of one PE as system registers: ICC_* (physical), ICV_* (what ICC_* names mean
/// to a guest) and ICH_*. Traps have been taken before an access comes here.
class CpuInterface final : public pe::GicPort {
public:
    CpuInterface(const Config& config, unsigned pe, Gic& gic);

    u64 read(pe::Reg reg, const Context& context) override;
    void write(pe::Reg reg, u64 value, const Context& context) override;
    bool implements(pe::Reg reg) const override;
    Lines lines(u8 el, bool secure) const override;
    void ppi(unsigned intid, bool level, u64 now_ps) override;

    /// A reset of the PE.
    void reset(u64 now_ps);

private:
    /// Security state in which an access finds itself, and whose banked registers it sees.
    static bool secure(const Context& c) { return c.el == 3 || c.secure; }

    static bool secure_bank(const Context& c) { return c.el == 3 ? !c.scr_ns : c.secure; }

    static Group group1(const Context& c) { return secure_bank(c) ? Group::G1S : Group::G1NS; }

    /// ICC_PMR_EL1 and ICC_RPR_EL1 show Non-secure software its half of the priorities only.
    static bool half_view(const Context& c) { return !secure(c) && c.scr_fiq; }

    u64 read_physical(Decoded r, const Context& c);
    u64 read_virtual(Decoded r);
    u64 read_hyp(Decoded r) const;
    void write_physical(Decoded r, u64 value, const Context& c);
    void write_virtual(Decoded r, u64 value);
    void write_hyp(Decoded r, u64 value);

    bool signalled(const Candidate& c) const;
    u32 group_mask(Group g) const;
    /// `name` is the group that the register is named for, 0 or 1.
    u64 identifier(unsigned name, const Context& c) const;
    u64 acknowledge(unsigned name, const Context& c);
    void end(unsigned name, u64 value, const Context& c);
    void deactivate(u64 value, const Context& c);
    bool may_deactivate(unsigned intid, const Context& c) const;
    bool eoi_split(const Context& c) const;
    u64 read_pmr(const Context& c) const;
    void write_pmr(u64 value, const Context& c);
    u64 read_bpr(unsigned name, const Context& c) const;
    void write_bpr(unsigned name, u64 value, const Context& c);
    void write_apr(unsigned name, unsigned n, u64 value, const Context& c);
    u64 read_rpr(const Context& c) const;
    u64 read_ctlr(const Context& c) const;
    void write_ctlr(u64 value, const Context& c);
    u64 read_ctlr_el3() const;
    void write_ctlr_el3(u64 value);
    void open(Group g, bool enabled, u64 now_ps);
    void drive_maintenance(u64 now_ps);

    const Config& config_;
    unsigned pe_;
    Gic& gic_;
    Redistributor& redistributor_;
    u8 pmr_ = 0;
    u8 bpr_[group_count] = {};
    bool cbpr_[2] = {}, eoi_mode_[2] = {}; ///< [0] Secure, [1] Non-secure
    bool eoi_mode_el3_ = false;
    ActivePriorities active_;
    VirtualInterface virtual_;
    u64 now_ps_ = 0; ///< of the access in progress
    bool maintenance_ = false;
};

} // namespace sl::gic
