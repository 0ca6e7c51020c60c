// SPDX-License-Identifier: MIT
// Cross triggers between the trace units of PEs, the GIC and each other, over CTIs.
#include "common/tlm_initiator.h"
#include "soc_elaborated.h"
#include "soc_prober.h"
#include "sysreg/tables.h"

#include <array>

using namespace sl;
using namespace sl::test;
using coresight::Component;
using coresight::Cti;

namespace {

constexpr u64 code = 0x4100'0000;
constexpr u64 first_cti = 0x0c00'0000, second_cti = 0x0c00'1000;

const std::string triggers = R"(
[[trace]]
name = "ete"
kind = "ete"
to = "trbe"

[[trace]]
name = "trbe"
kind = "trbe"

[[trace]]
name = "cti0"
kind = "cti"
inputs = ["ete.0.event1"]
outputs = ["ete.0.in1"]
matrix_latency = "1 us"

[[trace]]
name = "cti1"
kind = "cti"
outputs = ["gic.41", "ete.1.in3"]
)";

/// PE 0 and PE 1 go round in a circle at EL2.
struct Bench : Elaborated {
    Bench()
        : Elaborated{platform_for("hello", 1, 2, triggers)}
    {
        platform.write(code, std::array<u8, 4>{0x00, 0x00, 0x00, 0x14}); // b .
        for (unsigned n = 0; n < 2; ++n)
            platform.power_on(n, code, 2, 0);
    }

    void set(unsigned pe, pe::Reg reg, u64 value)
    {
        a64::Environment& environment = platform.pe(pe);
        REQUIRE(environment.write_sysreg(a64::SysKey{sysreg::describe(reg).key}, 1, value));
    }

    u64 get(unsigned pe, pe::Reg reg)
    {
        a64::Environment& environment = platform.pe(pe);
        u64 value = 0;
        REQUIRE(environment.read_sysreg(a64::SysKey{sysreg::describe(reg).key}, 1, value));
        return value;
    }

    void isb(unsigned pe)
    {
        a64::Environment& environment = platform.pe(pe);
        environment.barrier(a64::Barrier::Isb, 15);
    }

    /// A unit with one event, of the single resource 2, which is its first external input.
    void enable_unit(unsigned pe, u64 input, u64 trfcr)
    {
        using enum pe::Reg;
        set(pe, OSLAR_EL1, 0);
        set(pe, TRCEXTINSELR0, input);
        set(pe, TRCRSCTLR2, 0x1); // group 0, external input selector 0
        set(pe, TRCEVENTCTL0R, 0x02 << 8);
        set(pe, TRCVICTLR, 0x201);
        set(pe, TRCPRGCTLR, 1);
        set(pe, TRFCR_EL2, trfcr);
        isb(pe);
    }

    void write(u64 pa, u32 word)
    {
        u64 latency = 0;
        REQUIRE(platform.pe(0).bus().write(pa, &word, 4, {}, now(), latency) == BusStatus::Ok);
    }

    u32 read(u64 pa)
    {
        u32 word = 0;
        u64 latency = 0;
        REQUIRE(platform.pe(0).bus().read(pa, &word, 4, {}, now(), latency) == BusStatus::Ok);
        return word;
    }

    static u64 now() { return to_ps(sc_core::sc_time_stamp()); }
};

} // namespace

TEST_CASE("triggers go from a CTI to a trace unit, and from there over the matrix to the GIC",
          "[soc][cti]")
{
    Bench b;
    std::vector<u64> raised;
    b.platform.gic().on_wire([&](int, unsigned intid, bool level, u64 now_ps) {
        if (intid == 32 + 41 && level)
            raised.push_back(now_ps);
    });
    bool done = false;
    const Prober prober{
        "prober", [&] {
            sc_core::wait(from_ps(10'000'000));
            for (const u64 cti : {first_cti, second_cti}) {
                b.write(cti + Component::LAR, static_cast<u32>(Component::unlock_key));
                b.write(cti + Cti::CTICONTROL, 1);
            }
            // Channel 0 is an event for both units; the first one's event is channel 2, which is an
            // interrupt.
            b.write(first_cti + Cti::CTIOUTEN, 0x1);
            b.write(second_cti + Cti::CTIOUTEN + 4, 0x1);
            b.write(first_cti + Cti::CTIINEN, 0x4);
            b.write(second_cti + Cti::CTIOUTEN, 0x4);
            b.enable_unit(0, 0x4019, 0x2); // CTI_TRIGOUT5; EL2 is traced
            b.enable_unit(1, 0x401b, 0x0); // CTI_TRIGOUT7; prohibited: the event waits in TRCRSR
            CHECK(raised.empty());
            const u64 pulse_ps = Bench::now();
            b.write(first_cti + Cti::CTIAPPPULSE, 0x1);
            sc_core::wait(from_ps(20'000'000));
            CHECK((b.get(1, pe::Reg::TRCRSR) & 0xf) == 1);
            REQUIRE(raised.size() == 1);
            CHECK(raised[0] >= pulse_ps + 1'000'000); // the first CTI's matrix_latency
            CHECK(b.read(second_cti + Cti::CTITRIGOUTSTATUS) == 1);
            b.write(second_cti + Cti::CTIINTACK, 0x1);
            CHECK(b.read(second_cti + Cti::CTITRIGOUTSTATUS) == 0);
            // Another channel is neither.
            b.write(first_cti + Cti::CTIAPPPULSE, 0x2);
            sc_core::wait(from_ps(20'000'000));
            CHECK(raised.size() == 1);
            done = true;
            sc_core::sc_stop();
        }};
    sc_core::sc_start();
    CHECK(done);
}
