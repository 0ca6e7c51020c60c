// SPDX-License-Identifier: MIT
#include "gic/cpu_registers.h"

#include "sysreg/registers.gen.h"

namespace sl::gic {

using pe::Reg;

std::optional<Decoded> decode(Reg reg)
{
    // clang-format off
    switch (reg) {
    case Reg::ICC_IAR0_EL1:    return Decoded{Op::Iar, 0};
    case Reg::ICC_IAR1_EL1:    return Decoded{Op::Iar, 1};
    case Reg::ICC_EOIR0_EL1:   return Decoded{Op::Eoir, 0};
    case Reg::ICC_EOIR1_EL1:   return Decoded{Op::Eoir, 1};
    case Reg::ICC_HPPIR0_EL1:  return Decoded{Op::Hppir, 0};
    case Reg::ICC_HPPIR1_EL1:  return Decoded{Op::Hppir, 1};
    case Reg::ICC_BPR0_EL1:    return Decoded{Op::Bpr, 0};
    case Reg::ICC_BPR1_EL1:    return Decoded{Op::Bpr, 1};
    case Reg::ICC_IGRPEN0_EL1: return Decoded{Op::Igrpen, 0};
    case Reg::ICC_IGRPEN1_EL1: return Decoded{Op::Igrpen, 1};
    case Reg::ICC_AP0R0_EL1:   return Decoded{Op::Apr0, 0};
    case Reg::ICC_AP0R1_EL1:   return Decoded{Op::Apr0, 1};
    case Reg::ICC_AP0R2_EL1:   return Decoded{Op::Apr0, 2};
    case Reg::ICC_AP0R3_EL1:   return Decoded{Op::Apr0, 3};
    case Reg::ICC_AP1R0_EL1:   return Decoded{Op::Apr1, 0};
    case Reg::ICC_AP1R1_EL1:   return Decoded{Op::Apr1, 1};
    case Reg::ICC_AP1R2_EL1:   return Decoded{Op::Apr1, 2};
    case Reg::ICC_AP1R3_EL1:   return Decoded{Op::Apr1, 3};
    case Reg::ICC_PMR_EL1:     return Decoded{Op::Pmr};
    case Reg::ICC_CTLR_EL1:    return Decoded{Op::Ctlr};
    case Reg::ICC_DIR_EL1:     return Decoded{Op::Dir};
    case Reg::ICC_RPR_EL1:     return Decoded{Op::Rpr};
    case Reg::ICC_SRE_EL1:     return Decoded{Op::Sre, 1};
    case Reg::ICC_SRE_EL2:     return Decoded{Op::Sre, 2};
    case Reg::ICC_SRE_EL3:     return Decoded{Op::Sre, 3};
    case Reg::ICC_SGI0R_EL1:   return Decoded{Op::Sgi0r};
    case Reg::ICC_SGI1R_EL1:   return Decoded{Op::Sgi1r};
    case Reg::ICC_ASGI1R_EL1:  return Decoded{Op::Asgi1r};
    case Reg::ICC_CTLR_EL3:    return Decoded{Op::CtlrEl3};
    case Reg::ICC_IGRPEN1_EL3: return Decoded{Op::Igrpen1El3};
    case Reg::ICH_AP0R0_EL2:   return Decoded{Op::HypApr0, 0};
    case Reg::ICH_AP0R1_EL2:   return Decoded{Op::HypApr0, 1};
    case Reg::ICH_AP0R2_EL2:   return Decoded{Op::HypApr0, 2};
    case Reg::ICH_AP0R3_EL2:   return Decoded{Op::HypApr0, 3};
    case Reg::ICH_AP1R0_EL2:   return Decoded{Op::HypApr1, 0};
    case Reg::ICH_AP1R1_EL2:   return Decoded{Op::HypApr1, 1};
    case Reg::ICH_AP1R2_EL2:   return Decoded{Op::HypApr1, 2};
    case Reg::ICH_AP1R3_EL2:   return Decoded{Op::HypApr1, 3};
    case Reg::ICH_HCR_EL2:     return Decoded{Op::Hcr};
    case Reg::ICH_VTR_EL2:     return Decoded{Op::Vtr};
    case Reg::ICH_MISR_EL2:    return Decoded{Op::Misr};
    case Reg::ICH_EISR_EL2:    return Decoded{Op::Eisr};
    case Reg::ICH_ELRSR_EL2:   return Decoded{Op::Elrsr};
    case Reg::ICH_VMCR_EL2:    return Decoded{Op::Vmcr};
    case Reg::ICH_LR0_EL2:     return Decoded{Op::Lr, 0};
    case Reg::ICH_LR1_EL2:     return Decoded{Op::Lr, 1};
    case Reg::ICH_LR2_EL2:     return Decoded{Op::Lr, 2};
    case Reg::ICH_LR3_EL2:     return Decoded{Op::Lr, 3};
    case Reg::ICH_LR4_EL2:     return Decoded{Op::Lr, 4};
    case Reg::ICH_LR5_EL2:     return Decoded{Op::Lr, 5};
    case Reg::ICH_LR6_EL2:     return Decoded{Op::Lr, 6};
    case Reg::ICH_LR7_EL2:     return Decoded{Op::Lr, 7};
    case Reg::ICH_LR8_EL2:     return Decoded{Op::Lr, 8};
    case Reg::ICH_LR9_EL2:     return Decoded{Op::Lr, 9};
    case Reg::ICH_LR10_EL2:    return Decoded{Op::Lr, 10};
    case Reg::ICH_LR11_EL2:    return Decoded{Op::Lr, 11};
    case Reg::ICH_LR12_EL2:    return Decoded{Op::Lr, 12};
    case Reg::ICH_LR13_EL2:    return Decoded{Op::Lr, 13};
    case Reg::ICH_LR14_EL2:    return Decoded{Op::Lr, 14};
    case Reg::ICH_LR15_EL2:    return Decoded{Op::Lr, 15};
    default:                   return std::nullopt;
    }
    // clang-format on
}

} // namespace sl::gic
