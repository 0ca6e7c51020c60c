// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

#include <cassert>

namespace sl::pe {

namespace {

using Hcr = sysreg::HCR_EL2;
using Scr = sysreg::SCR_EL3;

/// SPSR_ELx of an AArch64 state.
struct Spsr {
    using Sp = Field<0>;
    using Reserved1 = Field<1>;
    using El = Field<2, 2>;
    using Aarch32 = Field<4>;
    using Daif = Field<6, 4>;
    using Btype = Field<10, 2>;
    using Ssbs = Field<12>;
    using Il = Field<20>;
    using Ss = Field<21>;
    using Pan = Field<22>;
    using Uao = Field<23>;
    using Dit = Field<24>;
    using Nzcv = Field<28, 4>;
};

constexpr Reg spsr_of[] = {Reg::Count, Reg::SPSR_EL1, Reg::SPSR_EL2, Reg::SPSR_EL3};
constexpr Reg elr_of[] = {Reg::Count, Reg::ELR_EL1, Reg::ELR_EL2, Reg::ELR_EL3};
constexpr Reg esr_reg[] = {Reg::Count, Reg::ESR_EL1, Reg::ESR_EL2, Reg::ESR_EL3};
constexpr Reg far_reg[] = {Reg::Count, Reg::FAR_EL1, Reg::FAR_EL2, Reg::FAR_EL3};
constexpr Reg vbar_of[] = {Reg::Count, Reg::VBAR_EL1, Reg::VBAR_EL2, Reg::VBAR_EL3};

} // namespace

u32 Pe::pstate() const
{
    return static_cast<u32>(Spsr::Sp::make(state_.sp_sel) | Spsr::El::make(state_.el) |
                            Spsr::Daif::make(state_.daif) | Spsr::Il::make(state_.il) |
                            Spsr::Ss::make(state_.ss) | Spsr::Pan::make(state_.pan) |
                            Spsr::Uao::make(state_.uao) | Spsr::Dit::make(state_.dit) |
                            Spsr::Ssbs::make(state_.ssbs) | Spsr::Btype::make(state_.btype)) |
           state_.nzcv();
}

bool Pe::debug_write_pstate(u64 value)
{
    constexpr u64 writable =
        Spsr::Nzcv::mask | Spsr::Daif::mask | Spsr::Pan::mask | Spsr::Uao::mask;
    if ((value ^ pstate()) & ~writable)
        return false;
    state_.set_nzcv(value);
    state_.daif = static_cast<u8>(Spsr::Daif::get(value));
    state_.pan = Spsr::Pan::get(value) != 0;
    state_.uao = Spsr::Uao::get(value) != 0;
    if (core_)
        context_changed();
    return true;
}

// ---- Entry and return --------------------------------------------------------------------------

void Pe::take(const Exception& exception)
{
    const u8 from = state_.el, target = exception.target_el;
    assert(target >= from && target > 0);
    if (witness_)
        witness_->entering(target);
    if (trace_)
        trace_->exception(exception.trace, exception.return_address);
    if (profiling_)
        profiling_->exception(instructions(), state_.pc, exception.vector == Vector::Sync);
    if (pmu_.enabled()) {
        pmu_.advance(totals());
        pmu_.happened(Pmu::ExcTaken);
    }
    if (observer_) {
        const unsigned kind = static_cast<unsigned>(exception.vector) / 0x80;
        observer_->exception(number(), cycle(), from, target, kind, kind == 0 ? exception.esr : 0,
                             state_.pc);
    }

    u64 vector = static_cast<u64>(exception.vector);
    if (target > from)
        vector += 0x400;
    else if (state_.sp_sel)
        vector += 0x200;
    file_[spsr_of[target]] = pstate();
    file_[elr_of[target]] = exception.return_address;
    if (exception.vector == Vector::Sync || exception.vector == Vector::SError)
        file_[esr_reg[target]] = exception.esr;
    if (exception.far)
        file_[far_reg[target]] = *exception.far;
    if (exception.hpfar)
        file_[Reg::HPFAR_EL2] = *exception.hpfar;

    set_el(target, true);
    state_.daif = 0xf;
    state_.il = state_.ss = state_.uao = false;
    state_.btype = 0;
    const bool pan_el = target == 1 || (target == 2 && in_host());
    if (config_.features.has(sysreg::Feature::FEAT_PAN) && pan_el &&
        !sysreg::SCTLR_EL1::SPAN::get(sctlr()))
        state_.pan = true;
    if (config_.features.has(sysreg::Feature::FEAT_SSBS))
        state_.ssbs = sysreg::SCTLR_EL1::DSSBS::get(sctlr()) != 0;
    state_.pc = file_[vbar_of[target]] + vector;

    const auto& cost = config_.profile.exception;
    charge(target == from ? cost.same_el
           : target == 1  ? cost.to_el1
           : target == 2  ? cost.to_el2
                          : cost.to_el3);
    redirected();
}

bool Pe::legal_return(u64 spsr) const
{
    const u64 target = Spsr::El::get(spsr);
    if (Spsr::Aarch32::get(spsr) || Spsr::Reserved1::get(spsr) || target > state_.el)
        return false;
    if (target == 0 && Spsr::Sp::get(spsr))
        return false;
    // The state below EL3 is what SCR_EL3.NS says; Secure EL2 does not exist.
    if (target == 2 && !el2_enabled())
        return false;
    return target != 1 || !Hcr::TGE::get(hcr());
}

u64 Pe::exception_link()
{
    return file_[elr_of[state_.el]];
}

void Pe::eret(u64 target_pc)
{
    const u8 from = state_.el;
    const u64 spsr = file_[spsr_of[from]];
    const bool legal = legal_return(spsr);
    const bool step_before = step_enabled();
    if (witness_)
        witness_->returning(legal ? static_cast<unsigned>(Spsr::El::get(spsr)) : from);
    if (trace_)
        trace_->exception_return(state_.pc, target_pc);
    if (pmu_.enabled()) {
        pmu_.advance(totals());
        pmu_.happened(Pmu::ExcReturn);
    }
    monitor_.clear();
    event_ = true; // an exception return is an event for WFE

    if (legal) {
        set_el(static_cast<u8>(Spsr::El::get(spsr)), Spsr::Sp::get(spsr) != 0);
        state_.il = Spsr::Il::get(spsr) != 0;
        if (config_.features.has(sysreg::Feature::FEAT_BTI))
            state_.btype = static_cast<u8>(Spsr::Btype::get(spsr));
    } else {
        report("illegal exception return", spsr);
        state_.il = true;
    }
    state_.set_nzcv(spsr);
    state_.daif = static_cast<u8>(Spsr::Daif::get(spsr));
    if (config_.features.has(sysreg::Feature::FEAT_PAN))
        state_.pan = Spsr::Pan::get(spsr) != 0;
    if (config_.features.has(sysreg::Feature::FEAT_UAO))
        state_.uao = Spsr::Uao::get(spsr) != 0;
    if (config_.features.has(sysreg::Feature::FEAT_DIT))
        state_.dit = Spsr::Dit::get(spsr) != 0;
    if (config_.features.has(sysreg::Feature::FEAT_SSBS))
        state_.ssbs = Spsr::Ssbs::get(spsr) != 0;
    state_.ss = false;
    state_.ss = !step_before && step_enabled() && Spsr::Ss::get(spsr);
    stepped_ = false;
    state_.pc = target_pc;

    const auto& cost = config_.profile.eret;
    charge(state_.el == from ? cost.same_el
           : from == 1       ? cost.from_el1
           : from == 2       ? cost.from_el2
                             : cost.from_el3);
    redirected();
}

// ---- Synchronous exceptions --------------------------------------------------------------------

u8 Pe::route_el1() const
{
    return Hcr::TGE::get(hcr()) ? 2 : 1;
}

u8 Pe::same_or_el1() const
{
    return state_.el > 1 ? state_.el : state_.el == 1 ? u8{1} : route_el1();
}

void Pe::synchronous(u8 ec, u64 iss, u8 target_el, TraceException trace, std::optional<u64> far,
                     u64 return_offset)
{
    take({.target_el = target_el,
          .trace = trace,
          .esr = esr_of(ec, iss),
          .far = far,
          .return_address = state_.pc + return_offset});
}

void Pe::undefined_here()
{
    synchronous(Ec::unknown, 0, same_or_el1(), TraceException::Trap);
}

void Pe::undefined(u32 word)
{
    report("undefined instruction", word);
    undefined_here();
}

bool Pe::sysreg_trap(a64::SysKey key, unsigned rt, bool read, u8 target_el)
{
    synchronous(Ec::sysreg, sysreg_iss(key, rt, read), target_el, TraceException::Trap);
    return false;
}

void Pe::svc(u16 imm)
{
    state_.ss = false; // the step is complete when the exception is taken
    synchronous(Ec::svc64, imm, same_or_el1(), TraceException::Call, {}, 4);
}

void Pe::hvc(u16 imm)
{
    if (state_.el >= 1 && !config_.has_el2 && !config_.has_el3)
        return firmware_call();
    const bool enabled = config_.has_el3 ? Scr::HCE::get(file_[Reg::SCR_EL3]) != 0
                                         : !Hcr::HCD::get(file_[Reg::HCR_EL2]);
    if (state_.el == 0 || !config_.has_el2 || !enabled || (state_.el < 3 && !el2_enabled()))
        return undefined_here();
    state_.ss = false;
    synchronous(Ec::hvc64, imm, state_.el == 3 ? 3 : 2, TraceException::Call, {}, 4);
}

void Pe::smc(u16 imm)
{
    if (state_.el == 0)
        return undefined_here();
    // A trap: the preferred return address is the SMC itself.
    if (state_.el == 1 && Hcr::TSC::get(hcr()))
        return synchronous(Ec::smc64, imm, 2, TraceException::Trap);
    if (!config_.has_el3)
        return firmware_call();
    if (Scr::SMD::get(file_[Reg::SCR_EL3]))
        return undefined_here();
    state_.ss = false;
    synchronous(Ec::smc64, imm, 3, TraceException::Call, {}, 4);
}

u8 Pe::debug_target() const
{
    const bool to_el2 =
        Hcr::TGE::get(hcr()) || (el2_enabled() && sysreg::MDCR_EL2::TDE::get(file_[Reg::MDCR_EL2]));
    return to_el2 ? 2 : 1;
}

void Pe::brk(u16 imm)
{
    const u8 target = state_.el >= 2 ? state_.el : debug_target();
    synchronous(Ec::brk64, imm, target, TraceException::InstructionDebug);
}

/// Halting debug does not exist here: the external debugger's authentication is off.
void Pe::hlt(u16)
{
    undefined_here();
}

void Pe::illegal_state()
{
    synchronous(Ec::illegal_state, 0, same_or_el1(), TraceException::Trap);
}

void Pe::branch_target()
{
    synchronous(Ec::branch_target, state_.btype, same_or_el1(), TraceException::Trap);
}

void Pe::sp_alignment_fault()
{
    synchronous(Ec::sp_alignment, 0, same_or_el1(), TraceException::Alignment);
}

// ---- Traps of SIMD&FP, WFI and WFE --------------------------------------------------------------

std::optional<u8> Pe::fp_trap_target() const
{
    using Cpacr = sysreg::CPACR_EL1;
    using Cptr = sysreg::CPTR_EL2;
    if (state_.el <= 1 && !in_host()) {
        const u64 enable = Cpacr::FPEN::get(file_[Reg::CPACR_EL1]);
        if (enable == 0 || enable == 2 || (enable == 1 && state_.el == 0))
            return 1;
    }
    if (state_.el <= 2 && el2_enabled()) {
        const u64 control = file_[Reg::CPTR_EL2];
        if (e2h()) {
            const u64 enable = Cptr::FPEN::get(control);
            const bool host_user = state_.el == 0 && Hcr::TGE::get(hcr());
            if (enable == 0 || enable == 2 || (enable == 1 && host_user))
                return 2;
        } else if (Cptr::TFP::get(control)) {
            return 2;
        }
    }
    if (config_.has_el3 && sysreg::CPTR_EL3::TFP::get(file_[Reg::CPTR_EL3]))
        return 3;
    return std::nullopt;
}

/// True when it has taken the trap.
bool Pe::fp_trap()
{
    const auto target = fp_trap_target();
    if (!target)
        return false;
    // CPACR_EL1's trap that HCR_EL2.TGE sends to EL2 is reported there as an unknown reason.
    if (*target == 1 && state_.el == 0 && route_el1() == 2)
        synchronous(Ec::unknown, 0, 2, TraceException::Trap);
    else
        synchronous(Ec::fp, fp_iss(), *target, TraceException::Trap);
    return true;
}

void Pe::fp_trapped()
{
    [[maybe_unused]] const bool taken = fp_trap();
    assert(taken);
}

std::optional<u8> Pe::wfx_trap_target(bool wfe) const
{
    using Sctlr = sysreg::SCTLR_EL1;
    const u64 allow = sctlr();
    if (state_.el == 0 && !(wfe ? Sctlr::nTWE::get(allow) : Sctlr::nTWI::get(allow)))
        return route_el1();
    const u64 control = hcr();
    if (state_.el <= 1 && !in_host() && (wfe ? Hcr::TWE::get(control) : Hcr::TWI::get(control)))
        return 2;
    const u64 secure_control = file_[Reg::SCR_EL3];
    if (config_.has_el3 && state_.el < 3 &&
        (wfe ? Scr::TWE::get(secure_control) : Scr::TWI::get(secure_control)))
        return 3;
    return std::nullopt;
}

// ---- Software step -----------------------------------------------------------------------------

/// Software step is enabled here (MDSCR_EL1.SS, and debug exceptions from this EL).
bool Pe::step_enabled() const
{
    using Mdscr = sysreg::MDSCR_EL1;
    const u64 control = file_[Reg::MDSCR_EL1];
    if (!Mdscr::SS::get(control) || sysreg::OSLSR_EL1::OSLK::get(file_[Reg::OSLSR_EL1]))
        return false;
    const u8 target = debug_target();
    if (state_.el < target)
        return true;
    return state_.el == target && Mdscr::KDE::get(control) && !(state_.daif & 8);
}

bool Pe::step_due() const
{
    return step_enabled() && !state_.ss;
}

} // namespace sl::pe
