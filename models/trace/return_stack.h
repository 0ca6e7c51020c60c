// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>

namespace sl::trace {

/// The return addresses that the decoder has seen too: a return to the newest needs no address
/// (DDI 0487, ETE, Return stack). When it is full, the oldest is forgotten.
class ReturnStack {
public:
    void clear() { count_ = 0; }

    void push(u64 address)
    {
        entries_[top_ = (top_ + 1) % depth] = address;
        if (count_ < depth)
            ++count_;
    }

    /// True, and the newest is popped, when it is `address`.
    bool match(u64 address)
    {
        if (count_ == 0 || entries_[top_] != address)
            return false;
        top_ = (top_ + depth - 1) % depth;
        --count_;
        return true;
    }

private:
    static constexpr unsigned depth = 8;
    std::array<u64, depth> entries_{};
    unsigned top_ = 0, count_ = 0;
};

} // namespace sl::trace
