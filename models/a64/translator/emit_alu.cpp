// SPDX-License-Identifier: MIT
#include "a64/translator/translator.h"

#include <cassert>
#include <cstddef>

namespace sl::a64 {

using namespace asmjit;

namespace {

using x86::Gp;

constexpr auto state = x86::rbx; // of the translated function; x86-64 calls preserve it

Gp sized(Gp r, unsigned width)
{
    return width == 32 ? Gp(r.r32()) : Gp(r.r64());
}

/// The low `width` bits of an X register.
x86::Mem slot_at(unsigned slot, unsigned width)
{
    const auto offset = static_cast<s32>(offsetof(State, x) + std::size_t{8} * slot);
    return width == 32 ? x86::dword_ptr(state, offset) : x86::qword_ptr(state, offset);
}

x86::Mem flag_at(std::size_t offset)
{
    return x86::byte_ptr(state, static_cast<s32>(offset));
}

} // namespace

void Translator::begin(const Op& op)
{
    op_ = &op;
    next_ = 0;
}

// RAX, RCX and RDX are left to what needs them by name: division and shifts.
Gp Translator::scratch()
{
    static constexpr Gp pool[] = {x86::rsi, x86::rdi, x86::r8,  x86::r9,  x86::r10,
                                  x86::r11, x86::r12, x86::r13, x86::r14, x86::r15};
    assert(next_ < std::size(pool));
    return pool[next_++];
}

Translator::Value Translator::constant(u64 v)
{
    const Gp r = scratch();
    as_.mov(r, v);
    return Value{r};
}

Translator::Value Translator::copy(Value v)
{
    const Gp r = scratch();
    as_.mov(r, v.reg_);
    return Value{r};
}

Translator::Value Translator::read_slot(unsigned slot, unsigned width)
{
    const Gp r = scratch();
    as_.mov(sized(r, width), slot_at(slot, width));
    return Value{r};
}

// A 32-bit x86 destination clears bits 63:32, which is the A64 rule for W registers. A value may
// have been made 64 bits wide all the same.
void Translator::write_slot(unsigned slot, unsigned width, Value v)
{
    if (width == 32)
        as_.mov(v.reg_.r32(), v.reg_.r32());
    as_.mov(slot_at(slot, 64), v.reg_);
}

Translator::Value Translator::binary(InstId id, Value a, Value b, unsigned width)
{
    Value d = copy(a);
    as_.emit(id, sized(d.reg_, width), sized(b.reg_, width));
    return d;
}

Translator::Value Translator::add(Value a, Value b, unsigned width)
{
    return binary(x86::Inst::kIdAdd, a, b, width);
}

Translator::Value Translator::sub(Value a, Value b, unsigned width)
{
    return binary(x86::Inst::kIdSub, a, b, width);
}

Translator::Value Translator::and_(Value a, Value b)
{
    return binary(x86::Inst::kIdAnd, a, b, 64);
}

Translator::Value Translator::or_(Value a, Value b)
{
    return binary(x86::Inst::kIdOr, a, b, 64);
}

Translator::Value Translator::eor(Value a, Value b)
{
    return binary(x86::Inst::kIdXor, a, b, 64);
}

Translator::Value Translator::not_(Value a, unsigned width)
{
    Value d = copy(a);
    as_.not_(sized(d.reg_, width));
    return d;
}

// Amounts are below the width already: x86 would take them modulo 32 or 64 anyway.
Translator::Value Translator::shift(InstId id, Value a, Value amount, unsigned width)
{
    Value d = copy(a);
    as_.mov(x86::rcx, amount.reg_);
    as_.emit(id, sized(d.reg_, width), x86::cl);
    return d;
}

Translator::Value Translator::lsl(Value a, Value amount, unsigned width)
{
    return shift(x86::Inst::kIdShl, a, amount, width);
}

Translator::Value Translator::lsr(Value a, Value amount, unsigned width)
{
    return shift(x86::Inst::kIdShr, a, amount, width);
}

Translator::Value Translator::asr(Value a, Value amount, unsigned width)
{
    return shift(x86::Inst::kIdSar, a, amount, width);
}

Translator::Value Translator::ror(Value a, Value amount, unsigned width)
{
    return shift(x86::Inst::kIdRor, a, amount, width);
}

Translator::Value Translator::mul(Value a, Value b, unsigned width)
{
    return binary(x86::Inst::kIdImul, a, b, width);
}

Translator::Value Translator::udiv(Value a, Value b, unsigned width)
{
    const Gp quotient = sized(x86::rax, width), high = sized(x86::rdx, width);
    const Label done = as_.newLabel();
    as_.xor_(x86::eax, x86::eax); // A64: x / 0 is 0, where DIV would fault
    as_.test(sized(b.reg_, width), sized(b.reg_, width));
    as_.jz(done);
    as_.mov(quotient, sized(a.reg_, width));
    as_.xor_(x86::edx, x86::edx);
    as_.div(high, quotient, sized(b.reg_, width));
    as_.bind(done);
    return copy(Value{x86::rax});
}

// Must follow the operation at once: it reads the host's flags. After a subtraction CF is a borrow,
// A64's C its opposite.
void Translator::store_flags(bool carry_is_inverted)
{
    as_.sets(flag_at(offsetof(State, n)));
    as_.setz(flag_at(offsetof(State, z)));
    if (carry_is_inverted)
        as_.setnc(flag_at(offsetof(State, c)));
    else
        as_.setc(flag_at(offsetof(State, c)));
    as_.seto(flag_at(offsetof(State, v)));
}

Translator::Value Translator::add_flags(Value a, Value b, unsigned width)
{
    Value sum = add(a, b, width);
    store_flags(false);
    return sum;
}

Translator::Value Translator::sub_flags(Value a, Value b, unsigned width)
{
    Value difference = sub(a, b, width);
    store_flags(true);
    return difference;
}

void Translator::logic_flags(Value v, unsigned width)
{
    as_.test(sized(v.reg_, width), sized(v.reg_, width)); // clears CF and OF, as A64 does C and V
    store_flags(false);
}

} // namespace sl::a64
