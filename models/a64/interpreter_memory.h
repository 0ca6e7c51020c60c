// SPDX-License-Identifier: MIT
#pragma once

#include "a64/interpreter_values.h"

#include <cstring>

namespace sl::a64 {

/// The interpreter's part that accesses memory. Hot accesses go through the software TLB alone and
/// are given up where that has no entry; full ones go through the Environment.
template <bool Full>
class InterpreterMemory : public InterpreterValues {
public:
    using InterpreterValues::InterpreterValues;

    // ---- Memory --------------------------------------------------------------------------------
    // `access` is a constant; its register number is filled in from role Rt where it is valid.

    /// Up to 8 bytes, zero-extended.
    [[gnu::always_inline]] bool load(Value va, Access access, Value& v)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, access.bytes, p))
                return miss();
            v = get(p, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 1)))
            return false;
        v = h_->buffer[0];
        return true;
    }

    [[gnu::always_inline]] bool load_pair(Value va, Access access, Value& a, Value& b)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, 2u * access.bytes, p))
                return miss();
            a = get(p, access.bytes);
            b = get(p + access.bytes, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 2)))
            return false;
        a = h_->buffer[0];
        b = h_->buffer[2];
        return true;
    }

    /// 1 to 16 bytes; the rest of the vector is zero.
    [[gnu::always_inline]] bool load_vector(Value va, Access access, Vector& v)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, access.bytes, p))
                return miss();
            v = get_vector(p, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 1)))
            return false;
        v = {h_->buffer[0], h_->buffer[1]};
        return true;
    }

    [[gnu::always_inline]] bool load_vector_pair(Value va, Access access, Vector& a, Vector& b)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, 2u * access.bytes, p))
                return miss();
            a = get_vector(p, access.bytes);
            b = get_vector(p + access.bytes, access.bytes);
            return true;
        }
        if (!go_on(slow::load(s_, op_, h_, va, access, 2)))
            return false;
        a = {h_->buffer[0], h_->buffer[1]};
        b = {h_->buffer[2], h_->buffer[3]};
        return true;
    }

    [[gnu::always_inline]] bool store(Value va, Access access, Value v)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, access.bytes, p))
                return miss();
            put(p, access.bytes, v);
            return true;
        }
        h_->buffer[0] = v;
        return go_on(slow::store(s_, op_, h_, va, access, 1));
    }

    [[gnu::always_inline]] bool store_pair(Value va, Access access, Value a, Value b)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, 2u * access.bytes, p))
                return miss();
            put(p, access.bytes, a);
            put(p + access.bytes, access.bytes, b);
            return true;
        }
        h_->buffer[0] = a;
        h_->buffer[2] = b;
        return go_on(slow::store(s_, op_, h_, va, access, 2));
    }

    [[gnu::always_inline]] bool store_vector(Value va, Access access, Vector v)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, access.bytes, p))
                return miss();
            put_vector(p, access.bytes, v);
            return true;
        }
        h_->buffer[0] = v.lo;
        h_->buffer[1] = v.hi;
        return go_on(slow::store(s_, op_, h_, va, access, 1));
    }

    [[gnu::always_inline]] bool store_vector_pair(Value va, Access access, Vector a, Vector b)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, 2u * access.bytes, p))
                return miss();
            put_vector(p, access.bytes, a);
            put_vector(p + access.bytes, access.bytes, b);
            return true;
        }
        h_->buffer[0] = a.lo;
        h_->buffer[1] = a.hi;
        h_->buffer[2] = b.lo;
        h_->buffer[3] = b.hi;
        return go_on(slow::store(s_, op_, h_, va, access, 2));
    }

    /// `total` bytes, up to 64, in elements of `access.bytes`, to be had by `block`.
    [[gnu::always_inline]] bool load_block(Value va, Access access, unsigned total)
    {
        if constexpr (!Full) {
            const u8* p = nullptr;
            if (!readable(va, access, total, p))
                return miss();
            std::memcpy(h_->buffer.data(), p, total);
            return true;
        }
        return go_on(slow::load_block(s_, op_, h_, va, access, total));
    }

    /// Bytes 8 * word up of the block; of its last word only those that were loaded mean anything.
    Value block(unsigned word) { return h_->buffer[word]; }

    void set_block(unsigned word, Value v) { h_->buffer[word] = v; }

    [[gnu::always_inline]] bool store_block(Value va, Access access, unsigned total)
    {
        access.write = true;
        if constexpr (!Full) {
            u8* p = nullptr;
            if (!writable(va, access, total, p))
                return miss();
            std::memcpy(p, h_->buffer.data(), total);
            return true;
        }
        return go_on(slow::store_block(s_, op_, h_, va, access, total));
    }

    /// PRFM: a hint, with no effect here.
    void prefetch(Value) {}

    /// `total` bytes, 1 to 16; the low 8 go to `lo`.
    bool load_exclusive(Value va, Access access, unsigned total, Value& lo, Value& hi)
    {
        access.exclusive = true;
        if (!go_on(slow::load_exclusive(s_, op_, h_, va, access, total)))
            return false;
        lo = h_->buffer[0];
        hi = h_->buffer[1];
        return true;
    }

    bool store_exclusive(Value va, Access access, unsigned total, Value lo, Value hi, Value& status)
    {
        access.exclusive = true;
        access.write = true;
        h_->buffer[0] = lo;
        h_->buffer[1] = hi;
        if (!go_on(slow::store_exclusive(s_, op_, h_, va, access, total)))
            return false;
        status = h_->buffer[2];
        return true;
    }

    /// `v`: the operand, then what was in memory before, zero-extended.
    bool atomic(Value va, Access access, AtomicOp what, Value& v)
    {
        access.atomic = true;
        access.write = true;
        h_->buffer[0] = v;
        if (!go_on(slow::atomic(s_, op_, h_, va, access, what)))
            return false;
        v = h_->buffer[0];
        return true;
    }

    /// `access.bytes` up to 16: writes `desired` if memory holds `v`; `v` becomes what it held.
    bool compare_and_swap(Value va, Access access, Vector& v, Vector desired)
    {
        access.atomic = true;
        access.write = true;
        h_->buffer[0] = v.lo;
        h_->buffer[1] = v.hi;
        h_->buffer[2] = desired.lo;
        h_->buffer[3] = desired.hi;
        if (!go_on(slow::compare_and_swap(s_, op_, h_, va, access)))
            return false;
        v = {h_->buffer[0], h_->buffer[1]};
        return true;
    }

    void clear_exclusive() { next_ = slow::clear_exclusive(s_, op_, h_); }

private:
    /// Host address of `size` bytes at `va`, when the software TLB has it. The page of the last
    /// byte is compared, so that an access across pages misses.
    [[gnu::always_inline]] bool readable(u64 va, Access access, unsigned size, const u8*& p)
    {
        const Hot::DataEntry& e = h_->data[Hot::data_index(va)];
        const u64 tag = ((va + (size - 1)) & page_mask) | h_->translation;
        if (access.unprivileged || e.read_tag != tag || (va & op_->align) != 0)
            return false;
        p = host(va, e);
        return true;
    }

    [[gnu::always_inline]] bool writable(u64 va, Access access, unsigned size, u8*& p)
    {
        const Hot::DataEntry& e = h_->data[Hot::data_index(va)];
        const u64 tag = ((va + (size - 1)) & page_mask) | h_->translation;
        if (access.unprivileged || e.write_tag != tag || (va & op_->align) != 0)
            return false;
        p = host(va, e);
        return true;
    }

    static u8* host(u64 va, const Hot::DataEntry& e)
    {
        return reinterpret_cast<u8*>(static_cast<std::uintptr_t>(va + e.addend)); // NOLINT
    }

    static Value get(const u8* p, unsigned bytes)
    {
        switch (bytes) {
        case 1:
            return *p;
        case 2:
            return get_as<u16>(p);
        case 4:
            return get_as<u32>(p);
        default:
            return get_as<u64>(p);
        }
    }

    static Vector get_vector(const u8* p, unsigned bytes)
    {
        return {get(p, bytes), bytes == 16 ? get_as<u64>(p + 8) : 0};
    }

    static void put(u8* p, unsigned bytes, Value v)
    {
        switch (bytes) {
        case 1:
            *p = static_cast<u8>(v);
            break;
        case 2:
            put_as<u16>(p, v);
            break;
        case 4:
            put_as<u32>(p, v);
            break;
        default:
            put_as<u64>(p, v);
            break;
        }
    }

    static void put_vector(u8* p, unsigned bytes, Vector v)
    {
        put(p, bytes, v.lo);
        if (bytes == 16)
            put_as<u64>(p + 8, v.hi);
    }

    template <class T>
    static Value get_as(const u8* p)
    {
        T v;
        std::memcpy(&v, p, sizeof v);
        return v;
    }

    template <class T>
    static void put_as(u8* p, Value v)
    {
        const T part = static_cast<T>(v);
        std::memcpy(p, &part, sizeof part);
    }
};

} // namespace sl::a64
