// SPDX-License-Identifier: MIT
#include "gdb/packet.h"

#include <catch2/catch.hpp>

#include <random>
#include <vector>

using namespace sl;
using namespace sl::gdb;
using Kind = PacketReader::Kind;

namespace {

/// What a reader makes of a stream of bytes.
struct Heard {
    std::vector<Kind> kinds;
    std::vector<std::string> packets;
};

Heard hear(std::string_view bytes)
{
    Heard heard;
    PacketReader reader;
    for (const char c : bytes)
        if (const auto kind = reader.take(static_cast<u8>(c))) {
            heard.kinds.push_back(*kind);
            if (*kind == Kind::Packet)
                heard.packets.push_back(reader.payload());
        }
    return heard;
}

} // namespace

TEST_CASE("a packet is framed and found again", "[gdb]")
{
    // Framing of the manual's: the sum of the bytes between $ and #, modulo 256.
    CHECK(framed("OK") == "$OK#9a");
    CHECK(framed("") == "$#00");
    CHECK(framed("a#b") == "$a}\x03"
                           "b#43");
    std::string all;
    for (unsigned c = 0; c < 256; ++c)
        all.push_back(static_cast<char>(c));
    CHECK(hear(framed(all)).packets == std::vector{all});
    CHECK(hear("+$g#67+").packets == std::vector<std::string>{"g"});
}

TEST_CASE("bad packets are refused, and the next is found", "[gdb]")
{
    const auto [bytes, kinds] = GENERATE(table<std::string, std::vector<Kind>>(
        {{"$g#00", {Kind::Corrupt}},
         {"$g#6", {}},
         {"$g#zz", {Kind::Corrupt}},
         {"$g#6x", {Kind::Corrupt}},
         {"noise", {}},
         {"#67", {}},
         {"$half", {}},
         {"$a}#", {}}, // '#' is escaped: the packet goes on
         {"-", {Kind::Again}},
         {"\x03", {Kind::Interrupt}},
         {"$" + std::string(max_packet + 1, 'a') + "#00", {Kind::Corrupt}}}));
    INFO(bytes.substr(0, 20));
    CHECK(hear(bytes).kinds == kinds);
    // Whatever was before: a packet that was not finished spoils at most the one after it.
    const Heard heard = hear(bytes + "$?#3f" + "$?#3f");
    REQUIRE(!heard.packets.empty());
    CHECK(heard.packets.back() == "?");
}

TEST_CASE("any bytes at all leave a reader that works", "[gdb]")
{
    std::mt19937 random{5};
    std::uniform_int_distribution<int> any{0, 255}, likely{0, 6};
    const std::string frequent = "$#}+-\x03*";
    for (int round = 0; round < 300; ++round) {
        std::string bytes;
        for (int i = 0; i < 200; ++i)
            bytes.push_back(any(random) < 100 ? frequent[static_cast<std::size_t>(likely(random))]
                                              : static_cast<char>(any(random)));
        const Heard heard = hear(bytes + "$?#3f" + "$?#3f" + "$?#3f");
        REQUIRE(!heard.packets.empty());
        CHECK(heard.packets.back() == "?");
    }
}

TEST_CASE("numbers are read as far as they are numbers", "[gdb]")
{
    CHECK(Cursor{"1f,"}.number() == 0x1f);
    CHECK(Cursor{"FFFFFFFFFFFFFFFF"}.number() == ~u64{0});
    CHECK(!Cursor{"10000000000000000"}.number());
    CHECK(!Cursor{""}.number());
    CHECK(!Cursor{"g"}.number());
    CHECK(from_hex("00fF") == std::string("\0\xff", 2));
    CHECK(!from_hex("0"));
    CHECK(!from_hex("0g"));
    CHECK(little_endian(0x1234, 4) == "34120000");
}
