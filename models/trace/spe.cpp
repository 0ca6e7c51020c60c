// SPDX-License-Identifier: MIT
#include "trace/spe.h"

#include "common/bits.h"
#include "sysreg/registers.gen.h"

#include <algorithm>

namespace sl::trace {

using pe::Reg;
namespace f = sysreg;

namespace {

/// What PMSFCR_EL1.FE can ask for in SPEv1p0: retired, refill, walk, mispredicted.
constexpr u64 filtered_events = f::PMSEVFR_EL1::Retired::mask | f::PMSEVFR_EL1::L1DRefill::mask |
                                f::PMSEVFR_EL1::TLBWalk::mask | f::PMSEVFR_EL1::Mispredicted::mask;

/// PMSIDR_EL1: all three filters, architectural instructions, data sources of loads, the jitter at
/// the beginning of an interval; intervals from 256, records of 64 bytes, counters of 12 bits.
constexpr u64 idr()
{
    using Idr = f::PMSIDR_EL1;
    constexpr u64 interval_256 = 0, record_64 = 6, counter_12 = 2;
    static_assert(spe_record_bytes == 1u << record_64);
    return Idr::FE::mask | Idr::FT::mask | Idr::FL::mask | Idr::ArchInst::mask | Idr::LDS::mask |
           Idr::Interval::make(interval_256) | Idr::MaxSize::make(record_64) |
           Idr::CountSize::make(counter_12);
}

} // namespace

Spe::Spe(const SpeConfig& config, pe::PeView& pe)
    : config_{config},
      pe_{pe},
      buffer_{config, pe},
      // Not zero for any seed and PE: the generator would stay there.
      random_{(config.seed * 0x9e37'79b9'7f4a'7c15 + pe.number()) | u64{1} << 63}
{
}

Spe::Statistics Spe::statistics() const
{
    Statistics s = statistics_;
    s.buffer = buffer_.statistics();
    return s;
}

// ---- What is profiled (DDI 0487, StatisticalProfilingEnabled) -----------------------------------

/// EL2 is enabled, and HCR_EL2.TGE gives EL0 to it.
bool Spe::host() const
{
    return config_.has_el2 && !pe_.secure() && f::HCR_EL2::TGE::get(pe_.visible(Reg::HCR_EL2));
}

bool Spe::profiling() const
{
    const BufferOwner owner = buffer_.owner();
    const u8 el = pe_.el();
    if (!buffer_.running() || owner.secure != pe_.secure() || el > owner.el ||
        (host() && owner.el == 1))
        return false;
    const u64 pmscr1 = pe_.visible(Reg::PMSCR_EL1);
    const u64 pmscr2 = config_.has_el2 ? pe_.visible(Reg::PMSCR_EL2) : 0;
    return el == 2   ? f::PMSCR_EL2::E2SPE::get(pmscr2)
           : el == 1 ? f::PMSCR_EL1::E1SPE::get(pmscr1)
           : host()  ? f::PMSCR_EL2::E0HSPE::get(pmscr2)
                     : f::PMSCR_EL1::E0SPE::get(pmscr1);
}

bool Spe::collects_pa() const
{
    const bool el1 = f::PMSCR_EL1::PA::get(pe_.visible(Reg::PMSCR_EL1)) != 0;
    const BufferOwner owner = buffer_.owner();
    if (!config_.has_el2 || owner.secure)
        return el1;
    return f::PMSCR_EL2::PA::get(pe_.visible(Reg::PMSCR_EL2)) && (owner.el == 2 || el1);
}

/// CollectTimeStamp(): the physical count, or the virtual one, whose offset a host does not see.
std::optional<u64> Spe::timestamp() const
{
    const u64 pmscr1 = pe_.visible(Reg::PMSCR_EL1), pmscr2 = pe_.visible(Reg::PMSCR_EL2);
    const bool owned_by_el2 = buffer_.owner().el == 2;
    if (!(owned_by_el2 ? f::PMSCR_EL2::TS::get(pmscr2) : f::PMSCR_EL1::TS::get(pmscr1)))
        return std::nullopt;
    const bool el2 = config_.has_el2 && !pe_.secure();
    bool physical = f::PMSCR_EL1::PCT::get(pmscr1) != 0;
    if (el2)
        physical = f::PMSCR_EL2::PCT::get(pmscr2) && (owned_by_el2 || physical);
    const bool in_host = host() && f::HCR_EL2::E2H::get(pe_.visible(Reg::HCR_EL2));
    const bool offset = !physical && config_.has_el2 && !in_host;
    return pe_.physical_count() - (offset ? pe_.visible(Reg::CNTVOFF_EL2) : 0);
}

// ---- The interval ------------------------------------------------------------------------------

/// A byte that is never 0, of a 64-bit xorshift generator (13, 7, 17).
u32 Spe::jitter()
{
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return 1 + static_cast<u32>((random_ >> 32) % 255);
}

/// Brings the interval counter to where it is before instruction `number`, and decides about what
/// follows (SPEToCollectSample): an instruction that finds it zero reloads it; the one that makes
/// it zero is sampled.
void Spe::update(u64 number)
{
    if (counting_ && number > from_) {
        population_ += number - from_;
        u64 passed = number - from_;
        if (count_ == 0) {
            count_ = reload_;
            --passed;
        }
        // A register that is written from outside is written as if by the next instruction, which
        // may be the one to be sampled.
        if (count_ != 0)
            count_ -= static_cast<u32>(std::min<u64>(passed, count_ - 1));
    }
    from_ = number;
    counting_ = profiling();
    if (counting_ && count_ == 0) {
        const u64 irr = pe_.visible(Reg::PMSIRR_EL1);
        reload_ = static_cast<u32>(irr & f::PMSIRR_EL1::INTERVAL::mask) |
                  (f::PMSIRR_EL1::RND::get(irr) ? jitter() : 0);
    }
}

std::optional<u64> Spe::next() const
{
    if (sampling_)
        return instruction_.number + 1;
    if (!counting_)
        return std::nullopt;
    if (count_ != 0)
        return from_ + count_ - 1;
    // Neither an interval nor jitter: never.
    return reload_ == 0 ? std::nullopt : std::optional{from_ + reload_};
}

void Spe::reached(const Instruction& instruction)
{
    if (sampling_)
        complete(instruction.pc, true, false);
    update(instruction.number);
    if (next() != instruction.number)
        return;
    begin(instruction);
    count_ = 0;
    ++population_;
    from_ = instruction.number + 1;
    update(from_);
}

pe::ProfilingPort::Counts Spe::counts(u64 executed) const
{
    const u64 since = counting_ && executed > from_ ? executed - from_ : 0;
    return {population_ + since, statistics_.samples, filtrates_};
}

// ---- A sample ----------------------------------------------------------------------------------

void Spe::begin(const Instruction& instruction)
{
    ++statistics_.samples;
    sampling_ = true;
    instruction_ = instruction;
    began_ = pe_.cycle();
    sample_ = {};
    sample_.pc = {instruction.pc, pe_.el(), pe_.secure()};
    sample_.operation = spe_operation(instruction.word);
    if (pe_.el() < 2 && !host() && f::PMSCR_EL1::CX::get(pe_.visible(Reg::PMSCR_EL1)))
        sample_.context_el1 = static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL1));
    if (config_.has_vhe && !pe_.secure() && f::PMSCR_EL2::CX::get(pe_.visible(Reg::PMSCR_EL2)))
        sample_.context_el2 = static_cast<u32>(pe_.visible(Reg::CONTEXTIDR_EL2));
    sample_.timestamp = timestamp();
}

void Spe::access(const Access& access)
{
    if (sample_.va)
        return; // the first one counts
    sample_.va = access.va;
    sample_.events |= SpeSample::TlbAccess | (access.walked ? SpeSample::TlbWalk : 0);
    sample_.translation_latency = access.walk_cycles;
    if (!access.pa)
        return;
    if (collects_pa())
        sample_.pa = {*access.pa, access.ns};
    if (sample_.operation.loads())
        sample_.source = access.device ? spe_source_device : spe_source_memory;
}

/// Whatever happens to the sample, it is over. `next_pc`: where execution goes on.
void Spe::complete(u64 next_pc, bool executed, bool raised)
{
    sampling_ = false;
    SpeSample& s = sample_;
    s.total_latency = pe_.cycle() - began_;
    s.events |= (executed ? SpeSample::Retired : 0) | (raised ? SpeSample::Exception : 0);
    const bool branch = s.operation.type == SpeOperation::Type::Branch;
    // A branch to the next instruction looks as if it were not taken.
    const bool taken = !s.operation.conditional ||
                       (branch ? next_pc != s.pc.va + 4
                               : spe_condition_holds(instruction_.word, instruction_.nzcv));
    if (executed && !taken)
        s.events |= SpeSample::NotTaken;
    if (executed && branch && taken)
        s.target = {next_pc, pe_.el(), pe_.secure()};
    if (!wanted(s)) {
        ++statistics_.filtered;
        return;
    }
    ++filtrates_; // whatever becomes of the record
    if (!buffer_.running() || !buffer_.store(spe_record(s)))
        ++statistics_.lost;
}

/// SPECollectRecord(). A filter that asks for nothing is CONSTRAINED UNPREDICTABLE, and rejects
/// nothing here.
bool Spe::wanted(const SpeSample& s) const
{
    using Fcr = f::PMSFCR_EL1;
    const u64 fcr = pe_.visible(Reg::PMSFCR_EL1);
    const u64 events = pe_.visible(Reg::PMSEVFR_EL1) & filtered_events;
    if (Fcr::FE::get(fcr) && (events & ~u64{s.events}) != 0)
        return false;
    if (Fcr::FT::get(fcr) && (fcr & (Fcr::B::mask | Fcr::LD::mask | Fcr::ST::mask))) {
        const bool branch = s.operation.type == SpeOperation::Type::Branch;
        if (!(Fcr::B::get(fcr) && branch) && !(Fcr::LD::get(fcr) && s.operation.loads()) &&
            !(Fcr::ST::get(fcr) && s.operation.stores()))
            return false;
    }
    return !Fcr::FL::get(fcr) ||
           s.total_latency >= f::PMSLATFR_EL1::MINLAT::get(pe_.visible(Reg::PMSLATFR_EL1));
}

void Spe::exception(u64 executed, u64 pc, bool synchronous)
{
    if (!sampling_)
        return;
    const bool counted = executed > instruction_.number;
    if (!counted && !synchronous) {
        sampling_ = false; // an interrupt was taken instead of it
        ++statistics_.lost;
        return;
    }
    // An exception that is counted comes from an instruction made for that, or from what follows.
    complete(pc, counted, !counted || (synchronous && sample_.operation.exception));
}

void Spe::synchronize()
{
    ++statistics_.drains;
    synchronized_ps_ = buffer_.landed_ps();
}

// ---- Registers ---------------------------------------------------------------------------------

u64 Spe::read(Reg reg)
{
    switch (reg) {
    case Reg::PMSICR_EL1:
        update(pe_.next_instruction());
        return count_;
    case Reg::PMSIDR_EL1:
        return idr();
    default:
        return buffer_.read(reg);
    }
}

void Spe::write(Reg reg, u64 value)
{
    update(pe_.next_instruction());
    if (reg == Reg::PMSICR_EL1) {
        count_ = static_cast<u32>(f::PMSICR_EL1::COUNT::get(value)); // ECOUNT: RES0, no ERnd
    } else {
        buffer_.write(reg, value);
    }
    update(pe_.next_instruction());
}

void Spe::reset()
{
    population_ = counts(pe_.next_instruction()).population;
    sampling_ = counting_ = false;
    count_ = 0;
    buffer_.reset();
    synchronized_ps_ = 0;
}

} // namespace sl::trace
