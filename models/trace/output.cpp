// SPDX-License-Identifier: MIT
#include "trace/output.h"

namespace sl::trace {

void Output::set_id(u8 id)
{
    if (atb_)
        atb_->set_id(id);
}

void Output::switched(u64 now_ps)
{
    if (!atb_)
        return;
    if (buffer_.enabled())
        atb_->flush(now_ps);
    else
        link_.flush(now_ps); // into a disabled buffer
}

void Output::push(std::span<const u8> packets, u64 now_ps)
{
    if (to_bus())
        buffer_.passed_by(packets);
    way().push(packets, now_ps);
}

} // namespace sl::trace
