// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <optional>

namespace sl::a64 {

/// How an access is made, for translation, alignment and fault syndromes.
struct Access {
    u8 bytes = 8; ///< 1, 2, 4, 8, 16; for pairs the size of one element
    bool write = false;
    bool unprivileged = false; ///< LDTR/STTR
    bool exclusive = false;
    bool ordered = false; ///< acquire or release: must be aligned (without FEAT_LSE2)
    bool atomic = false;  ///< LSE read-modify-write: needs both permissions
    // The instruction syndrome of ESR_ELx.ISS, valid when `isv`.
    bool isv = false, sse = false, sf = false;
    u8 srt = 0;
};

/// The 4 KB page that instructions are fetched from.
struct FetchPage {
    const u8* host = nullptr; ///< null: the page is not memory; `word` then holds the one fetched
    u64 pa = 0;               ///< of the page's first byte
    u32 word = 0;
    bool guarded = false; ///< FEAT_BTI: the GP bit of its translation
};

/// op0, op1, CRn, CRm, op2 of a system instruction, packed as bits 20:5 of its word.
struct SysKey {
    u16 value;

    static constexpr SysKey of(unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2)
    {
        return {static_cast<u16>((op0 & 3) << 14 | op1 << 11 | crn << 7 | crm << 3 | op2)};
    }

    static constexpr SysKey from_word(u32 word) { return {static_cast<u16>((word >> 5) & 0xffff)}; }

    constexpr unsigned op0() const { return value >> 14; }

    constexpr unsigned op1() const { return (value >> 11) & 7; }

    constexpr unsigned crn() const { return (value >> 7) & 15; }

    constexpr unsigned crm() const { return (value >> 3) & 15; }

    constexpr unsigned op2() const { return value & 7; }

    constexpr bool operator==(const SysKey&) const = default;
};

/// The keys of FEAT_PAuth for pointers, as encodings number them: of instructions and data, A and
/// B.
enum class PacKey : u8 { Ia, Ib, Da, Db };

enum class Barrier : u8 { Dsb, Dmb, Isb };

/// One change of control flow as a trace unit sees it (DDI 0487, ETE: P0 elements). Called for
/// traced blocks only.
struct Waypoint {
    enum class Kind : u8 { Direct, Indirect, IndirectLink, DirectLink, Return, Isb, Wfx };
    Kind kind;
    bool taken;
    u64 pc;     ///< the waypoint instruction
    u64 target; ///< where execution goes on
};

/// Direct branches of traced blocks that a trace unit hears of later, all at once, because nothing
/// but an atom becomes of each. While there is room the engine notes them here, and
/// Environment::waypoint() is not called.
struct NotedBranches {
    u64 taken = 0; ///< the oldest in bit 0
    u64 slot = 0;  ///< the bit of the next one; the unit sets it, 0: it wants to be told
    u64 next = 0;  ///< where execution went on after the last one

    /// Of the one that fills the last bit the unit must be told.
    bool room() const { return slot != 0 && slot != u64{1} << 63; }

    void note(bool was_taken, u64 target)
    {
        if (was_taken)
            taken |= slot;
        slot <<= 1;
        next = target;
    }
};

/// What the instruction set needs of the PE that executes it. Everything here is off the hot path:
/// the engine calls it only for what its blocks and its software TLB cannot answer. Calls that
/// return false have taken an exception: state.pc is the vector, and the block must be left.
///
/// Before every call the engine has made Engine::cycles() and Engine::instructions() exact, and
/// state.pc is the address of the instruction concerned.
class Environment {
public:
    virtual ~Environment() = default;

    /// Instruction fetch at `va`, PC alignment fault included. May set state.pc to what `va` stands
    /// for, where it is not the address of an instruction itself: a tag removed.
    virtual bool fetch(u64 va, FetchPage& page) = 0;

    /// Data access that missed the software TLB: translates, checks, reads memory or a device, and
    /// may fill the software TLB. Handles page crossing. `bytes` 1..16, little-endian in `data`.
    virtual bool load(u64 va, const Access& access, void* data) = 0;
    virtual bool store(u64 va, const Access& access, const void* data) = 0;
    /// For LSE atomics and CAS(P): permissions of a read-modify-write checked, and the host address
    /// of `bytes` bytes. Null: an exception was taken. `wrote` must be called after changing
    /// memory.
    virtual u8* atomic(u64 va, const Access& access, u64& pa) = 0;
    virtual void wrote(u64 pa, unsigned bytes) = 0;
    /// LDXR family: reads and arms the local and global monitor.
    virtual bool load_exclusive(u64 va, const Access& access, unsigned total_bytes, void* data) = 0;
    /// STXR family: status 0 when the store was made, 1 when the monitor was not armed.
    virtual bool store_exclusive(u64 va, const Access& access, unsigned total_bytes,
                                 const void* data, u64& status) = 0;
    virtual void clear_exclusive() = 0;
    /// DC ZVA.
    virtual bool zero_block(u64 va) = 0;

    /// MRS, MSR (register). `rt` is for the trap syndrome.
    virtual bool read_sysreg(SysKey key, unsigned rt, u64& value) = 0;
    virtual bool write_sysreg(SysKey key, unsigned rt, u64 value) = 0;
    /// MSR (immediate): op1 and op2 name the PSTATE field.
    virtual bool write_pstate(unsigned op1, unsigned op2, unsigned imm) = 0;
    /// SYS and SYSL: IC, DC, AT, TLBI and the rest of op0 = 1.
    virtual bool sys(SysKey key, unsigned rt, u64 value) = 0;
    virtual bool sysl(SysKey key, unsigned rt, u64& value) = 0;
    virtual void barrier(Barrier kind, unsigned crm) = 0;
    /// HINT #imm other than NOP: YIELD, WFE, WFI, SEV, SEVL, ESB, PSB CSYNC, TSB CSYNC, …
    /// False: the PE took an exception instead (trapped WFI/WFE).
    virtual bool hint(unsigned imm) = 0;
    /// WFET (`event`) and WFIT: as `hint` of WFE and WFI, until CNTVCT_EL0 has reached `count` at
    /// the latest. `rt` is for the trap syndrome.
    virtual bool wait_until(bool event, unsigned rt, u64 count) = 0;

    /// Exception-generating instructions; state.pc is the instruction's own address.
    virtual void svc(u16 imm) = 0;
    virtual void hvc(u16 imm) = 0;
    virtual void smc(u16 imm) = 0;
    virtual void brk(u16 imm) = 0;
    virtual void hlt(u16 imm) = 0;
    /// ELR_ELx of this EL, and the return to it or, for ERETAA, to what authentication made of it.
    virtual u64 exception_link() = 0;
    virtual void eret(u64 target) = 0;

    /// FEAT_PAuth: signs or authenticates `pointer`, and leaves it alone where the key is not
    /// enabled or, as for hints, the feature is not there. `combined`: for an instruction that then
    /// uses it.
    virtual bool sign(PacKey key, u64 modifier, u64& pointer) = 0;
    virtual bool authenticate(PacKey key, u64 modifier, bool combined, u64& pointer) = 0;
    /// XPAC*: the pointer without its code.
    virtual u64 strip(bool data, u64 pointer) = 0;
    /// PACGA.
    virtual bool generic_code(u64 modifier, u64& value) = 0;

    /// An encoding that is not implemented here, or is not allowed in this state.
    virtual void undefined(u32 word) = 0;
    /// SIMD&FP instruction while CPACR_EL1, CPTR_EL2 or CPTR_EL3 traps it.
    virtual void fp_trapped() = 0;
    /// SP or PC alignment fault on use of SP as a base; Illegal Execution state.
    virtual void sp_alignment_fault() = 0;
    virtual void illegal_state() = 0;
    /// An indirect branch into a guarded page, to what is no landing for state.btype.
    virtual void branch_target() = 0;

    /// A traced block reached a waypoint: for ISB before `barrier`, for WFI and WFE after `hint`
    /// or `wait_until` has returned true.
    virtual void waypoint(const Waypoint& w) = 0;

    /// Where the engine notes branches instead; null: nowhere. Asked once.
    virtual NotedBranches* noted_branches() { return nullptr; }

    /// Non-zero when the platform wants to know that execution reaches physical address `pa`: asked
    /// once at decode; `mark` is called with the answer each time, before the instruction, with no
    /// effect on cycles (phases, breakpoints of the platform).
    virtual u32 mark_at(u64 pa) = 0;
    virtual void mark(u32 id) = 0;
    /// Instruction log, when the block was decoded with Context::log set: before each instruction.
    virtual void log(u64 pc, u32 word) = 0;
    /// Execution has reached the sample point (Engine::sample_at): before the instruction `word`,
    /// with no effect on cycles. Moves the point on.
    virtual void sample(u64 pc, u32 word) = 0;
};

} // namespace sl::a64
