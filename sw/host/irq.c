/* SPDX-License-Identifier: MIT */
/* Interrupts of the host, and its timer. */

#include "irq.h"

#include "arch.h"
#include "gic.h"
#include "layout.h"
#include "machine.h"

/* The host's own timer: CNTP at EL1; at EL2 with E2H the same name reaches CNTHP. */
#ifdef HOST_VHE
enum { PPI_HOST_TIMER = LAYOUT_PPI_CNTHP };
#else
enum { PPI_HOST_TIMER = LAYOUT_PPI_CNTP };
#endif

enum { CTL_ENABLE = 1, CTL_IMASK = 2 };

void timer_arm(uint64_t count)
{
    sysreg_write(CNTP_CVAL_EL0, sysreg_read(CNTPCT_EL0) + count);
    sysreg_write(CNTP_CTL_EL0, CTL_ENABLE);
    isb();
}

/** Returns whether the host deactivates the interrupt; else the guest's EOI will. */
static bool serve(struct pe *pe, unsigned int intid)
{
    switch (intid) {
    case SGI_WAKE:
    case SGI_KICK:
    case LAYOUT_PPI_MAINTENANCE: /* the exit itself was what it wanted */
        return true;
    case LAYOUT_PPI_CNTV:
        return !vcpu_timer_fired(pe);
    case LAYOUT_PPI_TRBE:
        session_buffer_interrupt(pe);
        return true;
    case LAYOUT_PPI_SPE:
        profile_interrupt(pe);
        return true;
    case PPI_HOST_TIMER:
        sysreg_write(CNTP_CTL_EL0, CTL_IMASK);
        isb();
        pe->ticks++;
        return true;
    default:
        panic("interrupt %u that nobody asked for", intid);
    }
}

void irq_handle(struct frame *frame)
{
    struct pe *pe = pe_self();

    (void)frame;
    for (;;) {
        const unsigned int intid = (unsigned int)sysreg_read(ICC_IAR1_EL1) & 0xffffff;

        if (intid >= INTID_SPURIOUS) {
            return;
        }
        dsb(sy); /* the acknowledge is seen before the handler's accesses (IHI 0069) */
        sysreg_write(ICC_EOIR1_EL1, intid);
        isb();
        if (serve(pe, intid)) {
            sysreg_write(ICC_DIR_EL1, intid);
            isb();
        }
    }
}

void irq_window(void)
{
    __asm__ volatile("msr daifclr, #2\n\tisb\n\tmsr daifset, #2" : : : "memory");
}

void irq_wait(void)
{
    dsb(sy);
    wfi();
    irq_window();
}
