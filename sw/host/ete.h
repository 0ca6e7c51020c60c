/* SPDX-License-Identifier: MIT */
/** The PE's trace unit (ETE, or ETMv4) by its system registers. All on the PE itself, interrupts
 * masked. */
#ifndef SW_HOST_ETE_H
#define SW_HOST_ETE_H

#include <stdbool.h>
#include <stdint.h>

#include "session.h"

struct ete_config {
    bool exclude_kernel, exclude_user; /* of host and guest alike */
    uint32_t trace_id;                 /* on the trace bus; a trace buffer ignores it */
};

/** There is one that this driver knows. */
bool ete_present(void);

/** There is one, and it is an ETMv4, which lacks TRCRSR. */
bool ete_is_etmv4(void);

/** Unlocks it and takes a claim away that an earlier owner may have left. */
void ete_init(void);

/** Programs it; trace stays prohibited by the filters. False: somebody else has claimed it. */
bool ete_program(const struct ete_config *config);

/** With the host's filter open already: starts. False: it does not leave its idle state. */
bool ete_enable(void);

/** With all filters closed: drains and stops it, and gives the claim back. */
bool ete_disable(void);

#endif
