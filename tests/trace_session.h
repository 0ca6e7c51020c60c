// SPDX-License-Identifier: MIT
#pragma once

#include "trace_walker.h"

namespace sl::trace::test {

/// What a trace should tell.
struct Expected {
    struct Context {
        u32 context_id, vmid;
    };

    struct Exception {
        pe::TraceException type;
        u64 return_address;
    };

    explicit Expected(const TraceUnit& unit)
        : log{unit}
    {
    }

    void add(const TraceLog::Entry& entry, const Walker::Block& block)
    {
        log.append(entry);
        contexts.push_back({block.context_id, block.vmid});
    }

    TraceLog log;
    std::vector<Context> contexts; ///< of each entry of the log
    std::vector<Exception> exceptions;
};

/// What the test has programmed, and what that means for one instruction after the other.
struct Filter {
    struct Comparator {
        u64 address;
        unsigned excluded_levels;
        int context_id; ///< compared with comparator 2, or -1
    };

    std::array<Comparator, 16> comparators{};
    unsigned include = 0, exclude = 0, start = 0, stop = 0, view_ranges = 0, excluded_levels = 0;
    bool started = true;

    bool applies(const Comparator& c, const Walker::Block& block) const
    {
        return !bit(c.excluded_levels, block.el) &&
               (c.context_id < 0 || static_cast<u32>(c.context_id) == block.context_id);
    }

    unsigned singles(u64 pc, const Walker::Block& block) const
    {
        unsigned mask = 0;
        for (unsigned n = 0; n < 16; ++n)
            if (comparators[n].address == pc && applies(comparators[n], block))
                mask |= 1u << n;
        return mask;
    }

    unsigned ranges(u64 pc, const Walker::Block& block) const
    {
        unsigned mask = 0;
        for (unsigned n = 0; n < 8; ++n)
            if (pc >= comparators[2 * n].address && pc <= comparators[2 * n + 1].address &&
                applies(comparators[2 * n], block))
                mask |= 1u << n;
        return mask;
    }

    bool filtering() const
    {
        return include || exclude || start || stop || view_ranges || !started;
    }

    /// What is to be traced: whole blocks, of which any instruction is. An exception without one
    /// goes with what came before.
    void apply(const TraceLog& in, const std::vector<Walker::Block>& blocks, Expected& out)
    {
        const bool filters = filtering();
        bool traced = false;
        std::size_t at = 0;
        for (const Walker::Block& block : blocks) {
            bool viewed = false, event = view_ranges == 0;
            for (std::size_t i = at; i < block.end; ++i) {
                const u64 pc = in.entries()[i].pc;
                const unsigned in_ranges = ranges(pc, block), here = singles(pc, block);
                started |= (here & start) != 0;
                viewed |=
                    started && (include == 0 || (in_ranges & include)) && !(in_ranges & exclude);
                started &= !(here & stop);
                event |= (in_ranges & view_ranges) != 0;
            }
            if (filters && at != block.end)
                traced = viewed && event;
            traced = (traced || !filters) && !bit(excluded_levels, block.el);
            for (; at < block.end; ++at) {
                TraceLog::Entry e = in.entries()[at];
                e.required = true;
                if (traced)
                    out.add(e, block);
            }
            if (traced && block.exception)
                out.exceptions.push_back({*block.exception, block.return_address});
        }
    }
};

/// A walk under filters, its trace and its log.
struct Run {
    static constexpr u64 buffer = 0xffff'8000'4000'0000, large = u64{256} << 20;
    static constexpr u64 group_range = 5u << 16;

    explicit Run(unsigned seed, Walker::Options options = {}, Config config = {})
        : unit{config, pe},
          recording{unit},
          log{unit},
          walker{pe, unit, log, seed, options},
          random{seed}
    {
        pe.regs[Reg::MDCR_EL2] = 0; // a buffer of EL2, so that all levels are traced
        pe.regs[Reg::TRFCR_EL2] = 2;
    }

    unsigned below(unsigned n) { return static_cast<unsigned>(random() % n); }

    /// Ranges and points all over the three programs.
    void program(Filter& f)
    {
        constexpr u64 bases[] = {Walker::el0_code, Walker::el1_code, Walker::el2_code};
        for (unsigned n = 0; n < 8; ++n) {
            const u64 from = bases[below(3)] + 4 * u64{below(Walker::words)};
            const unsigned levels = below(4) ? 0 : below(8);
            const int context = below(4) ? -1 : 5;
            f.comparators[2 * n] = {from, levels, context};
            f.comparators[2 * n + 1] = {from + 4 * u64{below(n < 6 ? 600 : 3)}, levels, context};
        }
        unit.write(Reg::TRCCIDCVR2, 5);
        for (unsigned n = 0; n < 16; ++n) {
            const Filter::Comparator& c = f.comparators[n];
            unit.write(at(Reg::TRCACVR0, n), c.address);
            unit.write(at(Reg::TRCACATR0, n),
                       u64{c.excluded_levels} << 12 | (c.context_id < 0 ? 0 : 2u << 4 | 1u << 2));
        }
        unit.write(Reg::TRCVIIECTLR, u64{f.exclude} << 16 | f.include);
        unit.write(Reg::TRCVISSCTLR, u64{f.stop} << 16 | f.start);
        unit.write(Reg::TRCRSCTLR4, group_range | f.view_ranges);
    }

    void begin(const Filter& f)
    {
        unit.write(Reg::TRBBASER_EL1, buffer);
        unit.write(Reg::TRBPTR_EL1, buffer);
        unit.write(Reg::TRBSR_EL1, 0);
        unit.write(Reg::TRBLIMITR_EL1, (buffer + large) | 1);
        unit.write(Reg::TRCVICTLR,
                   (f.view_ranges ? 4 : 1) | u64{f.started} << 9 | u64{f.excluded_levels} << 20);
        unit.write(Reg::TRCRSR, 0x1000);
        unit.write(Reg::TRCPRGCTLR, 1);
        pe.regs[Reg::TRFCR_EL1] = 3;
        unit.context_changed();
        unit.synchronized();
    }

    Expected expected(Filter f) const
    {
        Expected result{unit};
        f.apply(log, walker.blocks(), result);
        return result;
    }

    CheckResult compare(const Filter& f)
    {
        unit.finish();
        return check(expected(f).log, recording, walker.code());
    }

    static Reg at(Reg zero, unsigned n)
    {
        return static_cast<Reg>(static_cast<unsigned>(zero) + n);
    }

    FakePe pe;
    TraceUnit unit;
    Recording recording;
    TraceLog log;
    Walker walker;
    std::mt19937 random;
};

} // namespace sl::trace::test
