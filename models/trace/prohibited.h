// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "trace/buffer_owner.h"
#include "trace/config.h"

namespace sl::trace {

/// The trace buffer's (MDCR_EL2.E2TB, MDCR_EL3.NSTB), from the registers as indirect readers see
/// them now.
BufferOwner buffer_owner(const pe::PeView& pe, const Config& config);

/// Trace of the instruction that executes now is prohibited (FEAT_TRF: TRFCR_ELx, HCR_EL2.TGE;
/// and, while the trace buffer is enabled, what lies outside its owner).
bool trace_prohibited(const pe::PeView& pe, const Config& config, bool buffer_enabled);

} // namespace sl::trace
