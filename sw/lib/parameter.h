/* SPDX-License-Identifier: MIT */
#ifndef SL_LIB_PARAMETER_H
#define SL_LIB_PARAMETER_H

#include <stdint.h>

/**
 * An image parameter: a 64-bit variable that the platform sets before the start (configuration key
 * `parameters` of an image). In .data even when its default is 0, because .bss is cleared at the
 * start; volatile, because the compiler must not believe the default.
 */
#define PARAMETER(name, value)                                                                     \
    extern volatile uint64_t name;                                                                 \
    __attribute__((section(".data.parameter"), used)) volatile uint64_t name = (value)

#endif /* SL_LIB_PARAMETER_H */
