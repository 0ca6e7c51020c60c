// SPDX-License-Identifier: MIT
#pragma once

#include "pe_bench.h"

namespace sl::pe {

/// A bench with translation tables: 39-bit ranges (level 1 first), attribute 0 Normal Write-Back, 1
/// Device-nGnRE. Descriptor bits as the manual's figures give them (VMSAv8-64, 4 KB granule).
struct Tables : Bench {
    static constexpr u64 table = 3, page = 3, block = 1;
    static constexpr u64 af = u64{1} << 10, ng = u64{1} << 11, user = u64{1} << 6, ro = u64{1} << 7,
                         uxn = u64{1} << 54, device_attr = u64{1} << 2;
    static constexpr u64 s2_rw = u64{3} << 6, s2_ro = u64{1} << 6, s2_wb = u64{0xf} << 2;

    static constexpr u64 ram = TestBus::ram;
    // Of the stage 1 under test, and of stage 2.
    static constexpr u64 l1 = ram + 0x10'0000, l2 = l1 + 0x1000, l3 = l1 + 0x2000,
                         s2_l1 = l1 + 0x4000, s2_l2 = l1 + 0x6000, s2_l3 = l1 + 0x7000;
    /// The first page that level 3 maps.
    static constexpr u64 va = 0x8000'0000;

    explicit Tables(PeConfig config = test_config(), bool powered = true)
        : Bench{std::move(config), powered}
    {
        // RAM at its own address: a block of 1 GB; the page at `va` by level 3.
        w(l1 + 8) = ram | af | block;
        w(l1 + 16) = l2 | table;
        w(l2) = l3 | table;
    }

    u64& w(u64 pa) { return bus.at<u64>(pa); }

    /// Level 3 descriptor `n` of stage 1: VA `va` + n pages.
    void map(unsigned n, u64 descriptor) { w(l3 + 8 * n) = descriptor; }

    static constexpr u64 sctlr = 0x30d0'0980 | 1;
    static constexpr u64 tcr_el1 = 25 | u64{25} << 16 | u64{2} << 30 | u64{2} << 32;

    void stage1_el1()
    {
        set(Reg::TTBR0_EL1, l1);
        set(Reg::TCR_EL1, tcr_el1);
        set(Reg::MAIR_EL1, 0x04ff);
        set(Reg::SCTLR_EL1, sctlr);
        set(Reg::VBAR_EL1, ram + 0x1'0000);
        set(Reg::VBAR_EL2, ram + 0x2'0000);
    }

    void stage1_el2()
    {
        set(Reg::TTBR0_EL2, l1);
        set(Reg::TCR_EL2, 25 | u64{2} << 16);
        set(Reg::MAIR_EL2, 0x04ff);
        set(Reg::SCTLR_EL2, 0x30c5'0830 | 1);
        set(Reg::VBAR_EL2, ram + 0x2'0000);
    }

    /// Stage 2 with 39-bit IPAs, level 1 first: RAM at its own address, IPA 0x8000'0000 by level 3.
    void stage2(u64 vmid = 7)
    {
        w(s2_l1 + 8) = ram | af | s2_rw | s2_wb | block;
        w(s2_l1 + 16) = s2_l2 | table;
        w(s2_l2) = s2_l3 | table;
        set(Reg::VTTBR_EL2, vmid << 48 | s2_l1);
        set(Reg::VTCR_EL2, 25 | 1 << 6 | u64{2} << 16);
        set(Reg::HCR_EL2, sysreg::HCR_EL2::VM::mask | sysreg::HCR_EL2::RW::mask);
    }

    std::optional<u64> load(u64 at, a64::Access access = {})
    {
        u64 data[2] = {};
        return pe.load(at, access, data) ? std::optional{data[0]} : std::nullopt;
    }

    bool store(u64 at, u64 value, a64::Access access = {})
    {
        access.write = true;
        return pe.store(at, access, &value);
    }
};

} // namespace sl::pe
