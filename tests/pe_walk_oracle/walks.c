// SPDX-License-Identifier: MIT
/**
 * Draws translation tables and controls at random, asks for one address by every AT instruction and
 * makes every kind of access to it, and prints what came of each on the PL011. The same numbers on
 * two machines: the same lines, if they agree.
 */
#include <stdint.h>

typedef uint64_t u64;

struct parameters {
    u64 seed, trials, features, verbose;
};

/* Written by whoever starts the program. */
#define PARAMETERS ((const volatile struct parameters*)0x40070000)

/** Bits of parameters.features: what both machines have. */
enum {
    GRANULES = 1,
    TTST = 2,
    LVA = 4,
    LPA2 = 8,
    HAFDBS = 16,
    FWB = 32,
    E0PD = 64,
    EPAN = 128,
};

extern volatile struct {
    u64 el, esr, far, hpfar, esr_el3, far_el3;
} seen;

extern char vectors_el1[], vectors_el2[];
extern char do_load[], do_store[], do_swap[], do_fetch[], do_ldtr[], do_sttr[];
void enter(u64 pc, u64 spsr, u64 va, u64 data);
void run_all(void);

#define WRITE(reg, value) __asm__ volatile("msr " reg ", %0" : : "r"((u64)(value)) : "memory")
#define BIT(n) ((u64)1 << (n))

enum { FIXED = 0x40200000, DATA = 0x40300000, ARENA = 0x40800000, ARENA_END = 0x43000000 };

/* ---- Chance ---- */

static u64 state;

static u64 draw(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1d;
}

static unsigned below(unsigned n)
{
    return (unsigned)((draw() >> 33) % n);
}

static int chance(unsigned percent)
{
    return below(100) < percent;
}

/* ---- Output ---- */

static void put(char c)
{
    *(volatile uint32_t*)0x09000000 = (uint32_t)c;
}

static void text(const char* s)
{
    while (*s) {
        put(*s++);
    }
}

static void number(u64 value)
{
    int shift = 60;

    while (shift && !(value >> shift)) {
        shift -= 4;
    }
    put(' ');
    for (; shift >= 0; shift -= 4) {
        const u64 digit = (value >> shift) & 15;

        put((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}

/* ---- Tables ---- */

static u64 next_table;
static u64* touched[256];
static unsigned touches;

static u64 table_of(unsigned size_bits)
{
    const u64 at = (next_table + BIT(size_bits) - 1) & ~(BIT(size_bits) - 1);

    next_table = at + BIT(size_bits);
    return at;
}

static void set(u64 at, u64 value)
{
    u64* const entry = (u64*)at;

    *entry = value;
    if (touches < 256) {
        touched[touches++] = entry;
    }
}

static void clear_tables(void)
{
    while (touches) {
        *touched[--touches] = 0;
    }
    next_table = ARENA;
}

/** What hardware made of the tables. */
static u64 digest(void)
{
    u64 sum = 0;

    for (unsigned i = 0; i < touches; ++i) {
        sum = (sum << 7 | sum >> 57) ^ *touched[i];
    }
    return sum;
}

/**
 * One bit far up, now and then: too large for most sizes. Bit 39 is a window to devices. Bits 15:12
 * and 9:8, where they are address, QEMU 7.2 ignores while the size is 48 bits or less.
 */
static u64 stray(void)
{
    static const unsigned char places[] = {32, 35, 36, 38, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49};

    return chance(94) ? 0 : BIT(places[below(sizeof places)]);
}

struct shape {
    unsigned granule, input;
    int start;
    int ds;
};

static unsigned low_of(const struct shape* s, int level)
{
    return (unsigned)(3 - level) * (s->granule - 3) + s->granule;
}

static u64 index_address(const struct shape* s, u64 table, int level, u64 address)
{
    const unsigned low = low_of(s, level),
                   high = level == s->start ? s->input : low + s->granule - 3;

    return table + 8 * ((address >> low) & (BIT(high - low) - 1));
}

static u64 stage1_leaf(const struct shape* s)
{
    u64 d = draw() & (BIT(52) | BIT(53) | BIT(54) | BIT(11) | 0x1c | 0xc0);

    if (chance(30)) {
        d |= BIT(51);
    }
    if (chance(90)) {
        d |= BIT(10);
    }
    if (!s->ds) {
        d |= draw() & 0x300;
    }
    return d;
}

static u64 stage2_leaf(const struct shape* s, int fwb)
{
    /* Not the reserved values; nor, without FWB, those with an inner Non-cacheable half, which
     * QEMU 7.2 takes for nGnRE beside Device memory of stage 1. */
    static const unsigned char plain[] = {0, 1, 2, 3, 10, 11, 14, 15},
                               forced[] = {0, 1, 2, 3, 5, 6, 7, 7};
    u64 d = draw() & (BIT(52) | 0xc0);

    d |= (u64)(fwb ? forced : plain)[below(8)] << 2;

    if (chance(80)) {
        d |= 0xc0;
    }
    if (chance(30)) {
        d |= draw() & (BIT(53) | BIT(54));
    }
    if (chance(30)) {
        d |= BIT(51);
    }
    if (chance(92)) {
        d |= BIT(10);
    }
    if (!s->ds) {
        d |= draw() & 0x300;
    }
    return d;
}

/** QEMU 7.2 takes a block at any level, so that other levels are for tests by hand. */
static int may_be_block(const struct shape* s, int level, u64 features)
{
    const int first = s->granule == 12   ? s->ds ? 0 : 1
                      : s->granule == 14 ? s->ds ? 1 : 2
                      : features & LPA2  ? 1
                                         : 2;

    return level >= first;
}

/** Stage 1 tables for one address, leading to DATA. */
static u64 make_stage1(const struct shape* s, u64 va, u64 features)
{
    const u64 first = table_of(s->granule);
    u64 table = first;

    for (int level = s->start; level <= 3; ++level) {
        const u64 mask = BIT(low_of(s, level)) - 1, at = index_address(s, table, level, va);
        const int leaf = level == 3 ? chance(96) : may_be_block(s, level, features) && chance(18);

        if (chance(3)) {
            set(at, draw() & ~(u64)1);
            return first;
        }
        if (leaf) {
            /* Bits below the block are RES0; QEMU 7.2 checks their size too. */
            set(at, (DATA & ~mask) | stage1_leaf(s) | (stray() & ~mask) | (level == 3 ? 3 : 1));
            return first;
        }
        if (level == 3) {
            set(at, (DATA & ~mask) | BIT(10) | 1);
            return first;
        }
        table = table_of(s->granule);
        set(at, table | stray() | (chance(30) ? draw() & ((u64)0x1f << 59) & ~BIT(63) : 0) | 3);
    }
    return first;
}

/** Stage 2 for one address: a leaf at the last level without `features`, else where chance has it.
 */
static void map_stage2(const struct shape* s, u64 root, u64 ipa, u64 attributes, u64 features)
{
    u64 table = root;

    for (int level = s->start; level <= 3; ++level) {
        const u64 mask = BIT(low_of(s, level)) - 1, at = index_address(s, table, level, ipa);
        const u64 held = *(u64*)at;

        if (held & 1) {
            if (level == 3 || !(held & 2)) {
                return;
            }
            table = (held & ~(u64)0xfff & (BIT(40) - 1)) & ~(BIT(s->granule) - 1);
            if (table < ARENA || table >= ARENA_END) {
                return; /* a stray bit leads elsewhere */
            }
            continue;
        }
        if (level == 3 || (features && may_be_block(s, level, features) && chance(18))) {
            set(at, (ipa & ~mask) | (attributes & (~mask | 0xfff)) | (level == 3 ? 3 : 1));
            return;
        }
        table = table_of(s->granule);
        set(at, table | 3);
    }
}

/* ---- One trial ---- */

static unsigned pick_granule(u64 features)
{
    return features & GRANULES ? 12 + 2 * below(3) : 12;
}

static int start_level(unsigned granule, unsigned input)
{
    return 3 - (int)((input - 1 - granule) / (granule - 3));
}

static u64 tg0(unsigned granule)
{
    return granule == 12 ? 0 : granule == 16 ? 1 : 2;
}

static u64 tg1(unsigned granule)
{
    return granule == 12 ? 2 : granule == 16 ? 3 : 1;
}

static void at(u64 op, u64 va, int fwb)
{
    switch (op) {
#define CASE(n, name)                                                                              \
    case n:                                                                                        \
        __asm__ volatile("at " name ", %0\n\tisb" : : "r"(va) : "memory");                         \
        break;
        CASE(0, "s1e1r")
        CASE(1, "s1e1w")
        CASE(2, "s1e0r")
        CASE(3, "s1e0w")
        CASE(4, "s12e1r")
        CASE(5, "s12e1w")
        CASE(6, "s12e0r")
        CASE(7, "s12e0w")
        CASE(8, "s1e2r")
        CASE(9, "s1e2w")
#undef CASE
    }
    u64 par;
    __asm__ volatile("mrs %0, par_el1" : "=r"(par));
    /* Device and Non-cacheable memory is Outer Shareable in PAR_EL1.SH, and so it is combined; QEMU
     * 7.2 shows and combines what the descriptor has. */
    const u64 attr = par >> 56;
    if (!(par & 1) && (attr >> 4 == 0 || attr == 0x44 || fwb)) {
        par |= 3 << 7;
    }
    /* Of two stages QEMU 7.2 also compares the type of Device memory with attributes of Normal. */
    if (!(par & 1) && attr >> 4 == 0 && op >= 4 && op < 8) {
        par &= ~((u64)0xff << 56);
    }
    /* A stage 2 fault on a stage 1 walk: QEMU 7.2 gives the level of stage 1. */
    if ((par & 1) && (par & BIT(8))) {
        par |= 3 << 1;
    }
    number(par);
}

enum { EL10, HOST, EL2 };

static void flush(void)
{
    __asm__ volatile("tlbi alle1\n\ttlbi alle2\n\tdsb sy\n\tic iallu\n\tdsb sy\n\tisb"
                     :
                     :
                     : "memory");
}

static void trial(u64 features)
{
    const int regime = chance(60) ? EL10 : chance(60) ? HOST : EL2;
    const int stage2 = regime == EL10 && chance(60), stage1 = !stage2 || chance(75);
    const int upper = regime != EL2 && stage1 && chance(40);
    struct shape s1 = {.granule = pick_granule(features)}, s2 = {.granule = pick_granule(features)};

    s1.ds = (features & LPA2) && chance(25);
    s2.ds = (features & LPA2) && chance(25);
    clear_tables();

    /* Stage 1: the size of the range, and an address in it or just outside. */
    const unsigned widest = (s1.granule == 16 ? (features & LVA) != 0 : s1.ds) ? 52 : 48;
    const unsigned least = features & TTST ? s1.granule == 16 ? 17 : 16 : 25;

    s1.input = chance(70) ? 31 + below(widest - 30) : least + below(widest - least + 1);
    if (s1.granule >= s1.input) {
        s1.input = s1.granule + 1;
    }
    s1.start = start_level(s1.granule, s1.input);
    unsigned tsz = 64 - s1.input;
    if (chance(3)) {
        tsz = below(64);
    }
    const int tbi = chance(40);
    u64 va = DATA | (draw() & 0xfff8) | (draw() & ~(BIT(31) - 1) & ~BIT(39));
    va &= BIT(s1.input) - 1;
    if (upper) {
        va |= ~(BIT(s1.input) - 1);
    }
    if (chance(5)) {
        va ^= BIT(s1.input + below(64 - s1.input));
    }
    if (chance(20)) {
        va ^= draw() << 56;
    }
    const u64 root = make_stage1(&s1, va, features);

    /* The other half holds what runs: one block of 1 GB at level 1, 39 bits, 4 KB. */
    const u64 home = table_of(12);
    set(home + 8, 0x40000000 | BIT(10) | 0xc0 | 1);
    const u64 base = !stage1 ? 0 : upper ? 0 : 0xffffff8000000000;
    if (!stage1) {
        va = DATA | (draw() & 0xfff8) | (chance(10) ? stray() : 0);
    }

    const unsigned sizes = features & LPA2 ? 7 : 6;
    const u64 ips = chance(70) ? sizes - 1 : below(sizes);
    const int ha = (features & HAFDBS) && chance(50), hd = ha && chance(70);
    const u64 random_tcr = features & E0PD && chance(20) ? upper ? BIT(56) : BIT(55) : 0;
    u64 tcr = regime == EL2
                  ? tsz | tg0(s1.granule) << 14 | ips << 16 | (u64)tbi << 20 | (u64)ha << 21 |
                        (u64)hd << 22 | (chance(20) ? BIT(24) : 0) | (u64)s1.ds << 32 | BIT(31) |
                        BIT(23)
                  : ips << 32 | (tbi ? BIT(37) | BIT(38) : 0) | (u64)ha << 39 | (u64)hd << 40 |
                        (chance(20) ? BIT(41) | BIT(42) : 0) | (u64)s1.ds << 59 | random_tcr;
    if (regime != EL2) {
        tcr |= upper ? (u64)tsz << 16 | tg1(s1.granule) << 30 | 25
                     : tsz | tg0(s1.granule) << 14 | (u64)25 << 16 | (u64)2 << 30;
    }
    tcr |= draw() & (3 << 12 | 3 << 28) & (regime == EL2 ? 3 << 12 : ~0);
    const u64 ttbr0 = upper ? home : root, ttbr1 = upper ? root : home;

    /* Stage 2: what runs, the tables of stage 1, and where they lead. */
    const unsigned widest2 = s2.granule == 16 || s2.ds ? 52 : 48;
    s2.input = 32 + below(chance(70) ? 10 : widest2 - 31);
    s2.start = start_level(s2.granule, s2.input);
    if (chance(40)) { /* concatenated tables instead of one more level */
        const unsigned low = low_of(&s2, s2.start);

        if (s2.input - low <= (s2.granule == 16 ? 2 : 4) && s2.start < 3) {
            ++s2.start;
        }
    }
    if (s2.granule == 14 && s2.start == 0) { /* level 0 of 16 KB: QEMU 7.2 refuses it */
        s2.input = 47;
        s2.start = 1;
    }
    if (s2.start == -1) { /* and level -1 for less than 52 bits */
        s2.input = 52;
    }
    const unsigned bits2 = s2.input - low_of(&s2, s2.start) + 3;
    const u64 root2 = table_of(bits2 > s2.granule ? bits2 : s2.granule);
    const unsigned t0sz = chance(97) || s1.start < 0 ? 64 - s2.input : below(64);
    const int ha2 = (features & HAFDBS) && chance(50);
    const int fwb = (features & FWB) && chance(40);
    if (stage2) {
        const u64 fixed = BIT(10) | 0xc0 | (fwb ? 0x1c : 0x3c);

        for (u64 at = FIXED; at < FIXED + 0x10000; at += 0x1000) {
            map_stage2(&s2, root2, at, fixed, 0);
        }
        map_stage2(&s2, root2, home, fixed, 0);
        u64 tables[8];
        unsigned count = 0;
        for (unsigned i = 0; i < touches && count < 8; ++i) {
            const u64 table = (u64)touched[i];
            tables[count++] = table;
        }
        for (unsigned i = 0; i < count; ++i) {
            /* A stage 2 fault on a descriptor at level -1 ends QEMU 7.2. */
            const int plain = s1.start < 0 || chance(85);

            /* The Access flag of a refused access is CONSTRAINED UNPREDICTABLE. */
            map_stage2(&s2, root2, tables[i], plain ? fixed : stage2_leaf(&s2, fwb) | BIT(10),
                       features);
        }
        const u64 out = stage1 ? DATA | (va & 0xffff) : va;

        map_stage2(&s2, root2, out, stage2_leaf(&s2, fwb) | stray(), features);
    }
    int sl = 3 - s2.start;
    if (s2.granule == 12) {
        sl = s2.start == -1 ? 0 : 2 - s2.start;
        if (s2.start == 3) {
            sl = 3;
        }
    }
    const int sl_drawn = s1.start >= 0 && chance(2) ? (int)below(4) : sl,
              odd = sl_drawn != sl || t0sz != 64 - s2.input;
    if (s2.granule != 14 || sl_drawn != 3) {
        sl = sl_drawn;
    }
    /* The input may be larger than VTCR_EL2.PS; QEMU 7.2 faults then (ID_AA64MMFR0_EL1.PARange
     * decides). */
    u64 ps2 = chance(80) ? sizes - 1 : below(sizes);
    static const unsigned char widths[] = {32, 36, 40, 42, 44, 48, 52};
    if (odd || widths[ps2] < s2.input || widths[ps2] <= 42) {
        ps2 = sizes - 1;
    }
    u64 vtcr = t0sz | (u64)sl << 6 | tg0(s2.granule) << 14 | ps2 << 16 | (u64)ha2 << 21 |
               (u64)(ha2 && chance(70)) << 22 | BIT(31) | (u64)s2.ds << 32 |
               (s2.start == -1 ? BIT(33) : 0);
    vtcr |= draw() & (3 << 12);

    const u64 mair = 0xf4aa0c00bb4404ff;
    u64 sctlr =
        0x34d01985 | (chance(15) ? BIT(19) : 0) | ((features & EPAN) && chance(30) ? BIT(57) : 0);
    u64 hcr = BIT(31);
    if (stage2) {
        hcr |= 1 | (chance(15) ? BIT(2) : 0) | (fwb ? BIT(46) : 0);
    }
    if (regime == HOST) {
        hcr |= BIT(34) | BIT(27);
    }
    WRITE("scr_el3", BIT(0) | BIT(10) | BIT(8) | BIT(18));
    __asm__ volatile("isb");
    WRITE("hcr_el2", hcr);
    __asm__ volatile("isb");
    WRITE("vbar_el1", (u64)vectors_el1 + base);
    WRITE("vbar_el2", (u64)vectors_el2 + (regime == HOST ? base : 0));
    if (regime == EL10) {
        WRITE("mair_el1", mair);
        WRITE("tcr_el1", tcr);
        WRITE("ttbr0_el1", ttbr0);
        WRITE("ttbr1_el1", ttbr1);
        WRITE("sctlr_el1", stage1 ? sctlr : sctlr & ~(u64)1);
        WRITE("sctlr_el2", 0x30c51830);
        WRITE("vttbr_el2", root2);
        WRITE("vtcr_el2", vtcr);
    } else {
        WRITE("mair_el2", mair);
        WRITE("tcr_el2", tcr);
        WRITE("ttbr0_el2", ttbr0);
        if (regime == HOST) {
            WRITE("s3_4_c2_c0_1", ttbr1);
        }
        WRITE("sctlr_el2", sctlr);
    }
    flush();

    if (PARAMETERS->verbose) {
        text("regime");
        number((u64)regime);
        text(" va");
        number(va);
        text(" tcr");
        number(tcr);
        text(" ttbr");
        number(root);
        text(" sctlr");
        number(sctlr);
        text(" hcr");
        number(hcr);
        text(" vtcr");
        number(vtcr);
        text(" vttbr");
        number(root2);
        for (unsigned i = 0; i < touches; ++i) {
            text(" [");
            number((u64)touched[i]);
            number(*touched[i]);
            put(']');
        }
        put('\n');
    }
    const unsigned first = regime == EL2 ? 8 : 0, ops = regime == EL10   ? 8
                                                        : regime == HOST ? 0
                                                                         : 10;
    /* AT leaves the dirty state alone (DDI 0487, D8.5), which QEMU 7.2 sets: no AT of writes then.
     */
    const int dirty = stage2 ? hd || (vtcr & BIT(22)) : hd;
    for (unsigned op = first; op < ops; ++op) {
        if (!(op & 1) || !dirty) {
            at(op, va, fwb);
        }
    }
    if (regime == HOST) {
        at(8, va, 0);
        if (!dirty) {
            at(9, va, 0);
        }
    }
    number(digest());
    if (regime != EL2) {
        static char* const code[] = {do_load, do_store, do_swap, do_fetch, do_ldtr, do_sttr};
        const u64 svc = 0xd4000081;
        const unsigned accesses = 3;

        for (unsigned i = 0; i < accesses; ++i) {
            /* A clean page that EL0 may write is execute-never for EL1, and a refused atomic sets
             * nothing; in QEMU 7.2 neither. */
            const unsigned drawn = below(6),
                           which = dirty && (drawn == 2 || drawn == 3) ? 0 : drawn;
            const int user = regime == HOST ? chance(60) : chance(50);
            const u64 level = user ? 0x3c0 : regime == HOST ? 0x3c9 : 0x3c5;
            const u64 pan = !user && chance(30) ? BIT(22) : 0;

            enter((u64)code[which] + base, level | pan, va, svc | svc << 32);
            put(';');
            number(which);
            number(seen.el);
            /* ISS[24:14] describe stage 2 aborts; QEMU 7.2 fills them for any abort that EL2 takes.
             */
            u64 esr = regime == HOST ? seen.esr & ~((BIT(25) - 1) & ~(BIT(14) - 1)) : seen.esr;
            if (esr >> 26 != 0x15 && (esr & BIT(7))) {
                esr |= 3; /* the level of a fault on a stage 1 walk, as above */
            }
            if (which == 2) {
                /* WnR is 0 where a read would have had the same fault; QEMU 7.2 says 1. Outside of
                 * memory an atomic may be an external abort, or have a code of its own. */
                esr &= ~BIT(6);
                if ((esr & 0x3f) == 0x35) {
                    esr ^= 0x35 ^ 0x10;
                }
            }
            number(esr);
            const u64 ec = seen.esr >> 26;
            if (ec == 0x20 || ec == 0x21 || ec == 0x24 || ec == 0x25) {
                number(seen.far);
                if (seen.el == 2 && regime == EL10) {
                    number(seen.hpfar);
                }
            }
            number(digest());
            flush();
        }
    }
    put('\n');
}

void run_all(void)
{
    const u64 svc = 0xd4000081;

    for (u64 at = DATA; at < DATA + 0x10000; at += 8) {
        *(volatile u64*)at = svc | svc << 32;
    }
    for (u64 i = 0; i < PARAMETERS->trials; ++i) {
        state = (PARAMETERS->seed + i) * 0x9e3779b97f4a7c15 | 1;
        draw();
        draw();
        trial(PARAMETERS->features);
    }
    text("#end\n");
}
