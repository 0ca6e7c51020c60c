/* SPDX-License-Identifier: MIT */
/* Kernel threads: one per vCPU, on the PE that runs it. No preemption: they yield. */

#include "arch.h"
#include "gic.h"
#include "host.h"
#include "hyp.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"

enum { STACK_PAGES = 2 };

_Noreturn void thread_begin(void);
_Noreturn void thread_main(struct thread *self);

struct thread *thread_new(struct virtual_cpu *vcpu)
{
    struct thread *thread = &vcpu->thread;
    uint64_t *top = NULL;

    if (thread->stack_base == 0) {
        thread->stack_base = pages_alloc(STACK_PAGES);
    }
    top = phys_to_virt(thread->stack_base + STACK_PAGES * PAGE - 96);
    top[0] = 0;                                 /* X29 */
    top[1] = (uint64_t)(uintptr_t)thread_begin; /* X30 */
    top[2] = (uint64_t)(uintptr_t)thread;       /* X19 */
    thread->stack = (uint64_t)(uintptr_t)top;
    thread->vcpu = vcpu;
    thread->next = thread;
    thread->done = false;
    thread->result = 0;
    return thread;
}

void thread_main(struct thread *self)
{
    struct pe *pe = pe_self();
    struct thread *next = NULL;

    self->result = vcpu_enter_user(self->vcpu, &self->user_stack);
    self->done = true;
    for (next = self->next; next != self && next->done; next = next->next) {
    }
    if (next == self) {
        next = &pe->idle;
    }
    pe->current = next;
    thread_switch(&self->stack, next->stack);
    panic("a thread came back");
}

void thread_run(struct thread *first)
{
    struct pe *pe = pe_self();
    const uint64_t daif = irq_save();

    pe->current = first;
    thread_switch(&pe->idle.stack, first->stack);
    irq_restore(daif);
}

void thread_yield(void)
{
    struct pe *pe = pe_self();
    struct thread *self = pe->current;
    struct thread *next = self->next;

    while (next != self && next->done) {
        next = next->next;
    }
    if (next == self) {
        return;
    }
    pe->current = next;
    thread_switch(&self->stack, next->stack);
}

void pe_serve(struct pe *pe, enum pe_request request)
{
    if (request == PE_RUN_THREADS) {
        thread_run(pe->job);
    } else if (request == PE_SET_DESIGN) {
        const uint64_t daif = irq_save();
        const int64_t result = hyp_set_design(pe->design);

        irq_restore(daif);
        if (result != HYP_OK) {
            panic("PE %u: design %s: %ld", pe->index, design_name(pe->design), result);
        }
    }
}

static void ask(struct pe *pe, enum pe_request request)
{
    if (pe == pe_self()) {
        pe_serve(pe, request);
    } else {
        __atomic_store_n(&pe->request, request, __ATOMIC_RELEASE);
        gic_send_sgi(pe, SGI_WAKE);
    }
}

void pe_run_threads(struct pe *pe, struct thread *first)
{
    pe->job = first;
    ask(pe, PE_RUN_THREADS);
}

void pe_set_design(struct pe *pe, unsigned int design)
{
    pe->design = design;
    ask(pe, PE_SET_DESIGN);
}

void pe_wait(struct pe *pe)
{
    const uint64_t daif = irq_save();

    /* The other PE wakes this one when it is idle again. */
    while (__atomic_load_n(&pe->request, __ATOMIC_ACQUIRE) != PE_IDLE) {
        irq_wait();
    }
    irq_restore(daif);
}
