// SPDX-License-Identifier: MIT
#pragma once

#include "a64/alu.h"
#include "a64/cost.h"
#include "a64/fp/status.h"
#include "a64/machine.h"

namespace sl::a64 {

/// The interpreter's part that needs nothing but the PE's registers: values, vectors, flags.
class InterpreterValues {
public:
    using Value = u64;
    using Vector = VectorValue<Value>;

    [[gnu::always_inline]] InterpreterValues(State* s, const Op* op, Hot* h)
        : s_{s},
          op_{op},
          h_{h},
          next_{op + 1}
    {
    }

    /// The operation to go on with.
    [[gnu::always_inline]] const Op* next() const { return next_; }

    /// The instruction was given up: the full handler must execute it.
    [[gnu::always_inline]] bool missed() const { return missed_; }

    // ---- Values --------------------------------------------------------------------------------

    Value constant(u64 v) { return v; }

    template <class Operand>
    Value imm(Operand)
    {
        return op_->imm;
    }

    template <class Operand>
    Value extra(Operand)
    {
        return op_->extra;
    }

    template <class R>
    Value read(R, unsigned width)
    {
        return trim(s_->x[op_->r[R::role]], width);
    }

    template <class R>
    void write(R, unsigned width, Value v)
    {
        s_->x[op_->r[R::role]] = trim(v, width);
    }

    template <unsigned Slot>
    Value read(Implicit<Slot>, unsigned width)
    {
        return trim(s_->x[Slot], width);
    }

    template <unsigned Slot>
    void write(Implicit<Slot>, unsigned, Value v)
    {
        s_->x[Slot] = v;
    }

    /// Base register of an access: SP is checked for alignment where that is in force.
    template <Role R>
    Value base(RegSp<R> r)
    {
        return read(r, 64);
    }

    template <Role R>
    Vector read_vector(Vec<R>)
    {
        const VReg& v = s_->vreg[op_->r[R]];
        return {v.lo, v.hi};
    }

    template <Role R>
    void write_vector(Vec<R>, Vector v)
    {
        s_->vreg[op_->r[R]] = {v.lo, v.hi};
    }

    /// The same of the `k`-th register after it; after V31 comes V0.
    template <Role R>
    Vector read_vector(Vec<R>, unsigned k)
    {
        const VReg& v = s_->vreg[(op_->r[R] + k) % 32];
        return {v.lo, v.hi};
    }

    template <Role R>
    void write_vector(Vec<R>, unsigned k, Vector v)
    {
        s_->vreg[(op_->r[R] + k) % 32] = {v.lo, v.hi};
    }

    // ---- Arithmetic ----------------------------------------------------------------------------

    Value add(Value a, Value b, unsigned width) { return trim(a + b, width); }

    Value sub(Value a, Value b, unsigned width) { return trim(a - b, width); }

    /// a + b + PSTATE.C.
    Value adc(Value a, Value b, unsigned width) { return trim(a + b + s_->c, width); }

    Value and_(Value a, Value b) { return a & b; }

    Value or_(Value a, Value b) { return a | b; }

    Value eor(Value a, Value b) { return a ^ b; }

    Value not_(Value a, unsigned width) { return trim(~a, width); }

    // Shifts: the amount is below the width.
    Value lsl(Value a, Value amount, unsigned width) { return trim(a << amount, width); }

    Value lsr(Value a, Value amount, unsigned) { return a >> amount; }

    Value asr(Value a, Value amount, unsigned width) { return alu::asr(a, amount, width); }

    Value ror(Value a, Value amount, unsigned width) { return alu::ror(a, amount, width); }

    Value mul(Value a, Value b, unsigned width) { return trim(a * b, width); }

    Value smulh(Value a, Value b) { return alu::smulh(a, b); }

    Value umulh(Value a, Value b) { return alu::umulh(a, b); }

    Value udiv(Value a, Value b, unsigned) { return b == 0 ? 0 : a / b; }

    Value sdiv(Value a, Value b, unsigned width) { return alu::sdiv(a, b, width); }

    Value clz(Value a, unsigned width) { return alu::clz(a, width); }

    Value cls(Value a, unsigned width) { return alu::cls(a, width); }

    Value rbit(Value a, unsigned width) { return alu::rbit(a, width); }

    /// Reverses the bytes of each `container` bits.
    Value rev(Value a, unsigned container, unsigned width) { return alu::rev(a, container, width); }

    /// CRC-32 of the low `bits` of `data`, with the polynomial of CRC32C if `castagnoli`.
    Value crc32(Value acc, Value data, unsigned bits, bool castagnoli)
    {
        return alu::crc32(static_cast<u32>(acc), data, bits, castagnoli);
    }

    /// The low `bits` of `a`, extended to `width`.
    Value sext(Value a, unsigned bits, unsigned width) { return trim(sign_extend(a, bits), width); }

    Value zext(Value a, unsigned bits) { return a & ones(bits); }

    // ---- Lanes ---------------------------------------------------------------------------------

    /// F::apply(saturated, operands...): a function of vectors and values that knows nothing of the
    /// PE. Where it sets `saturated`, FPSR.QC is set.
    template <class F, class... Operands>
    auto map(Operands... operands)
    {
        bool saturated = false;
        const auto result = F::apply(saturated, operands...);
        if (saturated)
            s_->fpsr |= fp::fpsr_qc;
        return result;
    }

    /// F::apply(status, operands...): the same of floating point, under FPCR.
    template <class F, class... Operands>
    auto map_fp(Operands... operands)
    {
        fp::Status status{s_->fpcr, s_->fpsr};
        const auto result = F::apply(status, operands...);
        s_->fpsr = status.fpsr;
        return result;
    }

    // ---- Flags ---------------------------------------------------------------------------------

    Value add_flags(Value a, Value b, unsigned width)
    {
        return width == 32 ? add_flags_as<u32, s32>(a, b) : add_flags_as<u64, s64>(a, b);
    }

    Value sub_flags(Value a, Value b, unsigned width)
    {
        return width == 32 ? sub_flags_as<u32, s32>(a, b) : sub_flags_as<u64, s64>(a, b);
    }

    Value adc_flags(Value a, Value b, unsigned width)
    {
        const alu::Sum sum = alu::add_with_carry(a, b, s_->c, width);
        s_->set_nzcv(u64{sum.nzcv} << 28);
        return sum.value;
    }

    /// N and Z of a logical result; C and V are cleared.
    void logic_flags(Value v, unsigned width)
    {
        s_->n = (v >> (width - 1)) & 1;
        s_->z = v == 0;
        s_->c = s_->v = 0;
    }

    /// The flags of a sum or difference, N in bit 3, unset.
    Value add_nzcv(Value a, Value b, unsigned width)
    {
        return alu::add_with_carry(a, b, 0, width).nzcv;
    }

    Value sub_nzcv(Value a, Value b, unsigned width)
    {
        return alu::add_with_carry(a, trim(~b, width), 1, width).nzcv;
    }

    /// PSTATE.NZCV, N in bit 3.
    Value nzcv() { return s_->nzcv() >> 28; }

    void set_nzcv(Value v) { s_->set_nzcv(v << 28); }

    // ---- Decisions -----------------------------------------------------------------------------

    /// ConditionHolds(): 1 or 0.
    Value cond(unsigned code)
    {
        bool holds = true;
        switch (code >> 1) {
        case 0:
            holds = s_->z != 0;
            break;
        case 1:
            holds = s_->c != 0;
            break;
        case 2:
            holds = s_->n != 0;
            break;
        case 3:
            holds = s_->v != 0;
            break;
        case 4:
            holds = s_->c != 0 && s_->z == 0;
            break;
        case 5:
            holds = s_->n == s_->v;
            break;
        case 6:
            holds = s_->n == s_->v && s_->z == 0;
            break;
        default:
            return 1; // AL, and 0b1111, which is AL too
        }
        return holds != ((code & 1) != 0);
    }

    Value select(Value condition, Value a, Value b) { return condition != 0 ? a : b; }

    Value nonzero(Value a) { return a != 0; }

    /// For EffectsMachine.
    void is(CostClass) {}

protected:
    /// The full handler must make this access.
    [[gnu::always_inline]] bool miss()
    {
        missed_ = true;
        return false;
    }

    /// After a slow path: on to `next`, unless an exception was taken.
    [[gnu::always_inline]] bool go_on(const Op* next)
    {
        if (next == nullptr) {
            next_ = &leave;
            return false;
        }
        next_ = next;
        return true;
    }

    State* s_;
    const Op* op_;
    Hot* h_;
    const Op* next_;
    bool missed_ = false;

private:
    static Value trim(Value v, unsigned width) { return width == 32 ? static_cast<u32>(v) : v; }

    template <class U, class S>
    Value add_flags_as(Value a, Value b)
    {
        const U x = static_cast<U>(a), y = static_cast<U>(b);
        U sum = 0;
        S unused = 0;
        s_->c = __builtin_add_overflow(x, y, &sum);
        s_->v = __builtin_add_overflow(static_cast<S>(x), static_cast<S>(y), &unused);
        s_->n = static_cast<S>(sum) < 0;
        s_->z = sum == 0;
        return sum;
    }

    template <class U, class S>
    Value sub_flags_as(Value a, Value b)
    {
        const U x = static_cast<U>(a), y = static_cast<U>(b);
        const U difference = x - y;
        S unused = 0;
        s_->c = x >= y;
        s_->v = __builtin_sub_overflow(static_cast<S>(x), static_cast<S>(y), &unused);
        s_->n = static_cast<S>(difference) < 0;
        s_->z = x == y;
        return difference;
    }
};

} // namespace sl::a64
