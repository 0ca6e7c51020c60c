// SPDX-License-Identifier: MIT
#include "sysreg/file.h"

#include "sysreg/tables.h"

namespace sl::sysreg {

File::File(const Features& features, const Identity& identity)
    : features_{features},
      identity_{identity}
{
    reset();
}

void File::reset()
{
    const auto rows = descriptions();
    for (std::size_t i = 0; i < count; ++i) {
        values_[i] = rows[i].reset;
        masks_[i] = rows[i].mask;
        for (const FeatureField& field : rows[i].optional)
            if (!features_.has(field.feature))
                masks_[i] &= ~field.mask;
    }
    File& f = *this;
    f[Reg::MIDR_EL1] = f[Reg::VPIDR_EL2] = identity_.midr;
    f[Reg::MPIDR_EL1] = f[Reg::VMPIDR_EL2] = identity_.mpidr;
    f[Reg::CLIDR_EL1] = identity_.clidr;
    f[Reg::CTR_EL0] = identity_.ctr;
    f[Reg::ID_AA64PFR0_EL1] |= (identity_.has_el2 ? ID_AA64PFR0_EL1::EL2::make(1) : 0) |
                               (identity_.has_el3 ? ID_AA64PFR0_EL1::EL3::make(1) : 0);
    f[Reg::ID_AA64MMFR0_EL1] =
        ID_AA64MMFR0_EL1::PARange::set(f[Reg::ID_AA64MMFR0_EL1], identity_.pa_range);
    for (std::size_t i = 0; i < static_cast<std::size_t>(Feature::Count); ++i)
        if (features_.has(static_cast<Feature>(i)))
            for (const IdSetting& s : feature_rows()[i].sets)
                if (s.with == Feature::Count || features_.has(s.with))
                    f[s.reg] = (f[s.reg] & ~s.mask) | s.value;
}

} // namespace sl::sysreg
