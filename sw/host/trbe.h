/* SPDX-License-Identifier: MIT */
/** The PE's trace buffer (TRBE) by its system registers. On the PE itself, interrupts masked. */
#ifndef SW_HOST_TRBE_H
#define SW_HOST_TRBE_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;

/** There is one, and no higher exception level keeps it (TRBIDR_EL1.P). Its alignment in bytes. */
bool trbe_present(uint32_t *align);

/** Off, drained, forgotten: whatever ran before on this PE. */
void trbe_reset(void);

/** On, from `base`, until `limit` (virtual addresses), then it stops and interrupts (FILL). */
void trbe_enable(struct cpu *cpu, uint64_t base, uint64_t limit);

enum trbe_event { TRBE_NOTHING, TRBE_FULL, TRBE_FAULT };

/** Drains it and switches it off; what had happened; and how far it wrote from `base` on. */
enum trbe_event trbe_disable(struct cpu *cpu, uint64_t base, uint64_t limit, uint64_t *bytes);

/** Off for a while, drained, its registers and what the hypervisor knows as they are; and on. */
void trbe_pause(void);
void trbe_resume(void);

/** The status shows an interrupt. */
bool trbe_interrupting(void);

#endif
