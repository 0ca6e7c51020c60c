// SPDX-License-Identifier: MIT
// Long random walks under random programming of the trace unit, decoded by OpenCSD and compared
// with what executed: addresses, levels, contexts, exceptions. docs/trace.md tells how it is used.
#include "trace_session.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

using namespace sl;
using namespace sl::trace;
using namespace sl::trace::test;

namespace {

constexpr unsigned round_length = 200'000;

struct Totals {
    u64 executed = 0, decoded = 0, lost = 0, exceptions = 0, events = 0, timestamps = 0, counts = 0,
        overflows = 0, bytes = 0;
};

/// A bit for each feature; a round has those that its seed says.
struct Features {
    explicit Features(u64 seed)
    {
        std::mt19937_64 random{seed};
        const auto flip = [&random] { return random() % 2 != 0; };
        for (bool* feature : {&broadcast, &ranges_of_broadcast, &cycles, &context_id, &vmid,
                              &timestamps, &return_stack, &period, &include, &exclude, &start_stop,
                              &view_event, &levels, &events, &prohibit})
            *feature = flip();
        // Where filters of both kinds change what is traced, the comparison could not tell.
        if (prohibit)
            include = exclude = start_stop = view_event = false;
        // The log has nothing of excluded levels, where starts and stops count all the same.
        if (start_stop)
            levels = false;
        lossy = random() % 4 == 0;
        stalling = flip();
        threshold = 4 + static_cast<unsigned>(random() % 200);
        timestamp_period = 16u << random() % 10;
    }

    bool broadcast, ranges_of_broadcast, cycles, context_id, vmid, timestamps, return_stack, period,
        include, exclude, start_stop, view_event, levels, events, prohibit, lossy, stalling;
    unsigned threshold, timestamp_period;

    std::string text() const
    {
        std::string all;
        const auto add = [&all](bool on, const char* name) {
            if (on)
                all += (all.empty() ? "" : " ") + std::string{name};
        };
        add(broadcast, "broadcast");
        add(ranges_of_broadcast, "in-ranges");
        add(cycles, "cycles");
        add(context_id, "context-id");
        add(vmid, "vmid");
        add(timestamps, "timestamps");
        add(return_stack, "return-stack");
        add(period, "sync");
        add(include, "include");
        add(exclude, "exclude");
        add(start_stop, "start-stop");
        add(view_event, "view-event");
        add(levels, "levels");
        add(events, "events");
        add(prohibit, "prohibit");
        add(lossy, stalling ? "stalling" : "overflow");
        return all;
    }
};

class Round {
public:
    Round(u64 seed, const Features& features)
        : f_{features},
          run_{static_cast<unsigned>(seed), options(features), config(features)}
    {
        if (f_.include)
            filter_.include = run_.below(256);
        if (f_.exclude)
            filter_.exclude = run_.below(256);
        if (f_.start_stop) {
            filter_.start = run_.below(0x10000);
            filter_.stop = run_.below(0x10000) & ~filter_.start;
            filter_.started = run_.below(2) != 0;
        }
        if (f_.view_event)
            filter_.view_ranges = 1 + run_.below(255);
        if (f_.levels)
            filter_.excluded_levels = run_.below(8);
        run_.program(filter_);
        const auto write = [this](Reg reg, u64 value) { run_.unit.write(reg, value); };
        write(Reg::TRCCONFIGR, u64{f_.broadcast} << 3 | u64{f_.cycles} << 4 |
                                   u64{f_.context_id} << 6 | u64{f_.vmid} << 7 |
                                   u64{f_.timestamps} << 11 | u64{f_.return_stack} << 12);
        write(Reg::TRCBBCTLR,
              f_.ranges_of_broadcast ? (run_.below(2) << 8) | (1 + run_.below(255)) : 0);
        write(Reg::TRCCCCTLR, f_.threshold);
        write(Reg::TRCSYNCPR, f_.period ? 8 + run_.below(6) : 0);
        write(Reg::TRCSTALLCTLR, u64{f_.stalling} << 13);
        if (f_.timestamps) {
            write(Reg::TRCCNTRLDVR1, f_.timestamp_period);
            write(Reg::TRCCNTVR1, f_.timestamp_period);
            write(Reg::TRCCNTCTLR1, 1u << 16 | 1);
            write(Reg::TRCRSCTLR6, 2u << 16 | 2);
            write(Reg::TRCTSCTLR, 6);
        }
        if (f_.events) {
            write(Reg::TRCRSCTLR7, Run::group_range | 0xf0);
            write(Reg::TRCRSCTLR8, 4u << 16 | 0xff00);
            write(Reg::TRCEVENTCTL0R, 8u << 8 | 7);
            write(Reg::TRCEVENTCTL1R, 3);
        }
    }

    /// Empty, or the first difference.
    std::string compare(Totals& totals)
    {
        run_.pe.regs[Reg::TRFCR_EL2] |= 1u << 3; // CX: the VMID may be traced
        run_.begin(filter_);
        run_.walker.run(round_length);
        run_.unit.finish();
        const auto statistics = run_.unit.statistics();
        totals.executed += run_.walker.executed;
        totals.overflows += statistics.ete.overflows;
        totals.bytes += statistics.ete.bytes;
        // Where filters change at any time, what the architecture leaves open is left open.
        const Expected expected = run_.expected(filter_);
        const TraceLog& log = f_.prohibit ? run_.log : expected.log;
        const CheckResult result = check(log, run_.recording, run_.walker.code());
        totals.decoded += result.decoded;
        totals.lost += result.lost;
        if (!result.difference.empty())
            return result.difference;
        if (statistics.ete.overflows == 0 && result.lost != 0)
            return "trace was lost without an overflow";
        return statistics.ete.overflows || f_.prohibit ? "" : compare_elements(expected, totals);
    }

private:
    static Walker::Options options(const Features& f)
    {
        Walker::Options o;
        o.change_filters = f.prohibit;
        o.change_contexts = true;
        return o;
    }

    static Config config(const Features& f)
    {
        Config c;
        c.resources = ResourceCounts::full();
        if (f.lossy) {
            c.link_hz = 40'000'000;
            c.link_bytes = 1;
            c.fifo_bytes = 256;
        }
        return c;
    }

    /// Element by element: contexts and exceptions too.
    std::string compare_elements(const Expected& expected, Totals& totals) const
    {
        std::size_t at = 0, exceptions = 0;
        Element context;
        for (const Recording::Piece& piece : run_.recording.pieces())
            for (const Element& e :
                 decode(piece.registers, run_.walker.code(), piece.bytes).elements) {
                totals.timestamps += e.kind == Element::Kind::Timestamp;
                totals.counts += e.kind == Element::Kind::CycleCount;
                totals.events += e.kind == Element::Kind::Event;
                if (e.kind == Element::Kind::Context) {
                    context = e;
                } else if (e.kind == Element::Kind::Exception) {
                    if (exceptions == expected.exceptions.size() ||
                        e.exception !=
                            static_cast<unsigned>(expected.exceptions[exceptions].type) ||
                        e.address != expected.exceptions[exceptions].return_address)
                        return "another exception than number " + std::to_string(exceptions);
                    ++exceptions;
                } else if (e.kind == Element::Kind::Range) {
                    for (unsigned i = 0; i < e.count; ++i, ++at)
                        if (!same(context, expected.contexts[at]))
                            return "another context at instruction " + std::to_string(at);
                }
            }
        totals.exceptions += exceptions;
        return exceptions == expected.exceptions.size() ? "" : "an exception is missing";
    }

    bool same(const Element& context, const Expected::Context& expected) const
    {
        return context.has_context_id == f_.context_id && context.has_vmid == f_.vmid &&
               (!f_.context_id || context.context_id == expected.context_id) &&
               (!f_.vmid || context.vmid == expected.vmid);
    }

    Features f_;
    Filter filter_;
    Run run_;
};

bool number(std::string_view text, u64& value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

int usage()
{
    std::fprintf(stderr, "usage: trace_marathon [--instructions N] [--seed N]\n"
                         "  Decodes at least N traced instructions, from a seed on.\n");
    return 2;
}

} // namespace

int main(int count, char** arguments)
{
    u64 instructions = 1'000'000, seed = 1;
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = arguments[i];
        u64* const value = name == "--instructions" ? &instructions
                           : name == "--seed"       ? &seed
                                                    : nullptr;
        if (!value || i + 1 == count || !number(arguments[i + 1], *value))
            return usage();
    }
    Totals t;
    u64 rounds = 0;
    for (; t.decoded < instructions; ++seed, ++rounds) {
        const Features features{seed};
        const std::string difference = Round{seed, features}.compare(t);
        if (!difference.empty()) {
            std::printf("seed %llu (%s): %s\n", static_cast<unsigned long long>(seed),
                        features.text().c_str(), difference.c_str());
            return 1;
        }
    }
    const auto n = [](u64 value) { return static_cast<unsigned long long>(value); };
    std::printf("%llu rounds, %llu instructions executed, %llu decoded, %llu lost in %llu "
                "overflows, %llu exceptions, %llu timestamps, %llu cycle counts, %llu events, "
                "%llu bytes: 0 differences\n",
                n(rounds), n(t.executed), n(t.decoded), n(t.lost), n(t.overflows), n(t.exceptions),
                n(t.timestamps), n(t.counts), n(t.events), n(t.bytes));
    return 0;
}
