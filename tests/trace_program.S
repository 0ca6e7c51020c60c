// SPDX-License-Identifier: MIT
// What the directed trace tests execute, an instruction at a time. Offsets from _start in comments.
.text
.globl _start
_start:
    mov x0, #3          // 00
1:  subs x0, x0, #1     // 04
    b.ne 1b             // 08
    bl callee           // 0c
    nop                 // 10
    svc #0              // 14
    isb                 // 18
    br x16              // 1c
callee:
    nop                 // 20
    cbz x0, 2f          // 24
    nop                 // 28
2:  ret                 // 2c
vector:
    nop                 // 30
    eret                // 34
far:
    mrs x1, currentel   // 38
    hvc #0              // 3c
    wfi                 // 40
    b far               // 44
