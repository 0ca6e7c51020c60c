// SPDX-License-Identifier: MIT
#pragma once

#include "a64/cost.h"
#include "a64/debug_points.h"
#include "a64/environment.h"
#include "a64/hot.h"
#include "a64/op.h"
#include "a64/parts.h"
#include "common/page_watch.h"

#include <compare>
#include <memory>
#include <unordered_map>
#include <vector>

namespace sl::a64 {

/// A straight run of decoded instructions inside one page. Conditional branches leave it in the
/// middle and fall through inside it.
///
/// Its operations: where a sample may be due, the question whether it is due here; for each
/// instruction what is done before it (mark, log, sample, SP check), the instruction, and its Link
/// if it branches; then what falls through to the next block and its Link; then the End.
struct Block {
    u64 pa = 0;
    u64 context = 0;
    PipeId pipe_in = 0;
    PipeId pipe_out = 0;             ///< where it falls through inside the page
    unsigned count = 0;              ///< instructions
    bool retired = false;            ///< its code has changed: nobody may enter it any more
    std::vector<Op> ops;             ///< never resized once built: others point here
    std::vector<Effects> effects;    ///< annotated only: to find the pipeline state in the middle
    std::vector<const Op*> incoming; ///< Links of other blocks that lead here

    u64 page() const { return pa & page_mask; }

    const Op* entry() const { return ops.data(); }
};

/// The block that an operation belongs to.
inline const Block& block_of(const Op* op)
{
    while (op->kind != Op::Kind::End)
        ++op;
    return *op->block;
}

/// What the decoding of a block depends on, beside its code.
struct BlockRecipe {
    Parts features;
    unsigned max_block = 64;
    u32 functional_cost = 1;
    CostModel* cost_model = nullptr;
    Environment* environment = nullptr;
    const DebugPoints* debug = nullptr; ///< null: no check of breakpoints
};

/// Decodes the block at `pa`, whose instructions are at `host` up to the end of their page or for
/// `words` instructions.
std::unique_ptr<Block> build_block(const BlockRecipe& recipe, u64 pa, u64 context, PipeId pipe,
                                   const u8* host, unsigned words);

/// All blocks of an engine, by physical address, context word and pipeline state.
class BlockCache {
public:
    explicit BlockCache(PageWatch& watch)
        : watch_{watch}
    {
    }

    ~BlockCache() { clear(); }

    BlockCache(const BlockCache&) = delete;
    BlockCache& operator=(const BlockCache&) = delete;

    const Block* find(u64 pa, u64 context, PipeId pipe) const;
    const Block* insert(std::unique_ptr<Block> block);

    /// Makes `link`, an operation of a block here, lead to `target`. Both must be current.
    void connect(const Op* link, const Block& target);

    /// Retires blocks with code in [pa, pa + size); were there any?
    bool invalidate(u64 pa, u64 size);
    /// Retires blocks that have an instruction where, in its page, one of `addresses` is in its
    /// own; were there any?
    bool invalidate_places(const std::vector<u64>& addresses);
    void clear();

    /// More than is sensible to keep: time to clear.
    bool full() const { return total_ops_ > max_ops; }

    /// Frees retired blocks. Only while no block is being executed.
    void collect() { retired_.clear(); }

private:
    static constexpr std::size_t max_ops = std::size_t{1} << 21;

    struct Key {
        u64 pa, context;
        PipeId pipe;

        bool operator==(const Key&) const = default;
    };

    struct Hash {
        std::size_t operator()(const Key& k) const
        {
            const u64 mixed =
                (k.pa >> 2 ^ k.context << 40 ^ u64{k.pipe} << 20) * 0x9e37'79b9'7f4a'7c15;
            return static_cast<std::size_t>(mixed ^ mixed >> 32);
        }
    };

    void retire(std::unique_ptr<Block> block);

    PageWatch& watch_;
    std::unordered_map<Key, std::unique_ptr<Block>, Hash> blocks_;
    std::unordered_map<u64, std::vector<Block*>> pages_;
    std::vector<std::unique_ptr<Block>> retired_;
    std::size_t total_ops_ = 0;
};

} // namespace sl::a64
