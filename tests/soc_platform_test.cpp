// SPDX-License-Identifier: MIT
#include "common/tlm_initiator.h"
#include "soc_elaborated.h"
#include "soc_prober.h"

using namespace sl;
using namespace sl::test;

TEST_CASE("what describe shows answers on the bus, and nothing else does", "[soc]")
{
    Elaborated e{platform_for("hello", 2, 2,
                              "[[memory]]\nname = \"flash\"\nkind = \"rom\"\nbase = 0x0\n"
                              "size = \"64 KiB\"\n[[uart]]\nname = \"uart1\"\n"
                              "base = 0x0904_0000\nspi = 2\n")};
    unsigned probes = 0;
    const Prober prober{"prober", [&] {
                            Bus& bus = e.platform.pe(0).bus();
                            const auto reads = [&](u64 pa) {
                                u32 word = 0;
                                u64 latency = 0;
                                ++probes;
                                return bus.read(pa, &word, 4, {}, 0, latency);
                            };
                            const auto regions = e.config.regions();
                            REQUIRE(regions.size() == 6);
                            for (std::size_t n = 0; n < regions.size(); ++n) {
                                INFO(regions[n].name);
                                CHECK(reads(regions[n].base) == BusStatus::Ok);
                                CHECK(reads(regions[n].end() - 4) == BusStatus::Ok);
                                const bool adjacent = n + 1 < regions.size() &&
                                                      regions[n + 1].base == regions[n].end();
                                if (!adjacent)
                                    CHECK(reads(regions[n].end()) == BusStatus::DecodeError);
                            }
                            u32 word = 1;
                            u64 latency = 0;
                            CHECK(bus.write(0x0, &word, 4, {}, 0, latency) ==
                                  BusStatus::SlaveError);
                            CHECK(bus.direct(0x4000'0000, false).writable);
                            CHECK_FALSE(bus.direct(0x0, false).writable);
                            CHECK(bus.direct(0x0900'0000, false).host == nullptr);
                        }};
    sc_core::sc_start(sc_core::sc_time{1, sc_core::SC_NS});
    CHECK(probes > 12);
}

TEST_CASE("PEs have the identity and the features of their clusters", "[soc]")
{
    std::string text = platform_for("hello", 2, 2);
    text.replace(text.rfind("in-order-2wide"), 14, "cortex-a57-like");
    Elaborated e{text};
    REQUIRE(e.platform.pes() == 4);
    using sysreg::Feature;
    CHECK(e.platform.pe(3).affinity() == 0x101);
    CHECK(e.platform.pe(0).config().features.has(Feature::FEAT_LSE));
    CHECK_FALSE(e.platform.pe(0).config().features.has(Feature::FEAT_VHE));
    CHECK_FALSE(e.platform.pe(2).config().features.has(Feature::FEAT_LSE));
    for (unsigned n = 0; n < 4; ++n) {
        // No trace is configured: the cores' FEAT_ETE would be a lie.
        CHECK_FALSE(e.platform.pe(n).config().features.has(Feature::FEAT_ETE));
        CHECK(e.platform.trace_unit(n) == nullptr);
        CHECK(e.platform.pe(n).config().features.has(Feature::FEAT_GICv3));
    }
}

TEST_CASE("a UART's interrupt arrives at the GIC as its SPI", "[soc]")
{
    Elaborated e{platform_for("hello")};
    std::vector<std::pair<unsigned, bool>> edges;
    e.platform.gic().on_wire([&](int, unsigned intid, bool level, u64) {
        edges.push_back({intid, level});
    });
    const Prober prober{"prober", [&] {
                            Bus& bus = e.platform.pe(0).bus();
                            const auto write = [&](u32 offset, u32 word) {
                                u64 latency = 0;
                                CHECK(bus.write(0x0900'0000 + offset, &word, 4, {}, 0, latency) ==
                                      BusStatus::Ok);
                            };
                            write(uart::Pl011::LCR_H, 0x70);
                            write(uart::Pl011::CR, 0x301);
                            write(uart::Pl011::IMSC, uart::Pl011::Int::TX::mask);
                            write(uart::Pl011::DR, 'x');
                            write(uart::Pl011::ICR, uart::Pl011::Int::TX::mask);
                        }};
    sc_core::sc_start(sc_core::sc_time{1, sc_core::SC_NS});
    CHECK(edges == std::vector<std::pair<unsigned, bool>>{{33, true}, {33, false}});
    CHECK(e.sent == std::vector<std::string>{"x"});
}

TEST_CASE("images and their parameters are in memory before the first instruction", "[soc]")
{
    Elaborated e{platform_for("hello"), {"image.program.parameters.parameter=0x0102030405060708"}};
    const auto elf = debug::ElfImage::read(PROGRAMS "/hello.elf");
    u8 bytes[8] = {};
    e.platform.read(*elf.physical(*elf.address_of("parameter")), bytes);
    for (unsigned n = 0; n < 8; ++n)
        CHECK(bytes[n] == 8 - n);
    u8 word[4] = {};
    e.platform.read(0x4008'0000, word); // bl enter
    CHECK((word[3] & 0xfc) == 0x94);
}
