// SPDX-License-Identifier: MIT
#include "a64/block.h"

#include "a64/context.h"
#include "a64/decode.h"
#include "a64/slow.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace sl::a64 {

namespace {

/// The values of PSTATE.BTYPE, one bit each, with which a guarded page may be entered at `word`
/// (DDI 0487, BTypeCompatible_BTI and BTypeCompatible_PACIXSP).
u16 landing_types(u32 word, bool strict)
{
    constexpr u16 jump_by_x16 = 1 << 1, call = 1 << 2, jump = 1 << 3;
    switch (word) {
    case 0xd503'245f: // bti c
        return jump_by_x16 | call;
    case 0xd503'249f: // bti j
        return jump_by_x16 | jump;
    case 0xd503'24df: // bti jc
        return jump_by_x16 | call | jump;
    case 0xd503'233f: // paciasp
    case 0xd503'237f: // pacibsp
        return jump_by_x16 | call | (strict ? 0 : jump);
    default:
        return 0;
    }
}

/// BRK and HLT: with any value, which they report.
bool lands_anyhow(u32 word)
{
    return (word & 0xffe0'001f) == 0xd420'0000 || (word & 0xffe0'001f) == 0xd440'0000;
}

/// Puts the operations of one block together.
class Builder {
public:
    Builder(const BlockRecipe& recipe, Block& block)
        : recipe_{recipe},
          block_{block},
          annotated_{Context::Annotated::get(block.context) != 0}
    {
        assert(!annotated_ || recipe.cost_model != nullptr);
        if (annotated_)
            recipe_.cost_model->begin(block.pipe_in);
        if (has<Context::Sampled>())
            append(handler::sample_block);
    }

    /// Appends the instruction `word`; true when nothing can follow it in the block.
    bool add(u32 word)
    {
        before(word);
        if (index_ == 0 && has<Context::Bti>())
            landing(word);
        Decoded d;
        decode_word(word, recipe_.features, d);
        const bool at_el0 = Context::El::get(block_.context) == 0;
        if (d.row == nullptr || (d.learnt.undefined_at_el0 && at_el0))
            return instead(handler::undefined, word);
        if (d.learnt.fp && has<Context::FpTrapped>())
            return instead(handler::fp_trapped, word);
        if (d.learnt.sp_base && has<Context::SpCheck>())
            append(handler::check_sp);
        if (d.learnt.btype != 0 && has<Context::Bti>())
            append(handler::set_btype).imm = btype(d);
        instruction(d);
        return d.learnt.effects.ends_block || d.learnt.synchronizes;
    }

    /// Illegal Execution state: nothing executes.
    void add_illegal() { instead(handler::illegal_state, 0); }

    void finish()
    {
        if (!ended_) {
            const bool page_end = (block_.pa + 4u * u64{index_}) % page_size == 0;
            append(page_end ? handler::next_page : handler::fall_through);
            if (!page_end) {
                Op& link = append(handler::unlinked, Op::Kind::Link);
                link.extra = 1;
                if (annotated_)
                    block_.pipe_out = recipe_.cost_model->end();
            }
        }
        append(nullptr, Op::Kind::End);
        block_.count = index_;
        if (has<Context::Sampled>())
            block_.ops.front().imm = index_;
        block_.ops.shrink_to_fit();
        for (Op& op : block_.ops) {
            if (op.kind == Op::Kind::Link)
                op.next = &op;
            if (op.kind == Op::Kind::End)
                op.block = &block_;
        }
    }

private:
    template <class F>
    bool has() const
    {
        return F::get(block_.context) != 0;
    }

    Op& append(Handler h, Op::Kind kind = Op::Kind::Step)
    {
        Op op;
        op.handler = h;
        op.kind = kind;
        op.cost = cost_;
        op.index = static_cast<u16>(index_);
        return block_.ops.emplace_back(op);
    }

    void before(u32 word)
    {
        const u64 pa = block_.pa + 4u * u64{index_};
        if (recipe_.debug != nullptr && recipe_.debug->may_break(pa))
            append(handler::breakpoint);
        if (const u32 mark = recipe_.environment->mark_at(pa); mark != 0)
            append(handler::mark).imm = mark;
        if (has<Context::Log>())
            append(handler::log).imm = word;
        if (has<Context::SamplePoint>())
            append(handler::sample).imm = word;
    }

    void landing(u32 word)
    {
        constexpr u16 any = 0b1110;
        const bool anyhow = lands_anyhow(word);
        Op& op = append(handler::check_landing);
        op.extra = anyhow || !has<Context::Guarded>()
                       ? any
                       : landing_types(word, has<Context::StrictLanding>());
        op.imm = anyhow ? 1 : 0;
    }

    /// PSTATE.BTYPE behind a BR or BLR (DDI 0487, BR): BR from a guarded page, but by X16 or X17 of
    /// a procedure linkage table, is told apart.
    u64 btype(const Decoded& d) const
    {
        const bool linkage = d.op.r[Rn] == 16 || d.op.r[Rn] == 17;
        return d.learnt.btype == 1 && has<Context::Guarded>() && !linkage ? 3 : d.learnt.btype;
    }

    bool instead(Handler h, u32 word)
    {
        append(h).imm = word;
        Effects effects;
        effects.cls = CostClass::Undefined;
        effects.ends_block = true;
        count(effects);
        ended_ = true;
        return true;
    }

    void instruction(const Decoded& d)
    {
        const EffectsMachine& learnt = d.learnt;
        Op& op = append(has<Context::Traced>() ? d.traced : d.plain);
        op.imm = d.op.imm;
        op.extra = d.op.extra;
        std::copy(std::begin(d.op.r), std::end(d.op.r), std::begin(op.r));
        if (learnt.element != 0 && (learnt.ordered || has<Context::AlignCheck>()))
            op.align = static_cast<u8>(learnt.element - 1);
        if (learnt.relative)
            op.imm += 4u * u64{index_};
        const u64 target = block_.pa + op.imm; // in physical terms, of a direct branch
        count(learnt.effects);
        if (learnt.branches) {
            const bool inside = learnt.direct && (target & page_mask) == block_.page();
            Op& link = append(inside ? handler::unlinked : handler::other_page, Op::Kind::Link);
            if (annotated_)
                link.cost += recipe_.cost_model->taken(learnt.effects.cls);
        }
        ended_ = learnt.effects.ends_block;
    }

    void count(const Effects& effects)
    {
        if (annotated_)
            block_.effects.push_back(effects);
        cost_ += annotated_ ? recipe_.cost_model->add(effects) : recipe_.functional_cost;
        ++index_;
    }

    const BlockRecipe& recipe_;
    Block& block_;
    const bool annotated_;
    u32 cost_ = 0;
    unsigned index_ = 0;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<Block> build_block(const BlockRecipe& recipe, u64 pa, u64 context, PipeId pipe,
                                   const u8* host, unsigned words)
{
    auto block = std::make_unique<Block>();
    block->pa = pa;
    block->context = context;
    block->pipe_in = pipe;
    Builder builder{recipe, *block};
    if (Context::IllegalState::get(context) != 0) {
        builder.add_illegal();
    } else {
        const unsigned at_most = Context::SingleStep::get(context) != 0 ? 1 : recipe.max_block;
        const unsigned limit = std::min(words, at_most);
        bool ended = false;
        for (unsigned i = 0; i < limit && !ended; ++i) {
            u32 word = 0;
            std::memcpy(&word, host + std::size_t{4} * i, sizeof word);
            ended = builder.add(word);
        }
    }
    builder.finish();
    return block;
}

const Block* BlockCache::find(u64 pa, u64 context, PipeId pipe) const
{
    const auto at = blocks_.find({pa, context, pipe});
    return at == blocks_.end() ? nullptr : at->second.get();
}

const Block* BlockCache::insert(std::unique_ptr<Block> block)
{
    Block* const raw = block.get();
    std::vector<Block*>& on_page = pages_[raw->page()];
    if (on_page.empty())
        watch_.watch_code(raw->page());
    on_page.push_back(raw);
    total_ops_ += raw->ops.size();
    blocks_[{raw->pa, raw->context, raw->pipe_in}] = std::move(block);
    return raw;
}

void BlockCache::connect(const Op* link, const Block& target)
{
    assert(link->kind == Op::Kind::Link && link->next == link);
    // The operations of blocks are constant to everybody but this cache, which owns them.
    const_cast<Op*>(link)->next = target.entry();        // NOLINT
    const_cast<Block&>(target).incoming.push_back(link); // NOLINT
}

void BlockCache::retire(std::unique_ptr<Block> block)
{
    block->retired = true;
    for (const Op* link : block->incoming)
        const_cast<Op*>(link)->next = link; // NOLINT
    block->incoming.clear();
    for (Op& op : block->ops)
        if (op.kind == Op::Kind::Link && op.next != &op) {
            std::erase(const_cast<Block&>(block_of(op.next)).incoming, &op); // NOLINT
            op.next = &op;
        }
    total_ops_ -= block->ops.size();
    retired_.push_back(std::move(block));
}

bool BlockCache::invalidate(u64 pa, u64 size)
{
    const u64 page = pa & page_mask;
    const auto at = pages_.find(page);
    if (at == pages_.end())
        return false;
    const auto written = [&](const Block* b) {
        return b->pa < pa + size && pa < b->pa + 4u * u64{b->count};
    };
    std::vector<Block*>& on_page = at->second;
    const auto keep = std::stable_partition(on_page.begin(), on_page.end(),
                                            [&](const Block* b) { return !written(b); });
    if (keep == on_page.end())
        return false;
    for (auto b = keep; b != on_page.end(); ++b) {
        auto node = blocks_.extract({(*b)->pa, (*b)->context, (*b)->pipe_in});
        retire(std::move(node.mapped()));
    }
    on_page.erase(keep, on_page.end());
    if (on_page.empty()) {
        pages_.erase(at);
        watch_.unwatch_code(page);
    }
    return true;
}

bool BlockCache::invalidate_places(const std::vector<u64>& addresses)
{
    std::vector<u64> pages;
    pages.reserve(pages_.size());
    for (const auto& [page, blocks] : pages_)
        pages.push_back(page);
    bool any = false;
    for (const u64 page : pages)
        for (const u64 address : addresses)
            any |= invalidate(page + address % page_size, 4);
    return any;
}

void BlockCache::clear()
{
    for (auto& [key, block] : blocks_)
        retire(std::move(block));
    blocks_.clear();
    for (const auto& [page, blocks] : pages_)
        watch_.unwatch_code(page);
    pages_.clear();
}

} // namespace sl::a64
