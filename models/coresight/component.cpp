// SPDX-License-Identifier: MIT
#include "coresight/component.h"

#include <algorithm>
#include <iterator>

namespace sl::coresight {

RegBank* Component::registers_for(bool write, u32 offset, u64 now_ps)
{
    settle_for(now_ps);
    return write && locked_ && offset != LAR ? nullptr : &registers_;
}

u64 Component::read(u32 offset, unsigned bytes, const RegAccess& access)
{
    u64 data = 0;
    registers_for(false, offset, access.now_ps)->read(offset, bytes, access, data);
    return data;
}

void Component::write(u32 offset, unsigned bytes, const RegAccess& access, u64 data)
{
    if (RegBank* bank = registers_for(true, offset, access.now_ps))
        bank->write(offset, bytes, access, data);
}

void Component::reset()
{
    registers_.reset();
    locked_ = true;
    claims_ = 0;
}

void Component::settle_for(u64) {}

void Component::install(std::vector<RegRow> own, const ComponentId& id)
{
    std::vector<RegRow> rows;
    const u32 pidr[8] = {0x04,
                         0,
                         0,
                         0,
                         id.part & 0xffu,
                         0xb0u | (id.part >> 8 & 0xfu),
                         0x0bu | u32{id.revision} << 4,
                         0};
    const u32 cidr[4] = {0x0d, 0x90, 0x05, 0xb1};
    rows.push_back({.offset = CLAIMSET,
                    .name = "CLAIMSET",
                    .on_read = [] { return u64{claim_tags}; },
                    .on_write = [this](u64 w) { claims_ |= static_cast<u32>(w) & claim_tags; }});
    rows.push_back({.offset = CLAIMCLR,
                    .name = "CLAIMCLR",
                    .on_read = [this] { return u64{claims_}; },
                    .on_write = [this](u64 w) { claims_ &= ~static_cast<u32>(w); }});
    rows.push_back(
        {.offset = LAR, .name = "LAR", .on_write = [this](u64 w) { locked_ = w != unlock_key; }});
    rows.push_back({.offset = LSR, .name = "LSR", .on_read = [this] {
                        return Lsr::SLI::make(1) | Lsr::SLK::make(locked_);
                    }});
    rows.push_back({.offset = AUTHSTATUS, .name = "AUTHSTATUS", .reset = id.authentication});
    rows.push_back({.offset = DEVARCH, .name = "DEVARCH", .reset = id.architecture});
    rows.push_back({.offset = DEVID, .name = "DEVID", .reset = id.device});
    rows.push_back({.offset = DEVTYPE, .name = "DEVTYPE", .reset = id.type});
    for (u32 n = 0; n < std::size(pidr); ++n)
        rows.push_back({.offset = PIDR4 + 4 * n, .name = "PIDR", .reset = pidr[n]});
    for (u32 n = 0; n < std::size(cidr); ++n)
        rows.push_back({.offset = CIDR0 + 4 * n, .name = "CIDR", .reset = cidr[n]});
    std::erase_if(rows, [&own](const RegRow& common) {
        return std::any_of(own.begin(), own.end(),
                           [&](const RegRow& r) { return r.offset == common.offset; });
    });
    std::move(own.begin(), own.end(), std::back_inserter(rows));
    registers_ = RegBank{std::move(rows)};
}

} // namespace sl::coresight
