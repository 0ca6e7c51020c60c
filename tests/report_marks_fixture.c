/* SPDX-License-Identifier: MIT */
/* Software with marks, for report_marks_test.cpp: built with and without SL_MARKS_OFF. */
#include "lib/mark.h"

enum { FIXTURE_HYPERCALL = 3, FIXTURE_FINAL = 2, FIXTURE_GUEST_EXCLUDED = 1 };

extern long world_switch(long vcpu);
extern void assembly_marks(void);

volatile long shared;

static inline __attribute__((always_inline)) long one_sample(long vcpu)
{
    long result;

    SL_SAMPLE_BEGIN();
    __asm__ volatile("isb");
    SL_PHASE("entry: trace");
    __asm__ volatile("dsb nsh" : : : "memory");
    SL_VCPU(vcpu);
    result = world_switch(vcpu);
    SL_VCPU(0);
    SL_SAMPLE_END();
    __asm__ volatile("sevl");
    return result;
}

long run(long benchmark, long design, long session)
{
    long sum = 0;

    SL_NAME(SL_NAME_BENCHMARK, FIXTURE_HYPERCALL, "hypercall");
    SL_NAME(SL_NAME_DESIGN, FIXTURE_FINAL, "kvm-final");
    SL_NAME(SL_NAME_SESSION, FIXTURE_GUEST_EXCLUDED, "guest, excluded");
    SL_NAME(SL_NAME_VCPU, 1, "vm0/vcpu0");
    SL_RUN(benchmark, design, session);
    __asm__ volatile("yield");
    for (long i = 0; i < 8; i++) {
        sum += one_sample(i) + shared;
    }
    shared = sum;
    SL_RUN_END();
    __asm__ volatile("sev");
    sum += one_sample(99);
    return sum;
}

void _start(void)
{
    run(3, 2, 1);
    assembly_marks();
}
