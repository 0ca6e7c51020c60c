// SPDX-License-Identifier: MIT
#include "pe_oracle.h"

#include <cstdlib>

using namespace sl::pe::oracle;

TEST_CASE("exceptions, syndromes and traps are those of QEMU, case by case", "[oracle]")
{
    const Lines there = run_qemu("qemu-system-aarch64", "neoverse-n1", SL_ORACLE "/cases.elf");
    REQUIRE(there.size() > 140);
    check_same(run_here(SL_ORACLE "/cases.bin",
                        {"FEAT_LSE", "FEAT_CRC32", "FEAT_PAN", "FEAT_UAO", "FEAT_VHE",
                         "FEAT_VMID16", "FEAT_XNX", "FEAT_HPDS", "FEAT_PMUv3", "FEAT_GICv3"}),
               there);
}

TEST_CASE("what QARMA5 makes of pointers is what it makes of them in QEMU", "[oracle][pauth]")
{
    const Lines there =
        run_qemu("qemu-system-aarch64", "max,pauth-impdef=off", SL_ORACLE "/pointer_auth.elf");
    REQUIRE(there.size() == 6'000);
    check_same(run_here(SL_ORACLE "/pointer_auth.bin",
                        {"FEAT_PAuth", "FEAT_PACQARMA5", "FEAT_PMUv3", "FEAT_GICv3"}),
               there);
}

// What came after QEMU 7.2: run by name, with SIGHTLINE_QEMU_NEXT set (docs/differential.md).
TEST_CASE("QARMA3, FEAT_PAuth2 and FEAT_FPACCOMBINE are those of a newer QEMU", "[.next]")
{
    const char* const qemu = std::getenv("SIGHTLINE_QEMU_NEXT");
    REQUIRE(qemu);
    const bool three = GENERATE(true, false);
    const Lines there = run_qemu(qemu, three ? "max,pauth-qarma3=on" : "max,pauth-qarma5=on",
                                 SL_ORACLE "/pointer_auth.elf");
    REQUIRE(there.size() == 6'000);
    check_same(run_here(SL_ORACLE "/pointer_auth.bin",
                        {"FEAT_PAuth", "FEAT_PAuth2", "FEAT_FPAC", "FEAT_FPACCOMBINE",
                         three ? "FEAT_PACQARMA3" : "FEAT_PACQARMA5", "FEAT_PMUv3", "FEAT_GICv3"}),
               there);
}
