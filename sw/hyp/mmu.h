/* SPDX-License-Identifier: MIT */
/** Stage 1 of EL2: registers as start.S loads them, and the tables. */
#ifndef SL_HYP_MMU_H
#define SL_HYP_MMU_H

/* Attribute 0: Normal write-back; 1: Device-nGnRE. */
#define MMU_MAIR 0x04ff
/* RES1 bits; 39-bit addresses, write-back walks, inner shareable, 4 KB. PS is added. */
#define MMU_TCR 0x80803519
/* RES1 bits, I, C, M, SA; instruction fetch from writable pages never (WXN). */
#define MMU_SCTLR 0x30cd183d
/* EL1 is AArch64; nothing trapped. */
#define MMU_HCR_BOOT 0x80000000

#ifndef __ASSEMBLER__
/** Fills the tables; MMU off, on the first PE. */
void mmu_build(void);
#endif

#endif /* SL_HYP_MMU_H */
