// SPDX-License-Identifier: MIT
#include "gic/cpu_interface.h"

#include "gic/gic.h"
#include "sysreg/registers.gen.h"

#include <algorithm>
#include <cassert>

namespace sl::gic {

namespace {

using CtlrEl1 = sysreg::ICC_CTLR_EL1;
using CtlrEl3 = sysreg::ICC_CTLR_EL3;

/// Is this register ICV_* to software that runs under this context?
bool is_virtual(Decoded r, const pe::GicPort::Context& c)
{
    if (c.el != 1)
        return false;
    switch (r.op) {
    case Op::Iar:
    case Op::Eoir:
    case Op::Hppir:
    case Op::Bpr:
    case Op::Igrpen:
        return r.n ? c.virtual_group1 : c.virtual_group0;
    case Op::Apr0:
        return c.virtual_group0;
    case Op::Apr1:
        return c.virtual_group1;
    case Op::Pmr:
    case Op::Ctlr:
    case Op::Dir:
    case Op::Rpr:
        return c.virtual_group0 || c.virtual_group1;
    default:
        return false;
    }
}

bool is_hyp(Decoded r)
{
    return r.op >= Op::HypApr0;
}

Decoded decoded(pe::Reg reg)
{
    const auto r = decode(reg);
    assert(r);
    return *r;
}

} // namespace

CpuInterface::CpuInterface(const Config& config, unsigned pe, Gic& gic)
    : config_{config},
      pe_{pe},
      gic_{gic},
      redistributor_{gic.redistributor(pe)},
      active_{config.priority_bits},
      virtual_{config, [this](unsigned intid) { gic_.deactivate(pe_, intid, now_ps_); }}
{
    reset(0);
}

void CpuInterface::reset(u64 now_ps)
{
    now_ps_ = now_ps;
    pmr_ = 0;
    const u8 least = static_cast<u8>(active_.minimum_bpr());
    bpr_[index(Group::G0)] = bpr_[index(Group::G1S)] = least;
    bpr_[index(Group::G1NS)] = least + 1;
    std::fill(std::begin(cbpr_), std::end(cbpr_), false);
    std::fill(std::begin(eoi_mode_), std::end(eoi_mode_), false);
    eoi_mode_el3_ = false;
    active_.reset();
    virtual_.reset();
    for (const Group g : {Group::G0, Group::G1S, Group::G1NS})
        redistributor_.open(g, false);
    gic_.participation_changed(pe_, {static_cast<u16>(pe_), now_ps});
    drive_maintenance(now_ps);
}

bool CpuInterface::implements(pe::Reg reg) const
{
    const auto r = decode(reg);
    if (!r)
        return false;
    switch (r->op) {
    case Op::Apr0:
    case Op::Apr1:
        return r->n < active_.words();
    case Op::HypApr0:
    case Op::HypApr1:
        return r->n < virtual_.apr_count();
    case Op::Lr:
        return r->n < config_.list_registers;
    default:
        return true;
    }
}

u64 CpuInterface::read(pe::Reg reg, const Context& c)
{
    const Decoded r = decoded(reg);
    now_ps_ = c.now_ps;
    if (is_hyp(r))
        return read_hyp(r);
    if (!is_virtual(r, c))
        return read_physical(r, c);
    const u64 value = read_virtual(r);
    drive_maintenance(c.now_ps);
    return value;
}

void CpuInterface::write(pe::Reg reg, u64 value, const Context& c)
{
    const Decoded r = decoded(reg);
    now_ps_ = c.now_ps;
    if (is_hyp(r))
        write_hyp(r, value);
    else if (is_virtual(r, c))
        write_virtual(r, value);
    else
        return write_physical(r, value, c);
    drive_maintenance(c.now_ps);
}

void CpuInterface::ppi(unsigned intid, bool level, u64 now_ps)
{
    gic_.set_ppi(pe_, intid, level, now_ps);
}

void CpuInterface::drive_maintenance(u64 now_ps)
{
    if (virtual_.maintenance() == maintenance_)
        return;
    maintenance_ = virtual_.maintenance();
    gic_.set_ppi(pe_, config_.maintenance_intid, maintenance_, now_ps);
}

CpuInterface::Lines CpuInterface::lines(u8 el, bool secure) const
{
    Lines lines{.virq = virtual_.virq(), .vfiq = virtual_.vfiq()};
    const Candidate& c = redistributor_.best();
    if (!signalled(c))
        return lines;
    // Interrupt assignment to IRQ and FIQ: with two security states, Group 1 of the other state,
    // and any at EL3, comes as FIQ.
    const bool two_states = !gic_.distributor().single_state();
    const bool other_state = c.group == Group::G1NS ? secure : !secure;
    const bool fiq = c.group == Group::G0 || (two_states && (el == 3 || other_state));
    lines.fiq = fiq;
    lines.irq = !fiq;
    return lines;
}

u32 CpuInterface::group_mask(Group g) const
{
    const bool ns = g == Group::G1NS;
    if (g == Group::G0 || cbpr_[ns])
        return group_priority_mask(bpr_[index(Group::G0)]);
    return group_priority_mask(ns ? bpr_[index(g)] - 1u : bpr_[index(g)]);
}

bool CpuInterface::signalled(const Candidate& c) const
{
    return !c.none() && can_preempt(c.priority, pmr_, active_.running(), group_mask(c.group));
}

/// What IAR<name> and HPPIR<name> call the highest priority pending interrupt: its INTID, or the
/// special one that tells EL3 in which security state it would be found.
u64 CpuInterface::identifier(unsigned name, const Context& context) const
{
    const Candidate& c = redistributor_.best();
    const bool is_secure = !gic_.distributor().single_state() && c.group != Group::G1NS;
    if (c.none() || (is_secure && !secure(context)))
        return intid_spurious;
    if (name == 0) {
        if (c.group == Group::G0)
            return c.intid;
        if (context.el != 3)
            return intid_spurious;
        return is_secure ? intid_secure : intid_non_secure;
    }
    if (c.group == Group::G0)
        return intid_spurious;
    if (!is_secure && secure(context) && context.el != 3)
        return intid_spurious;
    return c.intid;
}

u64 CpuInterface::acknowledge(unsigned name, const Context& context)
{
    const Candidate c = redistributor_.best();
    const u64 intid = signalled(c) ? identifier(name, context) : intid_spurious;
    if (!is_special(intid)) {
        active_.raise(c.group, static_cast<u8>(c.priority & group_mask(c.group)));
        gic_.acknowledge(pe_, c.intid, context.now_ps);
    }
    return intid;
}

bool CpuInterface::eoi_split(const Context& c) const
{
    return c.el == 3 ? eoi_mode_el3_ : eoi_mode_[!c.secure];
}

void CpuInterface::end(unsigned name, u64 value, const Context& c)
{
    const u64 intid = bits(value, 23, 0);
    // Special INTIDs are ignored; so is what was never read from IAR (UNPREDICTABLE).
    if (intid >= config_.intids())
        return;
    const int running = active_.running_group();
    if (running < 0)
        return;
    const Group g = static_cast<Group>(running);
    const bool two_states = !gic_.distributor().single_state();
    bool permitted = (g == Group::G0) == (name == 0);
    if (g == Group::G0 && two_states)
        permitted &= secure(c);
    if (g == Group::G1S)
        permitted &= secure(c);
    if (g == Group::G1NS)
        permitted &= !secure(c) || c.el == 3;
    if (!permitted)
        return;
    active_.drop(g);
    if (!eoi_split(c))
        gic_.deactivate(pe_, static_cast<unsigned>(intid), c.now_ps);
}

/// ICC_DIR_EL1: who may deactivate what, by EL, security state and routing.
bool CpuInterface::may_deactivate(unsigned intid, const Context& c) const
{
    const Group g = gic_.group_of(pe_, intid);
    const bool single = gic_.distributor().single_state();
    if (c.el == 3)
        return true;
    if (c.secure)
        return g == Group::G0 ? !c.scr_fiq : !c.scr_irq;
    // HCR_EL2.{IMO,FMO} at EL1 need no look: the access would have been to ICV_DIR_EL1.
    if (g == Group::G0)
        return single && !c.scr_fiq;
    return g == Group::G1NS && !c.scr_irq;
}

void CpuInterface::deactivate(u64 value, const Context& c)
{
    const u64 intid = bits(value, 23, 0);
    if (intid >= config_.intids() || !eoi_split(c))
        return;
    if (may_deactivate(static_cast<unsigned>(intid), c))
        gic_.deactivate(pe_, static_cast<unsigned>(intid), c.now_ps);
}

u64 CpuInterface::read_pmr(const Context& c) const
{
    if (!half_view(c))
        return pmr_;
    return bit(pmr_, 7) ? (pmr_ << 1) & 0xff : 0;
}

void CpuInterface::write_pmr(u64 value, const Context& c)
{
    if (half_view(c)) {
        if (!bit(pmr_, 7))
            return; // masked in the Secure half: out of Non-secure reach
        value = 0x80 | (value & 0xff) >> 1;
    }
    pmr_ = static_cast<u8>(value & 0xff00 >> config_.priority_bits);
}

u64 CpuInterface::read_rpr(const Context& c) const
{
    const u8 running = active_.running();
    if (!half_view(c) || running == idle_priority)
        return running;
    return bit(running, 7) ? (running << 1) & 0xff : 0;
}

u64 CpuInterface::read_bpr(unsigned name, const Context& c) const
{
    const u64 bpr0 = bpr_[index(Group::G0)];
    if (name == 0)
        return bpr0;
    const Group g = group1(c);
    if (c.el < 3 && cbpr_[g == Group::G1NS])
        return g == Group::G1S ? bpr0 : std::min<u64>(bpr0 + 1, 7);
    return bpr_[index(g)];
}

void CpuInterface::write_bpr(unsigned name, u64 value, const Context& c)
{
    Group g = name ? group1(c) : Group::G0;
    if (name && c.el < 3 && cbpr_[g == Group::G1NS]) {
        if (g == Group::G1NS)
            return;
        g = Group::G0;
    }
    const unsigned least = active_.minimum_bpr() + (g == Group::G1NS);
    bpr_[index(g)] = static_cast<u8>(std::max<u64>(value & 7, least));
}

void CpuInterface::write_apr(unsigned name, unsigned n, u64 value, const Context& c)
{
    const Group g = name ? group1(c) : Group::G0;
    u32 word = static_cast<u32>(value);
    // Non-secure software cannot claim activity in the Secure half of the priorities.
    if (g == Group::G1NS && !gic_.distributor().single_state()) {
        const unsigned levels = 1u << active_.preemption_bits();
        for (unsigned i = 0; i < 32; ++i)
            if (32 * n + i < levels / 2)
                word &= ~(1u << i);
    }
    active_.set_word(g, n, word);
}

u64 CpuInterface::read_ctlr(const Context& c) const
{
    const bool ns = !secure_bank(c);
    return CtlrEl1::CBPR::make(cbpr_[ns]) | CtlrEl1::EOImode::make(eoi_mode_[ns]) |
           CtlrEl1::PRIbits::make(config_.priority_bits - 1) | CtlrEl1::A3V::make(1);
}

void CpuInterface::write_ctlr(u64 value, const Context& c)
{
    const bool ns = !secure_bank(c);
    eoi_mode_[ns] = CtlrEl1::EOImode::get(value);
    // With two security states CBPR is EL3's to set.
    if (gic_.distributor().single_state())
        cbpr_[ns] = CtlrEl1::CBPR::get(value);
}

u64 CpuInterface::read_ctlr_el3() const
{
    return CtlrEl3::CBPR_EL1S::make(cbpr_[0]) | CtlrEl3::CBPR_EL1NS::make(cbpr_[1]) |
           CtlrEl3::EOImode_EL3::make(eoi_mode_el3_) | CtlrEl3::EOImode_EL1S::make(eoi_mode_[0]) |
           CtlrEl3::EOImode_EL1NS::make(eoi_mode_[1]) |
           CtlrEl3::PRIbits::make(config_.priority_bits - 1) | CtlrEl3::A3V::make(1);
}

void CpuInterface::write_ctlr_el3(u64 value)
{
    cbpr_[0] = CtlrEl3::CBPR_EL1S::get(value);
    cbpr_[1] = CtlrEl3::CBPR_EL1NS::get(value);
    eoi_mode_el3_ = CtlrEl3::EOImode_EL3::get(value);
    eoi_mode_[0] = CtlrEl3::EOImode_EL1S::get(value);
    eoi_mode_[1] = CtlrEl3::EOImode_EL1NS::get(value);
}

void CpuInterface::open(Group g, bool enabled, u64 now_ps)
{
    if (redistributor_.is_open(g) == enabled)
        return;
    redistributor_.open(g, enabled);
    gic_.participation_changed(pe_, {static_cast<u16>(pe_), now_ps});
}

} // namespace sl::gic
