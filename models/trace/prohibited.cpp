// SPDX-License-Identifier: MIT
#include "trace/prohibited.h"

#include "sysreg/registers.gen.h"

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

namespace {

/// Of the current Security state; Secure EL2 is not modelled.
bool el2_enabled(const pe::PeView& pe, const Config& config)
{
    return config.has_el2 && !pe.secure();
}

} // namespace

BufferOwner buffer_owner(const pe::PeView& pe, const Config& config)
{
    return buffer_owner(pe, config.has_el2, config.has_el3,
                        f::MDCR_EL2::E2TB::get(pe.visible(Reg::MDCR_EL2)),
                        f::MDCR_EL3::NSTB_NS::get(pe.visible(Reg::MDCR_EL3)) != 0);
}

bool trace_prohibited(const pe::PeView& pe, const Config& config, bool buffer_enabled)
{
    // Then the authentication interface alone decides, and TRCAUTHSTATUS says that it allows.
    if (!config.has_trf)
        return false;
    const u8 el = pe.el();
    if (el == 3)
        return true;
    if (pe.secure() && config.has_el3 && !f::MDCR_EL3::STE::get(pe.visible(Reg::MDCR_EL3)))
        return true;

    const bool host_el0 = el2_enabled(pe, config) && f::HCR_EL2::TGE::get(pe.visible(Reg::HCR_EL2));
    const u64 trfcr1 = pe.visible(Reg::TRFCR_EL1);
    const u64 trfcr2 = config.has_el2 ? pe.visible(Reg::TRFCR_EL2) : 0;
    const bool allowed = el == 2    ? f::TRFCR_EL2::E2TRE::get(trfcr2)
                         : el == 1  ? f::TRFCR_EL1::E1TRE::get(trfcr1)
                         : host_el0 ? f::TRFCR_EL2::E0HTRE::get(trfcr2)
                                    : f::TRFCR_EL1::E0TRE::get(trfcr1);
    if (!allowed)
        return true;

    if (buffer_enabled) {
        const BufferOwner owner = buffer_owner(pe, config);
        if (owner.secure != pe.secure())
            return true;
        if (owner.el == 1 && (el == 2 || (el == 0 && host_el0)))
            return true;
    }
    return false;
}

} // namespace sl::trace
