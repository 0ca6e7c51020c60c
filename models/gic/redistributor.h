// SPDX-License-Identifier: MIT
#pragma once

#include "gic/block_registers.h"
#include "gic/config.h"
#include "gic/distributor.h"

#include <functional>
#include <vector>

namespace sl::gic {

/// An interrupt that waits for a PE.
struct Candidate {
    u16 intid = intid_spurious;
    u8 priority = idle_priority;
    Group group = Group::G0;

    bool none() const { return intid == intid_spurious; }
};

/// The Redistributor of one PE: its SGIs and PPIs, and the choice of the interrupt that its CPU
/// interface is offered.
///
/// The choice is cached: `best()` per block of 32, and over all blocks. Only a block that changed
/// is looked at, and in it only the interrupts that can be delivered.
class Redistributor final : private BlockRegisters {
public:
    static constexpr u32 frame_size = 0x2'0000;
    static constexpr u32 SGI = 0x1'0000; ///< offset of the SGI_base frame

    enum : u32 {
        CTLR = 0x0000,
        IIDR = 0x0004,
        TYPER = 0x0008,
        WAKER = 0x0014,
        PIDR = 0xffd0,
    };

    using BlockRegisters::ICACTIVER, BlockRegisters::ICENABLER, BlockRegisters::ICFGR,
        BlockRegisters::ICPENDR, BlockRegisters::IGROUPR, BlockRegisters::IGRPMODR,
        BlockRegisters::IPRIORITYR, BlockRegisters::ISACTIVER, BlockRegisters::ISENABLER,
        BlockRegisters::ISPENDR, BlockRegisters::NSACR;

    struct Ctlr {
        using DPG0 = Field<24>;
        using DPG1NS = Field<25>;
        using DPG1S = Field<26>;
    };

    struct Waker {
        using ProcessorSleep = Field<1>;
        using ChildrenAsleep = Field<2>;
    };

    struct Notify {
        /// A private interrupt has changed.
        std::function<void(const RegAccess&)> changed;
        /// This PE may have begun or ceased to take part in 1-of-N distribution.
        std::function<void(const RegAccess&)> participation;
    };

    Redistributor(const Config& config, unsigned pe, const Distributor& distributor, Notify notify);

    RegBank& registers() { return registers_; }

    void reset();

    InterruptBlock& privates() { return private_; }

    bool asleep() const { return asleep_; }

    /// May 1-of-N interrupts of this group come here?
    bool participates(Group g) const { return !asleep_ && open_[index(g)] && !dpg_[index(g)]; }

    /// ICC_IGRPEN<n> of the CPU interface: interrupts of a closed group stay here.
    void open(Group g, bool enabled) { open_[index(g)] = enabled; }

    bool is_open(Group g) const { return open_[index(g)]; }

    /// Interrupts `ready` of block `b` can be delivered to this PE. `at_once`: it learns of new
    /// ones now; else they are returned, and wait for reveal().
    u32 offer(unsigned b, u32 ready, bool at_once);
    /// The PE learns of an interrupt, if it can still be delivered. True if it did.
    bool reveal(unsigned b, unsigned n);
    /// Chooses anew in block `b`.
    void rank(unsigned b, const InterruptBlock& block);

    const Candidate& best() const { return best_; }

private:
    struct Share {
        u32 ready = 0;   ///< could be delivered to this PE
        u32 visible = 0; ///< of these, what the PE has been told of
        Candidate best;
    };

    InterruptBlock* block(unsigned) override { return &private_; }

    bool single_state() const override { return distributor_.single_state(); }

    u32 configurable(unsigned) const override { return 0xffff'0000; } // SGIs are always edges

    u32 granted(const InterruptBlock&, unsigned) const override { return 0; }

    void changed(unsigned, const RegAccess& access) override { notify_.changed(access); }

    std::vector<RegRow> map();
    u64 type() const;
    u64 read_ctlr(const RegAccess& access) const;
    void write_ctlr(const RegAccess& access, u64 word);
    void write_waker(const RegAccess& access, u64 word);

    const Config& config_;
    unsigned pe_;
    const Distributor& distributor_;
    Notify notify_;
    InterruptBlock private_;
    bool asleep_ = true;
    bool dpg_[group_count] = {}, open_[group_count] = {};
    std::vector<Share> shares_;
    u32 waiting_ = 0; ///< blocks with a candidate
    Candidate best_;
    RegBank registers_;
};

} // namespace sl::gic
