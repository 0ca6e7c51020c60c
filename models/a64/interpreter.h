// SPDX-License-Identifier: MIT
#pragma once

#include "a64/interpreter_memory.h"

namespace sl::a64 {

/// Evaluates semantics at once: a Value is the guest's value itself. Lives in registers only: every
/// member is inlined into the handler, which tail calls the next operation.
///
/// Hot handlers have no calls in them, and so no stack frame. Where a hot access misses the
/// software TLB, the instruction is given up before it has changed anything, and its full handler
/// (`Full`) executes it from the start: that one makes all accesses through the Environment, and
/// reports waypoints, which is what traced blocks use it for.
template <bool Full>
class Interpreter : public InterpreterMemory<Full> {
public:
    using typename InterpreterValues::Value;
    using InterpreterMemory<Full>::InterpreterMemory;

    // ---- Control -------------------------------------------------------------------------------

    /// The address of the next instruction.
    Value return_address() { return s_->pc + 4 * (u64{op_->index} + 1); }

    template <unsigned Width>
    Value pc_relative(Offset<Width>)
    {
        return s_->pc + op_->imm;
    }

    /// An address relative to the PC, with the immediate in bytes (ADR).
    template <class Operand>
    Value pc_relative_bytes(Operand)
    {
        return s_->pc + op_->imm;
    }

    /// An address relative to the PC's page (ADRP).
    template <class Operand>
    Value page_relative(Operand)
    {
        return (s_->pc & page_mask) + op_->imm;
    }

    template <unsigned Width>
    void branch(Offset<Width>, Waypoint::Kind kind)
    {
        if constexpr (Full)
            next_ = slow::traced_branch(s_, op_, h_, kind, true);
        else
            take_branch();
    }

    template <unsigned Width>
    void branch_if(Value condition, Offset<Width>)
    {
        if constexpr (Full)
            next_ = slow::traced_branch(s_, op_, h_, Waypoint::Kind::Direct, condition != 0);
        else if (condition != 0)
            take_branch();
        else
            next_ = op_ + 2;
    }

    void jump(Value target, Waypoint::Kind kind)
    {
        if constexpr (Full) {
            next_ = slow::traced_jump(s_, op_, h_, kind, target);
        } else {
            const Op* link = op_ + 1;
            h_->cycles += link->cost;
            h_->instructions += link->index;
            s_->pc = target;
            next_ = a64::jump(s_, h_);
        }
    }

    template <class Operand>
    void call(Call what, Operand)
    {
        next_ = slow::call(s_, op_, h_, what, static_cast<u16>(op_->imm));
    }

    void eret() { next_ = slow::eret(s_, op_, h_); }

    // ---- System --------------------------------------------------------------------------------
    // The key of a system instruction is its Imm operand, bits 20:5 of the word.

    template <class Operand, class R>
    bool read_sysreg(Operand, R, Value& v)
    {
        if (!go_on(slow::read_sysreg(s_, op_, h_, key(), op_->r[R::role])))
            return false;
        v = h_->buffer[0];
        return true;
    }

    template <class Operand, class R>
    void write_sysreg(Operand, R, Value v)
    {
        go_on(slow::write_sysreg(s_, op_, h_, key(), op_->r[R::role], v));
    }

    /// MSR (immediate): op1:op2 in Extra, the immediate in Imm.
    template <class Field, class Operand>
    void write_pstate(Field, Operand)
    {
        const unsigned op1 = op_->extra >> 3, op2 = op_->extra & 7;
        go_on(slow::write_pstate(s_, op_, h_, op1, op2, static_cast<unsigned>(op_->imm)));
    }

    template <class Operand, class R>
    void sys(Operand, R, Value v)
    {
        go_on(slow::sys(s_, op_, h_, key(), op_->r[R::role], v));
    }

    template <class Operand, class R>
    bool sysl(Operand, R, Value& v)
    {
        if (!go_on(slow::sysl(s_, op_, h_, key(), op_->r[R::role])))
            return false;
        v = h_->buffer[0];
        return true;
    }

    template <class Operand>
    void barrier(Barrier kind, Operand)
    {
        next_ = slow::barrier(s_, op_, h_, kind, static_cast<unsigned>(op_->imm));
    }

    template <class Operand>
    void hint(Operand)
    {
        go_on(slow::hint(s_, op_, h_, static_cast<unsigned>(op_->imm)));
    }

    template <class R>
    void wait_until(bool event, R, Value count)
    {
        go_on(slow::wait_until(s_, op_, h_, event, op_->r[R::role], count));
    }

    /// For EffectsMachine.
    void is(CostClass) {}

private:
    using InterpreterValues::go_on;
    using InterpreterValues::h_;
    using InterpreterValues::next_;
    using InterpreterValues::op_;
    using InterpreterValues::s_;

    SysKey key() const { return {static_cast<u16>(op_->imm)}; }

    [[gnu::always_inline]] void take_branch()
    {
        const Op* link = op_ + 1;
        const u64 cycles = h_->cycles + link->cost;
        h_->cycles = cycles;
        h_->instructions += link->index;
        s_->pc += op_->imm;
        next_ = cycles >= h_->until ? &leave : link->next;
    }
};

} // namespace sl::a64
