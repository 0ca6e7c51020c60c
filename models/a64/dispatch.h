// SPDX-License-Identifier: MIT
#pragma once

#include "a64/hot.h"
#include "a64/op.h"
#include "a64/state.h"

namespace sl::a64 {

// Optimized builds run a block as a chain of tail calls. g++ 12 has no `musttail`: it makes sibling
// calls at -O2, but promises none, and sanitizers keep frames alive. All other builds run the same
// handlers under a loop. A test runs 10^9 operations in each.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
inline constexpr bool tail_calls = true;
#else
inline constexpr bool tail_calls = false;
#endif

/// The end of a handler: on to `next`.
[[gnu::always_inline]] inline const Op* go(State* s, const Op* next, Hot* h)
{
    if constexpr (tail_calls)
        return next->handler(s, next, h);
    else
        return next;
}

/// Leaves the block: what comes next is in Hot. Its handler returns null.
extern const Op leave;

/// Runs from `op` until the block has been left.
inline void execute(State& s, const Op* op, Hot& h)
{
    if constexpr (tail_calls)
        op->handler(&s, op, &h);
    else
        while (op != nullptr)
            op = op->handler(&s, op, &h);
}

/// Where a branch to state.pc goes: a block known for that address, or out to the engine.
[[gnu::always_inline]] inline const Op* jump(State* s, Hot* h)
{
    const u64 pc = s->pc;
    const Hot::JumpEntry& known = h->jump[Hot::jump_index(pc)];
    const Hot::FetchEntry& page = h->fetch[Hot::fetch_index(pc)];
    const bool hit = known.va == pc && known.context == h->context && page.pa == known.pa &&
                     page.tag == ((pc & page_mask) | h->translation);
    if (hit && h->cycles < h->until) [[likely]]
        return known.op;
    h->exit = Hot::Exit::Jump;
    h->link = nullptr;
    return &leave;
}

} // namespace sl::a64
