// SPDX-License-Identifier: MIT
#include "a64/slow.h"

#include "a64/context.h"
#include "common/bits.h"

#include <algorithm>
#include <cstring>

namespace sl::a64 {

namespace {

/// The end of an instruction that goes on with `next`: back to the block's clock and PC, or out of
/// the block when that is wanted. By value, for the sake of tail calls.
const Op* finish(State* s, const Op* op, const Op* next, Hot* h)
{
    const u64 executed = static_cast<u64>(next->index - op->index);
    if (h->leaving()) [[unlikely]] {
        h->cycles += next->cost - op->cost;
        h->instructions += executed;
        s->pc += 4 * executed;
        h->exit = Hot::Exit::Next;
        h->resume = next;
        return &leave;
    }
    h->cycles -= op->cost;
    h->instructions -= op->index;
    s->pc -= 4 * u64{op->index};
    return next;
}

/// Makes the clock and the PC exact for as long as it lives: those of the instruction `op`.
/// Afterwards they are those of the block again, and what the Environment charged has been added.
class Exact {
public:
    Exact(State* s, const Op* op, Hot* h)
        : s_{s},
          op_{op},
          h_{h}
    {
        h->cycles += op->cost;
        h->instructions += op->index;
        s->pc += pc_offset();
    }

    /// Calls that the instruction itself is counted for: exception-generating ones.
    void count_this()
    {
        h_->cycles += op_[1].cost - op_->cost;
        h_->instructions += 1;
    }

    /// The end of an instruction that took an exception: the PC is the vector.
    const Op* entered()
    {
        h_->exit = Hot::Exit::Entered;
        return nullptr;
    }

    /// The end of an instruction that goes on with `next`.
    const Op* done(const Op* next) { return finish(s_, op_, next, h_); }

    const Op* done() { return done(op_ + 1); }

    /// Back to the block's clock and PC, unconditionally.
    void restore()
    {
        h_->cycles -= op_->cost;
        h_->instructions -= op_->index;
        s_->pc -= pc_offset();
    }

private:
    u64 pc_offset() const { return 4u * u64{op_->index}; }

    State* s_;
    const Op* op_;
    Hot* h_;
};

/// Does a debugger watch [va, va + bytes)? Then the block is left before the instruction `op`,
/// which has done nothing yet, and executes when execution goes on.
bool stops_before(State* s, const Op* op, Hot* h, u64 va, u64 bytes, bool read, bool write)
{
    if (h->debug == nullptr) [[likely]]
        return false;
    Exact exact{s, op, h};
    const DebugPoints::Watch* const watch = h->debug->watching(va, bytes, read, write);
    if (watch == nullptr || h->watched_at == h->instructions) {
        exact.restore();
        return false;
    }
    h->watched_at = h->instructions;
    h->watch = watch;
    h->stop = Stop::Watchpoint;
    exact.done(op);
    return true;
}

u8 register_number(unsigned slot)
{
    return static_cast<u8>(slot > slot_zr ? slot_zr : slot);
}

u64 read_bytes(const u8* p, unsigned bytes)
{
    u64 v = 0;
    std::memcpy(&v, p, bytes);
    return v;
}

u64 combine(AtomicOp what, u64 old, u64 operand, unsigned bits)
{
    const s64 a = static_cast<s64>(sign_extend(old, bits));
    const s64 b = static_cast<s64>(sign_extend(operand, bits));
    const u64 narrow = operand & ones(bits);
    switch (what) {
    case AtomicOp::Add:
        return old + operand;
    case AtomicOp::Clr:
        return old & ~operand;
    case AtomicOp::Eor:
        return old ^ operand;
    case AtomicOp::Set:
        return old | operand;
    case AtomicOp::Smax:
        return static_cast<u64>(std::max(a, b));
    case AtomicOp::Smin:
        return static_cast<u64>(std::min(a, b));
    case AtomicOp::Umax:
        return std::max(old, narrow);
    case AtomicOp::Umin:
        return std::min(old, narrow);
    case AtomicOp::Swap:
        break;
    }
    return operand;
}

const Op* leave_block(State*, const Op*, Hot*)
{
    return nullptr;
}

} // namespace

constinit const Op leave{leave_block, {}};

namespace slow {

const Op* load(State* s, const Op* op, Hot* h, u64 va, Access access, unsigned count)
{
    if (stops_before(s, op, h, va, u64{count} * access.bytes, true, false))
        return nullptr;
    Exact exact{s, op, h};
    access.srt = register_number(op->r[Rt]);
    h->buffer = {};
    for (unsigned i = 0; i < count; ++i)
        if (!h->environment->load(va + u64{i} * access.bytes, access,
                                  &h->buffer[2 * std::size_t{i}]))
            return exact.entered();
    return exact.done();
}

const Op* store(State* s, const Op* op, Hot* h, u64 va, Access access, unsigned count)
{
    if (stops_before(s, op, h, va, u64{count} * access.bytes, false, true))
        return nullptr;
    Exact exact{s, op, h};
    access.srt = register_number(op->r[Rt]);
    for (unsigned i = 0; i < count; ++i)
        if (!h->environment->store(va + u64{i} * access.bytes, access,
                                   &h->buffer[2 * std::size_t{i}]))
            return exact.entered();
    return exact.done();
}

const Op* load_block(State* s, const Op* op, Hot* h, u64 va, Access access, unsigned total)
{
    if (stops_before(s, op, h, va, total, true, false))
        return nullptr;
    Exact exact{s, op, h};
    u8* const to = reinterpret_cast<u8*>(h->buffer.data());
    for (unsigned at = 0; at < total; at += access.bytes)
        if (!h->environment->load(va + at, access, to + at))
            return exact.entered();
    return exact.done();
}

const Op* store_block(State* s, const Op* op, Hot* h, u64 va, Access access, unsigned total)
{
    if (stops_before(s, op, h, va, total, false, true))
        return nullptr;
    Exact exact{s, op, h};
    const u8* const from = reinterpret_cast<const u8*>(h->buffer.data());
    for (unsigned at = 0; at < total; at += access.bytes)
        if (!h->environment->store(va + at, access, from + at))
            return exact.entered();
    return exact.done();
}

const Op* load_exclusive(State* s, const Op* op, Hot* h, u64 va, Access access, unsigned total)
{
    if (stops_before(s, op, h, va, total, true, false))
        return nullptr;
    Exact exact{s, op, h};
    access.srt = register_number(op->r[Rt]);
    h->buffer = {};
    if (!h->environment->load_exclusive(va, access, total, h->buffer.data()))
        return exact.entered();
    return exact.done();
}

const Op* store_exclusive(State* s, const Op* op, Hot* h, u64 va, Access access, unsigned total)
{
    if (stops_before(s, op, h, va, total, false, true))
        return nullptr;
    Exact exact{s, op, h};
    access.srt = register_number(op->r[Rt]);
    if (!h->environment->store_exclusive(va, access, total, h->buffer.data(), h->buffer[2]))
        return exact.entered();
    return exact.done();
}

const Op* atomic(State* s, const Op* op, Hot* h, u64 va, Access access, AtomicOp what)
{
    if (stops_before(s, op, h, va, access.bytes, true, true))
        return nullptr;
    Exact exact{s, op, h};
    access.srt = register_number(op->r[Rt]);
    u64 pa = 0;
    u8* const p = h->environment->atomic(va, access, pa);
    if (p == nullptr)
        return exact.entered();
    const u64 old = read_bytes(p, access.bytes);
    const u64 result = combine(what, old, h->buffer[0], 8u * access.bytes);
    std::memcpy(p, &result, access.bytes);
    h->buffer[0] = old;
    h->environment->wrote(pa, access.bytes);
    return exact.done();
}

const Op* compare_and_swap(State* s, const Op* op, Hot* h, u64 va, Access access)
{
    if (stops_before(s, op, h, va, access.bytes, true, true))
        return nullptr;
    Exact exact{s, op, h};
    access.srt = register_number(op->r[Rt]);
    u64 pa = 0;
    u8* const p = h->environment->atomic(va, access, pa);
    if (p == nullptr)
        return exact.entered();
    std::array<u64, 2> old{};
    std::memcpy(old.data(), p, access.bytes);
    if (std::memcmp(p, h->buffer.data(), access.bytes) == 0) {
        std::memcpy(p, &h->buffer[2], access.bytes);
        h->environment->wrote(pa, access.bytes);
    }
    h->buffer[0] = old[0];
    h->buffer[1] = old[1];
    return exact.done();
}

const Op* clear_exclusive(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    h->environment->clear_exclusive();
    return exact.done();
}

const Op* read_sysreg(State* s, const Op* op, Hot* h, SysKey key, unsigned rt)
{
    Exact exact{s, op, h};
    h->buffer[0] = 0;
    if (!h->environment->read_sysreg(key, register_number(rt), h->buffer[0]))
        return exact.entered();
    return exact.done();
}

const Op* write_sysreg(State* s, const Op* op, Hot* h, SysKey key, unsigned rt, u64 value)
{
    Exact exact{s, op, h};
    if (!h->environment->write_sysreg(key, register_number(rt), value))
        return exact.entered();
    return exact.done();
}

const Op* write_pstate(State* s, const Op* op, Hot* h, unsigned op1, unsigned op2, unsigned imm)
{
    Exact exact{s, op, h};
    if (!h->environment->write_pstate(op1, op2, imm))
        return exact.entered();
    return exact.done();
}

const Op* sys(State* s, const Op* op, Hot* h, SysKey key, unsigned rt, u64 value)
{
    static constexpr SysKey dc_zva = SysKey::of(1, 3, 7, 4, 1);
    static constexpr u64 zero_block_bytes = 64; // DCZID_EL0.BS
    if (key == dc_zva &&
        stops_before(s, op, h, value & ~(zero_block_bytes - 1), zero_block_bytes, false, true))
        return nullptr;
    Exact exact{s, op, h};
    const bool ok = key == dc_zva ? h->environment->zero_block(value)
                                  : h->environment->sys(key, register_number(rt), value);
    return ok ? exact.done() : exact.entered();
}

const Op* sysl(State* s, const Op* op, Hot* h, SysKey key, unsigned rt)
{
    Exact exact{s, op, h};
    h->buffer[0] = 0;
    if (!h->environment->sysl(key, register_number(rt), h->buffer[0]))
        return exact.entered();
    return exact.done();
}

const Op* barrier(State* s, const Op* op, Hot* h, Barrier kind, unsigned crm)
{
    Exact exact{s, op, h};
    if (kind == Barrier::Isb) {
        // A P0 element of the trace, made before the synchronization can change what is traced.
        if (Context::Traced::get(h->context) != 0)
            h->environment->waypoint({Waypoint::Kind::Isb, true, s->pc, s->pc + 4});
        // What follows is fetched anew, in the context that is now in force.
        h->reenter = true;
    }
    h->environment->barrier(kind, crm);
    return exact.done();
}

const Op* hint(State* s, const Op* op, Hot* h, unsigned imm)
{
    static constexpr unsigned wfe = 2, wfi = 3;
    Exact exact{s, op, h};
    const bool traced = Context::Traced::get(h->context) != 0;
    if (!h->environment->hint(imm))
        return exact.entered();
    if (traced && (imm == wfe || imm == wfi))
        h->environment->waypoint({Waypoint::Kind::Wfx, true, s->pc, s->pc + 4});
    return exact.done();
}

const Op* wait_until(State* s, const Op* op, Hot* h, bool event, unsigned rt, u64 count)
{
    Exact exact{s, op, h};
    const bool traced = Context::Traced::get(h->context) != 0;
    if (!h->environment->wait_until(event, register_number(rt), count))
        return exact.entered();
    if (traced)
        h->environment->waypoint({Waypoint::Kind::Wfx, true, s->pc, s->pc + 4});
    return exact.done();
}

const Op* call(State* s, const Op* op, Hot* h, Call what, u16 imm)
{
    Exact exact{s, op, h};
    exact.count_this();
    switch (what) {
    case Call::Svc:
        h->environment->svc(imm);
        break;
    case Call::Hvc:
        h->environment->hvc(imm);
        break;
    case Call::Smc:
        h->environment->smc(imm);
        break;
    case Call::Brk:
        h->environment->brk(imm);
        break;
    case Call::Hlt:
        h->environment->hlt(imm);
        break;
    }
    exact.entered();
    return &leave;
}

const Op* eret(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    exact.count_this();
    h->environment->eret(h->environment->exception_link());
    exact.entered();
    return &leave;
}

const Op* eret_authenticated(State* s, const Op* op, Hot* h, PacKey key, u64 modifier)
{
    Exact exact{s, op, h};
    u64 target = h->environment->exception_link();
    if (h->environment->authenticate(key, modifier, true, target)) {
        exact.count_this();
        h->environment->eret(target);
    }
    exact.entered();
    return &leave;
}

const Op* sign(State* s, const Op* op, Hot* h, PacKey key, u64 pointer, u64 modifier)
{
    Exact exact{s, op, h};
    h->buffer[0] = pointer;
    if (!h->environment->sign(key, modifier, h->buffer[0]))
        return exact.entered();
    return exact.done();
}

const Op* authenticate(State* s, const Op* op, Hot* h, PacKey key, u64 pointer, u64 modifier)
{
    Exact exact{s, op, h};
    h->buffer[0] = pointer;
    if (!h->environment->authenticate(key, modifier, false, h->buffer[0]))
        return exact.entered();
    return exact.done();
}

const Op* authenticate_first(State* s, const Op* op, Hot* h, PacKey key, u64 pointer, u64 modifier)
{
    Exact exact{s, op, h};
    h->buffer[0] = pointer;
    if (!h->environment->authenticate(key, modifier, true, h->buffer[0]))
        return exact.entered();
    exact.restore();
    return op + 1;
}

const Op* strip(State* s, const Op* op, Hot* h, bool data, u64 pointer)
{
    Exact exact{s, op, h};
    h->buffer[0] = h->environment->strip(data, pointer);
    return exact.done();
}

const Op* generic_code(State* s, const Op* op, Hot* h, u64 value, u64 modifier)
{
    Exact exact{s, op, h};
    h->buffer[0] = value;
    if (!h->environment->generic_code(modifier, h->buffer[0]))
        return exact.entered();
    return exact.done();
}

const Op* traced_branch(State* s, const Op* op, Hot* h, Waypoint::Kind kind, bool taken)
{
    const u64 target = s->pc + op->imm;
    const Op* const link = op + 1;
    Exact exact{s, op, h};
    h->environment->waypoint({kind, taken, s->pc, taken ? target : s->pc + 4});
    if (!taken)
        return exact.done(op + 2);
    exact.restore();
    h->cycles += link->cost;
    h->instructions += link->index;
    s->pc = target;
    return h->leaving() || h->cycles >= h->until ? &leave : link->next;
}

const Op* traced_jump(State* s, const Op* op, Hot* h, Waypoint::Kind kind, u64 target)
{
    const Op* const link = op + 1;
    Exact exact{s, op, h};
    h->environment->waypoint({kind, true, s->pc, target});
    exact.restore();
    h->cycles += link->cost;
    h->instructions += link->index;
    s->pc = target;
    return h->leaving() ? &leave : jump(s, h);
}

} // namespace slow

namespace handler {

const Op* undefined(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    h->environment->undefined(static_cast<u32>(op->imm));
    return exact.entered();
}

const Op* fp_trapped(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    h->environment->fp_trapped();
    return exact.entered();
}

const Op* illegal_state(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    h->environment->illegal_state();
    return exact.entered();
}

const Op* check_sp(State* s, const Op* op, Hot* h)
{
    if ((s->x[slot_sp] & 15) == 0) [[likely]]
        return go(s, op + 1, h);
    Exact exact{s, op, h};
    h->environment->sp_alignment_fault();
    return exact.entered();
}

const Op* set_btype(State* s, const Op* op, Hot* h)
{
    s->btype = static_cast<u8>(op->imm);
    return go(s, op + 1, h);
}

const Op* check_landing(State* s, const Op* op, Hot* h)
{
    if (s->btype == 0) [[likely]]
        return go(s, op + 1, h);
    if ((op->extra >> s->btype) & 1) {
        if (op->imm == 0)
            s->btype = 0;
        return go(s, op + 1, h);
    }
    Exact exact{s, op, h};
    h->environment->branch_target();
    return exact.entered();
}

const Op* mark(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    if (h->marked_at != h->instructions) {
        h->marked_at = h->instructions;
        h->environment->mark(static_cast<u32>(op->imm));
    }
    return go(s, exact.done(), h);
}

const Op* breakpoint(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    if (h->broke_at != h->instructions && h->debug->breaks(s->pc)) {
        h->broke_at = h->instructions;
        h->stop = Stop::Breakpoint;
    }
    return go(s, exact.done(), h);
}

const Op* log(State* s, const Op* op, Hot* h)
{
    Exact exact{s, op, h};
    if (h->logged_at != h->instructions) {
        h->logged_at = h->instructions;
        h->environment->log(s->pc, static_cast<u32>(op->imm));
    }
    return go(s, exact.done(), h);
}

/// At the entry of a block, where the clock is exact: blocks with and without the sample point in
/// them are decoded differently.
const Op* sample_block(State* s, const Op* op, Hot* h)
{
    const bool inside = h->sample_at - h->instructions < op->imm;
    if (inside == (Context::SamplePoint::get(h->context) != 0)) [[likely]]
        return go(s, op + 1, h);
    h->context ^= Context::SamplePoint::mask;
    h->reenter = true;
    h->exit = Hot::Exit::Next;
    h->resume = op;
    return nullptr;
}

const Op* sample(State* s, const Op* op, Hot* h)
{
    if (h->instructions + op->index != h->sample_at)
        return go(s, op + 1, h);
    Exact exact{s, op, h};
    h->environment->sample(s->pc, static_cast<u32>(op->imm));
    return go(s, exact.done(), h);
}

const Op* fall_through(State* s, const Op* op, Hot* h)
{
    h->cycles += op->cost;
    h->instructions += op->index;
    s->pc += 4 * u64{op->index};
    return go(s, op[1].next, h);
}

const Op* next_page(State* s, const Op* op, Hot* h)
{
    h->cycles += op->cost;
    h->instructions += op->index;
    s->pc += 4 * u64{op->index};
    return go(s, jump(s, h), h);
}

const Op* unlinked(State*, const Op* op, Hot* h)
{
    h->exit = Hot::Exit::Jump;
    h->link = op;
    return nullptr;
}

const Op* other_page(State* s, const Op*, Hot* h)
{
    return go(s, jump(s, h), h);
}

} // namespace handler

} // namespace sl::a64
