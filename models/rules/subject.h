// SPDX-License-Identifier: MIT
#pragma once

#include "pe/mmu.h"
#include "sysreg/features.h"
#include "sysreg/registers.gen.h"

#include <optional>

namespace sl::rules {

/// The PE whose software is checked. Asking has no effect.
class Subject {
public:
    virtual ~Subject() = default;

    virtual unsigned number() const = 0;
    virtual u64 pc() const = 0;
    virtual u8 el() const = 0;
    virtual u64 cycle() const = 0;
    virtual const sysreg::Features& features() const = 0;
    /// As a direct read gives it.
    virtual u64 direct(sysreg::Reg reg) = 0;
    /// A privileged write of the regime at `va`, under the registers as they are written.
    virtual pe::Translated translate(pe::Regime regime, u64 va) = 0;
    /// From tables, under the registers as their readers see them.
    virtual pe::Walked walk(pe::Regime regime, u64 va, pe::AccessKind kind) = 0;
    /// What memory holds, or nothing where there is none.
    virtual std::optional<u64> word(u64 pa, bool secure) = 0;
    /// Accesses to [va, va + size) are told again, each.
    virtual void see_again(u64 va, u64 size) = 0;
    /// Trace is still made, or has been made and not reached the buffer.
    virtual bool trace_waits() const = 0;
};

} // namespace sl::rules
