/* SPDX-License-Identifier: MIT */
/** Text formatting without a device, so that it can be tested. */
#ifndef SL_LIB_FORMAT_H
#define SL_LIB_FORMAT_H

#include <stdarg.h>

/** %d %u %x %p %s %c %% with `l`/`ll`, a width, `0` and `-`; anything else is printed as it stands.
 */
void format_to(void (*put)(void *sink, char c), void *sink, const char *format, va_list arguments);

#endif /* SL_LIB_FORMAT_H */
