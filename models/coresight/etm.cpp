// SPDX-License-Identifier: MIT
#include "coresight/etm.h"

#include "sysreg/registers.gen.h"
#include "sysreg/resolve.h"
#include "sysreg/tables.h"

namespace sl::coresight {

namespace {

/// The trace register at an offset, as MRS names it: op0 is 2, op1 is 1.
std::optional<sysreg::Reg> register_at(u32 offset)
{
    const u32 n = offset / 4;
    const u32 crn = n >> 7, op2 = n >> 4 & 7, crm = n & 0xf;
    return sysreg::find(static_cast<u16>(2u << 14 | 1u << 11 | crn << 7 | crm << 3 | op2));
}

/// Comparator values and access types have 64 bits, and lie at every eighth byte.
bool is_wide(std::string_view name)
{
    return name.starts_with("TRCACVR") || name.starts_with("TRCACATR") ||
           name.starts_with("TRCCIDCVR") || name.starts_with("TRCVMIDCVR");
}

} // namespace

Etm::Etm(const Config& config, trace::TraceUnit& unit)
    : config_{config},
      unit_{unit}
{
    constexpr u8 processor_trace = 0x13; // DEVTYPE: trace source, of a processor
    install(rows(), {.part = config.part, .type = processor_trace});
}

RegRow Etm::row(u32 offset, sysreg::Reg reg)
{
    const sysreg::Description& d = sysreg::describe(reg);
    RegRow r{.offset = offset, .name = d.name};
    if (is_wide(d.name)) {
        r.width = 64;
        r.sizes = 4 + 8;
    }
    r.on_read = [this, reg, readable = d.readable] {
        return readable && config_.powered() ? unit_.read(reg) : 0;
    };
    if (d.writable)
        r.on_write = [this, reg](u64 word) {
            if (config_.powered())
                unit_.write(reg, word);
        };
    return r;
}

u64 Etm::pdsr(bool look)
{
    const bool lost = unit_.resets() != seen_resets_;
    if (!look)
        seen_resets_ = unit_.resets();
    constexpr u64 oslk = 2; // of TRCOSLSR
    const bool powered = config_.powered();
    const bool locked = powered && (unit_.read(sysreg::Reg::TRCOSLSR) & oslk);
    return Pdsr::POWER::make(powered) | Pdsr::STICKYPD::make(lost) | Pdsr::OSLK::make(locked);
}

std::vector<RegRow> Etm::rows()
{
    std::vector<RegRow> all;
    for (u32 offset = 0; offset < frame_size; offset += 4)
        if (const auto reg = register_at(offset); reg && unit_.implements(*reg))
            all.push_back(row(offset, *reg));
    all.push_back({.offset = PDCR, .name = "TRCPDCR", .writable = Pdcr::PU::mask});
    all.push_back({.offset = PDSR,
                   .name = "TRCPDSR",
                   .on_read = [this](const RegAccess&, unsigned) { return pdsr(false); },
                   .on_peek = [this](const RegAccess&, unsigned) { return pdsr(true); }});
    all.push_back({.offset = DEVAFF0, .name = "TRCDEVAFF0", .reset = config_.affinity & ones(32)});
    all.push_back({.offset = DEVAFF1, .name = "TRCDEVAFF1", .reset = config_.affinity >> 32});
    return all;
}

} // namespace sl::coresight
