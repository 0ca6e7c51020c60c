/* SPDX-License-Identifier: MIT */
/**
 * The way of trace from the PEs' trace units to memory, over the trace bus: a funnel, an ETF, a
 * replicator and an ETR, each of which may be missing but the last. Image parameters say where
 * they are, as a device tree would: docs/software.md.
 */
#ifndef SW_HOST_PATH_H
#define SW_HOST_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "tmc.h"

/** Looks whether the components are what the parameters say, and gets memory. Once. */
void path_init(void);

/** False: trace that is sent to the bus arrives nowhere. */
bool path_present(void);

/**
 * Opens the way from a PE: the sink first, then links towards the PE. The sink starts when the
 * first PE comes. False: a component is not free.
 */
bool path_enable(unsigned int pe);

/**
 * The PE's trace unit is off: closes its way. The last PE reads the sink before, and gets what has
 * been captured since the first one came; others get zeros.
 */
struct tmc_result path_disable(unsigned int pe);

#endif
