// SPDX-License-Identifier: MIT
#include "a64/semantics/pointer_auth.h"
#include "a64/decode/groups.h"

namespace sl::a64::decode {

namespace {

using namespace semantics;

template <Pattern P, class Semantics>
constexpr Row row(const char* name, Parts needs = Part::Pauth)
{
    return a64::row<InterpreterTarget, P, Semantics>(name, needs);
}

// clang-format off

constexpr Row rows[] = {
    //                       Z  aut key Rn    Rd
    row<"1101101011000001 00 0 A   KK  nnnnn ddddd", ChangePointer      >("pacia, pacib, pacda, pacdb, autia, autib, autda, autdb"),
    row<"1101101011000001 00 1 A   KK  11111 ddddd", ChangePointerByZero>("paciza, pacizb, pacdza, pacdzb, autiza, autizb, autdza, autdzb"),
    row<"1101101011000001 010 00 D     11111 ddddd", StripPointer       >("xpaci, xpacd"),
    //               Rm            Rn    Rd
    row<"10011010110 mmmmm 001100 nnnnn ddddd", GenericCode>("pacga"),
    //           opc               B Rn    Rm
    row<"1101011 1000 11111 00001 B nnnnn mmmmm", BranchAuthenticated<false>      >("braa, brab"),
    row<"1101011 1001 11111 00001 B nnnnn mmmmm", BranchAuthenticated<true >      >("blraa, blrab"),
    row<"1101011 0000 11111 00001 B nnnnn 11111", BranchAuthenticatedByZero<false>>("braaz, brabz"),
    row<"1101011 0001 11111 00001 B nnnnn 11111", BranchAuthenticatedByZero<true >>("blraaz, blrabz"),
    row<"1101011 0010 11111 00001 B 11111 11111", ReturnAuthenticated             >("retaa, retab"),
    row<"1101011 0100 11111 00001 B 11111 11111", ExceptionReturnAuthenticated    >("eretaa, eretab"),
    //             B S   imm9      W   Rn    Rt
    row<"11111000 B i 1 iiiiiiiii W 1 nnnnn ttttt", LoadAuthenticated>("ldraa, ldrab"),
    // In the space of hints: NOPs without the feature.
    //                           CRm  op2
    row<"1101010100 0 00 011 0010 0000 111 11111", StripLink >("xpaclri", {}),
    row<"1101010100 0 00 011 0010 0001 AB0 11111", ChangeX17 >("pacia1716, pacib1716, autia1716, autib1716", {}),
    row<"1101010100 0 00 011 0010 0011 ABS 11111", ChangeLink>("paciaz, paciasp, pacibz, pacibsp, autiaz, autiasp, autibz, autibsp", {}),
};

// clang-format on

} // namespace

std::span<const Row> pointer_auth_rows()
{
    return rows;
}

} // namespace sl::a64::decode
