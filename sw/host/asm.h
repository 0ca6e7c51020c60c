/* SPDX-License-Identifier: MIT */
/** What assembly and C of the host share. Numbers only. */
#ifndef SW_HOST_ASM_H
#define SW_HOST_ASM_H

/** struct frame. */
#define FRAME_SIZE 272
#define FRAME_LR 240
#define FRAME_ELR 256

#define BOOT_STACK_SIZE 8192

#endif
