// SPDX-License-Identifier: MIT
/** Signs, authenticates and strips pointers under controls, keys and modifiers drawn at random, and
    prints what comes of it on the PL011. */
#include <stdint.h>

typedef uint64_t u64;

void run_all(void);

static void put(char c)
{
    *(volatile uint32_t*)0x09000000 = (unsigned char)c;
}

static void put_hex(u64 v)
{
    for (int shift = 60; shift >= 0; shift -= 4)
        put("0123456789abcdef"[(v >> shift) & 15]);
    put(' ');
}

static u64 random_state = 7;

static u64 draw(void)
{
    random_state += 0x9e3779b97f4a7c15;
    u64 v = random_state;
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9;
    v = (v ^ (v >> 27)) * 0x94d049bb133111eb;
    return v ^ (v >> 31);
}

/** An instruction of two operands; a fault puts its syndrome in place of the result. */
#define OPERATION(name, text)                                                                      \
    static u64 name(u64 a, u64 b)                                                                  \
    {                                                                                              \
        register u64 x0 __asm__("x0") = a;                                                         \
        register u64 x1 __asm__("x1") = b;                                                         \
        __asm__ volatile(text : "+r"(x0) : "r"(x1));                                               \
        return x0;                                                                                 \
    }

OPERATION(pacia, "pacia x0, x1")
OPERATION(pacib, "pacib x0, x1")
OPERATION(pacda, "pacda x0, x1")
OPERATION(pacdb, "pacdb x0, x1")
OPERATION(autia, "autia x0, x1")
OPERATION(autib, "autib x0, x1")
OPERATION(autda, "autda x0, x1")
OPERATION(autdb, "autdb x0, x1")
OPERATION(xpaci, "xpaci x0")
OPERATION(xpacd, "xpacd x0")
OPERATION(pacga, "pacga x0, x0, x1")
OPERATION(paciza, "paciza x0")
OPERATION(autizb, "autizb x0")

typedef u64 operation(u64, u64);

static operation* const signs[] = {pacia, pacib, pacda, pacdb};
static operation* const authenticates[] = {autia, autib, autda, autdb};

#define WRITE(reg, value) __asm__ volatile("msr " #reg ", %0" : : "r"((u64)(value)) : "memory")

/** The top byte of every pointer is a tag. */
static int all_tagged;

enum { EN_DB = 13, EN_DA = 27, EN_IB = 30, EN_IA = 31 };

/** 4 KB granules, sizes within what every core has; TBI and TBID of both ranges at random. */
static void set_controls(void)
{
    const u64 r = draw();
    const u64 t0sz = 16 + r % 24, t1sz = 16 + (r >> 8) % 24;
    const u64 tcr =
        t0sz | t1sz << 16 | (u64)2 << 30 | ((r >> 16) & 3) << 37 | ((r >> 18) & 3) << 51;
    u64 enables = (u64)1 << EN_DB | (u64)1 << EN_DA | (u64)1 << EN_IB | (u64)1 << EN_IA;

    all_tagged = ((r >> 16) & 15) == 3;
    if ((r >> 20) % 8 == 0)
        enables &= draw();
    if (enables == 0) /* QEMU's XPAC* are NOPs without any */
        enables = (u64)1 << EN_IA;
    WRITE(tcr_el1, tcr);
    WRITE(sctlr_el1, 0x30d00980 | enables);
    WRITE(S3_0_C2_C1_0, draw());
    WRITE(S3_0_C2_C1_1, draw());
    WRITE(S3_0_C2_C1_2, draw());
    WRITE(S3_0_C2_C1_3, draw());
    WRITE(S3_0_C2_C2_0, draw());
    WRITE(S3_0_C2_C2_1, draw());
    WRITE(S3_0_C2_C2_2, draw());
    WRITE(S3_0_C2_C2_3, draw());
    WRITE(S3_0_C2_C3_0, draw());
    WRITE(S3_0_C2_C3_1, draw());
    __asm__ volatile("isb");
}

static u64 draw_any_pointer(void)
{
    const u64 r = draw(), address = draw() & 0xffffffffff;
    switch (r % 6) {
    case 0:
        return address;
    case 1:
        return ~address;
    case 2: /* tagged */
        return (address & 0xffffffff) | r << 56;
    case 3:
        return (~address | (u64)0xff << 56) ^ (r >> 8) << 56;
    case 4: /* one bit of the extension is wrong */
        return address ^ (u64)1 << (40 + (r >> 8) % 24);
    default:
        return draw();
    }
}

/** Where a tag is not everywhere, AddPAC takes the range of a pointer from bit 63, or from bit 55
   as soon as one range has tags, and QEMU parts of it from either: there both bits are the same
   here. */
static u64 draw_pointer(void)
{
    const u64 pointer = draw_any_pointer();
    return all_tagged ? pointer : (pointer & ~((u64)1 << 63)) | (pointer << 8 & (u64)1 << 63);
}

static void print(u64 a, u64 b)
{
    put_hex(a);
    put_hex(b);
    put('\n');
}

void run_all(void)
{
    u64 folded = 0;
    for (int round = 0; round < 400; ++round) {
        set_controls();
        for (unsigned key = 0; key < 4; ++key) {
            const u64 pointer = draw_pointer(), modifier = draw();
            const u64 code = signs[key](pointer, modifier);
            const u64 wrong = code ^ (u64)1 << (draw() % 64);
            print(code, authenticates[key](code, modifier));
            print(authenticates[key](wrong, modifier),
                  authenticates[(key + 1) % 4](code, modifier));
            print(xpaci(code, 0), xpacd(wrong, 0));
        }
        print(pacga(draw(), draw()), paciza(draw_pointer(), 0));
        print(autizb(draw_pointer(), 0), autizb(draw(), 0));
        for (int i = 0; i < 100; ++i) {
            const u64 pointer = draw_pointer(), modifier = draw();
            const unsigned key = draw() % 4;
            folded = folded * 0x100000001b3 ^
                     authenticates[key](signs[key](pointer, modifier), modifier);
            folded = folded * 0x100000001b3 ^ pacga(pointer, modifier);
        }
        print(folded, (u64)round);
    }
}
