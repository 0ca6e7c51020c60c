// SPDX-License-Identifier: MIT
#pragma once

#include "debug/observer_set.h"
#include "debug/symbolizer.h"

#include <functional>
#include <map>
#include <string>

namespace sl::run {

/// Reports the first guest error of each kind as it happens.
class GuestErrors : public debug::NullObserver {
public:
    /// `say` gets one line for the first error of each kind.
    GuestErrors(const debug::Symbolizer& symbols, std::function<void(const std::string&)> say)
        : symbols_{symbols},
          say_{std::move(say)}
    {
    }

    void signal(unsigned pe, u64 cycle, Signal which, u64 value) override;
    void guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                     u64 detail) override;

    /// What was said of the first, by kind in alphabetical order.
    const std::map<std::string, std::string>& all() const { return all_; }

private:
    const debug::Symbolizer& symbols_;
    std::function<void(const std::string&)> say_;
    std::map<unsigned, u64> vmids_; ///< by PE
    std::map<std::string, std::string> all_;
};

} // namespace sl::run
