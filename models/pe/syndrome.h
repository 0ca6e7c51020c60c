// SPDX-License-Identifier: MIT
#pragma once

#include "a64/environment.h"
#include "common/bits.h"

namespace sl::pe {

/// ESR_ELx as its fields (DDI 0487, ESR_EL1), and one function per kind of ISS.
struct Esr {
    using Iss = Field<0, 25>;
    using Il = Field<25>;
    using Ec = Field<26, 6>;
};

/// ESR_ELx.EC.
struct Ec {
    static constexpr u8 unknown = 0x00, wfx = 0x01, fp = 0x07, branch_target = 0x0d,
                        illegal_state = 0x0e, svc64 = 0x15, hvc64 = 0x16, smc64 = 0x17,
                        sysreg = 0x18, instr_abort_lower = 0x20, instr_abort_same = 0x21,
                        pc_alignment = 0x22, data_abort_lower = 0x24, data_abort_same = 0x25,
                        sp_alignment = 0x26, serror = 0x2f, step_lower = 0x32, step_same = 0x33,
                        brk64 = 0x3c;
};

/// Every A64 exception reports a 32-bit instruction, or has IL = 1 where it has no meaning.
constexpr u64 esr_of(u8 ec, u64 iss = 0)
{
    return Esr::Ec::make(ec) | Esr::Il::mask | Esr::Iss::make(iss);
}

/// Trapped MSR, MRS or System instruction.
constexpr u64 sysreg_iss(a64::SysKey key, unsigned rt, bool read)
{
    return u64{key.op0()} << 20 | u64{key.op2()} << 17 | u64{key.op1()} << 14 |
           u64{key.crn()} << 10 | u64{rt} << 5 | u64{key.crm()} << 1 | u64{read};
}

/// Trapped WFI (0) or WFE (1): CV and COND of an A64 instruction are 1 and 0b1110.
constexpr u64 wfx_iss(bool wfe)
{
    return u64{1} << 24 | u64{0b1110} << 20 | u64{wfe};
}

/// Trapped WFIT or WFET: TI, and in RN, as RV says, the register with the time.
constexpr u64 wfxt_iss(bool wfet, unsigned rt)
{
    return wfx_iss(wfet) | u64{rt} << 5 | u64{1} << 2 | u64{1} << 1;
}

/// FP access trapped by CPACR_EL1 or CPTR_ELx.
constexpr u64 fp_iss()
{
    return u64{1} << 24 | u64{0b1110} << 20;
}

struct DataAbortIss {
    using Dfsc = Field<0, 6>;
    using Wnr = Field<6>;
    using S1ptw = Field<7>;
    using Cm = Field<8>;
    using Ea = Field<9>;
    using Fnv = Field<10>;
    using Ar = Field<14>;
    using Sf = Field<15>;
    using Srt = Field<16, 5>;
    using Sse = Field<21>;
    using Sas = Field<22, 2>;
    using Isv = Field<24>;
};

/// The instruction syndrome of a stage 2 data abort, bits 24:14; 0 without a valid one.
constexpr u64 instruction_syndrome(const a64::Access& access)
{
    if (!access.isv)
        return 0;
    unsigned size = 0;
    while ((1u << size) < access.bytes)
        ++size;
    return DataAbortIss::Isv::mask | DataAbortIss::Sas::make(size) |
           DataAbortIss::Sse::make(access.sse) | DataAbortIss::Srt::make(access.srt) |
           DataAbortIss::Sf::make(access.sf) | DataAbortIss::Ar::make(access.ordered);
}

} // namespace sl::pe
