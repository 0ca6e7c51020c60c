// SPDX-License-Identifier: MIT
// The host's drivers of ETE and TRBE, access by access: the order is that of Linux' coresight-etm4x
// and coresight-trbe drivers, and the rules are those of DDI 0487 that the drivers are written to.
#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

extern "C" {
#include "ete.h"
#include "trace.h"
#include "trbe.h"
}

namespace {

using Log = std::vector<std::string>;

/// A PE with a small trace unit: registers in a map, and what of them does not just store.
struct Pe {
    std::map<std::string, std::uint64_t> reg;
    Log log;
    unsigned idle_polls = 0; ///< reads of TRCSTATR until it says what software waits for
    bool stuck = false;

    std::uint64_t read(const std::string& name)
    {
        if (name == "TRCSTATR" && !stuck && idle_polls-- == 0) {
            idle_polls = 0;
            return (reg["TRCPRGCTLR"] & 1) != 0 ? 0 : 3; // IDLE and PMSTABLE
        }
        return reg[name];
    }

    void write(const std::string& name, std::uint64_t value)
    {
        if (name == "TRCCLAIMSET")
            reg["TRCCLAIMCLR"] |= value;
        else if (name == "TRCCLAIMCLR")
            reg[name] &= ~value;
        else
            reg[name] = value;
    }
};

Pe* machine;

std::string hex(std::uint64_t value)
{
    std::ostringstream s;
    s << std::hex << "0x" << value;
    return s.str();
}

Log taken()
{
    return std::exchange(machine->log, {});
}

/// Only what changes something: writes, barriers, calls.
Log effects()
{
    Log log = taken();
    std::erase_if(log, [](const std::string& s) { return s.rfind("R ", 0) == 0; });
    return log;
}

struct Fixture {
    Pe here;

    Fixture() { machine = &here; }

    ~Fixture() { machine = nullptr; }

    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
};

constexpr std::uint64_t base = 0xffff'0000'4200'0000, limit = base + 0x10000;

} // namespace

extern "C" {

std::uint64_t fake_read(const char* name)
{
    machine->log.push_back(std::string{"R "} + name);
    return machine->read(name);
}

void fake_write(const char* name, std::uint64_t value)
{
    machine->log.push_back(std::string{"W "} + name + "=" + hex(value));
    machine->write(name, value);
}

void fake_event(const char* what)
{
    if (machine != nullptr) // the fabric's drivers have barriers, too
        machine->log.push_back(what);
}

std::int64_t trace_buffer_on(cpu*, bool preemptible)
{
    machine->log.push_back(preemptible ? "buffer on, preemptible" : "buffer on");
    return HYP_OK;
}

std::int64_t trace_buffer_off(cpu*, bool preemptible)
{
    machine->log.push_back(preemptible ? "buffer off, preemptible" : "buffer off");
    return HYP_OK;
}
}

TEST_CASE_METHOD(Fixture, "A trace unit is looked for before it is touched", "[host][trace]")
{
    SECTION("ID_AA64DFR0_EL1 says none: TRCDEVARCH would be UNDEFINED")
    {
        CHECK_FALSE(ete_present());
        CHECK(taken() == Log{"R ID_AA64DFR0_EL1"});
    }
    SECTION("an ETE of any minor revision")
    {
        machine->reg["ID_AA64DFR0_EL1"] = 1 << 4;
        machine->reg["TRCDEVARCH"] = GENERATE(0x4770'5a13u, 0x4771'5a13u);
        CHECK(ete_present());
    }
    SECTION("an ETMv4 is not one")
    {
        machine->reg["ID_AA64DFR0_EL1"] = 1 << 4;
        machine->reg["TRCDEVARCH"] = 0x4770'4a13;
        CHECK_FALSE(ete_present());
    }
}

TEST_CASE_METHOD(Fixture, "A trace buffer that a higher level keeps is left alone", "[host][trace]")
{
    std::uint32_t align = 0;
    SECTION("there is none")
    {
        CHECK_FALSE(trbe_present(&align));
        CHECK(taken() == Log{"R ID_AA64DFR0_EL1"});
    }
    SECTION("TRBIDR_EL1.P")
    {
        machine->reg["ID_AA64DFR0_EL1"] = std::uint64_t{1} << 44;
        machine->reg["TRBIDR_EL1"] = 1 << 4 | 6;
        CHECK_FALSE(trbe_present(&align));
    }
    SECTION("ours, with the alignment of its pointer")
    {
        machine->reg["ID_AA64DFR0_EL1"] = std::uint64_t{1} << 44;
        machine->reg["TRBIDR_EL1"] = 6;
        CHECK(trbe_present(&align));
        CHECK(align == 64);
    }
}

TEST_CASE_METHOD(Fixture, "The trace unit is claimed, idle, and then programmed", "[host][trace]")
{
    machine->reg["TRCIDR2"] = 4 << 5; // CIDSIZE
    const ete_config config{.exclude_kernel = false, .exclude_user = false, .trace_id = 0x10};

    SECTION("in the order of etm4_enable_hw, without registers that it does not have")
    {
        REQUIRE(ete_program(&config));
        CHECK(effects() == Log{"W OSLAR_EL1=0x0", "isb", "W TRCCLAIMSET=0x2", "isb",
                               "W TRCPRGCTLR=0x0", "isb", "W TRCCONFIGR=0x40", "W TRCAUXCTLR=0x0",
                               "W TRCEVENTCTL1R=0x0", "W TRCSYNCPR=0xc", "W TRCTRACEIDR=0x10",
                               "W TRCVICTLR=0x400201"}); // EL2 excluded
    }
    SECTION("with the registers of resources that TRCIDR0 and TRCIDR4 announce")
    {
        machine->reg["TRCIDR0"] = 1 << 5 | 1 << 7 | 8 << 24; // TRCBB, TRCCCI, TSSIZE
        machine->reg["TRCIDR3"] = 1 << 26;                   // STALLCTL
        machine->reg["TRCIDR4"] = 1 | 1 << 16;               // NUMACPAIRS, NUMRSPAIR
        REQUIRE(ete_program(&config));
        CHECK(effects() == Log{"W OSLAR_EL1=0x0", "isb", "W TRCCLAIMSET=0x2", "isb",
                               "W TRCPRGCTLR=0x0", "isb", "W TRCCONFIGR=0x40", "W TRCAUXCTLR=0x0",
                               "W TRCEVENTCTL1R=0x0", "W TRCSTALLCTLR=0x0", "W TRCSYNCPR=0xc",
                               "W TRCEVENTCTL0R=0x0", "W TRCTSCTLR=0x0", "W TRCCCCTLR=0x100",
                               "W TRCBBCTLR=0x0", "W TRCVIIECTLR=0x0", "W TRCVISSCTLR=0x0",
                               "W TRCTRACEIDR=0x10", "W TRCVICTLR=0x400201"});
    }
    SECTION("levels are excluded, those of the Secure state as far as they exist")
    {
        machine->reg["TRCIDR3"] = 0xb << 16; // EXLEVEL_S
        const ete_config user_only{.exclude_kernel = true, .exclude_user = false, .trace_id = 0};
        REQUIRE(ete_program(&user_only));
        CHECK(machine->reg["TRCVICTLR"] == (6u << 20 | 0xbu << 16 | 0x201));
        machine->reg["TRCCLAIMCLR"] = 0;
        const ete_config kernel_only{.exclude_kernel = false, .exclude_user = true, .trace_id = 0};
        REQUIRE(ete_program(&kernel_only));
        CHECK(machine->reg["TRCVICTLR"] == (5u << 20 | 0xbu << 16 | 0x201));
    }
    SECTION("not when a debugger has claimed it")
    {
        machine->reg["TRCCLAIMCLR"] = 1;
        CHECK_FALSE(ete_program(&config));
        CHECK(machine->reg.count("TRCPRGCTLR") == 0);
    }
    SECTION("a unit that takes its time is waited for")
    {
        machine->idle_polls = 50;
        CHECK(ete_program(&config));
    }
    SECTION("one that never gets idle is not programmed")
    {
        machine->stuck = true;
        CHECK_FALSE(ete_program(&config));
        CHECK(machine->reg.count("TRCCONFIGR") == 0);
    }
}

TEST_CASE_METHOD(Fixture, "A context synchronization event separates enabling from its status",
                 "[host][trace]")
{
    REQUIRE(ete_enable());
    CHECK(taken() == Log{"W TRCPRGCTLR=0x1", "isb", "R TRCSTATR", "isb"});
}

TEST_CASE_METHOD(Fixture, "The trace unit is drained before it stops", "[host][trace]")
{
    machine->reg["TRCPRGCTLR"] = 1;
    machine->reg["TRCCLAIMCLR"] = 2;
    REQUIRE(ete_disable());
    CHECK(effects() ==
          Log{"dsb sy", "isb", "tsb csync", "W TRCPRGCTLR=0x0", "isb", "isb", "W TRCCLAIMCLR=0x2"});
    CHECK(machine->reg["TRCCLAIMCLR"] == 0);
}

TEST_CASE_METHOD(Fixture, "The buffer is set up while it is off, and synchronized before it is on",
                 "[host][trace]")
{
    machine->reg["TRBLIMITR_EL1"] = 0xffff'0000'4300'0001; // left on
    // IRQ, TRG, WRAP, S, EC, BSC are cleared, the rest stays.
    machine->reg["TRBSR_EL1"] = std::uint64_t{0x24} << 26 | 0x7 << 20 | 1 << 17 | 1 << 18 | 0x3f;
    trbe_enable(nullptr, base, limit);
    CHECK(effects() == Log{"W TRBLIMITR_EL1=0xffff000043000000", "buffer off", "isb",
                           "W TRBSR_EL1=0x40000", "W TRBBASER_EL1=0xffff000042000000",
                           "W TRBPTR_EL1=0xffff000042000000", "isb",
                           "W TRBLIMITR_EL1=0xffff000042010019", // TM = IGNORE, FM = FILL, E
                           "buffer on", "isb"});
}

TEST_CASE_METHOD(Fixture, "What a buffer holds is read after its drain is synchronized",
                 "[host][trace]")
{
    std::uint64_t bytes = 0;
    machine->reg["TRBLIMITR_EL1"] = limit | 0x19;

    SECTION("half full")
    {
        machine->reg["TRBPTR_EL1"] = base + 0x1230;
        CHECK(trbe_disable(nullptr, base, limit, &bytes) == TRBE_NOTHING);
        CHECK(bytes == 0x1230);
        CHECK(taken() == Log{"tsb csync", "dsb nsh", "R TRBLIMITR_EL1",
                             "W TRBLIMITR_EL1=0xffff000042010018", "buffer off", "isb",
                             "R TRBSR_EL1", "R TRBPTR_EL1"});
    }
    SECTION("full: it has wrapped to its base and stopped")
    {
        machine->reg["TRBPTR_EL1"] = base;
        machine->reg["TRBSR_EL1"] = 1 << 22 | 1 << 20 | 1 << 17 | 1; // IRQ, WRAP, S, BSC = 1
        CHECK(trbe_interrupting());
        CHECK(trbe_disable(nullptr, base, limit, &bytes) == TRBE_FULL);
        CHECK(bytes == limit - base);
        CHECK_FALSE(trbe_interrupting());
    }
    SECTION("a fault of its own translation")
    {
        machine->reg["TRBPTR_EL1"] = base + 0x2000;
        machine->reg["TRBSR_EL1"] = std::uint64_t{0x24} << 26 | 1 << 22 | 1 << 17 | 7;
        CHECK(trbe_disable(nullptr, base, limit, &bytes) == TRBE_FAULT);
        CHECK(bytes == 0x2000);
    }
    SECTION("an external abort is no full buffer")
    {
        machine->reg["TRBPTR_EL1"] = base;
        machine->reg["TRBSR_EL1"] = 1 << 22 | 1 << 20 | 1 << 18 | 1 << 17 | 1;
        CHECK(trbe_disable(nullptr, base, limit, &bytes) == TRBE_FAULT);
    }
}

TEST_CASE_METHOD(Fixture, "A buffer found at the start is switched off before it is forgotten",
                 "[host][trace]")
{
    trbe_reset();
    CHECK(taken() == Log{"W TRBLIMITR_EL1=0x0", "isb", "tsb csync", "dsb nsh", "W TRBPTR_EL1=0x0",
                         "W TRBBASER_EL1=0x0", "W TRBSR_EL1=0x0", "isb"});
}
