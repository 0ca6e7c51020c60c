/* SPDX-License-Identifier: MIT */
/* Assembly and C agree on where things lie. */

#include "offsets.h"

#include <stddef.h>

#include "vcpu.h"

_Static_assert(offsetof(struct context, x) == CONTEXT_X, "offsets.h");
_Static_assert(offsetof(struct context, sp_el0) == CONTEXT_SP_EL0, "offsets.h");
_Static_assert(offsetof(struct vcpu, context) == 0, "guest.S takes a vCPU for its context");
_Static_assert(offsetof(struct cpu, host) == 0, "vectors.S takes a PE for its host's context");
_Static_assert(offsetof(struct fp_context, fpsr) == 512 && offsetof(struct fp_context, fpcr) == 520,
               "fp_registers.S");
