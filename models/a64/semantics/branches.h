// SPDX-License-Identifier: MIT
#pragma once

#include "a64/machine.h"

// Branches, exception generation and exception return (DDI 0487, A64 base instructions). `waypoint`
// marks what has a second handler, for traced blocks.
namespace sl::a64::semantics {

using Kind = Waypoint::Kind;

struct Branch {
    static constexpr bool waypoint = true;

    template <class M>
    static void run(M& m, Offset<26> target)
    {
        m.branch(target, Kind::Direct);
    }
};

struct BranchLink {
    static constexpr bool waypoint = true;

    template <class M>
    static void run(M& m, Offset<26> target)
    {
        m.write(LinkRegister{}, 64, m.return_address());
        m.branch(target, Kind::DirectLink);
    }
};

/// B.cond.
struct BranchConditional {
    static constexpr bool waypoint = true;

    template <class M, u32 code>
    static void run(M& m, Offset<19> target)
    {
        m.branch_if(m.cond(code), target);
    }
};

/// CBZ (op 0), CBNZ.
struct CompareBranch {
    static constexpr bool waypoint = true;

    template <class M, u32 sf, u32 op>
    static void run(M& m, Offset<19> target, Reg<Rt> t)
    {
        const auto nonzero = m.nonzero(m.read(t, width_of(sf)));
        m.branch_if(op != 0 ? nonzero : m.eor(nonzero, m.constant(1)), target);
    }
};

/// TBZ (op 0), TBNZ. The bit number is b5:b40.
struct TestBranch {
    static constexpr bool waypoint = true;

    template <class M, u32 op>
    static void run(M& m, Extra<6> number, Offset<14> target, Reg<Rt> t)
    {
        const auto shifted = m.lsr(m.read(t, 64), m.extra(number), 64);
        const auto set = m.and_(shifted, m.constant(1));
        m.branch_if(op != 0 ? set : m.eor(set, m.constant(1)), target);
    }
};

struct BranchRegister {
    static constexpr bool waypoint = true;

    template <class M>
    static void run(M& m, Reg<Rn> n)
    {
        m.jump(m.read(n, 64), Kind::Indirect);
    }
};

struct BranchLinkRegister {
    static constexpr bool waypoint = true;

    template <class M>
    static void run(M& m, Reg<Rn> n)
    {
        const auto target = m.read(n, 64); // before X30 is written: BLR X30
        m.write(LinkRegister{}, 64, m.return_address());
        m.jump(target, Kind::IndirectLink);
    }
};

struct Return {
    static constexpr bool waypoint = true;

    template <class M>
    static void run(M& m, Reg<Rn> n)
    {
        m.jump(m.read(n, 64), Kind::Return);
    }
};

struct ExceptionReturn {
    template <class M>
    static void run(M& m)
    {
        m.eret();
    }
};

/// SVC, HVC, SMC, BRK, HLT.
template <Call What>
struct GenerateException {
    template <class M>
    static void run(M& m, Imm<16> imm)
    {
        m.call(What, imm);
    }
};

} // namespace sl::a64::semantics
