// SPDX-License-Identifier: MIT
#include "trace/trbe.h"

#include "common/bits.h"
#include "sysreg/registers.gen.h"
#include "trace/prohibited.h"

#include <algorithm>
#include <cassert>

namespace sl::trace {

using pe::Reg;
using Limitr = sysreg::TRBLIMITR_EL1;
using Sr = sysreg::TRBSR_EL1;

namespace {

constexpr u64 pointer_mask = ~u64{0};
constexpr u64 limitr_mask = page_mask | ones(7);
constexpr u64 sr_mask = Sr::MSS2::mask | Sr::EC::mask | Sr::IRQ::mask | Sr::TRG::mask |
                        Sr::WRAP::mask | Sr::EA::mask | Sr::S::mask | ones(16);
constexpr u64 buffer_filled = 1; ///< TRBSR_EL1.BSC

} // namespace

Trbe::Trbe(const Config& config, pe::PeView& pe)
    : config_{config},
      pe_{pe}
{
}

bool Trbe::enabled() const
{
    return Limitr::E::get(limitr_);
}

/// Enabled, and not stopped by a management event.
bool Trbe::running() const
{
    return enabled() && !Sr::S::get(sr_);
}

u64 Trbe::idr() const
{
    // Byte alignment, no hardware update of the Access flag and dirty state.
    return sysreg::TRBIDR_EL1::P::make(config_.trbe_kept || buffer_owner(pe_, config_).denies(pe_));
}

u64 Trbe::read(Reg reg) const
{
    switch (reg) {
    case Reg::TRBLIMITR_EL1:
        return limitr_;
    case Reg::TRBPTR_EL1:
        return ptr_;
    case Reg::TRBBASER_EL1:
        return baser_;
    case Reg::TRBSR_EL1:
        return sr_;
    case Reg::TRBMAR_EL1:
        return mar_;
    case Reg::TRBTRG_EL1:
        return trg_;
    case Reg::TRBIDR_EL1:
        return idr();
    default:
        assert(false && "not a register of the trace buffer");
        return 0;
    }
}

void Trbe::write(Reg reg, u64 value)
{
    switch (reg) {
    case Reg::TRBLIMITR_EL1: {
        const bool was = enabled();
        limitr_ = value & limitr_mask;
        if (observer_ && !was && enabled())
            observer_->session_began(position_, baser_, ptr_, limitr_ & page_mask);
        if (observer_ && was && !enabled())
            observer_->session_ended(position_, ptr_, sr_);
        return;
    }
    case Reg::TRBPTR_EL1:
        ptr_ = value & pointer_mask;
        return;
    case Reg::TRBBASER_EL1:
        baser_ = value & page_mask;
        return;
    case Reg::TRBSR_EL1:
        set_status(value & sr_mask);
        return;
    case Reg::TRBMAR_EL1:
        mar_ = value & (sysreg::TRBMAR_EL1::Attr::mask | sysreg::TRBMAR_EL1::SH::mask);
        return;
    case Reg::TRBTRG_EL1:
        trg_ = value & sysreg::TRBTRG_EL1::TRG::mask;
        return;
    default:
        assert(false && "not a writable register of the trace buffer");
    }
}

void Trbe::reset()
{
    if (observer_ && enabled())
        observer_->session_ended(position_, ptr_, sr_);
    limitr_ = ptr_ = baser_ = mar_ = trg_ = 0;
    set_status(0);
}

void Trbe::set_status(u64 value)
{
    const bool was = Sr::IRQ::get(sr_), is = Sr::IRQ::get(value);
    sr_ = value;
    if (was == is)
        return;
    if (is)
        ++statistics_.interrupts;
    pe_.ppi(config_.trbe_intid, is);
}

/// Collection stops and software is told.
void Trbe::management_event(u64 syndrome)
{
    const u64 kept = sr_ & ~(Sr::EC::mask | Sr::MSS2::mask | ones(16));
    set_status(kept | syndrome | Sr::S::mask | Sr::IRQ::mask);
}

void Trbe::wrap()
{
    constexpr u64 wrap_mode = 0b01, circular = 0b11;
    ptr_ = baser_;
    sr_ |= Sr::WRAP::mask;
    ++statistics_.wraps;
    switch (Limitr::FM::get(limitr_)) {
    case circular:
        return;
    case wrap_mode:
        set_status(sr_ | Sr::IRQ::mask);
        return;
    default:
        management_event(buffer_filled);
    }
}

StreamObserver::World Trbe::world() const
{
    using Hcr = sysreg::HCR_EL2;
    const u64 hcr = pe_.visible(Reg::HCR_EL2);
    const bool host = Hcr::TGE::get(hcr);
    if (pe_.el() >= 2)
        return host ? StreamObserver::World::Host : StreamObserver::World::Hypervisor;
    return Hcr::VM::get(hcr) && !host ? StreamObserver::World::Guest : StreamObserver::World::Host;
}

/// Writes bytes of one page. False: a management event was raised, and nothing has been written.
bool Trbe::store(std::span<const u8> bytes, u64 at_ps, u64& pa)
{
    const auto fault = write_buffer(pe_, buffer_owner(pe_, config_), pe::Unit::TraceBuffer,
                                    Limitr::nVM::get(limitr_), ptr_, bytes, at_ps, pa);
    if (fault) {
        ++statistics_.faults;
        if (observer_)
            observer_->buffer_worked(position_, world(), 0);
        management_event(fault->external ? Sr::EA::mask
                                         : Sr::EC::make(fault->ec) | Sr::FSC::make(fault->fsc));
        return false;
    }
    landed_ps_ = at_ps + config_.memory_latency_ps;
    return true;
}

void Trbe::translate_ahead()
{
    const u64 limit = limitr_ & page_mask;
    if (!enabled() || Limitr::nVM::get(limitr_) || limit <= baser_)
        return;
    constexpr pe::AccessKind kind{.write = true, .unit = pe::Unit::TraceBuffer};
    const pe::Regime regime = buffer_owner(pe_, config_).regime;
    const u64 pages = (limit - baser_) / page_size;
    const u64 other = baser_ + ahead_++ % pages * page_size;
    // Faults are not kept: nothing is stored.
    (void)pe_.translate(regime, ptr_, kind);
    if (observer_)
        observer_->buffer_worked(position_, world(), 0);
    if (other != (ptr_ & page_mask))
        (void)pe_.translate(regime, other, kind);
}

void Trbe::passed_by(std::span<const u8> bytes)
{
    if (observer_)
        observer_->sent(position_, bytes);
    position_ += bytes.size();
}

void Trbe::receive(std::span<const u8> bytes, u64 at_ps)
{
    while (!bytes.empty()) {
        if (!running()) {
            statistics_.discarded += bytes.size();
            if (observer_)
                observer_->discarded(position_, bytes.size());
            position_ += bytes.size();
            return;
        }
        const u64 in_page = page_size - ptr_ % page_size;
        const auto now = bytes.first(std::min<std::size_t>(bytes.size(), in_page));
        u64 pa = 0;
        if (!store(now, at_ps, pa))
            continue;
        if (observer_)
            observer_->buffer_worked(position_, world(), now.size());
        if (observer_)
            observer_->collected(position_, ptr_, pa, now);
        statistics_.written += now.size();
        position_ += now.size();
        ptr_ += now.size();
        // The limit is a page's first address.
        if (ptr_ == (limitr_ & page_mask))
            wrap();
        bytes = bytes.subspan(now.size());
    }
}

} // namespace sl::trace
