// SPDX-License-Identifier: MIT
// What is left of a trace in a buffer that went round, or of which a part is missing, decodes to
// what executed last: from the first synchronization in it to its end, and nothing else.
#include "coresight/tmc.h"
#include "trace/deframe.h"
#include "trace_session.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

using coresight::Component;
using coresight::Tmc;

constexpr u64 buffer = Run::buffer;
constexpr u64 period = 9; ///< TRCSYNCPR: synchronization every 512 bytes
/// Beyond its period a synchronization waits for the next element, which is short.
constexpr u64 most_between_syncs = (u64{1} << period) + 64;

/// Instructions of all ranges, in order.
std::vector<u64> instructions(const Decoded& decoded)
{
    std::vector<u64> all;
    for (const Element& e : decoded.elements) {
        CHECK(e.kind != Element::Kind::NoMemory);
        if (e.kind == Element::Kind::Range)
            for (unsigned n = 0; n < e.count; ++n)
                all.push_back(e.address + 4 * u64{n});
    }
    return all;
}

/// A walk of which everything is traced, into a buffer of `size` bytes in mode `fm`.
struct Walk : Run {
    Walk(unsigned seed, u64 size, u64 fm)
        : Run{seed}
    {
        unit.write(Reg::TRCSYNCPR, period);
        begin(Filter{});
        unit.write(Reg::TRBLIMITR_EL1, 0);
        unit.write(Reg::TRBPTR_EL1, buffer);
        unit.write(Reg::TRBLIMITR_EL1, (buffer + size) | fm << 1 | 1);
    }

    void go(unsigned instructions)
    {
        walker.run(instructions);
        unit.finish();
    }

    /// Those up to the last waypoint.
    std::vector<u64> executed() const
    {
        std::vector<u64> all;
        for (std::size_t n = 0; n < walker.blocks().back().end; ++n)
            all.push_back(log.entries()[n].pc);
        return all;
    }

    std::vector<u64> decoded(std::span<const u8> bytes) const
    {
        const Decoded d = decode(EteRegisters::of(unit.ete()), walker.code(), bytes);
        CHECK(d.error == "");
        return instructions(d);
    }

    std::vector<u8> memory(u64 va, u64 bytes) { return pe.memory.bytes(va & ones(40), bytes); }
};

bool ends_with(const std::vector<u64>& all, const std::vector<u64>& part)
{
    return part.size() <= all.size() && std::equal(part.rbegin(), part.rend(), all.rbegin());
}

/// `part` is in `all`, in one piece.
bool contains(const std::vector<u64>& all, const std::vector<u64>& part)
{
    return std::search(all.begin(), all.end(), part.begin(), part.end()) != all.end();
}

std::span<const u8> from(const std::vector<u8>& bytes, std::size_t begin, std::size_t end)
{
    return std::span{bytes}.subspan(begin, end - begin);
}

} // namespace

TEST_CASE("A trace buffer that went round decodes to what executed last")
{
    constexpr u64 size = 2 * page_size;
    const u64 wrap = 1, circular = 3;
    const u64 fm = GENERATE_COPY(wrap, circular);
    for (const unsigned instructions : {60'000u, 60'001u, 75'000u, 90'017u}) {
        Walk walk{3, size, fm};
        walk.go(instructions);
        REQUIRE(walk.unit.statistics().trbe.wraps > 1);
        const u64 pointer = walk.unit.read(Reg::TRBPTR_EL1);
        auto bytes = walk.memory(pointer, buffer + size - pointer);
        const auto newer = walk.memory(buffer, pointer - buffer);
        bytes.insert(bytes.end(), newer.begin(), newer.end());
        const auto decoded = walk.decoded(bytes);
        CHECK(ends_with(walk.executed(), decoded));
        // All but what lies before the first synchronization: no more than that is lost.
        const auto without = walk.decoded(from(bytes, most_between_syncs, bytes.size()));
        CHECK(decoded.size() > without.size());
        CHECK(without.size() > 1000);
        CHECK(ends_with(decoded, without));
    }
}

TEST_CASE("A trace that is cut anywhere decodes to a piece of what executed")
{
    Walk walk{4, Run::large, 0};
    walk.go(40'000);
    const u64 size = walk.unit.read(Reg::TRBPTR_EL1) - buffer;
    const auto bytes = walk.memory(buffer, size);
    const auto all = walk.decoded(bytes);
    CHECK(all == walk.executed());
    for (std::size_t cut = 0; cut < 700; ++cut) {
        const auto tail = walk.decoded(from(bytes, cut, size));
        const auto head = walk.decoded(from(bytes, 0, size - cut));
        const bool fits = ends_with(all, tail) && head.size() <= all.size() &&
                          std::equal(head.begin(), head.end(), all.begin());
        if (!fits || head.size() + 20'000 < all.size() || tail.size() + 20'000 < all.size()) {
            INFO("cut " << cut << " bytes: " << tail.size() << " and " << head.size() << " of "
                        << all.size());
            REQUIRE(false);
        }
    }
    const auto middle = walk.decoded(from(bytes, size / 3 + 1, 2 * size / 3 + 1));
    CHECK(middle.size() > 1000);
    CHECK(contains(all, middle));
}

TEST_CASE("A circular ETB that was overwritten, and a dump of it cut short, decode likewise")
{
    constexpr u8 id = 0x10;
    Walk walk{5, Run::large, 0};
    walk.go(60'000);
    const u64 made = walk.unit.read(Reg::TRBPTR_EL1) - buffer;
    const auto stream = walk.memory(buffer, made);
    const auto type = GENERATE(Tmc::Type::Etb, Tmc::Type::Etf);
    Tmc tmc{{.type = type, .ram_bytes = 4096, .hz = 100'000'000}};
    const auto write = [&](u32 offset, u64 word) { tmc.write(offset, 4, {}, word); };
    write(Component::LAR, Component::unlock_key);
    write(Tmc::MODE, 0);
    write(Tmc::FFCR, 0x3);
    write(Tmc::CTL, 1);
    u64 now = 0;
    for (std::size_t at = 0; at < made; at += 8) {
        const auto size = std::min<std::size_t>(8, made - at);
        now = tmc.transfer(coresight::beat_of(id, from(stream, at, at + size)), now).value();
    }
    std::vector<u8> frames;
    tmc.on_capture_end([&](u64 at_ps) { frames = tmc.contents(at_ps); });
    tmc.end_capture(now);
    REQUIRE(frames.size() == 4096);

    const auto executed = walk.executed();
    const auto decoded = [&](std::span<const u8> part) {
        Deframed d = deframe(part, Framing::Memory);
        CHECK(d.error == "");
        return walk.decoded(d.streams[id]);
    };
    const auto all = decoded(frames);
    CHECK(all.size() > 1000);
    CHECK(ends_with(executed, all));
    for (std::size_t cut = 16; cut <= 1024; cut += 16) {
        INFO("cut " << cut);
        CHECK(ends_with(executed, decoded(from(frames, cut, frames.size()))));
        const auto head = decoded(from(frames, 0, frames.size() - cut));
        CHECK(head.size() <= all.size());
        CHECK(std::equal(head.begin(), head.end(), all.begin()));
    }
}
