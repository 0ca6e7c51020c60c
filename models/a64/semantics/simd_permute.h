// SPDX-License-Identifier: MIT
#pragma once

#include "a64/semantics/simd_data.h"

namespace sl::a64::semantics {

// Permutations of the elements of vectors.

enum class Permute : u8 { Uzp, Trn, Zip };

/// UZP, TRN, ZIP: `Second` for those that end in 2.
template <Permute What, unsigned Second, class T, unsigned Count>
struct Permutation : MakesVector {
    static PlainVector apply(bool&, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        Lanes<T> result{};
        for (unsigned i = 0; i < Count / 2; ++i) {
            if constexpr (What == Permute::Uzp) {
                result[i] = x[2 * i + Second];
                result[Count / 2 + i] = y[2 * i + Second];
            } else {
                const unsigned from =
                    What == Permute::Trn ? 2 * i + Second : i + Second * (Count / 2);
                result[2 * i] = x[from];
                result[2 * i + 1] = y[from];
            }
        }
        return vector_of<T>(result);
    }
};

/// Static: Q, size, 1 or 2 in the name.
template <Permute What>
struct PermuteVector {
    template <class M, u32 Q, u32 Log2, u32 Second>
    static void run(M& m, Vec<Rm> b, Vec<Rn> a, VecIf<Rd, (Q == 1 || Log2 != 3)> d)
    {
        if constexpr (Q == 1 || Log2 != 3) {
            using G = Permutation<What, Second, UnsignedLane<Log2>, lane_count(Q, Log2)>;
            map_two<G, false>(m, a, b, d);
        }
    }
};

/// Bytes from `first` on of the second operand above the first.
template <unsigned Bytes>
struct ExtractBytes : MakesVector {
    static PlainVector apply(bool&, u64 first, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<u8>(a), y = lanes_of<u8>(b);
        Lanes<u8> result{};
        for (unsigned i = 0; i < Bytes; ++i) {
            const u64 at = first + i;
            result[i] = at < Bytes ? x[at] : y[at - Bytes];
        }
        return vector_of<u8>(result);
    }
};

/// The first byte of EXT: one of the vector's.
template <u32 Q>
struct FirstByte : Imm<4> {
    static bool decode(u32 field, Op& op)
    {
        return (Q == 1 || field < 8) && Imm<4>::decode(field, op);
    }
};

/// EXT. Static: Q.
struct Ext {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> b, FirstByte<Q> first, Vec<Rn> a, Vec<Rd> d)
    {
        const auto x = m.read_vector(a);
        const auto y = m.read_vector(b);
        m.write_vector(d, m.template map<ExtractBytes<8u << Q>>(m.imm(first), x, y));
    }
};

/// Bytes of the table; where the index is beyond it, those of `old`.
template <unsigned Bytes>
struct Lookup : MakesVector {
    template <class... Table>
    static PlainVector apply(bool&, PlainVector old, PlainVector indices, Table... table)
    {
        const std::array<PlainVector, sizeof...(table)> whole{table...};
        const auto bytes = std::bit_cast<std::array<u8, 16 * sizeof...(table)>>(whole);
        const auto before = lanes_of<u8>(old), at = lanes_of<u8>(indices);
        Lanes<u8> result{};
        for (unsigned i = 0; i < Bytes; ++i)
            result[i] = at[i] < bytes.size() ? bytes[at[i]] : before[i];
        return vector_of<u8>(result);
    }
};

/// TBL; with `Extend` TBX. Static: Q.
template <unsigned Registers, bool Extend>
struct TableLookup {
    template <class M, u32 Q>
    static void run(M& m, Vec<Rm> indices, Vec<Rn> first, Vec<Rd> d)
    {
        look_up<M, Q>(m, indices, first, d, std::make_index_sequence<Registers>{});
    }

private:
    template <class M, u32 Q, std::size_t... K>
    static void look_up(M& m, Vec<Rm> indices, Vec<Rn> first, Vec<Rd> d, std::index_sequence<K...>)
    {
        const std::array<typename M::Vector, Registers> table{
            m.read_vector(first, static_cast<unsigned>(K))...};
        const auto at = m.read_vector(indices);
        typename M::Vector old{m.constant(0), m.constant(0)};
        if constexpr (Extend)
            old = m.read_vector(d);
        m.write_vector(d, m.template map<Lookup<8u << Q>>(old, at, table[K]...));
    }
};

} // namespace sl::a64::semantics
