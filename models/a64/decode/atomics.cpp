// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/exclusive.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name, Parts needs = {})
{
    return a64::row<InterpreterTarget, P, Semantics>(name, needs);
}

// clang-format off

constexpr Row rows[] = {
    // size       L   Rs      Rt2   Rn    Rt
    row<"00 001000 0 0 0 sssss 0 xxxxx nnnnn ttttt", StoreExclusive<0, false>    >("stxrb"),
    row<"00 001000 0 0 0 sssss 1 xxxxx nnnnn ttttt", StoreExclusive<0, true>     >("stlxrb"),
    row<"00 001000 0 1 0 xxxxx 0 xxxxx nnnnn ttttt", LoadExclusive<0, false>     >("ldxrb"),
    row<"00 001000 0 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadExclusive<0, true>      >("ldaxrb"),
    row<"01 001000 0 0 0 sssss 0 xxxxx nnnnn ttttt", StoreExclusive<1, false>    >("stxrh"),
    row<"01 001000 0 0 0 sssss 1 xxxxx nnnnn ttttt", StoreExclusive<1, true>     >("stlxrh"),
    row<"01 001000 0 1 0 xxxxx 0 xxxxx nnnnn ttttt", LoadExclusive<1, false>     >("ldxrh"),
    row<"01 001000 0 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadExclusive<1, true>      >("ldaxrh"),
    row<"10 001000 0 0 0 sssss 0 xxxxx nnnnn ttttt", StoreExclusive<2, false>    >("stxr"),
    row<"10 001000 0 0 0 sssss 1 xxxxx nnnnn ttttt", StoreExclusive<2, true>     >("stlxr"),
    row<"10 001000 0 1 0 xxxxx 0 xxxxx nnnnn ttttt", LoadExclusive<2, false>     >("ldxr"),
    row<"10 001000 0 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadExclusive<2, true>      >("ldaxr"),
    row<"11 001000 0 0 0 sssss 0 xxxxx nnnnn ttttt", StoreExclusive<3, false>    >("stxr"),
    row<"11 001000 0 0 0 sssss 1 xxxxx nnnnn ttttt", StoreExclusive<3, true>     >("stlxr"),
    row<"11 001000 0 1 0 xxxxx 0 xxxxx nnnnn ttttt", LoadExclusive<3, false>     >("ldxr"),
    row<"11 001000 0 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadExclusive<3, true>      >("ldaxr"),
    row<"10 001000 0 0 1 sssss 0 uuuuu nnnnn ttttt", StoreExclusivePair<2, false>>("stxp"),
    row<"10 001000 0 0 1 sssss 1 uuuuu nnnnn ttttt", StoreExclusivePair<2, true> >("stlxp"),
    row<"10 001000 0 1 1 xxxxx 0 uuuuu nnnnn ttttt", LoadExclusivePair<2, false> >("ldxp"),
    row<"10 001000 0 1 1 xxxxx 1 uuuuu nnnnn ttttt", LoadExclusivePair<2, true>  >("ldaxp"),
    row<"11 001000 0 0 1 sssss 0 uuuuu nnnnn ttttt", StoreExclusivePair<3, false>>("stxp"),
    row<"11 001000 0 0 1 sssss 1 uuuuu nnnnn ttttt", StoreExclusivePair<3, true> >("stlxp"),
    row<"11 001000 0 1 1 xxxxx 0 uuuuu nnnnn ttttt", LoadExclusivePair<3, false> >("ldxp"),
    row<"11 001000 0 1 1 xxxxx 1 uuuuu nnnnn ttttt", LoadExclusivePair<3, true>  >("ldaxp"),
    row<"00 001000 1 0 0 xxxxx 1 xxxxx nnnnn ttttt", StoreRelease<0>             >("stlrb"),
    row<"00 001000 1 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadAcquire<0>              >("ldarb"),
    row<"01 001000 1 0 0 xxxxx 1 xxxxx nnnnn ttttt", StoreRelease<1>             >("stlrh"),
    row<"01 001000 1 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadAcquire<1>              >("ldarh"),
    row<"10 001000 1 0 0 xxxxx 1 xxxxx nnnnn ttttt", StoreRelease<2>             >("stlr"),
    row<"10 001000 1 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadAcquire<2>              >("ldar"),
    row<"11 001000 1 0 0 xxxxx 1 xxxxx nnnnn ttttt", StoreRelease<3>             >("stlr"),
    row<"11 001000 1 1 0 xxxxx 1 xxxxx nnnnn ttttt", LoadAcquire<3>              >("ldar"),
    // FEAT_LSE. Acquire and release, A and R, change nothing here: x.
    // size          A   Rs    R        Rn    Rt
    row<"0S 001000 0 x 1 sssss x 11111 nnnnn ttttt", CompareAndSwapPair          >("casp", Part::Lse),
    row<"SS 001000 1 x 1 sssss x 11111 nnnnn ttttt", CompareAndSwap              >("cas", Part::Lse),
    // size        A R   Rs    o3 opc   Rn    Rt
    row<"SS 111 0 00 x x 1 sssss 0 000 00 nnnnn ttttt", Atomic<AtomicOp::Add>       >("ldadd", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 001 00 nnnnn ttttt", Atomic<AtomicOp::Clr>       >("ldclr", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 010 00 nnnnn ttttt", Atomic<AtomicOp::Eor>       >("ldeor", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 011 00 nnnnn ttttt", Atomic<AtomicOp::Set>       >("ldset", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 100 00 nnnnn ttttt", Atomic<AtomicOp::Smax>      >("ldsmax", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 101 00 nnnnn ttttt", Atomic<AtomicOp::Smin>      >("ldsmin", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 110 00 nnnnn ttttt", Atomic<AtomicOp::Umax>      >("ldumax", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 0 111 00 nnnnn ttttt", Atomic<AtomicOp::Umin>      >("ldumin", Part::Lse),
    row<"SS 111 0 00 x x 1 sssss 1 000 00 nnnnn ttttt", Atomic<AtomicOp::Swap>      >("swp", Part::Lse),
};

// clang-format on

} // namespace

std::span<const Row> atomics_rows()
{
    return rows;
}

} // namespace sl::a64::decode
