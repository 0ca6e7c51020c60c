// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace sl::trace {

/// How CoreSight frames lie in a stream.
enum class Framing : u8 {
    Memory, ///< one after the other, as a Trace Memory Controller writes them
    Port,   ///< with the synchronization of a trace port in continuous mode
};

struct Deframed {
    std::map<u8, std::vector<u8>> streams; ///< by trace ID, without those that are empty
    std::string error;                     ///< empty: all of it was taken
};

/// Takes 16-byte CoreSight frames apart, with OpenCSD.
Deframed deframe(std::span<const u8> frames, Framing framing);

} // namespace sl::trace
