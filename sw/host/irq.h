/* SPDX-License-Identifier: MIT */
#ifndef SW_HOST_IRQ_H
#define SW_HOST_IRQ_H

#include "host.h"

/** From the vectors: acknowledges and serves all that is pending on this PE. */
void irq_handle(struct frame *frame);

/** Takes what is pending, as KVM does after an exit: unmasks, synchronizes, masks. */
void irq_window(void);

/** With interrupts masked: waits until one is pending, then takes it. */
void irq_wait(void);

/** The host's own timer: interrupts once, `count` ticks of the counter from now. */
void timer_arm(uint64_t count);

#endif
