// SPDX-License-Identifier: MIT
#include "run/guest_errors.h"

#include "debug/text.h"

namespace sl::run {

void GuestErrors::signal(unsigned pe, u64, Signal which, u64 value)
{
    if (which == Signal::Vmid)
        vmids_[pe] = value;
}

void GuestErrors::guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                              u64 detail)
{
    const auto [first, is_new] = all_.try_emplace(what);
    if (!is_new)
        return;
    first->second = std::string{what} + " (" + debug::hex(detail) + ") at " + debug::hex(pc) +
                    ", " + symbols_.describe_va(pc, el, vmids_[pe]) + ", EL" + std::to_string(el) +
                    ", pe" + std::to_string(pe) + ", cycle " + std::to_string(cycle);
    say_(first->second);
}

} // namespace sl::run
