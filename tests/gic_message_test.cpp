// SPDX-License-Identifier: MIT
#include "gic_bench.h"

#include <vector>

using namespace sl;
using namespace sl::gic;

namespace {

/// A GIC whose messages wait until the test delivers them.
struct Timed : Bench {
    Timed()
    {
        bring_up();
        for (unsigned pe : {0u, 1u})
            set_sgi(pe, Redistributor::ISENABLER, 0xffff);
        gic.on_message([this](const Message& m) { sent.push_back(m); });
    }

    std::vector<Message> sent;
};

} // namespace

TEST_CASE("an SGI for another PE travels as a message with its sender's time", "[gic][message]")
{
    Timed b;
    b.now = 12'345;
    b.write(0, Reg::ICC_SGI1R_EL1, 9u << 24 | 0b10);
    REQUIRE(b.sent.size() == 1);
    CHECK(b.sent[0].to == 1);
    CHECK(b.sent[0].from == 0);
    CHECK(b.sent[0].intid == 9);
    CHECK(b.sent[0].sent_ps == 12'345);
    CHECK_FALSE(b.irq(1));
    CHECK(b.sgi(1, Redistributor::ISPENDR) == 0);
    b.gic.deliver(b.sent[0], 20'000);
    CHECK(b.irq(1));
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 9);
}

TEST_CASE("an SGI to oneself needs no message", "[gic][message]")
{
    Timed b;
    b.write(0, Reg::ICC_SGI1R_EL1, 9u << 24 | 0b01);
    CHECK(b.sent.empty());
    CHECK(b.irq(0));
}

TEST_CASE("a shared interrupt is announced to the PE that it can be delivered to", "[gic][message]")
{
    Timed b;
    b.arm_spi(40, 0x80, false, 1);
    b.gic.set_spi(40, true, 777);
    REQUIRE(b.sent.size() == 1);
    CHECK(b.sent[0].to == 1);
    CHECK(b.sent[0].from == 0x100 + 40);
    CHECK(b.sent[0].intid == 40);
    CHECK(b.sent[0].sent_ps == 777);
    CHECK(b.pending(40)); // in the Distributor at once
    CHECK_FALSE(b.irq(1));
    b.gic.deliver(b.sent[0], 1'000);
    CHECK(b.irq(1));
    // The next one is announced anew.
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 40);
    b.gic.set_spi(40, false, 2'000);
    b.write(1, Reg::ICC_EOIR1_EL1, 40);
    b.gic.set_spi(40, true, 3'000);
    CHECK(b.sent.size() == 2);
}

TEST_CASE("what a PE does itself takes effect at once, and only for it", "[gic][message]")
{
    Timed b;
    b.arm_spi(40, 0x80, true, 0);
    b.arm_spi(41, 0x80, true, 1);
    b.pend_spi(40); // by PE 0
    CHECK(b.irq(0));
    CHECK(b.sent.empty());
    b.pend_spi(41);
    REQUIRE(b.sent.size() == 1);
    CHECK(b.sent[0].to == 1);
    CHECK(b.sent[0].from == 0);
    // PE 1 acts on its own meanwhile: it must not see what has not reached it.
    b.write(1, Reg::ICC_PMR_EL1, 0xf0);
    b.write(1, Reg::ICC_IGRPEN1_EL1, 0);
    b.write(1, Reg::ICC_IGRPEN1_EL1, 1);
    CHECK_FALSE(b.irq(1));
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 1023);
    b.gic.deliver(b.sent[0], b.now);
    CHECK(b.irq(1));
}

TEST_CASE("an interrupt that is gone when its message arrives is not signalled", "[gic][message]")
{
    Timed b;
    b.arm_spi(41, 0x80, false, 1);
    b.gic.set_spi(41, true, 100);
    b.gic.set_spi(41, false, 200);
    REQUIRE(b.sent.size() == 1);
    b.gic.deliver(b.sent[0], 300);
    CHECK_FALSE(b.irq(1));
    // And the message of an earlier life does not hurt a later one.
    b.gic.set_spi(41, true, 400);
    REQUIRE(b.sent.size() == 2);
    CHECK_FALSE(b.irq(1));
    b.gic.deliver(b.sent[1], 500);
    CHECK(b.irq(1));
}

TEST_CASE("a level that stays high comes back at once after the PE's own EOI", "[gic][message]")
{
    Timed b;
    b.arm_spi(41, 0x80, false, 1);
    b.gic.set_spi(41, true, 100);
    b.gic.deliver(b.sent.at(0), 200);
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 41);
    b.write(1, Reg::ICC_EOIR1_EL1, 41);
    CHECK(b.irq(1));
    CHECK(b.sent.size() == 1);
}

TEST_CASE("withdrawing an interrupt needs no message", "[gic][message]")
{
    Timed b;
    b.arm_spi(41, 0x80, false, 1);
    b.gic.set_spi(41, true, 100);
    b.gic.deliver(b.sent.at(0), 200);
    b.set_gicd(Distributor::ICENABLER + 4, 1u << 9); // by PE 0
    CHECK_FALSE(b.irq(1));
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 1023);
}

TEST_CASE("enabling a group tells every PE that has something waiting", "[gic][message]")
{
    Timed b;
    b.set_gicd(Distributor::CTLR, 0);
    b.arm_spi(40, 0x80, false, 0);
    b.arm_spi(41, 0x80, false, 1);
    b.arm_private(1, 27, 0x40);
    b.gic.set_spi(40, true, b.now);
    b.gic.set_spi(41, true, b.now);
    b.gic.set_ppi(1, 27, true, b.now);
    CHECK(b.sent.empty());
    b.set_gicd(Distributor::CTLR, 0x2);
    CHECK(b.irq(0));
    REQUIRE(b.sent.size() == 2);
    for (const Message& m : b.sent) {
        CHECK(m.to == 1);
        b.gic.deliver(m, b.now);
    }
    CHECK(b.read(1, Reg::ICC_IAR1_EL1) == 27);
}
