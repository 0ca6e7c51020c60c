// SPDX-License-Identifier: MIT
#pragma once

#include "pe/pe.h"
#include "rules/subject.h"
#include "trace/trace_unit.h"

namespace sl::rules {

/// A PE of the platform, with the trace unit that it may have.
class PeSubject final : public Subject {
public:
    PeSubject(pe::Pe& pe, const trace::TraceUnit* unit)
        : pe_{pe},
          unit_{unit}
    {
    }

    unsigned number() const override { return pe_.number(); }

    u64 pc() const override { return pe_.state().pc; }

    u8 el() const override { return pe_.el(); }

    u64 cycle() const override { return pe_.cycle(); }

    const sysreg::Features& features() const override { return pe_.config().features; }

    u64 direct(sysreg::Reg reg) override { return pe_.peek_register(reg); }

    pe::Translated translate(pe::Regime regime, u64 va) override
    {
        return pe_.translate_as_written(regime, va, {.write = true});
    }

    pe::Walked walk(pe::Regime regime, u64 va, pe::AccessKind kind) override
    {
        return pe_.walk_again(regime, va, kind);
    }

    std::optional<u64> word(u64 pa, bool secure) override { return pe_.peek_word(pa, secure); }

    void see_again(u64 va, u64 size) override { pe_.forget_inline(va, size); }

    bool trace_waits() const override { return unit_ && unit_->undrained(); }

private:
    pe::Pe& pe_;
    const trace::TraceUnit* unit_;
};

} // namespace sl::rules
