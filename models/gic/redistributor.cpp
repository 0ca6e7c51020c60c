// SPDX-License-Identifier: MIT
#include "gic/redistributor.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace sl::gic {

Redistributor::Redistributor(const Config& config, unsigned pe, const Distributor& distributor,
                             Notify notify)
    : config_{config},
      pe_{pe},
      distributor_{distributor},
      notify_{std::move(notify)},
      registers_{map()}
{
    reset();
}

void Redistributor::reset()
{
    private_ = {};
    private_.edge = 0xffff;
    asleep_ = true;
    std::fill(std::begin(dpg_), std::end(dpg_), false);
    std::fill(std::begin(open_), std::end(open_), false);
    shares_.assign((config_.intids() + 31) / 32, {});
    waiting_ = 0;
    best_ = {};
    registers_.reset();
}

std::vector<RegRow> Redistributor::map()
{
    std::vector<RegRow> rows{
        {.offset = CTLR,
         .name = "GICR_CTLR",
         .on_read = [this](const RegAccess& a, unsigned) { return read_ctlr(a); },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_ctlr(a, w); }},
        {.offset = IIDR, .name = "GICR_IIDR", .reset = iidr},
        {.offset = TYPER,
         .name = "GICR_TYPER",
         .width = 64,
         .sizes = 4 + 8,
         .on_read = [this] { return type(); }},
        {.offset = WAKER,
         .name = "GICR_WAKER",
         .on_read = [this](const RegAccess& a, unsigned) -> u64 {
             return asleep_ && !restricted(a)
                        ? Waker::ProcessorSleep::mask | Waker::ChildrenAsleep::mask
                        : 0;
         },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_waker(a, w); }},
        {.offset = SGI + NSACR,
         .name = "GICR_NSACR",
         .on_read = [this](const RegAccess& a, unsigned) -> u64 {
             return single_state() || restricted(a) ? 0 : private_.nsacr;
         },
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 if (!single_state() && !restricted(a))
                     private_.nsacr = w; // 32 bits: SGIs only
             }},
    };
    for (auto& row : BlockRegisters::rows(SGI, 1, config_.priority_bits))
        rows.push_back(std::move(row));
    for (auto& row : identification(PIDR, 0x93))
        rows.push_back(std::move(row));
    return rows;
}

u64 Redistributor::type() const
{
    using Last = Field<4>;
    using DPGS = Field<5>;
    using Processor_Number = Field<8, 16>;
    using Affinity_Value = Field<32, 32>;
    return Last::make(pe_ + 1 == config_.pes()) | DPGS::make(1) | Processor_Number::make(pe_) |
           Affinity_Value::make(config_.affinities[pe_]);
}

u64 Redistributor::read_ctlr(const RegAccess& access) const
{
    const u64 ns = Ctlr::DPG1NS::make(dpg_[index(Group::G1NS)]);
    if (restricted(access))
        return ns;
    return ns | Ctlr::DPG0::make(dpg_[index(Group::G0)]) |
           Ctlr::DPG1S::make(dpg_[index(Group::G1S)]);
}

void Redistributor::write_ctlr(const RegAccess& access, u64 word)
{
    dpg_[index(Group::G1NS)] = Ctlr::DPG1NS::get(word);
    if (!restricted(access)) {
        dpg_[index(Group::G0)] = Ctlr::DPG0::get(word);
        dpg_[index(Group::G1S)] = !single_state() && Ctlr::DPG1S::get(word);
    }
    notify_.participation(access);
}

void Redistributor::write_waker(const RegAccess& access, u64 word)
{
    if (restricted(access))
        return;
    // The interface to the PE quiesces and wakes without delay: ChildrenAsleep follows at once.
    asleep_ = Waker::ProcessorSleep::get(word);
    notify_.participation(access);
}

u32 Redistributor::offer(unsigned b, u32 ready, bool at_once)
{
    Share& s = shares_[b];
    const u32 fresh = ready & ~s.ready;
    s.ready = ready;
    s.visible &= ready;
    if (at_once)
        s.visible |= fresh;
    return at_once ? 0 : fresh;
}

bool Redistributor::reveal(unsigned b, unsigned n)
{
    Share& s = shares_[b];
    const u32 m = 1u << n & s.ready & ~s.visible;
    s.visible |= m;
    return m != 0;
}

void Redistributor::rank(unsigned b, const InterruptBlock& block)
{
    Share& s = shares_[b];
    u32 open = 0;
    if (!asleep_)
        for (const Group g : {Group::G0, Group::G1S, Group::G1NS})
            if (open_[index(g)])
                open |= block.members(g, single_state());

    s.best = {};
    for (u32 rest = s.visible & open; rest; rest &= rest - 1) {
        const unsigned n = static_cast<unsigned>(std::countr_zero(rest));
        // Among equals the lowest INTID goes first.
        if (block.priority[n] < s.best.priority)
            s.best = {static_cast<u16>(32 * b + n), block.priority[n],
                      block.group_of(n, single_state())};
    }
    waiting_ = s.best.none() ? waiting_ & ~(1u << b) : waiting_ | 1u << b;

    best_ = {};
    for (u32 rest = waiting_; rest; rest &= rest - 1) {
        const Candidate& c = shares_[static_cast<unsigned>(std::countr_zero(rest))].best;
        if (c.priority < best_.priority)
            best_ = c;
    }
}

} // namespace sl::gic
