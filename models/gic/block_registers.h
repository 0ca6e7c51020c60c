// SPDX-License-Identifier: MIT
#pragma once

#include "common/reg_bank.h"
#include "gic/interrupt_block.h"

#include <vector>

namespace sl::gic {

/// The registers that GICD and GICR_SGI have in common, at the same offsets: one bit, two bits or a
/// byte per interrupt, with one rule for what a Non-secure access may see.
class BlockRegisters {
public:
    enum : u32 {
        IGROUPR = 0x080,
        ISENABLER = 0x100,
        ICENABLER = 0x180,
        ISPENDR = 0x200,
        ICPENDR = 0x280,
        ISACTIVER = 0x300,
        ICACTIVER = 0x380,
        IPRIORITYR = 0x400,
        ICFGR = 0xc00,
        IGRPMODR = 0xd00,
        NSACR = 0xe00,
    };

    virtual ~BlockRegisters() = default;

protected:
    /// Rows for blocks 0 to `blocks` - 1, at `base`.
    std::vector<RegRow> rows(u32 base, unsigned blocks, unsigned priority_bits);

    /// Block `b`, or null if its registers are RAZ/WI here.
    virtual InterruptBlock* block(unsigned b) = 0;
    /// GICD_CTLR.DS.
    virtual bool single_state() const = 0;
    /// Interrupts of block `b` that software may configure as edge or level.
    virtual u32 configurable(unsigned b) const = 0;
    /// Interrupts of a block that the NSACR opens to Non-secure accesses for more than their group
    /// would: GICD_NSACR does, GICR_NSACR rules the generation of SGIs only.
    virtual u32 granted(const InterruptBlock& block, unsigned at_least) const = 0;
    /// State or configuration of block `b` has changed.
    virtual void changed(unsigned b, const RegAccess& access) = 0;

    bool restricted(const RegAccess& access) const { return !access.who.secure && !single_state(); }

private:
    /// Bits that this access may see or change; `at_least` 0: NSACR opens nothing.
    u32 visible(const InterruptBlock& block, const RegAccess& access, unsigned at_least = 0) const;

    using Member = u32 InterruptBlock::*;

    /// A pair of set and clear registers; `see`, `set` and `clear` are the NS_access needed for
    /// each.
    struct Pair {
        u32 set_offset, clear_offset;
        std::string_view set_name, clear_name;
        Member member;
        unsigned see, set, clear;
    };

    void add_pair(std::vector<RegRow>& rows, u32 base, unsigned blocks, const Pair& pair);

    u64 read_priority(const RegAccess& access, unsigned intid);
    void write_priority(const RegAccess& access, unsigned intid, u64 value);
    u64 read_config(const RegAccess& access, unsigned n);
    void write_config(const RegAccess& access, unsigned n, u64 value);

    u8 priority_mask_ = 0;
};

} // namespace sl::gic
