/* SPDX-License-Identifier: MIT */
/* Moving X2 to X30 to and from a struct context in a register of the caller's choice. */

.macro context_save_x2_x30 base stp x2, x3, [\base, #CONTEXT_X + 16 ] stp x4, x5,
    [\base, #CONTEXT_X + 32 ] stp x6, x7, [\base, #CONTEXT_X + 48 ] stp x8, x9,
    [\base, #CONTEXT_X + 64 ] stp x10, x11, [\base, #CONTEXT_X + 80 ] stp x12, x13,
    [\base, #CONTEXT_X + 96 ] stp x14, x15, [\base, #CONTEXT_X + 112 ] stp x16, x17,
    [\base, #CONTEXT_X + 128 ] stp x18, x19, [\base, #CONTEXT_X + 144 ] stp x20, x21,
    [\base, #CONTEXT_X + 160 ] stp x22, x23, [\base, #CONTEXT_X + 176 ] stp x24, x25,
    [\base, #CONTEXT_X + 192 ] stp x26, x27, [\base, #CONTEXT_X + 208 ] stp x28, x29,
    [\base, #CONTEXT_X + 224 ] str x30,
    [\base, #CONTEXT_X + 240 ]
        .endm

        /* \base is x0: it comes last, with x1. */
        .macro context_load_x0_x30 ldp x2,
    x3, [ x0, #CONTEXT_X + 16 ] ldp x4, x5, [ x0, #CONTEXT_X + 32 ] ldp x6, x7,
    [ x0, #CONTEXT_X + 48 ] ldp x8, x9, [ x0, #CONTEXT_X + 64 ] ldp x10, x11,
    [ x0, #CONTEXT_X + 80 ] ldp x12, x13, [ x0, #CONTEXT_X + 96 ] ldp x14, x15,
    [ x0, #CONTEXT_X + 112 ] ldp x16, x17, [ x0, #CONTEXT_X + 128 ] ldp x18, x19,
    [ x0, #CONTEXT_X + 144 ] ldp x20, x21, [ x0, #CONTEXT_X + 160 ] ldp x22, x23,
    [ x0, #CONTEXT_X + 176 ] ldp x24, x25, [ x0, #CONTEXT_X + 192 ] ldp x26, x27,
    [ x0, #CONTEXT_X + 208 ] ldp x28, x29, [ x0, #CONTEXT_X + 224 ] ldr x30,
    [ x0, #CONTEXT_X + 240 ] ldp x0, x1, [ x0, #CONTEXT_X ].endm
