// SPDX-License-Identifier: MIT
#pragma once

#include "pe_tables.h"
#include "trace/spe.h"
#include "trace/trace_unit.h"

namespace sl::pe {

/// A PE with tables, its trace unit and its trace buffer, at EL2; with FEAT_SPE, its profiler.
struct TracedTables : Tables {
    static constexpr u64 e2tb_el1 = sysreg::MDCR_EL2::E2TB::make(3);
    static constexpr u64 e2pb_el1 = sysreg::MDCR_EL2::E2PB::make(3);
    static constexpr u64 on = 1; ///< TRBLIMITR_EL1.E, PMBLIMITR_EL1.E

    explicit TracedTables(AdversaryMode adversary = {}, std::vector<std::string> more = {})
        : Tables{config(adversary, std::move(more)), false},
          unit{trace::Config{}, pe},
          spe{trace::SpeConfig{}, pe}
    {
        pe.attach(unit);
        if (pe.config().features.has(sysreg::Feature::FEAT_SPE))
            pe.attach(spe);
        pe.power_on(entry, 2, 0, 0);
    }

    static PeConfig config(AdversaryMode adversary, std::vector<std::string> more)
    {
        PeConfig c = test_config();
        std::vector<std::string> names{"FEAT_LSE", "FEAT_PAN", "FEAT_VHE",  "FEAT_PMUv3",
                                       "FEAT_TRF", "FEAT_ETE", "FEAT_TRBE", "FEAT_GICv3"};
        names.insert(names.end(), more.begin(), more.end());
        c.features = test_features(names);
        c.adversary = adversary;
        return c;
    }

    void isb() { pe.barrier(a64::Barrier::Isb, 15); }

    void dsb() { pe.barrier(a64::Barrier::Dsb, 15); }

    void tsb() { pe.hint(18); }

    trace::TraceUnit unit;
    trace::Spe spe;
};

} // namespace sl::pe
