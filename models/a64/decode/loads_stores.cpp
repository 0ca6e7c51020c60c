// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/load_store.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name)
{
    return a64::row<InterpreterTarget, P, Semantics>(name);
}

// clang-format off

constexpr Row rows[] = {
    //   size  V    opc imm12        Rn    Rt
    row<"11 111 0 01 00 iiiiiiiiiiii nnnnn ttttt", StoreUnsigned64>("str (immediate)"),
    row<"11 111 0 01 01 iiiiiiiiiiii nnnnn ttttt", LoadUnsigned64 >("ldr (immediate)"),
};

// clang-format on

} // namespace

std::span<const Row> loads_stores_rows()
{
    return rows;
}

} // namespace sl::a64::decode
