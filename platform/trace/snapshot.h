// SPDX-License-Identifier: MIT
#pragma once

#include "trace/captures.h"
#include "trace/recording.h"

#include <filesystem>

namespace sl::trace {

/// One PE's part of a snapshot.
struct SnapshotSource {
    unsigned pe = 0;
    const Recording* recording = nullptr;
};

/// Writes a snapshot folder as OpenCSD's trc_pkt_lister reads it: snapshot.ini, trace.ini, per PE a
/// cpu_N.ini with the code, an ete_N.ini with the unit's registers, and the trace itself, which is
/// what the buffer wrote, without CoreSight frames. Where bytes were lost or the unit was
/// programmed anew, a PE's trace goes on in another buffer, with devices of its own named cpu_N_1,
/// ETE_N_1 and so on; the buffers are TRBE_N, TRBE_N_1 … (`trc_pkt_lister -src_name`).
///
/// Captures of Trace Memory Controllers are buffers of CoreSight frames, named as the controller:
/// NAME, NAME_1 …. A unit that was programmed anew within one capture cannot be told so there: its
/// part is in buffers of its own, without frames, named ATB_N, ATB_N_1 ….
///
/// The folder is made; files of a former snapshot in it are overwritten. Throws
/// debug::OutputError. Returns the number of trace buffers.
unsigned write_snapshot(const std::filesystem::path& folder,
                        std::span<const SnapshotSource> sources, std::span<const CodeRegion> code,
                        std::span<const Captures::Capture> captures = {});

} // namespace sl::trace
