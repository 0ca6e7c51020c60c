/* SPDX-License-Identifier: MIT */
/**
 * Marks: labels for the platform that emit no instruction.
 *
 * A mark is a record in the note section `.note.sightline`, which is never loaded. It names the
 * address of the instruction that follows it. Execution reaching that address is the event, so a
 * mark belongs where the next instruction is reached through the mark alone: inside straight code,
 * not as the last statement of an `if` body, where the next instruction is also the join.
 * docs/phases.md tells the format and the rules.
 *
 * The same names work in C and in preprocessed assembly. In assembly a register operand is written
 * x0..x30 or xzr; in C it is any integer expression, which the compiler has in a register at that
 * point (the constant 0 needs none).
 */
#ifndef SL_LIB_MARK_H
#define SL_LIB_MARK_H

/* Assembly in macros: clang-format would take it for C. */
/* clang-format off */

/* Kinds of record; the platform's MarkKind has the same numbers. */
#define SL_MARK_PHASE        1
#define SL_MARK_PHASE_CALL   2
#define SL_MARK_PHASE_RETURN 3
#define SL_MARK_RUN          4
#define SL_MARK_RUN_END      5
#define SL_MARK_SAMPLE_BEGIN 6
#define SL_MARK_SAMPLE_END   7
#define SL_MARK_VCPU         8

/* What SL_NAME names. */
#define SL_NAME_BENCHMARK 16
#define SL_NAME_DESIGN    17
#define SL_NAME_SESSION   18
#define SL_NAME_VCPU      19

/*
 * One record, written once for both languages: only tokens that survive stringification. `.L.x5`
 * is the number 5 (below). The label is that of the code; the record follows in its own section.
 */
#define SL_MARK_RECORD(kind, value, r0, r1, r2, text) \
    .pushsection .note.sightline, "", @note; .balign 4; \
    .long 8802f - 8801f, 8804f - 8803f, 1; \
    8801: .asciz "Sightline"; 8802: .balign 4; \
    8803: .quad value; .long kind; .byte .L.r0, .L.r1, .L.r2, 0; .asciz text; 8804: .balign 4; \
    .popsection

#define SL_MARK_HERE(kind, r0, r1, r2, text) \
    8800: SL_MARK_RECORD(kind, 8800b, r0, r1, r2, text)

/* .set may be repeated, so any number of inclusions is fine. */
#define SL_MARK_REGISTERS \
    .set .L.x0, 0; .set .L.x1, 1; .set .L.x2, 2; .set .L.x3, 3; .set .L.x4, 4; .set .L.x5, 5; \
    .set .L.x6, 6; .set .L.x7, 7; .set .L.x8, 8; .set .L.x9, 9; .set .L.x10, 10; \
    .set .L.x11, 11; .set .L.x12, 12; .set .L.x13, 13; .set .L.x14, 14; .set .L.x15, 15; \
    .set .L.x16, 16; .set .L.x17, 17; .set .L.x18, 18; .set .L.x19, 19; .set .L.x20, 20; \
    .set .L.x21, 21; .set .L.x22, 22; .set .L.x23, 23; .set .L.x24, 24; .set .L.x25, 25; \
    .set .L.x26, 26; .set .L.x27, 27; .set .L.x28, 28; .set .L.x29, 29; .set .L.x30, 30; \
    .set .L.xzr, 31

#ifdef __ASSEMBLER__

#ifdef SL_MARKS_OFF
#undef SL_MARK_RECORD
#undef SL_MARK_HERE
#define SL_MARK_RECORD(kind, value, r0, r1, r2, text)
#define SL_MARK_HERE(kind, r0, r1, r2, text)
#else
SL_MARK_REGISTERS
#endif

#define SL_PHASE(text)      SL_MARK_HERE(SL_MARK_PHASE, xzr, xzr, xzr, text)
#define SL_PHASE_CALL(text) SL_MARK_HERE(SL_MARK_PHASE_CALL, xzr, xzr, xzr, text)
#define SL_PHASE_RETURN()   SL_MARK_HERE(SL_MARK_PHASE_RETURN, xzr, xzr, xzr, "")
#define SL_RUN(benchmark, design, session) \
    SL_MARK_HERE(SL_MARK_RUN, benchmark, design, session, "")
#define SL_RUN_END()             SL_MARK_HERE(SL_MARK_RUN_END, xzr, xzr, xzr, "")
#define SL_SAMPLE_BEGIN()        SL_MARK_HERE(SL_MARK_SAMPLE_BEGIN, xzr, xzr, xzr, "")
#define SL_SAMPLE_END()          SL_MARK_HERE(SL_MARK_SAMPLE_END, xzr, xzr, xzr, "")
#define SL_VCPU(number)          SL_MARK_HERE(SL_MARK_VCPU, number, xzr, xzr, "")
#define SL_NAME(what, id, text)  SL_MARK_RECORD(what, id, xzr, xzr, xzr, text)

#else

#define SL_MARK_STRING_(...) #__VA_ARGS__
#define SL_MARK_STRING(...) SL_MARK_STRING_(__VA_ARGS__)

#ifdef __aarch64__
__asm__(SL_MARK_STRING(SL_MARK_REGISTERS));
#elif !defined(SL_MARKS_OFF)
#define SL_MARKS_OFF /* the logic of sw/ also builds on the host, for its unit tests */
#endif

/*
 * `volatile` and the memory clobber keep the label where it is written, relative to memory accesses
 * and to other volatile asm (system registers, barriers). `inline`: the template counts as one
 * instruction when the compiler weighs inlining, however long it is. With SL_MARKS_OFF the record
 * goes and the barrier stays, so the code is the same, byte for byte.
 */
#ifdef SL_MARKS_OFF
#define SL_MARK_ASM(text, ...) __asm__ inline volatile("" : : __VA_ARGS__ : "memory")
#else
#define SL_MARK_ASM(text, ...) __asm__ inline volatile(text : : __VA_ARGS__ : "memory")
#endif

#define SL_MARK_PLAIN(kind, text) \
    SL_MARK_ASM(SL_MARK_STRING(SL_MARK_HERE(kind, xzr, xzr, xzr, text)), )

/** From here on this PE's cycles belong to phase `text` (a string literal without `%`). */
#define SL_PHASE(text) SL_MARK_PLAIN(SL_MARK_PHASE, text)

/** As SL_PHASE, and remembers the phase before for SL_PHASE_RETURN. */
#define SL_PHASE_CALL(text) SL_MARK_PLAIN(SL_MARK_PHASE_CALL, text)

/** Back to the phase before the matching SL_PHASE_CALL on this PE. */
#define SL_PHASE_RETURN() SL_MARK_PLAIN(SL_MARK_PHASE_RETURN, "")

/** Samples that this PE takes from here on belong to this benchmark, design and session. */
#define SL_RUN(benchmark, design, session) \
    SL_MARK_ASM(SL_MARK_STRING(SL_MARK_HERE(SL_MARK_RUN, %x0, %x1, %x2, "")), \
                "rZ"((unsigned long)(benchmark)), "rZ"((unsigned long)(design)), \
                "rZ"((unsigned long)(session)))

/** Ends the run that SL_RUN began on this PE. */
#define SL_RUN_END() SL_MARK_PLAIN(SL_MARK_RUN_END, "")

/** One sample is the cycles of this PE from here to SL_SAMPLE_END. */
#define SL_SAMPLE_BEGIN() SL_MARK_PLAIN(SL_MARK_SAMPLE_BEGIN, "")
#define SL_SAMPLE_END()   SL_MARK_PLAIN(SL_MARK_SAMPLE_END, "")

/** This PE now runs vCPU `number` (counted from 1 across all VMs); 0 when it runs none. */
#define SL_VCPU(number) \
    SL_MARK_ASM(SL_MARK_STRING(SL_MARK_HERE(SL_MARK_VCPU, %x0, xzr, xzr, "")), \
                "rZ"((unsigned long)(number)))

/**
 * Names benchmark, design, session or vCPU `id` (a constant expression) in every report: `what` is
 * SL_NAME_BENCHMARK and so on. A statement, in any function that is linked; it need not execute.
 */
#define SL_NAME(what, id, text) \
    SL_MARK_ASM(SL_MARK_STRING(SL_MARK_RECORD(what, %c0, xzr, xzr, xzr, text)), "i"(id))

#endif /* __ASSEMBLER__ */

#endif /* SL_LIB_MARK_H */
