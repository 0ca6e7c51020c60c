// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/exclusive.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name, Parts needs)
{
    return a64::row<InterpreterTarget, P, Semantics>(name, needs);
}

// clang-format off

constexpr Row rows[] = {
    // FEAT_LRCPC
    row<"00 111 0 00 1 0 1 11111 1 100 00 nnnnn ttttt", LoadAcquire<0>                   >("ldaprb", Part::Lrcpc),
    row<"01 111 0 00 1 0 1 11111 1 100 00 nnnnn ttttt", LoadAcquire<1>                   >("ldaprh", Part::Lrcpc),
    row<"10 111 0 00 1 0 1 11111 1 100 00 nnnnn ttttt", LoadAcquire<2>                   >("ldapr", Part::Lrcpc),
    row<"11 111 0 00 1 0 1 11111 1 100 00 nnnnn ttttt", LoadAcquire<3>                   >("ldapr", Part::Lrcpc),
    // size        opc   imm9         Rn    Rt
    row<"00 011001 00 0 iiiiiiiii 00 nnnnn ttttt",      StoreReleaseUnscaled<0>          >("stlurb", Part::Lrcpc2),
    row<"00 011001 01 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<0, false, 32>>("ldapurb", Part::Lrcpc2),
    row<"00 011001 10 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<0, true, 64> >("ldapursb", Part::Lrcpc2),
    row<"00 011001 11 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<0, true, 32> >("ldapursb", Part::Lrcpc2),
    row<"01 011001 00 0 iiiiiiiii 00 nnnnn ttttt",      StoreReleaseUnscaled<1>          >("stlurh", Part::Lrcpc2),
    row<"01 011001 01 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<1, false, 32>>("ldapurh", Part::Lrcpc2),
    row<"01 011001 10 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<1, true, 64> >("ldapursh", Part::Lrcpc2),
    row<"01 011001 11 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<1, true, 32> >("ldapursh", Part::Lrcpc2),
    row<"10 011001 00 0 iiiiiiiii 00 nnnnn ttttt",      StoreReleaseUnscaled<2>          >("stlur", Part::Lrcpc2),
    row<"10 011001 01 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<2, false, 32>>("ldapur", Part::Lrcpc2),
    row<"10 011001 10 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<2, true, 64> >("ldapursw", Part::Lrcpc2),
    row<"11 011001 00 0 iiiiiiiii 00 nnnnn ttttt",      StoreReleaseUnscaled<3>          >("stlur", Part::Lrcpc2),
    row<"11 011001 01 0 iiiiiiiii 00 nnnnn ttttt",      LoadAcquireUnscaled<3, false, 64>>("ldapur", Part::Lrcpc2),
};

// clang-format on

} // namespace

std::span<const Row> rcpc_rows()
{
    return rows;
}

} // namespace sl::a64::decode
