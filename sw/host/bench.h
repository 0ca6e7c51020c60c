/* SPDX-License-Identifier: MIT */
/** The benchmarks of the world switch. */
#ifndef SW_HOST_BENCH_H
#define SW_HOST_BENCH_H

/** Runs all that the parameters ask for, in every design that they ask for. On the boot PE. */
void bench_main(void);

#endif
