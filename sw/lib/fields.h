/* SPDX-License-Identifier: MIT */
/** Fields of system registers by name: FIELD(TRFCR_EL1, E1TRE, 1), FIELD_GET(ESR_EL2, EC, esr). */
#ifndef SL_LIB_FIELDS_H
#define SL_LIB_FIELDS_H

#include <stdint.h>

#include "sightline_sysreg.h"

/** The field's mask, in place. */
#define FIELD_MASK(reg, field) ((uint64_t)reg##_##field##_MASK)

/** `value` in the field's place. */
#define FIELD(reg, field, value)                                                                   \
    (((uint64_t)(value) << reg##_##field##_SHIFT) & FIELD_MASK(reg, field))

/** The field's value, from bit 0. */
#define FIELD_GET(reg, field, from)                                                                \
    (((uint64_t)(from)&FIELD_MASK(reg, field)) >> reg##_##field##_SHIFT)

#endif /* SL_LIB_FIELDS_H */
