// SPDX-License-Identifier: MIT
#include "trace/spe_operation.h"

#include "a64/decode.h"
#include "common/bits.h"

namespace sl::trace {

namespace {

using a64::CostClass;
using Type = SpeOperation::Type;

constexpr u8 class_access = 0b01, class_branch = 0b10;

// Payload bits of accesses and of branches.
constexpr u8 st = 1u << 0, extended = 1u << 1, at = 1u << 2, excl = 1u << 3, ar = 1u << 4;
constexpr u8 simd_fp = 1u << 2, unspecified = 1u << 4;
constexpr u8 cond = 1u << 0, indirect = 1u << 1;

/// CSEL and its like, CCMP, CCMN, FCSEL, FCCMP and FCCMPE.
bool selects(u32 word)
{
    const u32 integer = word & 0x1fe0'0000, floating = word & 0xff20'0c00;
    return integer == 0x1a80'0000 || integer == 0x1a40'0000 || floating == 0x1e20'0c00 ||
           floating == 0x1e20'0400;
}

bool is_b_cond(u32 word)
{
    return (word & 0xff00'0010) == 0x5400'0000;
}

SpeOperation access(Type type, u8 payload)
{
    SpeOperation op;
    op.type = type;
    op.packet_class = class_access;
    op.packet_payload = static_cast<u8>(payload | (type == Type::Store ? st : 0));
    return op;
}

SpeOperation branch(u8 payload)
{
    SpeOperation op;
    op.type = Type::Branch;
    op.packet_class = class_branch;
    op.packet_payload = payload;
    op.conditional = payload & cond;
    return op;
}

/// Atomic memory operations, SWP, CAS and CASP.
SpeOperation atomic(u32 word)
{
    const bool cas = bits(word, 29, 24) == 0b001000;
    const bool acquires = bit(word, cas ? 22 : 23), releases = bit(word, cas ? 15 : 22);
    // The ST<op> names of LD<op>: no register is loaded.
    const bool no_return = !cas && bits(word, 4, 0) == 31 && !bit(word, 15) && !acquires;
    return access(no_return ? Type::Store : Type::LoadAtomic,
                  static_cast<u8>(extended | at | (acquires || releases ? ar : 0)));
}

SpeOperation exclusive(u32 word)
{
    return access(bit(word, 22) ? Type::Load : Type::Store,
                  static_cast<u8>(extended | excl | (bit(word, 15) ? ar : 0)));
}

} // namespace

SpeOperation spe_operation(u32 word)
{
    // DC ZVA: a store of no register.
    if ((word & 0xffff'ffe0) == 0xd50b'7420)
        return access(Type::Store, unspecified);

    a64::Decoded d;
    a64::decode_word(word, a64::Parts::all(), d); // what the PE has not is UNDEFINED, and no matter
    if (d.row == nullptr)
        return {};
    const u8 plain = d.learnt.ordered ? extended | ar : 0;
    switch (d.learnt.effects.cls) {
    case CostClass::Load:
    case CostClass::LoadPair:
        return access(Type::Load, plain);
    case CostClass::Store:
    case CostClass::StorePair:
        return access(Type::Store, plain);
    case CostClass::FpLoad:
        return access(Type::Load, simd_fp);
    case CostClass::FpStore:
        return access(Type::Store, simd_fp);
    case CostClass::Atomic:
        return atomic(word);
    case CostClass::Exclusive:
        return d.learnt.element != 0 ? exclusive(word) : SpeOperation{}; // CLREX
    case CostClass::BranchDirect:
        return branch(0);
    case CostClass::BranchConditional:
        return branch(cond);
    case CostClass::BranchIndirect:
    case CostClass::BranchReturn:
    case CostClass::Eret:
        return branch(indirect);
    default: {
        SpeOperation op;
        op.exception = d.learnt.effects.cls == CostClass::Exception;
        op.conditional = selects(word);
        op.packet_payload = op.conditional ? cond : 0;
        return op;
    }
    }
}

bool spe_condition_holds(u32 word, u64 nzcv)
{
    const bool n = bit(nzcv, 31), z = bit(nzcv, 30), c = bit(nzcv, 29), v = bit(nzcv, 28);
    const unsigned code = is_b_cond(word) ? word & 15 : static_cast<unsigned>(bits(word, 15, 12));
    bool holds = true;
    switch (code >> 1) {
    case 0:
        holds = z;
        break;
    case 1:
        holds = c;
        break;
    case 2:
        holds = n;
        break;
    case 3:
        holds = v;
        break;
    case 4:
        holds = c && !z;
        break;
    case 5:
        holds = n == v;
        break;
    case 6:
        holds = n == v && !z;
        break;
    default: // AL, NV
        return true;
    }
    return holds != ((code & 1) != 0);
}

} // namespace sl::trace
