// SPDX-License-Identifier: MIT
#include "pe/pe.h"

#include "pe/instruction_set.h"
#include "sysreg/tables.h"

#include <bit>
#include <cassert>

namespace sl::pe {

using sysreg::Feature;

namespace {

/// CTR_EL0 of the profile's caches: PIPT instruction cache, granules of one data line.
u64 cache_type(const timing::CoreProfile& profile)
{
    using Ctr = sysreg::CTR_EL0;
    const auto words = [](u64 line) { return static_cast<u64>(std::bit_width(line / 4) - 1); };
    const auto erg = static_cast<u64>(std::bit_width(Monitor::granule / 4) - 1);
    return u64{1} << 31 | Ctr::CWG::make(words(profile.l1d.line)) | Ctr::ERG::make(erg) |
           Ctr::DminLine::make(words(profile.l1d.line)) | Ctr::L1Ip::make(0b11) |
           Ctr::IminLine::make(words(profile.l1i.line));
}

/// CLIDR_EL1: separate caches at level 1, a unified one at level 2 that all PEs' walks see.
u64 cache_levels(const timing::CoreProfile& profile)
{
    using Clidr = sysreg::CLIDR_EL1;
    const bool l2 = profile.l2.size != 0;
    u64 type1 = profile.l1i.size ? 0b001 : 0;
    type1 |= profile.l1d.size ? 0b010 : 0;
    return Clidr::Ctype1::make(type1) | Clidr::Ctype2::make(l2 ? 0b100 : 0) |
           Clidr::LoUIS::make(type1 ? 1 : 0) | Clidr::LoUU::make(type1 ? 1 : 0) |
           Clidr::LoC::make(l2 ? 2 : (type1 ? 1 : 0));
}

sysreg::Identity identity(const PeConfig& config)
{
    sysreg::Identity id;
    id.midr = config.profile.midr;
    id.mpidr = u64{1} << 31 | config.affinity;
    id.clidr = cache_levels(config.profile);
    id.ctr = cache_type(config.profile);
    id.pa_range = config.pa_range;
    id.has_el2 = config.has_el2;
    id.has_el3 = config.has_el3;
    return id;
}

a64::Engine::Options engine_options(const PeConfig& config, a64::CostModel& cost)
{
    a64::Engine::Options options;
    options.features = instruction_set(config.features);
    options.max_block = config.max_block;
    options.functional_cost = static_cast<u32>(config.profile.functional_cpi);
    options.cost_model = &cost;
    return options;
}

} // namespace

Pe::Core::Core(Pe& pe, Tlb::Evicted evicted)
    : cost{pe.config_.profile},
      engine{pe.state_, pe, pe.watch_, engine_options(pe.config_, cost)},
      tlb{pe.config_.profile.tlb_entries, pe.config_.profile.tlb_ways, std::move(evicted)}
{
}

Pe::Pe(const PeConfig& config, const Links& links)
    : config_{config},
      bus_{links.bus},
      watch_{links.watch},
      gic_{links.gic},
      system_{links.system},
      marks_{links.marks},
      observer_{links.observer},
      clock_{config.clock_hz},
      file_{config.features, identity(config)},
      timers_{config.counter_hz},
      pmu_{config.features.has(Feature::FEAT_PMUv3p1)},
      monitor_{links.watch,
               [this] {
                   post(system_.now_ps() + clock_.ps(config_.profile.cross_pe_latency), number(),
                        [this] { event(); });
               }},
      pointer_auth_{config.features},
      adversary_{config.adversary.active()
                     ? std::make_unique<Adversary>(config.adversary, config.number)
                     : nullptr},
      annotated_{config.annotated},
      mmu_features_{mmu_features()}
{
    signalled_[static_cast<std::size_t>(Observer::Signal::El)] = ~u64{0};
    signal(Observer::Signal::Halted, 2);
}

Pe::~Pe() = default;

void Pe::reset()
{
    state_ = {};
    sp_ = {};
    file_.reset();
    file_[Reg::CNTFRQ_EL0] = config_.counter_hz;
    if (config_.features.has(Feature::FEAT_PMUv3))
        file_[Reg::MDCR_EL2] = sysreg::MDCR_EL2::HPMN::make(Pmu::counters);
    timers_.reset();
    timers_.set_virtual_offset(0);
    timers_written_ = true;
    pmu_.advance(totals());
    pmu_.reset();
    file_[Reg::OSLSR_EL1] = sysreg::OSLSR_EL1::OSLM1::mask | sysreg::OSLSR_EL1::OSLK::mask;
    if (adversary_)
        adversary_->reset();
    if (trace_)
        trace_->reset();
    if (profiling_)
        profiling_->reset();
    mirror_gic();
    event_ = stepped_ = yield_ = false;
    random_ = config_.affinity;
    wait_ = Wait::None;
    wait_until_ps_.reset();
    stream_seen_ps_ = now_ps();
    shootdown_ps_ = 0;
    core_->tlb.drop_if([](const Tlb::Entry&) { return true; });
    core_->engine.evict_all();
}

void Pe::power_on(u64 entry, u8 el, u64 x0, u64 at_ps)
{
    assert(el <= (config_.has_el3 ? 3 : config_.has_el2 ? 2 : 1) && (el != 2 || config_.has_el2));
    assert(trace_ || !config_.features.has(Feature::FEAT_ETE));
    assert(profiling_ || !config_.features.has(Feature::FEAT_SPE));
    if (!core_) {
        core_ = std::make_unique<Core>(*this, [this](const Tlb::Entry& entry_lost) {
            core_->engine.evict(entry_lost.data.va, entry_lost.data.mask + 1);
        });
        core_->engine.set_debug_points(debug_points_);
    }
    pass_time(at_ps);
    power_ = System::Power::On;
    reset();
    if (config_.has_el3 && el < 3)
        file_[Reg::SCR_EL3] |= sysreg::SCR_EL3::NS::mask | sysreg::SCR_EL3::HCE::mask;
    if (config_.features.has(Feature::FEAT_PAuth)) {
        if (config_.has_el3 && el < 3)
            file_[Reg::SCR_EL3] |= sysreg::SCR_EL3::APK::mask | sysreg::SCR_EL3::API::mask;
        if (config_.has_el2 && el < 2)
            file_[Reg::HCR_EL2] |= sysreg::HCR_EL2::APK::mask | sysreg::HCR_EL2::API::mask;
    }
    state_.el = el;
    state_.sp_sel = el != 0;
    state_.pc = entry;
    state_.x[0] = x0;
    signal(Observer::Signal::Halted, 0);
    context_changed();
    mode_changed();
    update_limit();
}

void Pe::settle(u64 ps)
{
    if (core_ && (waiting() || !powered()))
        pass_time(ps);
}

void Pe::set_annotated(bool annotated)
{
    annotated_ = annotated;
    if (core_)
        context_changed();
}

void Pe::set_log(bool on)
{
    logging_ = on;
    if (core_)
        context_changed();
}

void Pe::set_transactions(Transactions which)
{
    transactions_ = observer_ ? which : Transactions::None;
    // What is inline already would not be seen.
    if (core_)
        core_->engine.evict_all();
}

void Pe::forget_direct_memory()
{
    if (!core_)
        return;
    core_->engine.evict_all();
    core_->engine.flush_blocks();
}

// ---- Mode --------------------------------------------------------------------------------------

bool Pe::secure_below() const
{
    return config_.has_el3 && !sysreg::SCR_EL3::NS::get(file_[Reg::SCR_EL3]);
}

u64 Pe::hcr() const
{
    return el2_enabled() ? file_[Reg::HCR_EL2] : 0;
}

/// HCR_EL2 as table walks see it.
u64 Pe::visible_hcr() const
{
    return el2_enabled() ? visible(Reg::HCR_EL2) : 0;
}

bool Pe::e2h() const
{
    return sysreg::HCR_EL2::E2H::get(hcr()) != 0;
}

bool Pe::in_host() const
{
    return e2h() && sysreg::HCR_EL2::TGE::get(hcr()) != 0;
}

Regime Pe::regime() const
{
    switch (state_.el) {
    case 3:
        return Regime::El3;
    case 2:
        return e2h() ? Regime::El20 : Regime::El2;
    case 1:
        return Regime::El10;
    default:
        return in_host() ? Regime::El20 : Regime::El10;
    }
}

u64 Pe::sctlr() const
{
    switch (regime()) {
    case Regime::El3:
        return file_[Reg::SCTLR_EL3];
    case Regime::El2:
    case Regime::El20:
        return file_[Reg::SCTLR_EL2];
    case Regime::El10:
        break;
    }
    return file_[Reg::SCTLR_EL1];
}

u64& Pe::banked_sp(u8 el, bool sp_sel)
{
    return sp_[sp_sel ? el : 0];
}

void Pe::set_el(u8 el, bool sp_sel)
{
    banked_sp(state_.el, state_.sp_sel) = state_.x[a64::slot_sp];
    if (el != state_.el)
        pmu_.advance(totals());
    state_.el = el;
    state_.sp_sel = sp_sel;
    state_.x[a64::slot_sp] = banked_sp(el, sp_sel);
}

/// EL, security state, or a control that decides what the PMU, the trace unit and the observer see.
void Pe::mode_changed()
{
    using Mdcr = sysreg::MDCR_EL2;
    pmu_.advance(totals());
    Pmu::Mode mode{.el = state_.el, .secure = secure(), .has_el3 = config_.has_el3};
    if (config_.has_el2) {
        mode.hpmn = static_cast<u8>(Mdcr::HPMN::get(file_[Reg::MDCR_EL2]));
        mode.hyp_enable = Mdcr::HPME::get(file_[Reg::MDCR_EL2]) != 0;
        mode.hyp_prohibits = Mdcr::HPMD::get(file_[Reg::MDCR_EL2]) != 0;
    }
    pmu_.set_mode(mode);
    if (observer_) {
        signal(Observer::Signal::El, state_.el);
        const bool guest = state_.el < 2 && (hcr() & sysreg::HCR_EL2::VM::mask);
        signal(Observer::Signal::Vmid,
               guest ? sysreg::VTTBR_EL2::VMID::get(file_[Reg::VTTBR_EL2]) : 0);
    }
    if (trace_) {
        trace_->context_changed();
        trace_changed();
    }
    if (profiling_) {
        profiling_->context_changed();
        profiling_changed();
    }
}

/// What the trace unit answers may have changed.
void Pe::trace_changed()
{
    using Context = a64::Context;
    const bool was = core_->engine.context() & Context::Traced::mask;
    if (trace_->tracing() != was) {
        core_->engine.set_context(core_->engine.context() ^ Context::Traced::mask);
        if (was)
            traced_ += instructions() - traced_from_;
        else
            traced_from_ = instructions();
    }
    if (observer_) {
        signal(Observer::Signal::TraceProhibited, trace_->prohibited());
        signal(Observer::Signal::TraceEnabled, trace_->read(Reg::TRCPRGCTLR) & 1);
        if (config_.features.has(Feature::FEAT_TRBE))
            signal(Observer::Signal::BufferEnabled, trace_->read(Reg::TRBLIMITR_EL1) & 1);
    }
}

/// What the profiler wants to see may have changed.
void Pe::profiling_changed()
{
    using Context = a64::Context;
    const std::optional<u64> next = profiling_->next();
    core_->engine.sample_at(next.value_or(~u64{0}));
    const bool was = core_->engine.context() & Context::Sampled::mask;
    if (next.has_value() != was)
        core_->engine.set_context(core_->engine.context() ^ Context::Sampled::mask);
}

/// A context synchronization event.
void Pe::synchronize()
{
    if (trace_) {
        trace_->synchronized();
        trace_changed();
    }
    if (adversary_)
        hostile_point();
}

/// After an exception or ERET has put everything in place.
void Pe::redirected()
{
    arrived_ = true;
    if (adversary_)
        land_all();
    context_changed();
    mode_changed();
    synchronize();
    if (witness_)
        witness_->redirected();
    arrived_ = false;
    recheck();
}

/// Everything that decoding bakes into blocks, and the translation in force.
void Pe::context_changed()
{
    using Context = a64::Context;
    using Sctlr = sysreg::SCTLR_EL1;
    translation_changed();
    const u64 control = sctlr();
    const bool sp_check = state_.el == 0 ? Sctlr::SA0::get(control) : Sctlr::SA::get(control);
    // With the MMU off data is Device memory, where nothing may be unaligned.
    const bool device = !controls_.s1.enabled && !controls_.s1.default_cacheable;
    u64 word = Context::El::make(state_.el) | Context::SpSel::make(state_.sp_sel) |
               Context::FpTrapped::make(fp_trap_target().has_value()) |
               Context::AlignCheck::make(Sctlr::A::get(control) || device) |
               Context::SpCheck::make(sp_check) | Context::Log::make(logging_) |
               Context::Annotated::make(annotated_) |
               Context::SingleStep::make(step_enabled() || debug_step_) |
               Context::IllegalState::make(state_.il);
    if (config_.features.has(Feature::FEAT_BTI)) {
        const bool strict = state_.el == 0 ? Sctlr::BT0::get(control) : Sctlr::BT1::get(control);
        word |= Context::Bti::mask | Context::StrictLanding::make(strict);
    }
    if (trace_)
        word |= Context::Traced::make(trace_->tracing());
    if (profiling_)
        word |= Context::Sampled::make(profiling_->next().has_value());
    core_->engine.set_context(word);
    // Stepping is run()'s business, from before the next instruction on.
    if (executing_ && step_enabled())
        core_->engine.request_stop(a64::Stop::Requested);
}

void Pe::signal(Observer::Signal which, u64 value)
{
    if (!observer_)
        return;
    u64& last = signalled_[static_cast<std::size_t>(which)];
    if (last == value)
        return;
    last = value;
    observer_->signal(number(), cycle(), which, value);
}

void Pe::charge(u64 cycles)
{
    if (annotated_)
        core_->engine.charge(cycles);
}

/// Time that passes whatever the fidelity: waiting, being off.
void Pe::pass_time(u64 ps)
{
    const u64 cycle_then = clock_.cycles_at_or_after(ps);
    if (cycle_then > cycle())
        core_->engine.charge(cycle_then - cycle());
}

/// A guest error that has got, or gets, its architected response: told once.
void Pe::report(const std::string& what, u64 detail)
{
    if (observer_ && reported_.emplace(what, detail).second)
        observer_->guest_error(number(), cycle(), state_.el, state_.pc, what.c_str(), detail);
}

// ---- Environment: what only passes through -----------------------------------------------------

void Pe::waypoint(const a64::Waypoint& w)
{
    a64::Waypoint canonical = w;
    canonical.target = branch_address(controls_, w.target);
    trace_->waypoint(canonical);
    // A full buffer may have stopped the trace.
    if (!trace_->tracing())
        trace_changed();
}

u32 Pe::mark_at(u64 pa)
{
    return marks_ ? marks_->at(pa) : 0;
}

void Pe::mark(u32 id)
{
    if (observer_)
        observer_->mark(number(), cycle(), id, state_.x.data());
    marks_->reached(*this, id);
}

void Pe::log(u64 pc, u32 word)
{
    if (observer_)
        observer_->instruction(number(), cycle(), state_.el,
                               signalled_[static_cast<std::size_t>(Observer::Signal::Vmid)], pc,
                               word);
}

void Pe::sample(u64 pc, u32 word)
{
    profiling_->reached({instructions(), pc, word, state_.nzcv()});
    core_->engine.show_data(profiling_->sampling());
    profiling_changed();
}

} // namespace sl::pe
