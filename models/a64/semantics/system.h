// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/machine.h"

// System instructions: registers, barriers, hints (DDI 0487, A64 base instructions).
namespace sl::a64::semantics {

/// Bits 20:5 of a system instruction (SysKey) but for its leading zeros and first one, which the
/// row gives: op0 is 0b1x with 15 bits left, 0b01 with 14.
template <unsigned Width>
struct SystemKey {
    static constexpr unsigned width = Width;

    static bool decode(u32 field, Op& op)
    {
        op.imm = u32{1} << Width | field;
        return true;
    }
};

/// MSR (register).
struct WriteSystemRegister {
    template <class M>
    static void run(M& m, SystemKey<15> key, Reg<Rt> t)
    {
        m.write_sysreg(key, t, m.read(t, 64));
    }
};

/// MRS.
struct ReadSystemRegister {
    template <class M>
    static void run(M& m, SystemKey<15> key, Dst<Rt> t)
    {
        auto v = m.constant(0);
        if (!m.read_sysreg(key, t, v))
            return;
        m.write(t, 64, v);
    }
};

/// MSR NZCV: never trapped, never anything else than the flags.
struct WriteNzcv {
    template <class M>
    static void run(M& m, Reg<Rt> t)
    {
        const auto v = m.lsr(m.read(t, 64), m.constant(28), 64);
        m.set_nzcv(m.and_(v, m.constant(15)));
        m.is(CostClass::MrsSelf);
    }
};

struct ReadNzcv {
    template <class M>
    static void run(M& m, Dst<Rt> t)
    {
        m.write(t, 64, m.lsl(m.nzcv(), m.constant(28), 64));
        m.is(CostClass::MrsSelf);
    }
};

/// MSR (immediate): SPSel, DAIFSet, DAIFClr, and whatever op1 and op2 name for the PE.
struct WritePstate {
    template <class M>
    static void run(M& m, Extra<6> op1_op2, Imm<4> imm)
    {
        m.write_pstate(op1_op2, imm);
    }
};

/// SYS: cache and TLB maintenance, address translation.
struct Sys {
    template <class M>
    static void run(M& m, SystemKey<14> key, Reg<Rt> t)
    {
        m.sys(key, t, m.read(t, 64));
    }
};

struct Sysl {
    template <class M>
    static void run(M& m, SystemKey<14> key, Dst<Rt> t)
    {
        auto v = m.constant(0);
        if (!m.sysl(key, t, v))
            return;
        m.write(t, 64, v);
    }
};

/// HINT, but for NOP.
struct Hint {
    template <class M>
    static void run(M& m, Imm<7> number)
    {
        m.hint(number);
    }
};

/// WFET (Event), WFIT.
template <bool Event>
struct WaitUntil {
    template <class M>
    static void run(M& m, Reg<Rt> t)
    {
        m.wait_until(Event, t, m.read(t, 64));
    }
};

struct Nop {
    template <class M>
    static void run(M& m)
    {
        m.is(CostClass::Hint);
    }
};

/// DSB, DMB, ISB; the immediate is CRm.
template <Barrier Kind>
struct BarrierInstruction {
    template <class M>
    static void run(M& m, Imm<4> crm)
    {
        m.barrier(Kind, crm);
    }
};

/// SB: nothing is speculated here.
struct SpeculationBarrier {
    template <class M>
    static void run(M& m)
    {
        m.is(CostClass::Dsb);
    }
};

struct ClearExclusive {
    template <class M>
    static void run(M& m, Imm<4>)
    {
        m.clear_exclusive();
    }
};

} // namespace sl::a64::semantics
