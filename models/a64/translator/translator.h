// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/hot.h"
#include "a64/op.h"
#include "a64/row.h"
#include "a64/state.h"

#include <asmjit/x86.h>

#include <memory>
#include <span>
#include <vector>

namespace sl::a64 {

/// Records semantics as x86-64 code. A Value names the host register that will hold the guest's
/// value when the code runs: there is nothing in it to decide by. Registers are handed out in order
/// and taken back after each instruction.
class Translator {
public:
    class Value {
        friend class Translator;

        explicit Value(asmjit::x86::Gp reg)
            : reg_{reg}
        {
        }

        asmjit::x86::Gp reg_;
    };

    explicit Translator(asmjit::x86::Assembler& as)
        : as_{as}
    {
    }

    /// Begins the instruction decoded in `op`.
    void begin(const Op& op);

    Value constant(u64 v);

    template <class Operand>
    Value imm(Operand)
    {
        return constant(op_->imm);
    }

    template <class Operand>
    Value extra(Operand)
    {
        return constant(op_->extra);
    }

    template <class R>
    Value read(R, unsigned width)
    {
        return read_slot(op_->r[R::role], width);
    }

    template <class R>
    void write(R, unsigned width, Value v)
    {
        write_slot(op_->r[R::role], width, v);
    }

    Value add(Value a, Value b, unsigned width);
    Value sub(Value a, Value b, unsigned width);
    Value and_(Value a, Value b);
    Value or_(Value a, Value b);
    Value eor(Value a, Value b);
    Value not_(Value a, unsigned width);
    Value lsl(Value a, Value amount, unsigned width);
    Value lsr(Value a, Value amount, unsigned width);
    Value asr(Value a, Value amount, unsigned width);
    Value ror(Value a, Value amount, unsigned width);
    Value mul(Value a, Value b, unsigned width);
    Value udiv(Value a, Value b, unsigned width);
    Value add_flags(Value a, Value b, unsigned width);
    Value sub_flags(Value a, Value b, unsigned width);
    void logic_flags(Value v, unsigned width);

    /// For EffectsMachine.
    void is(CostClass) {}

private:
    using Gp = asmjit::x86::Gp;
    using InstId = asmjit::InstId;

    Gp scratch();
    Value copy(Value v);
    Value binary(InstId id, Value a, Value b, unsigned width);
    Value shift(InstId id, Value a, Value amount, unsigned width);
    Value read_slot(unsigned slot, unsigned width);
    void write_slot(unsigned slot, unsigned width, Value v);
    void store_flags(bool carry_is_inverted);

    asmjit::x86::Assembler& as_;
    const Op* op_ = nullptr;
    unsigned next_ = 0;
};

/// Which semantic functions have all their operations in Translator; the others are called.
template <class Semantics>
inline constexpr bool has_emitter = false;

struct TranslatorTarget {
    struct Binding {
        void (*emit)(Translator&);
    };

    template <Pattern P, class Semantics, u32... Static>
    static constexpr Binding bind()
    {
        if constexpr (has_emitter<Semantics>)
            return from<Semantics, Static...>(&Semantics::template run<Translator, Static...>);
        else
            return {nullptr};
    }

private:
    template <class Semantics, u32... Static>
    struct Emit {
        template <class... Params>
        static void emit(Translator& m)
        {
            Semantics::template run<Translator, Static...>(m, Params{}...);
        }
    };

    template <class Semantics, u32... Static, class... Params>
    static constexpr Binding from(void (*)(Translator&, Params...))
    {
        return {Emit<Semantics, Static...>::template emit<Params...>};
    }
};

/// Host code for a straight run of instructions. What has no emitter is a call of the interpreter's
/// handler, so every instruction is translated.
class Translation {
public:
    Translation(std::span<const u32> words, Parts features);
    ~Translation();
    Translation(const Translation&) = delete;
    Translation& operator=(const Translation&) = delete;

    void run(State& state, Hot& hot) const;

    /// Instructions that have become code of their own.
    unsigned emitted() const { return emitted_; }

private:
    /// An instruction to be called, and what its handler goes on to.
    struct Called {
        Op op, end;
    };

    asmjit::JitRuntime runtime_;
    void (*code_)(State*, Hot*) = nullptr;
    std::vector<std::unique_ptr<Called>> called_;
    unsigned emitted_ = 0;
};

} // namespace sl::a64
