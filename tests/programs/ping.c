/* SPDX-License-Identifier: MIT */
/* Two PEs answer each other by SGI; PE 0 measures the round trip. */
#include "lib/mark.h"
#include "program.h"

volatile uint64_t rounds = 50;
volatile uint64_t partner = 1; /* affinity of the PE that answers */
volatile uint64_t partner_number = 1;
static volatile uint64_t answers;
static volatile uint64_t ready;

void program_irq(uint64_t* frame)
{
    const uint64_t intid = gic_acknowledge();

    (void)frame;
    if (intid == 1) {
        gic_send(2ul << 24 | 1); /* to 0.0.0.0 */
    } else if (intid == 2) {
        answers++;
    }
    gic_end(intid);
}

void secondary_main(uint64_t number)
{
    gic_enable((unsigned int)number, 0xffff);
    irqs_to_el2();
    ready = 1;
    DSB();
    SEV();
    for (;;) {
        WFI();
    }
}

static void measure(uint64_t target)
{
    SL_SAMPLE_BEGIN();
    const uint64_t before = answers;

    /* Masked: an answer between the look and the WFI must still end the WFI. */
    __asm__ volatile("msr daifset, #2" ::: "memory");
    gic_send(target);
    while (answers == before) {
        WFI();
        __asm__ volatile("msr daifclr, #2\n\tisb\n\tmsr daifset, #2" ::: "memory");
    }
    __asm__ volatile("msr daifclr, #2" ::: "memory");
    SL_SAMPLE_END();
    __asm__ volatile("nop");
}

void main(uint64_t x0)
{
    (void)x0;
    const uint64_t affinity = partner;
    const uint64_t target = 1ul << 24 | (affinity >> 8 & 0xff) << 16 | 1ul << (affinity & 0xf);

    SL_NAME(SL_NAME_BENCHMARK, 1, "round trip");
    SL_NAME(SL_NAME_DESIGN, 0, "bare");
    SL_NAME(SL_NAME_SESSION, 0, "none");
    uart_enable();
    gic_enable(0, 0xffff);
    irqs_to_el2();
    psci_cpu_on(affinity, partner_number);
    while (ready == 0) {
        WFE();
    }
    SL_RUN(1, 0, 0);
    for (uint64_t n = 0; n < rounds; n++) {
        measure(target);
    }
    SL_RUN_END();
    print("rounds ");
    print_number(answers);
    print("\n");
}
