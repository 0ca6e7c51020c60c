// SPDX-License-Identifier: MIT
#pragma once

#include "a64/alu.h"
#include "a64/machine.h"

#include <type_traits>

// Data processing, immediate (DDI 0487, A64 base instructions).
namespace sl::a64::semantics {

/// sh:imm12 of ADD and SUB (immediate).
struct ShiftedImm12 {
    static constexpr unsigned width = 13;

    static bool decode(u32 field, Op& op)
    {
        op.imm = u64{field & 0xfff} << (bit(field, 12) ? 12 : 0);
        return true;
    }
};

/// N:immr:imms of a logical immediate.
template <u32 sf>
struct LogicalImm {
    static constexpr unsigned width = 13;

    static bool decode(u32 field, Op& op)
    {
        return alu::logical_immediate(field, width_of(sf), op.imm);
    }
};

/// hw:imm16 of a wide move: the immediate at its place, and the bits that MOVK keeps.
template <u32 sf>
struct WideImm {
    static constexpr unsigned width = 18;

    static bool decode(u32 field, Op& op)
    {
        const unsigned shift = 16 * (field >> 16);
        op.imm = u64{field & 0xffff} << shift;
        op.extra = static_cast<u16>(shift);
        return shift < width_of(sf);
    }
};

/// immlo:immhi of ADR and ADRP, in units of 1 << Shift.
template <unsigned Shift>
struct AdrImm {
    static constexpr unsigned width = 21;

    static bool decode(u32 field, Op& op)
    {
        const u32 high = field & static_cast<u32>(ones(19)), low = field >> 19;
        op.imm = sign_extend(high << 2 | low, 21) << Shift;
        return true;
    }
};

/// N:immr:imms of UBFM and BFM, as a rotation (Extra) and the mask of what it puts into the result.
template <u32 sf>
struct BitfieldImm {
    static constexpr unsigned width = 13;

    static bool decode(u32 field, Op& op)
    {
        const unsigned size = width_of(sf), r = (field >> 6) & 63, s = field & 63;
        if (field >> 12 != sf || r >= size || s >= size)
            return false;
        op.extra = static_cast<u16>(r);
        op.imm = s >= r ? ones(s - r + 1) : ones(s + 1) << (size - r);
        return true;
    }
};

/// The same of SBFM, as a shift left (Imm) and an arithmetic shift right (Extra).
template <u32 sf>
struct SignedBitfieldImm {
    static constexpr unsigned width = 13;

    static bool decode(u32 field, Op& op)
    {
        const unsigned size = width_of(sf), r = (field >> 6) & 63, s = field & 63;
        if (field >> 12 != sf || r >= size || s >= size)
            return false;
        op.imm = size - 1 - s;
        op.extra = static_cast<u16>(s >= r ? size - 1 - s + r : r - s - 1);
        return true;
    }
};

/// A bit that must equal the static operand `Value`: N of EXTR.
template <u32 Value>
struct SameBit {
    static constexpr unsigned width = 1;

    static bool decode(u32 field, Op&) { return field == Value; }
};

/// imms of EXTR: below the width.
template <u32 sf>
struct ExtractImm {
    static constexpr unsigned width = 6;

    static bool decode(u32 field, Op& op)
    {
        op.imm = field;
        return field < width_of(sf);
    }
};

struct Adr {
    template <class M>
    static void run(M& m, AdrImm<0> offset, Dst<Rd> d)
    {
        m.write(d, 64, m.pc_relative_bytes(offset));
    }
};

struct Adrp {
    template <class M>
    static void run(M& m, AdrImm<12> offset, Dst<Rd> d)
    {
        m.write(d, 64, m.page_relative(offset));
    }
};

/// ADD, ADDS, SUB, SUBS (immediate). Only the forms without flags write SP.
template <bool Sub, bool SetFlags>
struct AddSubImmediate {
    using Destination = std::conditional_t<SetFlags, Dst<Rd>, RegSp<Rd>>;

    template <class M, u32 sf>
    static void run(M& m, ShiftedImm12 imm, RegSp<Rn> n, Destination d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto b = m.imm(imm);
        if constexpr (SetFlags)
            m.write(d, width, Sub ? m.sub_flags(a, b, width) : m.add_flags(a, b, width));
        else
            m.write(d, width, Sub ? m.sub(a, b, width) : m.add(a, b, width));
    }
};

enum class Logic : u8 { And, Orr, Eor };

template <Logic What, class M>
auto logic(M& m, auto a, auto b)
{
    if constexpr (What == Logic::And)
        return m.and_(a, b);
    else if constexpr (What == Logic::Orr)
        return m.or_(a, b);
    else
        return m.eor(a, b);
}

/// AND, ORR, EOR (immediate).
template <Logic What>
struct LogicalImmediate {
    template <class M, u32 sf>
    static void run(M& m, LogicalImm<sf> imm, Reg<Rn> n, RegSp<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        m.write(d, width, logic<What>(m, a, m.imm(imm)));
    }
};

/// ANDS (immediate).
struct AndsImmediate {
    template <class M, u32 sf>
    static void run(M& m, LogicalImm<sf> imm, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto a = m.read(n, width);
        const auto result = m.and_(a, m.imm(imm));
        m.logic_flags(result, width);
        m.write(d, width, result);
    }
};

/// MOVZ, MOVN.
template <bool Invert>
struct MoveWide {
    template <class M, u32 sf>
    static void run(M& m, WideImm<sf> imm, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto v = m.imm(imm);
        m.write(d, width, Invert ? m.not_(v, width) : v);
    }
};

struct MoveKeep {
    template <class M, u32 sf>
    static void run(M& m, WideImm<sf> imm, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto old = m.read(d, width);
        const auto hole = m.lsl(m.constant(0xffff), m.extra(imm), width);
        const auto kept = m.and_(old, m.not_(hole, width));
        m.write(d, width, m.or_(kept, m.imm(imm)));
        m.is(CostClass::Alu);
    }
};

struct Ubfm {
    template <class M, u32 sf>
    static void run(M& m, BitfieldImm<sf> field, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto rotated = m.ror(m.read(n, width), m.extra(field), width);
        m.write(d, width, m.and_(rotated, m.imm(field)));
        m.is(CostClass::Bitfield);
    }
};

struct Sbfm {
    template <class M, u32 sf>
    static void run(M& m, SignedBitfieldImm<sf> field, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto left = m.lsl(m.read(n, width), m.imm(field), width);
        m.write(d, width, m.asr(left, m.extra(field), width));
        m.is(CostClass::Bitfield);
    }
};

struct Bfm {
    template <class M, u32 sf>
    static void run(M& m, BitfieldImm<sf> field, Reg<Rn> n, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto old = m.read(d, width);
        const auto rotated = m.ror(m.read(n, width), m.extra(field), width);
        const auto inserted = m.and_(rotated, m.imm(field));
        const auto kept = m.and_(old, m.not_(m.imm(field), width));
        m.write(d, width, m.or_(kept, inserted));
        m.is(CostClass::Bitfield);
    }
};

/// EXTR, and ROR (immediate) where both sources are one register.
struct Extr {
    template <class M, u32 sf>
    static void run(M& m, SameBit<sf>, Reg<Rm> low, ExtractImm<sf> lsb, Reg<Rn> high, Dst<Rd> d)
    {
        constexpr unsigned width = width_of(sf);
        const auto amount = m.imm(lsb);
        const auto bottom = m.lsr(m.read(low, width), amount, width);
        // high << (width - lsb), without shifting by the whole width when lsb is 0.
        const auto up = m.lsl(m.read(high, width), m.constant(1), width);
        const auto top = m.lsl(up, m.eor(amount, m.constant(width - 1)), width);
        const auto shifted = m.or_(bottom, top);
        m.write(d, width, shifted);
        m.is(CostClass::Bitfield);
    }
};

} // namespace sl::a64::semantics
