// SPDX-License-Identifier: MIT
#pragma once

#include "a64/engine.h"
#include "common/clock.h"
#include "common/observer.h"
#include "pe/adversary.h"
#include "pe/message_queue.h"
#include "pe/monitor.h"
#include "pe/pmu.h"
#include "pe/pointer_auth.h"
#include "pe/ports.h"
#include "pe/system.h"
#include "pe/timers.h"
#include "pe/tlb.h"
#include "pe/witness.h"
#include "sysreg/resolve.h"
#include "timing/cost_model.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace sl::pe {

/// What a PE is built as.
struct PeConfig {
    unsigned number = 0; ///< over the whole system, from 0
    u64 affinity = 0;    ///< MPIDR_EL1: Aff3 in bits 39:32, Aff2..Aff0 in bits 23:0
    sysreg::Features features;
    timing::CoreProfile profile;
    u64 clock_hz = 1'000'000'000;
    u64 counter_hz = 62'500'000; ///< CNTFRQ_EL0 and the rate of the system counter
    u8 pa_range = 2;             ///< ID_AA64MMFR0_EL1.PARange; 2: 40 bits
    bool has_el2 = true;
    /// With EL3, PSCI is its software's. Without, SMC (HVC, if there is no EL2 either) reaches the
    /// built-in firmware.
    bool has_el3 = false;
    /// That firmware leaves these buffers to nobody below it: all registers of theirs but
    /// TRBIDR_EL1 and PMBIDR_EL1 end in an UNDEFINED exception.
    bool firmware_keeps_trbe = false, firmware_keeps_spe = false;
    bool annotated = false;  ///< fidelity at reset: the profile's timing, or its functional_cpi
    unsigned max_block = 64; ///< a64::Engine::Options
    AdversaryMode adversary; ///< when register writes reach indirect readers
};

/// Why Pe::run returned.
struct Outcome {
    enum class Why : u8 {
        Budget,  ///< its time has been reached, or it lets the others catch up (YIELD, DSB)
        Waiting, ///< in WFI or WFE
        Off,     ///< not powered; a message may power it on
        Stopped, ///< request_stop() was called
        Debug,   ///< a debugger wanted it to stop here: debug_stop() says why. The next run() with
                 ///< the same time goes on as if it had not
    };
    Why why = Why::Budget;
    /// Waiting and Off: when something is known to happen to it; nothing: only a message can wake
    /// it.
    std::optional<u64> wake_ps;
};

/// A processing element: executes A64 instructions as the architecture says, in its own local time.
/// No SystemC. A thread of the platform calls run() and lets simulated time follow now_ps():
///
///     for (;;) {
///         const Outcome outcome = pe.run(simulated_ps + quantum_ps);
///         Budget:        wait until simulated time is pe.now_ps() (a delta cycle if it is)
///         Waiting, Off:  wait until outcome.wake_ps or the message event, whichever is first
///         Stopped:       end
///     }
///
/// Local time never passes a message that is in the Inbox, a timer's expiry or the PMU's overflow:
/// those take effect in the first cycle that begins at or after their time, and interrupts are
/// taken at the next taken branch, exception, page end, or instruction that writes what decides
/// about them. A PE that was never powered on has neither engine nor TLB.
class Pe final : public a64::Environment, public PeView, public Inbox {
public:
    /// The references must outlive the PE; the PE must be in its Cohort (or another System) before
    /// it runs. `marks` and `observer` may be null: then there is no call and no cost.
    struct Links {
        Bus& bus;
        PageWatch& watch;
        GicPort& gic;
        System& system;
        Marks* marks = nullptr;
        Observer* observer = nullptr;
    };

    Pe(const PeConfig& config, const Links& links);
    ~Pe() override;
    Pe(const Pe&) = delete;
    Pe& operator=(const Pe&) = delete;

    /// The trace unit of this PE, before power-on; needed when the features have FEAT_ETE.
    void attach(TracePort& trace) { trace_ = &trace; }

    /// Likewise its profiler, for FEAT_SPE.
    void attach(ProfilingPort& profiling) { profiling_ = &profiling; }

    /// What software does to system registers is told to `witness`; null: nobody.
    void attach(Witness* witness) { witness_ = witness; }

    // ---- Running -------------------------------------------------------------------------------

    /// Cold reset, then execution from `entry` in `el` with x0 = `x0`, at time `at_ps`. `el` is an
    /// implemented one: the highest is where a reset leaves the PE; for a lower one what software
    /// above it would have had to do is done (register widths, SCR_EL3.NS, HVC enabled).
    void power_on(u64 entry, u8 el, u64 x0, u64 at_ps);

    /// Executes until local time has reached `until_ps`, or as Outcome says.
    Outcome run(u64 until_ps);

    /// From a call of Marks or Observer: run() returns Stopped before that instruction. From
    /// outside: the next run() returns at once.
    void request_stop();

    /// Called when a message arrives while the PE does not execute: its thread should call run()
    /// no later than `at_ps`.
    void on_message(std::function<void(u64 at_ps)> notify) { notify_ = std::move(notify); }

    /// Brings the clock of a PE that waits to `ps`, for totals at the end of a run.
    void settle(u64 ps);

    /// Takes effect with the next instruction.
    void set_annotated(bool annotated);

    bool annotated() const { return annotated_; }

    /// Every instruction is reported to the Observer from the next one on.
    void set_log(bool on);

    /// Data accesses are reported to the Observer from the next one on: of all kinds, or those to
    /// devices alone. Changes neither a cycle nor what memory holds. Not from inside run().
    void set_transactions(Transactions which);

    /// The bus has withdrawn direct access to memory.
    void forget_direct_memory();

    // ---- What can be seen from outside
    // -----------------------------------------------------------

    bool powered() const { return power_ == System::Power::On; }

    System::Power power() const { return power_; }

    /// In WFI, WFE or standby.
    bool waiting() const { return wait_ != Wait::None; }

    const PeConfig& config() const { return config_; }

    u64 affinity() const { return config_.affinity; }

    const Clock& clock() const { return clock_; }

    u64 instructions() const { return core_ ? core_->engine.instructions() : 0; }

    /// Of these, executed while the trace unit was tracing.
    u64 traced_instructions() const
    {
        const bool now = trace_ && trace_->tracing();
        return traced_ + (now ? instructions() - traced_from_ : 0);
    }

    /// Messages that would have been taken earlier, had they been there: posted when the PE had
    /// already been allowed to run past their time.
    u64 late_messages() const { return late_; }

    a64::State& state() { return state_; }

    const sysreg::File& registers() const { return file_; }

    /// For loaders and debuggers: as an MSR from the highest EL, without traps.
    void set_register(Reg reg, u64 value);
    /// Without effects; computed registers included where reading has none.
    u64 peek_register(Reg reg);

    // ---- For a debugger ------------------------------------------------------------------------
    // pe_debug.cpp. Between runs only; what is read is what the PE holds, and has no effect.

    struct DebugStop {
        enum class Why : u8 { Step, Breakpoint, Watchpoint };
        Why why = Why::Step;
        a64::DebugPoints::Watch watch = {}; ///< Watchpoint: the one that the access meets
    };

    /// Of the last Outcome::Why::Debug.
    const DebugStop& debug_stop() const { return debug_stop_; }

    void set_debug_points(const a64::DebugPoints& points);

    /// Stop after the next instruction, or at the vector when an exception comes first.
    void set_debug_step(bool on);

    /// Stacks as the EL in use sees them, the PC, and PSTATE in the form of SPSR_ELx. A PE that
    /// waits wakes when it is sent elsewhere.
    u32 pstate() const;
    void debug_write_pc(u64 pc);
    /// NZCV, DAIF, PAN and UAO; false, and no change, when other bits are not as they were.
    bool debug_write_pstate(u64 value);

    /// Does this PE have the register, and can it be read without an effect?
    bool has_register(Reg reg) const;

    /// Where the tables, not the TLB, put `va` for the privileged side of a regime; by default the
    /// one in force. Pages that only allow execution are found too. `stage1_only` as above.
    Translated debug_translate(u64 va, std::optional<Regime> of = {}, bool stage1_only = false);

    /// Translations of EL1 and EL0 go through stage 2 now.
    bool debug_has_stage2() const { return controls(Regime::El10).s2.enabled; }

    /// What the TLB holds, set by set.
    std::vector<Tlb::Entry> tlb_entries() const;

    // ---- Inbox ---------------------------------------------------------------------------------

    void post(u64 at_ps, unsigned from, std::function<void()> action) override;

    // ---- PeView --------------------------------------------------------------------------------

    unsigned number() const override { return config_.number; }

    u8 el() const override { return state_.el; }

    bool secure() const override { return state_.el == 3 || secure_below(); }

    /// What was written last, unless an adversary withholds it (pe/adversary.h).
    u64 visible(Reg reg) const override
    {
        if (adversary_) {
            if (const Adversary::Write* const write = adversary_->find(reg))
                return write->seen;
        }
        return file_[reg];
    }

    u64 next_pc() const override { return arrived_ ? state_.pc : state_.pc + 4; }

    u64 next_instruction() const override { return instructions() + (arrived_ ? 0 : 1); }

    u64 cycle() const override { return core_ ? core_->engine.cycles() : 0; }

    u64 now_ps() const override { return clock_.ps(cycle()); }

    u64 physical_count() const override { return timers_.physical_count(now_ps()); }

    Translated translate(Regime regime, u64 va, AccessKind kind) override;
    Translated translate_ipa(u64 ipa, AccessKind kind) override;
    /// The same under the registers as they are written, whoever has seen that, and from tables;
    /// with `stage1_only`, up to the intermediate physical address.
    Translated translate_as_written(Regime regime, u64 va, AccessKind kind,
                                    bool stage1_only = false);
    /// From tables, under the registers as their readers see them.
    Walked walk_again(Regime regime, u64 va, AccessKind kind, bool stage1_only = false);
    /// What memory holds at `pa`, or nothing where there is none.
    std::optional<u64> peek_word(u64 pa, bool secure);
    /// Accesses to [va, va + size) are told to the witness again.
    void forget_inline(u64 va, u64 size);

    Bus& bus() override { return bus_; }

    void stall(u64 ps) override { pass_time(now_ps() + ps); }

    void ppi(unsigned intid, bool level) override;

    void trace_written(u64 va, u64 pa, const void* data, unsigned bytes, BusStatus status) override;

    // ---- For System
    // ------------------------------------------------------------------------------

    /// Drops what a TLBI of another PE names.
    void invalidate(const TlbInvalidate& what);

    /// Sets the event register: SEV elsewhere, a lost exclusive monitor.
    void event();

    void power_pending() { power_ = System::Power::OnPending; }

    // ---- a64::Environment
    // ------------------------------------------------------------------------

    bool fetch(u64 va, a64::FetchPage& page) override;
    bool load(u64 va, const a64::Access& access, void* data) override;
    bool store(u64 va, const a64::Access& access, const void* data) override;
    u8* atomic(u64 va, const a64::Access& access, u64& pa) override;
    void wrote(u64 pa, unsigned bytes) override;
    bool load_exclusive(u64 va, const a64::Access& access, unsigned total_bytes,
                        void* data) override;
    bool store_exclusive(u64 va, const a64::Access& access, unsigned total_bytes, const void* data,
                         u64& status) override;

    void clear_exclusive() override { monitor_.clear(); }

    bool zero_block(u64 va) override;

    bool read_sysreg(a64::SysKey key, unsigned rt, u64& value) override;
    bool write_sysreg(a64::SysKey key, unsigned rt, u64 value) override;
    bool write_pstate(unsigned op1, unsigned op2, unsigned imm) override;
    bool sys(a64::SysKey key, unsigned rt, u64 value) override;
    bool sysl(a64::SysKey key, unsigned rt, u64& value) override;
    void barrier(a64::Barrier kind, unsigned crm) override;
    bool hint(unsigned imm) override;
    bool wait_until(bool event, unsigned rt, u64 count) override;

    void svc(u16 imm) override;
    void hvc(u16 imm) override;
    void smc(u16 imm) override;
    void brk(u16 imm) override;
    void hlt(u16 imm) override;
    u64 exception_link() override;
    void eret(u64 target) override;

    /// ERET.
    void eret() { eret(exception_link()); }

    bool sign(a64::PacKey key, u64 modifier, u64& pointer) override;
    bool authenticate(a64::PacKey key, u64 modifier, bool combined, u64& pointer) override;
    u64 strip(bool data, u64 pointer) override;
    bool generic_code(u64 modifier, u64& value) override;
    void undefined(u32 word) override;
    void fp_trapped() override;
    void sp_alignment_fault() override;
    void illegal_state() override;
    void branch_target() override;

    void waypoint(const a64::Waypoint& w) override;

    a64::NotedBranches* noted_branches() override
    {
        return trace_ ? trace_->noted_branches() : nullptr;
    }

    u32 mark_at(u64 pa) override;
    void mark(u32 id) override;
    void log(u64 pc, u32 word) override;
    void sample(u64 pc, u32 word) override;

private:
    /// What a PE has only once it has been powered on.
    struct Core {
        Core(Pe& pe, Tlb::Evicted evicted);

        timing::Scoreboard cost;
        a64::Engine engine;
        Tlb tlb;
        std::map<u64, u16> translation_ids;
    };

    enum class Wait : u8 { None, Wfi, Wfe };

    /// Of WFET and WFIT: the value of CNTVCT_EL0 that ends the wait, and the register it came in.
    struct TimeLimit {
        u64 count;
        unsigned rt;
    };

    enum class Vector : u16 { Sync = 0x000, Irq = 0x080, Fiq = 0x100, SError = 0x180 };

    /// One exception about to be taken.
    struct Exception {
        u8 target_el = 1;
        Vector vector = Vector::Sync;
        TraceException trace = TraceException::Trap;
        u64 esr = 0;
        std::optional<u64> far = {}, hpfar = {};
        u64 return_address = 0;
    };

    struct Interrupt {
        u8 target_el;
        Vector vector;
        bool is_virtual;
    };

    /// Where an access goes, once translated and checked.
    struct Place {
        TlbData entry;
        u64 pa = 0;
        Bus::Page direct;
        bool walked = false; ///< the TLB did not have it
        u64 walk_cycles = 0;
    };

    /// What is being done where, for the syndrome of a fault.
    struct Doing {
        AccessKind kind;
        bool cache_maintenance = false;
        bool exclusive = false;
        u64 instruction_syndrome = 0;
    };

    // pe.cpp: reset, power, what follows from a change of registers
    void reset();
    void set_el(u8 el, bool sp_sel);
    u64& banked_sp(u8 el, bool sp_sel);
    void context_changed();
    void mode_changed();
    void trace_changed();
    void profiling_changed();
    void synchronize();
    void redirected();
    void signal(Observer::Signal which, u64 value);
    void charge(u64 cycles);
    void pass_time(u64 ps);
    void report(const std::string& what, u64 detail);

    bool secure_below() const;

    bool el2_enabled() const { return config_.has_el2 && !secure_below(); }

    u64 hcr() const;
    u64 visible_hcr() const;
    bool e2h() const;
    bool in_host() const; ///< HCR_EL2.{E2H,TGE} = {1,1}
    u64 sctlr() const;
    Regime regime() const;

    // pe_run.cpp: messages, interrupts, waiting
    void deliver();
    void recheck();
    void refresh_lines();
    void update_limit();
    u64 deadline_ps(u64 until_ps);
    std::optional<Interrupt> pending_interrupt();
    std::optional<Interrupt> physical(Vector vector) const;
    bool wakes_wfi();
    bool take_interrupt();
    bool awake(u64 until_ps, std::optional<u64>& next);
    std::optional<u64> next_stream_event(u64 ps) const;
    void catch_stream_events();
    bool step_due() const;
    Outcome run_until(u64 until_ps);
    Outcome step_taken();
    bool execute(u64 until_ps);

    // pe_exception.cpp
    void take(const Exception& exception);
    u8 route_el1() const; ///< EL1, or EL2 where HCR_EL2.TGE says so
    u8 same_or_el1() const;
    void synchronous(u8 ec, u64 iss, u8 target_el, TraceException trace,
                     std::optional<u64> far = {}, u64 return_offset = 0);
    void undefined_here();
    bool sysreg_trap(a64::SysKey key, unsigned rt, bool read, u8 target_el);
    std::optional<u8> fp_trap_target() const;
    bool fp_trap();
    std::optional<u8> wfx_trap_target(bool wfe) const;
    bool step_enabled() const;
    u8 debug_target() const;
    bool legal_return(u64 spsr) const;

    // pe_translation.cpp
    class Walker;
    Stage1Controls stage1(Regime regime) const;
    MmuFeatures mmu_features() const;
    MmuControls controls(Regime regime) const;
    TlbTag tag(const MmuControls& controls, bool fetch) const;
    void translation_changed();
    std::variant<Place, Fault> locate(u64 va, AccessKind kind);
    void fill(u64 va, const Place& place, AccessKind kind);
    void abort(u64 va, const Fault& fault, const Doing& doing);
    AccessKind data_kind(const a64::Access& access) const;
    bool read_faults_too(u64 va, AccessKind kind, const Fault& fault);
    Walked free_walk(const MmuControls& controls, u64 va, AccessKind kind);
    Walked executed_walk(const MmuControls& controls, u64 va, AccessKind kind);
    Walked buffer_walk(const MmuControls& controls, u64 va, AccessKind kind);
    void tell_walked(const MmuControls& controls, u64 va, AccessKind kind, const Walked& result,
                     std::span<const DescriptorRead> read);

    // pe_memory.cpp
    std::optional<Place> data_place(u64 va, const a64::Access& access, const Doing& doing);
    bool misaligned(u64 va, unsigned size, const a64::Access& access, const Doing& doing);
    bool external(BusStatus status, u64 latency_ps, u64 va, const Doing& doing);
    bool read_place(u64 va, const Place& place, void* data, unsigned bytes, const Doing& doing);
    bool write_place(u64 va, const Place& place, const void* data, unsigned bytes,
                     const Doing& doing);
    template <bool Write, class Data>
    bool transfer(u64 va, const a64::Access& access, unsigned bytes, Data* data);
    void profile_access(u64 va, const Place* place);
    void changed(u64 pa, unsigned bytes);
    void tell(Transaction::Kind kind, u64 va, u64 pa, const void* data, unsigned bytes,
              BusStatus status = BusStatus::Ok);
    Initiator initiator(bool instruction) const;
    u32 word_at_pc();

    // pe_sysreg.cpp and its parts by group
    sysreg::Resolution resolve(a64::SysKey key, bool write) const;
    bool access_refused(const sysreg::Resolution& r, a64::SysKey key, unsigned rt, bool read);
    bool present(Reg reg) const;
    static bool read_has_effect(Reg reg);
    bool kept(Reg reg) const;
    u64 read_computed(Reg reg);
    void write_computed(Reg reg, u64 value);
    u64 random();
    void written(Reg reg);
    void write_resolved(Reg reg, u64 value);
    u64 read_timer(Reg reg) const;
    void write_timer(Reg reg, u64 value);
    u64 pmu_mask() const;
    u64 read_pmu(Reg reg);
    void write_pmu(Reg reg, u64 value);

    bool counts_samples() const;
    Pmu::Totals totals() const;

    GicPort::Context gic_context() const;
    void mirror_gic();
    u64 isr() const;
    u64 ccsidr() const;
    u64 dczid() const;

    // pe_adversary.cpp
    void write_lagging(Reg reg, u64 value);
    u64 as_readers_see(Reg reg) const;
    void tell_buffer(Reg reg, u64 value);
    void land(const Adversary::Write& write);
    void land_all();
    void hostile_point();
    Walked walked_ahead(const MmuControls& controls, u64 va, AccessKind kind);

    // pe_instruction.cpp: system instructions
    bool tlbi(Reg reg, u64 value);
    bool address_translate(Reg reg, u64 va);
    bool maintain(Reg reg, u64 va);

    // pe_pointer_auth.cpp
    std::optional<PointerAuth::Key> enabled_key(a64::PacKey key) const;
    PointerAuth::Layout pointer_layout(u64 pointer, bool data, bool to_be_signed) const;
    bool pointer_auth_trapped();

    // pe_hint.cpp
    bool wait(Wait how, const TimeLimit* limit);
    void yield();

    // pe_psci.cpp
    void firmware_call();
    u64 psci(u32 function, u64 x1, u64 x2, u64 x3);
    s64 cpu_on(u64 affinity, u64 entry, u64 context);
    s64 affinity_info(u64 affinity, u64 level) const;

    const PeConfig config_;
    Bus& bus_;
    PageWatch& watch_;
    GicPort& gic_;
    System& system_;
    Marks* marks_;
    Observer* observer_;
    TracePort* trace_ = nullptr;
    ProfilingPort* profiling_ = nullptr;
    Clock clock_;

    a64::State state_;
    sysreg::File file_;
    std::array<u64, 4> sp_{}; ///< SP_ELx, but for the one in use
    Timers timers_;
    Pmu pmu_;
    Monitor monitor_;
    PointerAuth pointer_auth_;
    MessageQueue queue_;
    std::unique_ptr<Core> core_;
    std::unique_ptr<Adversary> adversary_; ///< null: writes reach everybody at once
    Witness* witness_ = nullptr;

    System::Power power_ = System::Power::Off;
    Wait wait_ = Wait::None;
    std::optional<u64> wait_until_ps_; ///< of WFET and WFIT
    bool annotated_, logging_ = false;
    Transactions transactions_ = Transactions::None;
    bool executing_ = false; ///< inside run()
    bool stop_ = false, yield_ = false;
    bool arrived_ = false;   ///< an exception or ERET has set the PC to where execution goes on
    bool event_ = false;     ///< the event register
    u64 random_ = 0;         ///< state of RNDR
    u64 traced_ = 0;         ///< instructions, up to when the trace unit stopped last
    u64 traced_from_ = 0;    ///< and when it began
    u64 stream_seen_ps_ = 0; ///< the event stream has been looked at up to here
    bool stepped_ = false;   ///< software step: an instruction was executed, for ESR.ISS.ISV
    bool stepped_exclusive_ = false;
    bool debug_step_ = false; ///< a debugger wants one instruction
    bool halted_ = false;     ///< a debugger has stopped it in the middle of a run of instructions
    DebugStop debug_stop_;
    a64::DebugPoints debug_points_;
    u64 shootdown_ps_ = 0;        ///< when the TLBIs sent so far are complete everywhere
    u64 until_ps_ = 0;            ///< of the current run()
    std::optional<u64> timer_ps_; ///< next expiry
    bool timers_written_ = true;  ///< and their lines must be computed anew
    u64 late_ = 0;
    MmuFeatures mmu_features_; ///< as the ID registers have them
    MmuControls controls_;     ///< of the current regime
    u8 ppi_levels_ = 0;    ///< what the timers and the PMU have driven, by Timers::Timer, then PMU
    GicPort::Lines lines_; ///< as the observer has been told
    std::array<u64, 12> signalled_{};

    struct {
        u64 va = 0;
        const u8* host = nullptr;
    } atomic_; ///< the access whose second half `wrote` tells of

    std::set<std::pair<std::string, u64>> reported_;
    std::function<void(u64)> notify_;
};

} // namespace sl::pe
