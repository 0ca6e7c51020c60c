/* SPDX-License-Identifier: MIT */
/** For unit tests: one thread, so a lock only has to be taken and given back in turn. */
#ifndef SL_LIB_SPINLOCK_H
#define SL_LIB_SPINLOCK_H

#include <assert.h>
#include <stdint.h>

struct spinlock {
    uint32_t next;
    uint32_t owner;
};

static inline void spin_lock(struct spinlock *lock)
{
    assert(lock->next == lock->owner);
    lock->next++;
}

static inline void spin_unlock(struct spinlock *lock)
{
    lock->owner++;
    assert(lock->next == lock->owner);
}

#endif /* SL_LIB_SPINLOCK_H */
