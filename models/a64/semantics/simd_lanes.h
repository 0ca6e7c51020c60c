// SPDX-License-Identifier: MIT
#pragma once

#include "a64/alu.h"
#include "a64/machine.h"

#include <array>
#include <bit>
#include <limits>
#include <tuple>
#include <type_traits>

namespace sl::a64::semantics {

// Advanced SIMD by lanes: what M::map() is given. Log2 is the size of an element: 0 to 3 for B, H,
// S, D. A function on lanes, `F::lane`, is written once for all sizes and both signs; it gets plain
// numbers of the lane's type.

__extension__ using Wide = __int128;

using PlainVector = VectorValue<u64>;

template <class T>
using Lanes = std::array<T, 16 / sizeof(T)>;

template <class T>
Lanes<T> lanes_of(PlainVector v)
{
    return std::bit_cast<Lanes<T>>(v);
}

template <class T>
PlainVector vector_of(const Lanes<T>& lanes)
{
    return std::bit_cast<PlainVector>(lanes);
}

template <unsigned Log2>
using UnsignedLane = std::tuple_element_t<Log2, std::tuple<u8, u16, u32, u64>>;
template <unsigned Log2>
using SignedLane = std::make_signed_t<UnsignedLane<Log2>>;
/// U, bit 29 of most encodings, is 1 for unsigned.
template <unsigned Log2, u32 U>
using LaneOf = std::conditional_t<U != 0, UnsignedLane<Log2>, SignedLane<Log2>>;

/// SignedSat(), UnsignedSat(): `v` in the range of T.
template <class T, class V>
constexpr T saturate(V v, bool& saturated)
{
    if (v < V{std::numeric_limits<T>::min()}) {
        saturated = true;
        return std::numeric_limits<T>::min();
    }
    if (v > V{std::numeric_limits<T>::max()}) {
        saturated = true;
        return std::numeric_limits<T>::max();
    }
    return static_cast<T>(v);
}

/// A type that holds sums, products and shifts of T.
template <class T>
using Wider = std::conditional_t<sizeof(T) == 8, Wide, s64>;

/// How a vector is cut: lanes of 1 << Log2 bytes, of which `Count` take part; the rest of the
/// result is zero.
template <unsigned Log2, unsigned Count>
struct Shape {
    static constexpr unsigned log2 = Log2, count = Count;
};

/// How many elements a vector of 64 or, with Q, 128 bits has.
constexpr unsigned lane_count(u32 q, unsigned log2)
{
    return (8u << q) >> log2;
}

template <u32 Q, unsigned Log2>
using VectorShape = Shape<Log2, lane_count(Q, Log2)>;
template <unsigned Log2>
using ScalarShape = Shape<Log2, 1>;

/// Which sizes an instruction has: bit n for elements of 1 << n bytes.
inline constexpr unsigned size_b = 1, size_h = 2, size_s = 4, size_d = 8, sizes_bh = 3,
                          sizes_hs = 6, sizes_bhs = 7, sizes_bhsd = 15, sizes_sd = 12;

constexpr bool has_size(unsigned sizes, unsigned log2)
{
    return ((sizes >> log2) & 1) != 0;
}

/// Vectors of one D element are reserved.
constexpr bool has_arrangement(unsigned sizes, u32 q, unsigned log2)
{
    return has_size(sizes, log2) && (q == 1 || log2 != 3);
}

/// SIMD&FP register of an encoding that is UNDEFINED without `Defined`.
template <Role R, bool Defined>
struct VecIf : Vec<R> {
    static bool decode(u32 field, Op& op) { return Defined && Vec<R>::decode(field, op); }
};

// ---- What map() is given ------------------------------------------------------------------------

struct MakesVector {
    static constexpr bool makes_vector = true;
};

/// Each lane of the operands, which may be two or one, and of the old destination before them if F
/// accumulates.
template <class F, class T, class S>
struct ByLane : MakesVector {
    template <class... V>
    static PlainVector apply(bool& saturated, V... v)
    {
        return run(saturated, lanes_of<T>(v)...);
    }

private:
    template <class... L>
    static PlainVector run(bool& saturated, const L&... l)
    {
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i)
            result[i] = static_cast<T>(F::lane(saturated, l[i]...));
        return vector_of<T>(result);
    }
};

/// Each lane of vectors with a number that is the same for all lanes.
template <class F, class T, class S>
struct ByLaneWith : MakesVector {
    static PlainVector apply(bool& saturated, u64 number, PlainVector a)
    {
        const auto x = lanes_of<T>(a);
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i)
            result[i] = static_cast<T>(F::lane(saturated, number, x[i]));
        return vector_of<T>(result);
    }

    static PlainVector apply(bool& saturated, u64 number, PlainVector old, PlainVector a)
    {
        const auto x = lanes_of<T>(a), before = lanes_of<T>(old);
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i)
            result[i] = static_cast<T>(F::lane(saturated, number, before[i], x[i]));
        return vector_of<T>(result);
    }
};

/// Adjacent lanes of the second operand's and the first operand's concatenation, by two.
template <class F, class T, class S>
struct Pairwise : MakesVector {
    static PlainVector apply(bool& saturated, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        Lanes<T> result{};
        constexpr unsigned half = S::count / 2;
        for (unsigned i = 0; i < half; ++i) {
            result[i] = static_cast<T>(F::lane(saturated, x[2 * i], x[2 * i + 1]));
            result[half + i] = static_cast<T>(F::lane(saturated, y[2 * i], y[2 * i + 1]));
        }
        return vector_of<T>(result);
    }
};

template <class T>
using Doubled = std::conditional_t<
    std::is_signed_v<T>,
    std::tuple_element_t<std::bit_width(sizeof(T)) - 1, std::tuple<s16, s32, s64>>,
    std::tuple_element_t<std::bit_width(sizeof(T)) - 1, std::tuple<u16, u32, u64>>>;

/// Lanes of T from half a vector (the upper, if `Upper`), to lanes of twice the size. F gets its
/// operands in the wide type. `Count`: how many lanes the result has.
template <class F, class T, unsigned Upper, unsigned Count>
struct Widening : MakesVector {
    using W = Doubled<T>;
    static constexpr unsigned from = Upper * (8 / sizeof(T));

    static PlainVector apply(bool& saturated, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        Lanes<W> result{};
        for (unsigned i = 0; i < Count; ++i)
            result[i] = static_cast<W>(F::lane(saturated, W{x[from + i]}, W{y[from + i]}));
        return vector_of<W>(result);
    }

    static PlainVector apply(bool& saturated, PlainVector old, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<T>(a), y = lanes_of<T>(b);
        const auto before = lanes_of<W>(old);
        Lanes<W> result{};
        for (unsigned i = 0; i < Count; ++i)
            result[i] =
                static_cast<W>(F::lane(saturated, before[i], W{x[from + i]}, W{y[from + i]}));
        return vector_of<W>(result);
    }
};

/// The same of one operand and a number (SSHLL).
template <class F, class T, unsigned Upper>
struct WideningWith : MakesVector {
    using W = Doubled<T>;
    static constexpr unsigned count = 8 / sizeof(T), from = Upper * count;

    static PlainVector apply(bool& saturated, u64 number, PlainVector a)
    {
        const auto x = lanes_of<T>(a);
        Lanes<W> result{};
        for (unsigned i = 0; i < count; ++i)
            result[i] = static_cast<W>(F::lane(saturated, number, W{x[from + i]}));
        return vector_of<W>(result);
    }
};

/// The first operand is wide already (SADDW).
template <class F, class T, unsigned Upper>
struct WideningSecond : MakesVector {
    using W = Doubled<T>;
    static constexpr unsigned count = 8 / sizeof(T), from = Upper * count;

    static PlainVector apply(bool& saturated, PlainVector a, PlainVector b)
    {
        const auto x = lanes_of<W>(a);
        const auto y = lanes_of<T>(b);
        Lanes<W> result{};
        for (unsigned i = 0; i < count; ++i)
            result[i] = static_cast<W>(F::lane(saturated, x[i], W{y[from + i]}));
        return vector_of<W>(result);
    }
};

/// Sums of adjacent lanes of T in lanes of twice the size, added to the old ones where they are
/// given.
template <class T, class S>
struct PairwiseLong : MakesVector {
    using W = Doubled<T>;

    static PlainVector apply(bool& saturated, PlainVector a) { return apply(saturated, {}, a); }

    static PlainVector apply(bool&, PlainVector old, PlainVector a)
    {
        const auto x = lanes_of<T>(a);
        const auto before = lanes_of<W>(old);
        Lanes<W> result{};
        for (unsigned i = 0; i < S::count / 2; ++i)
            result[i] = static_cast<W>(u64(before[i]) + u64(x[2 * i]) + u64(x[2 * i + 1]));
        return vector_of<W>(result);
    }
};

/// All lanes of T, one after the other, in lane 0 of R.
template <class F, class T, class R, class S>
struct Across : MakesVector {
    static PlainVector apply(bool& saturated, PlainVector a)
    {
        const auto x = lanes_of<T>(a);
        R all{x[0]};
        for (unsigned i = 1; i < S::count; ++i)
            all = F::lane(saturated, all, R{x[i]});
        Lanes<R> result{};
        result[0] = all;
        return vector_of<R>(result);
    }
};

/// The lanes of each `1 << Container` bytes in reverse order.
template <unsigned Container, class T, class S>
struct ReverseLanes : MakesVector {
    static PlainVector apply(bool&, PlainVector a)
    {
        constexpr unsigned each = (1u << Container) / sizeof(T);
        const auto x = lanes_of<T>(a);
        Lanes<T> result{};
        for (unsigned i = 0; i < S::count; ++i)
            result[i] = x[i ^ (each - 1)];
        return vector_of<T>(result);
    }
};

/// Lanes of W to lanes of T, half their size. Into the upper half of `old`, if `Upper`; else the
/// upper half is zero. F gets `number`, where there is one, before the lanes.
template <class F, class T, class W, unsigned Upper, unsigned Count = 8 / sizeof(T)>
struct Narrowing : MakesVector {
    static PlainVector apply(bool& saturated, PlainVector old, PlainVector a)
    {
        return put(old, [&](unsigned i) { return F::lane(saturated, lanes_of<W>(a)[i]); });
    }

    static PlainVector apply(bool& saturated, PlainVector old, PlainVector a, PlainVector b)
    {
        return put(old, [&](unsigned i) {
            return F::lane(saturated, lanes_of<W>(a)[i], lanes_of<W>(b)[i]);
        });
    }

    static PlainVector apply(bool& saturated, u64 number, PlainVector old, PlainVector a)
    {
        return put(old, [&](unsigned i) { return F::lane(saturated, number, lanes_of<W>(a)[i]); });
    }

private:
    template <class Lane>
    static PlainVector put(PlainVector old, Lane lane)
    {
        Lanes<T> result{};
        for (unsigned i = 0; i < Count; ++i)
            result[i] = static_cast<T>(lane(i));
        const u64 half = vector_of<T>(result).lo;
        if constexpr (Upper != 0)
            return {old.lo, half};
        else
            return {half, 0};
    }
};

/// One lane in all lanes: by-element instructions are those of vectors with that.
template <unsigned Log2>
struct Repeat : MakesVector {
    static PlainVector apply(bool&, u64 index, PlainVector v)
    {
        using T = UnsignedLane<Log2>;
        Lanes<T> result{};
        result.fill(lanes_of<T>(v)[index]);
        return vector_of<T>(result);
    }
};

} // namespace sl::a64::semantics
