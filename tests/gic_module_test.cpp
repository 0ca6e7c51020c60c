// SPDX-License-Identifier: MIT
#include "gic/gic_module.h"

#include <catch2/catch.hpp>
#include <tlm_utils/simple_initiator_socket.h>

using namespace sl;
using namespace sl::gic;

namespace {

struct Master : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<Master> gicd{"gicd"}, gicr{"gicr"};

    explicit Master(const sc_core::sc_module_name& name)
        : sc_module{name}
    {
    }
};

struct Fixture {
    Fixture()
    {
        master.gicd.bind(module.gicd);
        master.gicr.bind(module.gicr);
    }

    static Config config()
    {
        Config c;
        c.affinities = {0, 1};
        c.security = true;
        return c;
    }

    template <class Socket>
    tlm::tlm_response_status access(Socket& socket, tlm::tlm_command command, u64 address,
                                    unsigned bytes, u64& data, Initiator who = {})
    {
        InitiatorExtension extension{who};
        tlm::tlm_generic_payload tx;
        tx.set_command(command);
        tx.set_address(address);
        tx.set_data_ptr(reinterpret_cast<u8*>(&data));
        tx.set_data_length(bytes);
        tx.set_streaming_width(bytes);
        tx.set_extension(&extension);
        socket->b_transport(tx, delay);
        tx.clear_extension(&extension);
        return tx.get_response_status();
    }

    u64 read(bool gicd, u64 address, unsigned bytes, Initiator who = {})
    {
        u64 data = 0;
        auto& socket = gicd ? master.gicd : master.gicr;
        CHECK(access(socket, tlm::TLM_READ_COMMAND, address, bytes, data, who) ==
              tlm::TLM_OK_RESPONSE);
        return data;
    }

    void write(bool gicd, u64 address, unsigned bytes, u64 data, Initiator who = {})
    {
        auto& socket = gicd ? master.gicd : master.gicr;
        CHECK(access(socket, tlm::TLM_WRITE_COMMAND, address, bytes, data, who) ==
              tlm::TLM_OK_RESPONSE);
    }

    Master master{"master"};
    GicModule module{"gic", config(), 20'000};
    sc_core::sc_time delay;
};

constexpr Initiator secure{.secure = true};
constexpr bool gicd = true, gicr = false;

} // namespace

TEST_CASE("the frames answer on their sockets, by size and security state", "[gic][module]")
{
    Fixture f;
    CHECK(f.read(gicd, 0xffe8, 4) == 0x3b);
    CHECK(f.read(gicd, Distributor::CTLR, 4, secure) == 0x30);
    CHECK(f.read(gicd, Distributor::CTLR, 4) == 0x10);
    CHECK(f.module.gicr_size() == 0x4'0000);
    CHECK(f.read(gicr, 0x2'0000 + Redistributor::TYPER, 8) == 0x1'0000'0130);
    CHECK(f.read(gicr, 0x2'0000 + Redistributor::TYPER + 4, 4) == 1);
    f.write(gicd, Distributor::IPRIORITYR + 33, 1, 0xa5, secure);
    CHECK(f.read(gicd, Distributor::IPRIORITYR + 32, 4, secure) == 0xa000);
    CHECK(f.delay == sc_core::sc_time(7 * 20, sc_core::SC_NS));
}

TEST_CASE("what no register takes is RAZ/WI, and what is no access is a TLM error", "[gic][module]")
{
    Fixture f;
    CHECK(f.read(gicd, 0x0020, 4) == 0);              // reserved
    CHECK(f.read(gicd, Distributor::IIDR, 1) == 0);   // not a byte register
    CHECK(f.read(gicr, Redistributor::CTLR, 8) == 0); // not a 64-bit register
    CHECK(f.read(gicr, 0x4'0000, 4) == 0);            // no such PE
    f.write(gicd, Distributor::IIDR, 4, 0);
    CHECK(f.read(gicd, Distributor::IIDR, 4) == 0x43b);

    u64 data[2] = {};
    CHECK(f.access(f.master.gicd, tlm::TLM_READ_COMMAND, 2, 4, data[0]) ==
          tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(f.access(f.master.gicd, tlm::TLM_READ_COMMAND, 0, 16, data[0]) ==
          tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(f.access(f.master.gicd, tlm::TLM_READ_COMMAND, 0, 3, data[0]) ==
          tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_CASE("accesses carry the initiator's local time to the GIC", "[gic][module]")
{
    Fixture f;
    auto& gic = f.module.gic();
    f.write(gicd, Distributor::CTLR, 4, 7, secure);
    f.write(gicr, 0x2'0000 + Redistributor::WAKER, 4, 0, secure);
    f.write(gicd, Distributor::IGROUPR + 4, 4, 0xffff'ffff, secure);
    f.write(gicd, Distributor::ISENABLER + 4, 4, 1);
    f.write(gicd, Distributor::IROUTER + 8 * 32, 8, 1);
    std::vector<Message> sent;
    gic.on_message([&](const Message& m) { sent.push_back(m); });
    f.delay = sc_core::sc_time(123, sc_core::SC_PS);
    f.write(gicd, Distributor::ISPENDR + 4, 4, 1, {.pe = 0});
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].to == 1);
    CHECK(sent[0].from == 0);
    CHECK(sent[0].sent_ps == 123);
}

TEST_CASE("a debugger reads registers without effect and time, and writes none", "[gic][module]")
{
    Fixture f;
    u64 data = 0;
    tlm::tlm_generic_payload tx;
    tx.set_command(tlm::TLM_READ_COMMAND);
    tx.set_address(0xffe8);
    tx.set_data_ptr(reinterpret_cast<u8*>(&data));
    tx.set_data_length(4);
    tx.set_streaming_width(4);
    CHECK(f.master.gicd->transport_dbg(tx) == 4);
    CHECK(data == 0x3b);
    tx.set_command(tlm::TLM_WRITE_COMMAND);
    tx.set_address(Distributor::CTLR);
    data = 7;
    CHECK(f.master.gicd->transport_dbg(tx) == 0);
    CHECK(f.read(gicd, Distributor::CTLR, 4, secure) == 0x30);
    CHECK(f.delay == sc_core::sc_time(20, sc_core::SC_NS));
}
