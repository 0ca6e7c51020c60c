/* SPDX-License-Identifier: MIT */
/*
 * SIMD&FP registers go lazily: they stay with who used them last until somebody else does. The
 * owner's context lies in a vCPU or, for the host, in this PE's structure.
 */

#include "world.h"

#include <stddef.h>

void fp_switch(struct cpu *cpu, struct fp_context *wanted)
{
    if (cpu->fp_owner == wanted) {
        return;
    }
    if (cpu->fp_owner != NULL) {
        fp_registers_save(cpu->fp_owner);
    }
    if (wanted != NULL) {
        fp_registers_load(wanted);
    }
    cpu->fp_owner = wanted;
}
