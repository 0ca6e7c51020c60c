// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/data_processing_immediate.h"

// Data processing, register (DDI 0487, A64 base instructions).
namespace sl::a64::semantics {

/// imm6 of a shifted register: below the width.
template <u32 sf>
using ShiftAmount = ExtractImm<sf>;

enum : u32 { Lsl, Lsr, Asr, Ror }; // ShiftType, as encoded

template <u32 Kind, class M>
auto shift(M& m, auto v, auto amount, unsigned width)
{
    if constexpr (Kind == Lsl)
        return m.lsl(v, amount, width);
    else if constexpr (Kind == Lsr)
        return m.lsr(v, amount, width);
    else if constexpr (Kind == Asr)
        return m.asr(v, amount, width);
    else
        return m.ror(v, amount, width);
}

template <bool Sub, bool SetFlags, class M>
auto add_sub(M& m, auto a, auto b, unsigned width)
{
    if constexpr (SetFlags)
        return Sub ? m.sub_flags(a, b, width) : m.add_flags(a, b, width);
    else
        return Sub ? m.sub(a, b, width) : m.add(a, b, width);
}

/// The same where the shift cannot be ROR.
template <u32 sf, u32 kind>
struct ArithmeticShift {
    static constexpr unsigned width = 6;

    static bool decode(u32 field, Op& op)
    {
        return kind != Ror && ShiftAmount<sf>::decode(field, op);
    }
};

/// ADD, ADDS, SUB, SUBS (shifted register).
template <bool Sub, bool SetFlags>
struct AddSubShifted {
    template <class M, u32 sf, u32 kind>
    static void run(M& m, Reg<Rm> r, ArithmeticShift<sf, kind> amount, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto b = shift<kind>(m, m.read(r, width), m.imm(amount), width);
        m.write(d, width, add_sub<Sub, SetFlags>(m, a, b, width));
    }
};

/// The same without a shift: the common case.
template <bool Sub, bool SetFlags>
struct AddSubRegister {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto b = m.read(r, width);
        m.write(d, width, add_sub<Sub, SetFlags>(m, a, b, width));
    }
};

/// imm3 of an extended register: a shift of 0 to 4.
struct ExtendShift {
    static constexpr unsigned width = 3;

    static bool decode(u32 field, Op& op)
    {
        op.imm = field;
        return field <= 4;
    }
};

/// ExtendReg() before its shift. `option`: UXTB, UXTH, UXTW, UXTX, SXTB, SXTH, SXTW, SXTX.
template <u32 option, class M>
auto extended(M& m, auto v, unsigned width)
{
    constexpr unsigned from = 8u << (option & 3);
    if constexpr ((option & 3) == 3)
        return v;
    else if constexpr ((option & 4) != 0)
        return m.sext(v, from, width);
    else
        return m.zext(v, from);
}

/// ADD, ADDS, SUB, SUBS (extended register). Only the forms without flags write SP.
template <bool Sub, bool SetFlags>
struct AddSubExtended {
    using Destination = std::conditional_t<SetFlags, Dst<Rd>, RegSp<Rd>>;

    template <class M, u32 sf, u32 option>
    static void run(M& m, Reg<Rm> r, ExtendShift amount, RegSp<Rn> n, Destination d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto wide = extended<option>(m, m.read(r, width), width);
        const auto b = m.lsl(wide, m.imm(amount), width);
        m.write(d, width, add_sub<Sub, SetFlags>(m, a, b, width));
    }
};

/// ADC, ADCS, SBC, SBCS: subtraction adds the complement, and C is its inverted borrow.
template <bool Sub, bool SetFlags>
struct AddSubCarry {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto operand = m.read(r, width);
        const auto b = Sub ? m.not_(operand, width) : operand;
        m.write(d, width, SetFlags ? m.adc_flags(a, b, width) : m.adc(a, b, width));
    }
};

/// AND, BIC, ORR, ORN, EOR, EON (shifted register), and ANDS, BICS.
template <Logic What, bool Invert, bool SetFlags>
struct LogicalShifted {
    template <class M, u32 sf, u32 kind>
    static void run(M& m, Reg<Rm> r, ShiftAmount<sf> amount, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto shifted = shift<kind>(m, m.read(r, width), m.imm(amount), width);
        finish(m, a, shifted, width, d);
    }

    template <class M>
    static void finish(M& m, auto a, auto operand, unsigned width, Dst<Rd> d)
    {
        const auto result = logic<What>(m, a, Invert ? m.not_(operand, width) : operand);
        if constexpr (SetFlags)
            m.logic_flags(result, width);
        m.write(d, width, result);
    }
};

/// The same without a shift.
template <Logic What, bool Invert, bool SetFlags>
struct LogicalRegister {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        LogicalShifted<What, Invert, SetFlags>::finish(m, a, m.read(r, width), width, d);
    }
};

/// MOV (register): ORR with the zero register.
struct MoveRegister {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        m.write(d, width, m.read(r, width));
    }
};

/// CCMP (Sub) and CCMN: the flags of the comparison, or those of the encoding.
template <bool Sub, class M>
void compare_if(M& m, unsigned code, auto a, auto b, auto otherwise, unsigned width)
{
    const auto compared = Sub ? m.sub_nzcv(a, b, width) : m.add_nzcv(a, b, width);
    const auto holds = m.cond(code);
    m.set_nzcv(m.select(holds, compared, otherwise));
}

template <bool Sub>
struct CompareIfRegister {
    template <class M, u32 sf, u32 code>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Imm<4> nzcv)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto b = m.read(r, width);
        compare_if<Sub>(m, code, a, b, m.imm(nzcv), width);
    }
};

template <bool Sub>
struct CompareIfImmediate {
    template <class M, u32 sf, u32 code>
    static void run(M& m, Extra<5> imm, Reg<Rn> n, Imm<4> nzcv)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        compare_if<Sub>(m, code, a, m.extra(imm), m.imm(nzcv), width);
    }
};

/// CSEL, CSINC, CSINV, CSNEG: what becomes of the second register when it is chosen.
template <bool Invert, bool Increment>
struct ConditionalSelect {
    template <class M, u32 sf, u32 code>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto chosen = m.read(n, width);
        const auto plain = m.read(r, width);
        const auto inverted = Invert ? m.not_(plain, width) : plain;
        const auto other = Increment ? m.add(inverted, m.constant(1), width) : inverted;
        const auto holds = m.cond(code);
        m.write(d, width, m.select(holds, chosen, other));
    }
};

/// LSLV, LSRV, ASRV, RORV: the amount is taken modulo the width.
template <u32 Kind>
struct ShiftVariable {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto v = m.read(n, width);
        const auto amount = m.and_(m.read(r, width), m.constant(width - 1));
        m.write(d, width, shift<Kind>(m, v, amount, width));
    }
};

template <bool Signed>
struct Divide {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto b = m.read(r, width);
        if constexpr (Signed)
            m.write(d, width, m.sdiv(a, b, width));
        else
            m.write(d, width, m.udiv(a, b, width));
    }
};

/// CRC32B, CRC32H, CRC32W, CRC32X and the CRC32C forms, by how many bits of data they take.
template <unsigned Bits, bool Castagnoli>
struct Crc32 {
    template <class M>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        const auto acc = m.read(n, 32);
        const auto data = m.read(r, Bits == 64 ? 64 : 32);
        m.write(d, 32, m.crc32(acc, data, Bits, Castagnoli));
    }
};

struct Rbit {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        m.write(d, width, m.rbit(m.read(n, width), width));
    }
};

/// REV16, REV32, REV: reverses the bytes of each container.
template <unsigned Container, unsigned Width>
struct Reverse {
    template <class M>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        m.write(d, Width, m.rev(m.read(n, Width), Container, Width));
    }
};

struct Clz {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        m.write(d, width, m.clz(m.read(n, width), width));
    }
};

struct Cls {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        m.write(d, width, m.cls(m.read(n, width), width));
    }
};

/// MADD, MSUB.
template <bool Sub>
struct MultiplyAdd {
    template <class M, u32 sf>
    static void run(M& m, Reg<Rm> r, Reg<Ra> a, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto x = m.read(n, width);
        const auto y = m.read(r, width);
        const auto addend = m.read(a, width);
        const auto product = m.mul(x, y, width);
        m.write(d, width, Sub ? m.sub(addend, product, width) : m.add(addend, product, width));
    }
};

/// SMADDL, SMSUBL, UMADDL, UMSUBL.
template <bool Signed, bool Sub>
struct MultiplyAddLong {
    template <class M>
    static void run(M& m, Reg<Rm> r, Reg<Ra> a, Reg<Rn> n, Dst<Rd> d)
    {
        const auto x = m.read(n, 32);
        const auto y = m.read(r, 32);
        const auto addend = m.read(a, 64);
        const auto product =
            Signed ? m.mul(m.sext(x, 32, 64), m.sext(y, 32, 64), 64) : m.mul(x, y, 64);
        m.write(d, 64, Sub ? m.sub(addend, product, 64) : m.add(addend, product, 64));
        m.is(CostClass::Mul32);
    }
};

template <bool Signed>
struct MultiplyHigh {
    template <class M>
    static void run(M& m, Reg<Rm> r, Reg<Rn> n, Dst<Rd> d)
    {
        const auto x = m.read(n, 64);
        const auto y = m.read(r, 64);
        m.write(d, 64, Signed ? m.smulh(x, y) : m.umulh(x, y));
    }
};

} // namespace sl::a64::semantics
