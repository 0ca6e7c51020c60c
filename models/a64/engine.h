// SPDX-License-Identifier: MIT
#pragma once

#include "a64/context.h"
#include "a64/cost.h"
#include "a64/debug_points.h"
#include "a64/environment.h"
#include "a64/hot.h"
#include "a64/parts.h"
#include "a64/state.h"
#include "common/page_watch.h"

#include <memory>

namespace sl::a64 {

class BlockCache;
struct Block;
struct BlockRecipe;

/// Executes instructions: finds or decodes the block at the PC, runs it, and follows it to the
/// next.
///
/// A block is a straight run of instructions inside one 4 KB page, keyed by physical address,
/// context word and pipeline state; it knows no virtual address. Data goes through a software TLB
/// that the PE fills; everything else is asked of the Environment. How instructions are cut into
/// blocks has no effect on anything that can be observed.
class Engine final : public PageWatch::Listener {
public:
    struct Options {
        Parts features = Parts::all();   ///< what the core has
        unsigned max_block = 64;         ///< instructions per block, at most; 1..1024
        u32 functional_cost = 1;         ///< cycles per instruction in functional fidelity
        CostModel* cost_model = nullptr; ///< needed for blocks with Context::Annotated
    };

    /// Why `run` returned.
    using Stop = a64::Stop;

    Engine(State& state, Environment& environment, PageWatch& watch, const Options& options);
    ~Engine() override;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // ---- Execution -----------------------------------------------------------------------------

    /// Executes until the clock has reached `until_cycle`, seen at taken branches, exceptions and
    /// page ends only, so that it does not depend on the cut into blocks; or until a stop is
    /// requested. Makes no progress when the clock is already there or a stop is pending. In a
    /// context with SingleStep, a stop requested by the instruction is left pending.
    ///
    /// Time always passes: an exception that follows another with no instruction between costs
    /// `functional_cost`.
    Stop run(u64 until_cycle);

    /// Goes on after Stop::Breakpoint, Stop::Watchpoint, or a debugger's Stop::Step, to the cycle
    /// that `run` was given, as if there had been no stop: not one cycle is different.
    Stop resume();

    /// From a call of the Environment: `run` returns after the current instruction (from `mark`
    /// and `log`: before it) with this reason. From outside: the next `run` returns at once.
    void request_stop(Stop reason = Stop::Requested);

    /// From a call of the Environment: lowers the cycle until which the current `run` goes on.
    void limit(u64 until_cycle);

    // ---- Time ----------------------------------------------------------------------------------

    /// The PE's clock. Exact between runs and in every call of the Environment: all instructions
    /// before the current one are counted, and for exception-generating ones and ERET that too.
    u64 cycles() const { return hot_->cycles; }

    u64 instructions() const { return hot_->instructions; }

    /// Cycles of an event: a walk, an exception, a device, time spent waiting.
    void charge(u64 cycles) { hot_->cycles += cycles; }

    // ---- What the PE must keep current ---------------------------------------------------------

    /// The context word (a64::Context). A change takes effect with the next instruction.
    void set_context(u64 word);

    u64 context() const { return hot_->context & ~Context::SamplePoint::mask; }

    /// In a context with Sampled: Environment::sample is called before the instruction with this
    /// number, counted by instructions(). ~0: never.
    void sample_at(u64 instruction);

    /// From Environment::sample: all data accesses of the instruction go to the Environment, which
    /// cannot fill, until this is withdrawn or the translation changes. Costs no cycles.
    void show_data(bool on);

    /// Names the translation in force for fetches and data: an id interned by the PE for all that
    /// an access depends on (regime, EL, ASID, VMID, security, PAN, …). 1..4094.
    void set_translation(u16 id);

    /// Pages translated for the current translation id may from now on be accessed inline. `host`
    /// is the host address of the page's first byte. Writable pages that are being watched are
    /// filled without the permission to write inline.
    void fill(u64 va, u64 pa, u8* host, bool readable, bool writable);

    /// Forget translations, of data and fetches: of the pages of [va, va + size) in all translation
    /// ids, of one id, or all. The PE calls these for what its own TLB loses.
    void evict(u64 va, u64 size = page_size);
    void evict_translation(u16 id);
    void evict_all();

    /// Forget all decoded blocks: marks or the cost model have changed.
    void flush_blocks();

    // ---- For a debugger ------------------------------------------------------------------------

    /// Replaces the points. Not while the engine runs.
    void set_debug_points(const DebugPoints& points);

    /// After Stop::Watchpoint: what watches the access that the next instruction is about to make.
    const DebugPoints::Watch& watched() const { return *hot_->watch; }

    // ---- PageWatch::Listener -------------------------------------------------------------------

    void drop_inline_writes(u64 page) override;
    void code_written(u64 pa, u64 size) override;
    /// Monitors are the PE's.
    void monitored_written(u64 pa, u64 size) override;

private:
    static constexpr u16 no_translation = page_size - 1; ///< an id that nothing is filled for

    Stop go_on();
    const Op* next_op();
    const Op* find();
    BlockRecipe recipe() const;
    const Block* block_at(u64 pa, u64 context, const u8* host);
    const Block* outside_memory(u64 pa, u64 context, u32 word);
    PipeId pipe_at(const Op* op) const;
    bool after_exit();
    void forget_code();

    State& state_;
    Environment& environment_;
    PageWatch& watch_;
    Options options_;
    std::unique_ptr<Hot> hot_;
    std::unique_ptr<BlockCache> blocks_;
    std::unique_ptr<Block> single_; ///< one instruction from where there is no memory
    const Op* resume_ = nullptr;    ///< where execution goes on in a block, if at `resume_pc_`
    const Op* link_ = nullptr;      ///< to be connected with the block that is found next
    u64 shown_ = 0;                 ///< the translation id while data is shown
    PipeId pipe_ = 0;               ///< pipeline state at `resume_pc_`, if not in a block
    u64 resume_pc_ = ~u64{0};
    u64 entered_at_ = ~u64{0}; ///< instruction count of the last exception
    bool boundary_ = false;    ///< execution is where the budget may be looked at
    DebugPoints debug_;
};

} // namespace sl::a64
