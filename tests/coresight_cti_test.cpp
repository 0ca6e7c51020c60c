// SPDX-License-Identifier: MIT
#include "coresight/cti.h"

#include "coresight_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;

namespace {

struct Event {
    unsigned n;
    bool level;
    u64 at_ps;

    bool operator==(const Event&) const = default;
};

struct Bench {
    explicit Bench(u32 acknowledged = 0)
        : cti{acknowledged}
    {
        cti.on_output([this](unsigned n, bool level, u64 now) {
            events.push_back({n, level, now});
        });
    }

    Cti cti;
    Registers r{cti};
    std::vector<Event> events;
};

constexpr u32 in_enable(unsigned n)
{
    return Cti::CTIINEN + 4 * n;
}

constexpr u32 out_enable(unsigned n)
{
    return Cti::CTIOUTEN + 4 * n;
}

} // namespace

TEST_CASE("a CTI tells what it is and begins with all closed", "[coresight][cti]")
{
    Bench b;
    CHECK(b.r.read(Component::DEVID) == 0x4'0800);
    CHECK(b.r.read(Cti::CTICONTROL) == 0);
    CHECK(b.r.read(Cti::CTIGATE) == 0xf);
    for (unsigned n = 0; n < Cti::triggers; ++n) {
        CHECK(b.r.read(in_enable(n)) == 0);
        CHECK(b.r.read(out_enable(n)) == 0);
        b.r.write(in_enable(n), 0xffff'ffff);
        CHECK(b.r.read(in_enable(n)) == 0xf);
    }
    b.cti.trigger_in(3, true, 0);
    CHECK(b.r.read(Cti::CTITRIGINSTATUS) == 8);
    CHECK(b.r.read(Cti::CTICHOUTSTATUS) == 0); // not enabled
    b.r.write(Cti::CTICONTROL, 1);
    CHECK(b.r.read(Cti::CTICHOUTSTATUS) == 0xf);
    CHECK(b.r.read(Cti::CTIINTACK) == 0);
    CHECK(b.r.read(Cti::CTIAPPCLEAR) == 0);
    CHECK(b.r.read(Cti::CTIAPPPULSE) == 0);
}

TEST_CASE("trigger inputs reach trigger outputs through channels", "[coresight][cti]")
{
    Bench b;
    b.r.write(in_enable(2), 0x2);
    b.r.write(out_enable(5), 0x2);
    b.r.write(out_enable(6), 0x1);
    b.cti.trigger_pulse(2, 10);
    CHECK(b.events.empty());
    b.r.write(Cti::CTICONTROL, 1);
    b.cti.trigger_in(2, true, 20);
    CHECK(b.r.read(Cti::CTITRIGOUTSTATUS) == 0x20);
    b.cti.trigger_in(2, false, 30);
    CHECK(b.events == std::vector<Event>{{5, true, 20}, {5, false, 30}});
    CHECK(b.cti.output(5) == false);
}

TEST_CASE("software makes channel events", "[coresight][cti]")
{
    Bench b;
    b.r.write(Cti::CTICONTROL, 1);
    b.r.write(out_enable(0), 0x8);
    b.r.now = 7;
    b.r.write(Cti::CTIAPPSET, 0x8);
    CHECK(b.r.read(Cti::CTIAPPSET) == 0x8);
    CHECK(b.cti.output(0));
    b.r.write(Cti::CTIAPPCLEAR, 0x7);
    CHECK(b.cti.output(0));
    b.r.write(Cti::CTIAPPCLEAR, 0x8);
    CHECK(!b.cti.output(0));
    b.r.now = 9;
    b.r.write(Cti::CTIAPPPULSE, 0x8);
    CHECK(b.events == std::vector<Event>{{0, true, 7}, {0, false, 7}, {0, true, 9}, {0, false, 9}});
}

TEST_CASE("an output without hardware acknowledge stays until CTIINTACK", "[coresight][cti]")
{
    Bench b{0x1};
    b.r.write(Cti::CTICONTROL, 1);
    b.r.write(out_enable(0), 0x1);
    b.r.write(Cti::CTIAPPPULSE, 0x1);
    CHECK(b.cti.output(0));
    b.r.write(Cti::CTIINTACK, 0x2);
    CHECK(b.cti.output(0));
    b.r.write(Cti::CTIINTACK, 0x1);
    CHECK(!b.cti.output(0));
    // A channel that stays active does not raise it again.
    b.r.write(Cti::CTIAPPSET, 0x1);
    CHECK(b.cti.output(0));
    b.r.write(Cti::CTIINTACK, 0x1);
    CHECK(!b.cti.output(0));
    b.r.write(Cti::CTIAPPCLEAR, 0x1);
    b.r.write(Cti::CTIAPPSET, 0x1);
    CHECK(b.cti.output(0));
    b.r.write(Cti::CTICONTROL, 0);
    CHECK(!b.cti.output(0));
}

TEST_CASE("the gate keeps channels inside", "[coresight][cti]")
{
    Ctm ctm;
    Bench a, b, c;
    ctm.add(a.cti, 1'000);
    ctm.add(b.cti, 1'000);
    ctm.add(c.cti, 2'000);
    for (Bench* x : {&a, &b, &c}) {
        x->r.write(Cti::CTICONTROL, 1);
        x->r.write(out_enable(1), 0x4);
    }
    a.r.write(Cti::CTIGATE, 0xb);
    a.r.write(Cti::CTIAPPPULSE, 0x4);
    CHECK(a.events.size() == 2);
    CHECK(b.events.empty());
    a.r.write(Cti::CTIGATE, 0xf);
    a.r.now = 500;
    a.r.write(Cti::CTIAPPSET, 0x4);
    CHECK(b.events == std::vector<Event>{{1, true, 1'500}});
    CHECK(c.events == b.events);
    CHECK(b.r.read(Cti::CTICHINSTATUS) == 0x4);
    CHECK(b.r.read(Cti::CTICHOUTSTATUS) == 0); // what comes in does not go out again
    // A second holder keeps the channel.
    c.r.now = 600;
    c.r.write(Cti::CTIAPPSET, 0x4);
    a.r.now = 700;
    a.r.write(Cti::CTIAPPCLEAR, 0x4);
    CHECK(b.cti.output(1));
    CHECK(a.cti.output(1));
    c.r.now = 800;
    c.r.write(Cti::CTIAPPCLEAR, 0x4);
    CHECK(b.events.back() == Event{1, false, 2'800});
    CHECK(!a.cti.output(1));
}

TEST_CASE("a trigger in one place stops a trace sink in another", "[coresight][cti][linux]")
{
    // cti_write_all_hw_regs of the Linux driver: everything, then CTICONTROL.
    Ctm ctm;
    Bench pe, system{0};
    ctm.add(pe.cti);
    ctm.add(system.cti);
    for (Bench* x : {&pe, &system}) {
        x->r.write(Component::LAR, Component::unlock_key);
        x->r.write(Cti::CTICONTROL, 0);
        for (unsigned n = 0; n < Cti::triggers; ++n) {
            x->r.write(in_enable(n), x == &pe && n == 4 ? 1 : 0);
            x->r.write(out_enable(n), x == &system && n == 1 ? 1 : 0);
        }
        x->r.write(Cti::CTIGATE, 0xf);
        x->r.write(Cti::ASICCTL, 0);
        x->r.write(Cti::CTIAPPSET, 0);
        x->r.write(Cti::CTICONTROL, 1);
        x->r.write(Component::LAR, 0);
    }
    pe.cti.trigger_pulse(4, 42);
    CHECK(system.events == std::vector<Event>{{1, true, 42}, {1, false, 42}});
}

TEST_CASE("integration mode takes the CTI's inputs and outputs apart", "[coresight][cti]")
{
    Bench b;
    b.r.write(Cti::CTICONTROL, 1);
    b.r.write(in_enable(0), 1);
    b.r.write(out_enable(0), 1);
    b.cti.trigger_in(0, true, 0);
    CHECK(b.r.read(Cti::ITTRIGIN) == 0);
    b.r.write(Component::ITCTRL, 1);
    CHECK(b.r.read(Cti::ITTRIGIN) == 1);
    CHECK(!b.cti.output(0));
    b.r.write(Cti::ITTRIGOUT, 0x80);
    CHECK(b.cti.output(7));
    b.r.write(Cti::ITCHOUT, 0x2);
    CHECK(b.r.read(Cti::CTICHOUTSTATUS) == 0x2);
    b.r.write(Component::ITCTRL, 0);
    CHECK(!b.cti.output(7));
    CHECK(b.cti.output(0));
}
