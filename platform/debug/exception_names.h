// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::debug {

/// What the exception class of a syndrome (ESR_ELx.EC, bits 31:26) is called, in a few words.
const char* exception_class(u64 esr);

/// The name of an exception as Observer::exception tells it: its class when it is synchronous, else
/// "IRQ", "FIQ" or "SError".
const char* exception_name(unsigned kind, u64 esr);

} // namespace sl::debug
