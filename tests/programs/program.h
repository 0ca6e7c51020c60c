/* SPDX-License-Identifier: MIT */
/* What the bare-metal test programs share. They run at EL2 with the MMU off, on the memory map of
 * configs/. */
#ifndef SL_TEST_PROGRAM_H
#define SL_TEST_PROGRAM_H

#include <stdint.h>

#define READ(reg)                                                                                  \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #reg : "=r"(value_)::"memory");                                \
        value_;                                                                                    \
    })
#define WRITE(reg, value) __asm__ volatile("msr " #reg ", %x0" ::"rZ"((uint64_t)(value)) : "memory")
#define ISB() __asm__ volatile("isb" ::: "memory")
#define DSB() __asm__ volatile("dsb sy" ::: "memory")
#define WFI() __asm__ volatile("wfi" ::: "memory")
#define WFE() __asm__ volatile("wfe" ::: "memory")
#define SEV() __asm__ volatile("sev" ::: "memory")

#define UART 0x09000000ul
#define GICD 0x08000000ul
#define GICR 0x080a0000ul

/* Where the frame of an exception handler holds ELR_EL2. */
#define FRAME_ELR 20

void secondary_start(void);

static inline void store32(uint64_t address, uint32_t value)
{
    *(volatile uint32_t*)address = value;
}

static inline uint32_t load32(uint64_t address)
{
    return *(volatile uint32_t*)address;
}

static inline uint64_t smc(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;

    __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    return x0;
}

static inline uint64_t psci_cpu_on(uint64_t affinity, uint64_t context)
{
    return smc(0xc4000003, affinity, (uint64_t)&secondary_start, context);
}

static inline void uart_enable(void)
{
    store32(UART + 0x2c, 0x70);  /* LCR_H: 8 bits, FIFOs */
    store32(UART + 0x30, 0x301); /* CR: UARTEN, TXE, RXE */
}

static inline void print(const char* text)
{
    for (; *text != 0; text++) {
        store32(UART, (uint8_t)*text);
    }
}

static inline void print_number(uint64_t value)
{
    char text[21];
    unsigned int at = sizeof(text) - 1;

    text[at] = 0;
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    print(&text[at]);
}

/** Distributor on, group 1 on; for each PE that calls it, redistributor and CPU interface too. */
static inline void gic_enable(unsigned int pe, uint32_t private_intids)
{
    const uint64_t frame = GICR + 0x20000ul * pe;

    store32(GICD, 0x12);      /* CTLR: ARE, EnableGrp1 */
    store32(frame + 0x14, 0); /* WAKER */
    while ((load32(frame + 0x14) & 4) != 0) {
    }
    store32(frame + 0x10080, 0xffffffff);          /* IGROUPR0 */
    store32(frame + 0x10100, private_intids);      /* ISENABLER0 */
    WRITE(S3_4_C12_C9_5, READ(S3_4_C12_C9_5) | 9); /* ICC_SRE_EL2 */
    ISB();
    WRITE(S3_0_C4_C6_0, 0xf0); /* ICC_PMR_EL1 */
    WRITE(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
    ISB();
}

static inline void irqs_to_el2(void)
{
    WRITE(hcr_el2, READ(hcr_el2) | (1ul << 4) | (1ul << 31)); /* IMO, RW */
    ISB();
    __asm__ volatile("msr daifclr, #2" ::: "memory");
}

static inline uint64_t gic_acknowledge(void)
{
    return READ(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */
}

static inline void gic_end(uint64_t intid)
{
    WRITE(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
}

static inline void gic_send(uint64_t sgi1r)
{
    DSB();
    WRITE(S3_0_C12_C11_5, sgi1r); /* ICC_SGI1R_EL1 */
    ISB();
}

#endif
