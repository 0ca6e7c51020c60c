// SPDX-License-Identifier: MIT
#include "run/findings.h"

#include "soc/platform.h"

namespace sl::run {

using debug::MarkKind;

Findings::Findings(const Software& software, std::vector<Clock> clocks, Tell tell)
    : software_{software},
      clocks_{std::move(clocks)},
      tell_{std::move(tell)},
      runs_(clocks_.size())
{
}

void Findings::attach(soc::Platform& platform)
{
    translations_.emplace(*this, platform.watch());
    for (unsigned n = 0; n < platform.pes(); ++n) {
        subjects_.push_back(
            std::make_unique<rules::PeSubject>(platform.pe(n), platform.trace_unit(n)));
        checkers_.push_back(
            std::make_unique<rules::Checker>(*subjects_.back(), *this, *translations_));
        platform.pe(n).attach(checkers_.back().get());
    }
}

void Findings::finish()
{
    // Of long ago: timelines are past it.
    tell_ = nullptr;
    if (translations_)
        translations_->finish();
}

void Findings::mark(unsigned pe, u64, u32 id, const u64* x)
{
    for (const debug::MarkEvent& event : software_.marks().events(id)) {
        if (event.kind == MarkKind::Run)
            runs_[pe] = {.benchmark = event.operand(0, x),
                         .design = event.operand(1, x),
                         .session = event.operand(2, x)};
        if (event.kind == MarkKind::RunEnd)
            runs_[pe].reset();
    }
}

void Findings::found(const rules::Finding& finding)
{
    const auto& run = runs_[finding.pe];
    const Key key{.design = run ? run->design : ~u64{0},
                  .session = run ? run->session : ~u64{0},
                  .rule = finding.rule,
                  .at_pc = finding.at.pc,
                  .other_pc = finding.other.pc,
                  .at_reg = finding.at.reg,
                  .other_reg = finding.other.reg};
    Entry& entry = entries_[key];
    if (entry.count++ > 0)
        return;
    entry.first = finding;
    if (tell_)
        tell_(finding.pe, finding.at, rules::rule(finding.rule).name);
}

report::Finding::Place Findings::place(unsigned pe, const rules::Site& site) const
{
    return {.instruction = site.text(),
            .symbol = software_.symbols().describe_va(site.pc, site.el, site.vmid),
            .line = software_.line(site.pc).value_or(""),
            .el = site.el,
            .vmid = site.vmid,
            .pc = site.pc,
            .cycle = site.cycle,
            .ps = clocks_[pe].ps(site.cycle)};
}

std::vector<report::Finding> Findings::all() const
{
    std::vector<report::Finding> all;
    for (const auto& [key, entry] : entries_) {
        const rules::Finding& f = entry.first;
        const rules::Rule& rule = rules::rule(f.rule);
        const bool measured = key.design != ~u64{0};
        all.push_back(
            {.rule = rule.name,
             .unit = rule.unit,
             .statement = rule.statement,
             .reference = rule.reference,
             .pe = "pe" + std::to_string(f.pe),
             .design = measured ? software_.marks().name(MarkKind::NameDesign, key.design) : "",
             .session = measured ? software_.marks().name(MarkKind::NameSession, key.session) : "",
             .at = place(f.pe, f.at),
             .other_is = rule.other,
             .other = place(f.pe, f.other),
             .detail = f.detail,
             .count = entry.count});
    }
    return all;
}

} // namespace sl::run
