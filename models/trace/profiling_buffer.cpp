// SPDX-License-Identifier: MIT
#include "trace/profiling_buffer.h"

#include "common/bits.h"
#include "sysreg/registers.gen.h"

#include <bit>
#include <cassert>

namespace sl::trace {

using pe::Reg;
using Limitr = sysreg::PMBLIMITR_EL1;
using Sr = sysreg::PMBSR_EL1;

namespace {

// SPEv1p0: FM has no mode but FILL (0b00), and is RES0.
constexpr u64 limitr_mask = Limitr::LIMIT::mask | Limitr::E::mask;
constexpr u64 sr_mask =
    Sr::EC::mask | Sr::DL::mask | Sr::EA::mask | Sr::S::mask | Sr::COLL::mask | ones(16);
constexpr u64 buffer_full = 1; ///< PMBSR_EL1.BSC

} // namespace

bool ProfilingBuffer::enabled() const
{
    return Limitr::E::get(limitr_) != 0;
}

bool ProfilingBuffer::running() const
{
    return enabled() && !Sr::S::get(sr_);
}

BufferOwner ProfilingBuffer::owner() const
{
    return buffer_owner(pe_, config_.has_el2, config_.has_el3,
                        sysreg::MDCR_EL2::E2PB::get(pe_.visible(Reg::MDCR_EL2)),
                        sysreg::MDCR_EL3::NSPB_NS::get(pe_.visible(Reg::MDCR_EL3)) != 0);
}

u64 ProfilingBuffer::read(Reg reg) const
{
    switch (reg) {
    case Reg::PMBLIMITR_EL1:
        return limitr_;
    case Reg::PMBPTR_EL1:
        return ptr_;
    case Reg::PMBSR_EL1:
        return sr_;
    case Reg::PMBIDR_EL1:
        // Records are aligned; no hardware update of the Access flag and dirty state.
        return sysreg::PMBIDR_EL1::Align::make(std::bit_width(spe_record_bytes) - 1) |
               sysreg::PMBIDR_EL1::P::make(config_.kept || owner().denies(pe_));
    default:
        assert(false && "not a register of the profiling buffer");
        return 0;
    }
}

void ProfilingBuffer::write(Reg reg, u64 value)
{
    switch (reg) {
    case Reg::PMBLIMITR_EL1:
        limitr_ = value & limitr_mask;
        return;
    case Reg::PMBPTR_EL1:
        ptr_ = value & ~u64{spe_record_bytes - 1}; // below PMBIDR_EL1.Align: RES0
        return;
    case Reg::PMBSR_EL1:
        set_status(value & sr_mask);
        return;
    default:
        assert(false && "not a writable register of the profiling buffer");
    }
}

void ProfilingBuffer::reset()
{
    limitr_ = ptr_ = 0;
    set_status(0);
}

/// S is the level of PMBIRQ.
void ProfilingBuffer::set_status(u64 value)
{
    const bool was = Sr::S::get(sr_), is = Sr::S::get(value);
    sr_ = value;
    if (was == is)
        return;
    if (is)
        ++statistics_.interrupts;
    pe_.ppi(config_.intid, is);
}

/// Collection stops and software is told.
void ProfilingBuffer::management_event(u64 syndrome)
{
    const u64 kept = sr_ & ~(Sr::EC::mask | ones(16));
    set_status(kept | syndrome | Sr::S::mask);
}

/// For another record of the greatest size.
bool ProfilingBuffer::room() const
{
    const u64 limit = limitr_ & Limitr::LIMIT::mask;
    return limit >= spe_record_bytes && ptr_ <= limit - spe_record_bytes;
}

void ProfilingBuffer::translate_ahead()
{
    const u64 first = ptr_ & page_mask, limit = limitr_ & Limitr::LIMIT::mask;
    if (!running() || limit <= first)
        return;
    constexpr pe::AccessKind kind{.write = true, .unit = pe::Unit::ProfilingBuffer};
    const pe::Regime regime = owner().regime;
    const u64 other = first + ahead_++ % ((limit - first) / page_size) * page_size;
    // Faults are not kept: nothing is stored.
    (void)pe_.translate(regime, first, kind);
    if (other != first)
        (void)pe_.translate(regime, other, kind);
}

bool ProfilingBuffer::store(const SpeRecord& record)
{
    assert(running());
    const bool fits = room();
    if (fits) {
        u64 pa = 0;
        if (const auto fault = write_buffer(pe_, owner(), pe::Unit::ProfilingBuffer, false, ptr_,
                                            record, pe_.now_ps(), pa)) {
            // The pointer stands behind the last complete record: no data are lost but this one's.
            ++statistics_.faults;
            management_event(fault->external ? Sr::EA::mask
                                             : Sr::EC::make(fault->ec) | Sr::FSC::make(fault->fsc));
            return false;
        }
        landed_ps_ = pe_.now_ps() + config_.memory_latency_ps;
        ptr_ += record.size();
        ++statistics_.records;
        if (room())
            return true;
    }
    ++statistics_.full;
    management_event(buffer_full);
    return fits;
}

} // namespace sl::trace
