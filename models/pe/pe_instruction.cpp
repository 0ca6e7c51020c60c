// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

#include <optional>

namespace sl::pe {

namespace {

using Hcr = sysreg::HCR_EL2;
using What = TlbInvalidate::What;

/// A TLBI instruction: what it drops in the regime of EL `el`, and whether everywhere.
struct TlbOp {
    u8 el;
    What what;
    bool shareable;
};

std::optional<TlbOp> tlb_op(Reg reg)
{
    // clang-format off
    switch (reg) {
    case Reg::TLBI_VMALLE1:      return TlbOp{1, What::Vmid, false};
    case Reg::TLBI_VMALLE1IS:    return TlbOp{1, What::Vmid, true};
    case Reg::TLBI_VAE1:
    case Reg::TLBI_VALE1:        return TlbOp{1, What::Va, false};
    case Reg::TLBI_VAE1IS:
    case Reg::TLBI_VALE1IS:      return TlbOp{1, What::Va, true};
    case Reg::TLBI_ASIDE1:       return TlbOp{1, What::Asid, false};
    case Reg::TLBI_ASIDE1IS:     return TlbOp{1, What::Asid, true};
    case Reg::TLBI_VAAE1:
    case Reg::TLBI_VAALE1:       return TlbOp{1, What::VaAll, false};
    case Reg::TLBI_VAAE1IS:
    case Reg::TLBI_VAALE1IS:     return TlbOp{1, What::VaAll, true};
    case Reg::TLBI_IPAS2E1:
    case Reg::TLBI_IPAS2LE1:     return TlbOp{1, What::Ipa, false};
    case Reg::TLBI_IPAS2E1IS:
    case Reg::TLBI_IPAS2LE1IS:   return TlbOp{1, What::Ipa, true};
    case Reg::TLBI_VMALLS12E1:   return TlbOp{1, What::Vmid, false};
    case Reg::TLBI_VMALLS12E1IS: return TlbOp{1, What::Vmid, true};
    case Reg::TLBI_ALLE1:        return TlbOp{1, What::Regime, false};
    case Reg::TLBI_ALLE1IS:      return TlbOp{1, What::Regime, true};
    case Reg::TLBI_ALLE2:        return TlbOp{2, What::Regime, false};
    case Reg::TLBI_ALLE2IS:      return TlbOp{2, What::Regime, true};
    case Reg::TLBI_VAE2:
    case Reg::TLBI_VALE2:        return TlbOp{2, What::Va, false};
    case Reg::TLBI_VAE2IS:
    case Reg::TLBI_VALE2IS:      return TlbOp{2, What::Va, true};
    case Reg::TLBI_ALLE3:        return TlbOp{3, What::Regime, false};
    case Reg::TLBI_ALLE3IS:      return TlbOp{3, What::Regime, true};
    case Reg::TLBI_VAE3:
    case Reg::TLBI_VALE3:        return TlbOp{3, What::Va, false};
    case Reg::TLBI_VAE3IS:
    case Reg::TLBI_VALE3IS:      return TlbOp{3, What::Va, true};
    default:                     return std::nullopt;
    }
    // clang-format on
}

/// The instructions that reach the EL2&0 regime when executed by a host.
bool follows_host(Reg reg)
{
    switch (reg) {
    case Reg::TLBI_IPAS2E1:
    case Reg::TLBI_IPAS2LE1:
    case Reg::TLBI_IPAS2E1IS:
    case Reg::TLBI_IPAS2LE1IS:
    case Reg::TLBI_VMALLS12E1:
    case Reg::TLBI_VMALLS12E1IS:
    case Reg::TLBI_ALLE1:
    case Reg::TLBI_ALLE1IS:
        return false;
    default:
        return true;
    }
}

struct AtOp {
    u8 el; ///< whose regime
    bool user, write, pan, both_stages;
};

std::optional<AtOp> at_op(Reg reg)
{
    // clang-format off
    switch (reg) {
    case Reg::AT_S1E1R:  return AtOp{1, false, false, false, false};
    case Reg::AT_S1E1W:  return AtOp{1, false, true,  false, false};
    case Reg::AT_S1E0R:  return AtOp{1, true,  false, false, false};
    case Reg::AT_S1E0W:  return AtOp{1, true,  true,  false, false};
    case Reg::AT_S1E1RP: return AtOp{1, false, false, true,  false};
    case Reg::AT_S1E1WP: return AtOp{1, false, true,  true,  false};
    case Reg::AT_S1E2R:  return AtOp{2, false, false, false, false};
    case Reg::AT_S1E2W:  return AtOp{2, false, true,  false, false};
    case Reg::AT_S12E1R: return AtOp{1, false, false, false, true};
    case Reg::AT_S12E1W: return AtOp{1, false, true,  false, true};
    case Reg::AT_S12E0R: return AtOp{1, true,  false, false, true};
    case Reg::AT_S12E0W: return AtOp{1, true,  true,  false, true};
    case Reg::AT_S1E3R:  return AtOp{3, false, false, false, false};
    case Reg::AT_S1E3W:  return AtOp{3, false, true,  false, false};
    default:             return std::nullopt;
    }
    // clang-format on
}

} // namespace

bool Pe::sys(a64::SysKey key, unsigned rt, u64 value)
{
    const sysreg::Resolution r = resolve(key, true);
    if (access_refused(r, key, rt, false))
        return false;
    if (tlbi(r.reg, value))
        return true;
    if (at_op(r.reg))
        return address_translate(r.reg, value);
    return maintain(r.reg, value);
}

bool Pe::sysl(a64::SysKey key, unsigned rt, u64& value)
{
    // No SYSL exists: whatever the encoding, this refuses it.
    value = 0;
    return !access_refused(resolve(key, false), key, rt, true);
}

// ---- TLB ---------------------------------------------------------------------------------------

/// False: not a TLBI. The issuing PE drops its entries at once, the others by message.
bool Pe::tlbi(Reg reg, u64 value)
{
    const auto op = tlb_op(reg);
    if (!op)
        return false;
    TlbInvalidate what;
    what.what = op->what;
    if (op->el == 3)
        what.tag.regime = Regime::El3;
    else if (op->el == 2)
        what.tag.regime = e2h() ? Regime::El20 : Regime::El2;
    else
        what.tag.regime =
            state_.el == 2 && in_host() && follows_host(reg) ? Regime::El20 : Regime::El10;

    const MmuControls c = controls(what.tag.regime);
    const TlbTag current = tag(c, false);
    what.both_stages = reg != Reg::TLBI_VMALLE1 && reg != Reg::TLBI_VMALLE1IS;
    what.tag.secure = current.secure;
    what.tag.vmid = current.vmid;
    what.tag.asid = static_cast<u16>(bits(value, 63, 48));
    if (c.s1.two_ranges() && !sysreg::TCR_EL1::AS::get(c.s1.tcr))
        what.tag.asid &= 0xff;
    what.address = op->what == What::Ipa ? bits(value, 35, 0) << 12
                                         : sign_extend(bits(value, 43, 0) << 12, 56);
    invalidate(what);

    const bool forced = state_.el == 1 && Hcr::FB::get(hcr());
    if (witness_)
        witness_->invalidated(what, op->shareable || forced);
    if (op->shareable || forced) {
        const u64 at = now_ps() + clock_.ps(config_.profile.cross_pe_latency);
        if (system_.invalidate(number(), what, at)) {
            charge(config_.profile.tlbi_broadcast);
            shootdown_ps_ = at;
        }
    }
    return true;
}

// ---- Address translation
// -------------------------------------------------------------------------

bool Pe::address_translate(Reg reg, u64 va)
{
    using Par = sysreg::PAR_EL1;
    constexpr u64 res1 = u64{1} << 11;
    const AtOp op = *at_op(reg);
    Regime of = Regime::El10;
    if (op.el == 3)
        of = Regime::El3;
    else if (op.el == 2)
        of = e2h() ? Regime::El20 : Regime::El2;
    else if (state_.el == 2 && in_host() && !op.both_stages)
        of = Regime::El20;

    MmuControls c = controls(of);
    c.stage1_only = !op.both_stages;
    const AccessKind kind{.write = op.write, .privileged = !op.user, .pan = op.pan && state_.pan};
    const Walked walked = executed_walk(c, va, kind);

    if (const Fault* fault = std::get_if<Fault>(&walked)) {
        const bool is_external = (fault->fsc & 0b111100) == Fsc::external_on_walk;
        // What EL1 may not see of stage 2, and broken memory, are exceptions and not results.
        if (is_external || (fault->stage2 && state_.el == 1)) {
            abort(va, *fault, {.kind = kind, .cache_maintenance = true});
            return false;
        }
        file_[Reg::PAR_EL1] = Par::F::mask | Par::FST::make(fault->fsc) |
                              Par::PTW::make(fault->s1ptw) | Par::S::make(fault->stage2) | res1;
        return true;
    }
    const TlbData& entry = std::get<TlbData>(walked);
    const u64 pa = entry.pa | (va & entry.mask);
    constexpr u64 ns = u64{1} << 9;
    file_[Reg::PAR_EL1] = Par::ATTR::make(entry.attr.mair) | (pa & Par::PA::mask) | res1 |
                          (entry.ns ? ns : 0) | Par::SH::make(entry.attr.sh);
    return true;
}

// ---- Caches ------------------------------------------------------------------------------------

/// Data and instructions are coherent here (PageWatch): maintenance has nothing to do, but what it
/// names must translate.
bool Pe::maintain(Reg reg, u64 va)
{
    AccessKind kind{.privileged = state_.el != 0};
    switch (reg) {
    case Reg::DC_IVAC:
        kind.write = true; // it may discard: needs write permission
        break;
    case Reg::DC_CVAC:
    case Reg::DC_CVAP:
    case Reg::DC_CVADP:
    case Reg::DC_CVAU:
    case Reg::DC_CIVAC:
    case Reg::IC_IVAU:
        break;
    default: // by set and way, or all; CFP, DVP and CPP RCTX
        return true;
    }
    const auto located = locate(va, kind);
    if (const Fault* fault = std::get_if<Fault>(&located)) {
        abort(va, *fault, {.kind = kind, .cache_maintenance = true});
        return false;
    }
    return true;
}

} // namespace sl::pe
