// SPDX-License-Identifier: MIT
#pragma once

#include "a64/alu.h"
#include "a64/cost.h"
#include "a64/fp/status.h"
#include "a64/machine.h"

#include <cstring>

namespace sl::a64 {

/// Evaluates semantics at once: a Value is the guest's value itself. Lives in registers only: every
/// member is inlined into the handler, which tail calls the next operation.
///
/// Hot handlers have no calls in them, and so no stack frame. Where a hot access misses the
/// software TLB, the instruction is given up before it has changed anything, and its full handler
/// (`Full`) executes it from the start: that one makes all accesses through the Environment, and
/// reports waypoints, which is what traced blocks use it for.
template <bool Full>
class Interpreter {
public:
    using Value = u64;
    using Vector = VectorValue<Value>;

    [[gnu::always_inline]] Interpreter(State* s, const Op* op, Hot* h)
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

    void write(LinkRegister, unsigned, Value v) { s_->x[30] = v; }

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

    // ---- Memory --------------------------------------------------------------------------------
    // `access` is a constant; its register number is filled in from role Rt where it is valid.

    /// Up to 8 bytes, zero-extended.
    [[gnu::always_inline]] bool load(Value va, Access access, Value& v)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, access.bytes, p))
                return miss();
            v = get(p, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 1)))
            return false;
        v = h_->buffer[0];
        return true;
    }

    [[gnu::always_inline]] bool load_pair(Value va, Access access, Value& a, Value& b)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, 2u * access.bytes, p))
                return miss();
            a = get(p, access.bytes);
            b = get(p + access.bytes, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 2)))
            return false;
        a = h_->buffer[0];
        b = h_->buffer[2];
        return true;
    }

    /// 1 to 16 bytes; the rest of the vector is zero.
    [[gnu::always_inline]] bool load_vector(Value va, Access access, Vector& v)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, access.bytes, p))
                return miss();
            v = get_vector(p, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 1)))
            return false;
        v = {h_->buffer[0], h_->buffer[1]};
        return true;
    }

    [[gnu::always_inline]] bool load_vector_pair(Value va, Access access, Vector& a, Vector& b)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, 2u * access.bytes, p))
                return miss();
            a = get_vector(p, access.bytes);
            b = get_vector(p + access.bytes, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 2)))
            return false;
        a = {h_->buffer[0], h_->buffer[1]};
        b = {h_->buffer[2], h_->buffer[3]};
        return true;
    }

    [[gnu::always_inline]] bool store(Value va, Access access, Value v)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, access.bytes, p))
                return miss();
            put(p, access.bytes, v);
            return true;
        }
        h_->buffer[0] = v;
        return go_on(slow::store(s_, op_, h_, va, access, 1));
    }

    [[gnu::always_inline]] bool store_pair(Value va, Access access, Value a, Value b)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, 2u * access.bytes, p))
                return miss();
            put(p, access.bytes, a);
            put(p + access.bytes, access.bytes, b);
            return true;
        }
        h_->buffer[0] = a;
        h_->buffer[2] = b;
        return go_on(slow::store(s_, op_, h_, va, access, 2));
    }

    [[gnu::always_inline]] bool store_vector(Value va, Access access, Vector v)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, access.bytes, p))
                return miss();
            put_vector(p, access.bytes, v);
            return true;
        }
        h_->buffer[0] = v.lo;
        h_->buffer[1] = v.hi;
        return go_on(slow::store(s_, op_, h_, va, access, 1));
    }

    [[gnu::always_inline]] bool store_vector_pair(Value va, Access access, Vector a, Vector b)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, 2u * access.bytes, p))
                return miss();
            put_vector(p, access.bytes, a);
            put_vector(p + access.bytes, access.bytes, b);
            return true;
        }
        h_->buffer[0] = a.lo;
        h_->buffer[1] = a.hi;
        h_->buffer[2] = b.lo;
        h_->buffer[3] = b.hi;
        return go_on(slow::store(s_, op_, h_, va, access, 2));
    }

    /// `total` bytes, up to 64, in elements of `access.bytes`, to be had by `block`.
    [[gnu::always_inline]] bool load_block(Value va, Access access, unsigned total)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, total, p))
                return miss();
            std::memcpy(h_->buffer.data(), p, total);
            return true;
        }
        return go_on(slow::load_block(s_, op_, h_, va, access, total));
    }

    /// Bytes 8 * word up of the block; of its last word only those that were loaded mean anything.
    Value block(unsigned word) { return h_->buffer[word]; }

    void set_block(unsigned word, Value v) { h_->buffer[word] = v; }

    [[gnu::always_inline]] bool store_block(Value va, Access access, unsigned total)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, total, p))
                return miss();
            std::memcpy(p, h_->buffer.data(), total);
            return true;
        }
        return go_on(slow::store_block(s_, op_, h_, va, access, total));
    }

    /// PRFM: a hint, with no effect here.
    void prefetch(Value) {}

    /// `total` bytes, 1 to 16; the low 8 go to `lo`.
    bool load_exclusive(Value va, Access access, unsigned total, Value& lo, Value& hi)
    {
        access.exclusive = true;
        if (!go_on(slow::load_exclusive(s_, op_, h_, va, access, total)))
            return false;
        lo = h_->buffer[0];
        hi = h_->buffer[1];
        return true;
    }

    bool store_exclusive(Value va, Access access, unsigned total, Value lo, Value hi, Value& status)
    {
        access.exclusive = true;
        access.write = true;
        h_->buffer[0] = lo;
        h_->buffer[1] = hi;
        if (!go_on(slow::store_exclusive(s_, op_, h_, va, access, total)))
            return false;
        status = h_->buffer[2];
        return true;
    }

    /// `v`: the operand, then what was in memory before, zero-extended.
    bool atomic(Value va, Access access, AtomicOp what, Value& v)
    {
        access.atomic = true;
        access.write = true;
        h_->buffer[0] = v;
        if (!go_on(slow::atomic(s_, op_, h_, va, access, what)))
            return false;
        v = h_->buffer[0];
        return true;
    }

    /// `access.bytes` up to 16: writes `desired` if memory holds `v`; `v` becomes what it held.
    bool compare_and_swap(Value va, Access access, Vector& v, Vector desired)
    {
        access.atomic = true;
        access.write = true;
        h_->buffer[0] = v.lo;
        h_->buffer[1] = v.hi;
        h_->buffer[2] = desired.lo;
        h_->buffer[3] = desired.hi;
        if (!go_on(slow::compare_and_swap(s_, op_, h_, va, access)))
            return false;
        v = {h_->buffer[0], h_->buffer[1]};
        return true;
    }

    void clear_exclusive() { next_ = slow::clear_exclusive(s_, op_, h_); }

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

    /// For EffectsMachine.
    void is(CostClass) {}

private:
    static Value trim(Value v, unsigned width) { return width == 32 ? static_cast<u32>(v) : v; }

    SysKey key() const { return {static_cast<u16>(op_->imm)}; }

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

    [[gnu::always_inline]] void take_branch()
    {
        const Op* link = op_ + 1;
        const u64 cycles = h_->cycles + link->cost;
        h_->cycles = cycles;
        h_->instructions += link->index;
        s_->pc += op_->imm;
        next_ = cycles >= h_->until ? &leave : link->next;
    }

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

    /// Host address of `size` bytes at `va`, when the software TLB has it. The page of the last
    /// byte is compared, so that an access across pages misses.
    [[gnu::always_inline]] bool readable(u64 va, Access access, unsigned size, const u8*& p)
    {
        const Hot::DataEntry& e = h_->data[Hot::data_index(va)];
        const u64 tag = ((va + (size - 1)) & page_mask) | h_->translation;
        if (access.unprivileged || e.read_tag != tag || (va & op_->align) != 0)
            return false;
        p = host(va, e);
        return true;
    }

    [[gnu::always_inline]] bool writable(u64 va, Access access, unsigned size, u8*& p)
    {
        const Hot::DataEntry& e = h_->data[Hot::data_index(va)];
        const u64 tag = ((va + (size - 1)) & page_mask) | h_->translation;
        if (access.unprivileged || e.write_tag != tag || (va & op_->align) != 0)
            return false;
        p = host(va, e);
        return true;
    }

    static u8* host(u64 va, const Hot::DataEntry& e)
    {
        return reinterpret_cast<u8*>(static_cast<std::uintptr_t>(va + e.addend)); // NOLINT
    }

    static Value get(const u8* p, unsigned bytes)
    {
        switch (bytes) {
        case 1:
            return *p;
        case 2:
            return get_as<u16>(p);
        case 4:
            return get_as<u32>(p);
        default:
            return get_as<u64>(p);
        }
    }

    static Vector get_vector(const u8* p, unsigned bytes)
    {
        return {get(p, bytes), bytes == 16 ? get_as<u64>(p + 8) : 0};
    }

    static void put(u8* p, unsigned bytes, Value v)
    {
        switch (bytes) {
        case 1:
            *p = static_cast<u8>(v);
            break;
        case 2:
            put_as<u16>(p, v);
            break;
        case 4:
            put_as<u32>(p, v);
            break;
        default:
            put_as<u64>(p, v);
            break;
        }
    }

    static void put_vector(u8* p, unsigned bytes, Vector v)
    {
        put(p, bytes, v.lo);
        if (bytes == 16)
            put_as<u64>(p + 8, v.hi);
    }

    template <class T>
    static Value get_as(const u8* p)
    {
        T v;
        std::memcpy(&v, p, sizeof v);
        return v;
    }

    template <class T>
    static void put_as(u8* p, Value v)
    {
        const T part = static_cast<T>(v);
        std::memcpy(p, &part, sizeof part);
    }

    State* s_;
    const Op* op_;
    Hot* h_;
    const Op* next_;
    bool missed_ = false;
};

} // namespace sl::a64
