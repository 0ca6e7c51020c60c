/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "string.h"

struct field {
    void (*put)(void *sink, char c);
    void *sink;
    unsigned int width;
    bool zero, left;
};

static void format_padded(const struct field *field, const char *text, size_t length)
{
    const size_t padding = field->width > length ? field->width - length : 0;

    if (!field->left) {
        for (size_t i = 0; i < padding; i++) {
            field->put(field->sink, field->zero ? '0' : ' ');
        }
    }
    for (size_t i = 0; i < length; i++) {
        field->put(field->sink, text[i]);
    }
    if (field->left) {
        for (size_t i = 0; i < padding; i++) {
            field->put(field->sink, ' ');
        }
    }
}

static void format_number(struct field *field, uint64_t value, unsigned int base, bool negative)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    if (negative && field->zero) {
        field->put(field->sink, '-');
        field->width -= field->width > 0 ? 1u : 0u;
    } else if (negative) {
        digits[--at] = '-';
    }
    format_padded(field, digits + at, sizeof(digits) - at);
}

void format_to(void (*put)(void *sink, char c), void *sink, const char *format, va_list arguments)
{
    for (; *format != 0; format++) {
        struct field field = {.put = put, .sink = sink};
        const char *const start = format;
        unsigned int longs = 0;

        if (*format != '%') {
            put(sink, *format);
            continue;
        }
        for (format++; *format == '0' || *format == '-'; format++) {
            field.zero |= *format == '0';
            field.left |= *format == '-';
        }
        for (; *format >= '0' && *format <= '9'; format++) {
            field.width = field.width * 10 + (unsigned int)(*format - '0');
        }
        for (; *format == 'l' || *format == 'z'; format++) {
            longs++;
        }
        switch (*format) {
        case 'd': {
            const int64_t value = longs > 0 ? va_arg(arguments, long) : va_arg(arguments, int);
            format_number(&field, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0);
            break;
        }
        case 'u':
        case 'x': {
            const uint64_t value =
                longs > 0 ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned int);
            format_number(&field, value, *format == 'x' ? 16 : 10, false);
            break;
        }
        case 'p':
            put(sink, '0');
            put(sink, 'x');
            format_number(&field, (uintptr_t)va_arg(arguments, void *), 16, false);
            break;
        case 's': {
            const char *const text = va_arg(arguments, const char *);
            field.zero = false;
            format_padded(&field, text, strlen(text));
            break;
        }
        case 'c':
            put(sink, (char)va_arg(arguments, int));
            break;
        case '%':
            put(sink, '%');
            break;
        default:
            for (const char *c = start; c < format; c++) {
                put(sink, *c);
            }
            format--;
            break;
        }
    }
}
