/* SPDX-License-Identifier: MIT */
/**
 * `aarch64/arch.h` for unit tests: every access goes to a recorder that the test provides, under
 * the name that the source wrote.
 */
#ifndef SL_LIB_ARCH_H
#define SL_LIB_ARCH_H

#include <stdint.h>

#include "fields.h"

#ifdef __cplusplus
extern "C" {
#endif

uint64_t fake_read(const char *name);
void fake_write(const char *name, uint64_t value);
/** Barriers and maintenance: "isb", "dsb nsh", "tlbi vmalle1". */
void fake_event(const char *what);

#ifdef __cplusplus
}
#endif

#define sysreg_read(name) fake_read(#name)
#define sysreg_write(name, value) fake_write(#name, (uint64_t)(value))

#define isb() fake_event("isb")
#define dsb(domain) fake_event("dsb " #domain)
#define dmb(domain) fake_event("dmb " #domain)
#define tsb_csync() fake_event("tsb csync")
#define psb_csync() fake_event("psb csync")

#define tlbi(op) fake_event("tlbi " #op)
#define tlbi_at(op, operand) fake_write("tlbi " #op, (uint64_t)(operand))
#define ic_iallu() fake_event("ic iallu")
#define at_s1e1r(va) fake_write("at s1e1r", (uint64_t)(va))

#endif /* SL_LIB_ARCH_H */
