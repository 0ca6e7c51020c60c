// SPDX-License-Identifier: MIT
// The rules of buffers that translate by themselves: TRBE, and SPE's profiling buffer.
#include "rules/checker.h"

#include "common/bits.h"
#include "sysreg/tables.h"

namespace sl::rules {

namespace {

namespace f = sysreg;
using Kind = Site::Kind;

constexpr u64 most_pages = 0x1'0000;

bool is_trbe(Reg reg)
{
    switch (reg) {
    case Reg::TRBLIMITR_EL1:
    case Reg::TRBPTR_EL1:
    case Reg::TRBBASER_EL1:
    case Reg::TRBSR_EL1:
    case Reg::TRBMAR_EL1:
    case Reg::TRBTRG_EL1:
        return true;
    default:
        return false;
    }
}

bool is_spe_buffer(Reg reg)
{
    return reg == Reg::PMBLIMITR_EL1 || reg == Reg::PMBPTR_EL1 || reg == Reg::PMBSR_EL1;
}

/// The bits of MDCR_EL2 that say who owns the buffer.
u64 owner_bits(bool spe)
{
    return spe ? f::MDCR_EL2::E2PB::mask : f::MDCR_EL2::E2TB::mask;
}

/// Where the EL1 bit of the owner is written: both profiling and trace buffer have one such field.
bool owner_is_el2(u64 mdcr, bool spe)
{
    return (spe ? f::MDCR_EL2::E2PB::get(mdcr) : f::MDCR_EL2::E2TB::get(mdcr)) == 0;
}

} // namespace

bool Checker::owned_by_el2(const Buffer& buffer)
{
    return owner_is_el2(subject_.direct(Reg::MDCR_EL2), buffer.spe);
}

pe::Regime Checker::regime_of(const Buffer& buffer)
{
    if (!owned_by_el2(buffer))
        return pe::Regime::El10;
    return f::HCR_EL2::E2H::get(hcr()) ? pe::Regime::El20 : pe::Regime::El2;
}

/// Does a change of these bits change the regime of the buffer's owner?
bool Checker::belongs_to(const Buffer& buffer, Reg reg, u64 changed)
{
    const bool el2 = owned_by_el2(buffer);
    switch (reg) {
    case Reg::SCTLR_EL1:
    case Reg::TTBR0_EL1:
    case Reg::TTBR1_EL1:
    case Reg::TCR_EL1:
    case Reg::MAIR_EL1:
    case Reg::VTTBR_EL2:
    case Reg::VTCR_EL2:
        return !el2;
    case Reg::SCTLR_EL2:
    case Reg::TTBR0_EL2:
    case Reg::TTBR1_EL2:
    case Reg::TCR_EL2:
    case Reg::MAIR_EL2:
        return el2;
    case Reg::HCR_EL2:
        return changed &
               (f::HCR_EL2::E2H::mask | (el2 ? 0 : f::HCR_EL2::VM::mask | f::HCR_EL2::TGE::mask));
    default:
        return false;
    }
}

/// Notes where the pages of the range go now.
void Checker::look(Buffer& buffer)
{
    buffer.pages.clear();
    const u64 limit = subject_.direct(buffer.limit) & page_mask;
    const pe::Regime regime = regime_of(buffer);
    // A range beyond all measure is a wrong limit, and found as such.
    if (limit - buffer.first > most_pages * page_size)
        return;
    for (u64 va = buffer.first; va < limit; va += page_size) {
        const pe::Translated result = subject_.translate(regime, va);
        const auto* const good = std::get_if<pe::Translation>(&result);
        buffer.pages[va] = good ? good->pa : ~u64{0};
    }
}

/// Does any page of the range go elsewhere than when last looked at?
bool Checker::moved(Buffer& buffer)
{
    const auto before = buffer.pages;
    look(buffer);
    return before != buffer.pages;
}

/// Not by merely entering EL2, and not by a switch of tables that leaves the buffer's pages alone.
void Checker::regime_written(Buffer& buffer, const Site& site, u64 before, u64 after)
{
    const RuleId regime = buffer.spe ? RuleId::SpeRegimeChanged : RuleId::TrbeRegimeChanged;
    const RuleId owner = buffer.spe ? RuleId::SpeRegimeChanged : RuleId::TrbeOwnerChanged;
    if (!buffer.may_translate())
        return;
    if (site.reg == Reg::MDCR_EL2 && ((before ^ after) & owner_bits(buffer.spe)))
        report(owner, site, buffer.enabled_by);
    const u64 secure_owner = buffer.spe ? f::MDCR_EL3::NSPB::mask : f::MDCR_EL3::NSTB::mask;
    if (site.reg == Reg::MDCR_EL3 && ((before ^ after) & secure_owner))
        report(owner, site, buffer.enabled_by);
    if (!belongs_to(buffer, site.reg, before ^ after))
        return;
    // Software of the owner's own level may switch tables, as long as the buffer stays where it is.
    const bool own = site.el == (owned_by_el2(buffer) ? 2 : 1);
    if (!own || moved(buffer))
        report(regime, site, buffer.enabled_by, own ? "pages of the buffer move" : "");
}

void Checker::buffer_written(Buffer& buffer, const Site& site, u64 after)
{
    if (!(buffer.spe ? is_spe_buffer(site.reg) : is_trbe(site.reg)))
        return;
    if (site.reg == buffer.pointer)
        buffer.pointer_set_by = site;
    if (site.reg == buffer.limit)
        limit_written(buffer, site, after);
    else if (!buffer.spe && buffer.may_translate())
        report(RuleId::TrbeWriteEnabled, site, buffer.enabled_by,
               buffer.enabled ? "" : "disabling it is not synchronized");
}

void Checker::limit_written(Buffer& buffer, const Site& site, u64 after)
{
    const bool on = f::TRBLIMITR_EL1::E::get(after); // PMBLIMITR_EL1.E lies alike
    if (buffer.enabled && on) {
        if (!buffer.spe)
            report(RuleId::TrbeWriteEnabled, site, buffer.enabled_by, "it stays enabled");
        return;
    }
    if (on) {
        check_enable(buffer, site);
        check_pointer(buffer, site);
        buffer.enabled = true;
        buffer.enabled_by = site;
        buffer.first = subject_.direct(buffer.base) & page_mask;
        look(buffer);
        if (buffer.spe)
            sampling_begins(site);
    } else if (buffer.enabled) {
        check_disable(buffer, site);
        buffer.enabled = false;
        buffer.closing = true;
    }
}

/// Whatever the buffer works with must be there for sure before it can begin.
void Checker::check_enable(Buffer& buffer, const Site& site)
{
    const Site* first = nullptr;
    std::string names;
    for (const Site& write : unsynchronized_) {
        const bool ownership = write.reg == Reg::MDCR_EL2 || write.reg == Reg::MDCR_EL3;
        // The profiling buffer has nothing to write while nothing is sampled.
        const bool own =
            buffer.spe ? is_spe_buffer(write.reg) && sampling_open() : is_trbe(write.reg);
        if (!ownership && !own && !belongs_to(buffer, write.reg, ~u64{0}))
            continue;
        if (!first)
            first = &write;
        names += (names.empty() ? "" : ", ") + std::string{sysreg::describe(write.reg).name};
    }
    if (first)
        report(buffer.spe ? RuleId::SpeOrder : RuleId::TrbeEnableUnsync, site, *first,
               "not synchronized: " + names);
}

void Checker::check_pointer(Buffer& buffer, const Site& site)
{
    if (buffer.spe)
        return;
    const u64 base = subject_.direct(buffer.base), pointer = subject_.direct(buffer.pointer),
              limit = subject_.direct(buffer.limit) & page_mask;
    const u64 align = sysreg::TRBIDR_EL1::Align::get(subject_.direct(Reg::TRBIDR_EL1));
    const char* wrong = nullptr;
    if (base >= limit)
        wrong = "the base is not below the limit";
    else if (pointer < base)
        wrong = "the pointer is below the base";
    else if (pointer >= limit)
        wrong = "the pointer is not below the limit";
    else if (bits(pointer, 63, 56) != bits(base, 63, 56) ||
             bits(pointer, 63, 56) != bits(limit, 63, 56))
        wrong = "bits 63:56 differ";
    else if (pointer & ones(static_cast<unsigned>(align)))
        wrong = "the pointer is misaligned";
    if (wrong)
        report(RuleId::TrbePointer, site, buffer.pointer_set_by, wrong);
}

void Checker::check_disable(Buffer& buffer, const Site& site)
{
    if (buffer.spe)
        check_samples(site);
    else if (subject_.trace_waits())
        report(RuleId::TrbeUndrained, site, last_[Reg::TRFCR_EL1],
               "trace waits in the unit or its FIFO");
    else if (buffer.synced.kind != Kind::None)
        report(RuleId::TrbeUndrained, site, buffer.synced, "no DSB since");
}

} // namespace sl::rules
