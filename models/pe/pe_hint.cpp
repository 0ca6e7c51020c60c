// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

namespace sl::pe {

// ---- PSTATE
// --------------------------------------------------------------------------------------

bool Pe::write_pstate(unsigned op1, unsigned op2, unsigned imm)
{
    using sysreg::Feature;
    const unsigned field = op1 << 3 | op2;
    constexpr unsigned uao = 003, pan = 004, sp_sel = 005, ssbs = 031, dit = 032, daif_set = 036,
                       daif_clear = 037;
    switch (field) {
    case daif_set:
    case daif_clear: {
        // The register's own rule, SCTLR_ELx.UMA, but with the encoding of MSR (immediate).
        const auto r = resolve(a64::SysKey::of(3, 3, 4, 2, 1), true);
        if (r.kind == sysreg::Resolution::Kind::Trap)
            return sysreg_trap(a64::SysKey::of(0, op1, 4, imm, op2), 31, false, r.target_el);
        const auto mask = static_cast<u8>(imm & 0xf);
        state_.daif = field == daif_set ? state_.daif | mask : static_cast<u8>(state_.daif & ~mask);
        written(Reg::DAIF);
        return true;
    }
    case sp_sel:
        if (state_.el == 0)
            break;
        set_el(state_.el, imm & 1);
        written(Reg::SPSel);
        return true;
    case pan:
        if (state_.el == 0 || !config_.features.has(Feature::FEAT_PAN))
            break;
        state_.pan = imm & 1;
        written(Reg::PAN);
        return true;
    case ssbs:
        if (!config_.features.has(Feature::FEAT_SSBS2))
            break;
        state_.ssbs = imm & 1;
        return true;
    case dit:
        if (!config_.features.has(Feature::FEAT_DIT))
            break;
        state_.dit = imm & 1;
        return true;
    case uao:
        if (state_.el == 0 || !config_.features.has(Feature::FEAT_UAO))
            break;
        state_.uao = imm & 1;
        return true;
    default:
        break;
    }
    undefined_here();
    return false;
}

// ---- Barriers
// ------------------------------------------------------------------------------------

void Pe::yield()
{
    yield_ = true;
    core_->engine.request_stop(a64::Stop::Requested);
}

/// Memory is accessed in program order and seen by all, so DMB has nothing to do, and DSB only
/// waits for what others must do: the TLB maintenance that this PE has sent to other PEs, and the
/// profiler's writes before the last PSB CSYNC.
void Pe::barrier(a64::Barrier kind, unsigned)
{
    switch (kind) {
    case a64::Barrier::Dsb:
        if (shootdown_ps_ > now_ps()) {
            pass_time(shootdown_ps_);
            yield();
        }
        if (profiling_)
            pass_time(profiling_->landed_ps());
        break;
    case a64::Barrier::Isb:
        if (adversary_ && adversary_->pending()) {
            land_all();
            context_changed();
            mode_changed();
            recheck(); // a status may have lowered its interrupt
        }
        synchronize();
        break;
    case a64::Barrier::Dmb:
        break;
    }
    if (witness_)
        witness_->barrier(kind);
}

// ---- Hints
// ---------------------------------------------------------------------------------------

/// False when the instruction is trapped, which it is only where it would wait.
bool Pe::wait(Wait how, const TimeLimit* limit)
{
    const bool wfe = how == Wait::Wfe;
    if (wfe) {
        catch_stream_events();
        if (event_) {
            event_ = false;
            return true;
        }
    } else {
        refresh_lines();
        if (wakes_wfi())
            return true;
    }
    std::optional<u64> until_ps;
    if (limit) {
        const u64 count = read_timer(Reg::CNTVCT_EL0);
        if (count >= limit->count)
            return true;
        until_ps = timers_.when(limit->count - count, now_ps());
    }
    if (const auto target = wfx_trap_target(wfe)) {
        const u64 iss = limit ? wfxt_iss(wfe, limit->rt) : wfx_iss(wfe);
        synchronous(Ec::wfx, iss, *target, TraceException::Trap);
        return false;
    }
    wait_ = how;
    wait_until_ps_ = until_ps;
    core_->engine.request_stop(a64::Stop::Halted);
    return true;
}

bool Pe::wait_until(bool event, unsigned rt, u64 count)
{
    const TimeLimit limit{count, rt};
    return wait(event ? Wait::Wfe : Wait::Wfi, &limit);
}

bool Pe::hint(unsigned imm)
{
    constexpr unsigned hint_yield = 1, wfe = 2, wfi = 3, sev = 4, sevl = 5, psb_csync = 17,
                       tsb_csync = 18;
    switch (imm) {
    case hint_yield:
        yield();
        return true;
    case wfe:
        return wait(Wait::Wfe, nullptr);
    case wfi:
        return wait(Wait::Wfi, nullptr);
    case sev:
        event_ = true;
        system_.send_event(number(), now_ps() + clock_.ps(config_.profile.cross_pe_latency));
        return true;
    case sevl:
        event_ = true;
        return true;
    case psb_csync:
        if (profiling_)
            profiling_->synchronize();
        if (witness_)
            witness_->profiling_synced();
        return true;
    case tsb_csync:
        if (trace_) {
            pass_time(now_ps() + trace_->trace_sync());
            trace_changed();
            recheck(); // a full buffer has raised its interrupt
        }
        if (witness_)
            witness_->trace_synced();
        return true;
    default: // NOP: ESB without FEAT_RAS, and what is not allocated
        return true;
    }
}

} // namespace sl::pe
