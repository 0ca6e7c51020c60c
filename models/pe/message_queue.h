// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"

#include <map>
#include <optional>
#include <tuple>

namespace sl::pe {

/// The messages that wait for one PE, in the order in which it will take them.
class MessageQueue : public Inbox {
public:
    void post(u64 at_ps, unsigned from, std::function<void()> action) override
    {
        messages_.emplace(Key{at_ps, from, sequence_++}, std::move(action));
    }

    std::optional<u64> next_ps() const
    {
        if (messages_.empty())
            return std::nullopt;
        return std::get<0>(messages_.begin()->first);
    }

    /// Takes the first message that is due at `now_ps`; an empty function when there is none.
    std::function<void()> take(u64 now_ps)
    {
        const auto first = messages_.begin();
        if (first == messages_.end() || std::get<0>(first->first) > now_ps)
            return {};
        auto action = std::move(first->second);
        messages_.erase(first);
        return action;
    }

    void clear() { messages_.clear(); }

private:
    using Key = std::tuple<u64, unsigned, u64>;

    std::map<Key, std::function<void()>> messages_;
    u64 sequence_ = 0;
};

} // namespace sl::pe
