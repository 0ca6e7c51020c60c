// SPDX-License-Identifier: MIT
// The trace port: what leaves it, and when.
#include "coresight/tpiu.h"
#include "coresight_linux.h"
#include "coresight_opencsd.h"

#include <cstdio>
#include <filesystem>
#include <iterator>

using namespace sl;
using namespace sl::coresight;

namespace {

struct Capture final : ByteSink {
    void put(std::span<const u8> more, u64 gone_ps) override
    {
        bytes.insert(bytes.end(), more.begin(), more.end());
        last_ps = gone_ps;
    }

    std::vector<u8> bytes;
    u64 last_ps = 0;
};

struct Port {
    explicit Port(unsigned bits = 32)
        : tpiu{{.port_bits = bits, .hz = 100'000'000}, sink}
    {
        tpiu.connect(source);
    }

    void start(u64 ffcr, unsigned bits = 32)
    {
        r.write(Tpiu::CURRENT_PORT_SIZE, u64{1} << (bits - 1));
        r.write(Tpiu::FFCR, ffcr);
    }

    /// tpiu_disable_hw of the Linux driver.
    void linux_disable()
    {
        r.write(Component::LAR, Component::unlock_key);
        r.write(Tpiu::FFCR, 0x1000);
        r.write(Tpiu::FFCR, 0x1040);
        for (unsigned n = 0; n < 100 && bit(r.read(Tpiu::FFCR), 6); ++n)
            r.now += 1'000'000;
        for (unsigned n = 0; n < 100 && !bit(r.read(Tpiu::FFSR), 1); ++n)
            r.now += 1'000'000;
        CHECK(!bit(r.read(Tpiu::FFCR), 6));
        CHECK(bit(r.read(Tpiu::FFSR), 1));
        r.write(Component::LAR, 0);
    }

    Capture sink;
    Tpiu tpiu;
    TestSource source{tpiu};
    Registers r{tpiu};
};

constexpr auto continuous = trace::Framing::Port;

} // namespace

TEST_CASE("the TPIU's registers after reset", "[coresight][tpiu]")
{
    Port port;
    CHECK(port.r.read(Tpiu::SUPPORTED_PORT_SIZES) == 0xffff'ffff);
    CHECK(port.r.read(Tpiu::CURRENT_PORT_SIZE) == 1);
    CHECK(port.r.read(Tpiu::SUPPORTED_TRIGGER_MODES) == 0x11f);
    CHECK(port.r.read(Tpiu::FFSR) == 0x6);
    CHECK(port.r.read(Tpiu::FFCR) == 0);
    CHECK(port.r.read(Tpiu::FSCR) == 0x40);
    CHECK(port.r.read(Component::DEVID) == 0xa0);
    port.r.write(Tpiu::CURRENT_PORT_SIZE, 3); // two sizes
    CHECK(port.r.read(Tpiu::CURRENT_PORT_SIZE) == 1);
    port.r.write(Tpiu::CURRENT_PORT_SIZE, 0x8000);
    CHECK(port.r.read(Tpiu::CURRENT_PORT_SIZE) == 0x8000);
    Port narrow{4};
    CHECK(narrow.r.read(Tpiu::SUPPORTED_PORT_SIZES) == 0xf);
    narrow.r.write(Tpiu::CURRENT_PORT_SIZE, 0x10);
    CHECK(narrow.r.read(Tpiu::CURRENT_PORT_SIZE) == 1);
}

TEST_CASE("continuous formatting is what OpenCSD takes for a TPIU stream", "[coresight][tpiu]")
{
    Port port;
    port.start(0x3);
    Random random{7};
    Streams sent;
    u64 now = 0;
    for (unsigned n = 0; n < 3000; ++n) {
        const u8 id = static_cast<u8>(1 + random.below(5) * 20);
        std::vector<u8> bytes;
        for (unsigned count = 1 + random.below(8); count > 0; --count)
            bytes.push_back(static_cast<u8>(random.below(256)));
        // Gaps make the port idle inside frames.
        now += random.below(4) == 0 ? random.below(200'000) : 0;
        now = *port.source.send(id, bytes, now);
        sent[id].insert(sent[id].end(), bytes.begin(), bytes.end());
    }
    port.r.now = now;
    port.linux_disable();
    CHECK(opencsd_deformat(port.sink.bytes, continuous) == sent);
    // It begins with a full synchronization and has half ones.
    const auto& b = port.sink.bytes;
    REQUIRE(b.size() > 4);
    CHECK(std::vector<u8>(b.begin(), b.begin() + 4) == std::vector<u8>{0xff, 0xff, 0xff, 0x7f});
    const std::vector<u8> half{0xff, 0x7f};
    CHECK(std::search(b.begin() + 4, b.end(), half.begin(), half.end()) != b.end());
}

TEST_CASE("normal formatting is frames and nothing else", "[coresight][tpiu]")
{
    Port port;
    port.start(0x1);
    const auto sent = numbered(500);
    port.r.now = send_all(port.source, 0x33, sent, 4, 0);
    port.linux_disable();
    CHECK(port.sink.bytes.size() % 16 == 0);
    CHECK(opencsd_deformat(port.sink.bytes) == Streams{{0x33, sent}});
}

TEST_CASE("bypass is the bytes as they come", "[coresight][tpiu]")
{
    Port port;
    port.start(0);
    send_all(port.source, 0x33, {1, 2, 3}, 2, 0);
    send_all(port.source, 0x34, {4}, 2, 0);
    CHECK(port.sink.bytes == std::vector<u8>{1, 2, 3, 4});
}

TEST_CASE("a stopped TPIU drops trace", "[coresight][tpiu][linux]")
{
    Port port;
    CHECK(port.source.send(1, {1, 2, 3}, 7) == 7);
    CHECK(port.sink.bytes.empty());
    port.start(0x3);
    port.linux_disable();
    const auto before = port.sink.bytes.size();
    CHECK(port.source.send(1, numbered(16), 7) == 7);
    CHECK(port.sink.bytes.size() == before);
}

TEST_CASE("the TPIU's triggers", "[coresight][tpiu]")
{
    Port port;
    port.r.write(Tpiu::TRIGGER_COUNTER, 2);
    port.r.write(Tpiu::TRIGGER_MULTIPLIER, 1); // times 2: four words
    port.start(0x2103);                        // EnFTC, EnFCont, TrigIn, StopTrig
    port.tpiu.trigger_in(true, 0);
    CHECK(port.r.read(Tpiu::SUPPORTED_TRIGGER_MODES) == 0x2'011f);
    send_all(port.source, 0x10, numbered(40), 1, 0);
    CHECK(port.r.read(Tpiu::SUPPORTED_TRIGGER_MODES) == 0x1'011f);
    port.r.now = 10'000'000;
    CHECK(port.r.read(Tpiu::FFSR) == 0x6);
    // The trigger's mark is the first thing in the stream after the synchronization.
    CHECK(port.sink.bytes.at(4) == (trigger_id << 1 | 1));
    // Four words are one frame, and a second holds what was inside.
    CHECK(port.sink.bytes.size() == 4 + 2 * 16);
}

TEST_CASE("FLUSHIN and FOnTrig flush the sources", "[coresight][tpiu]")
{
    Port port;
    port.start(0x33); // FOnFlIn, FOnTrig
    port.source.held.push_back(beat_of(0x22, std::vector<u8>{5}));
    port.tpiu.flush_in(true, 0);
    CHECK(port.source.flushes == 1);
    port.tpiu.trigger_in(true, 0);
    CHECK(port.source.flushes == 2);
    CHECK(opencsd_deformat(port.sink.bytes, continuous) == Streams{{0x22, {5}}});
}

TEST_CASE("the port moves its bits once per cycle", "[coresight][tpiu][time]")
{
    // 4 bits, 10 ns: a frame of 16 bytes takes 32 cycles, 320 ns; the synchronization 80 ns.
    Port port{4};
    port.start(0x1, 4);
    const std::vector<u8> fifteen(15, 0x42);
    CHECK(port.source.send(1, fifteen, 0) == 0); // 0..320 ns
    CHECK(port.sink.last_ps == 320'000);
    CHECK(port.source.send(1, fifteen, 0) == 320'000); // 320..640 ns
    CHECK(port.sink.last_ps == 640'000);
    CHECK(port.source.send(1, fifteen, 320'000) == 640'000);
    CHECK(port.sink.last_ps == 960'000);
    Port sync{32};
    sync.start(0x3);
    CHECK(sync.source.send(1, fifteen, 5'000) == 5'000);
    // From 10 ns on: one cycle of synchronization, and each half word takes one.
    CHECK(sync.sink.bytes.size() == 20);
    CHECK(sync.sink.last_ps == 100'000);
    Port bypass{8};
    bypass.start(0, 8);
    CHECK(bypass.source.send(1, {1, 2, 3, 4}, 0) == 0);
    CHECK(bypass.source.send(1, {1, 2, 3, 4}, 0) == 40'000);
    CHECK(bypass.sink.last_ps == 80'000);
}

TEST_CASE("full synchronizations are as frequent as FSCR says", "[coresight][tpiu]")
{
    Port port;
    port.r.write(Tpiu::FSCR, 3);
    port.start(0x3);
    const std::vector<u8> sent(15 * 30, 0x21);
    port.r.now = send_all(port.source, 0x10, sent, 15, 0);
    unsigned syncs = 0;
    const auto& b = port.sink.bytes;
    for (std::size_t n = 0; n + 3 < b.size(); ++n)
        syncs += b[n] == 0xff && b[n + 1] == 0xff && b[n + 2] == 0xff && b[n + 3] == 0x7f;
    CHECK(syncs == 10);
}

TEST_CASE("a file keeps what leaves the port", "[coresight][tpiu]")
{
    const auto path = std::filesystem::temp_directory_path() / "sl_coresight_tpiu.bin";
    {
        FileSink file{path.string()};
        Tpiu tpiu{{.port_bits = 32, .hz = 100'000'000}, file};
        TestSource source{tpiu};
        tpiu.connect(source);
        Registers r{tpiu};
        r.write(Tpiu::FFCR, 0x3);
        send_all(source, 0x10, numbered(100), 4, 0);
        r.write(Tpiu::FFCR, 0x1043);
        CHECK(file.flush());
    }
    std::ifstream in{path, std::ios::binary};
    const std::vector<char> chars{std::istreambuf_iterator<char>{in}, {}};
    const std::vector<u8> bytes(chars.begin(), chars.end());
    CHECK(opencsd_deformat(bytes, continuous) == Streams{{0x10, numbered(100)}});
    std::filesystem::remove(path);
    CHECK_THROWS_AS(FileSink{"/nonexistent/directory/file"}, std::runtime_error);
}
