// SPDX-License-Identifier: MIT
#include "trace/decode.h"
#include "trace/recording.h"
#include "trace_bench.h"

#include <catch2/catch.hpp>

#include <sstream>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;
using Kind = a64::Waypoint::Kind;

namespace {

constexpr u64 start = 0x4008'0000, buffer = 0x8000'0000, buffer_size = 1u << 16;

/// What OpenCSD makes of it, one word per element: "on EL1 00+3n 04+2t x14:2 …": ranges by offset,
/// count, and whether their last atom was E or N; exceptions by return address and type.
std::string text_of(const Decoded& decoded)
{
    std::ostringstream out;
    for (const Element& e : decoded.elements) {
        out << (out.tellp() > 0 ? " " : "") << std::hex;
        switch (e.kind) {
        case Element::Kind::TraceOn:
            out << (e.overflow ? "overflow" : "on");
            break;
        case Element::Kind::Context:
            out << (e.secure ? "S" : "") << "EL" << unsigned{e.el};
            if (e.has_context_id)
                out << ",c" << e.context_id;
            if (e.has_vmid)
                out << ",v" << e.vmid;
            break;
        case Element::Kind::Range:
            out << e.address - start << '+' << e.count << (e.last_taken ? 'E' : 'N');
            break;
        case Element::Kind::Exception:
            out << 'x' << e.address - start << ':' << e.exception;
            break;
        case Element::Kind::Timestamp:
            out << "ts" << e.value;
            break;
        case Element::Kind::CycleCount:
            out << "cc" << e.value;
            break;
        case Element::Kind::Event:
            out << "ev" << e.value;
            break;
        case Element::Kind::NoSync:
            out << "nosync";
            break;
        case Element::Kind::NoMemory:
            out << "nomem";
            break;
        }
    }
    return out.str() + decoded.error;
}

struct Bench {
    explicit Bench(Config config = {})
        : unit{config, pe},
          recording{unit}
    {
        pe.regs[Reg::MDCR_EL2] = 3u << 24; // the buffer is EL1's
        pe.pc = start;
    }

    void begin() { begin_session(pe, unit, buffer, buffer_size); }

    void at(u64 offset, Kind kind, bool taken, u64 target)
    {
        pe.cycles += 10;
        pe.pc = start + target;
        unit.waypoint({kind, taken, start + offset, start + target});
    }

    void isb(u64 offset)
    {
        at(offset, Kind::Isb, true, offset + 4);
        unit.synchronized();
    }

    void exception(pe::TraceException type, u64 return_offset, u64 target, u8 el)
    {
        unit.exception(type, start + return_offset);
        pe.pc = start + target;
        change_el(el);
    }

    void eret(u64 offset, u64 target, u8 el)
    {
        unit.exception_return(start + offset, start + target);
        pe.pc = start + target;
        change_el(el);
    }

    void change_el(u8 el)
    {
        pe.current_el = el;
        unit.context_changed();
        unit.synchronized();
    }

    std::string decoded()
    {
        unit.finish();
        std::string all;
        for (const Recording::Piece& piece : recording.pieces())
            all += (all.empty() ? "" : " | ") +
                   text_of(decode(piece.registers, code_of_elf(TRACE_PROGRAM), piece.bytes));
        return all;
    }

    FakePe pe;
    TraceUnit unit;
    Recording recording;
};

} // namespace

TEST_CASE("A loop, a call and a return decode to their ranges")
{
    Bench b;
    b.begin();
    b.at(0x08, Kind::Direct, true, 0x04);
    b.at(0x08, Kind::Direct, true, 0x04);
    b.at(0x08, Kind::Direct, false, 0x0c);
    b.at(0x0c, Kind::DirectLink, true, 0x20);
    b.at(0x24, Kind::Direct, true, 0x2c);
    b.at(0x2c, Kind::Return, true, 0x10);
    b.isb(0x18); // as if SVC at 14 had not been there to cause anything
    CHECK(b.decoded() == "nosync on EL1 0+3E 4+2E 4+2N c+1E 20+2E 2c+1E 10+3E");
}

TEST_CASE("An exception names its type and preferred return address, then the handler is traced")
{
    Bench b;
    b.begin();
    b.pe.current_el = 1;
    b.at(0x08, Kind::Direct, false, 0x0c);
    b.at(0x0c, Kind::DirectLink, true, 0x20);
    SECTION("after the instructions before it")
    {
        b.exception(pe::TraceException::DataFault, 0x28, 0x30, 1);
        b.eret(0x34, 0x28, 1);
        b.at(0x2c, Kind::Return, true, 0x10);
        CHECK(b.decoded() == "nosync on EL1 0+3N c+1E 20+2E x28:c 30+2E 28+2E");
    }
    SECTION("at once after a branch")
    {
        b.exception(pe::TraceException::Irq, 0x20, 0x30, 1);
        b.eret(0x34, 0x20, 1);
        b.at(0x24, Kind::Direct, false, 0x28);
        CHECK(b.decoded() == "nosync on EL1 0+3N c+1E x20:e 30+2E 20+2N");
    }
}

TEST_CASE("Each exception type is traced with its number")
{
    using T = pe::TraceException;
    const T type = GENERATE(T::Call, T::Trap, T::SystemError, T::InstructionDebug, T::DataDebug,
                            T::Alignment, T::InstructionFault, T::DataFault, T::Irq, T::Fiq);
    Bench b;
    b.begin();
    b.exception(type, 0x08, 0x30, 1);
    b.eret(0x34, 0x08, 1);
    std::ostringstream expected;
    expected << "nosync on EL1 0+2E x8:" << std::hex << static_cast<unsigned>(type) << " 30+2E";
    CHECK(b.decoded() == expected.str());
}

TEST_CASE("EL2 is not traced into a buffer of EL1, and trace goes on after it")
{
    Bench b;
    b.pe.regs[Reg::TRFCR_EL2] = 2; // E2TRE alone does not suffice
    b.pe.pc = start + 0x38;
    b.begin();
    b.exception(pe::TraceException::Call, 0x40, 0x30, 2);
    CHECK_FALSE(b.unit.tracing());
    CHECK(b.unit.prohibited());
    b.at(0x34, Kind::Direct, true, 0x30); // an engine that still reports
    b.eret(0x34, 0x40, 1);
    CHECK(b.unit.tracing());
    b.at(0x44, Kind::Direct, true, 0x38);
    CHECK(b.decoded() == "nosync on EL1 38+2E x40:2 on EL1 40+2E");
}

TEST_CASE("A change of level without a gap is told as context")
{
    Bench b;
    b.pe.pc = start + 0x30;
    b.begin();
    b.eret(0x34, 0x38, 0);
    b.exception(pe::TraceException::Call, 0x40, 0x30, 1);
    b.eret(0x34, 0x40, 0);
    b.at(0x44, Kind::Direct, true, 0x38);
    CHECK(b.decoded() == "nosync on EL1 30+2E EL0 38+2E x40:2 EL1 30+2E EL0 40+2E");
}

TEST_CASE("A filter closed by MSR stops trace at the next synchronization, that included")
{
    Bench b;
    b.begin();
    b.at(0x08, Kind::Direct, false, 0x0c);
    b.pe.regs[Reg::TRFCR_EL1] = 0;
    b.unit.context_changed();
    CHECK(b.unit.prohibited());
    CHECK(b.unit.expectation() == TraceUnit::Expectation::Either);
    b.at(0x0c, Kind::DirectLink, true, 0x10);
    b.isb(0x18);
    CHECK_FALSE(b.unit.tracing());
    CHECK(b.unit.expectation() == TraceUnit::Expectation::Untraced);
    b.at(0x1c, Kind::Indirect, true, 0);
    // Opened again; trace starts behind the ISB.
    b.pe.regs[Reg::TRFCR_EL1] = 2;
    b.unit.context_changed();
    CHECK(b.unit.expectation() == TraceUnit::Expectation::Either);
    b.isb(0x18);
    CHECK(b.unit.expectation() == TraceUnit::Expectation::Traced);
    b.at(0x1c, Kind::Indirect, true, 0);
    // BL goes to 20 for OpenCSD, which reads the code.
    CHECK(b.decoded() == "nosync on EL1 0+3N c+1E 20+2E on EL1 1c+1E");
}

TEST_CASE("Context IDs are those of the moment, VMIDs only with TRFCR_EL2.CX")
{
    Bench b;
    b.pe.regs[Reg::CONTEXTIDR_EL1] = 0x1234;
    b.pe.regs[Reg::VTTBR_EL2] = u64{0x42} << 48;
    b.unit.write(Reg::TRCCONFIGR, 1u << 6 | 1u << 7);
    SECTION("CX = 0")
    {
        b.begin();
        b.at(0x08, Kind::Direct, false, 0x0c);
        b.pe.regs[Reg::CONTEXTIDR_EL1] = 0x1235;
        b.at(0x0c, Kind::DirectLink, true, 0x20);
        b.at(0x24, Kind::Direct, true, 0x2c);
        b.unit.synchronized();
        b.at(0x2c, Kind::Return, true, 0x10);
        CHECK(b.decoded() == "nosync on EL1,c1234,v0 0+3N c+1E 20+2E EL1,c1235,v0 2c+1E");
    }
    SECTION("CX = 1")
    {
        b.pe.regs[Reg::TRFCR_EL2] = 8;
        b.begin();
        b.at(0x08, Kind::Direct, false, 0x0c);
        CHECK(b.decoded() == "nosync on EL1,c1234,v42 0+3N");
    }
}

TEST_CASE("A decoder finds its place again every 2^TRCSYNCPR bytes")
{
    Bench b;
    b.unit.write(Reg::TRCSYNCPR, 8);
    b.begin();
    for (unsigned i = 0; i < 1000; ++i) {
        b.at(0x08, Kind::Direct, false, 0x0c);
        b.at(0x0c, Kind::DirectLink, true, 0x20);
        b.at(0x24, Kind::Direct, true, 0x2c);
        b.at(0x2c, Kind::Return, true, 0x00);
    }
    b.unit.finish();
    const auto pieces = b.recording.pieces();
    REQUIRE(pieces.size() == 1);
    const auto code = code_of_elf(TRACE_PROGRAM);
    const auto all = decode(pieces[0].registers, code, pieces[0].bytes).elements.size();
    // From any byte on, all but the first 256 + 64 bytes' elements.
    for (std::size_t from = 1; from < 300; from += 7) {
        const Decoded part = decode(pieces[0].registers, code, pieces[0].bytes.subspan(from));
        CHECK(part.error == "");
        CHECK(part.elements.size() > all * 3 / 4);
    }
}

TEST_CASE("A full FIFO loses trace and says so, or stalls the PE where TRCSTALLCTLR asks for it")
{
    Config slow;
    slow.link_hz = 1'000'000; // a byte per microsecond; the PE makes one in about 20 ns
    slow.link_bytes = 1;
    slow.fifo_bytes = 256;
    Bench b{slow};
    const bool stall = GENERATE(false, true);
    if (stall)
        b.unit.write(Reg::TRCSTALLCTLR, 1u << 13); // NOOVERFLOW
    b.begin();
    for (unsigned i = 0; i < 300; ++i) {
        b.at(0x08, Kind::Direct, false, 0x0c);
        b.at(0x0c, Kind::DirectLink, true, 0x20);
        b.at(0x24, Kind::Direct, true, 0x2c);
        b.at(0x2c, Kind::Return, true, 0x00);
    }
    const auto s = b.unit.statistics();
    if (stall) {
        CHECK(s.ete.overflows == 0);
        CHECK(s.ete.lost_elements == 0);
        CHECK(s.ete.stall_ps == b.pe.stalled_ps);
        // All but what the FIFO holds had to pass the link.
        CHECK(b.pe.now_ps() > (s.ete.bytes - 256) * 1'000'000);
        CHECK(b.pe.now_ps() < (s.ete.bytes + 1) * 1'000'000 + 300 * 40'000);
    } else {
        CHECK(s.ete.overflows == 1);
        CHECK(s.ete.stall_ps == 0);
        CHECK(b.unit.ete().overflowed());
        b.pe.cycles += 1'000'000; // 1 ms: it has emptied
        b.at(0x08, Kind::Direct, false, 0x0c);
        CHECK_FALSE(b.unit.ete().overflowed());
        CHECK(b.decoded().ends_with("nosync overflow EL1 0+3N"));
    }
}

TEST_CASE("The Trace On after an overflow tells where the Overflow packet is")
{
    // A-Sync and Trace Info, Trace On, an address with context, an atom; then as when trace went on
    // with Event packets alone, twice.
    const std::vector<u8> sync{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x01, 0x01, 0x00};
    const std::vector<u8> from_start{0x85, 0x00, 0x00, 0x08, 0x40, 0, 0, 0, 0, 0x31, 0xf7};
    std::vector<u8> bytes;
    const auto add = [&bytes](std::initializer_list<u8> more) { bytes.insert(bytes.end(), more); };
    const auto add_all = [&bytes](const std::vector<u8>& more) {
        bytes.insert(bytes.end(), more.begin(), more.end());
    };
    add_all(sync);
    add({0x04});
    add_all(from_start);
    const std::size_t overflow = bytes.size();
    for (unsigned i = 0; i < 2; ++i) {
        add({0x00, 0x05});
        add_all(sync);
        add({0x71, 0x71});
    }
    const std::size_t trace_on = bytes.size();
    add({0x04});
    add_all(from_start);

    Bench b;
    b.begin();
    const Decoded decoded =
        decode(EteRegisters::of(b.unit.ete()), code_of_elf(TRACE_PROGRAM), bytes);
    REQUIRE(text_of(decoded) ==
            "nosync on EL1 0+3E nosync ev1 ev1 nosync ev1 ev1 overflow EL1 0+3E");
    std::vector<const Element*> starts;
    for (const Element& e : decoded.elements)
        if (e.kind == Element::Kind::TraceOn)
            starts.push_back(&e);
    REQUIRE(starts.size() == 2);
    CHECK(starts[1]->index == trace_on);
    CHECK(starts[1]->lost_index == overflow);
    CHECK_FALSE(decoded.lost_index);

    // Without that Trace On.
    const Decoded rest = decode(EteRegisters::of(b.unit.ete()), code_of_elf(TRACE_PROGRAM),
                                std::span{bytes}.first(trace_on));
    CHECK(rest.lost_index == overflow);
}

TEST_CASE("Timestamps are virtual or physical counts, at each start and each synchronization")
{
    Bench b;
    b.unit.write(Reg::TRCCONFIGR, 1u << 11); // TS
    b.pe.cycles = 0x1234'5678'0000;
    const u64 count = b.pe.physical_count();
    b.pe.regs[Reg::CNTVOFF_EL2] = 0x1000;
    u64 expected = count - 0x1000;
    SECTION("TRFCR_EL1.TS = virtual")
    {
        b.pe.regs[Reg::TRFCR_EL1] = 1u << 5;
    }
    SECTION("TRFCR_EL1.TS = physical")
    {
        b.pe.regs[Reg::TRFCR_EL1] = 3u << 5;
        expected = count;
    }
    SECTION("TRFCR_EL2.TS decides where it is not 0")
    {
        b.pe.regs[Reg::TRFCR_EL1] = 1u << 5;
        b.pe.regs[Reg::TRFCR_EL2] = 3u << 5;
        expected = count;
    }
    const u64 ts = b.pe.regs[Reg::TRFCR_EL1];
    b.begin();
    b.pe.regs[Reg::TRFCR_EL1] |= ts;
    b.at(0x08, Kind::Direct, false, 0x0c);
    b.pe.cycles += 16 * 1000;
    b.exception(pe::TraceException::Call, 0x18, 0x30, 2);
    b.eret(0x34, 0x18, 1);
    b.at(0x18, Kind::Isb, true, 0x1c);
    std::ostringstream out;
    out << std::hex << "nosync on EL1 ts" << expected << " 0+3N c+1E x18:2";
    CHECK(b.decoded().starts_with("nosync on EL1 ts"));
    out.str("");
    out << std::hex << "nosync on EL1 ts" << expected << " 0+3N";
    CHECK(b.decoded().starts_with(out.str()));
    out.str("");
    out << std::hex << "on EL1 ts" << expected + 1001 << " 18+1E";
    CHECK(b.decoded().ends_with(out.str()));
}

TEST_CASE("Timestamps of any size decode to what they were")
{
    // Each length of the packet, and values of which only low bits change.
    for (unsigned bits = 4; bits < 60; bits += 5) {
        Bench b;
        b.unit.write(Reg::TRCCONFIGR, 1u << 11);
        b.pe.regs[Reg::TRFCR_EL1] = 3u << 5;
        b.pe.cycles = u64{1} << bits;
        const u64 first = b.pe.physical_count();
        b.begin();
        b.pe.regs[Reg::TRFCR_EL1] |= 3u << 5;
        b.at(0x08, Kind::Direct, false, 0x0c);
        b.exception(pe::TraceException::Call, 0x18, 0x30, 2);
        b.pe.cycles += 16 * 77;
        b.eret(0x34, 0x18, 1);
        b.at(0x18, Kind::Isb, true, 0x1c);
        const u64 second = b.pe.physical_count();
        std::ostringstream one, two;
        one << std::hex << " ts" << first << ' ';
        two << std::hex << " ts" << second << ' ';
        const std::string all = b.decoded();
        INFO(all);
        CHECK(all.find(one.str()) != std::string::npos);
        CHECK(all.find(two.str()) != std::string::npos);
    }
}

TEST_CASE("Cycle counts add up, and come no more often than the threshold")
{
    Bench b;
    b.unit.write(Reg::TRCCONFIGR, 1u << 4); // CCI
    b.unit.write(Reg::TRCCCCTLR, 25);
    b.begin();
    for (unsigned i = 0; i < 5; ++i)
        b.at(0x08, Kind::Direct, true, 0x04); // 10 cycles each
    b.pe.cycles += 3000;
    b.at(0x08, Kind::Direct, false, 0x0c);
    b.pe.cycles += 2'000'000; // more than the counter counts
    b.at(0x0c, Kind::DirectLink, true, 0x20);
    b.at(0x24, Kind::Direct, true, 0x2c);
    b.at(0x2c, Kind::Return, true, 0x10);
    b.at(0x18, Kind::Isb, true, 0x1c);
    CHECK(b.decoded() == "nosync on EL1 0+3E 4+2E 4+2E cc1e 4+2E 4+2E 4+2N ccbd6 c+1E cc0 20+2E "
                         "2c+1E 10+3E cc1e");
}

TEST_CASE("A cycle threshold below TRCIDR3.CCITMIN counts as that")
{
    Bench b;
    b.unit.write(Reg::TRCCCCTLR, 1);
    CHECK(b.unit.read(Reg::TRCCCCTLR) == bits(b.unit.read(Reg::TRCIDR3), 11, 0));
    b.unit.write(Reg::TRCCCCTLR, ~u64{0});
    CHECK(b.unit.read(Reg::TRCCCCTLR) == 0xfff);
}

TEST_CASE("A return to the address that a call left behind needs no address")
{
    const bool with_stack = GENERATE(false, true);
    Bench b;
    b.unit.write(Reg::TRCCONFIGR, with_stack ? 1u << 12 : 0); // RS
    b.begin();
    b.at(0x08, Kind::Direct, false, 0x0c);
    for (unsigned i = 0; i < 20; ++i) {
        b.at(0x0c, Kind::DirectLink, true, 0x20);
        b.at(0x24, Kind::Direct, true, 0x2c);
        b.at(0x2c, Kind::Return, true, 0x10);
        b.at(0x18, Kind::Isb, true, 0x1c);
        b.at(0x1c, Kind::Indirect, true, 0x0c);
    }
    std::string expected = "nosync on EL1 0+3N";
    for (unsigned i = 0; i < 20; ++i)
        expected += " c+1E 20+2E 2c+1E 10+3E 1c+1E";
    CHECK(b.decoded() == expected);
    // Two addresses a round without, one with.
    CHECK(b.unit.statistics().ete.bytes < (with_stack ? 90u : 200u));
    CHECK(b.unit.statistics().ete.bytes > (with_stack ? 40u : 90u));
}

TEST_CASE("Branch broadcast gives the address of every taken branch")
{
    Bench b;
    b.unit.write(Reg::TRCCONFIGR, 1u << 3);
    b.begin();
    b.at(0x08, Kind::Direct, true, 0x04);
    b.at(0x08, Kind::Direct, true, 0x04);
    b.at(0x08, Kind::Direct, false, 0x0c);
    b.at(0x0c, Kind::DirectLink, true, 0x20);
    b.at(0x24, Kind::Direct, true, 0x2c);
    b.at(0x2c, Kind::Return, true, 0x10);
    CHECK(b.decoded() == "nosync on EL1 0+3E 4+2E 4+2N c+1E 20+2E 2c+1E");
    u64 addresses = 0;
    for (const Recording::Piece& piece : b.recording.pieces())
        for (const u8 byte : piece.bytes)
            addresses += byte == 0x95 || byte == 0x90;
    CHECK(addresses >= 4);
}
