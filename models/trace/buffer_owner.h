// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"

#include <optional>
#include <span>

namespace sl::trace {

/// Who a self-hosted buffer belongs to, and whose tables translate its pointers (DDI 0487, "The
/// owning Exception level").
struct BufferOwner {
    u8 el = 1; ///< 1 or 2
    bool secure = false;
    pe::Regime regime = pe::Regime::El10;

    /// xxxIDR_EL1.P as the PE would read it now: a higher Exception level, or the other Security
    /// state, has the buffer.
    bool denies(const pe::PeView& pe) const
    {
        const u8 at = pe.el();
        return at < 3 && (secure != pe.secure() || (at == 1 && el == 2));
    }
};

/// From the controls of one buffer, as indirect readers see them now: `e2` is its field of MDCR_EL2
/// (E2TB, E2PB), `ns` says that its field of MDCR_EL3 (NSTB, NSPB) gives it to Non-secure state.
BufferOwner buffer_owner(const pe::PeView& pe, bool has_el2, bool has_el3, u64 e2, bool ns);

/// Why a write to a buffer was not made, as TRBSR_EL1 and PMBSR_EL1 report it.
struct BufferFault {
    bool external = false; ///< an external abort; otherwise `ec` and `fsc` tell
    u64 ec = 0, fsc = 0;
};

/// Writes bytes that lie in one page, through the tables of the owner. `physical`: the pointer is
/// an intermediate physical address of EL1's, or a physical one of EL2's. Latency is the caller's.
std::optional<BufferFault> write_buffer(pe::PeView& pe, const BufferOwner& owner, pe::Unit unit,
                                        bool physical, u64 va, std::span<const u8> bytes, u64 at_ps,
                                        u64& pa);

} // namespace sl::trace
