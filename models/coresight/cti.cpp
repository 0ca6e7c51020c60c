// SPDX-License-Identifier: MIT
#include "coresight/cti.h"

#include <algorithm>
#include <cassert>

namespace sl::coresight {

namespace {

constexpr u32 channel_mask = static_cast<u32>(ones(Cti::channels));
constexpr u32 trigger_mask = static_cast<u32>(ones(Cti::triggers));

/// DEVID: NUMCHAN, NUMTRIG, no external multiplexer.
constexpr u32 device = Cti::channels << 16 | Cti::triggers << 8;

} // namespace

Cti::Cti(u32 acknowledged)
    : acknowledged_{acknowledged & trigger_mask}
{
    install(rows(), {.part = 0x906, .revision = 2, .type = 0x14, .device = device});
    reset();
}

void Cti::reset()
{
    Component::reset();
    enabled_ = integration_ = false;
    app_ = pulse_ = chin_ = mapped_ = outputs_ = test_channels_ = test_outputs_ = 0;
    gate_ = channel_mask;
    for (unsigned n = 0; n < triggers; ++n)
        in_enable_[n] = out_enable_[n] = 0;
}

std::vector<RegRow> Cti::rows()
{
    // A register of `mask` bits in `value`, which acts when it is written.
    const auto control = [this](u32 offset, std::string_view name, u32& value, u32 mask) {
        return RegRow{.offset = offset,
                      .name = name,
                      .on_read = [&value] { return u64{value}; },
                      .on_write =
                          [this, &value, mask](const RegAccess& a, unsigned, u64 w) {
                              value = static_cast<u32>(w) & mask;
                              update(a.now_ps);
                          }};
    };
    const auto status = [](u32 offset, std::string_view name, ReadHook value) {
        return RegRow{.offset = offset, .name = name, .on_read = std::move(value)};
    };
    const auto flag = [this](u32 offset, std::string_view name, bool& value) {
        return RegRow{.offset = offset,
                      .name = name,
                      .on_read = [&value] { return u64{value}; },
                      .on_write =
                          [this, &value](const RegAccess& a, unsigned, u64 w) {
                              value = bit(w, 0);
                              update(a.now_ps);
                          }};
    };
    const auto enables = [this](u32 offset, std::string_view name, u32* values) {
        return RegRow{.offset = offset,
                      .name = name,
                      .count = triggers,
                      .on_read = [values](const RegAccess&, unsigned n) { return u64{values[n]}; },
                      .on_write =
                          [this, values](const RegAccess& a, unsigned n, u64 w) {
                              values[n] = static_cast<u32>(w) & channel_mask;
                              update(a.now_ps);
                          }};
    };
    return {
        flag(CTICONTROL, "CTICONTROL", enabled_),
        {.offset = CTIINTACK,
         .name = "CTIINTACK",
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 drive(outputs_ & ~(static_cast<u32>(w) & acknowledged_), a.now_ps);
             }},
        {.offset = CTIAPPSET,
         .name = "CTIAPPSET",
         .on_read = [this] { return u64{app_}; },
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 app_ |= static_cast<u32>(w) & channel_mask;
                 update(a.now_ps);
             }},
        {.offset = CTIAPPCLEAR,
         .name = "CTIAPPCLEAR",
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 app_ &= ~static_cast<u32>(w);
                 update(a.now_ps);
             }},
        {.offset = CTIAPPPULSE,
         .name = "CTIAPPPULSE",
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 pulse_ = static_cast<u32>(w) & channel_mask;
                 update(a.now_ps);
                 pulse_ = 0;
                 update(a.now_ps);
             }},
        enables(CTIINEN, "CTIINEN<n>", in_enable_),
        enables(CTIOUTEN, "CTIOUTEN<n>", out_enable_),
        status(CTITRIGINSTATUS, "CTITRIGINSTATUS", [this] { return u64{inputs_}; }),
        status(CTITRIGOUTSTATUS, "CTITRIGOUTSTATUS", [this] { return u64{outputs_}; }),
        status(CTICHINSTATUS, "CTICHINSTATUS", [this] { return u64{chin_}; }),
        status(CTICHOUTSTATUS, "CTICHOUTSTATUS", [this] { return u64{channels_out()}; }),
        control(CTIGATE, "CTIGATE", gate_, channel_mask),
        {.offset = ASICCTL, .name = "ASICCTL", .writable = 0xff},
        {.offset = ITCHOUT,
         .name = "ITCHOUT",
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 test_channels_ = static_cast<u32>(w) & channel_mask;
                 update(a.now_ps);
             }},
        {.offset = ITTRIGOUT,
         .name = "ITTRIGOUT",
         .on_write =
             [this](const RegAccess& a, unsigned, u64 w) {
                 test_outputs_ = static_cast<u32>(w) & trigger_mask;
                 update(a.now_ps);
             }},
        status(ITCHIN, "ITCHIN", [this] { return integration_ ? u64{chin_} : 0; }),
        status(ITTRIGIN, "ITTRIGIN", [this] { return integration_ ? u64{inputs_} : 0; }),
        flag(ITCTRL, "ITCTRL", integration_),
    };
}

void Cti::trigger_in(unsigned n, bool level, u64 now_ps)
{
    assert(n < triggers);
    inputs_ = (inputs_ & ~(1u << n)) | u32{level} << n;
    update(now_ps);
}

u32 Cti::local_channels() const
{
    u32 active = app_ | pulse_;
    for (unsigned n = 0; n < triggers; ++n)
        if (bit(inputs_, n))
            active |= in_enable_[n];
    return active;
}

u32 Cti::channels_out() const
{
    if (integration_)
        return test_channels_;
    return enabled_ ? local_channels() & gate_ : 0;
}

void Cti::channels_in(u32 levels, u64 now_ps)
{
    if (levels == chin_)
        return;
    // What comes in from other CTIs goes to the trigger outputs only, not out again.
    chin_ = levels;
    update_outputs(now_ps);
}

void Cti::update(u64 now_ps)
{
    update_outputs(now_ps);
    if (ctm_)
        ctm_->broadcast(*this, now_ps);
}

void Cti::update_outputs(u64 now_ps)
{
    const u32 active = enabled_ ? local_channels() | chin_ : 0;
    u32 mapped = 0;
    for (unsigned n = 0; n < triggers; ++n)
        if (active & out_enable_[n])
            mapped |= 1u << n;
    const u32 rising = mapped & ~mapped_;
    mapped_ = mapped;
    const u32 latched = enabled_ ? (outputs_ | rising) & acknowledged_ : 0;
    drive(latched | (mapped & ~acknowledged_), now_ps);
}

void Cti::drive(u32 levels, u64 now_ps)
{
    if (integration_)
        levels = test_outputs_;
    const u32 changed = levels ^ outputs_;
    outputs_ = levels;
    for (unsigned n = 0; n < triggers; ++n)
        if (bit(changed, n) && output_)
            output_(n, bit(levels, n), now_ps);
}

void Ctm::add(Cti& cti, u64 latency_ps)
{
    members_.push_back({&cti, latency_ps});
    cti.ctm_ = this;
}

void Ctm::broadcast(const Cti& sender, u64 now_ps)
{
    const auto is_sender = [&](const Member& m) { return m.cti == &sender; };
    const u64 at_ps =
        now_ps + std::find_if(members_.begin(), members_.end(), is_sender)->latency_ps;
    for (const Member& to : members_) {
        u32 levels = 0;
        for (const Member& from : members_)
            if (from.cti != to.cti)
                levels |= from.cti->channels_out();
        to.cti->channels_in(levels, at_ps);
    }
}

} // namespace sl::coresight
