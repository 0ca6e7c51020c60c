// SPDX-License-Identifier: MIT
// Filters and resources in a random walk: what OpenCSD decodes is held against a filter of the log
// that looks at one instruction after the other.
#include "trace_session.h"

#include <catch2/catch.hpp>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

constexpr u64 group_counter = 2u << 16, group_single_shot = 3u << 16, group_address = 4u << 16,
              group_range = 5u << 16, group_external = 0;

Config full()
{
    Config config;
    config.resources = ResourceCounts::full();
    return config;
}

std::vector<Element> decoded(Run& run)
{
    run.unit.finish();
    std::vector<Element> all;
    for (const Recording::Piece& piece : run.recording.pieces()) {
        const Decoded part = decode(piece.registers, run.walker.code(), piece.bytes);
        REQUIRE(part.error == "");
        all.insert(all.end(), part.elements.begin(), part.elements.end());
    }
    return all;
}

u64 count(const std::vector<Element>& elements, Element::Kind kind)
{
    u64 n = 0;
    for (const Element& e : elements)
        n += e.kind == kind;
    return n;
}

} // namespace

TEST_CASE("Ranges to include and exclude: exactly their blocks are in the trace")
{
    u64 traced = 0;
    for (unsigned seed = 200; seed < 216; ++seed) {
        Walker::Options options;
        options.change_contexts = true;
        Run run{seed, options, full()};
        Filter f;
        f.include = seed & 1 ? run.below(256) : 0;
        f.exclude = seed & 2 ? run.below(256) : 0;
        f.excluded_levels = seed & 4 ? run.below(8) : 0;
        f.view_ranges = seed & 8 ? 1 + run.below(255) : 0;
        run.program(f);
        run.unit.write(Reg::TRCCONFIGR, (seed & 1) << 12 | (seed >> 1 & 1) << 6 | 1u << 11);
        run.unit.write(Reg::TRCSYNCPR, 10);
        run.begin(f);
        run.walker.run(40'000);
        const CheckResult result = run.compare(f);
        INFO("seed " << seed << ": " << result.required << " required");
        CHECK(result.difference == "");
        CHECK(result.lost == 0);
        traced += result.required;
    }
    CHECK(traced > 50'000);
    CHECK(traced < 500'000);
}

TEST_CASE("Trace starts with the block of a start and stops behind that of a stop")
{
    u64 traced = 0;
    for (unsigned seed = 220; seed < 232; ++seed) {
        Walker::Options options;
        options.change_contexts = true;
        Run run{seed, options, full()};
        Filter f;
        f.start = run.below(0x10000);
        f.stop = run.below(0x10000) & ~f.start;
        f.exclude = seed & 1 ? run.below(256) : 0;
        f.started = seed & 2;
        run.program(f);
        run.begin(f);
        run.walker.run(40'000);
        const CheckResult result = run.compare(f);
        INFO("seed " << seed);
        CHECK(result.difference == "");
        CHECK(result.lost == 0);
        traced += result.required;
        // What SSSTATUS says in the end is where the reference has got to.
        Expected unused{run.unit};
        f.apply(run.log, run.walker.blocks(), unused);
        CHECK(bit(run.unit.read(Reg::TRCVICTLR), 9) == f.started);
    }
    CHECK(traced > 20'000);
    CHECK(traced < 460'000);
}

TEST_CASE("The comparison finds a filter that lets one instruction too many through")
{
    Run run{240, {}, full()};
    Filter f;
    f.include = 0x3f;
    run.program(f);
    run.begin(f);
    run.walker.run(40'000);
    REQUIRE(run.compare(f).difference == "");
    for (unsigned n = 0; n < 6; ++n) {
        Filter wrong = f;
        wrong.include &= ~(1u << n);
        const bool same = run.compare(wrong).required == run.compare(f).required;
        CHECK((run.compare(wrong).difference == "") == same);
    }
    f.excluded_levels = 4;
    CHECK(run.compare(f).difference != "");
}

TEST_CASE("An event packet for each time that an address is executed, traced or not")
{
    for (const bool in_view : {false, true}) {
        Run run{250, {}, full()};
        Filter f;
        f.include = in_view ? 0 : 0x80;
        run.program(f);
        const u64 watched = Walker::el1_code + 0x200; // a vector: often
        run.unit.write(Reg::TRCACVR0, watched);
        run.unit.write(Reg::TRCACATR0, 0);
        run.unit.write(Reg::TRCRSCTLR2, group_address | 1);
        run.unit.write(Reg::TRCSSCCR0, 1);
        run.unit.write(Reg::TRCRSCTLR3, group_single_shot | 1);
        run.unit.write(Reg::TRCEVENTCTL0R, 3u << 16 | 2);
        run.unit.write(Reg::TRCEVENTCTL1R, 5);
        unsigned outputs = 0;
        run.unit.on_events([&outputs](unsigned events, u64) { outputs += events & 1; });
        run.begin(f);
        run.walker.run(40'000);
        f.comparators[0].address = watched;
        if (in_view)
            CHECK(run.compare(f).difference == "");
        u64 executed = 0;
        for (const TraceLog::Entry& e : run.log.entries())
            executed += e.pc == watched;
        u64 events = 0, first = 0;
        for (const Element& e : decoded(run))
            if (e.kind == Element::Kind::Event) {
                events += e.value & 1;
                first += e.value >> 2 & 1;
                CHECK((e.value & ~u64{5}) == 0);
            }
        CHECK(executed > 20);
        CHECK(events == executed);
        CHECK(outputs == executed);
        CHECK(first == 1); // the single-shot control
        CHECK(run.unit.statistics().ete.events == events);
    }
}

// As Linux's driver programs `timestamp=`: a counter in self-reload mode, and its resource.
TEST_CASE("Timestamps come as often as a counter says, and change nothing else")
{
    u64 last = 0;
    for (const u64 period : {4'096, 512, 64}) {
        Run run{260, {}, full()};
        Filter f;
        run.unit.write(Reg::TRCCONFIGR, 1u << 11 | (period == 64 ? 1u << 4 : 0));
        run.unit.write(Reg::TRCCNTRLDVR0, period - 1);
        run.unit.write(Reg::TRCCNTVR0, period - 1);
        run.unit.write(Reg::TRCCNTCTLR0, 1u << 16 | 1);
        run.unit.write(Reg::TRCRSCTLR2, group_counter | 1);
        run.unit.write(Reg::TRCTSCTLR, 2);
        run.begin(f);
        run.walker.run(40'000);
        CHECK(run.compare(f).difference == "");
        const auto all = decoded(run);
        const u64 stamps = count(all, Element::Kind::Timestamp);
        CHECK(stamps > last);
        CHECK(stamps >= run.pe.cycles / period * 9 / 10);
        CHECK(stamps <= run.pe.cycles / period + 2);
        last = stamps;
        u64 now = 0;
        for (const Element& e : all)
            if (e.kind == Element::Kind::Timestamp) {
                CHECK(e.value >= now);
                now = e.value;
            }
    }
}

TEST_CASE("Branch broadcasting in ranges writes the addresses of their branches only")
{
    const auto bytes = [](bool on, u64 control, u64 from, u64 to) {
        Run run{270, {}, full()};
        Filter f;
        run.unit.write(Reg::TRCCONFIGR, u64{on} << 3);
        run.unit.write(Reg::TRCACVR4, from);
        run.unit.write(Reg::TRCACVR5, to);
        run.unit.write(Reg::TRCBBCTLR, control);
        run.begin(f);
        run.walker.run(20'000);
        CHECK(run.compare(f).difference == "");
        return run.unit.statistics().ete.bytes;
    };
    constexpr u64 include = 0x104, exclude = 4, el1 = Walker::el1_code, size = Walker::words * 4;
    const u64 none = bytes(false, 0, 0, 0), all = bytes(true, 0, 0, 0);
    CHECK(none < all);
    CHECK(bytes(true, include, 8, 4) == none);
    CHECK(bytes(true, exclude, 8, 4) == all);
    CHECK(bytes(true, include, 0, ~u64{0}) == all);
    CHECK(bytes(true, exclude, 0, ~u64{0}) == none);
    const u64 inside = bytes(true, include, el1, el1 + size),
              outside = bytes(true, exclude, el1, el1 + size);
    CHECK(inside > none);
    CHECK(inside < all);
    CHECK(outside > none);
    CHECK(outside < all);
}

TEST_CASE("With TRCVICTLR.TRCERR a system error is traced out of view, too, and alone")
{
    const bool traced = GENERATE(false, true);
    const bool by_level = GENERATE(false, true);
    Run run{280, {}, full()};
    run.unit.write(Reg::TRCACVR0, 8); // a range of nothing
    run.unit.write(Reg::TRCACVR1, 4);
    run.unit.write(Reg::TRCVIIECTLR, by_level ? 0 : 1);
    run.unit.write(Reg::TRBPTR_EL1, Run::buffer);
    run.unit.write(Reg::TRBLIMITR_EL1, (Run::buffer + Run::large) | 1);
    run.unit.write(Reg::TRCVICTLR, u64{by_level} << 21 | u64{traced} << 11 | 1u << 9 | 1);
    run.unit.write(Reg::TRCPRGCTLR, 1);
    run.pe.regs[Reg::TRFCR_EL1] = 3;
    run.pe.pc = Walker::el1_code;
    run.unit.synchronized();
    run.unit.exception(pe::TraceException::SystemError, Walker::el1_code + 8);
    run.pe.pc = Walker::el1_code + 0x180;
    run.unit.synchronized();
    run.unit.exception(pe::TraceException::Irq, Walker::el1_code + 0x184);
    u64 exceptions = 0, ranges = 0;
    for (const Element& e : decoded(run)) {
        exceptions += e.kind == Element::Kind::Exception;
        ranges += e.kind == Element::Kind::Range;
    }
    CHECK(exceptions == traced);
    CHECK(ranges == 0);
}

TEST_CASE("Exceptions, returns and triggers from outside are external inputs")
{
    Run run{290, {}, full()};
    Filter f;
    run.unit.write(Reg::TRCEXTINSELR0, 0x09);
    run.unit.write(Reg::TRCEXTINSELR1, 0x0a);
    run.unit.write(Reg::TRCEXTINSELR2, 0x4018);
    run.unit.write(Reg::TRCRSCTLR2, group_external | 1);
    run.unit.write(Reg::TRCRSCTLR3, group_external | 2);
    run.unit.write(Reg::TRCRSCTLR4, group_external | 4);
    run.unit.write(Reg::TRCEVENTCTL0R, 4u << 16 | 3u << 8 | 2);
    run.unit.write(Reg::TRCEVENTCTL1R, 7);
    run.begin(f);
    for (unsigned n = 0; n < 20; ++n) {
        run.walker.run(500);
        run.unit.external_event(0x4018);
        run.unit.external_event(0x4019); // selected by none
    }
    // While trace is prohibited the resources pause: the trigger waits in TRCRSR.
    run.pe.regs[Reg::TRFCR_EL1] = run.pe.regs[Reg::TRFCR_EL2] = 0;
    run.unit.synchronized();
    run.unit.external_event(0x4018);
    CHECK(run.unit.read(Reg::TRCRSR) == 0x1004);
    run.pe.regs[Reg::TRFCR_EL1] = 3;
    run.pe.regs[Reg::TRFCR_EL2] = 2;
    run.unit.synchronized();
    CHECK(run.unit.read(Reg::TRCRSR) == 0x1000);
    run.walker.run(500);
    u64 taken = 0, returned = 0, triggered = 0, exceptions = 0;
    for (const Element& e : decoded(run)) {
        exceptions += e.kind == Element::Kind::Exception;
        if (e.kind == Element::Kind::Event) {
            taken += e.value & 1;
            returned += e.value >> 1 & 1;
            triggered += e.value >> 2 & 1;
        }
    }
    CHECK(taken == exceptions);
    CHECK(returned > 10);
    CHECK(triggered == 20);
}

TEST_CASE("Filters and events survive overflows: what is traced is right, what is lost counted")
{
    Config slow = full();
    slow.link_hz = 30'000'000;
    slow.link_bytes = 1;
    slow.fifo_bytes = 256;
    Run run{295, {}, slow};
    Filter f;
    f.exclude = 0x15;
    run.program(f);
    run.unit.write(Reg::TRCEVENTCTL0R, 6);
    run.unit.write(Reg::TRCRSCTLR6, group_range | 0x3);
    run.unit.write(Reg::TRCEVENTCTL1R, 1);
    run.begin(f);
    run.walker.run(60'000);
    const CheckResult result = run.compare(f);
    CHECK(result.difference == "");
    CHECK(run.unit.statistics().ete.overflows > 10);
    CHECK(result.lost > 1'000);
    CHECK(result.decoded > 1'000);
}
