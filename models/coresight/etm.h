// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/component.h"
#include "trace/trace_unit.h"

namespace sl::coresight {

/// The memory-mapped registers of a PE's ETMv4 (IHI 0064): those that its PE reaches by system
/// registers too, at four times the number that op1, CRn, op2 and CRm make, and those of power
/// control, affinity and identification, which are here only.
class Etm final : public Component {
public:
    enum : u32 { PDCR = 0x310, PDSR = 0x314, DEVAFF0 = 0xfa8, DEVAFF1 = 0xfac };

    struct Pdcr {
        using PU = Field<3>; ///< asks that power stays; here it goes with the PE all the same
    };

    struct Pdsr {
        using POWER = Field<0>;
        using STICKYPD = Field<1>; ///< state was lost since the last read
        using OSLK = Field<5>;
    };

    struct Config {
        u16 part = 0;                  ///< of the PE's MIDR_EL1, and of its trace unit
        u64 affinity = 0;              ///< MPIDR_EL1
        std::function<bool()> powered; ///< the PE is; registers in its power domain read as 0 else
    };

    Etm(const Config& config, trace::TraceUnit& unit);

private:
    std::vector<RegRow> rows();
    RegRow row(u32 offset, sysreg::Reg reg);
    u64 pdsr(bool look);

    Config config_;
    trace::TraceUnit& unit_;
    u64 seen_resets_ = 0;
};

} // namespace sl::coresight
