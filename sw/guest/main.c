/* SPDX-License-Identifier: MIT */
/* The payload of a VM: one task, told by the mailbox, then it ends. */

#include "guest/guest.h"

#include <stddef.h>

#include "arch.h"
#include "mark.h"
#include "mmio.h"
#include "parameter.h"
#include "smccc.h"

enum { SGI_PING = 1, PPI_TIMER = LAYOUT_PPI_CNTV, SPURIOUS = 1023, TIMER_ENABLE = 1 };

enum { GICD_CTLR = 0x0000, GICR_WAKER = 0x0014, GICR_ISENABLER0 = 0x10100 };

/** Of the VM: vCPU 1 tells vCPU 0, and the other way round. */
static volatile uint64_t receiver_ready, pings, stop;
static volatile uint64_t timer_fired[2];
/** Undefined instructions that are expected, and were taken. */
static volatile uint64_t undefined_expected[2], undefined_taken[2];

/* Whether the hypercall task is at EL0 for a while, before it measures: for tests of trace filters.
 */
PARAMETER(guest_user_stay, 0);

void guest_user(void);
uint64_t guest_main(const struct guest_mailbox *mailbox);
void guest_exception(void);
void guest_interrupt(void);
_Noreturn void guest_end(uint64_t error);

static uintptr_t at(uint64_t ipa)
{
    return (uintptr_t)(LAYOUT_GUEST_OFFSET + ipa);
}

static unsigned int self(void)
{
    return (unsigned int)sysreg_read(MPIDR_EL1) & 0xff;
}

static int64_t call(uint64_t function)
{
    const int64_t answer = smccc_hvc(function, 0, 0, 0, 0, 0);

    SL_PHASE("guest");
    return answer;
}

void guest_exception(void)
{
    /* Unknown reason: what this guest has no such register for. */
    if ((sysreg_read(ESR_EL1) >> 26) == 0 && undefined_expected[self()] != 0) {
        undefined_taken[self()]++;
        return;
    }
    guest_end(GUEST_UNEXPECTED_EXCEPTION);
}

void guest_interrupt(void)
{
    const uint64_t intid = sysreg_read(ICC_IAR1_EL1) & 0xffffff;

    switch (intid) {
    case SGI_PING:
        pings++;
        break;
    case PPI_TIMER:
        sysreg_write(CNTV_CTL_EL0, 0);
        isb();
        timer_fired[self()]++;
        break;
    case SPURIOUS:
        return;
    default:
        guest_end(GUEST_UNEXPECTED_INTERRUPT);
    }
    sysreg_write(ICC_EOIR1_EL1, intid);
    isb();
}

static void interrupts_init(void)
{
    const uintptr_t gicr = at(GUEST_GICR) + self() * 0x20000;

    mmio_write32(at(GUEST_GICD) + GICD_CTLR, 1u << 4 | 1u << 1); /* ARE, Group 1 */
    mmio_write32(gicr + GICR_WAKER, 0);
    mmio_write32(gicr + GICR_ISENABLER0, 1u << SGI_PING | 1u << PPI_TIMER);
    sysreg_write(ICC_SRE_EL1, 7);
    isb();
    sysreg_write(ICC_PMR_EL1, 0xf0);
    sysreg_write(ICC_CTLR_EL1, 0); /* EOI deactivates */
    sysreg_write(ICC_IGRPEN1_EL1, 1);
    isb();
}

static void interrupts_on(void)
{
    __asm__ volatile("msr daifclr, #2" : : : "memory");
}

/** In a loop that waits for another PE. WFE would do, but a guest's traps. */
static void spin(void)
{
    __asm__ volatile("yield" : : : "memory");
}

static void send_ping(uint64_t target)
{
    sysreg_write(ICC_SGI1R_EL1, UINT64_C(1) << target | (uint64_t)SGI_PING << 24);
    isb();
}

static void put(const char *text)
{
    for (; *text != '\0'; text++) {
        mmio_write32(at(GUEST_UART), (uint8_t)*text);
    }
}

/** A read of `name` must be Undefined. */
#define CHECK_UNDEFINED(name)                                                                      \
    do {                                                                                           \
        const uint64_t before = undefined_taken[self()];                                           \
        (void)sysreg_read(name);                                                                   \
        if (undefined_taken[self()] != before + 1) {                                               \
            return GUEST_NOT_TRAPPED;                                                              \
        }                                                                                          \
    } while (0)

/** The guest has no trace, and its FP registers are its own. */
static uint64_t hello(const struct guest_mailbox *mailbox)
{
    const uint64_t pattern = UINT64_C(0x0123456789abcdef) + self();
    uint64_t low = 0;

    undefined_expected[self()] = 1;
    if ((sysreg_read(ID_AA64DFR0_EL1) & UINT64_C(0x0fffff0f000000f0)) != 0) {
        return GUEST_SEES_TRACE;
    }
    if ((mailbox->hidden & GUEST_HIDDEN_FILTER) != 0) {
        CHECK_UNDEFINED(TRFCR_EL1);
    }
    if ((mailbox->hidden & GUEST_HIDDEN_BUFFER) != 0) {
        CHECK_UNDEFINED(TRBLIMITR_EL1);
    }
    if ((mailbox->hidden & GUEST_HIDDEN_UNIT) != 0) {
        CHECK_UNDEFINED(TRCPRGCTLR);
    }
    if ((mailbox->hidden & GUEST_HIDDEN_SPE) != 0) {
        CHECK_UNDEFINED(PMSCR_EL1);
    }
    __asm__ volatile("fmov d7, %0" : : "r"(pattern));
    put("up\n");
    (void)call(GUEST_CALL_YIELD);
    __asm__ volatile("fmov %0, d7" : "=r"(low));
    return low == pattern ? GUEST_OK : GUEST_WRONG_ANSWER;
}

/*
 * Each benchmark does its operation twice in the source: for the warm-up, and for the samples,
 * between whose marks there is nothing else.
 */
#define MEASURE(mailbox, operation)                                                                \
    do {                                                                                           \
        for (uint64_t i_ = 0; i_ < (mailbox)->warmup; i_++) {                                      \
            operation;                                                                             \
        }                                                                                          \
        (void)call(GUEST_CALL_MEASURE);                                                            \
        for (uint64_t i_ = 0; i_ < (mailbox)->count; i_++) {                                       \
            SL_SAMPLE_BEGIN();                                                                     \
            operation;                                                                             \
            SL_SAMPLE_END();                                                                       \
        }                                                                                          \
    } while (0)

static uint64_t hypercall(const struct guest_mailbox *mailbox)
{
    int64_t answer = -1;

    if (guest_user_stay != 0) {
        guest_user();
    }
    MEASURE(mailbox, answer &= call(GUEST_CALL_NOTHING));
    return answer == -1 ? GUEST_OK : GUEST_WRONG_ANSWER;
}

static uint64_t controller(const struct guest_mailbox *mailbox)
{
    uint32_t control = ~0u;

    MEASURE(mailbox, {
        control &= mmio_read32(at(GUEST_GICD) + GICD_CTLR);
        SL_PHASE("guest");
    });
    return control == 0x52 ? GUEST_OK : GUEST_WRONG_ANSWER; /* DS, ARE, Group 1 */
}

static void ping(void)
{
    const uint64_t before = pings;

    send_ping(1);
    SL_PHASE("guest-wait");
    while (pings == before) {
        spin();
    }
    SL_PHASE("guest");
}

static uint64_t ipi(const struct guest_mailbox *mailbox)
{
    while (receiver_ready == 0) {
        spin();
    }
    MEASURE(mailbox, ping());
    stop = 1;
    return GUEST_OK;
}

static uint64_t ipi_receiver(const struct guest_mailbox *mailbox)
{
    interrupts_on();
    receiver_ready = 1;
    while (stop == 0) {
        spin();
    }
    return pings == mailbox->warmup + mailbox->count ? GUEST_OK : GUEST_WRONG_ANSWER;
}

/** An interrupt of its own that is acknowledged and waits to be ended. */
static uint64_t acknowledged(void)
{
    uint64_t intid = SPURIOUS;

    send_ping(self());
    while (intid == SPURIOUS) {
        intid = sysreg_read(ICC_IAR1_EL1) & 0xffffff;
    }
    return intid;
}

static void end_of_interrupt(uint64_t intid)
{
    sysreg_write(ICC_EOIR1_EL1, intid);
    isb();
}

static uint64_t eoi(const struct guest_mailbox *mailbox)
{
    for (uint64_t i = 0; i < mailbox->warmup; i++) {
        end_of_interrupt(acknowledged());
    }
    (void)call(GUEST_CALL_MEASURE);
    for (uint64_t i = 0; i < mailbox->count; i++) {
        const uint64_t intid = acknowledged();

        SL_PHASE("guest");
        SL_SAMPLE_BEGIN();
        end_of_interrupt(intid);
        SL_SAMPLE_END();
    }
    return GUEST_OK;
}

/*
 * Two vCPUs on one PE hand it to each other: one's sample begins where it gives the PE away and
 * ends where the other comes out of its own call.
 */
static uint64_t vm_switch(const struct guest_mailbox *mailbox)
{
    MEASURE(mailbox, (void)call(GUEST_CALL_YIELD));
    return GUEST_OK;
}

static uint64_t vm_switch_partner(const struct guest_mailbox *mailbox)
{
    for (uint64_t i = 0; i < mailbox->warmup; i++) {
        (void)call(GUEST_CALL_YIELD);
    }
    for (uint64_t i = 0; i < mailbox->count; i++) {
        SL_SAMPLE_END();
        SL_SAMPLE_BEGIN();
        (void)call(GUEST_CALL_YIELD);
    }
    return GUEST_OK;
}

/** A device that counts: the host must not lose or double an access. */
static uint64_t count_device(const struct guest_mailbox *mailbox, uint64_t ipa)
{
    uint64_t sum = 0;
    const uint64_t reads = mailbox->warmup + mailbox->count;

    mmio_write64(at(ipa), 0);
    MEASURE(mailbox, {
        sum += mmio_read64(at(ipa));
        SL_PHASE("guest");
    });
    return sum == reads * (reads + 1) / 2 ? GUEST_OK : GUEST_WRONG_ANSWER;
}

static uint64_t fault(const struct guest_mailbox *mailbox)
{
    uintptr_t page = at(GUEST_LAZY_IPA);
    uint64_t seen = 0;

    MEASURE(mailbox, {
        /* The access is executed twice: a mark on it would begin the sample once more. */
        __asm__ volatile("nop");
        seen |= mmio_read64(page);
        SL_PHASE("guest");
        page += LAYOUT_PAGE_SIZE;
    });
    return seen == 0 ? GUEST_OK : GUEST_WRONG_ANSWER;
}

/** A timer that has expired when it is set: the time to get to the handler, and back from it. */
static void timer_interrupt(unsigned int me)
{
    const uint64_t before = timer_fired[me];

    sysreg_write(CNTV_CTL_EL0, TIMER_ENABLE);
    isb();
    while (timer_fired[me] == before) {
    }
}

static uint64_t timer(const struct guest_mailbox *mailbox)
{
    const unsigned int me = self();

    sysreg_write(CNTV_CVAL_EL0, 0);
    isb();
    interrupts_on();
    MEASURE(mailbox, timer_interrupt(me));
    return timer_fired[me] == mailbox->warmup + mailbox->count ? GUEST_OK : GUEST_WRONG_ANSWER;
}

uint64_t guest_main(const struct guest_mailbox *mailbox)
{
    interrupts_init();
    switch (mailbox->task) {
    case GUEST_TASK_HELLO:
        return hello(mailbox);
    case GUEST_TASK_HYPERCALL:
        return hypercall(mailbox);
    case GUEST_TASK_GIC:
        return controller(mailbox);
    case GUEST_TASK_IPI:
        return ipi(mailbox);
    case GUEST_TASK_IPI_RECEIVER:
        return ipi_receiver(mailbox);
    case GUEST_TASK_EOI:
        return eoi(mailbox);
    case GUEST_TASK_SWITCH:
        return vm_switch(mailbox);
    case GUEST_TASK_SWITCH_PARTNER:
        return vm_switch_partner(mailbox);
    case GUEST_TASK_KERNEL_IO:
        return count_device(mailbox, GUEST_KERNEL);
    case GUEST_TASK_USER_IO:
        return count_device(mailbox, GUEST_USER);
    case GUEST_TASK_FAULT:
        return fault(mailbox);
    case GUEST_TASK_TIMER:
        return timer(mailbox);
    default:
        return GUEST_WRONG_ANSWER;
    }
}
