// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/semantics/simd_element.h"
#include "a64/semantics/simd_load_store.h"

#include <array>

namespace sl::a64::semantics {

// LD1 to LD4, ST1 to ST4. Memory is read and written as one block of up to 64 bytes, each element
// an access of its own for alignment; the machine gives the block as little-endian 8-byte words.

/// The shape of a multiple-structure access: `Repeat` times `Interleaved` registers of 8 or, with
/// `Full`, 16 bytes.
template <unsigned Repeat, unsigned Interleaved, unsigned Log2, bool Full>
struct Structure {
    static constexpr unsigned registers = Repeat * Interleaved;
    static constexpr unsigned halves = Full ? 2 : 1;
    static constexpr unsigned words = registers * halves;
    static constexpr unsigned bytes = words * 8;
    static constexpr unsigned per_half = 8u >> Log2;
    /// Halves of registers are words of memory.
    static constexpr bool plain = Interleaved == 1 || Log2 == 3;

    static constexpr unsigned word_of(unsigned reg, unsigned half)
    {
        return Interleaved == 1 ? reg * halves + half : half * Interleaved + reg;
    }

    /// Half `half` of register `reg`, from the block that was loaded.
    template <class M>
    static typename M::Value gather(M& m, unsigned reg, unsigned half)
    {
        if constexpr (plain) {
            return m.block(word_of(reg, half));
        } else {
            auto v = m.constant(0);
            for (unsigned e = 0; e < per_half; ++e) {
                const unsigned at = ((half * per_half + e) * Interleaved + reg) << Log2;
                const auto shifted = m.lsr(m.block(at / 8), m.constant(at % 8 * 8), 64);
                const auto bits = m.zext(shifted, element_bits(Log2));
                v = m.or_(v, m.lsl(bits, m.constant(u64{e} * element_bits(Log2)), 64));
            }
            return v;
        }
    }

    /// Word `word` of the block to be stored.
    template <class M>
    static typename M::Value scatter(M& m, const std::array<typename M::Vector, registers>& v,
                                     unsigned word)
    {
        if constexpr (plain) {
            const unsigned reg = Interleaved == 1 ? word / halves : word % Interleaved;
            const unsigned half = Interleaved == 1 ? word % halves : word / Interleaved;
            return half == 0 ? v[reg].lo : v[reg].hi;
        } else {
            auto result = m.constant(0);
            for (unsigned e = 0; e < per_half; ++e) {
                const unsigned number = word * per_half + e;
                const unsigned reg = number % Interleaved, index = number / Interleaved;
                const auto source = index < per_half ? v[reg].lo : v[reg].hi;
                const unsigned from = index % per_half * element_bits(Log2);
                const auto bits = m.zext(m.lsr(source, m.constant(from), 64), element_bits(Log2));
                result = m.or_(result, m.lsl(bits, m.constant(u64{e} * element_bits(Log2)), 64));
            }
            return result;
        }
    }

    template <class M>
    static bool load(M& m, typename M::Value va, Vec<Rt> t)
    {
        if (!m.load_block(va, vector_access(Log2), bytes))
            return false;
        for (unsigned reg = 0; reg < registers; ++reg) {
            typename M::Vector v{gather(m, reg, 0), m.constant(0)};
            if constexpr (Full)
                v.hi = gather(m, reg, 1);
            m.write_vector(t, reg, v);
        }
        m.is(CostClass::FpLoad);
        return true;
    }

    template <class M>
    static bool store(M& m, typename M::Value va, Vec<Rt> t)
    {
        std::array<typename M::Vector, registers> v{};
        for (unsigned reg = 0; reg < registers; ++reg)
            v[reg] = m.read_vector(t, reg);
        for (unsigned word = 0; word < words; ++word)
            m.set_block(word, scatter(m, v, word));
        return m.store_block(va, vector_access(Log2), bytes);
    }
};

/// The first register of a multiple-structure access. Interleaved registers of one element are
/// reserved.
template <unsigned Interleaved, u32 Q, u32 Log2>
struct FirstVec : Vec<Rt> {
    static bool decode(u32 field, Op& op)
    {
        return (Interleaved == 1 || Q == 1 || Log2 != 3) && Vec<Rt>::decode(field, op);
    }
};

/// Which way a structure goes.
enum class Way { Load, Store };

/// LD1 to LD4, ST1 to ST4 (multiple structures), without writeback or by the number of bytes.
/// Static: Q, size.
template <Way W, unsigned Repeat, unsigned Interleaved, bool WriteBack>
struct Structures {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, RegSp<Rn> n, FirstVec<Interleaved, Q, Log2> t)
    {
        using Shape = Structure<Repeat, Interleaved, Log2, Q == 1>;
        const auto base = m.base(n);
        if (!(W == Way::Load ? Shape::load(m, base, t) : Shape::store(m, base, t)))
            return;
        if constexpr (WriteBack)
            m.write(n, 64, m.add(base, m.constant(Shape::bytes), 64));
    }
};

/// The same, post-indexed by a register.
template <Way W, unsigned Repeat, unsigned Interleaved>
struct StructuresPost {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, FirstVec<Interleaved, Q, Log2> t)
    {
        using Shape = Structure<Repeat, Interleaved, Log2, Q == 1>;
        const auto base = m.base(n);
        if (!(W == Way::Load ? Shape::load(m, base, t) : Shape::store(m, base, t)))
            return;
        const auto by = m.read(rm, 64);
        m.write(n, 64, m.add(base, by, 64));
    }
};

template <unsigned Repeat, unsigned Interleaved, bool WriteBack>
using LoadStructures = Structures<Way::Load, Repeat, Interleaved, WriteBack>;
template <unsigned Repeat, unsigned Interleaved, bool WriteBack>
using StoreStructures = Structures<Way::Store, Repeat, Interleaved, WriteBack>;
template <unsigned Repeat, unsigned Interleaved>
using LoadStructuresPost = StructuresPost<Way::Load, Repeat, Interleaved>;
template <unsigned Repeat, unsigned Interleaved>
using StoreStructuresPost = StructuresPost<Way::Store, Repeat, Interleaved>;

/// One element of each of `Registers` registers.
template <unsigned Registers, unsigned Log2>
struct Lane {
    static constexpr unsigned bytes = Registers << Log2;

    template <class M>
    static typename M::Value loaded(M& m, unsigned reg)
    {
        const unsigned at = reg << Log2;
        const auto shifted = m.lsr(m.block(at / 8), m.constant(at % 8 * 8), 64);
        return m.zext(shifted, element_bits(Log2));
    }

    template <class M>
    static bool load(M& m, typename M::Value va, Extra<4> index, Vec<Rt> t)
    {
        if (!m.load_block(va, vector_access(Log2), bytes))
            return false;
        const auto at = m.extra(index);
        for (unsigned reg = 0; reg < Registers; ++reg) {
            const auto before = m.read_vector(t, reg);
            const auto e = loaded(m, reg);
            m.write_vector(t, reg, insert<Log2>(m, before, at, e));
        }
        m.is(CostClass::FpLoad);
        return true;
    }

    template <bool Full, class M>
    static bool load_and_replicate(M& m, typename M::Value va, Vec<Rt> t)
    {
        if (!m.load_block(va, vector_access(Log2), bytes))
            return false;
        for (unsigned reg = 0; reg < Registers; ++reg)
            m.write_vector(t, reg, replicate<Log2, Full>(m, loaded(m, reg)));
        m.is(CostClass::FpLoad);
        return true;
    }

    template <class M>
    static bool store(M& m, typename M::Value va, Extra<4> index, Vec<Rt> t)
    {
        const auto at = m.extra(index);
        std::array<typename M::Value, 4> words{m.constant(0), m.constant(0), m.constant(0),
                                               m.constant(0)};
        for (unsigned reg = 0; reg < Registers; ++reg) {
            const auto v = m.read_vector(t, reg);
            const auto e = element<Log2>(m, v, at);
            const unsigned to = reg << Log2;
            words[to / 8] = m.or_(words[to / 8], m.lsl(e, m.constant(to % 8 * 8), 64));
        }
        for (unsigned word = 0; word * 8 < bytes; ++word)
            m.set_block(word, words[word]);
        return m.store_block(va, vector_access(Log2), bytes);
    }
};

/// The index of an element: the bits of Q:S:size above its size.
template <unsigned Log2>
struct LaneIndex : Extra<4> {
    static constexpr unsigned width = 4 - Log2;
};

/// LD1 to LD4, ST1 to ST4 (single structure), without writeback or by the number of bytes.
template <Way W, unsigned Registers, unsigned Log2, bool WriteBack>
struct OneLane {
    template <class M>
    static void run(M& m, LaneIndex<Log2> index, RegSp<Rn> n, Vec<Rt> t)
    {
        using Shape = Lane<Registers, Log2>;
        const auto base = m.base(n);
        if (!(W == Way::Load ? Shape::load(m, base, index, t) : Shape::store(m, base, index, t)))
            return;
        if constexpr (WriteBack)
            m.write(n, 64, m.add(base, m.constant(Shape::bytes), 64));
    }
};

/// The same, post-indexed by a register.
template <Way W, unsigned Registers, unsigned Log2>
struct OneLanePost {
    template <class M>
    static void run(M& m, LaneIndex<Log2> index, Reg<Rm> rm, RegSp<Rn> n, Vec<Rt> t)
    {
        using Shape = Lane<Registers, Log2>;
        const auto base = m.base(n);
        if (!(W == Way::Load ? Shape::load(m, base, index, t) : Shape::store(m, base, index, t)))
            return;
        const auto by = m.read(rm, 64);
        m.write(n, 64, m.add(base, by, 64));
    }
};

template <unsigned Registers, unsigned Log2, bool WriteBack>
using LoadLane = OneLane<Way::Load, Registers, Log2, WriteBack>;
template <unsigned Registers, unsigned Log2, bool WriteBack>
using StoreLane = OneLane<Way::Store, Registers, Log2, WriteBack>;
template <unsigned Registers, unsigned Log2>
using LoadLanePost = OneLanePost<Way::Load, Registers, Log2>;
template <unsigned Registers, unsigned Log2>
using StoreLanePost = OneLanePost<Way::Store, Registers, Log2>;

/// LD1R to LD4R. Static: Q, size.
template <unsigned Registers, bool WriteBack>
struct LoadReplicated {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, RegSp<Rn> n, Vec<Rt> t)
    {
        using Shape = Lane<Registers, Log2>;
        const auto base = m.base(n);
        if (!Shape::template load_and_replicate<Q == 1>(m, base, t))
            return;
        if constexpr (WriteBack)
            m.write(n, 64, m.add(base, m.constant(Shape::bytes), 64));
    }
};

template <unsigned Registers>
struct LoadReplicatedPost {
    template <class M, u32 Q, u32 Log2>
    static void run(M& m, Reg<Rm> rm, RegSp<Rn> n, Vec<Rt> t)
    {
        const auto base = m.base(n);
        if (!Lane<Registers, Log2>::template load_and_replicate<Q == 1>(m, base, t))
            return;
        const auto by = m.read(rm, 64);
        m.write(n, 64, m.add(base, by, 64));
    }
};

} // namespace sl::a64::semantics
