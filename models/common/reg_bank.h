// SPDX-License-Identifier: MIT
#pragma once

#include "common/bits.h"
#include "common/bus.h"
#include "common/types.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sl {

/// Who accesses a register, when, and whether only to look.
struct RegAccess {
    Initiator who{};
    u64 now_ps = 0;
    bool debug = false; ///< a debugger's read: must change nothing
};

/// `u64 f()` or `u64 f(const RegAccess&, unsigned n)`: the value of element `n` of the register.
class ReadHook {
public:
    ReadHook() = default;

    template <class F>

    requires(!std::is_same_v<std::remove_cvref_t<F>, ReadHook>) ReadHook(F f)
    {
        if constexpr (std::is_invocable_v<F>)
            call_ = [f](const RegAccess&, unsigned) -> u64 { return f(); };
        else
            call_ = f;
    }

    explicit operator bool() const { return static_cast<bool>(call_); }

    u64 operator()(const RegAccess& access, unsigned n) const { return call_(access, n); }

private:
    std::function<u64(const RegAccess&, unsigned)> call_;
};

/// `f(u64 word)` or `f(const RegAccess&, unsigned n, u64 word)`: `word` was written to element `n`.
class WriteHook {
public:
    WriteHook() = default;

    template <class F>

    requires(!std::is_same_v<std::remove_cvref_t<F>, WriteHook>) WriteHook(F f)
    {
        if constexpr (std::is_invocable_v<F, u64>)
            call_ = [f](const RegAccess&, unsigned, u64 word) { f(word); };
        else
            call_ = f;
    }

    explicit operator bool() const { return static_cast<bool>(call_); }

    void operator()(const RegAccess& access, unsigned n, u64 word) const { call_(access, n, word); }

private:
    std::function<void(const RegAccess&, unsigned, u64)> call_;
};

/// One register of a programming interface, or an array of equal ones. Software's `writable` bits
/// are stored, `w1c` bits are cleared by writing one, all others keep their value. Hooks run after
/// that rule: `on_read` gives the value instead of the stored one, `on_write` gets the word as
/// written. If a read has an effect, `on_peek` gives the same value without it, for debuggers and
/// for the bytes that a narrow write leaves alone.
struct Reg {
    u32 offset;
    std::string_view name;
    unsigned width = 32; ///< bits of one element: 8, 16, 32 or 64
    unsigned sizes = 4;  ///< the access sizes in bytes that it takes, added up: 4 + 8
    unsigned count = 1;
    unsigned stride = 0; ///< bytes from one element to the next; 0: they are adjacent
    u64 reset = 0;
    u64 writable = 0;
    u64 w1c = 0;
    ReadHook on_read = {};
    ReadHook on_peek = {};
    WriteHook on_write = {};
    unsigned banks = 1; ///< copies of the stored value
    /// Which copy an initiator sees; null with one bank.
    unsigned (*bank)(const Initiator&) = nullptr;
};

enum class RegStatus : u8 {
    Ok,
    Absent,  ///< nothing at that offset
    BadSize, ///< a register, but not with this size or alignment
};

/// The registers of one frame. Default access is read-only, which is the safe default; what lies
/// between the registers, and what a wrong size means, is the device's to decide.
///
/// An access narrower than a register reads or writes bytes of it; one wider than the elements of
/// an array takes as many of them as it covers.
class RegBank {
public:
    explicit RegBank(std::vector<Reg> regs)
    {
        for (Reg& r : regs) {
            const unsigned bytes = r.width / 8;
            if (r.stride == 0)
                r.stride = bytes;
            if (r.offset % bytes || r.stride < bytes || (r.banks > 1) != (r.bank != nullptr))
                throw std::logic_error("register map: malformed row");
            slots_.push_back({std::move(r), {}});
        }
        std::sort(slots_.begin(), slots_.end(),
                  [](const Slot& a, const Slot& b) { return a.reg.offset < b.reg.offset; });
        for (std::size_t i = 1; i < slots_.size(); ++i)
            if (slots_[i - 1].end() > slots_[i].reg.offset)
                throw std::logic_error("register map: overlapping rows");
        reset();
    }

    RegBank(std::initializer_list<Reg> regs)
        : RegBank{std::vector<Reg>{regs}}
    {
    }

    RegStatus read(u32 offset, unsigned bytes, const RegAccess& access, u64& data)
    {
        data = 0;
        Slot* s = nullptr;
        if (const RegStatus status = locate(offset, bytes, s); status != RegStatus::Ok)
            return status;
        for_each_element(*s, offset, bytes, [&](unsigned n, unsigned at, unsigned shift, u64 mask) {
            data |= ((value(*s, n, access) >> shift) & mask) << (8 * at);
        });
        return RegStatus::Ok;
    }

    RegStatus write(u32 offset, unsigned bytes, const RegAccess& access, u64 data)
    {
        Slot* s = nullptr;
        if (const RegStatus status = locate(offset, bytes, s); status != RegStatus::Ok)
            return status;
        for_each_element(*s, offset, bytes, [&](unsigned n, unsigned at, unsigned shift, u64 mask) {
            store(*s, n, access, (data >> (8 * at)) << shift, mask << shift);
        });
        return RegStatus::Ok;
    }

    /// The stored value of the register at `offset` (its first element, its first bank).
    u64& operator[](u32 offset)
    {
        Slot* s = find(offset);
        if (!s || s->reg.offset != offset)
            throw std::logic_error("register map: no such register");
        return s->values[0];
    }

    void reset()
    {
        for (Slot& s : slots_)
            s.values.assign(std::size_t{s.reg.count} * s.reg.banks, s.reg.reset);
    }

private:
    struct Slot {
        Reg reg;
        std::vector<u64> values;

        u32 end() const { return reg.offset + (reg.count - 1) * reg.stride + reg.width / 8; }
    };

    Slot* find(u32 offset)
    {
        auto it = std::upper_bound(slots_.begin(), slots_.end(), offset,
                                   [](u32 at, const Slot& s) { return at < s.reg.offset; });
        if (it == slots_.begin())
            return nullptr;
        Slot& s = *--it;
        const bool inside =
            offset < s.end() && (offset - s.reg.offset) % s.reg.stride < s.reg.width / 8;
        return inside ? &s : nullptr;
    }

    RegStatus locate(u32 offset, unsigned bytes, Slot*& slot)
    {
        slot = find(offset);
        if (!slot)
            return RegStatus::Absent;
        const bool fits = bytes <= 8 && (slot->reg.sizes & bytes) != 0 && offset % bytes == 0;
        return fits ? RegStatus::Ok : RegStatus::BadSize;
    }

    /// Calls `f(element, byte of the access, bit of the element, mask)` for what an access covers.
    template <class F>
    static void for_each_element(const Slot& s, u32 offset, unsigned bytes, F f)
    {
        const unsigned width = s.reg.width / 8;
        const u32 within = offset - s.reg.offset;
        if (bytes <= width) {
            f(within / s.reg.stride, 0, 8 * (within % s.reg.stride), ones(8 * bytes));
            return;
        }
        for (unsigned at = 0; at < bytes; at += s.reg.stride)
            if (const unsigned n = (within + at) / s.reg.stride; n < s.reg.count)
                f(n, at, 0, ones(s.reg.width));
    }

    u64& stored(Slot& s, unsigned n, const Initiator& who)
    {
        const unsigned bank = s.reg.bank ? s.reg.bank(who) : 0;
        return s.values[n * s.reg.banks + bank];
    }

    u64 value(Slot& s, unsigned n, const RegAccess& access)
    {
        if (access.debug && s.reg.on_peek)
            return s.reg.on_peek(access, n);
        return s.reg.on_read ? s.reg.on_read(access, n) : stored(s, n, access.who);
    }

    void store(Slot& s, unsigned n, const RegAccess& access, u64 word, u64 mask)
    {
        const bool partial = mask != ones(s.reg.width);
        u64& v = stored(s, n, access.who);
        if (partial) {
            const RegAccess look{access.who, access.now_ps, true};
            // Unwritten bytes of a write-one-to-clear field must not clear anything.
            word |= value(s, n, look) & ~mask & ~s.reg.w1c;
        }
        v = ((v & ~s.reg.writable) | (word & s.reg.writable)) & ~(word & s.reg.w1c);
        if (s.reg.on_write)
            s.reg.on_write(access, n, word);
    }

    std::vector<Slot> slots_;
};

/// For Reg::bank: copy 0 for secure accesses, 1 for non-secure ones.
inline unsigned bank_by_security(const Initiator& who)
{
    return who.secure ? 0 : 1;
}

} // namespace sl
