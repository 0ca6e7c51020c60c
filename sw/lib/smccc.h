/* SPDX-License-Identifier: MIT */
/** Calls by HVC and SMC after the SMC Calling Convention 1.1: X0 to X3 carry results, X4 to X17
 * survive. */
#ifndef SL_LIB_SMCCC_H
#define SL_LIB_SMCCC_H

#include <stdint.h>

#define SMCCC_CALL_(instruction, function, a1, a2, a3, a4, a5)                                     \
    ({                                                                                             \
        register uint64_t x0_ __asm__("x0") = (function);                                          \
        register uint64_t x1_ __asm__("x1") = (a1);                                                \
        register uint64_t x2_ __asm__("x2") = (a2);                                                \
        register uint64_t x3_ __asm__("x3") = (a3);                                                \
        register uint64_t x4_ __asm__("x4") = (a4);                                                \
        register uint64_t x5_ __asm__("x5") = (a5);                                                \
        __asm__ volatile(instruction " #0"                                                         \
                         : "+r"(x0_), "+r"(x1_), "+r"(x2_), "+r"(x3_)                              \
                         : "r"(x4_), "r"(x5_)                                                      \
                         : "memory");                                                              \
        (int64_t) x0_;                                                                             \
    })

static inline int64_t smccc_hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3,
                                uint64_t a4, uint64_t a5)
{
    return SMCCC_CALL_("hvc", function, a1, a2, a3, a4, a5);
}

static inline int64_t smccc_smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return SMCCC_CALL_("smc", function, a1, a2, a3, 0, 0);
}

#endif /* SL_LIB_SMCCC_H */
