// SPDX-License-Identifier: MIT

// Runs the instruction sequences it reads from standard input and writes their outcomes to standard
// output. A static AArch64 Linux program without a libc, for qemu-aarch64 or a real machine.
//
// Every sequence ends in a signal: a BRK behind its last instruction, or a fault. The handler reads
// the outcome from the signal frame and writes the next case's initial state into it, so that the
// kernel's own sigreturn loads every register.

#include "case.h"

enum {
    sys_read = 63,
    sys_write = 64,
    sys_exit_group = 94,
    sys_sigaltstack = 132,
    sys_rt_sigaction = 134,
    sys_mmap = 222,
    sys_mprotect = 226,
    sa_siginfo = 4,
    sa_onstack = 0x08000000,
    prot_rw = 3,
    prot_rx = 5,
    map_private_anonymous_fixed = 0x32,
    brk_0 = 0xd4200000,
    fpsimd_magic = 0x46508001,
    exit_usage = 2,
};

// Linux' arch/arm64 uapi sigcontext.h, ucontext.h and siginfo.h.
struct fpsimd {
    uint32_t magic, size, fpsr, fpcr;
    uint64_t v[64];
};

struct ucontext {
    uint64_t flags, link, stack[3], mask[16], pad;
    uint64_t fault_address, x[31], sp, pc, pstate, pad2;
    struct fpsimd fpsimd;
};

struct siginfo {
    int32_t number, error, code, pad;
    uint64_t address;
};

struct action {
    void (*handler)(int, struct siginfo*, struct ucontext*);
    uint64_t flags;
    void (*restorer)(void);
    uint64_t mask;
};

static struct sequence batch[case_slots];
static uint64_t batch_count, current;
static struct outcome outcomes[case_slots];
static uint64_t outcome_count;
static uint8_t handler_stack[0x10000] __attribute__((aligned(16)));

static int64_t call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
    register uint64_t x8 __asm__("x8") = number;
    register uint64_t x0 __asm__("x0") = a;
    register uint64_t x1 __asm__("x1") = b;
    register uint64_t x2 __asm__("x2") = c;
    register uint64_t x3 __asm__("x3") = d;
    register uint64_t x4 __asm__("x4") = e;
    register uint64_t x5 __asm__("x5") = 0;

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return (int64_t)x0;
}

static void quit(int status)
{
    (void)call(sys_exit_group, (uint64_t)status, 0, 0, 0, 0);
}

/** Reads until `size` bytes are there or the input ends; returns the number of bytes. */
static uint64_t read_all(void* to, uint64_t size)
{
    uint64_t have = 0;

    while (have < size) {
        const int64_t got = call(sys_read, 0, (uint64_t)to + have, size - have, 0, 0);

        if (got <= 0) {
            break;
        }
        have += (uint64_t)got;
    }
    return have;
}

static void write_all(const void* from, uint64_t size)
{
    uint64_t done = 0;

    while (done < size) {
        const int64_t put = call(sys_write, 1, (uint64_t)from + done, size - done, 0, 0);

        if (put <= 0) {
            quit(exit_usage);
        }
        done += (uint64_t)put;
    }
}

static void flush(void)
{
    write_all(outcomes, outcome_count * sizeof(outcomes[0]));
    outcome_count = 0;
}

static void protect_code(uint64_t protection)
{
    if (call(sys_mprotect, case_code_base, case_code_bytes, protection, 0, 0) != 0) {
        quit(exit_usage);
    }
}

/**
 * The code of a whole batch is written at once: each page of it is invalidated only once. Cases
 * cannot write to it: whether they would see that is not for this comparison to tell.
 */
static void next_batch(void)
{
    const uint64_t bytes = read_all(batch, sizeof(batch));
    uint64_t line;

    batch_count = bytes / sizeof(batch[0]);
    current = 0;
    if (batch_count == 0) {
        quit(0);
    }
    protect_code(prot_rw);
    for (uint64_t i = 0; i < batch_count; i++) {
        uint32_t* const code = (uint32_t*)case_code(i);

        for (uint32_t w = 0; w < batch[i].count && w < case_max_words; w++) {
            code[w] = batch[i].words[w];
        }
        for (uint32_t w = batch[i].count; w < case_slot_bytes / 4; w++) {
            code[w] = brk_0;
        }
    }
    for (line = case_code_base; line < case_code_base + case_code_bytes; line += 16) {
        __asm__ volatile("dc cvau, %0" : : "r"(line) : "memory");
    }
    __asm__ volatile("dsb ish" : : : "memory");
    for (line = case_code_base; line < case_code_base + case_code_bytes; line += 16) {
        __asm__ volatile("ic ivau, %0" : : "r"(line) : "memory");
    }
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
    protect_code(prot_rx);
}

/** Puts the next case's initial state where sigreturn takes it from. */
static void start(struct ucontext* context)
{
    const struct sequence* const next = &batch[current];
    uint64_t* const data = (uint64_t*)(uint64_t)case_data_base;

    for (uint64_t i = 0; i < case_data_bytes / 8; i++) {
        data[i] = case_memory(next->memory_seed, i);
    }
    for (int i = 0; i < 31; i++) {
        context->x[i] = next->x[i];
    }
    for (int i = 0; i < 64; i++) {
        context->fpsimd.v[i] = next->v[i];
    }
    context->sp = next->sp;
    context->pc = case_code(current);
    context->pstate = next->nzcv;
    context->fpsimd.fpcr = next->fpcr;
    context->fpsimd.fpsr = next->fpsr;
    /* No exclusive monitor survives from one case to the next. */
    __asm__ volatile("clrex" : : : "memory");
}

static void report(const struct siginfo* info, const struct ucontext* context)
{
    struct outcome* const out = &outcomes[outcome_count++];
    const uint64_t* const data = (const uint64_t*)(uint64_t)case_data_base;

    for (int i = 0; i < 31; i++) {
        out->x[i] = context->x[i];
    }
    for (int i = 0; i < 64; i++) {
        out->v[i] = context->fpsimd.v[i];
    }
    out->sp = context->sp;
    out->pc = context->pc;
    out->nzcv = (uint32_t)context->pstate & 0xf0000000u;
    out->fpcr = context->fpsimd.fpcr;
    out->fpsr = context->fpsimd.fpsr;
    out->kind = (uint32_t)info->number;
    out->address = info->number == case_fault || info->number == case_alignment ? info->address : 0;
    out->memory = 0;
    for (uint64_t i = 0; i < case_data_bytes / 8; i++) {
        out->memory = case_hash(out->memory, data[i]);
    }
    if (batch[current].dump != 0) {
        flush();
        write_all(data, case_data_bytes);
    }
}

static void on_signal(int number, struct siginfo* info, struct ucontext* context)
{
    (void)number;
    if (context->fpsimd.magic != fpsimd_magic) {
        quit(exit_usage);
    }
    if (batch_count != 0) {
        report(info, context);
        current++;
    }
    if (current == batch_count) {
        flush();
        next_batch();
    }
    start(context);
}

static void map(uint64_t base, uint64_t bytes, uint64_t protection)
{
    const int64_t at =
        call(sys_mmap, base, bytes, protection, map_private_anonymous_fixed, ~(uint64_t)0);

    if ((uint64_t)at != base) {
        quit(exit_usage);
    }
}

void _start(void)
{
    static const int signals[] = {case_done, case_undefined, case_alignment, case_fault};
    static struct action action;
    static uint64_t stack[3];

    map(case_code_base, case_code_bytes, prot_rw);
    map(case_data_base, case_data_bytes, prot_rw);
    stack[0] = (uint64_t)handler_stack;
    stack[2] = sizeof(handler_stack);
    (void)call(sys_sigaltstack, (uint64_t)stack, 0, 0, 0, 0);
    action.handler = on_signal;
    action.flags = sa_siginfo | sa_onstack;
    for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        (void)call(sys_rt_sigaction, (uint64_t)signals[i], (uint64_t)&action, 0, 8, 0);
    }
    __asm__ volatile("brk #0");
    quit(exit_usage);
}
