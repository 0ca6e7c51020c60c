// SPDX-License-Identifier: MIT
#include "uart/pl011.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace sl;
using uart::Pl011;

namespace {

/// Drives a PL011 over its socket, without elaborating a simulation.
struct Bench {
    Bench()
    {
        dut.on_transmit([this](u8 c) { sent += static_cast<char>(c); });
        dut.on_interrupt([this](bool level, u64 at_ps) { edges.push_back({level, at_ps}); });
    }

    u64 access(tlm::tlm_command command, u32 offset, u64 word, unsigned bytes)
    {
        tlm::tlm_generic_payload tx;
        tx.set_command(command);
        tx.set_address(offset);
        tx.set_data_ptr(reinterpret_cast<u8*>(&word));
        tx.set_data_length(bytes);
        tx.set_streaming_width(bytes);
        sc_core::sc_time delay = from_ps(now_ps);
        dut.bus.get_base_export()->b_transport(tx, delay);
        CHECK(tx.is_response_ok());
        return word;
    }

    u64 read(u32 offset, unsigned bytes = 4)
    {
        return access(tlm::TLM_READ_COMMAND, offset, 0, bytes);
    }

    void write(u32 offset, u64 word, unsigned bytes = 4)
    {
        access(tlm::TLM_WRITE_COMMAND, offset, word, bytes);
    }

    /// 8 bits, with or without FIFOs, both directions on.
    void enable(bool fifos, u64 more = 0)
    {
        write(Pl011::LCR_H, Pl011::LcrH::WLEN::make(3) | Pl011::LcrH::FEN::make(fifos));
        write(Pl011::CR, 0x301 | more);
    }

    void receive(const std::string& text)
    {
        for (const char c : text)
            dut.receive(static_cast<u8>(c), now_ps);
    }

    struct Edge {
        bool level;
        u64 now_ps;
    };

    Pl011 dut{"uart", 10'000};
    std::string sent;
    std::vector<Edge> edges;
    u64 now_ps = 0;
};

} // namespace

TEST_CASE("a PL011 comes out of reset as its manual says", "[uart]")
{
    Bench b;
    CHECK(b.read(Pl011::FR) == 0x90);
    CHECK(b.read(Pl011::CR) == 0x300);
    CHECK(b.read(Pl011::IFLS) == 0x12);
    for (const u32 zero : {Pl011::DR, Pl011::RSR, Pl011::ILPR, Pl011::IBRD, Pl011::FBRD,
                           Pl011::LCR_H, Pl011::IMSC, Pl011::RIS, Pl011::MIS, Pl011::DMACR})
        CHECK(b.read(zero) == 0);
}

TEST_CASE("a PL011 identifies itself as r1p5 of Arm's part 0x011", "[uart]")
{
    Bench b;
    const std::vector<u64> ids{0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    for (u32 n = 0; n < 8; ++n) {
        b.write(Pl011::PeriphID + 4 * n, 0xff);
        CHECK(b.read(Pl011::PeriphID + 4 * n) == ids[n]);
    }
}

TEST_CASE("configuration registers keep their implemented bits", "[uart]")
{
    Bench b;
    const std::vector<std::pair<u32, u64>> masks{
        {Pl011::ILPR, 0xff}, {Pl011::IBRD, 0xffff}, {Pl011::FBRD, 0x3f},  {Pl011::LCR_H, 0xff},
        {Pl011::CR, 0xff87}, {Pl011::IFLS, 0x3f},   {Pl011::IMSC, 0x7ff}, {Pl011::DMACR, 0x7}};
    for (const auto& [offset, mask] : masks) {
        b.write(offset, 0xffff'ffff);
        CHECK(b.read(offset) == mask);
        b.write(offset, 0);
        CHECK(b.read(offset) == 0);
    }
}

TEST_CASE("characters written to DR leave at once when the transmitter is enabled", "[uart]")
{
    Bench b;
    b.enable(true);
    b.write(Pl011::DR, 'a');
    b.write(Pl011::DR, 'b', 1);
    b.write(Pl011::DR, 'c', 2);
    CHECK(b.sent == "abc");
    CHECK(b.read(Pl011::FR) == 0x90);
}

TEST_CASE("a disabled transmitter keeps characters until it is enabled", "[uart]")
{
    Bench b;
    b.write(Pl011::LCR_H, 0x70);
    for (char c = 'A'; c < 'A' + 33; ++c) // one more than there is room for
        b.write(Pl011::DR, static_cast<u64>(c));
    CHECK(b.sent.empty());
    CHECK(b.read(Pl011::FR) ==
          (Pl011::Fr::RXFE::mask | Pl011::Fr::TXFF::mask | Pl011::Fr::BUSY::mask));
    b.write(Pl011::CR, 0x301);
    CHECK(b.sent == "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`");
    CHECK(b.read(Pl011::FR) == 0x90);
}

TEST_CASE("the word length cuts characters", "[uart]")
{
    Bench b;
    b.write(Pl011::LCR_H, Pl011::LcrH::WLEN::make(2)); // 7 bits
    b.write(Pl011::CR, 0x301);
    b.write(Pl011::DR, 0x80 | 'x');
    CHECK(b.sent == "x");
}

TEST_CASE("the transmit interrupt follows a character out, not the idle state", "[uart]")
{
    Bench b;
    b.enable(true);
    b.write(Pl011::IMSC, Pl011::Int::TX::mask);
    CHECK(b.edges.empty());
    b.now_ps = 5'000;
    b.write(Pl011::DR, 'a');
    REQUIRE(b.edges.size() == 1);
    CHECK(b.edges[0].level);
    CHECK(b.edges[0].now_ps == 5'000);
    CHECK(b.read(Pl011::MIS) == Pl011::Int::TX::mask);
    b.write(Pl011::ICR, Pl011::Int::TX::mask);
    REQUIRE(b.edges.size() == 2);
    CHECK_FALSE(b.edges[1].level);
    CHECK(b.read(Pl011::RIS) == 0);
}

TEST_CASE("received characters come out of DR in order", "[uart]")
{
    Bench b;
    b.enable(true);
    b.receive("hi");
    CHECK(b.read(Pl011::FR) == 0x80);
    CHECK(b.read(Pl011::DR) == 'h');
    CHECK(b.read(Pl011::DR) == 'i');
    CHECK(b.read(Pl011::FR) == 0x90);
    CHECK(b.read(Pl011::DR) == 0);
}

TEST_CASE("a disabled receiver loses what arrives", "[uart]")
{
    Bench b;
    b.receive("x");
    b.write(Pl011::CR, 0x101); // UARTEN, TXE
    b.receive("x");
    CHECK(b.read(Pl011::FR) == 0x90);
}

TEST_CASE("the receive interrupt waits for the trigger level, the timeout does not", "[uart]")
{
    Bench b;
    b.write(Pl011::IFLS, Pl011::Ifls::RXIFLSEL::make(1)); // 1/4 of 32
    b.enable(true);
    b.receive("1234567");
    CHECK(b.read(Pl011::RIS) == Pl011::Int::RT::mask);
    b.receive("8");
    CHECK(b.read(Pl011::RIS) == (Pl011::Int::RT::mask | Pl011::Int::RX::mask));
    b.read(Pl011::DR);
    CHECK(b.read(Pl011::RIS) == Pl011::Int::RT::mask);
    for (int n = 0; n < 7; ++n)
        b.read(Pl011::DR);
    CHECK(b.read(Pl011::RIS) == 0);
}

TEST_CASE("without FIFOs each character raises the receive interrupt", "[uart]")
{
    Bench b;
    b.enable(false);
    b.write(Pl011::IMSC, Pl011::Int::RX::mask);
    b.receive("x");
    CHECK(b.read(Pl011::RIS) == Pl011::Int::RX::mask);
    CHECK(b.read(Pl011::FR) == (Pl011::Fr::TXFE::mask | Pl011::Fr::RXFF::mask));
    CHECK(b.read(Pl011::DR) == 'x');
    CHECK(b.read(Pl011::RIS) == 0);
    CHECK(b.edges.size() == 2);
}

TEST_CASE("an overrun loses the new character and marks the next one", "[uart]")
{
    Bench b;
    b.enable(false);
    b.receive("ab");
    CHECK(b.read(Pl011::RIS) == (Pl011::Int::RX::mask | Pl011::Int::OE::mask));
    CHECK(b.read(Pl011::RSR) == 0x8);
    CHECK(b.read(Pl011::DR) == 'a');
    b.receive("c");
    CHECK(b.read(Pl011::DR) == (Pl011::Dr::OE::mask | 'c'));
    CHECK(b.read(Pl011::RSR) == 0x8);
    b.write(Pl011::RSR, 0);
    CHECK(b.read(Pl011::RSR) == 0);
}

TEST_CASE("in loopback the receiver hears the transmitter and nothing else", "[uart]")
{
    Bench b;
    b.enable(true, Pl011::Cr::LBE::mask);
    b.write(Pl011::DR, 'z');
    b.receive("x");
    CHECK(b.sent.empty());
    CHECK(b.read(Pl011::DR) == 'z');
    CHECK(b.read(Pl011::FR) == 0x90);
}

TEST_CASE("in loopback the modem outputs are the modem inputs", "[uart]")
{
    Bench b;
    b.enable(true, Pl011::Cr::LBE::mask);
    b.write(Pl011::CR, 0x301 | Pl011::Cr::LBE::mask | Pl011::Cr::RTS::mask | Pl011::Cr::Out2::mask);
    CHECK(b.read(Pl011::FR) == (0x90 | Pl011::Fr::CTS::mask | Pl011::Fr::RI::mask));
    CHECK(b.read(Pl011::RIS) == (Pl011::Int::CTS::mask | Pl011::Int::RI::mask));
}

TEST_CASE("a debugger looks at DR without taking the character", "[uart]")
{
    Bench b;
    b.enable(true);
    b.receive("q");
    u32 word = 0;
    tlm::tlm_generic_payload tx;
    tx.set_command(tlm::TLM_READ_COMMAND);
    tx.set_address(Pl011::DR);
    tx.set_data_ptr(reinterpret_cast<u8*>(&word));
    tx.set_data_length(4);
    tx.set_streaming_width(4);
    CHECK(b.dut.bus.get_base_export()->transport_dbg(tx) == 4);
    CHECK(word == 'q');
    CHECK(b.read(Pl011::DR) == 'q');
}

TEST_CASE("reset empties a PL011 and lowers its interrupt", "[uart]")
{
    Bench b;
    b.enable(true);
    b.write(Pl011::IMSC, Pl011::Int::RT::mask);
    b.receive("x");
    b.dut.reset();
    REQUIRE(b.edges.size() == 2);
    CHECK_FALSE(b.edges[1].level);
    CHECK(b.read(Pl011::FR) == 0x90);
    CHECK(b.read(Pl011::CR) == 0x300);
    CHECK(b.read(Pl011::LCR_H) == 0);
}
