// SPDX-License-Identifier: MIT
// The fabric as SystemC modules: registers on the bus, ATB as a TLM protocol, simulated time.
#include "coresight/coresight_module.h"
#include "coresight_bench.h"
#include "coresight_memory.h"

#include <cstring>

#include <catch2/catch.hpp>
#include <tlm_utils/simple_initiator_socket.h>

using namespace sl;
using namespace sl::coresight;

namespace {

constexpr u64 mhz100 = 100'000'000; // 10 ns

struct Master : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<Master> socket{"socket"};

    explicit Master(const sc_core::sc_module_name& name)
        : sc_module{name}
    {
    }

    tlm::tlm_response_status access(tlm::tlm_command command, u64 address, unsigned bytes,
                                    void* data, Initiator who = {}, u8* enables = nullptr,
                                    unsigned streaming = 0)
    {
        InitiatorExtension extension{who};
        tlm::tlm_generic_payload tx;
        tx.set_command(command);
        tx.set_address(address);
        tx.set_data_ptr(static_cast<u8*>(data));
        tx.set_data_length(bytes);
        tx.set_streaming_width(streaming ? streaming : bytes);
        tx.set_byte_enable_ptr(enables);
        tx.set_byte_enable_length(enables ? bytes : 0);
        tx.set_extension(&extension);
        socket->b_transport(tx, delay);
        tx.clear_extension(&extension);
        return tx.get_response_status();
    }

    u64 read(u64 address, unsigned bytes = 4)
    {
        u64 data = 0;
        CHECK(access(tlm::TLM_READ_COMMAND, address, bytes, &data) == tlm::TLM_OK_RESPONSE);
        return data;
    }

    void write(u64 address, u64 data, unsigned bytes = 4)
    {
        CHECK(access(tlm::TLM_WRITE_COMMAND, address, bytes, &data) == tlm::TLM_OK_RESPONSE);
    }

    void unlock() { write(Component::LAR, Component::unlock_key); }

    sc_core::sc_time delay;
};

/// A source of trace with a socket.
struct Source : sc_core::sc_module, AtbSource {
    explicit Source(const sc_core::sc_module_name& name)
        : sc_module{name},
          test{out}
    {
    }

    std::optional<u64> flush(u64 now_ps) override { return test.flush(now_ps); }

    void sync_request(u64 now_ps) override { test.sync_request(now_ps); }

    void ready(u64 now_ps) override { test.ready(now_ps); }

    void settle(u64 horizon_ps) override { test.settle(horizon_ps); }

    AtbOutput out{"out", *this};
    TestSource test;
};

/// And a receiver.
struct Sink : sc_core::sc_module {
    explicit Sink(const sc_core::sc_module_name& name)
        : sc_module{name}
    {
    }

    TestTarget test;
    AtbInput in{"in", test};
};

struct Capture final : ByteSink {
    void put(std::span<const u8> more, u64) override
    {
        bytes.insert(bytes.end(), more.begin(), more.end());
    }

    std::vector<u8> bytes;
};

struct EtbBench {
    EtbBench()
    {
        master.socket.bind(etb.bus);
        source.out.socket.bind(etb.in());
    }

    Master master{"master"};
    Source source{"source"};
    TmcModule etb{"etb",
                  {.type = Tmc::Type::Etb, .ram_bytes = 1024, .memory_bytes = 8, .hz = mhz100},
                  20'000};
};

} // namespace

TEST_CASE("a component's registers are words on the bus", "[coresight][module]")
{
    EtbBench b;
    CHECK(b.master.read(Component::DEVID) == 0x300);
    CHECK(b.master.read(Tmc::RSZ) == 256);
    CHECK(b.master.delay == sc_core::sc_time(40, sc_core::SC_NS));
    // Locked: the write is ignored.
    b.master.write(Tmc::FFCR, 0x3);
    CHECK(b.master.read(Tmc::FFCR) == 0);
    b.master.unlock();
    b.master.write(Tmc::FFCR, 0x3);
    CHECK(b.master.read(Tmc::FFCR) == 0x3);
    // Not words: RAZ/WI.
    b.master.write(Tmc::FFCR, 0, 1);
    CHECK(b.master.read(Tmc::FFCR) == 0x3);
    CHECK(b.master.read(Tmc::FFCR, 2) == 0);
    CHECK(b.master.read(Tmc::FFSR, 8) == 0);
    CHECK(b.master.read(0x2000) == 0);
    u64 data[2] = {};
    u8 enables[4] = {0xff, 0, 0xff, 0};
    auto& m = b.master;
    CHECK(m.access(tlm::TLM_READ_COMMAND, 2, 4, data) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(m.access(tlm::TLM_READ_COMMAND, 0, 16, data) == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(m.access(tlm::TLM_READ_COMMAND, 0, 3, data) == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(m.access(tlm::TLM_WRITE_COMMAND, Tmc::FFCR, 4, data, {}, enables) ==
          tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    CHECK(m.read(Tmc::FFCR) == 0x3);
}

TEST_CASE("a debugger's look changes nothing", "[coresight][module]")
{
    EtbBench b;
    auto& m = b.master;
    m.unlock();
    m.write(Tmc::MODE, 1);
    m.write(Tmc::FFCR, 0x3);
    m.write(Tmc::CTL, 1);
    for (u8 n = 0; n < 40; ++n)
        b.source.test.send(0x10, {n}, 0);
    const auto look = [&](u64 address) {
        u32 data = 0;
        tlm::tlm_generic_payload tx;
        tx.set_command(tlm::TLM_READ_COMMAND);
        tx.set_address(address);
        tx.set_data_ptr(reinterpret_cast<u8*>(&data));
        tx.set_data_length(4);
        tx.set_streaming_width(4);
        CHECK(m.socket->transport_dbg(tx) == 4);
        return data;
    };
    const u32 first = look(Tmc::RRD);
    CHECK(look(Tmc::RRD) == first);
    CHECK(m.read(Tmc::RRD) == first);
    CHECK(m.read(Tmc::RRD) != first);
}

TEST_CASE("the ATB carries trace and time through sockets", "[coresight][module]")
{
    Source source{"source"};
    BridgeModule bridge{"bridge", 4, mhz100};
    ReplicatorModule replicator{"replicator", 0};
    Sink first{"first"}, second{"second"};
    source.out.socket.bind(bridge.in.socket);
    bridge.out.socket.bind(replicator.in.socket);
    replicator.out(0).socket.bind(first.in.socket);
    replicator.out(1).socket.bind(second.in.socket);
    second.test.cycle_ps = 50'000;
    CHECK(source.test.send(1, {1, 2, 3, 4, 5, 6, 7, 8}, 5'000) == 10'000u);
    // Cycle 1 begins at 10 ns; the words arrive at 20 ns, and at 30 ns, when the second output is
    // busy until 70 ns.
    REQUIRE(second.test.got.size() == 2);
    CHECK(second.test.got[0].at_ps == 20'000);
    CHECK(second.test.got[1].at_ps == 70'000);
    CHECK(first.test.got[1].bytes == std::vector<u8>{5, 6, 7, 8});
    // Refusals and flushes find their way back.
    second.test.refusing = true;
    CHECK(source.test.send(1, {9}, 100'000)); // the replicator holds it for the second output
    CHECK(!source.test.send(1, {10}, 100'000));
    CHECK(!second.in.flush(150'000));
    second.test.refusing = false;
    second.in.ready(200'000);
    CHECK(source.test.kept.empty());
    CHECK(second.test.flushed_at == std::vector<u64>{250'000});
    CHECK(second.test.streams().at(1) == std::vector<u8>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    source.test.held.push_back(beat_of(3, std::vector<u8>{7}));
    CHECK(first.in.flush(300'000));
    CHECK(first.test.streams().at(3) == std::vector<u8>{7});
    first.in.sync_request(0);
    CHECK(source.test.syncs == 1);
    first.in.settle(400'000);
    CHECK(source.test.settled == 400'000);
}

TEST_CASE("the funnel decides when simulated time has come", "[coresight][module]")
{
    Source a{"a"}, b{"b"};
    FunnelModule funnel{"funnel", {.ports = 2, .width = 4, .hz = mhz100}, 0};
    Sink sink{"sink"};
    Master master{"master"};
    master.socket.bind(funnel.bus);
    a.out.socket.bind(funnel.in(0));
    b.out.socket.bind(funnel.in(1));
    funnel.out.socket.bind(sink.in.socket);
    master.unlock();
    master.write(Funnel::FUNCTL, 0x003);
    master.write(Funnel::PRICTL, 0x001); // port 1 first
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    // Port 0 is ahead of port 1 in host time, but not in simulated time.
    a.test.send(1, {1}, 100'000);
    b.test.send(2, {2}, 100'000);
    CHECK(sink.test.got.empty());
    sc_core::sc_start(90, sc_core::SC_NS);
    CHECK(sink.test.got.empty());
    sc_core::sc_start(100, sc_core::SC_NS);
    REQUIRE(sink.test.got.size() == 2);
    CHECK(sink.test.got[0].id == 2);
    CHECK(sink.test.got[0].at_ps == 110'000);
    CHECK(sink.test.got[1].at_ps == 120'000);
}

TEST_CASE("a trigger event's flush happens in simulated time", "[coresight][module]")
{
    EtbBench b;
    auto& m = b.master;
    m.unlock();
    m.write(Tmc::FFCR, 0x23); // FOnTrigEvt
    m.write(Tmc::CTL, 1);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    b.etb.tmc().trigger_in(true, 0);
    for (u8 n = 0; n < 40; ++n)
        b.source.test.send(0x10, {n}, 1'000'000);
    CHECK(b.source.test.flushes == 0);
    sc_core::sc_start(2, sc_core::SC_US);
    CHECK(b.source.test.flushes == 1);
}

TEST_CASE("the read port of an ETR with a memory error is a slave error", "[coresight][module]")
{
    Master master{"master"};
    Source source{"source"};
    TestMemory memory;
    memory.hole_begin = 0x1000;
    memory.hole_end = 0x2000;
    TmcModule etr{"etr", {.type = Tmc::Type::Etr, .hz = mhz100}, memory, nullptr, 20'000};
    master.socket.bind(etr.bus);
    source.out.socket.bind(etr.in());
    master.unlock();
    master.write(Tmc::RSZ, 64);
    master.write(Tmc::AXICTL, 0x2);
    master.write(Tmc::DBALO, 0x1000);
    master.write(Tmc::CTL, 1);
    u64 data = 0;
    CHECK(master.access(tlm::TLM_READ_COMMAND, Tmc::RRD, 4, &data) == tlm::TLM_OK_RESPONSE);
    for (u8 n = 0; n < 40; ++n)
        source.test.send(0x10, {n}, 0);
    CHECK(master.access(tlm::TLM_READ_COMMAND, Tmc::RRD, 4, &data) ==
          tlm::TLM_GENERIC_ERROR_RESPONSE);
    CHECK(master.access(tlm::TLM_WRITE_COMMAND, Tmc::RWD, 4, &data) ==
          tlm::TLM_GENERIC_ERROR_RESPONSE);
    CHECK(master.access(tlm::TLM_READ_COMMAND, Tmc::STS, 4, &data) == tlm::TLM_OK_RESPONSE);
}

TEST_CASE("stimulus ports on the bus", "[coresight][module]")
{
    Master registers{"registers"}, ports{"ports"};
    Sink sink{"sink"};
    StmModule stm{"stm", {.timestamp = [](u64 now) { return now; }}, 20'000, 5'000};
    registers.socket.bind(stm.bus);
    ports.socket.bind(stm.stimulus);
    stm.out.socket.bind(sink.in.socket);
    registers.unlock();
    registers.write(Stm::STMSPER, 0xffff'ffff);
    registers.write(Stm::STMTCSR, 0x10'0001);
    u64 data[2] = {0x42, 0};
    CHECK(ports.access(tlm::TLM_WRITE_COMMAND, 0x318, 8, data) == tlm::TLM_OK_RESPONSE);
    CHECK(ports.delay == sc_core::sc_time(5, sc_core::SC_NS));
    CHECK(!sink.test.got.empty());
    CHECK(ports.access(tlm::TLM_READ_COMMAND, 0x318, 8, data) == tlm::TLM_OK_RESPONSE);
    CHECK(data[0] == 0);
    CHECK(ports.access(tlm::TLM_WRITE_COMMAND, 0x318, 16, data) == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(ports.access(tlm::TLM_WRITE_COMMAND, 0x31a, 4, data) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(ports.access(tlm::TLM_WRITE_COMMAND, 0x1'0000'0018, 4, data) == tlm::TLM_OK_RESPONSE);
}

namespace {

/// Accesses of all sizes and alignments, most of them to registers that matter, and `traffic` in
/// between. Then whether the component still answers.
template <class Traffic>
void abuse(Master& master, Component& component, const std::vector<u32>& offsets, u32 seed,
           Traffic traffic)
{
    Random random{seed};
    master.unlock();
    for (unsigned n = 0; n < 100'000; ++n) {
        u8 data[80] = {};
        const u64 word = random.below(2) ? random.word() : random.below(16);
        std::memcpy(data, &word, sizeof word);
        u64 address = random.below(4) ? offsets[random.below(static_cast<unsigned>(offsets.size()))]
                                      : random.below(0x1100);
        unsigned bytes = 4;
        if (random.below(4) == 0) {
            bytes = 1 + random.below(64);
            address += random.below(4);
        }
        u8 enables[80] = {0xff};
        const bool enable = random.below(100) == 0;
        const unsigned streaming = random.below(100) == 0 ? 1 : 0;
        if (random.below(50) == 0)
            master.unlock();
        const auto command =
            static_cast<tlm::tlm_command>(random.below(100) ? random.below(2) : random.below(3));
        const auto status =
            master.access(command, address, bytes, data, {}, enable ? enables : nullptr, streaming);
        REQUIRE(status != tlm::TLM_INCOMPLETE_RESPONSE);
        traffic(random, to_ps(master.delay));
    }
    component.reset();
    CHECK(master.read(Component::CIDR0 + 12) == 0xb1);
    CHECK(master.read(Component::LSR) == 3);
}

template <class Target>
auto sender(TestSource& source, Target& target)
{
    return [&](Random& random, u64 now_ps) {
        if (random.below(3) == 0) {
            const u8 id = random.below(30) ? static_cast<u8>(1 + random.below(0x6f)) : trigger_id;
            source.send(id, std::vector<u8>(1 + random.below(16), static_cast<u8>(now_ps)), now_ps);
            if (source.kept.size() > 64)
                source.kept.clear();
        }
        if (random.below(20) == 0)
            target.trigger_in(random.below(2), now_ps);
        if (random.below(20) == 0)
            target.flush_in(random.below(2), now_ps);
    };
}

const std::vector<u32> tmc_offsets{
    Tmc::RSZ,   Tmc::STS,   Tmc::RRD,   Tmc::RRP,   Tmc::RWP,       Tmc::TRG,
    Tmc::CTL,   Tmc::CTL,   Tmc::CTL,   Tmc::MODE,  Tmc::LBUFLEVEL, Tmc::CBUFLEVEL,
    Tmc::BUFWM, Tmc::RRPHI, Tmc::RWPHI, Tmc::DBALO, Tmc::DBAHI,     Tmc::AXICTL,
    Tmc::FFSR,  Tmc::FFCR,  Tmc::FFCR,  Tmc::FFCR,  Tmc::PSCR,      Tmc::RRD};

} // namespace

TEST_CASE("random accesses do no harm to an ETB", "[coresight][module][random]")
{
    EtbBench b;
    abuse(b.master, b.etb.tmc(), tmc_offsets, 1, sender(b.source.test, b.etb.tmc()));
}

TEST_CASE("random accesses do no harm to an ETF", "[coresight][module][random]")
{
    Master master{"master"};
    Source source{"source"};
    Sink sink{"sink"};
    TmcModule etf{
        "etf", {.type = Tmc::Type::Etf, .ram_bytes = 256, .memory_bytes = 8, .hz = mhz100}, 20'000};
    master.socket.bind(etf.bus);
    source.out.socket.bind(etf.in());
    etf.out().socket.bind(sink.in.socket);
    const auto send = sender(source.test, etf.tmc());
    abuse(master, etf.tmc(), tmc_offsets, 2, [&](Random& random, u64 now_ps) {
        send(random, now_ps);
        if (random.below(10) == 0)
            sink.test.refusing = random.below(2);
        if (!sink.test.refusing && random.below(4) == 0)
            sink.in.ready(now_ps);
        if (random.below(40) == 0)
            sink.in.flush(now_ps);
        sink.test.got.clear();
    });
}

TEST_CASE("random accesses do no harm to an ETR", "[coresight][module][random]")
{
    Master master{"master"};
    Source source{"source"};
    TestMemory memory;
    memory.write_ps = 20'000;
    TmcModule etr{"etr",
                  {.type = Tmc::Type::Etr, .memory_bytes = 8, .hz = mhz100, .secure = true},
                  memory,
                  nullptr,
                  20'000};
    master.socket.bind(etr.bus);
    source.out.socket.bind(etr.in());
    // Tables where a small address leads.
    for (u32 n = 0; n < 64; ++n)
        memory.put(4 * n, n << 4 | (n % 4));
    abuse(master, etr.tmc(), tmc_offsets, 3, sender(source.test, etr.tmc()));
}

TEST_CASE("random accesses do no harm to a TPIU", "[coresight][module][random]")
{
    Master master{"master"};
    Source source{"source"};
    Capture capture;
    TpiuModule tpiu{"tpiu", {.port_bits = 32, .hz = mhz100}, capture, 20'000};
    master.socket.bind(tpiu.bus);
    source.out.socket.bind(tpiu.in());
    abuse(master, tpiu.tpiu(),
          {Tpiu::CURRENT_PORT_SIZE, Tpiu::SUPPORTED_TRIGGER_MODES, Tpiu::TRIGGER_COUNTER,
           Tpiu::TRIGGER_MULTIPLIER, Tpiu::FFSR, Tpiu::FFCR, Tpiu::FSCR},
          4, sender(source.test, tpiu.tpiu()));
}

TEST_CASE("random accesses do no harm to funnel and replicator", "[coresight][module][random]")
{
    Master master{"master"}, other{"other"};
    Source a{"a"}, b{"b"};
    FunnelModule funnel{"funnel", {.ports = 2, .width = 4, .hz = mhz100}, 20'000};
    ReplicatorModule replicator{"replicator", 20'000};
    Sink first{"first"}, second{"second"};
    master.socket.bind(funnel.bus);
    other.socket.bind(replicator.bus);
    a.out.socket.bind(funnel.in(0));
    b.out.socket.bind(funnel.in(1));
    funnel.out.socket.bind(replicator.in.socket);
    replicator.out(0).socket.bind(first.in.socket);
    replicator.out(1).socket.bind(second.in.socket);
    const auto traffic = [&](Random& random, u64 now_ps) {
        for (Source* source : {&a, &b}) {
            if (random.below(3) == 0)
                source->test.send(static_cast<u8>(1 + random.below(0x6f)), {1, 2, 3}, now_ps);
            if (source->test.kept.size() > 64)
                source->test.kept.clear();
        }
        for (Sink* sink : {&first, &second}) {
            if (random.below(10) == 0)
                sink->test.refusing = random.below(2);
            if (!sink->test.refusing && random.below(4) == 0)
                sink->in.ready(now_ps);
            if (random.below(40) == 0)
                sink->in.flush(now_ps);
            sink->test.got.clear();
        }
        funnel.funnel().advance(now_ps);
    };
    abuse(master, funnel.funnel(), {Funnel::FUNCTL, Funnel::PRICTL}, 5, traffic);
    abuse(other, replicator.replicator(), {Replicator::IDFILTER0, Replicator::IDFILTER1}, 6,
          traffic);
}

TEST_CASE("random accesses do no harm to a CTI", "[coresight][module][random]")
{
    Master master{"master"};
    CtiModule first{"first", 0x5, 20'000}, second{"second", 0, 20'000};
    Ctm ctm;
    ctm.add(first.cti());
    ctm.add(second.cti());
    master.socket.bind(first.bus);
    std::vector<u32> offsets{Cti::CTICONTROL,  Cti::CTIINTACK,   Cti::CTIAPPSET,
                             Cti::CTIAPPCLEAR, Cti::CTIAPPPULSE, Cti::CTIGATE,
                             Cti::ITCHOUT,     Cti::ITTRIGOUT,   Component::ITCTRL};
    for (u32 n = 0; n < Cti::triggers; ++n) {
        offsets.push_back(Cti::CTIINEN + 4 * n);
        offsets.push_back(Cti::CTIOUTEN + 4 * n);
    }
    abuse(master, first.cti(), offsets, 7, [&](Random& random, u64 now_ps) {
        CtiModule& any = random.below(2) ? first : second;
        any.cti().trigger_in(random.below(Cti::triggers), random.below(2), now_ps);
    });
}

TEST_CASE("random accesses do no harm to an STM", "[coresight][module][random]")
{
    Master master{"master"}, ports{"ports"};
    Sink sink{"sink"};
    StmModule stm{"stm", {.timestamp = [](u64 now) { return now * 977; }}, 20'000, 5'000};
    master.socket.bind(stm.bus);
    ports.socket.bind(stm.stimulus);
    stm.out.socket.bind(sink.in.socket);
    sink.test.cycle_ps = 10'000;
    abuse(master, stm.stm(),
          {Stm::STMSPER, Stm::STMSPTER, Stm::STMSPTRIGCSR, Stm::STMTCSR, Stm::STMTSSTIMR,
           Stm::STMTSFREQR, Stm::STMSYNCR},
          8, [&](Random& random, u64 now_ps) {
              u64 data[8] = {random.word()};
              ports.delay = master.delay;
              ports.access(random.below(8) ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND,
                           random.below(0x110'0000),
                           random.below(4) ? 1u << random.below(4) : 1 + random.below(64), data,
                           {.pe = static_cast<u16>(random.below(300))});
              if (random.below(10) == 0)
                  sink.test.refusing = random.below(2);
              if (!sink.test.refusing && random.below(4) == 0)
                  sink.in.ready(now_ps);
              if (random.below(40) == 0)
                  sink.in.flush(now_ps);
              if (random.below(40) == 0)
                  sink.in.sync_request(now_ps);
              sink.test.got.clear();
          });
}
