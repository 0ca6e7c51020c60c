// SPDX-License-Identifier: MIT
#pragma once

#include "a64/context.h"
#include "a64/engine.h"

#include <cassert>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sl::a64::test {

/// A PE for tests of the instruction set: flat memory, no translation, and a record of everything
/// that the engine asked for. An exception is recorded, goes to `vector`, and stops the run.
class Machine : public Environment {
public:
    static constexpr u64 base = 0x1'0000, size = 0x10'0000;
    static constexpr u64 code = base, data = base + 0x8'0000, vector = base + 0xf'0000;

    /// What was asked of the environment, in order.
    struct Call {
        std::string what;
        u64 pc = 0;
        u64 value = 0; ///< the immediate, address, key or word
        u64 cycles = 0, instructions = 0;
    };

    explicit Machine(const Engine::Options& options = {})
        : engine{state, *this, watch, options}
    {
        engine.set_translation(1);
        engine.set_context(context());
        state.pc = code;
        state.x[slot_sp] = base + 0x9'0000;
    }

    // ---- Set-up --------------------------------------------------------------------------------

    /// The context word that the machine runs in: EL1, fields added with `with`.
    static u64 context(u64 with = 0) { return Context::El::make(1) | with; }

    void put(u64 at, std::initializer_list<u32> words)
    {
        for (const u32 word : words) {
            write(at, word, 4);
            at += 4;
        }
    }

    void write(u64 at, u64 value, unsigned bytes)
    {
        std::memcpy(host(at), &value, bytes);
        watch.written(at, bytes);
    }

    u64 read(u64 at, unsigned bytes)
    {
        u64 value = 0;
        std::memcpy(&value, host(at), bytes);
        return value;
    }

    u8* host(u64 at)
    {
        assert(at >= base && at < base + size);
        return memory.data() + (at - base);
    }

    // ---- Execution -----------------------------------------------------------------------------

    /// Executes `word` alone, at `state.pc`, as one step.
    void step(u32 word)
    {
        put(state.pc, {word});
        const bool stops = std::exchange(stop_on_exception, false);
        engine.set_context(context_word | Context::SingleStep::mask);
        engine.run(~u64{0});
        engine.set_context(context_word);
        stop_on_exception = stops;
    }

    /// Executes from `code` until an exception; BRK is the way to end a program.
    void run(std::initializer_list<u32> words)
    {
        put(code, words);
        state.pc = code;
        run();
    }

    Stop run(u64 until = ~u64{0})
    {
        engine.set_context(context_word);
        return engine.run(until);
    }

    // ---- Environment ---------------------------------------------------------------------------

    bool fetch(u64 va, FetchPage& page) override
    {
        note("fetch", va);
        if (va % 4 != 0)
            return fault("pc alignment", va);
        if (!mapped(va) || unmapped.contains(va & page_mask))
            return fault("instruction abort", va);
        page.pa = physical(va) & page_mask;
        page.host = host(page.pa);
        page.guarded = guarded.contains(va & page_mask);
        return true;
    }

    bool load(u64 va, const Access& access, void* out) override
    {
        note("load", va);
        last = access;
        if (!reachable(va, access))
            return false;
        for (unsigned i = 0; i < access.bytes; ++i)
            static_cast<u8*>(out)[i] = *host(physical(va + i));
        fill(va, access);
        return hook(va);
    }

    bool store(u64 va, const Access& access, const void* in) override
    {
        note("store", va);
        last = access;
        if (!reachable(va, access))
            return false;
        for (unsigned i = 0; i < access.bytes; ++i)
            *host(physical(va + i)) = static_cast<const u8*>(in)[i];
        fill(va, access);
        watch.written(physical(va), access.bytes);
        return hook(va);
    }

    u8* atomic(u64 va, const Access& access, u64& pa) override
    {
        note("atomic", va);
        last = access;
        if (!reachable(va, access))
            return nullptr;
        if (va % access.bytes != 0) {
            fault("alignment", va);
            return nullptr;
        }
        pa = physical(va);
        return host(pa);
    }

    void wrote(u64 pa, unsigned bytes) override
    {
        note("wrote", pa);
        watch.written(pa, bytes);
    }

    bool load_exclusive(u64 va, const Access& access, unsigned total, void* out) override
    {
        note("load_exclusive", va);
        last = access;
        if (!reachable(va, access) || !aligned(va, total))
            return false;
        std::memcpy(out, host(physical(va)), total);
        monitor = va;
        return true;
    }

    bool store_exclusive(u64 va, const Access& access, unsigned total, const void* in,
                         u64& status) override
    {
        note("store_exclusive", va);
        last = access;
        if (!reachable(va, access) || !aligned(va, total))
            return false;
        status = monitor == va ? 0 : 1;
        if (status == 0) {
            std::memcpy(host(physical(va)), in, total);
            watch.written(physical(va), total);
        }
        monitor = 0;
        return true;
    }

    void clear_exclusive() override
    {
        note("clear_exclusive");
        monitor = 0;
    }

    bool zero_block(u64 va) override
    {
        note("zero_block", va);
        std::memset(host(physical(va & ~u64{63})), 0, 64);
        watch.written(physical(va & ~u64{63}), 64);
        return true;
    }

    /// Registers are what was written to them; an unknown one is UNDEFINED.
    bool read_sysreg(SysKey key, unsigned rt, u64& value) override
    {
        note("read_sysreg", key.value);
        last_rt = rt;
        const auto at = sysregs.find(key.value);
        if (at == sysregs.end())
            return fault("undefined", key.value);
        value = at->second;
        return true;
    }

    bool write_sysreg(SysKey key, unsigned rt, u64 value) override
    {
        note("write_sysreg", key.value);
        last_rt = rt;
        sysregs[key.value] = value;
        return act();
    }

    bool write_pstate(unsigned op1, unsigned op2, unsigned imm) override
    {
        note("write_pstate", op1 << 8 | op2 << 4 | imm);
        return act();
    }

    bool sys(SysKey key, unsigned rt, u64) override
    {
        note("sys", key.value);
        last_rt = rt;
        return act();
    }

    bool sysl(SysKey key, unsigned rt, u64& value) override
    {
        note("sysl", key.value);
        last_rt = rt;
        value = 0x1234;
        return true;
    }

    void barrier(Barrier kind, unsigned crm) override
    {
        note(kind == Barrier::Isb ? "isb" : kind == Barrier::Dsb ? "dsb" : "dmb", crm);
        act();
    }

    bool hint(unsigned imm) override
    {
        note("hint", imm);
        if (imm == 3)
            engine.request_stop(Stop::Halted);
        return act();
    }

    bool wait_until(bool event, unsigned rt, u64 count) override
    {
        note(event ? "wfet" : "wfit", count);
        last_rt = rt;
        return act();
    }

    void svc(u16 imm) override { fault("svc", imm); }

    void hvc(u16 imm) override { fault("hvc", imm); }

    void smc(u16 imm) override { fault("smc", imm); }

    void brk(u16 imm) override { fault("brk", imm); }

    void hlt(u16 imm) override { fault("hlt", imm); }

    /// Returns to x30, for want of ELR.
    u64 exception_link() override { return state.x[30]; }

    void eret(u64 target) override
    {
        note("eret", target);
        state.pc = target;
    }

    // Pointer authentication that can be read: the code is the modifier's low bits and the key, at
    // bit 48.

    static u64 code_of(PacKey key, u64 modifier)
    {
        return (modifier << 2 | static_cast<u64>(key)) << 48;
    }

    bool sign(PacKey key, u64 modifier, u64& pointer) override
    {
        note("sign", modifier);
        pointer |= code_of(key, modifier);
        return act();
    }

    bool authenticate(PacKey key, u64 modifier, bool combined, u64& pointer) override
    {
        note(combined ? "authenticate first" : "authenticate", modifier);
        pointer ^= code_of(key, modifier);
        return pointer >> 48 == 0 || fault("pac fail", pointer);
    }

    u64 strip(bool of_data, u64 pointer) override
    {
        note(of_data ? "strip data" : "strip", pointer);
        return pointer & 0xffff'ffff'ffff;
    }

    bool generic_code(u64 modifier, u64& value) override
    {
        note("generic code", modifier);
        value ^= modifier;
        return act();
    }

    void undefined(u32 word) override { fault("undefined", word); }

    void fp_trapped() override { fault("fp trapped"); }

    void sp_alignment_fault() override { fault("sp alignment"); }

    void illegal_state() override { fault("illegal state"); }

    void branch_target() override { fault("branch target", state.btype); }

    void waypoint(const Waypoint& w) override
    {
        note("waypoint", w.target);
        waypoints.push_back(w);
    }

    u32 mark_at(u64 pa) override
    {
        const auto at = marks.find(pa);
        return at == marks.end() ? 0 : at->second;
    }

    void mark(u32 id) override
    {
        note("mark", id);
        act();
    }

    void log(u64, u32 word) override
    {
        note("log", word);
        act();
    }

    void sample(u64, u32 word) override
    {
        note("sample", word);
        if (on_sample)
            on_sample(word);
    }

    // ---- What happened -------------------------------------------------------------------------

    /// How often `what` was asked.
    unsigned count(const std::string& what) const
    {
        unsigned n = 0;
        for (const Call& call : calls)
            n += call.what == what ? 1u : 0u;
        return n;
    }

    /// The last call `what`; there must be one.
    const Call& last_call(const std::string& what) const
    {
        for (auto call = calls.rbegin(); call != calls.rend(); ++call)
            if (call->what == what)
                return *call;
        throw what + " was not called";
    }

    /// Did the last run end by this exception?
    bool took(const std::string& what) const { return exception == what; }

    std::vector<u8> memory = std::vector<u8>(size);
    State state;
    PageWatch watch;
    u64 context_word = context();
    std::vector<Call> calls;
    std::vector<Waypoint> waypoints;
    std::string exception; ///< the last one taken
    Access last;           ///< of the last data access
    unsigned last_rt = 0;  ///< of the last system register access
    u64 monitor = 0;       ///< armed address
    std::map<u16, u64> sysregs;
    std::map<u64, u32> marks;           ///< by physical address
    std::set<u64> unmapped;             ///< pages that abort
    std::set<u64> guarded;              ///< pages with GP
    std::map<u64, u64> aliases;         ///< virtual pages beyond the memory
    std::function<void(u32)> on_sample; ///< must move the sample point on
    bool fills = true;                  ///< give pages to the software TLB
    bool stop_on_exception = true;
    void (*action)(Machine&) = nullptr; ///< in every call of system instructions, marks and the log
    u64 hooked = 0;                     ///< accesses to this address run `action` too
    Engine engine;

private:
    void note(const char* what, u64 value = 0)
    {
        calls.push_back({what, state.pc, value, engine.cycles(), engine.instructions()});
    }

    bool act()
    {
        if (action != nullptr)
            action(*this);
        return true;
    }

    bool hook(u64 va) { return va != hooked || act(); }

    bool fault(const char* what, u64 value = 0)
    {
        note(what, value);
        exception = what;
        state.pc = vector;
        if (stop_on_exception)
            engine.request_stop();
        return false;
    }

    u64 physical(u64 va) const
    {
        const auto at = aliases.find(va & page_mask);
        return at == aliases.end() ? va : at->second | (va & ~page_mask);
    }

    bool mapped(u64 va) const
    {
        const u64 pa = physical(va);
        return pa >= base && pa < base + size;
    }

    bool aligned(u64 va, unsigned bytes) { return va % bytes == 0 || fault("alignment", va); }

    bool reachable(u64 va, const Access& access)
    {
        const bool check = access.ordered || Context::AlignCheck::get(context_word) != 0;
        if (check && !aligned(va, access.bytes))
            return false;
        for (const u64 at : {va, va + access.bytes - 1})
            if (!mapped(at) || unmapped.contains(at & page_mask))
                return fault("data abort", at);
        return true;
    }

    void fill(u64 va, const Access& access)
    {
        if (fills && (va & page_mask) == ((va + access.bytes - 1) & page_mask)) {
            const u64 pa = physical(va) & page_mask;
            engine.fill(va & page_mask, pa, host(pa), true, true);
        }
    }
};

} // namespace sl::a64::test
