// SPDX-License-Identifier: MIT
#pragma once

#include "a64/parts.h"
#include "sysreg/features.h"

namespace sl::pe {

/// The instructions that a core with these features has.
a64::Parts instruction_set(const sysreg::Features& features);

} // namespace sl::pe
