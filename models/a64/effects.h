// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/machine.h"

namespace sl::a64 {

/// What a system register or system instruction costs, by its encoding.
CostClass cost_class_of(SysKey key, bool write);

/// Runs semantics without values: learns what an instruction reads, writes and is. Its Value has
/// nothing in it, so a body that decides by one does not compile.
class EffectsMachine {
public:
    class Value {
        friend class EffectsMachine;

        struct Made {};

        constexpr explicit Value(Made) {}

    public:
        constexpr Value() = default;
    };

    using Vector = VectorValue<Value>;

    explicit EffectsMachine(const Op& op)
        : op_{op}
    {
    }

    Effects effects;
    bool fp = false;           ///< touches the SIMD&FP register file
    bool sp_base = false;      ///< accesses memory with SP as its base
    bool relative = false;     ///< Op::imm counts from the instruction's own address
    bool branches = false;     ///< may go elsewhere by Op::imm or a register: a Link follows
    bool direct = false;       ///< and that is known: Op::imm
    bool ordered = false;      ///< must be aligned, whatever SCTLR_ELx.A says
    bool synchronizes = false; ///< a context synchronization event that falls through
    bool undefined_at_el0 = false;
    u8 btype = 0;         ///< PSTATE.BTYPE that it leaves behind outside of guarded pages
    unsigned element = 0; ///< bytes to which an access must be aligned; 0: no access

    // ---- Values --------------------------------------------------------------------------------

    Value constant(u64) { return value(); }

    template <class Operand>
    Value imm(Operand)
    {
        return value();
    }

    template <class Operand>
    Value extra(Operand)
    {
        return value();
    }

    template <class R>
    Value read(R, unsigned)
    {
        reads(op_.r[R::role]);
        return value();
    }

    template <class R>
    void write(R, unsigned, Value)
    {
        writes(op_.r[R::role]);
    }

    void write(LinkRegister, unsigned, Value) { writes(30); }

    template <Role R>
    Value base(RegSp<R> r)
    {
        sp_base = sp_base || op_.r[R] == slot_sp;
        return read(r, 64);
    }

    template <Role R>
    Vector read_vector(Vec<R>)
    {
        fp = true;
        reads(Effects::slot_v + op_.r[R]);
        moves();
        return {};
    }

    template <Role R>
    void write_vector(Vec<R>, Vector)
    {
        fp = true;
        writes(Effects::slot_v + op_.r[R]);
        moves();
    }

    template <Role R>
    Vector read_vector(Vec<R>, unsigned k)
    {
        fp = true;
        reads(Effects::slot_v + (op_.r[R] + k) % 32);
        return {};
    }

    template <Role R>
    void write_vector(Vec<R>, unsigned k, Vector)
    {
        fp = true;
        writes(Effects::slot_v + (op_.r[R] + k) % 32);
    }

    // ---- Arithmetic ----------------------------------------------------------------------------

    Value add(Value, Value, unsigned) { return value(); }

    Value sub(Value, Value, unsigned) { return value(); }

    Value adc(Value, Value, unsigned)
    {
        reads(Effects::slot_flags);
        return value();
    }

    Value and_(Value, Value) { return value(); }

    Value or_(Value, Value) { return value(); }

    Value eor(Value, Value) { return value(); }

    Value not_(Value, unsigned) { return value(); }

    Value lsl(Value, Value, unsigned) { return of(CostClass::AluShift); }

    Value lsr(Value, Value, unsigned) { return of(CostClass::AluShift); }

    Value asr(Value, Value, unsigned) { return of(CostClass::AluShift); }

    Value ror(Value, Value, unsigned) { return of(CostClass::AluShift); }

    Value mul(Value, Value, unsigned width)
    {
        return of(width == 32 ? CostClass::Mul32 : CostClass::Mul64);
    }

    Value smulh(Value, Value) { return of(CostClass::MulHigh); }

    Value umulh(Value, Value) { return of(CostClass::MulHigh); }

    Value udiv(Value, Value, unsigned width)
    {
        return of(width == 32 ? CostClass::Div32 : CostClass::Div64);
    }

    Value sdiv(Value a, Value b, unsigned width) { return udiv(a, b, width); }

    Value clz(Value, unsigned) { return value(); }

    Value cls(Value, unsigned) { return value(); }

    Value rbit(Value, unsigned) { return value(); }

    Value rev(Value, unsigned, unsigned) { return value(); }

    Value crc32(Value, Value, unsigned, bool) { return of(CostClass::Crc); }

    Value sext(Value, unsigned, unsigned) { return value(); }

    Value zext(Value, unsigned) { return value(); }

    // ---- Lanes ---------------------------------------------------------------------------------

    template <class F, class... Operands>
    auto map(Operands...)
    {
        return mapped<F>();
    }

    template <class F, class... Operands>
    auto map_fp(Operands...)
    {
        return mapped<F>();
    }

    // ---- Flags ---------------------------------------------------------------------------------

    Value add_flags(Value, Value, unsigned)
    {
        writes(Effects::slot_flags);
        return value();
    }

    Value sub_flags(Value a, Value b, unsigned width) { return add_flags(a, b, width); }

    Value adc_flags(Value a, Value b, unsigned width)
    {
        reads(Effects::slot_flags);
        return add_flags(a, b, width);
    }

    void logic_flags(Value, unsigned) { writes(Effects::slot_flags); }

    Value add_nzcv(Value, Value, unsigned) { return value(); }

    Value sub_nzcv(Value, Value, unsigned) { return value(); }

    Value nzcv()
    {
        reads(Effects::slot_flags);
        return value();
    }

    void set_nzcv(Value) { writes(Effects::slot_flags); }

    // ---- Decisions -----------------------------------------------------------------------------

    Value cond(unsigned)
    {
        reads(Effects::slot_flags);
        return value();
    }

    Value select(Value, Value, Value) { return value(); }

    Value nonzero(Value) { return value(); }

    // ---- Control -------------------------------------------------------------------------------

    Value return_address() { return value(); }

    template <unsigned Width>
    Value pc_relative(Offset<Width>)
    {
        relative = true;
        return value();
    }

    template <class Operand>
    Value pc_relative_bytes(Operand)
    {
        relative = true;
        return value();
    }

    template <class Operand>
    Value page_relative(Operand)
    {
        return value();
    }

    template <unsigned Width>
    void branch(Offset<Width>, Waypoint::Kind)
    {
        relative = branches = direct = effects.ends_block = true;
        is(CostClass::BranchDirect);
    }

    template <unsigned Width>
    void branch_if(Value, Offset<Width>)
    {
        relative = branches = direct = true;
        is(CostClass::BranchConditional);
    }

    void jump(Value, Waypoint::Kind kind)
    {
        branches = effects.ends_block = true;
        btype = kind == Waypoint::Kind::Indirect ? 1 : kind == Waypoint::Kind::IndirectLink ? 2 : 0;
        is(kind == Waypoint::Kind::Return ? CostClass::BranchReturn : CostClass::BranchIndirect);
    }

    template <class Operand>
    void call(Call what, Operand)
    {
        effects.ends_block = true;
        undefined_at_el0 = what == Call::Hvc || what == Call::Smc;
        is(CostClass::Exception);
    }

    void eret()
    {
        effects.ends_block = true;
        undefined_at_el0 = true;
        is(CostClass::Eret);
    }

    // ---- Memory --------------------------------------------------------------------------------

    bool load(Value, Access access, Value&) { return accesses(access, CostClass::Load); }

    bool load_pair(Value, Access access, Value&, Value&)
    {
        return accesses(access, CostClass::LoadPair);
    }

    bool load_vector(Value, Access access, Vector&)
    {
        fp = true;
        return accesses(access, CostClass::FpLoad);
    }

    bool load_vector_pair(Value, Access access, Vector&, Vector&)
    {
        fp = true;
        return accesses(access, CostClass::FpLoad);
    }

    bool store(Value, Access access, Value) { return accesses(access, CostClass::Store); }

    bool store_pair(Value, Access access, Value, Value)
    {
        return accesses(access, CostClass::StorePair);
    }

    bool store_vector(Value, Access access, Vector)
    {
        fp = true;
        return accesses(access, CostClass::FpStore);
    }

    bool store_vector_pair(Value, Access access, Vector, Vector)
    {
        fp = true;
        return accesses(access, CostClass::FpStore);
    }

    bool load_block(Value, Access access, unsigned)
    {
        fp = true;
        return accesses(access, CostClass::FpLoad);
    }

    Value block(unsigned) { return value(); }

    void set_block(unsigned, Value) {}

    bool store_block(Value, Access access, unsigned)
    {
        fp = true;
        return accesses(access, CostClass::FpStore);
    }

    void prefetch(Value)
    {
        sp_base = false; // a hint: SP is not checked
        is(CostClass::Prefetch);
    }

    bool load_exclusive(Value, Access access, unsigned, Value&, Value&)
    {
        return accesses(access, CostClass::Exclusive);
    }

    bool store_exclusive(Value, Access access, unsigned, Value, Value, Value&)
    {
        return accesses(access, CostClass::Exclusive);
    }

    bool atomic(Value, Access access, AtomicOp, Value&)
    {
        return accesses(access, CostClass::Atomic);
    }

    bool compare_and_swap(Value, Access access, Vector&, Vector)
    {
        return accesses(access, CostClass::Atomic);
    }

    void clear_exclusive() { is(CostClass::Exclusive); }

    // ---- System --------------------------------------------------------------------------------

    template <class Operand, class R>
    bool read_sysreg(Operand, R, Value&)
    {
        is(cost_class_of(key(), false));
        return true;
    }

    template <class Operand, class R>
    void write_sysreg(Operand, R, Value)
    {
        is(cost_class_of(key(), true));
    }

    template <class Field, class Operand>
    void write_pstate(Field, Operand)
    {
        is(CostClass::MsrPstate);
    }

    template <class Operand, class R>
    void sys(Operand, R, Value)
    {
        is(cost_class_of(key(), true));
    }

    template <class Operand, class R>
    bool sysl(Operand, R, Value&)
    {
        is(cost_class_of(key(), false));
        return true;
    }

    template <class Operand>
    void barrier(Barrier kind, Operand)
    {
        synchronizes = kind == Barrier::Isb;
        is(kind == Barrier::Isb   ? CostClass::Isb
           : kind == Barrier::Dsb ? CostClass::Dsb
                                  : CostClass::Dmb);
    }

    template <class Operand>
    void hint(Operand)
    {
        is(CostClass::Hint);
    }

    template <class R>
    void wait_until(bool, R, Value)
    {
        is(CostClass::Hint);
    }

    /// A cost that the operations do not tell.
    void is(CostClass cls) { effects.cls = cls; }

private:
    static Value value() { return Value{Value::Made{}}; }

    /// What F makes of plain operands, without the value.
    template <class F>
    static auto mapped()
    {
        if constexpr (F::makes_vector)
            return Vector{value(), value()};
        else
            return value();
    }

    Value of(CostClass cls)
    {
        is(cls);
        return value();
    }

    void moves()
    {
        if (effects.cls == CostClass::Alu)
            is(CostClass::FpMove);
    }

    SysKey key() const { return {static_cast<u16>(op_.imm)}; }

    void reads(unsigned slot)
    {
        if (slot != slot_zr && slot != slot_sink && effects.read_count < effects.reads.size())
            effects.reads[effects.read_count++] = static_cast<u8>(slot);
    }

    void writes(unsigned slot)
    {
        if (slot != slot_zr && slot != slot_sink && effects.write_count < effects.writes.size())
            effects.writes[effects.write_count++] = static_cast<u8>(slot);
    }

    bool accesses(Access access, CostClass cls)
    {
        element = access.bytes;
        ordered = ordered || access.ordered;
        is(cls);
        return true;
    }

    const Op& op_;
};

} // namespace sl::a64
