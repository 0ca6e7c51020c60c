// SPDX-License-Identifier: MIT
#include "coresight/formatter.h"
#include "coresight_bench.h"
#include "coresight_opencsd.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::coresight;

namespace {

void take(Formatter& formatter, std::vector<u8>& trace)
{
    while (!formatter.empty()) {
        const Frame frame = formatter.fetch();
        trace.insert(trace.end(), frame.begin(), frame.end());
    }
}

std::vector<u8> finish(Formatter& formatter)
{
    std::vector<u8> trace;
    formatter.pad();
    take(formatter, trace);
    return trace;
}

} // namespace

TEST_CASE("one source fills a frame with its ID and 14 bytes", "[coresight][formatter]")
{
    Formatter f;
    // Bytes at even places lose their low bit to byte 15.
    for (u8 n = 1; n <= 14; ++n)
        f.put(0x10, n);
    const auto trace = finish(f);
    // ID 0x10 is 0x21. Bytes 2, 4, ... 14 of the source are at even places, except that the ID
    // takes the first: places 2, 4, ... hold 2, 4, ..., 14, which are even.
    CHECK(trace == std::vector<u8>{0x21, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x00});
}

TEST_CASE("low bits of data at even places go to byte 15", "[coresight][formatter]")
{
    Formatter f;
    for (u8 n = 0; n < 14; ++n)
        f.put(0x10, static_cast<u8>(0x81 + 2 * n));
    const auto trace = finish(f);
    REQUIRE(trace.size() == 16);
    CHECK(trace[2] == 0x82); // 0x83
    CHECK(trace[15] == 0xfe);
}

TEST_CASE("an ID needed at an odd place is announced one byte early", "[coresight][formatter]")
{
    Formatter f;
    f.put(0x10, 0xa0);
    f.put(0x10, 0xa2);
    f.put(0x20, 0xb0);
    const auto trace = finish(f);
    // Place 2: ID 0x20, valid after the next byte (bit 1 of byte 15); place 3: 0xa2 of ID 0x10.
    REQUIRE(trace.size() == 16);
    CHECK(trace[0] == 0x21);
    CHECK(trace[1] == 0xa0);
    CHECK(trace[2] == 0x41);
    CHECK(trace[3] == 0xa2);
    CHECK((trace[15] & 0x02) == 0x02);
    const auto streams = opencsd_deformat(trace);
    CHECK(streams == Streams{{0x10, {0xa0, 0xa2}}, {0x20, {0xb0}}});
}

TEST_CASE("padding is bytes of the null ID and adds no frame without need",
          "[coresight][formatter]")
{
    for (unsigned bytes = 1; bytes <= 14; ++bytes) {
        Formatter f;
        for (unsigned n = 0; n < bytes; ++n)
            f.put(0x33, 0xff);
        CHECK(finish(f).size() == 16);
        CHECK(f.idle());
        f.pad();
        CHECK(f.empty());
    }
    Formatter f;
    for (unsigned n = 0; n < 15; ++n)
        f.put(0x33, 0xff);
    CHECK(finish(f).size() == 32);
}

TEST_CASE("a long stream of one source repeats its ID, so that a buffer can be cut anywhere",
          "[coresight][formatter]")
{
    Formatter f;
    std::vector<u8> sent, trace;
    for (unsigned n = 0; n < 4000; ++n) {
        sent.push_back(static_cast<u8>(n * 7));
        f.put(0x15, sent.back());
    }
    f.pad();
    take(f, trace);
    for (unsigned cut = 1; cut < 40; ++cut) {
        const auto streams = opencsd_deformat(std::span{trace}.subspan(16 * cut));
        REQUIRE(streams.size() == 1);
        const auto& rest = streams.at(0x15);
        // A suffix, and not more than twelve frames short.
        CHECK(rest.size() >= sent.size() - 15 * (cut + 12));
        CHECK(std::equal(rest.rbegin(), rest.rend(), sent.rbegin()));
    }
}

TEST_CASE("OpenCSD takes apart what the formatter puts together: random sources and flushes",
          "[coresight][formatter]")
{
    Random random{1};
    for (unsigned run = 0; run < 60; ++run) {
        Formatter f;
        Streams sent;
        std::vector<u8> trace;
        const unsigned sources = 1 + random.below(run % 3 == 0 ? 111 : 4);
        const unsigned longest = 1 + random.below(40);
        for (unsigned bursts = 0; bursts < 600; ++bursts) {
            const u8 id = static_cast<u8>(1 + random.below(sources));
            for (unsigned n = random.below(longest) + 1; n > 0; --n) {
                const u8 byte = static_cast<u8>(random.below(256));
                f.put(id, byte);
                sent[id].push_back(byte);
            }
            if (random.below(50) == 0)
                f.pad();
            if (random.below(100) == 0)
                f.put(trigger_id, 0);
            take(f, trace);
        }
        f.pad();
        take(f, trace);
        REQUIRE(opencsd_deformat(trace) == sent);

        // And our own unformatter agrees.
        Unformatter u;
        std::vector<Unformatter::Byte> bytes;
        for (std::size_t at = 0; at < trace.size(); at += 16) {
            Frame frame;
            std::copy_n(trace.begin() + static_cast<std::ptrdiff_t>(at), 16, frame.begin());
            u.take(frame, bytes);
        }
        Streams ours;
        for (const auto& b : bytes)
            if (b.id != trigger_id)
                ours[b.id].push_back(b.value);
        REQUIRE(ours == sent);
    }
}

TEST_CASE("a trigger in the stream is one zero byte of ID 0x7d", "[coresight][formatter]")
{
    Formatter f;
    f.put(0x10, 1);
    f.put(trigger_id, 0);
    f.put(0x10, 2);
    f.put(0x10, 3);
    const auto trace = finish(f);
    REQUIRE(trace.size() == 16);
    CHECK(trace[2] == 0xfb); // 0x7d << 1 | 1
    CHECK(trace[3] == 0x00);
    CHECK(opencsd_deformat(trace) == Streams{{0x10, {1, 2, 3}}});
}
