// SPDX-License-Identifier: MIT
#include "gic/virtual_interface.h"

#include "sysreg/registers.gen.h"

#include <algorithm>

namespace sl::gic {

namespace {

using CtlrEl1 = sysreg::ICC_CTLR_EL1;
using Hcr = sysreg::ICH_HCR_EL2;
using Vmcr = sysreg::ICH_VMCR_EL2;
using Vtr = sysreg::ICH_VTR_EL2;
using Misr = sysreg::ICH_MISR_EL2;

struct Lr : sysreg::ICH_LR0_EL2 {
    using Pending = Field<62>; // the bits of State
    using Active = Field<63>;
};

constexpr u64 state_pending = 1;

/// Bits 7:0, TC to TALL1, TDIR, EOIcount. TSEI (no locally generated SEIs), DVIM and vSGIEOICount
/// (no GICv4) are RES0.
constexpr u64 hcr_writable = 0xff | Hcr::TC::mask | Hcr::TALL0::mask | Hcr::TALL1::mask |
                             Hcr::TDIR::mask | Hcr::EOIcount::mask;
constexpr u64 vmcr_writable = Vmcr::VENG0::mask | Vmcr::VENG1::mask | Vmcr::VCBPR::mask |
                              Vmcr::VEOIM::mask | Vmcr::VBPR1::mask | Vmcr::VBPR0::mask |
                              Vmcr::VPMR::mask;
/// 16 bits of vINTID, as ICH_VTR_EL2.IDbits says.
constexpr u64 lr_writable = ones(16) | Lr::pINTID::mask | Lr::Priority::mask | Lr::Group::mask |
                            Lr::HW::mask | Lr::State::mask;

Group group_of(u64 lr)
{
    return Lr::Group::get(lr) ? Group::G1NS : Group::G0;
}

} // namespace

VirtualInterface::VirtualInterface(const Config& config, std::function<void(unsigned)> deactivate)
    : config_{config},
      deactivate_physical_{std::move(deactivate)},
      active_{config.virtual_priority_bits}
{
    reset();
}

void VirtualInterface::reset()
{
    hcr_ = 0;
    lr_ = {};
    active_.reset();
    set_vmcr(0);
}

void VirtualInterface::set_hcr(u64 value)
{
    hcr_ = value & hcr_writable;
    update();
}

u64 VirtualInterface::vtr() const
{
    // TDS: ICH_HCR_EL2.TDIR is there. nV4: no direct injection of LPIs. SEIS and IDbits are 0.
    return Vtr::ListRegs::make(config_.list_registers - 1) | Vtr::TDS::make(1) | Vtr::nV4::make(1) |
           Vtr::A3V::make(1) | Vtr::PREbits::make(active_.preemption_bits() - 1) |
           Vtr::PRIbits::make(config_.virtual_priority_bits - 1);
}

void VirtualInterface::set_vmcr(u64 value)
{
    value &= vmcr_writable;
    // Binary points below the minimum become the minimum.
    const u64 least = active_.minimum_bpr();
    value = Vmcr::VBPR0::set(value, std::max(Vmcr::VBPR0::get(value), least));
    value = Vmcr::VBPR1::set(value, std::max(Vmcr::VBPR1::get(value), least + 1));
    value =
        Vmcr::VPMR::set(value, Vmcr::VPMR::get(value) & 0xff00 >> config_.virtual_priority_bits);
    // Always system registers (SRE): Group 0 is always FIQ.
    vmcr_ = value | Vmcr::VFIQEn::mask;
    update();
}

void VirtualInterface::set_lr(unsigned n, u64 value)
{
    value &= lr_writable;
    const u64 priority = Lr::Priority::get(value) & 0xff00 >> config_.virtual_priority_bits;
    lr_[n] = Lr::Priority::set(value, priority);
    update();
}

void VirtualInterface::set_apr(Group g, unsigned n, u64 value)
{
    active_.set_word(g, n, static_cast<u32>(value));
    update();
}

u64 VirtualInterface::eisr() const
{
    u64 word = 0;
    for (unsigned n = 0; n < config_.list_registers; ++n)
        word |= u64{!Lr::State::get(lr_[n]) && !Lr::HW::get(lr_[n]) && Lr::EOI::get(lr_[n])} << n;
    return word;
}

u64 VirtualInterface::elrsr() const
{
    u64 word = 0;
    for (unsigned n = 0; n < config_.list_registers; ++n)
        word |= u64{!Lr::State::get(lr_[n])} << n;
    return word & ~eisr();
}

u64 VirtualInterface::misr() const
{
    unsigned valid = 0, pending = 0;
    for (unsigned n = 0; n < config_.list_registers; ++n) {
        valid += Lr::State::get(lr_[n]) != 0;
        pending += Lr::State::get(lr_[n]) == state_pending;
    }
    const u64 g0 = Vmcr::VENG0::get(vmcr_), g1 = Vmcr::VENG1::get(vmcr_);
    return Misr::EOI::make(eisr() != 0) | Misr::U::make(Hcr::UIE::get(hcr_) && valid < 2) |
           Misr::LRENP::make(Hcr::LRENPIE::get(hcr_) && Hcr::EOIcount::get(hcr_)) |
           Misr::NP::make(Hcr::NPIE::get(hcr_) && !pending) |
           Misr::VGrp0E::make(Hcr::VGrp0EIE::get(hcr_) & g0) |
           Misr::VGrp0D::make(Hcr::VGrp0DIE::get(hcr_) & ~g0) |
           Misr::VGrp1E::make(Hcr::VGrp1EIE::get(hcr_) & g1) |
           Misr::VGrp1D::make(Hcr::VGrp1DIE::get(hcr_) & ~g1);
}

/// HighestPriorityVirtualInterrupt: the list register, or -1. An entry of the idle priority is
/// never chosen; among equals the lowest numbered register is.
int VirtualInterface::highest() const
{
    int best = -1;
    u64 priority = idle_priority;
    for (unsigned n = 0; n < config_.list_registers; ++n) {
        const u64 lr = lr_[n];
        if (Lr::State::get(lr) != state_pending || !group_enable(group_of(lr)))
            continue;
        if (Lr::Priority::get(lr) < priority) {
            priority = Lr::Priority::get(lr);
            best = static_cast<int>(n);
        }
    }
    return best;
}

u32 VirtualInterface::group_mask(Group g) const
{
    if (g == Group::G0 || Vmcr::VCBPR::get(vmcr_))
        return group_priority_mask(static_cast<unsigned>(Vmcr::VBPR0::get(vmcr_)));
    return group_priority_mask(static_cast<unsigned>(Vmcr::VBPR1::get(vmcr_)) - 1);
}

bool VirtualInterface::signalled(u64 lr) const
{
    return Hcr::En::get(hcr_) &&
           can_preempt(static_cast<u8>(Lr::Priority::get(lr)), static_cast<u8>(pmr()),
                       active_.running(), group_mask(group_of(lr)));
}

u64 VirtualInterface::acknowledge(Group g)
{
    const int n = highest();
    if (n < 0 || group_of(lr_[static_cast<unsigned>(n)]) != g ||
        !signalled(lr_[static_cast<unsigned>(n)]))
        return intid_spurious;
    u64& lr = lr_[static_cast<unsigned>(n)];
    const u64 vintid = Lr::vINTID::get(lr);
    lr = Lr::Pending::set(lr, 0);
    // Software may put a special INTID into a list register: it is handed out, not activated.
    if (!is_special(vintid)) {
        lr = Lr::Active::set(lr, 1);
        active_.raise(g, static_cast<u8>(Lr::Priority::get(lr) & group_mask(g)));
    }
    update();
    return vintid;
}

u64 VirtualInterface::highest_pending(Group g) const
{
    const int n = highest();
    if (n < 0 || group_of(lr_[static_cast<unsigned>(n)]) != g)
        return intid_spurious;
    return Lr::vINTID::get(lr_[static_cast<unsigned>(n)]);
}

int VirtualInterface::find_active(u64 vintid) const
{
    for (unsigned n = 0; n < config_.list_registers; ++n)
        if (Lr::Active::get(lr_[n]) && Lr::vINTID::get(lr_[n]) == vintid)
            return static_cast<int>(n);
    return -1;
}

void VirtualInterface::deactivate_lr(unsigned n)
{
    const u64 lr = lr_[n];
    lr_[n] = Lr::Active::set(lr, 0);
    if (Lr::HW::get(lr))
        deactivate_physical_(static_cast<unsigned>(Lr::pINTID::get(lr)));
}

void VirtualInterface::count_eoi()
{
    hcr_ = Hcr::EOIcount::set(hcr_, Hcr::EOIcount::get(hcr_) + 1); // 31 wraps to 0
}

void VirtualInterface::end(Group g, u64 value)
{
    const u64 vintid = bits(value, 23, 0);
    if (is_special(vintid))
        return;
    const int running = active_.running_group();
    // Nothing is active. Of the permitted behaviours: no priority to drop, and no EOI counted.
    if (running < 0)
        return;
    const u8 dropped = active_.drop(static_cast<Group>(running));

    // EOIcount: an EOI that would have deactivated, but found no list register.
    const bool lpi = vintid >= 8192;
    if (!Vmcr::VEOIM::get(vmcr_) || lpi) {
        const int n = find_active(vintid);
        if (n < 0) {
            if (!lpi)
                count_eoi();
        } else {
            const u64 lr = lr_[static_cast<unsigned>(n)];
            if (group_of(lr) == g && (Lr::Priority::get(lr) & group_mask(g)) == dropped)
                deactivate_lr(static_cast<unsigned>(n));
        }
    }
    update();
}

void VirtualInterface::deactivate(u64 value)
{
    const u64 vintid = bits(value, 23, 0);
    // With EOImode 0 the write is ignored (CONSTRAINED UNPREDICTABLE); LPIs are never active.
    if (!Vmcr::VEOIM::get(vmcr_) || is_special(vintid) || vintid >= 8192)
        return;
    const int n = find_active(vintid);
    if (n < 0)
        count_eoi();
    else
        deactivate_lr(static_cast<unsigned>(n));
    update();
}

u64 VirtualInterface::ctlr() const
{
    return CtlrEl1::CBPR::make(Vmcr::VCBPR::get(vmcr_)) |
           CtlrEl1::EOImode::make(Vmcr::VEOIM::get(vmcr_)) |
           CtlrEl1::PRIbits::make(config_.virtual_priority_bits - 1) | CtlrEl1::A3V::make(1);
}

void VirtualInterface::set_ctlr(u64 value)
{
    set_vmcr(Vmcr::VEOIM::set(Vmcr::VCBPR::set(vmcr_, CtlrEl1::CBPR::get(value)),
                              CtlrEl1::EOImode::get(value)));
}

u64 VirtualInterface::pmr() const
{
    return Vmcr::VPMR::get(vmcr_);
}

void VirtualInterface::set_pmr(u64 value)
{
    set_vmcr(Vmcr::VPMR::set(vmcr_, value));
}

u64 VirtualInterface::bpr(Group g) const
{
    const u64 bpr0 = Vmcr::VBPR0::get(vmcr_);
    if (g == Group::G0)
        return bpr0;
    return Vmcr::VCBPR::get(vmcr_) ? std::min<u64>(bpr0 + 1, 7) : Vmcr::VBPR1::get(vmcr_);
}

void VirtualInterface::set_bpr(Group g, u64 value)
{
    value &= 7;
    if (g == Group::G0)
        set_vmcr(Vmcr::VBPR0::set(vmcr_, value));
    else if (!Vmcr::VCBPR::get(vmcr_))
        set_vmcr(Vmcr::VBPR1::set(vmcr_, value));
}

u64 VirtualInterface::group_enable(Group g) const
{
    return g == Group::G0 ? Vmcr::VENG0::get(vmcr_) : Vmcr::VENG1::get(vmcr_);
}

void VirtualInterface::set_group_enable(Group g, u64 value)
{
    set_vmcr(g == Group::G0 ? Vmcr::VENG0::set(vmcr_, value) : Vmcr::VENG1::set(vmcr_, value));
}

void VirtualInterface::update()
{
    const int n = highest();
    const bool signal = n >= 0 && signalled(lr_[static_cast<unsigned>(n)]);
    const bool group0 = signal && group_of(lr_[static_cast<unsigned>(n)]) == Group::G0;
    vfiq_ = group0;
    virq_ = signal && !group0;
    maintenance_ = Hcr::En::get(hcr_) && misr() != 0;
}

} // namespace sl::gic
