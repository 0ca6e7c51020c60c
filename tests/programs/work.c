/* SPDX-License-Identifier: MIT */
/* A little of everything on every PE that it is told to use: loops, calls, memory, exclusives,
 * exceptions, timer interrupts. Prints a sum that no timing changes. */
#include "lib/mark.h"
#include "program.h"

volatile uint64_t pes = 1;
volatile uint64_t loops = 200;
static volatile uint64_t finished;
static uint64_t sums[16];
static uint32_t table[16][256];

void program_sync(uint64_t* frame)
{
    (void)frame; /* HVC: ELR is already behind it */
}

void program_irq(uint64_t* frame)
{
    const uint64_t intid = gic_acknowledge();

    (void)frame;
    if (intid == 26) {
        WRITE(cnthp_tval_el2, 500); /* 8 us */
    }
    gic_end(intid);
}

static uint64_t fibonacci(uint64_t n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

__attribute__((noinline)) uint64_t work(unsigned int pe)
{
    uint64_t sum = pe;

    for (uint64_t n = 0; n < loops; n++) {
        SL_PHASE("table");
        for (unsigned int i = 0; i < 256; i++) {
            table[pe][i] += (uint32_t)(sum ^ i);
            sum = sum * 6364136223846793005ul + table[pe][(i * 7) & 255];
        }
        SL_PHASE("calls");
        sum += fibonacci(8);
        __asm__ volatile("hvc #0" ::: "memory");
        SL_PHASE("divide");
        sum ^= sum / (n + 3);
    }
    return sum;
}

static void prepare(unsigned int pe)
{
    gic_enable(pe, 1u << 26);
    WRITE(cnthp_tval_el2, 500);
    WRITE(cnthp_ctl_el2, 1);
    irqs_to_el2();
}

static void done(unsigned int pe)
{
    sums[pe] = work(pe);
    __atomic_add_fetch(&finished, 1, __ATOMIC_ACQ_REL);
    SEV();
}

void secondary_main(uint64_t pe)
{
    prepare((unsigned int)pe);
    done((unsigned int)pe);
}

void main(uint64_t affinity_step)
{
    uint64_t sum = 0;

    uart_enable();
    prepare(0);
    for (uint64_t pe = 1; pe < pes; pe++) {
        /* x0: PEs in a cluster, for the affinity of PE number `pe` */
        const uint64_t in_cluster = affinity_step == 0 ? 16 : affinity_step;

        psci_cpu_on(pe / in_cluster << 8 | pe % in_cluster, pe);
    }
    done(0);
    while (finished != pes) {
        WFE();
    }
    for (uint64_t pe = 0; pe < pes; pe++) {
        sum += sums[pe];
    }
    print("sum ");
    print_number(sum);
    print("\n");
}
