/* SPDX-License-Identifier: MIT */
#include "print.h"

#include "format.h"
#include "mmio.h"
#include "spinlock.h"

/* PL011 (DDI 0183). */
enum { PL011_DR = 0x00, PL011_FR = 0x18, PL011_CR = 0x30, PL011_LCR_H = 0x2c };

enum { FR_TXFF = 1 << 5, LCR_H_8N1_FIFO = 0x70, CR_UARTEN_TXE_RXE = 0x301 };

static uintptr_t device;
static struct spinlock lock;

void print_init(uintptr_t pl011)
{
    if (pl011 != 0) {
        mmio_write32(pl011 + PL011_LCR_H, LCR_H_8N1_FIFO);
        mmio_write32(pl011 + PL011_CR, CR_UARTEN_TXE_RXE);
    }
    device = pl011;
}

static void print_raw(char c)
{
    while ((mmio_read32(device + PL011_FR) & FR_TXFF) != 0) {
    }
    mmio_write32(device + PL011_DR, (uint32_t)(unsigned char)c);
}

static void print_put(void *sink, char c)
{
    (void)sink;
    if (c == '\n') {
        print_raw('\r');
    }
    print_raw(c);
}

void print_panic(const char *format, va_list arguments)
{
    if (device != 0) {
        format_to(print_put, NULL, format, arguments);
    }
}

void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    spin_lock(&lock);
    print_panic(format, arguments);
    spin_unlock(&lock);
    va_end(arguments);
}
