/* SPDX-License-Identifier: MIT */
#include "design.h"

static const char *const names[DESIGN_COUNT] = {
    [DESIGN_NONE] = "none",
    [DESIGN_KVM_SHIPPED] = "kvm-shipped",
    [DESIGN_KVM_V1] = "kvm-v1",
    [DESIGN_KVM_REVIEWED] = "kvm-reviewed",
    [DESIGN_KVM_LANDED] = "kvm-landed",
    [DESIGN_KVM_FINAL] = "kvm-final",
    [DESIGN_VHE] = "vhe",
    [DESIGN_KVM_SHIPPED_61] = "kvm-shipped-6.1",
};

const char *design_name(uint64_t design)
{
    return design < DESIGN_COUNT ? names[design] : "?";
}
