// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"
#include "a64/semantics/branches.h"
#include "a64/semantics/system.h"

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
    //   op    imm26
    row<"0 00101 iiiiiiiiiiiiiiiiiiiiiiiiii", Branch    >("b"),
    row<"1 00101 iiiiiiiiiiiiiiiiiiiiiiiiii", BranchLink>("bl"),
    //             imm19                 cond
    row<"0101010 0 iiiiiiiiiiiiiiiiiii 0 CCCC", BranchConditional>("b.cond"),
    //   sf     op imm19               Rt
    row<"F 011010 O iiiiiiiiiiiiiiiiiii ttttt", CompareBranch>("cbz, cbnz"),
    //   b5     op b40   imm14          Rt
    row<"b 011011 O bbbbb iiiiiiiiiiiiii ttttt", TestBranch>("tbz, tbnz"),
    //           opc              Rn
    row<"1101011 0000 11111 000000 nnnnn 00000", BranchRegister    >("br"),
    row<"1101011 0001 11111 000000 nnnnn 00000", BranchLinkRegister>("blr"),
    row<"1101011 0010 11111 000000 nnnnn 00000", Return            >("ret"),
    row<"1101011 0100 11111 000000 11111 00000", ExceptionReturn   >("eret"),
    //            opc imm16                LL
    row<"11010100 000 iiiiiiiiiiiiiiii 000 01", GenerateException<Call::Svc>>("svc"),
    row<"11010100 000 iiiiiiiiiiiiiiii 000 10", GenerateException<Call::Hvc>>("hvc"),
    row<"11010100 000 iiiiiiiiiiiiiiii 000 11", GenerateException<Call::Smc>>("smc"),
    row<"11010100 001 iiiiiiiiiiiiiiii 000 00", GenerateException<Call::Brk>>("brk"),
    row<"11010100 010 iiiiiiiiiiiiiiii 000 00", GenerateException<Call::Hlt>>("hlt"),
    //                  op1 CRn  CRm  op2
    row<"1101010100 0 00 ooo 0100 iiii ooo 11111", WritePstate>("msr (immediate)"),
    row<"1101010100 0 00 011 0001 0000 000 ttttt", WaitUntil<true >>("wfet", Part::Wfxt),
    row<"1101010100 0 00 011 0001 0000 001 ttttt", WaitUntil<false>>("wfit", Part::Wfxt),
    row<"1101010100 0 00 011 0010 0000 000 11111", Nop        >("nop"),
    row<"1101010100 0 00 011 0010 0100 xx0 11111", Nop        >("bti"),
    row<"1101010100 0 00 011 0010 iiii iii 11111", Hint       >("hint"),
    row<"1101010100 0 00 011 0011 iiii 010 11111", ClearExclusive>("clrex"),
    row<"1101010100 0 00 011 0011 iiii 100 11111", BarrierInstruction<Barrier::Dsb>>("dsb"),
    row<"1101010100 0 00 011 0011 iiii 101 11111", BarrierInstruction<Barrier::Dmb>>("dmb"),
    row<"1101010100 0 00 011 0011 iiii 110 11111", BarrierInstruction<Barrier::Isb>>("isb"),
    row<"1101010100 0 00 011 0011 xxxx 111 11111", SpeculationBarrier>("sb", Part::Sb),
    //              op0 op1 CRn  CRm  op2 Rt
    row<"1101010100 0 01 kkk kkkk kkkk kkk ttttt", Sys >("sys"),
    row<"1101010100 1 01 kkk kkkk kkkk kkk ttttt", Sysl>("sysl"),
    row<"1101010100 0 11 011 0100 0010 000 ttttt", WriteNzcv          >("msr nzcv"),
    row<"1101010100 1 11 011 0100 0010 000 ttttt", ReadNzcv           >("mrs nzcv"),
    row<"1101010100 0 1k kkk kkkk kkkk kkk ttttt", WriteSystemRegister>("msr (register)"),
    row<"1101010100 1 1k kkk kkkk kkkk kkk ttttt", ReadSystemRegister >("mrs"),
};

// clang-format on

} // namespace

std::span<const Row> branches_system_rows()
{
    return rows;
}

} // namespace sl::a64::decode
