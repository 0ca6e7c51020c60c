// SPDX-License-Identifier: MIT
#pragma once

#include "a64/environment.h"
#include "pe/tlb.h"
#include "sysreg/registers.gen.h"

#include <span>

namespace sl::pe {

/// A translation that a PE, or a buffer of it, has made for an access.
struct Lookup {
    Regime regime;
    const TlbTag& tag;
    u64 va;
    AccessKind kind;
    const TlbData* entry;                 ///< null: it has faulted
    std::span<const DescriptorRead> read; ///< in order; nothing: no walk was needed
};

/// Sees what software does to system registers, in order with barriers and exceptions. Seeing has
/// no effect. Each call comes while the PE's PC is still that of the instruction, unless it says
/// otherwise.
class Witness {
public:
    virtual ~Witness() = default;

    /// MSR: the register's value as direct reads give it, before and after.
    virtual void wrote(sysreg::Reg reg, u64 before, u64 after) = 0;
    /// MRS.
    virtual void read(sysreg::Reg reg) = 0;
    /// An MSR or MRS that names `named` has reached `reached`, because HCR_EL2.E2H is 1.
    virtual void renamed(sysreg::Reg named, sysreg::Reg reached, bool write) = 0;
    /// An MSR or MRS is about to end in an exception: UNDEFINED, or a trap.
    virtual void refused(sysreg::Reg named, bool write) = 0;
    /// ISB, DSB, DMB; behind the instruction's effects.
    virtual void barrier(a64::Barrier kind) = 0;
    /// TSB CSYNC, behind its effects.
    virtual void trace_synced() = 0;
    /// PSB CSYNC.
    virtual void profiling_synced() = 0;
    /// An exception is about to be taken: PC and EL are those that it leaves.
    virtual void entering(unsigned to_el) = 0;
    /// An ERET is about to go to `to_el`.
    virtual void returning(unsigned to_el) = 0;
    /// After an exception or a return: a context synchronization event.
    virtual void redirected() = 0;
    /// An address has been translated; not told of accesses that the engine makes by itself.
    virtual void looked_up(const Lookup& lookup) = 0;
    /// Must each access to the page at `va` be told?
    virtual bool minds(u64 va) const = 0;
    /// Memory was written; not told of accesses that the engine makes by itself.
    virtual void stored(u64 pa, unsigned bytes) = 0;
    /// TLBI, behind its effects; `everywhere`: it is sent to all PEs.
    virtual void invalidated(const TlbInvalidate& what, bool everywhere) = 0;
};

} // namespace sl::pe
