/* SPDX-License-Identifier: MIT */
/** `aarch64/mmio.h` for unit tests: device accesses go to whatever the test puts there. */
#ifndef SL_LIB_MMIO_H
#define SL_LIB_MMIO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

uint32_t mmio_read32(uintptr_t address);
void mmio_write32(uintptr_t address, uint32_t value);

#ifdef __cplusplus
}
#endif

#endif /* SL_LIB_MMIO_H */
