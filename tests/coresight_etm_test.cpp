// SPDX-License-Identifier: MIT
// An ETMv4's frame, as the Linux driver coresight-etm4x-core.c uses it where it has no system
// registers.
#include "coresight/etm.h"
#include "coresight_bench.h"
#include "trace_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;
using sl::trace::test::FakePe;
using sl::trace::test::Reg;

namespace {

// coresight-etm4x.h
enum : u32 {
    TRCPRGCTLR = 0x004,
    TRCSTATR = 0x00c,
    TRCCONFIGR = 0x010,
    TRCTRACEIDR = 0x040,
    TRCVICTLR = 0x080,
    TRCEXTINSELR = 0x120,
    TRCIDR8 = 0x180,
    TRCIDR0 = 0x1e0,
    TRCIDR5 = 0x1f4,
    TRCRSCTLR2 = 0x208,
    TRCOSLAR = 0x300,
    TRCOSLSR = 0x304,
    TRCPDCR = 0x310,
    TRCPDSR = 0x314,
    TRCACVR1 = 0x408,
    TRCACATR1 = 0x488,
    TRCCIDCVR0 = 0x600,
    TRCVMIDCVR0 = 0x640,
    TRCCIDCCTLR0 = 0x680,
};

struct Bench {
    Bench()
        : unit{config(), pe},
          etm{{.part = 0xd0c, .affinity = 0x1'8000'0203, .powered = [this] { return powered; }},
              unit}
    {
    }

    static trace::Config config()
    {
        trace::Config c;
        c.architecture = trace::Architecture::Etmv4;
        c.has_trbe = false;
        return c;
    }

    bool powered = true;
    FakePe pe;
    trace::TraceUnit unit;
    Etm etm;
};

} // namespace

TEST_CASE("the driver's AMBA table finds an ETMv4 by its identification", "[coresight][etm]")
{
    Bench b;
    Registers r{b.etm};
    u32 id = 0;
    for (u32 n = 0; n < 4; ++n)
        id |= static_cast<u32>(r.read(Component::PIDR0 + 4 * n) & 0xff) << 8 * n;
    CHECK((id & 0xfffff) == 0xbbd0c);          // CS_AMBA_UCI_ID(0x000bbd0c, uci_id_etm4)
    CHECK(r.read(Component::DEVTYPE) == 0x13); // uci_id_etm4
    CHECK((r.read(Component::DEVARCH) & 0xfff0ffff) == 0x47704a13);
    CHECK(r.read(Etm::DEVAFF0) == 0x8000'0203);
    CHECK(r.read(Etm::DEVAFF1) == 1);
    CHECK(r.read(TRCIDR0) == b.unit.read(Reg::TRCIDR0));
    CHECK(r.read(TRCIDR5) == b.unit.read(Reg::TRCIDR5));
    CHECK(r.read(TRCIDR8) == 0);
    CHECK(r.read(Component::AUTHSTATUS) == b.unit.read(Reg::TRCAUTHSTATUS));
}

TEST_CASE("an ETMv4's frame and its system registers are the same registers", "[coresight][etm]")
{
    Bench b;
    Registers r{b.etm};
    CHECK(r.read(TRCOSLSR) == 0x0a);
    r.write(TRCOSLAR, 0);
    CHECK(b.unit.read(Reg::TRCOSLSR) == 0x08);
    r.write(TRCCONFIGR, 1u << 6);
    CHECK(b.unit.read(Reg::TRCCONFIGR) == (1u << 6 | 1));
    b.unit.write(Reg::TRCTRACEIDR, 0x15);
    CHECK(r.read(TRCTRACEIDR) == 0x15);
    r.write(TRCRSCTLR2, 2u << 16 | 1);
    CHECK(b.unit.read(Reg::TRCRSCTLR2) == (2u << 16 | 1));
    r.write(TRCEXTINSELR, 0x0403);
    CHECK(b.unit.read(Reg::TRCEXTINSELR0) == 0x0403);
    r.write(TRCVMIDCVR0, 0x1234);
    CHECK(b.unit.read(Reg::TRCVMIDCVR0) == 0x1234);
    r.write(TRCCIDCCTLR0, 0x3);
    CHECK(b.unit.read(Reg::TRCCIDCCTLR0) == 0x3);
    // One claim, of whoever asks.
    r.write(Component::CLAIMSET, 2);
    CHECK(b.unit.read(Reg::TRCCLAIMCLR) == 2);
    CHECK(r.read(Component::CLAIMSET) == 3);
    b.unit.write(Reg::TRCCLAIMCLR, 2);
    CHECK(r.read(Component::CLAIMCLR) == 0);
}

TEST_CASE("64-bit registers of an ETMv4 take words and doublewords", "[coresight][etm]")
{
    Bench b;
    Registers r{b.etm};
    b.etm.write(TRCACVR1, 8, {}, 0xffff'8000'1234'5678);
    CHECK(b.unit.read(Reg::TRCACVR1) == 0xffff'8000'1234'5678);
    CHECK(b.etm.read(TRCACVR1, 8, {}) == 0xffff'8000'1234'5678);
    CHECK(r.read(TRCACVR1 + 4) == 0xffff'8000);
    r.write(TRCACVR1, 0x1111'2220);
    CHECK(b.unit.read(Reg::TRCACVR1) == 0xffff'8000'1111'2220);
    r.write(TRCACATR1, 1u << 12);
    CHECK(b.unit.read(Reg::TRCACATR1) == 1u << 12);
    b.etm.write(TRCCIDCVR0, 8, {}, 5);
    CHECK(b.unit.read(Reg::TRCCIDCVR0) == 5);
}

TEST_CASE("an ETMv4 is enabled and disabled over its frame as the driver does it",
          "[coresight][etm]")
{
    Bench b;
    Registers locked{b.etm, false};
    locked.write(TRCOSLAR, 0); // the Software Lock refuses it
    CHECK(b.unit.read(Reg::TRCOSLSR) == 0x0a);
    CHECK(locked.read(Component::LSR) == 3);
    locked.write(Component::LAR, Component::unlock_key);

    Registers r{b.etm};
    r.write(TRCOSLAR, 0);
    r.write(TRCVICTLR, 1 | 1u << 9);
    b.pe.regs[Reg::TRFCR_EL1] = 3;
    r.write(TRCPDCR, r.read(TRCPDCR) | 1u << 3); // TRCPDCR_PU
    CHECK(r.read(TRCPDCR) == 1u << 3);
    CHECK(r.read(TRCSTATR) == 3);
    r.write(TRCPRGCTLR, 1);
    CHECK((r.read(TRCSTATR) & 1) == 0);
    b.unit.synchronized();
    CHECK(b.unit.tracing());
    r.write(TRCCONFIGR, 1u << 6); // of a unit that is enabled: ignored
    CHECK(r.read(TRCCONFIGR) == 1);
    r.write(TRCPRGCTLR, 0);
    b.unit.synchronized();
    CHECK_FALSE(b.unit.tracing());
    CHECK(r.read(TRCSTATR) == 3);
}

TEST_CASE("TRCPDSR tells of power and of state that was lost", "[coresight][etm]")
{
    Bench b;
    Registers r{b.etm};
    b.unit.reset(); // the PE's
    b.unit.write(Reg::TRCOSLAR, 0);
    CHECK(b.etm.read(TRCPDSR, 4, {{}, 0, true}) == 0b00'0011); // a debugger's look changes nothing
    CHECK(r.read(TRCPDSR) == 0b00'0011);
    CHECK(r.read(TRCPDSR) == 0b00'0001);
    r.write(TRCTRACEIDR, 0x12);
    b.powered = false;
    CHECK(r.read(TRCPDSR) == 0);
    CHECK(r.read(TRCTRACEIDR) == 0);
    r.write(TRCTRACEIDR, 0x13);
    b.powered = true;
    CHECK(r.read(TRCTRACEIDR) == 0x12);
    b.unit.reset();
    CHECK(r.read(TRCPDSR) == 0b10'0011); // STICKYPD, and the OS Lock is back
}

TEST_CASE("random accesses to an ETMv4's frame neither crash nor change what is reserved",
          "[coresight][etm]")
{
    Bench b;
    Registers r{b.etm};
    Random random{7};
    const u64 identity[] = {r.read(Component::DEVARCH), r.read(TRCIDR0), r.read(TRCIDR5)};
    for (unsigned i = 0; i < 100'000; ++i) {
        const unsigned bytes = 1u << random.below(4);
        u32 offset = random.below(Component::frame_size);
        if (offset / 4 == Component::LAR / 4)
            continue;
        b.etm.write(offset, bytes, {}, random.word());
        offset = random.below(Component::frame_size);
        b.etm.read(offset, bytes, {});
        if (random.below(50) == 0)
            b.unit.synchronized();
    }
    CHECK(r.read(Component::DEVARCH) == identity[0]);
    CHECK(r.read(TRCIDR0) == identity[1]);
    CHECK(r.read(TRCIDR5) == identity[2]);
    CHECK((r.read(TRCPDCR) & ~u64{1u << 3}) == 0);
}
