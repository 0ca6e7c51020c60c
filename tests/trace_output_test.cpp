// SPDX-License-Identifier: MIT
// Which way trace leaves the unit: to its buffer while that is enabled, else to the trace bus.
#include "trace_bench.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;
using Kind = a64::Waypoint::Kind;

namespace {

constexpr u64 buffer = 0x8000'0000, buffer_size = 1u << 16;

/// A trace bus that takes a byte per nanosecond once it is flushed.
struct Bus final : AtbPort {
    void set_id(u8 to) override { id = to; }

    unsigned room(u64) override { return 512; }

    u64 wait_for(unsigned, u64) override { return 0; }

    void push(std::span<const u8> packets, u64) override
    {
        bytes.insert(bytes.end(), packets.begin(), packets.end());
    }

    u64 flush(u64) override
    {
        ++flushes;
        return 1000 * bytes.size();
    }

    u8 id = 0xff;
    unsigned flushes = 0;
    std::vector<u8> bytes;
};

/// What became of each byte of the stream.
struct Fate final : StreamObserver {
    void note(u64 position, u64 count, char what)
    {
        CHECK(position == fate.size());
        fate.append(count, what);
    }

    void collected(u64 position, u64, u64, std::span<const u8> bytes) override
    {
        note(position, bytes.size(), 'c');
    }

    void discarded(u64 position, u64 bytes) override { note(position, bytes, 'd'); }

    void sent(u64 position, std::span<const u8> bytes) override
    {
        note(position, bytes.size(), 's');
        on_bus.insert(on_bus.end(), bytes.begin(), bytes.end());
    }

    void unit_enabled(u64) override {}

    void session_began(u64, u64, u64, u64) override {}

    void session_ended(u64, u64, u64) override {}

    std::string fate;
    std::vector<u8> on_bus;
};

struct Bench {
    Bench()
    {
        pe.regs[Reg::MDCR_EL2] = 3u << 24;
        unit.observe(&fate);
    }

    /// Atoms that are in packets, all of them, when this returns.
    void trace(unsigned isbs)
    {
        for (unsigned n = 0; n < isbs; ++n) {
            ++pe.cycles;
            unit.waypoint({Kind::Isb, true, 0, 4});
        }
    }

    FakePe pe;
    TraceUnit unit{{}, pe};
    Bus bus;
    Fate fate;
};

} // namespace

TEST_CASE("Trace goes to the bus while the buffer is disabled, and to memory while it is not")
{
    Bench b;
    b.unit.connect(b.bus);
    b.unit.write(Reg::TRCTRACEIDR, 0x12);
    CHECK(b.bus.id == 0x12);
    begin_session(b.pe, b.unit, buffer, buffer_size);
    b.bus.flushes = 0;
    b.trace(100);
    CHECK(b.bus.bytes.empty());
    // What the link still holds is lost with the buffer: there was no TSB CSYNC.
    b.unit.write(Reg::TRBLIMITR_EL1, 0);
    CHECK(b.fate.fate.find('s') == std::string::npos);
    const std::size_t before = b.fate.fate.size();
    CHECK(before == b.unit.position());

    b.trace(100);
    CHECK(b.fate.fate.find('s') == before);
    CHECK(b.bus.bytes.size() == b.unit.position() - before);
    CHECK(b.bus.bytes == b.fate.on_bus);
    CHECK(b.bus.flushes == 0);

    b.unit.write(Reg::TRBLIMITR_EL1, (buffer + buffer_size) | 1);
    // The rest of what went that way goes to its end.
    CHECK(b.bus.flushes == 1);
    const std::size_t sent = b.bus.bytes.size();
    b.trace(100);
    b.unit.trace_sync();
    CHECK(b.bus.bytes.size() == sent);
    CHECK(b.fate.fate.back() == 'c');
    CHECK(b.fate.fate.size() == b.unit.position());
}

TEST_CASE("Without a bus a disabled buffer discards")
{
    Bench b;
    begin_session(b.pe, b.unit, buffer, buffer_size);
    b.unit.write(Reg::TRBLIMITR_EL1, 0);
    b.trace(100);
    b.unit.trace_sync();
    CHECK(b.unit.position() > 0);
    CHECK(b.fate.fate == std::string(b.unit.position(), 'd'));
}

TEST_CASE("TSB CSYNC waits until the last byte has left for the bus")
{
    Bench b;
    b.unit.connect(b.bus);
    begin_session(b.pe, b.unit, buffer, buffer_size);
    b.unit.write(Reg::TRBLIMITR_EL1, 0);
    b.trace(3);
    const u64 wait = b.unit.trace_sync();
    // The atoms that waited for company have gone first.
    CHECK(b.bus.bytes.size() == b.unit.position());
    CHECK(wait == 1000 * b.bus.bytes.size());
    CHECK(b.unit.statistics().drain_ps == wait);
}

TEST_CASE("The bus's receiver has the unit send what it holds, and synchronize")
{
    Bench b;
    b.unit.connect(b.bus);
    begin_session(b.pe, b.unit, buffer, buffer_size);
    b.trace(1);
    b.bus.flushes = 0;
    b.unit.flush_to_bus(); // the buffer is enabled: it is no business of the bus
    CHECK(b.bus.flushes == 0);
    b.unit.write(Reg::TRBLIMITR_EL1, 0);
    b.trace(2);
    const std::size_t before = b.bus.bytes.size();
    b.unit.flush_to_bus();
    CHECK(b.bus.bytes.size() == before + 1); // their atoms
    const u64 syncs = b.unit.statistics().ete.syncs;
    b.unit.request_sync();
    CHECK(b.bus.bytes.size() == before + 1); // at the next element
    b.trace(10);
    b.unit.flush_to_bus();
    CHECK(b.unit.statistics().ete.syncs == syncs + 1);
}
