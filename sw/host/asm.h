/* SPDX-License-Identifier: MIT */
/** What assembly and C of the host share. Numbers only. */
#ifndef SW_HOST_ASM_H
#define SW_HOST_ASM_H

/** struct frame. */
#define FRAME_SIZE 272
#define FRAME_LR 240
#define FRAME_ELR 256

#define BOOT_STACK_SIZE 8192

/*
 * The host at EL1 and the host at EL2 with E2H name the same registers alike, but for the one that
 * holds the PE's own structure: at EL2 TPIDR_EL1 is a guest's.
 */
#ifdef HOST_VHE
#define HOST_TPIDR TPIDR_EL2
#define HOST_SPSR_MODE 0x9 /* EL2h */
#else
#define HOST_TPIDR TPIDR_EL1
#define HOST_SPSR_MODE 0x5 /* EL1h */
#endif

#endif
