// SPDX-License-Identifier: MIT
/** Runs each case of cases.S under its controls and prints what came of it on the PL011. */
#include <stdint.h>

typedef uint64_t u64;

struct seen {
    u64 vector, esr, far, elr, spsr, x0, hpfar;
};

extern volatile struct seen seen;
extern char vectors_el1[], vectors_el2[], data_page[];
void enter(u64 pc, u64 spsr);
void run_all(void);

#define WRITE(reg, value) __asm__ volatile("msr " #reg ", %0" : : "r"((u64)(value)) : "memory")
#define BIT(n) ((u64)1 << (n))

enum { EL0 = 0x3c0, EL1 = 0x3c5, EL2 = 0x3c9, STEP = 1 << 21 };

/** Which translation is on. */
enum { FLAT, S1 = 1, S2 = 2 };

struct control {
    const char* name;
    void (*code)(void);
    u64 spsr, hcr, sctlr, cptr, mdcr, cpacr;
    unsigned mmu;
    u64 cnthctl, cntkctl, pmuserenr, mdscr;
};

#define RUN(c, ...) extern void c(void);
#include "controls.inc"
#undef RUN

static const struct control controls[] = {
#define RUN(c, ...) {.name = #c " " #__VA_ARGS__, .code = c, __VA_ARGS__},
#include "controls.inc"
#undef RUN
};

/* Translation tables: 39-bit ranges, level 1 first. */
static u64 l1[512] __attribute__((aligned(4096))), l2[512] __attribute__((aligned(4096)));
static u64 l3[512] __attribute__((aligned(4096)));
static u64 s2_l1[1024] __attribute__((aligned(8192))), s2_l2[512] __attribute__((aligned(4096)));
static u64 s2_l3[512] __attribute__((aligned(4096)));

enum {
    AF = 1 << 10,
    SHARED = 3 << 8,
    USER = 1 << 6,
    RO = 1 << 7,
    S2_RW = 3 << 6,
    S2_RO = 1 << 6,
    S2_WB = 0xf << 2,
};

/** VA 0x8000'0000: pages 0 plain, 1 read-only, 2 for EL0, 3 without access flag, 4 plain. */
static void make_tables(unsigned mmu)
{
    const u64 data = (u64)data_page;
    const u64 out = (mmu & S2) ? 0x80000000 : data;

    l1[1] = 0x40000000 | AF | SHARED | 1;
    l1[2] = (u64)l2 | 3;
    l2[0] = (u64)l3 | 3;
    l3[0] = out | AF | SHARED | 3;
    l3[1] = (out + ((mmu & S2) ? 0x1000 : 0)) | AF | SHARED | ((mmu & S2) ? 0 : RO) | 3;
    l3[2] = data | AF | SHARED | USER | 3;
    l3[3] = data | SHARED | 3;
    l3[4] = data | AF | SHARED | 3;

    s2_l1[1] = 0x40000000 | AF | SHARED | S2_RW | S2_WB | 1;
    s2_l1[2] = (u64)s2_l2 | 3;
    s2_l2[0] = (u64)s2_l3 | 3;
    s2_l3[1] = data | AF | SHARED | S2_RO | S2_WB | 3;
}

static void put(char c)
{
    *(volatile uint32_t*)0x09000000 = (uint32_t)c;
}

static void text(const char* s)
{
    while (*s) {
        put(*s++);
    }
}

static void number(const char* name, u64 value)
{
    text(name);
    for (int shift = 60; shift >= 0; shift -= 4) {
        const u64 digit = (value >> shift) & 15;

        put((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}

static void run(const struct control* c)
{
    make_tables(c->mmu);
    WRITE(vbar_el1, vectors_el1);
    WRITE(vbar_el2, vectors_el2);
    WRITE(mair_el1, 0x04ff);
    WRITE(tcr_el1, 25 | (u64)25 << 16 | (u64)2 << 30 | (u64)2 << 32);
    WRITE(ttbr0_el1, l1);
    WRITE(ttbr1_el1, l1);
    WRITE(vttbr_el2, (u64)7 << 48 | (u64)s2_l1);
    WRITE(vtcr_el2, 25 | 1 << 6 | (u64)2 << 16 | BIT(31));
    WRITE(sctlr_el1, 0x30d00980 | c->sctlr | ((c->mmu & S1) ? 1 : 0));
    WRITE(cpacr_el1, c->cpacr);
    WRITE(cptr_el2, c->cptr);
    WRITE(mdcr_el2, c->mdcr | 6);
    WRITE(cnthctl_el2, c->cnthctl ^ 3);
    WRITE(cntkctl_el1, c->cntkctl);
    WRITE(pmuserenr_el0, c->pmuserenr);
    WRITE(oslar_el1, 0);
    WRITE(mdscr_el1, c->mdscr);
    WRITE(hcr_el2, c->hcr | BIT(31) | ((c->mmu & S2) ? 1 : 0));
    u64 stack = (u64)data_page + 0x800;
    WRITE(sp_el1, stack);
    WRITE(sp_el0, stack);
    WRITE(vmpidr_el2, 0x80000042);
    WRITE(vpidr_el2, 0x12345678);
    WRITE(esr_el2, 0);
    WRITE(far_el2, 0);
    WRITE(hpfar_el2, 0);
    __asm__ volatile("tlbi alle1\n\tdsb sy\n\tisb" : : : "memory");
    enter((u64)c->code, c->spsr);
    WRITE(hcr_el2, BIT(31));
    __asm__ volatile("isb");

    const u64 ec = seen.esr >> 26;
    const int is_abort = ec == 0x20 || ec == 0x21 || ec == 0x24 || ec == 0x25;

    text(c->name);
    number(": vector ", seen.vector);
    number(" esr ", seen.esr);
    number(" pc ", seen.elr - (u64)c->code);
    number(" spsr ", seen.spsr);
    if (is_abort || ec == 0x22) {
        number(" far ", seen.far);
    }
    if (is_abort && (seen.vector & 0x100)) {
        number(" hpfar ", seen.hpfar);
    }
    if (seen.esr == 0x5a004243) {
        number(" x0 ", seen.x0);
    }
    put('\n');
}

void run_all(void)
{
    for (unsigned i = 0; i < sizeof controls / sizeof *controls; ++i) {
        run(&controls[i]);
    }
}
