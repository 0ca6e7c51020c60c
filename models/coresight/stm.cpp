// SPDX-License-Identifier: MIT
#include "coresight/stm.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sl::coresight {

namespace {

/// PROT STPv2, TS absolute, TSFREQ, FORCETS, SYNC with MODE, TRACEBUS ATB, TRIGCTL multi and single
/// shot, no prescaler, no HWTEN, SYNCEN RAO, no SWOEN.
constexpr u32 features1 = 0x0065'87d1;

/// SPTER, SPER for all ports, COMPEN programmable, no override, no PRIVMASK, guaranteed and
/// invariant, 64-bit data, extended stimulus ports only.
constexpr u32 features2 = 0x0001'14b2;

/// 128 masters.
constexpr u32 features3 = 0x7f;

/// Arm, STM architecture 1.1.
constexpr u32 architecture = 0x4771'0a63;

/// The most that one write makes: MERR, M8, C16, an opcode, data and a timestamp.
constexpr unsigned nibbles_beside_data = 3 + 3 + 6 + 3 + 17;

} // namespace

Stm::Stm(Config config)
    : config_{std::move(config)},
      fifo_{{.bytes = config_.fifo_bytes, .width = config_.width}}
{
    assert(config_.ports >= 32 && config_.ports <= 65536 && config_.timestamp);
    install(rows(), {.part = 0x963,
                     .revision = 1,
                     .type = 0x63,
                     .device = config_.ports,
                     .architecture = architecture});
    reset();
}

void Stm::reset()
{
    Component::reset();
    encoder_.reset();
    bytes_.clear();
    fifo_.reset();
    since_sync_ = 0;
    sync_due_ = force_timestamp_ = false;
    lost_.reset();
    control_ = enable_ = trigger_enable_ = trigger_control_ = frequency_ = sync_ = 0;
}

std::vector<RegRow> Stm::rows()
{
    const auto plain = [](u32 offset, std::string_view name, u32& value, u64 mask) {
        return RegRow{.offset = offset,
                      .name = name,
                      .on_read = [&value] { return u64{value}; },
                      .on_write = [&value, mask](u64 w) { value = static_cast<u32>(w & mask); }};
    };
    return {
        plain(STMSPER, "STMSPER", enable_, ones(32)),
        plain(STMSPTER, "STMSPTER", trigger_enable_, ones(32)),
        {.offset = STMSPTRIGCSR,
         .name = "STMSPTRIGCSR",
         .on_read = [this] { return u64{trigger_control_}; },
         .on_write = [this](u64 w) { write_trigger_control(w); }},
        {.offset = STMTCSR,
         .name = "STMTCSR",
         .on_read =
             [this](const RegAccess& a, unsigned) {
                 return control_ | Tcsr::SYNCEN::make(1) |
                        Tcsr::BUSY::make(fifo_.level(a.now_ps) != 0);
             },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_control(w, a.now_ps); }},
        {.offset = STMTSSTIMR,
         .name = "STMTSSTIMR",
         .on_write = [this](u64 w) { force_timestamp_ |= bit(w, 0); }},
        plain(STMTSFREQR, "STMTSFREQR", frequency_, ones(32)),
        plain(STMSYNCR, "STMSYNCR", sync_, Syncr::COUNT::mask | Syncr::MODE::mask),
        {.offset = STMSPFEAT1R, .name = "STMSPFEAT1R", .reset = features1},
        {.offset = STMSPFEAT2R, .name = "STMSPFEAT2R", .reset = features2},
        {.offset = STMSPFEAT3R, .name = "STMSPFEAT3R", .reset = features3},
    };
}

void Stm::write_control(u64 word, u64 now_ps)
{
    constexpr u64 writable =
        Tcsr::EN::mask | Tcsr::TSEN::mask | Tcsr::COMPEN::mask | Tcsr::TRACEID::mask;
    const bool was_enabled = enabled();
    if (was_enabled && !Tcsr::EN::get(word)) {
        // What is inside still goes out, and BUSY tells when it has.
        encoder_.align();
        emit(now_ps);
    }
    control_ = static_cast<u32>(word & writable);
    if (!was_enabled && enabled())
        sync_due_ = true;
}

void Stm::write_trigger_control(u64 word)
{
    constexpr u64 writable =
        Sptrigcsr::TRIGCTL::mask | Sptrigcsr::ATBTRIGEN_TE::mask | Sptrigcsr::ATBTRIGEN_DIR::mask;
    const u64 status = Sptrigcsr::TRIGCLEAR::get(word) ? 0 : trigger_control_ & ~writable;
    trigger_control_ = static_cast<u32>(status | (word & writable));
}

std::optional<u64> Stm::timestamp(bool wanted, u64 now_ps)
{
    if (!Tcsr::TSEN::get(control_) || !(wanted || force_timestamp_))
        return std::nullopt;
    force_timestamp_ = false;
    return config_.timestamp(now_ps);
}

u64 Stm::stimulus(u64 offset, unsigned bytes, u64 data, const Initiator& who, u64 now_ps)
{
    assert(bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8);
    const u64 port = offset / port_size;
    const u32 location = static_cast<u32>(offset % port_size) & ~u32{invariant};
    const bool guaranteed = !(offset & invariant);
    const bool is_data = location <= G_D && location % 8 == 0;
    const bool is_flag = location == G_FLAGTS || location == G_FLAG;
    const bool is_trigger = location == G_TRIGTS || location == G_TRIG;
    if (!enabled() || port >= config_.ports || !(is_data || is_flag || is_trigger) ||
        !bit(enable_, port % 32))
        return 0;
    data &= ones(8 * bytes);
    const u8 master = config_.master ? config_.master(who) : static_cast<u8>(who.pe & 0x7f);

    const unsigned most = (nibbles_beside_data + 2 * bytes + 1) / 2;
    u64 at_ps = now_ps;
    if (const auto free = fifo_.room(most, now_ps))
        at_ps = *free;
    else if (!guaranteed)
        at_ps = now_ps + 1;
    if (!guaranteed && at_ps > now_ps) {
        lost_ = master;
        return 0;
    }

    if (sync_due_)
        synchronize();
    if (lost_) {
        encoder_.master(*lost_);
        encoder_.master_error(0);
        lost_.reset();
    }
    encoder_.master(master);
    encoder_.channel(static_cast<u16>(port));
    if (is_flag) {
        encoder_.flag(timestamp(location == G_FLAGTS, at_ps));
    } else if (is_trigger) {
        encoder_.trigger(static_cast<u8>(data), timestamp(location == G_TRIGTS, at_ps));
    } else {
        unsigned size = 8 * bytes;
        // Compression drops leading zeros, down to the smallest packet that holds the value.
        if (Tcsr::COMPEN::get(control_))
            while (size > 4 && data < u64{1} << size / 2)
                size /= 2;
        encoder_.data({.bits = size,
                       .value = data,
                       .marked = location == G_DMTS || location == G_DM,
                       .timestamp = timestamp(location == G_DMTS || location == G_DTS, at_ps)});
    }
    emit(at_ps);
    if (is_trigger)
        trigger(Trigger::Software, Sptrigcsr::ATBTRIGEN_DIR::get(trigger_control_), at_ps);
    if (bit(trigger_enable_, port % 32))
        trigger(Trigger::PortEnable, Sptrigcsr::ATBTRIGEN_TE::get(trigger_control_), at_ps);
    return at_ps - now_ps;
}

void Stm::trigger(Trigger which, bool atb, u64 now_ps)
{
    if (which == Trigger::PortEnable && Sptrigcsr::TRIGCTL::get(trigger_control_)) {
        if (Sptrigcsr::TRIGSTATUS::get(trigger_control_))
            return;
        trigger_control_ |= static_cast<u32>(Sptrigcsr::TRIGSTATUS::mask);
    }
    if (atb)
        fifo_.push(trigger_id, std::array<u8, 1>{}, now_ps);
    if (trigger_)
        trigger_(which, now_ps);
}

u64 Stm::sync_period() const
{
    const u64 count = Syncr::COUNT::get(sync_);
    if (!Syncr::MODE::get(sync_))
        return count << Syncr::COUNT::lsb;
    return count && count < 64 ? u64{1} << count : 0;
}

void Stm::synchronize()
{
    encoder_.align();
    encoder_.sync();
    if (Tcsr::TSEN::get(control_))
        encoder_.frequency(frequency_);
    since_sync_ = 0;
    sync_due_ = false;
}

void Stm::emit(u64 now_ps)
{
    fifo_.push(static_cast<u8>(Tcsr::TRACEID::get(control_)), bytes_, now_ps);
    since_sync_ += bytes_.size();
    bytes_.clear();
    if (const u64 period = sync_period(); period && since_sync_ >= period)
        sync_due_ = true;
}

std::optional<u64> Stm::flush(u64 now_ps)
{
    encoder_.align();
    emit(now_ps);
    return fifo_.flush(now_ps);
}

void Stm::sync_request(u64)
{
    sync_due_ = sync_due_ || enabled();
}

} // namespace sl::coresight
