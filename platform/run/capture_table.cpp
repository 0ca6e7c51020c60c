// SPDX-License-Identifier: MIT
#include "run/capture_table.h"

#include "soc/platform.h"

#include <algorithm>

namespace sl::run {

using debug::MarkKind;

CaptureTable::CaptureTable(const Software& software, unsigned pes)
    : software_{software},
      named_(pes)
{
}

void CaptureTable::attach(soc::Platform& platform,
                          const std::vector<std::unique_ptr<trace::Recording>>& recordings)
{
    platform_ = &platform;
    for (const auto& recording : recordings)
        recordings_.push_back(recording.get());
}

void CaptureTable::mark(unsigned pe, u64, u32 id, const u64* x)
{
    trace::TraceUnit* const unit = platform_->trace_unit(pe);
    if (!unit || !sysreg::TRCPRGCTLR::EN::get(unit->read(sysreg::Reg::TRCPRGCTLR)))
        return;
    for (const debug::MarkEvent& event : software_.marks().events(id))
        if (event.kind == MarkKind::Run)
            named_[pe].push_back({.session = recordings_[pe]->enabled().size(),
                                  .key = {event.operand(1, x), event.operand(2, x)}});
}

/// "host EL1"; code of guests is found on their side of the border only.
std::string CaptureTable::whose(u64 address, unsigned el) const
{
    const debug::Symbolizer& symbols = software_.symbols();
    auto hit = symbols.by_va(address, el, 0);
    if (!hit)
        hit = symbols.by_va(address, el, 1);
    return (hit && !hit->image->empty() ? *hit->image : "other") + " EL" + std::to_string(el);
}

std::vector<report::Capture> CaptureTable::all() const
{
    std::map<Key, report::Capture> table;
    const auto code = software_.code();
    for (std::size_t pe = 0; pe < recordings_.size(); ++pe) {
        if (!recordings_[pe] || named_[pe].empty())
            continue;
        const trace::Recording& recording = *recordings_[pe];
        const std::vector<u64>& begins = recording.enabled();
        std::map<std::size_t, report::Capture*> of_session;
        for (const Named& named : named_[pe]) {
            report::Capture& row = table[named.key];
            row.design = software_.marks().name(MarkKind::NameDesign, named.key.first);
            row.session = software_.marks().name(MarkKind::NameSession, named.key.second);
            of_session[named.session] = &row;
        }
        const auto row_of = [&](std::size_t session) {
            const auto found = of_session.find(session);
            return found == of_session.end() ? nullptr : found->second;
        };
        const auto session_at = [&](u64 position) {
            return static_cast<std::size_t>(
                std::upper_bound(begins.begin(), begins.end(), position) - begins.begin());
        };
        for (const auto& piece : recording.pieces()) {
            unsigned el = 0;
            for (const trace::Element& e :
                 trace::decode(piece.registers, code, piece.bytes).elements) {
                if (e.kind == trace::Element::Kind::Context)
                    el = e.el;
                report::Capture* const row = e.kind == trace::Element::Kind::Range
                                                 ? row_of(session_at(piece.position + e.index))
                                                 : nullptr;
                if (row)
                    row->instructions[whose(e.address, el)] += e.count;
            }
        }
        for (const trace::Recording::Work& work : recording.buffer_work())
            if (report::Capture* const row = row_of(work.session)) {
                const auto world = static_cast<std::size_t>(work.world);
                row->bytes[world] += work.bytes;
                row->translations[world] += work.translations;
            }
    }
    std::vector<report::Capture> all;
    for (auto& [key, row] : table)
        all.push_back(std::move(row));
    return all;
}

} // namespace sl::run
