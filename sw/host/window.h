/* SPDX-License-Identifier: MIT */
/** The two windows of docs/switch-designs.md: a guest with pages at the host's buffer. */
#ifndef SW_HOST_WINDOW_H
#define SW_HOST_WINDOW_H

#include "machine.h"

/** What machine 1's vCPU 0 is told, if a run asks for it and a session has had a buffer. */
void window_tell(const struct virtual_cpu *vcpu, struct guest_mailbox *mailbox);

/** Of a hypercall of that vCPU: takes a page of guest memory away and gives it back. */
void window_remap(const struct virtual_cpu *vcpu);

/** After a session: how much of the guest's page is not the guest's any more. */
void window_report(void);

#endif /* SW_HOST_WINDOW_H */
