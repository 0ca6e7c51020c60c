// SPDX-License-Identifier: MIT
#pragma once

#include "trace/deframe.h"

#include <map>
#include <span>
#include <vector>

#include <opencsd/c_api/opencsd_c_api.h>

namespace sl::coresight {

using Streams = std::map<u8, std::vector<u8>>; ///< by ATID, 0x01 to 0x6f

/// Takes formatted trace apart with OpenCSD's frame deformatter. Fails the test when the library
/// finds fault with the trace.
Streams opencsd_deformat(std::span<const u8> trace,
                         trace::Framing framing = trace::Framing::Memory);

/// What OpenCSD's STM packet processor reads from a raw STPv2 stream.
std::vector<ocsd_stm_pkt> opencsd_stm(std::span<const u8> stream);

} // namespace sl::coresight
