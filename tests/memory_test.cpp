// SPDX-License-Identifier: MIT
#include "memory/memory.h"

#include "common/tlm_initiator.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include <sys/mman.h>

using namespace sl;
using memory::Memory;

namespace {

constexpr u64 MiB = u64{1} << 20, GiB = u64{1} << 30;

tlm::tlm_response_status access(Memory& memory, tlm::tlm_command command, u64 address, void* data,
                                unsigned bytes, u64* took_ps = nullptr)
{
    tlm::tlm_generic_payload tx;
    tx.set_command(command);
    tx.set_address(address);
    tx.set_data_ptr(static_cast<u8*>(data));
    tx.set_data_length(bytes);
    tx.set_streaming_width(bytes);
    sc_core::sc_time delay;
    memory.bus.get_base_export()->b_transport(tx, delay);
    if (took_ps)
        *took_ps = to_ps(delay);
    return tx.get_response_status();
}

/// What the host holds of the memory's own pages: a sanitizer's shadow of them does not count.
u64 resident_bytes(Memory& memory)
{
    std::vector<unsigned char> pages(memory.size() / page_size);
    REQUIRE(::mincore(memory.host(), memory.size(), pages.data()) == 0);
    return page_size *
           static_cast<u64>(std::count_if(pages.begin(), pages.end(),
                                          [](unsigned char p) { return (p & 1) != 0; }));
}

} // namespace

TEST_CASE("RAM reads as zero until it is written, and then as written", "[memory]")
{
    Memory ram{"ram", MiB, Memory::Kind::Ram, 0};
    u64 data = ~u64{0};
    CHECK(access(ram, tlm::TLM_READ_COMMAND, 0x8000, &data, 8) == tlm::TLM_OK_RESPONSE);
    CHECK(data == 0);
    u64 value = 0x1122'3344'5566'7788;
    CHECK(access(ram, tlm::TLM_WRITE_COMMAND, 0x8003, &value, 8) == tlm::TLM_OK_RESPONSE);
    u16 part = 0;
    CHECK(access(ram, tlm::TLM_READ_COMMAND, 0x8005, &part, 2) == tlm::TLM_OK_RESPONSE);
    CHECK(part == 0x5566);
}

TEST_CASE("an access that leaves a memory is an address error", "[memory]")
{
    Memory ram{"ram", MiB, Memory::Kind::Ram, 0};
    u64 data = 0;
    CHECK(access(ram, tlm::TLM_READ_COMMAND, MiB, &data, 1) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(access(ram, tlm::TLM_WRITE_COMMAND, MiB - 4, &data, 8) ==
          tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(access(ram, tlm::TLM_READ_COMMAND, MiB - 8, &data, 8) == tlm::TLM_OK_RESPONSE);
}

TEST_CASE("a ROM refuses stores, directly too, and takes a loader's", "[memory]")
{
    Memory rom{"rom", MiB, Memory::Kind::Rom, 0};
    u32 word = 0xd503'201f;
    CHECK(access(rom, tlm::TLM_WRITE_COMMAND, 16, &word, 4) == tlm::TLM_GENERIC_ERROR_RESPONSE);

    tlm::tlm_generic_payload tx;
    tx.set_command(tlm::TLM_WRITE_COMMAND);
    tx.set_address(16);
    tx.set_data_ptr(reinterpret_cast<u8*>(&word));
    tx.set_data_length(4);
    CHECK(rom.bus.get_base_export()->transport_dbg(tx) == 4);
    u32 read = 0;
    CHECK(access(rom, tlm::TLM_READ_COMMAND, 16, &read, 4) == tlm::TLM_OK_RESPONSE);
    CHECK(read == word);

    tlm::tlm_dmi dmi;
    REQUIRE(rom.bus.get_base_export()->get_direct_mem_ptr(tx, dmi));
    CHECK(dmi.is_read_allowed());
    CHECK_FALSE(dmi.is_write_allowed());
}

TEST_CASE("each access over the bus takes the memory's latency", "[memory]")
{
    Memory ram{"ram", MiB, Memory::Kind::Ram, 80'000};
    u64 data = 0, took = 0;
    access(ram, tlm::TLM_READ_COMMAND, 0, &data, 8, &took);
    CHECK(took == 80'000);
}

TEST_CASE("memory takes room on the host only where it is written", "[memory]")
{
    Memory ram{"ram", 64 * GiB, Memory::Kind::Ram, 0};
    CHECK(resident_bytes(ram) == 0);
    for (u64 at = 0; at < 64 * MiB; at += page_size)
        ram.host()[at * 512] = 1; // a page in every 2 MiB
    CHECK(resident_bytes(ram) == 64 * MiB);
    ram.clear();
    CHECK(resident_bytes(ram) == 0);
    CHECK(ram.host()[0] == 0);
}
