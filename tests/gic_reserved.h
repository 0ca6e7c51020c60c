// SPDX-License-Identifier: MIT
#pragma once

#include "gic/distributor.h"
#include "gic/redistributor.h"

namespace sl::gic {

/// Bits of GICD registers that no write can set, by the register descriptions (IHI 0069).
inline u32 reserved_gicd(u32 offset, bool security)
{
    if (offset == Distributor::CTLR)
        return ~(security ? 0x77u : 0x53u);
    if (offset >= Distributor::ICFGR && offset < Distributor::IGRPMODR)
        return 0x5555'5555;
    if (offset >= Distributor::IPRIORITYR && offset < 0x800)
        return 0x0707'0707;
    if (offset >= 0x6100 && offset < 0x8000)
        return offset % 8 ? 0xffff'ff00 : 0x7f00'0000;
    if (offset >= 0x800 && offset < 0xc00) // GICD_ITARGETSR: RAZ/WI with affinity routing
        return ~0u;
    if (offset >= 0xf00 && offset < 0x6100) // GICD_SGIR and beyond, extended SPIs
        return ~0u;
    if (offset >= 0x8000 && offset < 0xffd0)
        return ~0u;
    return 0;
}

/// The same of GICR registers, RD_base frame and SGI_base frame.
inline u32 reserved_gicr(u32 offset, bool security)
{
    if (offset < 0x4 || (offset >= 0x10000 && offset < 0x10080))
        return offset == Redistributor::CTLR ? ~0x0700'0000u : ~0u;
    if (offset == Redistributor::WAKER)
        return ~0x6u;
    if (offset >= 0x40 && offset < 0xffd0)
        return ~0u;
    if (offset == Redistributor::SGI + Redistributor::IGRPMODR && !security)
        return ~0u;
    return 0;
}

} // namespace sl::gic
