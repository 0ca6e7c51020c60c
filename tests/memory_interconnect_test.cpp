// SPDX-License-Identifier: MIT
#include "common/peripheral.h"
#include "interconnect/router.h"
#include "interconnect/tlm_bus.h"
#include "memory/memory.h"

#include <catch2/catch.hpp>

using namespace sl;
using interconnect::Router;
using interconnect::TlmBus;
using memory::Memory;

namespace {

/// Remembers who accessed it, and when.
class Witness : public Peripheral {
public:
    explicit Witness(const sc_core::sc_module_name& name)
        : Peripheral{name,
                     {{.offset = 0x10,
                       .name = "SEEN",
                       .on_read =
                           [this](const RegAccess& a, unsigned) {
                               who = a.who;
                               now_ps = a.now_ps;
                               return u64{0xabcd};
                           }}},
                     Unclaimed::SlaveError,
                     5'000}
    {
    }

    Initiator who;
    u64 now_ps = 0;
};

struct System {
    Router router{"router"};
    TlmBus cpu{"cpu"};
    Memory ram{"ram", 0x10'0000, Memory::Kind::Ram, 30'000};
    Memory rom{"rom", 0x1'0000, Memory::Kind::Rom, 0};
    Witness device{"device"};

    System()
    {
        cpu.socket.bind(router.in);
        router.attach(ram.bus, 0x4000'0000, 0x10'0000);
        router.attach(rom.bus, 0, 0x1'0000);
        router.attach(device.bus, 0x0900'0000, 0x1000);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }
};

} // namespace

TEST_CASE("the router leads an access to the target of its address", "[interconnect]")
{
    System s;
    u32 value = 0x1234'5678;
    u64 latency = 0;
    CHECK(s.cpu.write(0x4000'0100, &value, 4, {}, 0, latency) == BusStatus::Ok);
    CHECK(s.ram.host()[0x100] == 0x78);
    CHECK(latency == 30'000);

    u32 seen = 0;
    CHECK(s.cpu.read(0x0900'0010, &seen, 4, {}, 0, latency) == BusStatus::Ok);
    CHECK(seen == 0xabcd);
    CHECK(latency == 35'000); // added to what there was
}

TEST_CASE("an access to a hole, or across the end of a range, finds nobody", "[interconnect]")
{
    System s;
    u64 data = 0, latency = 0;
    CHECK(s.cpu.read(0x3fff'fff8, &data, 8, {}, 0, latency) == BusStatus::DecodeError);
    CHECK(s.cpu.read(0x400f'fffc, &data, 8, {}, 0, latency) == BusStatus::DecodeError);
    CHECK(s.cpu.write(0x0900'1000, &data, 4, {}, 0, latency) == BusStatus::DecodeError);
}

TEST_CASE("what a target refuses is told apart from a hole", "[interconnect]")
{
    System s;
    u64 data = 0, latency = 0;
    CHECK(s.cpu.write(0x100, &data, 4, {}, 0, latency) == BusStatus::SlaveError);
    CHECK(s.cpu.read(0x0900'0020, &data, 4, {}, 0, latency) == BusStatus::SlaveError);
}

TEST_CASE("an access carries its initiator and the initiator's local time", "[interconnect]")
{
    System s;
    u32 seen = 0;
    u64 latency = 0;
    const Initiator who{.pe = 3, .vmid = 7, .secure = false, .privileged = false};
    s.cpu.read(0x0900'0010, &seen, 4, who, 123'456, latency);
    CHECK(s.device.who.pe == 3);
    CHECK(s.device.who.vmid == 7);
    CHECK_FALSE(s.device.who.privileged);
    CHECK(s.device.now_ps == 123'456);
}

TEST_CASE("memories are directly accessible, devices and holes are not", "[interconnect]")
{
    System s;
    const Bus::Page page = s.cpu.direct(0x4000'3abc, false);
    REQUIRE(page.host == s.ram.host() + 0x3000);
    CHECK(page.writable);
    CHECK(s.cpu.direct(0x4000'5000, false).host == s.ram.host() + 0x5000);

    const Bus::Page rom = s.cpu.direct(0x2000, false);
    REQUIRE(rom.host == s.rom.host() + 0x2000);
    CHECK_FALSE(rom.writable);

    CHECK(s.cpu.direct(0x0900'0000, false).host == nullptr);
    CHECK(s.cpu.direct(0x7000'0000, false).host == nullptr);
}

TEST_CASE("withdrawn direct access is asked for again", "[interconnect]")
{
    System s;
    REQUIRE(s.cpu.direct(0x4000'0000, false).host != nullptr);
    s.ram.bus->invalidate_direct_mem_ptr(0, 0xfff);
    CHECK(s.cpu.direct(0x4000'0000, false).host == s.ram.host());
}

TEST_CASE("two targets cannot have one address", "[interconnect]")
{
    Router router{"router"};
    Memory a{"a", 0x2000, Memory::Kind::Ram, 0}, b{"b", 0x1000, Memory::Kind::Ram, 0};
    router.attach(a.bus, 0x1000, 0x2000);
    CHECK_THROWS_AS(router.attach(b.bus, 0x2000, 0x1000), std::invalid_argument);
    CHECK_THROWS_AS(router.attach(b.bus, 0x0, 0x1001), std::invalid_argument);
}
