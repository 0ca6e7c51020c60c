// SPDX-License-Identifier: MIT
#include "gic/distributor.h"

#include <algorithm>
#include <iterator>

namespace sl::gic {

namespace {

/// GICD_IROUTER<n>: Aff3, Interrupt_Routing_Mode, Aff2, Aff1, Aff0.
constexpr u64 route_bits = 0xff'80ff'ffff;

void append(std::vector<RegRow>& to, std::vector<RegRow> rows)
{
    std::move(rows.begin(), rows.end(), std::back_inserter(to));
}

} // namespace

std::vector<RegRow> identification(u32 base, u8 part)
{
    // PIDR4..7, PIDR0..3, CIDR0..3.
    const u8 id[12] = {0x44, 0, 0, 0, part, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1};
    std::vector<RegRow> rows;
    for (u32 i = 0; i < 12; ++i)
        rows.push_back({.offset = base + 4 * i, .name = "PIDR/CIDR", .reset = id[i]});
    return rows;
}

Distributor::Distributor(const Config& config, Changed changed)
    : config_{config},
      changed_{std::move(changed)},
      registers_{map()}
{
    reset();
}

void Distributor::reset()
{
    blocks_.assign((config_.intids() + 31) / 32, {});
    blocks_.back().implemented = static_cast<u32>(ones((config_.intids() - 1) % 32 + 1));
    routes_.assign(32 * blocks_.size(), 0);
    targets_.assign(routes_.size(), find(0));
    ds_ = !config_.security;
    std::fill(std::begin(enabled_), std::end(enabled_), false);
    registers_.reset();
}

std::vector<RegRow> Distributor::map()
{
    const unsigned count = (config_.intids() + 31) / 32;
    const auto spi_command = [this](u32 offset, std::string_view name, bool set, bool secure) {
        return RegRow{.offset = offset,
                      .name = name,
                      .sizes = 2 + 4,
                      .on_write = [this, set, secure](const RegAccess& a, unsigned, u64 w) {
                          message(a, w, set, secure);
                      }};
    };
    std::vector<RegRow> rows{
        {.offset = CTLR,
         .name = "GICD_CTLR",
         .on_read = [this](const RegAccess& a, unsigned) { return read_ctlr(a); },
         .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_ctlr(a, w); }},
        {.offset = TYPER, .name = "GICD_TYPER", .on_read = [this] { return type(); }},
        {.offset = IIDR, .name = "GICD_IIDR", .reset = iidr},
        {.offset = TYPER2, .name = "GICD_TYPER2"},
        spi_command(SETSPI_NSR, "GICD_SETSPI_NSR", true, false),
        spi_command(CLRSPI_NSR, "GICD_CLRSPI_NSR", false, false),
        spi_command(SETSPI_SR, "GICD_SETSPI_SR", true, true),
        spi_command(CLRSPI_SR, "GICD_CLRSPI_SR", false, true),
        {.offset = NSACR,
         .name = "GICD_NSACR<n>",
         .count = 2 * count,
         .on_read = [this](const RegAccess& a, unsigned n) { return read_nsacr(a, n); },
         .on_write = [this](const RegAccess& a, unsigned n, u64 w) { write_nsacr(a, n, w); }},
        {.offset = IROUTER + 8 * 32,
         .name = "GICD_IROUTER<n>",
         .width = 64,
         .sizes = 4 + 8,
         .count = config_.spis,
         .on_read = [this](const RegAccess& a, unsigned n) { return read_route(a, n); },
         .on_write = [this](const RegAccess& a, unsigned n, u64 w) { write_route(a, n, w); }},
    };
    append(rows, BlockRegisters::rows(0, count, config_.priority_bits));
    append(rows, identification(PIDR, 0x92));
    return rows;
}

u64 Distributor::read_ctlr(const RegAccess& access) const
{
    const u64 g0 = enabled_[index(Group::G0)], g1s = enabled_[index(Group::G1S)],
              g1ns = enabled_[index(Group::G1NS)];
    const u64 common = Ctlr::EnableGrp1NS::make(g1ns) | Ctlr::ARE_S::make(1);
    if (restricted(access))
        return common;
    return common | Ctlr::EnableGrp0::make(g0) | Ctlr::DS::make(ds_) |
           (ds_ ? 0 : Ctlr::EnableGrp1S::make(g1s) | Ctlr::ARE_NS::make(1));
}

void Distributor::write_ctlr(const RegAccess& access, u64 word)
{
    enabled_[index(Group::G1NS)] = Ctlr::EnableGrp1NS::get(word);
    if (!restricted(access)) {
        enabled_[index(Group::G0)] = Ctlr::EnableGrp0::get(word);
        // Disabling security lasts until reset.
        ds_ = ds_ || Ctlr::DS::get(word);
        enabled_[index(Group::G1S)] = !ds_ && Ctlr::EnableGrp1S::get(word);
    }
    changed_(0, blocks() - 1, access);
}

u64 Distributor::type() const
{
    using ITLinesNumber = Field<0, 5>;
    using SecurityExtn = Field<10>;
    using MBIS = Field<16>;
    using IDbits = Field<19, 5>;
    using A3V = Field<24>;
    // No LPIs, no extended ranges: ten bits of INTID. RSS and No1N are zero.
    return ITLinesNumber::make(blocks() - 1) | SecurityExtn::make(!ds_) | MBIS::make(1) |
           IDbits::make(10 - 1) | A3V::make(1);
}

u64 Distributor::read_nsacr(const RegAccess& access, unsigned n) const
{
    if (ds_ || restricted(access) || n < 2)
        return 0;
    return bits(blocks_[n / 2].nsacr, 32 * (n % 2) + 31, 32 * (n % 2));
}

void Distributor::write_nsacr(const RegAccess& access, unsigned n, u64 word)
{
    if (ds_ || restricted(access) || n < 2)
        return;
    const unsigned shift = 32 * (n % 2);
    u64& nsacr = blocks_[n / 2].nsacr;
    nsacr = (nsacr & ~(ones(32) << shift)) | word << shift;
}

bool Distributor::routable(const RegAccess& access, unsigned intid) const
{
    const InterruptBlock& b = blocks_[intid / 32];
    return !restricted(access) || bit(b.group, intid % 32) || b.ns_access(intid % 32) == 3;
}

u64 Distributor::read_route(const RegAccess& access, unsigned spi) const
{
    return routable(access, 32 + spi) ? routes_[32 + spi] : 0;
}

void Distributor::write_route(const RegAccess& access, unsigned spi, u64 word)
{
    if (!routable(access, 32 + spi))
        return;
    routes_[32 + spi] = word & route_bits;
    targets_[32 + spi] = find(word);
    changed(1 + spi / 32, access);
}

int Distributor::find(u64 route) const
{
    const u32 affinity = static_cast<u32>(bits(route, 39, 32) << 24 | bits(route, 23, 0));
    const auto& all = config_.affinities;
    const auto it = std::find(all.begin(), all.end(), affinity);
    return it == all.end() ? -1 : static_cast<int>(it - all.begin());
}

void Distributor::message(const RegAccess& access, u64 word, bool set, bool secure_register)
{
    const unsigned intid = static_cast<unsigned>(bits(word, 12, 0));
    if (intid < 32 || intid >= config_.intids())
        return;
    if (secure_register && (ds_ || !access.who.secure))
        return;
    InterruptBlock& b = blocks_[intid / 32];
    const unsigned n = intid % 32;
    if (restricted(access) && !bit(b.group, n) && b.ns_access(n) < (set ? 1u : 2u))
        return;
    // An edge is latched until activation; a level holds until GICD_CLRSPI takes it away.
    u32& held = bit(b.edge, n) ? b.latch : b.message;
    held = set ? held | 1u << n : held & ~(1u << n);
    changed(intid / 32, access);
}

} // namespace sl::gic
