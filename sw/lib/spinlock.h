/* SPDX-License-Identifier: MIT */
/**
 * Ticket lock for memory that is Normal and cacheable (exclusives need it: not before the MMU is
 * on). Base A64 only, for cores without the LSE atomics. Whoever takes one with interrupts enabled
 * must not take it in an interrupt handler.
 */
#ifndef SL_LIB_SPINLOCK_H
#define SL_LIB_SPINLOCK_H

#include <stdint.h>

struct spinlock {
    uint32_t next;  /* ticket that the next taker draws */
    uint32_t owner; /* ticket that holds the lock */
};

static inline void spin_lock(struct spinlock *lock)
{
    uint32_t ticket, next, owner, failed;

    __asm__ volatile("   prfm    pstl1strm, [%4]\n"
                     "1: ldaxr   %w0, [%4]\n"
                     "   add     %w1, %w0, #1\n"
                     "   stxr    %w3, %w1, [%4]\n"
                     "   cbnz    %w3, 1b\n"
                     "   ldar    %w2, [%5]\n"
                     "   cmp     %w2, %w0\n"
                     "   b.eq    3f\n"
                     "   sevl\n"
                     "2: wfe\n"
                     /* The exclusive load arms the monitor: the owner's store ends the WFE. */
                     "   ldaxr   %w2, [%5]\n"
                     "   cmp     %w2, %w0\n"
                     "   b.ne    2b\n"
                     "3:\n"
                     : "=&r"(ticket), "=&r"(next), "=&r"(owner), "=&r"(failed)
                     : "r"(&lock->next), "r"(&lock->owner)
                     : "cc", "memory");
}

static inline void spin_unlock(struct spinlock *lock)
{
    const uint32_t owner = lock->owner + 1;

    __asm__ volatile("stlr %w0, [%1]" : : "r"(owner), "r"(&lock->owner) : "memory");
}

#endif /* SL_LIB_SPINLOCK_H */
