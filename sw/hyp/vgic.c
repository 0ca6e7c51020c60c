/* SPDX-License-Identifier: MIT */
/* The vCPU's virtual CPU interface: list registers per entry, the rest per load. */

#include "arch.h"
#include "world.h"

/* List registers have no index but their name. */
#define LIST_REGISTERS(X)                                                                          \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

static void vgic_write_lr(unsigned int n, uint64_t value)
{
    switch (n) {
#define X(n)                                                                                       \
    case n:                                                                                        \
        sysreg_write(ICH_LR##n##_EL2, value);                                                      \
        break;
        LIST_REGISTERS(X)
#undef X
    default:
        break;
    }
}

static uint64_t vgic_read_lr(unsigned int n)
{
    switch (n) {
#define X(n)                                                                                       \
    case n:                                                                                        \
        return sysreg_read(ICH_LR##n##_EL2);
        LIST_REGISTERS(X)
#undef X
    default:
        return 0;
    }
}

void vgic_restore(const struct vgic_cpu_interface *vgic)
{
    sysreg_write(ICH_HCR_EL2, vgic->hcr);
    for (unsigned int n = 0; n < vgic->used_lrs && n < VGIC_MAX_LRS; n++) {
        vgic_write_lr(n, vgic->lr[n]);
    }
}

void vgic_save(struct vgic_cpu_interface *vgic)
{
    if (vgic->used_lrs != 0) {
        const uint64_t empty = sysreg_read(ICH_ELRSR_EL2);

        for (unsigned int n = 0; n < vgic->used_lrs && n < VGIC_MAX_LRS; n++) {
            if ((empty >> n & 1) != 0) {
                vgic->lr[n] &= ~FIELD_MASK(ICH_LR0_EL2, State);
            } else {
                vgic->lr[n] = vgic_read_lr(n);
            }
            vgic_write_lr(n, 0);
        }
    }
    vgic->vmcr = sysreg_read(ICH_VMCR_EL2);
    if ((vgic->hcr & FIELD_MASK(ICH_HCR_EL2, LRENPIE)) != 0) {
        vgic->hcr &= ~FIELD_MASK(ICH_HCR_EL2, EOIcount);
        vgic->hcr |= sysreg_read(ICH_HCR_EL2) & FIELD_MASK(ICH_HCR_EL2, EOIcount);
    }
    sysreg_write(ICH_HCR_EL2, 0);
    /* KVM reads it here for nested hypervisors, which trap on it; the value is nobody's. */
    (void)sysreg_read(ICH_MISR_EL2);
}

/* How many active priority registers there are: by the preemption bits of the interface. */
void vgic_load(const struct cpu *cpu, const struct vgic_cpu_interface *vgic)
{
    switch (cpu->priority_registers) {
    case 4:
        sysreg_write(ICH_AP0R3_EL2, vgic->ap0r[3]);
        sysreg_write(ICH_AP0R2_EL2, vgic->ap0r[2]);
        sysreg_write(ICH_AP1R3_EL2, vgic->ap1r[3]);
        sysreg_write(ICH_AP1R2_EL2, vgic->ap1r[2]);
        __attribute__((fallthrough));
    case 2:
        sysreg_write(ICH_AP0R1_EL2, vgic->ap0r[1]);
        sysreg_write(ICH_AP1R1_EL2, vgic->ap1r[1]);
        __attribute__((fallthrough));
    default:
        sysreg_write(ICH_AP0R0_EL2, vgic->ap0r[0]);
        sysreg_write(ICH_AP1R0_EL2, vgic->ap1r[0]);
        break;
    }
    sysreg_write(ICH_VMCR_EL2, vgic->vmcr);
}

void vgic_put(const struct cpu *cpu, struct vgic_cpu_interface *vgic)
{
    switch (cpu->priority_registers) {
    case 4:
        vgic->ap0r[3] = sysreg_read(ICH_AP0R3_EL2);
        vgic->ap0r[2] = sysreg_read(ICH_AP0R2_EL2);
        vgic->ap1r[3] = sysreg_read(ICH_AP1R3_EL2);
        vgic->ap1r[2] = sysreg_read(ICH_AP1R2_EL2);
        __attribute__((fallthrough));
    case 2:
        vgic->ap0r[1] = sysreg_read(ICH_AP0R1_EL2);
        vgic->ap1r[1] = sysreg_read(ICH_AP1R1_EL2);
        __attribute__((fallthrough));
    default:
        vgic->ap0r[0] = sysreg_read(ICH_AP0R0_EL2);
        vgic->ap1r[0] = sysreg_read(ICH_AP1R0_EL2);
        break;
    }
    vgic->vmcr = sysreg_read(ICH_VMCR_EL2);
}
