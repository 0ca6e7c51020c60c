// SPDX-License-Identifier: MIT
#include "a64/engine.h"

#include "a64/block.h"
#include "a64/dispatch.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sl::a64 {

Engine::Engine(State& state, Environment& environment, PageWatch& watch, const Options& options)
    : state_{state},
      environment_{environment},
      watch_{watch},
      options_{options},
      hot_{std::make_unique<Hot>()},
      blocks_{std::make_unique<BlockCache>(watch)}
{
    assert(options.max_block >= 1 && options.max_block <= 1024);
    hot_->environment = &environment;
    if (NotedBranches* const noted = environment.noted_branches())
        hot_->noted = noted;
    watch.add(*this);
}

Engine::~Engine() = default;

BlockRecipe Engine::recipe() const
{
    return {options_.features,   options_.max_block, options_.functional_cost,
            options_.cost_model, &environment_,      hot_->debug};
}

Stop Engine::run(u64 until)
{
    Hot& h = *hot_;
    h.until = until;
    if (h.stop == Stop::None && h.cycles >= until)
        return Stop::Budget;
    return go_on();
}

Stop Engine::resume()
{
    const Hot& h = *hot_;
    if (boundary_ && h.stop == Stop::None && h.cycles >= h.until)
        return Stop::Budget;
    return go_on();
}

Stop Engine::go_on()
{
    Hot& h = *hot_;
    while (h.stop == Stop::None) {
        const bool step = Context::SingleStep::get(h.context) != 0;
        const u64 before = h.instructions;
        const Op* const op = next_op();
        if (op != nullptr && h.stop != Stop::None) {
            resume_ = op; // somebody asked for a stop while it was fetched
            resume_pc_ = state_.pc;
            break;
        }
        if (op != nullptr) {
            h.exit = Hot::Exit::Jump;
            h.link = nullptr;
            execute(state_, op, h);
        }
        boundary_ = after_exit();
        if (step && (h.instructions != before || h.exit == Hot::Exit::Entered))
            return Stop::Step;
        if (boundary_ && h.stop == Stop::None && h.cycles >= h.until)
            return Stop::Budget;
    }
    return std::exchange(h.stop, Stop::None);
}

void Engine::request_stop(Stop reason)
{
    assert(reason != Stop::None);
    hot_->stop = reason;
}

void Engine::limit(u64 until_cycle)
{
    hot_->until = std::min(hot_->until, until_cycle);
}

/// How the block was left: remembers where to go on. True where the budget may be looked at.
bool Engine::after_exit()
{
    Hot& h = *hot_;
    resume_ = nullptr;
    resume_pc_ = state_.pc;
    pipe_ = 0;
    link_ = nullptr;
    switch (h.exit) {
    case Hot::Exit::Next:
        resume_ = h.resume;
        return false;
    case Hot::Exit::Entered:
        h.marked_at = h.logged_at = h.broke_at = h.watched_at = ~u64{0};
        if (h.instructions == entered_at_)
            charge(options_.functional_cost);
        entered_at_ = h.instructions;
        return true;
    case Hot::Exit::Jump:
        break;
    }
    if (h.link == nullptr)
        return true;
    const Block& from = block_of(h.link);
    const bool falls_through = h.link->extra != 0;
    if (falls_through)
        pipe_ = from.pipe_out;
    if (!from.retired)
        link_ = h.link;
    return !falls_through;
}

/// The pipeline state before `op`, in the middle of its block.
PipeId Engine::pipe_at(const Op* op) const
{
    const Block& block = block_of(op);
    if (block.effects.empty() || state_.pc % page_size == 0)
        return 0;
    CostModel& model = *options_.cost_model;
    model.begin(block.pipe_in);
    for (unsigned i = 0; i < op->index; ++i)
        model.add(block.effects[i]);
    return model.end();
}

/// Where execution goes on; null when the fetch took an exception.
const Op* Engine::next_op()
{
    Hot& h = *hot_;
    const Op* const at = std::exchange(resume_, nullptr);
    if (state_.pc != resume_pc_) {
        h.marked_at = h.logged_at = h.broke_at = h.watched_at = ~u64{0};
        pipe_ = 0;
        link_ = nullptr;
    } else if (at != nullptr) {
        if (!h.reenter) {
            h.cycles -= at->cost;
            h.instructions -= at->index;
            state_.pc -= 4u * u64{at->index};
            return at;
        }
        pipe_ = pipe_at(at);
    }
    if (h.reenter)
        link_ = nullptr;
    h.reenter = false;
    return find();
}

/// A page's address as the fetch table and the jump table hold it.
static u64 marked(const FetchPage& page)
{
    return page.pa | (page.guarded ? Hot::guarded : 0);
}

/// The block at the PC, which is decoded if need be.
const Op* Engine::find()
{
    Hot& h = *hot_;
    u64 pc = state_.pc;
    FetchPage page;
    if (const Hot::FetchEntry& known = h.fetch[Hot::fetch_index(pc)];
        pc % 4 == 0 && known.tag == ((pc & page_mask) | h.translation)) {
        page.host = known.host;
        page.pa = known.pa & page_mask;
        page.guarded = (known.pa & Hot::guarded) != 0;
    } else {
        if (!environment_.fetch(pc, page)) {
            h.exit = Hot::Exit::Entered;
            return nullptr;
        }
        pc = state_.pc;
        assert(pc % 4 == 0);
        if (page.host != nullptr && h.translation != no_translation)
            h.fetch[Hot::fetch_index(pc)] = {(pc & page_mask) | h.translation, marked(page),
                                             page.host};
    }
    const u64 pa = page.pa | (pc & ~page_mask);
    const u64 context = h.context | Context::Guarded::make(page.guarded);
    if (page.host == nullptr)
        return outside_memory(pa, context, page.word)->entry();

    const Block* const block = block_at(pa, context, page.host);
    if (Context::SingleStep::get(h.context) != 0)
        return block->entry(); // every instruction comes back to run()
    if (link_ != nullptr) {
        const Block& from = block_of(link_);
        if (from.page() == block->page() && from.context == block->context)
            blocks_->connect(link_, *block);
    } else if (block->pipe_in == 0) {
        h.jump[Hot::jump_index(pc)] = {pc, h.context, marked(page), block->entry()};
    }
    return block->entry();
}

const Block* Engine::block_at(u64 pa, u64 context, const u8* host)
{
    const PipeId pipe = pa % page_size == 0 ? 0 : pipe_;
    if (const Block* const block = blocks_->find(pa, context, pipe); block != nullptr)
        return block;
    if (blocks_->full())
        forget_code();
    blocks_->collect();
    const u64 offset = pa % page_size;
    return blocks_->insert(build_block(recipe(), pa, context, pipe, host + offset,
                                       static_cast<unsigned>((page_size - offset) / 4)));
}

const Block* Engine::outside_memory(u64 pa, u64 context, u32 word)
{
    u8 bytes[4];
    for (unsigned i = 0; i < 4; ++i)
        bytes[i] = static_cast<u8>(word >> (8 * i));
    link_ = nullptr;
    single_ = build_block(recipe(), pa, context, pa % page_size == 0 ? 0 : pipe_, bytes, 1);
    single_->retired = true; // never linked
    return single_.get();
}

void Engine::forget_code()
{
    blocks_->clear();
    hot_->jump.fill({});
    link_ = nullptr;
    hot_->reenter = true;
}

void Engine::flush_blocks()
{
    forget_code();
}

void Engine::code_written(u64 pa, u64 size)
{
    if (!blocks_->invalidate(pa, size))
        return;
    hot_->jump.fill({});
    link_ = nullptr;
    hot_->reenter = true;
}

void Engine::set_debug_points(const DebugPoints& points)
{
    std::vector<u64> changed = debug_.breakpoints;
    changed.insert(changed.end(), points.breakpoints.begin(), points.breakpoints.end());
    const bool watched = !debug_.watches.empty() || !points.watches.empty();
    debug_ = points;
    hot_->debug = debug_.empty() ? nullptr : &debug_;
    if (blocks_->invalidate_places(changed)) {
        hot_->jump.fill({});
        link_ = nullptr;
        hot_->reenter = true;
    }
    if (watched)
        evict_all();
}

void Engine::monitored_written(u64, u64) {}

} // namespace sl::a64
