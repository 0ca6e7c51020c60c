// SPDX-License-Identifier: MIT
#include "a64/effects.h"
#include "a64/interpreter.h"
#include "a64/translator/translator.h"

#include <catch2/catch.hpp>

#include <concepts>

using namespace sl;
using namespace sl::a64;

namespace {

// What a body must not do with a Value: each is refused by its type.
template <class V>
concept decides_if = requires(V v)
{
    v ? 1 : 2;
};

template <class V>
concept compares = requires(V a, V b)
{
    a == b;
}

|| requires(V a, V b)
{
    a < b;
}

|| requires(V a)
{
    a == 0;
};

template <class V>
concept negates = requires(V v)
{
    !v;
};

template <class V>
concept is_a_number = std::convertible_to<V, u64> || requires(V v)
{
    static_cast<u64>(v);
};
template <class V>
concept is_made_of_a_number = std::convertible_to<u64, V>;

template <class V>
constexpr bool opaque =
    !decides_if<V> && !compares<V> && !negates<V> && !is_a_number<V> && !is_made_of_a_number<V>;

static_assert(opaque<EffectsMachine::Value>);
static_assert(opaque<Translator::Value>);
// The check is worth something: it sees what a number can do.
static_assert(decides_if<u64> && compares<u64> && negates<u64> && is_a_number<u64>);

} // namespace

TEST_CASE("the interpreter's Value is the number itself", "[a64][machine]")
{
    STATIC_REQUIRE(std::same_as<Interpreter<false>::Value, u64>);
    STATIC_REQUIRE(std::is_empty_v<EffectsMachine::Value>);
}
