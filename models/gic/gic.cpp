// SPDX-License-Identifier: MIT
#include "gic/gic.h"

#include "sysreg/registers.gen.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sl::gic {

namespace {

using SgiR = sysreg::ICC_SGI1R_EL1;

Origin origin_of(const RegAccess& access)
{
    return {access.who.pe, access.now_ps};
}

const Config& validated(const Config& config)
{
    config.validate();
    return config;
}

} // namespace

Gic::Gic(const Config& config)
    : config_{validated(config)},
      shares_(config_.pes()),
      distributor_{config_, [this](unsigned first, unsigned last, const RegAccess& a) {
                       evaluate(first, last, origin_of(a));
                   }}
{
    // Redistributors first: what a CPU interface does reaches all of them.
    for (unsigned pe = 0; pe < config_.pes(); ++pe) {
        Redistributor::Notify notify{
            [this, pe](const RegAccess& a) { evaluate_privates(pe, origin_of(a)); },
            [this, pe](const RegAccess& a) { participation_changed(pe, origin_of(a)); }};
        redistributors_.push_back(
            std::make_unique<Redistributor>(config_, pe, distributor_, std::move(notify)));
    }
    for (unsigned pe = 0; pe < config_.pes(); ++pe)
        cpus_.push_back(std::make_unique<CpuInterface>(config_, pe, *this));
}

void Gic::reset(u64 now_ps)
{
    std::vector<u32> levels;
    for (unsigned b = 1; b < distributor_.blocks(); ++b)
        levels.push_back(distributor_.spis(b).level);
    distributor_.reset();
    for (unsigned b = 1; b < distributor_.blocks(); ++b)
        distributor_.spis(b).level = levels[b - 1];
    for (auto& r : redistributors_) {
        const u32 level = r->privates().level;
        r->reset();
        r->privates().level = level;
    }
    for (auto& cpu : cpus_)
        cpu->reset(now_ps);
}

InterruptBlock& Gic::block(unsigned pe, unsigned b)
{
    return b ? distributor_.spis(b) : redistributors_[pe]->privates();
}

Group Gic::group_of(unsigned pe, unsigned intid)
{
    return block(pe, intid / 32).group_of(intid % 32, distributor_.single_state());
}

/// Enabled, pending, not active, in a group that the Distributor forwards.
u32 Gic::deliverable(const InterruptBlock& block) const
{
    u32 forwarded = 0;
    for (const Group g : {Group::G0, Group::G1S, Group::G1NS})
        if (distributor_.group_enabled(g))
            forwarded |= block.members(g, distributor_.single_state());
    return block.enabled & block.pending() & ~block.active & forwarded;
}

/// The PE that a shared interrupt goes to: the one named, or of those that take part the lowest.
int Gic::target(unsigned intid, Group g) const
{
    if (distributor_.one_of_n(intid)) {
        for (unsigned pe = 0; pe < config_.pes(); ++pe)
            if (redistributors_[pe]->participates(g))
                return static_cast<int>(pe);
        return -1;
    }
    return distributor_.target(intid);
}

void Gic::offer(unsigned pe, unsigned b, u32 ready, const Origin& origin)
{
    Redistributor& r = *redistributors_[pe];
    const bool own = origin.from == pe;
    const u32 fresh = r.offer(b, ready, own || !send_);
    r.rank(b, block(pe, b));
    for (u32 rest = fresh; rest; rest &= rest - 1) {
        const unsigned intid = 32 * b + static_cast<unsigned>(std::countr_zero(rest));
        post({.to = static_cast<u16>(pe),
              .from = origin.from,
              .intid = static_cast<u16>(intid),
              .sent_ps = origin.now_ps});
    }
}

void Gic::evaluate_privates(unsigned pe, const Origin& origin)
{
    offer(pe, 0, deliverable(redistributors_[pe]->privates()), origin);
}

void Gic::evaluate_spis(unsigned b, const Origin& origin)
{
    const InterruptBlock& s = distributor_.spis(b);
    std::fill(shares_.begin(), shares_.end(), 0);
    for (u32 rest = deliverable(s); rest; rest &= rest - 1) {
        const unsigned n = static_cast<unsigned>(std::countr_zero(rest));
        const int pe = target(32 * b + n, s.group_of(n, distributor_.single_state()));
        if (pe >= 0)
            shares_[static_cast<unsigned>(pe)] |= 1u << n;
    }
    for (unsigned pe = 0; pe < config_.pes(); ++pe)
        offer(pe, b, shares_[pe], origin);
}

void Gic::evaluate(unsigned first, unsigned last, const Origin& origin)
{
    if (first == 0)
        for (unsigned pe = 0; pe < config_.pes(); ++pe)
            evaluate_privates(pe, origin);
    for (unsigned b = std::max(first, 1u); b <= last; ++b)
        evaluate_spis(b, origin);
}

void Gic::participation_changed(unsigned pe, const Origin& origin)
{
    evaluate_privates(pe, origin);
    for (unsigned b = 1; b < distributor_.blocks(); ++b)
        evaluate_spis(b, origin);
}

void Gic::set_spi(unsigned intid, bool level, u64 now_ps)
{
    assert(intid >= 32 && intid < config_.intids());
    InterruptBlock& s = distributor_.spis(intid / 32);
    if (bit(s.level, intid % 32) == level)
        return;
    s.wire(intid % 32, level);
    if (wires_)
        wires_(-1, intid, level, now_ps);
    evaluate_spis(intid / 32, {static_cast<u16>(Origin::device + intid), now_ps});
}

void Gic::set_ppi(unsigned pe, unsigned intid, bool level, u64 now_ps)
{
    assert(pe < config_.pes() && intid >= 16 && intid < 32);
    InterruptBlock& s = redistributors_[pe]->privates();
    if (bit(s.level, intid) == level)
        return;
    s.wire(intid, level);
    if (wires_)
        wires_(static_cast<int>(pe), intid, level, now_ps);
    evaluate_privates(pe, {static_cast<u16>(pe), now_ps});
}

void Gic::acknowledge(unsigned pe, unsigned intid, u64 now_ps)
{
    block(pe, intid / 32).acknowledge(intid % 32);
    const Origin origin{static_cast<u16>(pe), now_ps};
    intid < 32 ? evaluate_privates(pe, origin) : evaluate_spis(intid / 32, origin);
}

void Gic::deactivate(unsigned pe, unsigned intid, u64 now_ps)
{
    if (intid >= config_.intids())
        return;
    block(pe, intid / 32).active &= ~(1u << intid % 32);
    const Origin origin{static_cast<u16>(pe), now_ps};
    intid < 32 ? evaluate_privates(pe, origin) : evaluate_spis(intid / 32, origin);
}

void Gic::send_sgi(SgiKind kind, u64 value, bool secure, const Origin& origin)
{
    Group group = Group::G0;
    if (kind == SgiKind::Group1)
        group = secure ? Group::G1S : Group::G1NS;
    else if (kind == SgiKind::OtherGroup1)
        group = secure ? Group::G1NS : Group::G1S;

    const u64 cluster =
        SgiR::Aff3::get(value) << 16 | SgiR::Aff2::get(value) << 8 | SgiR::Aff1::get(value);
    for (unsigned pe = 0; pe < config_.pes(); ++pe) {
        const u32 affinity = config_.affinities[pe];
        const bool named =
            affinity >> 8 == cluster && bit(SgiR::TargetList::get(value), affinity & 0xff);
        if (SgiR::IRM::get(value) ? pe == origin.from : !named)
            continue;
        const Message sgi{.to = static_cast<u16>(pe),
                          .from = origin.from,
                          .intid = static_cast<u16>(SgiR::INTID::get(value)),
                          .sgi = true,
                          .group = group,
                          .secure = secure,
                          .sent_ps = origin.now_ps};
        pe == origin.from ? deliver(sgi, origin.now_ps) : post(sgi);
    }
}

void Gic::post(const Message& message)
{
    send_ ? send_(message) : deliver(message, message.sent_ps);
}

void Gic::deliver(const Message& m, u64 now_ps)
{
    Redistributor& r = *redistributors_[m.to];
    if (!m.sgi) {
        if (r.reveal(m.intid / 32, m.intid % 32))
            r.rank(m.intid / 32, block(m.to, m.intid / 32));
        return;
    }
    // Forwarding of an SGI: the target's configuration says which group it is in there.
    InterruptBlock& s = r.privates();
    const bool single = distributor_.single_state();
    const Group configured = s.group_of(m.intid, single);
    bool accepted = configured == m.group;
    if (single) {
        // SGI1R generates either group, SGI0R and ASGI1R Group 0 only.
        accepted = m.group == Group::G1NS || configured == Group::G0;
    } else {
        accepted |= m.group == Group::G1S && configured == Group::G0;
        if (!m.secure && configured != Group::G1NS)
            accepted &= s.ns_access(m.intid) >= (configured == Group::G0 ? 1u : 2u);
    }
    if (!accepted)
        return;
    s.latch |= 1u << m.intid;
    evaluate_privates(m.to, {m.to, now_ps});
}

} // namespace sl::gic
