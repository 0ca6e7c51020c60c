// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>

namespace sl::a64 {

/// What an instruction costs depends on what kind of work it is; a core profile gives each class a
/// latency and a throughput (models/timing).
enum class CostClass : u8 {
    Alu,
    AluShift,
    Mul32,
    Mul64,
    MulHigh,
    Div32,
    Div64,
    Bitfield,
    Crc,
    PointerAuth, ///< PAC*, AUT*, XPAC*
    Load,
    LoadPair,
    Store,
    StorePair,
    Atomic,
    Exclusive,
    Prefetch,
    FpMove,
    FpLoad,
    FpStore,
    BranchDirect,
    BranchIndirect,
    BranchReturn,
    BranchConditional,
    MrsSelf, ///< NZCV, FPCR, FPSR, TPIDR…: no serialization
    Mrs,
    Msr, ///< ordinary system registers
    MrsGic,
    MsrGic, ///< ICC_*, ICV_*, ICH_*
    MrsTimer,
    MsrTimer, ///< CNT*
    MrsTrace,
    MsrTrace, ///< TRC*, TRB*, TRFCR, PM*
    MsrPstate,
    Isb,
    Dsb,
    Dmb,
    Tlbi,
    CacheMaintenance,
    AddressTranslate,
    Hint,
    Exception, ///< SVC, HVC, SMC, BRK: the instruction itself; entry is charged by the PE
    Eret,
    Undefined,
    Count,
};

/// What one instruction reads, writes and is, learnt by running its semantics on the Effects
/// machine at decode. Slots 0..30 are X registers, 32 SP, 34..65 V registers, 66 NZCV.
struct Effects {
    static constexpr unsigned slot_v = 34, slot_flags = 66, slots = 67;
    CostClass cls = CostClass::Alu;
    std::array<u8, 8> reads{}, writes{};
    u8 read_count = 0, write_count = 0;
    bool ends_block = false; ///< control never simply falls through
};

/// The state of the modelled pipeline between two instructions of one straight run, interned: equal
/// states have equal ids. 0 is the reset state, after taken branches, exceptions and at 4 KB
/// boundaries, so that cost belongs to the instruction stream and not to how it is cut into blocks.
using PipeId = u32;

/// Prices straight runs of instructions, at decode.
class CostModel {
public:
    virtual ~CostModel() = default;
    /// Begins a run in pipeline state `in`.
    virtual void begin(PipeId in) = 0;
    /// The cycles by which the PE's clock advances for this instruction, given the run so far.
    virtual u32 add(const Effects& effects) = 0;
    /// The state after the run, for the block that follows without a taken branch.
    virtual PipeId end() = 0;
    /// Extra cycles of a taken branch of class `cls`.
    virtual u32 taken(CostClass cls) const = 0;
};

} // namespace sl::a64
