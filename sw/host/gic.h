/* SPDX-License-Identifier: MIT */
/** The host's GICv3 (IHI 0069), driven with one security state or from the Non-secure side. */
#ifndef SW_HOST_GIC_H
#define SW_HOST_GIC_H

#include <stdbool.h>
#include <stdint.h>

struct pe;

/** SGIs of the host. */
enum { SGI_WAKE = 0, SGI_KICK = 1 };

enum { INTID_SPURIOUS = 1020 }; /* and above */

/**
 * Finds the PEs from the Redistributors (GICR_TYPER): fills `pes` and `pe_count`, the calling PE
 * first.
 */
void gic_discover(void);

/** Distributor: affinity routing, Group 1, all SPIs off. Once. */
void gic_init(void);

/** The calling PE's Redistributor and CPU interface: priority drop apart from deactivation. */
void gic_init_pe(struct pe *pe);

void gic_enable_ppi(const struct pe *pe, unsigned int intid);

/** Active state of a private interrupt that a guest deactivates. */
void gic_set_active(const struct pe *pe, unsigned int intid, bool active);

void gic_send_sgi(const struct pe *to, unsigned int intid);

#endif
