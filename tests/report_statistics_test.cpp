// SPDX-License-Identifier: MIT
#include "report/statistics.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::report;
using Signal = Observer::Signal;

TEST_CASE("statistics keep the order in which they are told", "[report][statistics]")
{
    Statistics s;
    s.branch("zebra").set("cycles", 5);
    s.set("alpha", "text");
    s.branch("zebra").branch("b").set("a", 1);
    CHECK(s.json() == "{\n"
                      "  \"zebra\": {\n"
                      "    \"cycles\": 5,\n"
                      "    \"b\": {\n"
                      "      \"a\": 1\n"
                      "    }\n"
                      "  },\n"
                      "  \"alpha\": \"text\"\n"
                      "}\n");
    CHECK(s.number({"zebra", "b", "a"}) == 1);
    CHECK_FALSE(s.number({"zebra", "b"}));
    CHECK_FALSE(s.number({"alpha"}));
    CHECK_FALSE(s.number({"zebra", "cycles", "more"}));
}

TEST_CASE("64-bit counts survive in JSON digit by digit", "[report][statistics]")
{
    Statistics s;
    s.set("cycles", ~u64{0});
    CHECK(s.json() == "{\n  \"cycles\": 18446744073709551615\n}\n");
}

TEST_CASE("events are counted by class and EL, states by their cycles", "[report][statistics]")
{
    EventCounter counter{2};
    counter.signal(0, 0, Signal::El, 2);
    counter.signal(0, 100, Signal::El, 1);
    counter.exception(0, 150, 1, 2, 0, u64{0x16} << 26, 0); // HVC
    counter.signal(0, 150, Signal::El, 2);
    counter.exception(0, 160, 2, 2, 1, ~u64{0}, 0); // IRQ: the syndrome means nothing
    counter.exception(0, 170, 0, 2, 0, u64{0x16} << 26 | 0x5, 0);
    counter.signal(0, 180, Signal::Irq, 1);
    counter.signal(0, 181, Signal::Irq, 1); // told again, not raised again
    counter.signal(0, 182, Signal::Irq, 0);
    counter.signal(0, 183, Signal::Irq, 1);
    counter.signal(0, 200, Signal::Halted, 1);
    counter.signal(0, 260, Signal::Halted, 0);
    counter.guest_error(0, 270, 1, 0x80, "no such register", 7);
    counter.mark(0, 280, 1, nullptr);
    counter.finish(0, 300);
    counter.finish(1, 50);

    Statistics s;
    counter.add_to(0, s.branch("pe0"));
    counter.add_to(1, s.branch("pe1"));
    CHECK(s.number({"pe0", "cycles by state", "at EL1"}) == 50);
    CHECK(s.number({"pe0", "cycles by state", "at EL2"}) == 250);
    CHECK(s.number({"pe0", "cycles by state", "in WFI or WFE"}) == 60);
    CHECK(s.number({"pe0", "exceptions", "to EL2", "HVC"}) == 2);
    CHECK(s.number({"pe0", "exceptions", "to EL2", "IRQ"}) == 1);
    CHECK(s.number({"pe0", "interrupt lines raised", "IRQ"}) == 2);
    CHECK(s.number({"pe0", "interrupt lines raised", "FIQ"}) == 0);
    CHECK(s.number({"pe0", "marks passed"}) == 1);
    CHECK(s.number({"pe0", "guest errors", "no such register"}) == 1);
    // Nothing was told of this PE, so nothing is claimed of its EL.
    CHECK(s.number({"pe1", "cycles by state", "at EL0"}) == 0);
    CHECK(s.number({"pe1", "cycles by state", "at EL1"}) == 0);
}
