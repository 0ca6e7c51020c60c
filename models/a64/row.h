// SPDX-License-Identifier: MIT
#pragma once

#include "a64/op.h"
#include "a64/parts.h"
#include "a64/pattern.h"

#include <array>
#include <utility>

namespace sl::a64 {

/// One encoding: its pattern, and the semantics bound to Target for each value of the static
/// operands. Target is InterpreterTarget or TranslatorTarget: what a machine wants to keep.
template <class Target>
struct RowOf { // NOLINT(cppcoreguidelines-pro-type-member-init): an aggregate, made by row()
    Pattern pattern;
    const typename Target::Binding* variants;
    const char* name;
    Parts needs; ///< without them the encoding is UNDEFINED

    const typename Target::Binding& binding(u32 word) const
    {
        return variants[pattern.variant(word)];
    }
};

namespace detail {

/// Checks a semantic function's parameters against the pattern and decodes a word into the Op.
template <Pattern P, class... Params>
struct Decoder {
    static constexpr unsigned given = P.number(false);
    static_assert(given == sizeof...(Params), "operand count differs from the pattern's");

    template <std::size_t... I>
    static bool apply([[maybe_unused]] u32 word, [[maybe_unused]] Op& op, std::index_sequence<I...>)
    {
        static_assert(((P.operands[P.nth(I, false)].width == Params::width) && ...),
                      "operand width differs from the pattern's");
        return (Params::decode(P.extract(P.nth(I, false), word), op) && ...);
    }

    static bool decode(u32 word, Op& op)
    {
        return apply(word, op, std::make_index_sequence<sizeof...(Params)>{});
    }
};

template <class Target, Pattern P, class Semantics, unsigned V, std::size_t... S>
constexpr typename Target::Binding bind(std::index_sequence<S...>)
{
    return Target::template bind<P, Semantics, P.static_value(V, S)...>();
}

template <class Target, Pattern P, class Semantics, std::size_t... V>
constexpr auto bind_all(std::index_sequence<V...>)
{
    return std::array<typename Target::Binding, sizeof...(V)>{
        bind<Target, P, Semantics, V>(std::make_index_sequence<P.number(true)>{})...};
}

template <class Target, Pattern P, class Semantics>
inline constexpr auto variants =
    bind_all<Target, P, Semantics>(std::make_index_sequence<std::size_t{1} << P.static_bits()>{});

} // namespace detail

/// A row of a decode table. `Semantics` has
///
///   template <class M, u32... Static> static void run(M& m, Params...);
///
/// with one template argument per static operand of the pattern and one parameter (operands.h) per
/// other operand, both in the pattern's order.
template <class Target, Pattern P, class Semantics>
constexpr RowOf<Target> row(const char* name, Parts needs = {})
{
    static_assert(P.static_bits() <= 8, "too many variants");
    return {P, detail::variants<Target, P, Semantics>.data(), name, needs};
}

} // namespace sl::a64
