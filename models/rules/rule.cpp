// SPDX-License-Identifier: MIT
#include "rules/rule.h"

#include "sysreg/tables.h"

#include <array>
#include <cassert>

namespace sl::rules {

namespace {

constexpr std::array<Rule, static_cast<std::size_t>(RuleId::Count)> table{{
    {RuleId::TrbeRegimeChanged, "TRBE-REGIME-CHANGED", "trace buffer",
     "disable the buffer before the translation regime of its owner changes: an enabled one may "
     "translate at any time, even while the owner is out of context",
     "DDI 0487 R_SJFRQ, R_BSMLW", "the buffer was enabled by"},
    {RuleId::TrbeOwnerChanged, "TRBE-OWNER-CHANGED", "trace buffer",
     "change who owns the buffer (MDCR_EL2.E2TB, MDCR_EL3.NSTB) only while it is disabled",
     "DDI 0487 R_DPGJG, R_HBZNT, R_PFJJZ", "the buffer was enabled by"},
    {RuleId::TrbeEnableUnsync, "TRBE-ENABLE-UNSYNC", "trace buffer",
     "synchronize what the buffer works with before TRBLIMITR_EL1.E is set",
     "DDI 0487 S_DSSHH, R_PFJJZ", "not synchronized since"},
    {RuleId::TrbeWriteEnabled, "TRBE-WRITE-ENABLED", "trace buffer",
     "write the buffer's registers only while it is disabled: an enabled one may ignore it",
     "DDI 0487 R_DJMDD", "the buffer was enabled by"},
    {RuleId::TrbeUndrained, "TRBE-UNDRAINED", "trace buffer",
     "drain before the buffer is disabled, with TSB CSYNC and a DSB: a disabled buffer discards",
     "DDI 0487 R_HNTLG, R_VLWDM", "not completed since"},
    {RuleId::TrbePointer, "TRBE-POINTER", "trace buffer",
     "enable the buffer only with an aligned pointer in its range: others may write anywhere",
     "DDI 0487 R_MSPSD, R_XXZHM, R_MGZWR", "the pointer was set by"},
    {RuleId::TrfTsbUnsync, "TRF-TSB-UNSYNC", "trace unit",
     "synchronize a change of the filter before TSB CSYNC, which else may come before it",
     "DDI 0487 R_CKVWP, R_NRLDV", "not synchronized since"},
    {RuleId::TsbResultUnsync, "TSB-RESULT-UNSYNC", "trace buffer",
     "synchronize after TSB CSYNC before its outcome is read", "DDI 0487 R_VTNCS, I_NRQQF",
     "not synchronized since"},
    {RuleId::TrcNotIdle, "TRC-NOT-IDLE", "trace unit",
     "program the trace unit only when it is disabled and idle, and read TRCSTATR only "
     "synchronized",
     "IHI 0064, Synchronization when using system instructions to program the trace unit",
     "the unit was last told by"},
    {RuleId::SpeRegimeChanged, "SPE-REGIME-CHANGED", "profiling buffer",
     "disable the profiling buffer before the translation regime of its owner, or the owner, "
     "changes",
     "DDI 0487, The Statistical Profiling Extension, owning translation regime",
     "the buffer was enabled by"},
    {RuleId::SpeOrder, "SPE-ORDER", "profiling buffer",
     "stop sampling, synchronize, PSB CSYNC, DSB, and only then disable the buffer; enable it, "
     "and sampling, synchronized",
     "DDI 0487, The Statistical Profiling Extension, synchronization", "not completed since"},
    {RuleId::WalkInFlight, "WALK-IN-FLIGHT", "table walker",
     "complete walks begun before the exception with a DSB, before the EL1&0 regime changes",
     "DDI 0487 R_LFHQG", "walks may go on since"},
    {RuleId::TlbStale, "TLB-STALE", "TLB",
     "make a descriptor invalid, DSB, invalidate what was made from it (TLBI), DSB, and only then "
     "write another or rely on the change",
     "DDI 0487, TLB maintenance requirements; break-before-make; R_GQJMC, I_MZQPT",
     "the entry was made, or has been stale, since"},
    {RuleId::GuestTrapsOpen, "GUEST-TRAPS-OPEN", "guest",
     "trap a guest's accesses to trace and profiling registers (MDCR_EL2.TTRF, E2TB, E2PB, "
     "CPTR_EL2.TTA)",
     "DDI 0487 MDCR_EL2, CPTR_EL2", "the trap was last written by"},
    {RuleId::AbsentOrAliased, "ABSENT-OR-ALIASED", "hypervisor",
     "access only trace and profiling registers that are there, are not kept by a higher level, "
     "and by a name that reaches them",
     "DDI 0487 TRBIDR_EL1.P, PMBIDR_EL1.P, HCR_EL2.E2H", "entered by"},
}};

} // namespace

std::span<const Rule> all_rules()
{
    return table;
}

const Rule& rule(RuleId id)
{
    const Rule& found = table[static_cast<std::size_t>(id)];
    assert(found.id == id);
    return found;
}

std::string Site::text() const
{
    const auto name = [this] { return std::string{sysreg::describe(reg).name}; };
    switch (kind) {
    case Kind::Write:
        return "MSR " + name();
    case Kind::Read:
        return "MRS " + name();
    case Kind::TraceSync:
        return "TSB CSYNC";
    case Kind::ProfilingSync:
        return "PSB CSYNC";
    case Kind::Exception:
        return "exception";
    case Kind::Return:
        return "ERET";
    case Kind::Translation:
        return "translation";
    case Kind::Store:
        return "store to a descriptor";
    case Kind::None:
        break;
    }
    return "reset";
}

} // namespace sl::rules
