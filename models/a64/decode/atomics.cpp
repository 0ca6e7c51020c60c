// SPDX-License-Identifier: MIT
#include "a64/decode/groups.h"

namespace sl::a64::decode {

std::span<const Row> atomics_rows()
{
    return {};
}

} // namespace sl::a64::decode
