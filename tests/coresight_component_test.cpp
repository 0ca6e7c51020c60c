// SPDX-License-Identifier: MIT
#include "coresight/byte_sink.h"
#include "coresight/cti.h"
#include "coresight/funnel.h"
#include "coresight/replicator.h"
#include "coresight/stm.h"
#include "coresight/tmc.h"
#include "coresight/tpiu.h"
#include "coresight_bench.h"
#include "coresight_memory.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;

namespace {

struct NoSink : ByteSink {
    void put(std::span<const u8>, u64) override {}
};

struct All {
    NoSink sink;
    TestMemory memory;
    Funnel funnel{{.ports = 8, .hz = 1'000'000'000}};
    Replicator replicator;
    Tmc etb{{.type = Tmc::Type::Etb, .ram_bytes = 4096, .hz = 1'000'000'000}};
    Tmc etf{{.type = Tmc::Type::Etf, .ram_bytes = 4096, .hz = 1'000'000'000}};
    Tmc etr{{.type = Tmc::Type::Etr, .hz = 1'000'000'000}, memory, nullptr};
    Tpiu tpiu{{.hz = 1'000'000'000}, sink};
    Cti cti;
    Stm stm{{.timestamp = [](u64 ps) { return ps; }}};

    std::vector<Component*> components()
    {
        return {&funnel, &replicator, &etb, &etf, &etr, &tpiu, &cti, &stm};
    }
};

/// Bytes of PIDR0 to PIDR3 or CIDR0 to CIDR3, as drivers/amba/bus.c puts them together.
u32 amba_id(Registers& r, u32 offset)
{
    u32 id = 0;
    for (u32 n = 0; n < 4; ++n)
        id |= static_cast<u32>(r.read(offset + 4 * n) & 0xff) << 8 * n;
    return id;
}

} // namespace

TEST_CASE("the AMBA bus of Linux finds each component by its identification", "[coresight][id]")
{
    All all;

    // periphid (mask 0xfffff) of the drivers' ID tables, DEVTYPE of the CoreSight architecture.
    const struct {
        Component* component;
        u32 periphid, devtype, devid, devarch;
    } expected[] = {
        {&all.funnel, 0xbb908, 0x12, 0x38, 0},  {&all.replicator, 0xbb909, 0x22, 0x02, 0},
        {&all.etb, 0xbb961, 0x21, 0x300, 0},    {&all.etf, 0xbb961, 0x32, 0x380, 0},
        {&all.etr, 0xbb961, 0x21, 0x1340, 0},   {&all.tpiu, 0xbb912, 0x11, 0xa0, 0},
        {&all.cti, 0xbb906, 0x14, 0x4'0800, 0}, {&all.stm, 0xbb963, 0x63, 0x1'0000, 0x4771'0a63},
    };

    for (const auto& e : expected) {
        Registers r{*e.component, false};
        CHECK(amba_id(r, Component::CIDR0) == 0xb105'900d);
        CHECK((amba_id(r, Component::PIDR0) & 0xf'ffff) == e.periphid);
        CHECK(r.read(Component::PIDR4) == 4);
        CHECK(r.read(Component::DEVTYPE) == e.devtype);
        CHECK(r.read(Component::DEVID) == e.devid);
        CHECK(r.read(Component::DEVARCH) == e.devarch);
    }
}

TEST_CASE("an ETR allows Non-secure access, and says whether Secure access is allowed",
          "[coresight][id]")
{
    TestMemory memory;
    Tmc locked_out{{.type = Tmc::Type::Etr, .hz = 1}, memory, nullptr};
    Tmc allowed{{.type = Tmc::Type::Etr, .hz = 1, .secure = true}, memory, nullptr};
    // coresight-tmc-core.c refuses an ETR unless NSID is 0b11.
    CHECK(Registers{locked_out}.read(Component::AUTHSTATUS) == 0x23);
    CHECK(Registers{allowed}.read(Component::AUTHSTATUS) == 0x33);
    Tmc flat{{.type = Tmc::Type::Etr, .hz = 1, .scatter_gather = false}, memory, nullptr};
    CHECK(Tmc::Devid::NOSCAT::get(Registers{flat}.read(Component::DEVID)) == 1);
}

TEST_CASE("the Software Lock keeps every write out but its own, and LSR tells", "[coresight][lock]")
{
    All all;
    for (Component* c : all.components()) {
        Registers r{*c, false};
        CHECK(r.read(Component::LSR) == 3);
        r.write(Component::CLAIMSET, 2);
        CHECK(r.read(Component::CLAIMCLR) == 0);
        r.write(Component::LAR, 0xc5ac'ce54);
        CHECK(r.read(Component::LSR) == 3);
        r.write(Component::LAR, 0xc5ac'ce55);
        CHECK(r.read(Component::LSR) == 1);
        r.write(Component::CLAIMSET, 2);
        CHECK(r.read(Component::CLAIMCLR) == 2);
        r.write(Component::LAR, 0);
        CHECK(r.read(Component::LSR) == 3);
        r.write(Component::CLAIMCLR, 2);
        CHECK(r.read(Component::CLAIMCLR) == 2);
        CHECK(r.read(Component::LAR) == 0);
        c->reset();
        CHECK(r.read(Component::CLAIMCLR) == 0);
        CHECK(r.read(Component::LSR) == 3);
    }
}

TEST_CASE("claim tags are claimed as coresight_claim_device does", "[coresight][claim]")
{
    All all;
    for (Component* c : all.components()) {
        Registers r{*c};
        CHECK(r.read(Component::CLAIMSET) == 0xf); // four tags
        CHECK((r.read(Component::CLAIMCLR) & 3) == 0);
        r.write(Component::CLAIMSET, 2);
        CHECK((r.read(Component::CLAIMCLR) & 3) == 2);
        r.write(Component::CLAIMSET, 1);
        CHECK(r.read(Component::CLAIMCLR) == 3);
        r.write(Component::CLAIMCLR, 2);
        CHECK(r.read(Component::CLAIMCLR) == 1);
        r.write(Component::CLAIMSET, 0xffff'fff0);
        CHECK(r.read(Component::CLAIMCLR) == 1);
    }
}

TEST_CASE("identification registers cannot be written", "[coresight][id]")
{
    All all;
    for (Component* c : all.components()) {
        Registers r{*c};
        for (u32 offset = Component::AUTHSTATUS; offset < 0x1000; offset += 4) {
            const u64 before = r.read(offset);
            r.write(offset, ~before);
            CHECK(r.read(offset) == before);
        }
    }
}
