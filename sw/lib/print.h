/* SPDX-License-Identifier: MIT */
/** Text on the PL011. */
#ifndef SL_LIB_PRINT_H
#define SL_LIB_PRINT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Where the PL011 answers in this image's address space. Until it is set (or after 0) nothing is
 * printed. The transmitter is enabled by it.
 */
void print_init(uintptr_t pl011);

/**
 * Formats %d %u %x %lx %ld %lu %llx %p %s %c %%, with width and 0 flag; one line of one PE comes
 * out whole. May be called with interrupts enabled or not, not from an interrupt handler that may
 * have interrupted it.
 */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same without the lock: when all is lost, whoever holds it. */
void print_panic(const char *format, va_list arguments);

#endif /* SL_LIB_PRINT_H */
