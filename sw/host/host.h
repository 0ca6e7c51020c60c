/* SPDX-License-Identifier: MIT */
/** The host kernel: PEs, threads, failure. */
#ifndef SW_HOST_HOST_H
#define SW_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asm.h"
#include "layout.h"
#include "profile.h"
#include "session.h"
#include "vcpu.h"

struct virtual_cpu;

/** A kernel stack of its own, and what runs on it. */
struct thread {
    uint64_t stack;      /* while it does not run */
    uint64_t user_stack; /* kernel stack below its stay in EL0 */
    struct virtual_cpu *vcpu;
    struct thread *next; /* the ring of threads that share the PE */
    uint64_t stack_base; /* physical; 0: the PE's boot stack */
    bool done;
    uint64_t result; /* what the user program ended with */
};

enum { MAX_PES = LAYOUT_MAX_PES };

enum pe_request { PE_IDLE, PE_RUN_THREADS, PE_SET_DESIGN };

/** One processing element, as the host sees it. */
struct pe {
    unsigned int index;
    uint64_t mpidr; /* affinity only */
    uintptr_t gicr;
    struct cpu *cpu; /* shared with the hypervisor */
    struct thread *current;
    struct thread idle;
    struct virtual_cpu *loaded;
    struct session session;
    struct profile profile;
    /* What the boot PE asks of this one (release, acquire); who has done it writes PE_IDLE. */
    uint32_t request; /* enum pe_request */
    struct thread *job;
    unsigned int design;
    uint32_t online;
    uint32_t ticks; /* interrupts of the host's own timer */
};

extern struct pe pes[MAX_PES];
extern unsigned int pe_count;

/** The PE that runs this. */
struct pe *pe_self(void);

/** Registers of an interrupted program, as vectors.S lays them out. */
struct frame {
    uint64_t x[31];
    uint64_t sp_el0;
    uint64_t elr, spsr;
};

_Static_assert(sizeof(struct frame) == FRAME_SIZE, "asm.h and struct frame");

/**
 * Prints why, and that the guest of the platform failed, and powers off. For our bugs and for
 * hardware that does what it must not.
 */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Counts a failed self-check: the run goes on and ends as failed. */
void check_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned int checks_failed(void);

/** Ends the run: says whether all went well, and powers off. */
_Noreturn void power_off(void);

/* vectors.S */
uint64_t user_enter(uint64_t entry, uint64_t argument, uint64_t stack, uint64_t *kernel_stack);
_Noreturn void user_leave(uint64_t value, uint64_t kernel_stack);
void thread_switch(uint64_t *from_stack, uint64_t to_stack);

/** A thread that runs the user program for `vcpu`. */
struct thread *thread_new(struct virtual_cpu *vcpu);
void thread_free(struct thread *thread);

/** Runs the ring that `first` is in on this PE until all its threads are done. */
void thread_run(struct thread *first);
/** Lets the next thread of this PE's ring run, if there is one that is not done. */
void thread_yield(void);

/** Makes a PE, this one as well, run the ring of `first`; pe_wait() returns when it has. */
void pe_run_threads(struct pe *pe, struct thread *first);
/** Makes a PE, this one as well, use another design of the switch. */
void pe_set_design(struct pe *pe, unsigned int design);
void pe_wait(struct pe *pe);
/** What the PE has been asked for, by the PE itself. */
void pe_serve(struct pe *pe, enum pe_request request);

#endif
