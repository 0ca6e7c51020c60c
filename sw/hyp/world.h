/* SPDX-License-Identifier: MIT */
/** The parts of a world switch that nVHE and VHE share, each in the file of its name. */
#ifndef SL_HYP_WORLD_H
#define SL_HYP_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "vcpu.h"

/* guest.S */
uint64_t guest_enter(struct vcpu *vcpu);
extern const char guest_vectors[], host_vectors[];

/* exception.c */

/** Does what the host asked for before the next entry: skip an instruction, inject an exception. */
void exception_adjust_pc(struct vcpu *vcpu);
/** Whether a guest may run with this PSTATE: AArch64, EL0 or EL1. */
bool exception_pstate_sound(uint64_t pstate);

/* fixup.c */

/**
 * After an exit with enum vcpu_exit `code`: takes the syndrome, and handles here what is EL2's.
 * True: back into the guest.
 */
bool fixup_guest_exit(struct cpu *cpu, struct vcpu *vcpu, uint64_t code);

/* fp.c */

/** Puts aside whatever the FP registers hold and loads `wanted`. Access must be allowed. */
void fp_switch(struct cpu *cpu, struct fp_context *wanted);

/** Whether the FP registers hold `context`. */
static inline bool fp_is_loaded(const struct cpu *cpu, const struct fp_context *context)
{
    return cpu->fp_owner == context;
}

/* fp_registers.S: FP access must be allowed. */
void fp_registers_save(struct fp_context *to);
void fp_registers_load(const struct fp_context *from);

/* Per world: switch_nvhe.c, vhe/. Allows the guest FP, in effect on return. */
void world_allow_guest_fp(void);

/* vgic.c */
void vgic_restore(const struct vgic_cpu_interface *vgic);
void vgic_save(struct vgic_cpu_interface *vgic);
void vgic_load(const struct cpu *cpu, const struct vgic_cpu_interface *vgic);
void vgic_put(const struct cpu *cpu, struct vgic_cpu_interface *vgic);

/* debug_registers.c: breakpoints and watchpoints. */
void debug_registers_save(const struct cpu *cpu, struct debug_registers *to);
void debug_registers_load(const struct cpu *cpu, const struct debug_registers *from);

/* features.c */

/** Fills cpu->features, counts and owned buffers from the ID registers; at EL2. */
void features_detect(struct cpu *cpu);
/** The buffer is there and no higher level keeps it. */
bool features_owns_trbe(const struct cpu *cpu);
bool features_owns_spe(const struct cpu *cpu);
/** MDCR_EL2 for the host: buffers are EL1's where this PE has them and no higher level keeps them.
 */
uint64_t features_host_mdcr(const struct cpu *cpu);

/* panic.c */

/** Per world: this PE, or NULL while that is not known. */
const struct cpu *panic_cpu(void);

/** Says what happened and where, and ends the run. For bugs of the hypervisor. */
__attribute__((noreturn)) void hyp_panic(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
__attribute__((noreturn)) void hyp_panic_exception(unsigned int vector);

#define HYP_CHECK(condition)                                                                       \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            hyp_panic("%s: %s", __func__, #condition);                                             \
        }                                                                                          \
    } while (0)

#endif /* SL_HYP_WORLD_H */
