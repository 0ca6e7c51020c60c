// SPDX-License-Identifier: MIT
#include "coresight/atb.h"

#include <algorithm>
#include <cassert>

namespace sl::coresight {

AtbBeat beat_of(u8 id, std::span<const u8> bytes)
{
    assert(!bytes.empty() && bytes.size() <= atb_bytes);
    AtbBeat beat{.id = id, .size = static_cast<u8>(bytes.size()), .data = {}};
    std::copy(bytes.begin(), bytes.end(), beat.data.begin());
    return beat;
}

} // namespace sl::coresight
