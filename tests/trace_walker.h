// SPDX-License-Identifier: MIT
#pragma once

#include "trace/check.h"
#include "trace_bench.h"

#include <optional>
#include <random>

namespace sl::trace::test {

/// A PE that walks through generated code: every kind of waypoint, exceptions, exception returns,
/// changes of filter and context, at random from a fixed seed. It tells the trace unit what a PE
/// would, and the log what executed. OpenCSD sees only the code's words and the trace.
class Walker {
public:
    static constexpr u64 el0_code = 0x0000'0000'0040'0000, el1_code = 0xffff'8000'0801'0000,
                         el2_code = 0x0000'0000'7f00'0000;
    static constexpr unsigned words = 2048;

    struct Options {
        bool change_filters = false;  ///< TRFCR_EL1, TRFCR_EL2
        bool change_contexts = false; ///< CONTEXTIDR_EL1, VTTBR_EL2
        unsigned irq_one_in = 200, abort_one_in = 300;
    };

    Walker(FakePe& pe, TraceUnit& unit, TraceLog& log, unsigned seed, Options options)
        : pe_{pe},
          unit_{unit},
          log_{log},
          random_{seed},
          options_{options}
    {
        for (unsigned el = 0; el < 3; ++el) {
            CodeRegion region{base(el), std::vector<u8>(words * 4)};
            for (unsigned i = 0; i < words; ++i) {
                const u32 word =
                    i + 1 == words ? branch(0x14000000, -static_cast<int>(i)) : make_word(el, i);
                std::memcpy(&region.bytes[i * 4], &word, 4);
            }
            code_.push_back(region);
        }
        pe_.pc = el1_code;
    }

    const std::vector<CodeRegion>& code() const { return code_; }

    /// Instructions between two places where trace may begin or end: behind a waypoint, or where an
    /// exception was taken.
    struct Block {
        std::size_t end; ///< entries of the log when it ended
        u8 el;
        // As of the last context synchronization event.
        u32 context_id, vmid;
        // What ended it, if that is an exception.
        std::optional<pe::TraceException> exception;
        u64 return_address;
    };

    const std::vector<Block>& blocks() const { return blocks_; }

    void run(unsigned instructions)
    {
        for (unsigned i = 0; i < instructions; ++i)
            step();
    }

    void step()
    {
        const u64 pc = pe_.pc;
        const unsigned el = pe_.current_el;
        if (one_in(options_.irq_one_in)) {
            take_exception(pe::TraceException::Irq, one_in(2) ? 2 : std::max(el, 1u), 1, 0, pc);
            return;
        }
        u32 word = 0;
        std::memcpy(&word, &code_[el].bytes[pc - base(el)], 4);
        log_.instruction(el, pc, word, pe_.cycles);
        ++pe_.cycles;
        ++executed;
        execute(pc, el, word);
    }

    u64 executed = 0;
    u64 elements = 0;

private:
    using Kind = a64::Waypoint::Kind;

    static u64 base(unsigned el) { return el == 0 ? el0_code : el == 1 ? el1_code : el2_code; }

    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

    bool one_in(unsigned n) { return n != 0 && below(n) == 0; }

    static u32 branch(u32 opcode, int words_away)
    {
        return opcode | (static_cast<u32>(words_away) & 0x03ff'ffff);
    }

    u32 make_word(unsigned el, unsigned at)
    {
        const int away = static_cast<int>(below(words)) - static_cast<int>(at);
        const int near = std::clamp(away, -60, 60) == 0 ? 1 : std::clamp(away, -60, 60);
        const bool in_range = near + static_cast<int>(at) >= 0 &&
                              near + static_cast<int>(at) < static_cast<int>(words);
        const u32 offset19 = (static_cast<u32>(in_range ? near : 1) & 0x7ffff) << 5;
        const u32 offset14 = (static_cast<u32>(in_range ? near : 1) & 0x3fff) << 5;
        switch (below(100)) {
        case 0:
        case 1:
        case 2:
        case 3:
            return branch(0x14000000, away); // b
        case 4:
        case 5:
        case 6:
            return branch(0x94000000, away); // bl
        case 7:
        case 8:
        case 9:
        case 10:
        case 11:
        case 12:
        case 13:
        case 14:
            return 0x54000000 | offset19 | below(14); // b.cond
        case 15:
        case 16:
            return 0x34000000 | offset19; // cbz w0
        case 17:
        case 18:
            return 0xb5000001 | offset19; // cbnz x1
        case 19:
        case 20:
            return 0x36000000 | offset14; // tbz w0, #0
        case 21:
        case 22:
            return 0x37080002 | offset14; // tbnz w2, #1
        case 23:
        case 24:
            return 0xd61f0200; // br x16
        case 25:
        case 26:
            return 0xd63f0200; // blr x16
        case 27:
        case 28:
        case 29:
            return 0xd65f03c0; // ret
        case 30:
            return 0xd5033fdf; // isb
        case 31:
            return el == 0 ? 0xd4000001 : 0xd4000002; // svc #0, hvc #0
        case 32:
            return el == 0 ? 0xd503201f : 0xd69f03e0; // nop, eret
        case 33:
            return 0xd503207f; // wfi
        case 34:
            return 0xd5033f9f; // dsb sy
        default:
            return 0xd503201f; // nop
        }
    }

    u64 somewhere(unsigned el) { return base(el) + 4 * u64{below(words)}; }

    void execute(u64 pc, unsigned el, u32 word)
    {
        const u64 next = pc + 4;
        const auto relative = [pc](u64 offset, unsigned width) {
            return pc + 4 * sign_extend(offset, width);
        };
        if ((word & 0x7c000000) == 0x14000000)
            return waypoint(word >> 31 ? Kind::DirectLink : Kind::Direct, true,
                            relative(bits(word, 25, 0), 26));
        if ((word & 0xff000010) == 0x54000000 || (word & 0x7e000000) == 0x34000000)
            return conditional(relative(bits(word, 23, 5), 19));
        if ((word & 0x7e000000) == 0x36000000)
            return conditional(relative(bits(word, 18, 5), 14));
        switch (word) {
        case 0xd61f0200:
            return waypoint(Kind::Indirect, true, somewhere(el));
        case 0xd63f0200:
            return waypoint(Kind::IndirectLink, true, somewhere(el));
        case 0xd65f03c0:
            return waypoint(Kind::Return, true, somewhere(el));
        case 0xd503207f: // wfi, no waypoint of trace
            pe_.pc = next;
            return unit_.waypoint({Kind::Wfx, true, pc, next});
        case 0xd5033fdf:
            waypoint(Kind::Isb, true, next);
            synchronize();
            return;
        case 0xd4000001: // svc #0
            return take_exception(pe::TraceException::Call, std::max(el, 1u), 0, 0x15, next);
        case 0xd4000002: // hvc #0
            return take_exception(pe::TraceException::Call, 2, 0, 0x16, next);
        case 0xd69f03e0:
            return exception_return(el);
        default:
            break;
        }
        if (one_in(options_.abort_one_in))
            return take_exception(pe::TraceException::DataFault, std::max(el, 1u), 0, 0x25, pc);
        pe_.pc = next;
        if (el != 0 && one_in(400))
            change_registers(el);
    }

    void waypoint(Kind kind, bool taken, u64 target)
    {
        const u64 pc = pe_.pc;
        pe_.pc = target;
        end_block();
        unit_.waypoint({kind, taken, pc, target});
    }

    void conditional(u64 target)
    {
        const bool taken = below(3) != 0;
        waypoint(Kind::Direct, taken, taken ? target : pe_.pc + 4);
    }

    void take_exception(pe::TraceException type, unsigned to_el, unsigned kind, u64 ec,
                        u64 return_address)
    {
        log_.exception(to_el, kind, ec << 26, return_address);
        end_block(type, return_address);
        unit_.exception(type, return_address);
        pe_.pc = base(to_el) + 0x200 * u64{below(4)};
        change_el(to_el);
    }

    void exception_return(unsigned el)
    {
        const unsigned to = below(el + 1);
        const u64 target = somewhere(to);
        end_block();
        unit_.exception_return(pe_.pc, target);
        pe_.pc = target;
        change_el(to);
    }

    void change_el(unsigned el)
    {
        pe_.current_el = static_cast<u8>(el);
        unit_.context_changed();
        synchronize();
    }

    void synchronize()
    {
        unit_.synchronized();
        context_id_ = static_cast<u32>(pe_.regs[Reg::CONTEXTIDR_EL1]);
        vmid_ = static_cast<u32>(pe_.regs[Reg::VTTBR_EL2] >> 48);
    }

    void end_block(std::optional<pe::TraceException> exception = {}, u64 return_address = 0)
    {
        ++elements;
        blocks_.push_back(
            {log_.entries().size(), pe_.current_el, context_id_, vmid_, exception, return_address});
    }

    void change_registers(unsigned el)
    {
        if (options_.change_filters) {
            pe_.regs[Reg::TRFCR_EL1] = below(4);
            if (el == 2)
                pe_.regs[Reg::TRFCR_EL2] = below(4) ? 2 : 0;
        }
        if (options_.change_contexts)
            pe_.regs[Reg::CONTEXTIDR_EL1] = below(8);
        if (options_.change_contexts && el == 2)
            pe_.regs[Reg::VTTBR_EL2] = u64{below(4)} << 48;
        unit_.context_changed();
    }

    FakePe& pe_;
    TraceUnit& unit_;
    TraceLog& log_;
    std::mt19937 random_;
    Options options_;
    std::vector<CodeRegion> code_;
    std::vector<Block> blocks_;
    u32 context_id_ = 0, vmid_ = 0;
};

} // namespace sl::trace::test
