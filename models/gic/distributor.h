// SPDX-License-Identifier: MIT
#pragma once

#include "gic/block_registers.h"
#include "gic/config.h"

#include <functional>
#include <vector>

namespace sl::gic {

/// Identification registers of a GICv3 frame, as Arm's own implementations have them: PIDR2.ArchRev
/// says GICv3; `part` is PIDR0.
std::vector<RegRow> identification(u32 base, u8 part);

/// GICD_IIDR and GICR_IIDR: implementer Arm, product 0.
inline constexpr u32 iidr = 0x0000'043b;

/// The Distributor: shared peripheral interrupts, their configuration and where they go. Affinity
/// routing is always on (ARE is RAO/WI), there are no LPIs.
class Distributor final : private BlockRegisters {
public:
    enum : u32 {
        CTLR = 0x0000,
        TYPER = 0x0004,
        IIDR = 0x0008,
        TYPER2 = 0x000c,
        SETSPI_NSR = 0x0040,
        CLRSPI_NSR = 0x0048,
        SETSPI_SR = 0x0050,
        CLRSPI_SR = 0x0058,
        IROUTER = 0x6000, ///< of INTID 0, which has none
        PIDR = 0xffd0,
    };

    using BlockRegisters::ICACTIVER, BlockRegisters::ICENABLER, BlockRegisters::ICFGR,
        BlockRegisters::ICPENDR, BlockRegisters::IGROUPR, BlockRegisters::IGRPMODR,
        BlockRegisters::IPRIORITYR, BlockRegisters::ISACTIVER, BlockRegisters::ISENABLER,
        BlockRegisters::ISPENDR, BlockRegisters::NSACR;

    struct Ctlr {
        using EnableGrp0 = Field<0>;
        using EnableGrp1NS = Field<1>; ///< EnableGrp1 with one state, EnableGrp1A to Non-secure
        using EnableGrp1S = Field<2>;
        using ARE_S = Field<4>; ///< ARE with one state; ARE_NS to Non-secure accesses
        using ARE_NS = Field<5>;
        using DS = Field<6>;
    };

    /// Blocks `first` to `last` must be looked at again.
    using Changed = std::function<void(unsigned first, unsigned last, const RegAccess&)>;

    Distributor(const Config& config, Changed changed);

    RegBank& registers() { return registers_; }

    void reset();

    bool single_state() const override { return ds_; }

    bool group_enabled(Group g) const { return enabled_[index(g)]; }

    unsigned blocks() const { return static_cast<unsigned>(blocks_.size()); }

    /// INTIDs 32 * b upwards; b from 1 to blocks() - 1.
    InterruptBlock& spis(unsigned b) { return blocks_[b]; }

    bool one_of_n(unsigned intid) const { return bit(routes_[intid], 31); }

    /// The PE that IROUTER names; -1 if there is no such PE.
    int target(unsigned intid) const { return targets_[intid]; }

private:
    InterruptBlock* block(unsigned b) override { return b ? &blocks_[b] : nullptr; }

    u32 configurable(unsigned b) const override { return blocks_[b].implemented; }

    u32 granted(const InterruptBlock& block, unsigned at_least) const override
    {
        return block.granted(at_least);
    }

    void changed(unsigned b, const RegAccess& access) override { changed_(b, b, access); }

    std::vector<RegRow> map();
    u64 read_ctlr(const RegAccess& access) const;
    void write_ctlr(const RegAccess& access, u64 word);
    u64 type() const;
    u64 read_nsacr(const RegAccess& access, unsigned n) const;
    void write_nsacr(const RegAccess& access, unsigned n, u64 word);
    u64 read_route(const RegAccess& access, unsigned spi) const;
    void write_route(const RegAccess& access, unsigned spi, u64 word);
    int find(u64 route) const;
    bool routable(const RegAccess& access, unsigned intid) const;
    void message(const RegAccess& access, u64 word, bool set, bool secure_register);

    const Config& config_;
    Changed changed_;
    std::vector<InterruptBlock> blocks_; ///< [0] stands for the private interrupts and is unused
    std::vector<u64> routes_;            ///< by INTID
    std::vector<int> targets_;           ///< likewise: what the affinity in the route means
    bool ds_ = false;
    bool enabled_[group_count] = {};
    RegBank registers_;
};

} // namespace sl::gic
