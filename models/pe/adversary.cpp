// SPDX-License-Identifier: MIT
#include "pe/adversary.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sl::pe {

namespace {

/// The bits by which a register enables something.
u64 enabling_bits(Reg reg)
{
    namespace f = sysreg;
    switch (reg) {
    case Reg::SCTLR_EL1:
    case Reg::SCTLR_EL2:
    case Reg::SCTLR_EL3:
        return f::SCTLR_EL1::M::mask; // lies alike in all of them
    case Reg::HCR_EL2:
        return f::HCR_EL2::VM::mask;
    case Reg::TRFCR_EL1:
        return f::TRFCR_EL1::E1TRE::mask | f::TRFCR_EL1::E0TRE::mask;
    case Reg::TRFCR_EL2:
        return f::TRFCR_EL2::E2TRE::mask | f::TRFCR_EL2::E0HTRE::mask;
    case Reg::TRBLIMITR_EL1:
        return f::TRBLIMITR_EL1::E::mask;
    case Reg::PMSCR_EL1:
        return f::PMSCR_EL1::E1SPE::mask | f::PMSCR_EL1::E0SPE::mask;
    case Reg::PMSCR_EL2:
        return f::PMSCR_EL2::E2SPE::mask | f::PMSCR_EL2::E0HSPE::mask;
    case Reg::PMBLIMITR_EL1:
        return f::PMBLIMITR_EL1::E::mask;
    default:
        return 0;
    }
}

bool enables(Reg reg, u64 before, u64 after)
{
    return (after & ~before & enabling_bits(reg)) != 0;
}

} // namespace

std::optional<AdversaryMode> AdversaryMode::parse(std::string_view text)
{
    constexpr std::string_view suffix = "+prefetch", random = "random:";
    AdversaryMode mode;
    if (text.ends_with(suffix)) {
        mode.prefetch = true;
        text.remove_suffix(suffix.size());
    }
    if (text == "sync")
        return mode;
    if (text == "late") {
        mode.choice = Choice::Late;
        return mode;
    }
    if (text == "mixed") {
        mode.choice = Choice::Mixed;
        return mode;
    }
    if (!text.starts_with(random))
        return std::nullopt;
    text.remove_prefix(random.size());
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, mode.seed);
    if (error != std::errc{} || stop != end)
        return std::nullopt;
    mode.choice = Choice::Random;
    return mode;
}

Adversary::Adversary(const AdversaryMode& mode, unsigned pe)
    : mode_{mode},
      state_{mode.seed + 0x9e37'79b9'7f4a'7c15 * (u64{pe} + 1)},
      // Large enough that nothing of a test's size is replaced: entries go by maintenance.
      tlb_{1024, 4, [](const Tlb::Entry&) {}}
{
}

bool Adversary::is_trace_buffer(Reg reg)
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

bool Adversary::is_profiling_buffer(Reg reg)
{
    return reg == Reg::PMBLIMITR_EL1 || reg == Reg::PMBPTR_EL1 || reg == Reg::PMBSR_EL1;
}

bool Adversary::lags(Reg reg)
{
    switch (reg) {
    case Reg::SCTLR_EL1:
    case Reg::SCTLR_EL2:
    case Reg::SCTLR_EL3:
    case Reg::TTBR0_EL1:
    case Reg::TTBR1_EL1:
    case Reg::TTBR0_EL2:
    case Reg::TTBR1_EL2:
    case Reg::TTBR0_EL3:
    case Reg::TCR_EL1:
    case Reg::TCR_EL2:
    case Reg::TCR_EL3:
    case Reg::MAIR_EL1:
    case Reg::MAIR_EL2:
    case Reg::MAIR_EL3:
    case Reg::VTTBR_EL2:
    case Reg::VTCR_EL2:
    case Reg::HCR_EL2:
    case Reg::MDCR_EL2:
    case Reg::MDCR_EL3:
    case Reg::TRFCR_EL1:
    case Reg::TRFCR_EL2:
    case Reg::PMSCR_EL1:
    case Reg::PMSCR_EL2:
    case Reg::PMSIRR_EL1:
    case Reg::PMSFCR_EL1:
    case Reg::PMSEVFR_EL1:
    case Reg::PMSLATFR_EL1:
    case Reg::CONTEXTIDR_EL1:
    case Reg::CONTEXTIDR_EL2:
        return true;
    default:
        return is_trace_buffer(reg) || is_profiling_buffer(reg);
    }
}

const Adversary::Write* Adversary::find(Reg reg) const
{
    const auto found = std::find_if(writes_.begin(), writes_.end(),
                                    [reg](const Write& w) { return w.reg == reg; });
    return found == writes_.end() ? nullptr : &*found;
}

bool Adversary::write(Reg reg, u64 seen, u64 value)
{
    using Choice = AdversaryMode::Choice;
    const std::optional<Write> before = land(reg);
    if (before)
        seen = before->seen;
    const bool at_once = mode_.choice == Choice::Sync ||
                         (mode_.choice == Choice::Mixed && enables(reg, seen, value)) ||
                         (mode_.choice == Choice::Random && draw());
    if (!at_once)
        writes_.push_back({reg, seen, value});
    return at_once;
}

std::vector<Adversary::Write> Adversary::land_all()
{
    return std::exchange(writes_, {});
}

std::vector<Adversary::Write> Adversary::land_some()
{
    std::vector<Write> landed;
    if (mode_.choice != AdversaryMode::Choice::Random)
        return landed;
    std::vector<Write> rest;
    for (const Write& w : writes_)
        (draw() ? landed : rest).push_back(w);
    writes_ = std::move(rest);
    return landed;
}

std::optional<Adversary::Write> Adversary::land(Reg reg)
{
    const auto found = std::find_if(writes_.begin(), writes_.end(),
                                    [reg](const Write& w) { return w.reg == reg; });
    if (found == writes_.end())
        return std::nullopt;
    const Write landed = *found;
    writes_.erase(found);
    return landed;
}

void Adversary::reset()
{
    writes_.clear();
    tlb_.drop_if([](const Tlb::Entry&) { return true; });
}

/// True in one of four cases (SplitMix64: small, and the same everywhere).
bool Adversary::draw()
{
    state_ += 0x9e37'79b9'7f4a'7c15;
    u64 z = state_;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return ((z ^ (z >> 31)) & 3) == 0;
}

} // namespace sl::pe
