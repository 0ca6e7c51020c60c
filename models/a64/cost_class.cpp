// SPDX-License-Identifier: MIT
#include "a64/effects.h"

namespace sl::a64 {

namespace {

/// FPCR, FPSR, TPIDR_EL0 and the like: nothing to synchronize, read as registers.
bool self_contained(SysKey key)
{
    const bool flags = key.op1() == 3 && key.crn() == 4 && (key.crm() == 2 || key.crm() == 4);
    const bool thread = key.crn() == 13 && key.crm() == 0 && key.op2() >= 2 &&
                        (key.op1() == 3 || key.op1() == 0 || key.op1() == 4 || key.op1() == 6);
    return flags || thread;
}

/// ICC_*, ICV_* (CRn 12, CRm 8 to 12, and ICC_PMR_EL1), ICH_*.
bool gic(SysKey key)
{
    return (key.crn() == 12 && key.crm() >= 8) ||
           (key.crn() == 4 && key.crm() == 6 && key.op1() == 0);
}

/// TRC* (op0 2, op1 1), TRB*, TRFCR, PMU and SPE.
bool trace(SysKey key)
{
    if (key.op0() == 2)
        return key.op1() == 1;
    if (key.crn() == 9)
        return key.crm() >= 9;
    const bool pmu = key.op1() == 3 && key.crn() == 14 && key.crm() >= 8;
    return pmu || (key.crn() == 1 && key.crm() == 2 && key.op2() == 1); // TRFCR_ELx
}

} // namespace

CostClass cost_class_of(SysKey key, bool write)
{
    if (key.op0() == 1) {
        if (key.crn() == 8)
            return CostClass::Tlbi;
        if (key.crn() == 7 && key.crm() == 8)
            return CostClass::AddressTranslate;
        return CostClass::CacheMaintenance;
    }
    if (key.op0() == 3 && self_contained(key))
        return CostClass::MrsSelf;
    if (key.op0() == 3 && gic(key))
        return write ? CostClass::MsrGic : CostClass::MrsGic;
    if (trace(key))
        return write ? CostClass::MsrTrace : CostClass::MrsTrace;
    if (key.op0() == 3 && key.crn() == 14)
        return write ? CostClass::MsrTimer : CostClass::MrsTimer;
    return write ? CostClass::Msr : CostClass::Mrs;
}

} // namespace sl::a64
