// SPDX-License-Identifier: MIT
#pragma once

#include "a64/machine.h"
#include "a64/semantics/load_store.h"

// Pointer authentication (DDI 0487, FEAT_PAuth), with the branches and loads that authenticate
// first. In all encodings the key is data (bit 1) or instruction, B (bit 0) or A.
namespace sl::a64::semantics {

using LinkKind = Waypoint::Kind;

constexpr PacKey instruction_key(u32 b)
{
    return b != 0 ? PacKey::Ib : PacKey::Ia;
}

constexpr PacKey data_key(u32 b)
{
    return b != 0 ? PacKey::Db : PacKey::Da;
}

template <u32 authenticates, class M, class Value>
bool sign_or_authenticate(M& m, PacKey key, Value& pointer, Value modifier)
{
    if constexpr (authenticates != 0)
        return m.authenticate(key, pointer, modifier);
    else
        return m.sign(key, pointer, modifier);
}

/// PACIA, PACIB, PACDA, PACDB and AUT* likewise.
struct ChangePointer {
    template <class M, u32 authenticates, u32 key>
    static void run(M& m, RegSp<Rn> n, InOut<Rs, Rd> d)
    {
        auto pointer = m.read(d.in, 64);
        if (!sign_or_authenticate<authenticates>(m, PacKey{key}, pointer, m.read(n, 64)))
            return;
        m.write(d.out, 64, pointer);
    }
};

/// PACIZA, AUTIZA and their kin: under zero.
struct ChangePointerByZero {
    template <class M, u32 authenticates, u32 key>
    static void run(M& m, InOut<Rs, Rd> d)
    {
        auto pointer = m.read(d.in, 64);
        if (!sign_or_authenticate<authenticates>(m, PacKey{key}, pointer, m.constant(0)))
            return;
        m.write(d.out, 64, pointer);
    }
};

/// PACIA1716, AUTIB1716…: X17 under X16.
struct ChangeX17 {
    template <class M, u32 authenticates, u32 b>
    static void run(M& m)
    {
        auto pointer = m.read(Implicit<17>{}, 64);
        if (!sign_or_authenticate<authenticates>(m, instruction_key(b), pointer,
                                                 m.read(Implicit<16>{}, 64)))
            return;
        m.write(Implicit<17>{}, 64, pointer);
    }
};

/// PACIAZ, PACIASP, AUTIBSP…: X30 under zero or SP.
struct ChangeLink {
    template <class M, u32 authenticates, u32 b, u32 by_sp>
    static void run(M& m)
    {
        auto pointer = m.read(LinkRegister{}, 64);
        const auto modifier = by_sp != 0 ? m.read(Implicit<slot_sp>{}, 64) : m.constant(0);
        if (!sign_or_authenticate<authenticates>(m, instruction_key(b), pointer, modifier))
            return;
        m.write(LinkRegister{}, 64, pointer);
    }
};

/// XPACI, XPACD (data).
struct StripPointer {
    template <class M, u32 data>
    static void run(M& m, InOut<Rs, Rd> d)
    {
        m.write(d.out, 64, m.strip(data != 0, m.read(d.in, 64)));
    }
};

/// XPACLRI.
struct StripLink {
    template <class M>
    static void run(M& m)
    {
        m.write(LinkRegister{}, 64, m.strip(false, m.read(LinkRegister{}, 64)));
    }
};

/// PACGA.
struct GenericCode {
    template <class M>
    static void run(M& m, RegSp<Rm> modifier, Reg<Rn> n, Dst<Rd> d)
    {
        auto v = m.read(n, 64);
        if (!m.generic_code(v, m.read(modifier, 64)))
            return;
        m.write(d, 64, v);
    }
};

/// BRAA, BRAB, BLRAA, BLRAB (Link).
template <bool Link>
struct BranchAuthenticated {
    static constexpr bool waypoint = true;

    template <class M, u32 b>
    static void run(M& m, Reg<Rn> n, RegSp<Rm> modifier)
    {
        auto target = m.read(n, 64);
        if (!m.authenticate_first(instruction_key(b), target, m.read(modifier, 64)))
            return;
        if constexpr (Link)
            m.write(LinkRegister{}, 64, m.return_address());
        m.jump(target, Link ? LinkKind::IndirectLink : LinkKind::Indirect);
    }
};

/// BRAAZ, BRABZ, BLRAAZ, BLRABZ (Link).
template <bool Link>
struct BranchAuthenticatedByZero {
    static constexpr bool waypoint = true;

    template <class M, u32 b>
    static void run(M& m, Reg<Rn> n)
    {
        auto target = m.read(n, 64);
        if (!m.authenticate_first(instruction_key(b), target, m.constant(0)))
            return;
        if constexpr (Link)
            m.write(LinkRegister{}, 64, m.return_address());
        m.jump(target, Link ? LinkKind::IndirectLink : LinkKind::Indirect);
    }
};

/// RETAA, RETAB.
struct ReturnAuthenticated {
    static constexpr bool waypoint = true;

    template <class M, u32 b>
    static void run(M& m)
    {
        auto target = m.read(LinkRegister{}, 64);
        if (!m.authenticate_first(instruction_key(b), target, m.read(Implicit<slot_sp>{}, 64)))
            return;
        m.jump(target, LinkKind::Return);
    }
};

/// ERETAA, ERETAB.
struct ExceptionReturnAuthenticated {
    template <class M, u32 b>
    static void run(M& m)
    {
        m.eret_authenticated(instruction_key(b), m.read(Implicit<slot_sp>{}, 64));
    }
};

/// LDRAA, LDRAB: the base is authenticated under zero, then used, and written back with the offset.
struct LoadAuthenticated {
    template <class M, u32 b, u32 writes_back>
    static void run(M& m, SImm<10, 3> imm, RegSp<Rn> n, Dst<Rt> t)
    {
        auto base = m.base(n);
        if (!m.authenticate_first(data_key(b), base, m.constant(0)))
            return;
        const auto va = m.add(base, m.imm(imm), 64);
        auto v = m.constant(0);
        constexpr Indexing indexing = writes_back != 0 ? Indexing::Pre : Indexing::Offset;
        if (!m.load(va, single_access(3, false, 64, indexing), v))
            return;
        m.write(t, 64, v);
        if constexpr (writes_back != 0)
            m.write(n, 64, va);
    }
};

} // namespace sl::a64::semantics
