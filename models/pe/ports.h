// SPDX-License-Identifier: MIT
#pragma once

#include "a64/environment.h"
#include "common/bus.h"
#include "common/types.h"
#include "pe/translation.h"

#include <functional>
#include <optional>

namespace sl::sysreg {
enum class Reg : u16;
}

namespace sl::pe {

using sysreg::Reg;

/// Work for a PE that another part of the system starts at a known time: delivered when the PE's
/// own time reaches `at_ps`, never before. Messages of one time are delivered in order of `from`,
/// then of posting. The PE re-reads its interrupt lines after each.
class Inbox {
public:
    virtual ~Inbox() = default;

    /// `from` orders messages of equal time: the sender's PE number, or 0x100 upwards for devices.
    /// A time that has passed is delivered at once, and counted as late.
    virtual void post(u64 at_ps, unsigned from, std::function<void()> action) = 0;
};

/// The GIC's CPU interface of one PE, physical and virtual.
class GicPort {
public:
    virtual ~GicPort() = default;

    /// From where an ICC_*, ICV_* or ICH_* access is made. Traps have been taken before.
    struct Context {
        u8 el = 1;
        bool secure = false;
        bool virtual_group0 = false; ///< EL1 with HCR_EL2.FMO: group 0 names are ICV_*
        bool virtual_group1 = false; ///< EL1 with HCR_EL2.IMO: group 1 names are ICV_*
        // SCR_EL3, as it reads without EL3.
        bool scr_ns = true;   ///< SCR_EL3.NS: whose banked registers EL3 sees
        bool scr_fiq = false; ///< SCR_EL3.FIQ: group 0 belongs to EL3
        bool scr_irq = false; ///< SCR_EL3.IRQ
        u64 now_ps = 0;
    };

    /// False: this GIC has no such register (more list registers or active priorities than it is
    /// built with), and an access is UNDEFINED.
    virtual bool implements(Reg) const { return true; }

    /// `reg` is the register as resolved (the ICC_ name; ICH_ for EL2's). Reads may have effects
    /// (IAR).
    virtual u64 read(Reg reg, const Context& context) = 0;
    virtual void write(Reg reg, u64 value, const Context& context) = 0;

    struct Lines {
        bool irq = false, fiq = false, virq = false, vfiq = false;

        bool operator==(const Lines&) const = default;
    };

    /// Levels at the PE now. Whether a group signals as IRQ or FIQ depends on EL and security
    /// state.
    virtual Lines lines(u8 el, bool secure) const = 0;

    /// Level of a private interrupt (INTID 16..31) that the PE itself drives.
    virtual void ppi(unsigned intid, bool level, u64 now_ps) = 0;
};

/// What a trace unit and its buffer see of the PE they belong to. Reading has no effect.
class PeView {
public:
    virtual ~PeView() = default;

    virtual unsigned number() const = 0;
    virtual u8 el() const = 0;
    virtual bool secure() const = 0;
    /// A register as indirect readers see it now. OSLSR_EL1 included.
    virtual u64 visible(Reg reg) const = 0;
    /// Where execution goes on after what is being done now: behind the instruction that executes
    /// (MSR, ISB, TSB CSYNC); after an exception or ERET has changed the state, its target.
    virtual u64 next_pc() const = 0;
    /// The number of the instruction that executes there, counted from 0.
    virtual u64 next_instruction() const = 0;
    virtual u64 cycle() const = 0;
    virtual u64 now_ps() const = 0;
    virtual u64 physical_count() const = 0;
    /// Translates for somebody else than the instruction stream: full fault information, no
    /// syndrome written, no exception. For El10 uses the current ASID, VMID and stage 2.
    virtual Translated translate(Regime regime, u64 va, AccessKind kind) = 0;
    /// Stage 2 alone with the current VMID, for an intermediate physical address; the address
    /// itself while stage 2 is off.
    virtual Translated translate_ipa(u64 ipa, AccessKind kind) = 0;
    virtual Bus& bus() = 0;
    /// The PE waits that long: the trace unit's FIFO is full. Called from TracePort's calls only.
    virtual void stall(u64 ps) = 0;
    /// Level of a private interrupt (TRBE).
    virtual void ppi(unsigned intid, bool level) = 0;
    /// The trace or profiling buffer has written `bytes` bytes through `bus`: for whoever records
    /// transactions.
    virtual void trace_written(u64 va, u64 pa, const void* data, unsigned bytes,
                               BusStatus status) = 0;
};

/// Exceptions as the ETE's Exception element numbers them (DDI 0487, ETE, TYPE).
enum class TraceException : u8 {
    Reset = 0,
    DebugHalt = 1,
    Call = 2,
    Trap = 3,
    SystemError = 4,
    InstructionDebug = 6,
    DataDebug = 7,
    Alignment = 10,
    InstructionFault = 11,
    DataFault = 12,
    Irq = 14,
    Fiq = 15,
};

/// Trace unit (ETE/ETM) and trace buffer (TRBE) of one PE.
class TracePort {
public:
    virtual ~TracePort() = default;

    /// False: this unit has no such register (more resources than it is built with), and an access
    /// is UNDEFINED.
    virtual bool implements(Reg) const { return true; }

    /// TRC* and TRB* registers; access rules have been applied before.
    virtual u64 read(Reg reg) = 0;
    virtual void write(Reg reg, u64 value) = 0;

    /// Something that indirect readers see has changed: EL, security state, TRFCR_ELx, MDCR_ELx,
    /// HCR_EL2, CONTEXTIDR_ELx, VTTBR_EL2. Called after the change.
    virtual void context_changed() = 0;
    /// A context synchronization event: ISB, exception entry, exception return. Called when all
    /// else of it has been done: after `waypoint` for an ISB; after the change of state for the
    /// others. Trace starts and stops here only, so `tracing` changes here.
    virtual void synchronized() = 0;
    /// Blocks must report waypoints: the unit is enabled and, at the last context synchronization
    /// event, trace was not prohibited.
    virtual bool tracing() const = 0;
    /// Trace is prohibited now (FEAT_TRF, ownership of the buffer): for the observer.
    virtual bool prohibited() const = 0;

    /// The instruction has executed, or (Isb) is about to: WFI and WFE once they are not trapped.
    virtual void waypoint(const a64::Waypoint& waypoint) = 0;

    /// Where direct branches are noted meanwhile; null: nowhere.
    virtual a64::NotedBranches* noted_branches() { return nullptr; }

    /// The PE is still seen in the state it leaves. `return_address` is the preferred one. Called
    /// whether `tracing` or not, as is `exception_return`.
    virtual void exception(TraceException type, u64 return_address) = 0;
    /// ERET at `pc`, whose target is `target`; called before the change of state.
    virtual void exception_return(u64 pc, u64 target) = 0;

    /// The buffer may use this moment to translate any page of its range: it is enabled, and an
    /// adversary wants to know what becomes of that. It keeps what PeView::translate gives it.
    virtual void translate_ahead() {}

    /// TSB CSYNC: completes operations of the trace unit up to now; the ps that the PE waits.
    virtual u64 trace_sync() = 0;
    virtual void reset() = 0;
};

/// Statistical Profiling (FEAT_SPE) of one PE: chooses instructions and records what they do.
class ProfilingPort {
public:
    virtual ~ProfilingPort() = default;

    /// The computed registers among PMS* and PMB*; access rules have been applied before.
    virtual u64 read(Reg reg) = 0;
    virtual void write(Reg reg, u64 value) = 0;

    /// Something that decides about profiling has changed: EL, security state, PMSCR_ELx,
    /// PMSIRR_EL1, MDCR_ELx, HCR_EL2. Called after the change.
    virtual void context_changed() = 0;

    /// The number of the instruction before which `reached` must be called.
    virtual std::optional<u64> next() const = 0;

    /// An instruction that has been reached and not executed.
    struct Instruction {
        u64 number;
        u64 pc;
        u32 word;
        u64 nzcv; ///< as in PSTATE
    };

    /// No effect on the PE but by its PeView.
    virtual void reached(const Instruction& instruction) = 0;
    /// The last one reached is being sampled: what it does is to be told.
    virtual bool sampling() const = 0;

    /// Its first access to memory; without `pa`, it turned out not to be made.
    struct Access {
        u64 va = 0;
        std::optional<u64> pa = {};
        bool ns = true;
        bool device = false;
        bool walked = false; ///< it missed the TLB
        u64 walk_cycles = 0;
    };

    virtual void access(const Access& access) = 0;

    /// The PE is about to take an exception and is still seen in the state it leaves. `executed`
    /// instructions have been counted. `synchronous` ones come from the instruction at `pc`.
    virtual void exception(u64 executed, u64 pc, bool synchronous) = 0;

    /// Counts for the PMU, with `executed` instructions counted.
    struct Counts {
        u64 population; ///< instructions that might have been sampled
        u64 samples;    ///< begun
        u64 filtrates;  ///< completed and not rejected by a filter
    };

    virtual Counts counts(u64 executed) const = 0;

    /// An adversary lets the buffer, if it is enabled, translate pages of its range now.
    virtual void translate_ahead() = 0;

    /// PSB CSYNC: all records up to now are on their way to memory.
    virtual void synchronize() = 0;
    /// When those records are there: what a DSB waits for.
    virtual u64 landed_ps() const = 0;
    virtual void reset() = 0;
};

} // namespace sl::pe
