/* SPDX-License-Identifier: MIT */
/**
 * Where things lie. Physical addresses of the images, and the virtual addresses that they are
 * linked at: hypervisor, host kernel, host user programs and guests never share a virtual address,
 * because a trace decoder tells them apart by address alone. docs/software.md has the picture.
 *
 * For C, assembly and linker scripts alike: no suffixes, no casts.
 */
#ifndef SL_LIB_LAYOUT_H
#define SL_LIB_LAYOUT_H

/* Devices of the virt machine. */
#define LAYOUT_GICD 0x08000000
#define LAYOUT_GICR 0x080a0000
#define LAYOUT_PL011 0x09000000

/* Private interrupts of the virt machine. */
#define LAYOUT_PPI_MAINTENANCE 25
#define LAYOUT_PPI_CNTHP 26
#define LAYOUT_PPI_CNTV 27
#define LAYOUT_PPI_CNTHV 28
#define LAYOUT_PPI_CNTPS 29
#define LAYOUT_PPI_CNTP 30
#define LAYOUT_PPI_TRBE 18
#define LAYOUT_PPI_SPE 21
#define LAYOUT_PPI_PMU 23

/*
 * RAM from 1 GB up. The first MB stays free: emulators put a device tree there.
 * The software needs 64 MB; hypervisor and host map and use the first LAYOUT_RAM_SIZE only.
 */
#define LAYOUT_RAM 0x40000000
#define LAYOUT_RAM_SIZE 0x10000000

/* Hypervisor (EL2, nVHE): linked and mapped at its physical address, by TTBR0_EL2. */
#define LAYOUT_HYP 0x40200000
#define LAYOUT_HYP_SIZE 0x00200000

/* Host kernel: by TTBR1, at LAYOUT_HOST_OFFSET + physical address. */
#define LAYOUT_HOST 0x40400000
#define LAYOUT_HOST_SIZE 0x00400000
#define LAYOUT_HOST_OFFSET 0xffff000000000000

/* Host user programs (EL0): by TTBR0, at these virtual addresses. Loaded with the host. */
#define LAYOUT_USER_VA 0x0000001000000000
#define LAYOUT_USER_SIZE 0x00100000

/*
 * Guest image: loaded once, at LAYOUT_GUEST; the host copies it into each VM. Guests see RAM from
 * LAYOUT_GUEST_IPA and run at LAYOUT_GUEST_OFFSET + that address, by their own TTBR1.
 */
#define LAYOUT_GUEST 0x40800000
#define LAYOUT_GUEST_SIZE 0x00200000
#define LAYOUT_GUEST_IPA 0x80000000
#define LAYOUT_GUEST_OFFSET 0xffff800000000000

/* Free for the host: VM memory, stage-2 tables, trace buffers, vCPUs. */
#define LAYOUT_POOL 0x41000000
#define LAYOUT_POOL_SIZE 0x03000000

/* Most PEs that hypervisor and host serve. */
#define LAYOUT_MAX_PES 16

#define LAYOUT_PAGE_SIZE 0x1000

#endif /* SL_LIB_LAYOUT_H */
