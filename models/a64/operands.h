// SPDX-License-Identifier: MIT
#pragma once

#include "a64/op.h"
#include "common/bits.h"

namespace sl::a64 {

// Parameter types of semantic functions. Each says how wide its field is and how the field is put
// into the Op, once, when the instruction is decoded; the objects themselves are empty. `decode`
// returns false where the field's value makes the encoding UNDEFINED.

/// Register to read; 31 is the zero register.
template <Role R>
struct Reg {
    static constexpr unsigned width = 5;
    static constexpr Role role = R;

    static bool decode(u32 field, Op& op)
    {
        op.r[R] = static_cast<u8>(field == 31 ? slot_zr : field);
        return true;
    }
};

/// Register to write; a write to 31 goes nowhere. Reading it is possible where the result for 31
/// is not used (MOVK, BFM).
template <Role R>
struct Dst {
    static constexpr unsigned width = 5;
    static constexpr Role role = R;

    static bool decode(u32 field, Op& op)
    {
        op.r[R] = static_cast<u8>(field == 31 ? slot_sink : field);
        return true;
    }
};

/// Register whose 31 is SP, to read or to write.
template <Role R>
struct RegSp {
    static constexpr unsigned width = 5;
    static constexpr Role role = R;

    static bool decode(u32 field, Op& op)
    {
        op.r[R] = static_cast<u8>(field == 31 ? slot_sp : field);
        return true;
    }
};

/// Register that is read and written (CAS): read through role `In`, written through role `Out`.
template <Role In, Role Out>
struct InOut {
    static constexpr unsigned width = 5;
    static constexpr Reg<In> in{};
    static constexpr Dst<Out> out{};

    static bool decode(u32 field, Op& op)
    {
        return Reg<In>::decode(field, op) && Dst<Out>::decode(field, op);
    }
};

/// SIMD&FP register.
template <Role R>
struct Vec {
    static constexpr unsigned width = 5;
    static constexpr Role role = R;

    static bool decode(u32 field, Op& op)
    {
        op.r[R] = static_cast<u8>(field);
        return true;
    }
};

/// A register, by its slot, that no field names: X17 and SP of PACIA1716 and PACIASP. Not a
/// parameter.
template <unsigned Slot>
struct Implicit {
};

/// The procedure link register, as BL writes it.
using LinkRegister = Implicit<30>;

/// Unsigned immediate of `Width` bits, scaled by 1 << Shift.
template <unsigned Width, unsigned Shift = 0>
struct Imm {
    static constexpr unsigned width = Width;

    static bool decode(u32 field, Op& op)
    {
        op.imm = u64{field} << Shift;
        return true;
    }
};

/// Signed immediate, scaled.
template <unsigned Width, unsigned Shift = 0>
struct SImm {
    static constexpr unsigned width = Width;

    static bool decode(u32 field, Op& op)
    {
        op.imm = sign_extend(field, Width) << Shift;
        return true;
    }
};

/// A second, small immediate.
template <unsigned Width>
struct Extra {
    static constexpr unsigned width = Width;
    static_assert(Width <= 16);

    static bool decode(u32 field, Op& op)
    {
        op.extra = static_cast<u16>(field);
        return true;
    }
};

/// Word offset of a branch or a literal. Becomes relative to the block when the block is built.
template <unsigned Width>
struct Offset {
    static constexpr unsigned width = Width;

    static bool decode(u32 field, Op& op)
    {
        op.imm = sign_extend(field, Width) << 2;
        return true;
    }
};

} // namespace sl::a64
