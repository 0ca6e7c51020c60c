/* SPDX-License-Identifier: MIT */
/** The designs of the world switch, by number: image parameters, SL_RUN and hyp_set_design(). */
#ifndef SL_LIB_DESIGN_H
#define SL_LIB_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

enum design_id {
    DESIGN_NONE = 0,        /* never a kernel: the cost baseline */
    DESIGN_KVM_SHIPPED = 1, /* v6.4 to v6.13 */
    DESIGN_KVM_V1 = 2,
    DESIGN_KVM_REVIEWED = 3,
    DESIGN_KVM_LANDED = 4,
    DESIGN_KVM_FINAL = 5,
    DESIGN_VHE = 6,
    DESIGN_KVM_SHIPPED_61 = 7, /* v5.13 to v6.3: kvm-shipped without the DSBs before and after */
    DESIGN_COUNT
};

/** "kvm-final"; "?" for a number that is none. */
const char *design_name(uint64_t design);

/** Sessions that write through a buffer (TRBE, SPE) are refused: nothing would drain it. */
static inline bool design_refuses_buffers(unsigned int design)
{
    return design == DESIGN_NONE;
}

#endif /* SL_LIB_DESIGN_H */
