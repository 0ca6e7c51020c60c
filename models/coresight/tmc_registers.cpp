// SPDX-License-Identifier: MIT
#include "coresight/tmc.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace sl::coresight {

namespace {

constexpr u64 nothing = 0xffff'ffff; ///< RRD, when there is no data

/// Memory addresses have 40 bits.
constexpr unsigned high_bits = 8;

constexpr u64 ffcr_writable =
    Tmc::Ffcr::EnFt::mask | Tmc::Ffcr::EnTI::mask | Tmc::Ffcr::FOnFlIn::mask |
    Tmc::Ffcr::FOnTrigEvt::mask | Tmc::Ffcr::TrigOnTrigIn::mask | Tmc::Ffcr::TrigOnTrigEvt::mask |
    Tmc::Ffcr::TrigOnFl::mask | Tmc::Ffcr::StopOnFl::mask | Tmc::Ffcr::StopOnTrigEvt::mask;

constexpr u64 axictl_writable = Tmc::Axictl::ProtCtrlBit0::mask | Tmc::Axictl::ProtCtrlBit1::mask |
                                Tmc::Axictl::Cache::mask | Tmc::Axictl::WrBurstLen::mask;

u64 replace_low(u64 value, u64 word)
{
    return (value & ~ones(32)) | (word & ones(32));
}

u64 replace_high(u64 value, u64 word)
{
    return (value & ones(32)) | (word & ones(high_bits)) << 32;
}

} // namespace

u32 Tmc::device() const
{
    u64 id = Devid::CONFIGTYPE::make(static_cast<u64>(config_.type)) |
             Devid::MEMWIDTH::make(static_cast<u64>(std::countr_zero(config_.memory_bytes)));
    if (config_.type == Type::Etr)
        id |= Devid::WBUFDEPTH::make(static_cast<u64>(std::countr_zero(config_.write_buffer))) |
              Devid::NOSCAT::make(!config_.scatter_gather);
    return static_cast<u32>(id);
}

std::vector<RegRow> Tmc::rows()
{
    const bool etr = config_.type == Type::Etr;
    const u64 words = config_.ram_bytes / 4;
    // Registers that take a value in the Disabled state only.
    const auto setup = [this](u32 offset, std::string_view name, u32& value, u64 mask) {
        return RegRow{.offset = offset,
                      .name = name,
                      .on_read = [&value] { return u64{value}; },
                      .on_write =
                          [this, &value, mask](u64 w) {
                              if (!capturing())
                                  value = static_cast<u32>(w & mask);
                          }};
    };
    std::vector<RegRow> rows{
        {.offset = RSZ,
         .name = "RSZ",
         .on_read = [this, etr, words] { return etr ? size_words_ : words; },
         .on_write =
             [this, etr](u64 w) {
                 if (etr && !capturing())
                     size_words_ = w & ones(31);
             }},
        {.offset = STS,
         .name = "STS",
         .on_read = [this](const RegAccess& a, unsigned) { return status(a.now_ps); },
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 if (Sts::MemErr::get(w) && Sts::TMCReady::get(status(a.now_ps)))
                     memory_error_ = false;
             }},
        {.offset = RRD,
         .name = "RRD",
         .on_read = [this](const RegAccess& a, unsigned) { return read_data(a.now_ps, a.debug); }},
        pointer_row(RRP, "RRP", true, false),
        pointer_row(RWP, "RWP", false, false),
        setup(TRG, "TRG", trg_, etr ? ones(32) : words - 1),
        {.offset = CTL,
         .name = "CTL",
         .on_read = [this] { return u64{capturing()}; },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_control(w, a.now_ps); }},
        {.offset = MODE,
         .name = "MODE",
         .on_read = [this] { return u64{mode_register_}; },
         .on_write =
             [this](u64 w) {
                 const u64 last = config_.type == Type::Etf ? 2 : 1;
                 if (!capturing() && bits(w, 1, 0) <= last)
                     mode_register_ = static_cast<u32>(bits(w, 1, 0));
             }},
        {.offset = LBUFLEVEL,
         .name = "LBUFLEVEL",
         .on_read = [this](const RegAccess& a,
                           unsigned) { return read_level(true, a.now_ps, a.debug); }},
        {.offset = CBUFLEVEL,
         .name = "CBUFLEVEL",
         .on_read = [this](const RegAccess& a,
                           unsigned) { return read_level(false, a.now_ps, a.debug); }},
        setup(BUFWM, "BUFWM", bufwm_, etr ? ones(31) : words - 1),
        {.offset = FFSR,
         .name = "FFSR",
         .on_read =
             [this](const RegAccess& a, unsigned) {
                 return Ffsr::FlInProg::make(flushing_ || a.now_ps < afready_ps_) |
                        Ffsr::FtStopped::make(Sts::FtEmpty::get(status(a.now_ps)));
             }},
        {.offset = FFCR,
         .name = "FFCR",
         .on_read =
             [this](const RegAccess& a, unsigned) {
                 const bool flush = manual_ || (capturing() && a.now_ps < manual_done_ps_);
                 return ffcr_ | Ffcr::FlushMan::make(flush);
             },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_ffcr(w, a.now_ps); }},
        setup(PSCR, "PSCR", pscr_, 0x1f),
    };
    if (etr) {
        auto more = etr_rows();
        std::move(more.begin(), more.end(), std::back_inserter(rows));
    }
    return rows;
}

std::vector<RegRow> Tmc::etr_rows()
{
    const u64 axictl_mask =
        axictl_writable | Axictl::ScatterGatherMode::make(config_.scatter_gather);
    return {
        pointer_row(RRPHI, "RRPHI", true, true),
        pointer_row(RWPHI, "RWPHI", false, true),
        {.offset = AXICTL,
         .name = "AXICTL",
         .on_read = [this] { return u64{axictl_}; },
         .on_write =
             [this, axictl_mask](u64 w) {
                 if (!capturing())
                     axictl_ = static_cast<u32>(w & axictl_mask);
             }},
        {.offset = DBALO,
         .name = "DBALO",
         .on_read = [this] { return bits(base_, 31, 0); },
         .on_write =
             [this](u64 w) {
                 if (!capturing())
                     base_ = replace_low(base_, w);
             }},
        {.offset = DBAHI,
         .name = "DBAHI",
         .on_read = [this] { return base_ >> 32; },
         .on_write =
             [this](u64 w) {
                 if (!capturing())
                     base_ = replace_high(base_, w);
             }},
    };
}

RegRow Tmc::pointer_row(u32 offset, std::string_view name, bool read_pointer, bool high)
{
    return {
        .offset = offset,
        .name = name,
        .on_read =
            [this, read_pointer, high](const RegAccess& a, unsigned) {
                const u64 value = pointer(read_pointer, a.now_ps);
                return high ? value >> 32 & ones(high_bits) : value & ones(32);
            },
        .on_write = [this, read_pointer, high](u64 w) { write_pointer(read_pointer, high, w); }};
}

u64 Tmc::pointer(bool read_pointer, u64 now_ps)
{
    if (!capturing())
        return read_pointer ? rrp_ & ~u64{config_.memory_bytes - 1} : rwp_;
    const u64 offset = read_pointer ? read_ & ~u64{config_.memory_bytes - 1} : write_;
    return memory_ ? memory_->address(offset, now_ps) : offset;
}

void Tmc::write_pointer(bool read_pointer, bool high, u64 word)
{
    // Linux moves the read pointer of a stopped circular buffer forward, past what it cannot keep.
    if (read_pointer && state_ == State::Stopped && circular() && !memory_) {
        const u64 to = word & (config_.ram_bytes - 1) & ~(alignment() - 1);
        const u64 skipped = (to - read_) & (config_.ram_bytes - 1);
        fill_ -= std::min(fill_, skipped);
        read_ = to;
        return;
    }
    if (capturing())
        return;
    u64& pointer = read_pointer ? rrp_ : rwp_;
    pointer = high ? replace_high(pointer, word) : replace_low(pointer, word);
    pointer &= ~(alignment() - 1);
    if (!memory_)
        pointer &= config_.ram_bytes - 1;
}

void Tmc::settle_for(u64 now_ps)
{
    if (source_)
        source_->settle(now_ps);
    service(now_ps);
}

u64 Tmc::status(u64 now_ps)
{
    const bool done = now_ps >= ready_ps_;
    const bool stopped = state_ == State::Stopped || state_ == State::Disabled;
    bool full = full_;
    // In a FIFO mode, the vacancy has sunk to the watermark.
    if (capturing() && !circular() && !scatter() && capacity() >= sizeof(Frame))
        full = 4 * (level_words(now_ps) + bufwm_) >= capacity();
    return Sts::Full::make(full) | Sts::Triggered::make(triggered_) |
           Sts::TMCReady::make(stopped && done) |
           Sts::FtEmpty::make(ft_empty_ && now_ps >= empty_ps_) |
           Sts::Empty::make(capturing() && level_words(now_ps) == 0) |
           Sts::MemErr::make(memory_error_);
}

void Tmc::write_control(u64 word, u64 now_ps)
{
    const bool enable = Ctl::TraceCaptEn::get(word);
    if (enable && !capturing())
        start(now_ps);
    else if (!enable && capturing())
        disable(now_ps);
}

void Tmc::write_ffcr(u64 word, u64 now_ps)
{
    constexpr u32 modes = static_cast<u32>(Ffcr::EnFt::mask | Ffcr::EnTI::mask);
    const u32 fixed = capturing() ? modes : 0;
    ffcr_ = (ffcr_ & fixed) | (static_cast<u32>(word & ffcr_writable) & ~fixed);
    if (Ffcr::FlushMan::get(word) && state_ == State::Running) {
        manual_ = true;
        start_flush(now_ps);
    }
    if (Ffcr::DrainBuffer::get(word) && config_.type == Type::Etf && state_ == State::Stopped &&
        circular() && formatting())
        drain(now_ps);
}

u64 Tmc::read_data(u64 now_ps, bool peek)
{
    if (locked())
        return nothing;
    if (state_ == State::Disabled) {
        // The word at the read pointer, whatever it is.
        u32 word = 0;
        if (memory_) {
            if (!memory_->read_address(rrp_, word, now_ps))
                return nothing;
        } else {
            for (unsigned n = 0; n < 4; ++n)
                word |= u32{ram_[(rrp_ + n) & (config_.ram_bytes - 1)]} << 8 * n;
        }
        if (peek)
            return word;
        rrp_ += 4;
        if (!memory_)
            rrp_ &= config_.ram_bytes - 1;
        return word;
    }
    const bool readable = circular() ? state_ == State::Stopped : mode_ == Mode::SoftwareFifo;
    if (!readable)
        return nothing;
    const u64 at = read_, left = fill_;
    const u64 word = next_word(now_ps, peek).value_or(nothing);
    if (peek) {
        read_ = at;
        fill_ = left;
        return word;
    }
    if (!circular() && capacity() - fill_ >= sizeof(Frame))
        release(now_ps);
    outputs(now_ps);
    return word;
}

u64 Tmc::read_level(bool latched, u64 now_ps, bool peek)
{
    // The levels do not apply to scatter-gather.
    if (scatter() || (latched && locked()))
        return 0;
    const u64 now_words = capturing() ? level_words(now_ps) : 0;
    if (!latched)
        return now_words;
    const u64 words = std::max(latched_level_, now_words);
    if (capturing() && !peek)
        latched_level_ = now_words;
    return words;
}

} // namespace sl::coresight
