// SPDX-License-Identifier: MIT
#include "gdb/session.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <random>

using namespace sl;
using namespace sl::gdb;
using Then = Session::Then;

namespace {

/// Three PEs with four registers, the last of PE 2 only, and a page of memory at 0x1000, which is
/// at 0x8000 too in PE 1's translation.
class Toy : public Target {
public:
    unsigned pes() const override { return 3; }

    std::string describe(unsigned pe) override { return "pe" + std::to_string(pe); }

    const std::string& description() const override { return xml; }

    unsigned registers() const override { return 4; }

    unsigned general_registers() const override { return 3; }

    std::vector<u8> read_register(unsigned pe, unsigned number) override
    {
        if (number >= 4 || (number == 3 && pe != 2))
            return {};
        std::vector<u8> bytes(number == 2 ? 4 : 8);
        std::memcpy(bytes.data(), &values[pe][number], bytes.size());
        return bytes;
    }

    bool write_register(unsigned pe, unsigned number, std::span<const u8> bytes) override
    {
        if (bytes.size() != read_register(pe, number).size() || bytes.empty())
            return false;
        std::memcpy(&values[pe][number], bytes.data(), bytes.size());
        return true;
    }

    std::vector<u8> read_memory(unsigned pe, u64 address, u64 bytes, bool physical) override
    {
        if (pe == 1 && !physical)
            address -= 0x7000;
        if (address - 0x1000 >= memory.size())
            return {};
        bytes = std::min<u64>(bytes, memory.size() - (address - 0x1000));
        const auto first = memory.begin() + static_cast<std::ptrdiff_t>(address - 0x1000);
        return {first, first + static_cast<std::ptrdiff_t>(bytes)};
    }

    bool write_memory(unsigned pe, u64 address, std::span<const u8> bytes, bool physical) override
    {
        if (read_memory(pe, address, bytes.size(), physical).size() != bytes.size())
            return false;
        std::memcpy(&memory[address - 0x1000], bytes.data(), bytes.size());
        return true;
    }

    void set_points(const a64::DebugPoints& p) override { points = p; }

    std::string monitor(unsigned pe, const std::string& command) override
    {
        return describe(pe) + ":" + command;
    }

    std::string xml = "<target>" + std::string(20'000, '}') + "</target>";
    u64 values[3][4] = {{0x1122, 2, 3}, {0x3344, 5, 6}, {7, 8, 9, 10}};
    std::vector<u8> memory = std::vector<u8>(0x1000, 0xa5);
    a64::DebugPoints points;
};

} // namespace

TEST_CASE("registers and memory are those of the thread that was selected", "[gdb]")
{
    Toy toy;
    Session session{toy};
    const auto ask = [&](std::string_view packet) { return session.handle(packet).text; };
    CHECK(ask("Hg2") == "OK");
    CHECK(ask("g") == "4433000000000000050000000000000006000000");
    CHECK(ask("p0") == "4433000000000000");
    CHECK(ask("p2") == "06000000");
    CHECK(ask("p3") == std::string(16, 'x')); // another PE's
    CHECK(ask("p4") == "E02");
    CHECK(ask("P1=0807060504030201") == "OK");
    CHECK(toy.values[1][1] == 0x0102'0304'0506'0708);
    CHECK(ask("P1=08") == "E16");
    CHECK(ask("G11000000000000001200000000000000") == "OK");
    CHECK(toy.values[1][0] == 0x11);
    CHECK(ask("m8ffe,4") == "a5a5"); // up to where memory ends
    CHECK(ask("m1000,4") == "E0e");
    CHECK(ask("Qqemu.PhyMemMode:1") == "OK");
    CHECK(ask("qqemu.PhyMemMode") == "1");
    CHECK(ask("m1000,4") == "a5a5a5a5");
    CHECK(ask("M1000,2:0102") == "OK");
    CHECK(ask(std::string("X1002,2:\0\xff", 10)) == "OK");
    CHECK(ask("m1000,4") == "010200ff");
    CHECK(ask("x1000,4") == std::string("b\x01\x02\0\xff", 5));
    CHECK(ask("x1000,0") == "b");
    CHECK(ask("x2000,1") == "E0e");
    CHECK(ask("x1000") == "E16");
    CHECK(ask("M1fff,2:0102") == "E0e");
    CHECK(ask("Hg4") == "E02");
    CHECK(ask("qRcmd," + to_hex(std::string_view{"tlb"})) == to_hex(std::string_view{"pe1:tlb"}));
    CHECK(ask("qThreadExtraInfo,3") == to_hex(std::string_view{"pe2"}));
    CHECK(ask("qfThreadInfo") == "m1,2,3");
    CHECK(ask("T3") == "OK");
    CHECK(ask("T4") == "E02");
}

TEST_CASE("the description arrives in parts", "[gdb]")
{
    Toy toy;
    Session session{toy};
    std::string all;
    for (std::string part = "m"; part[0] == 'm';) {
        char packet[64];
        std::snprintf(packet, sizeof packet, "qXfer:features:read:target.xml:%zx,ffb", all.size());
        part = session.handle(packet).text;
        REQUIRE(part.size() > 1);
        all += part.substr(1);
    }
    CHECK(all == toy.xml);
    CHECK(session.handle("qXfer:features:read:other.xml:0,10").text == "E02");
    CHECK(session.handle("qXfer:features:read:target.xml:fffff,10").text == "E16");
}

TEST_CASE("points of both kinds are kept apart", "[gdb]")
{
    Toy toy;
    Session session{toy};
    const auto ask = [&](std::string_view packet) { return session.handle(packet).text; };
    ask("qSupported:swbreak+;hwbreak+");
    CHECK(ask("Z0,400,4") == "OK");
    CHECK(ask("Z1,400,4") == "OK");
    CHECK(ask("Z1,500,4") == "OK");
    CHECK(ask("z0,400,4") == "OK");
    CHECK(toy.points.breakpoints == std::vector<u64>{0x400, 0x500});
    CHECK(session.stopped({.why = Stop::Why::Breakpoint, .pe = 1, .pc = 0x500}) ==
          "T05thread:2;hwbreak:;");
    ask("Z0,600,4");
    CHECK(session.stopped({.why = Stop::Why::Breakpoint, .pe = 1, .pc = 0x600}) ==
          "T05thread:2;swbreak:;");
    CHECK(ask("Z2,1000,8") == "OK");
    CHECK(ask("Z3,2000,4") == "OK");
    CHECK(ask("Z4,3000,1") == "OK");
    CHECK(toy.points.watches == std::vector<a64::DebugPoints::Watch>{{0x1000, 8, false, true},
                                                                     {0x2000, 4, true, false},
                                                                     {0x3000, 1, true, true}});
    CHECK(session.stopped({.why = Stop::Why::Watchpoint, .watch = toy.points.watches[0]}) ==
          "T05thread:1;watch:1000;");
    CHECK(session.stopped({.why = Stop::Why::Watchpoint, .watch = toy.points.watches[1]}) ==
          "T05thread:1;rwatch:2000;");
    CHECK(session.stopped({.why = Stop::Why::Watchpoint, .watch = toy.points.watches[2]}) ==
          "T05thread:1;awatch:3000;");
    CHECK(ask("?") == "T05thread:1;awatch:3000;");
    CHECK(ask("z3,2000,4") == "OK");
    CHECK(toy.points.watches.size() == 2);
    CHECK(ask("Z2,1000,0") == "E16");
    CHECK(ask("Z5,1000,4").empty());
}

TEST_CASE("each PE does what the debugger wants of it", "[gdb]")
{
    Toy toy;
    Session session{toy};
    using enum Action;
    const auto resume = [&](std::string_view packet) {
        const Session::Reply reply = session.handle(packet);
        CHECK(reply.then == Then::Resume);
        CHECK(reply.silent);
        return session.actions();
    };
    CHECK(session.handle("vCont?").text == "vCont;c;C;s;S");
    CHECK(resume("vCont;c") == std::vector{Continue, Continue, Continue});
    CHECK(resume("vCont;s:2") == std::vector{Hold, Step, Hold});
    CHECK(resume("vCont;s:2;c") == std::vector{Continue, Step, Continue});
    CHECK(resume("vCont;C05:3;s:1") == std::vector{Step, Hold, Continue});
    CHECK(resume("vCont;s:-1") == std::vector{Step, Step, Step});
    CHECK(session.handle("Hc3").text == "OK");
    CHECK(resume("c") == std::vector{Hold, Hold, Continue});
    CHECK(session.handle("Hc-1").text == "OK");
    session.stopped({.why = Stop::Why::Step, .pe = 1});
    CHECK(resume("s") == std::vector{Continue, Step, Continue});
    for (const char* bad : {"vCont;", "vCont;x", "vCont;c:9", "vCont;c:1;s:", "vCont;t"})
        CHECK(session.handle(bad).text == "E16");
    CHECK(session.handle("D").then == Then::Detach);
    CHECK(session.handle("k").then == Then::Kill);
    CHECK(session.handle("vKill;1").then == Then::Kill);
}

TEST_CASE("no packet does harm", "[gdb]")
{
    Toy toy;
    Session session{toy};
    const std::vector<std::string> stems{"",
                                         "m",
                                         "x",
                                         "M",
                                         "X",
                                         "g",
                                         "G",
                                         "p",
                                         "P",
                                         "H",
                                         "Hg",
                                         "Hc",
                                         "T",
                                         "Z",
                                         "Z0",
                                         "Z2,",
                                         "z1,1",
                                         "q",
                                         "qRcmd,",
                                         "qXfer:features:read:",
                                         "vCont;",
                                         "vCont",
                                         "Q",
                                         "Qqemu.PhyMemMode:",
                                         "qThreadExtraInfo,",
                                         "?",
                                         "vFile:open:",
                                         "!"};
    const std::string letters = "0123456789abcdef,:;=-xsct\xff*#";
    std::mt19937 random{7};
    std::uniform_int_distribution<std::size_t> letter{0, letters.size() - 1}, length{0, 20};
    for (int round = 0; round < 200; ++round)
        for (const std::string& stem : stems) {
            std::string packet = stem;
            for (std::size_t n = length(random); n > 0; --n)
                packet += letters[letter(random)];
            const Session::Reply reply = session.handle(packet);
            CHECK(reply.text.size() <= max_packet);
        }
    session.handle("Qqemu.PhyMemMode:0");
    CHECK(session.handle("Hg1").text == "OK");
    CHECK(session.handle("m1000,1").text.size() == 2);
}
