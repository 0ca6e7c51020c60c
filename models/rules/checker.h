// SPDX-License-Identifier: MIT
#pragma once

#include "pe/witness.h"
#include "rules/rule.h"
#include "rules/subject.h"
#include "rules/translations.h"

#include <map>
#include <vector>

namespace sl::rules {

/// Watches one PE's software for sequences that the architecture does not promise anything for,
/// whatever this model or an adversary makes of them.
///
/// "Synchronized" means: a context synchronization event has come since.
class Checker final : public pe::Witness {
public:
    /// `translations` is one for all PEs that share memory.
    Checker(Subject& subject, FindingSink& sink, Translations& translations);

    void wrote(Reg reg, u64 before, u64 after) override;
    void read(Reg reg) override;
    void renamed(Reg named, Reg reached, bool write) override;
    void refused(Reg named, bool write) override;
    void barrier(a64::Barrier kind) override;
    void trace_synced() override;
    void profiling_synced() override;
    void entering(unsigned to_el) override;
    void returning(unsigned to_el) override;
    void redirected() override;
    void looked_up(const pe::Lookup& lookup) override;

    bool minds(u64 va) const override { return translations_.minds(subject_, va); }

    void stored(u64 pa, unsigned bytes) override;
    void invalidated(const pe::TlbInvalidate& what, bool everywhere) override;

private:
    /// A buffer that translates by itself: TRBE or SPE.
    struct Buffer {
        Reg limit, base, pointer;
        bool spe;
        bool enabled = false; ///< as written
        bool closing = false; ///< written 0, not synchronized: it may still be at work
        Site enabled_by = {}, pointer_set_by = {};
        Site synced = {};              ///< the barrier that drains it, not followed by a DSB yet
        u64 first = 0;                 ///< where its range begins, since it was enabled
        std::map<u64, u64> pages = {}; ///< of the range: where each went when last looked at

        bool may_translate() const { return enabled || closing; }
    };

    Site here(Site::Kind kind, Reg reg = Reg::Count);
    void report(RuleId rule, const Site& at, const Site& other, std::string detail = {});
    void synchronized();
    u64 hcr();

    // checker_buffer.cpp
    bool owned_by_el2(const Buffer& buffer);
    pe::Regime regime_of(const Buffer& buffer);
    bool belongs_to(const Buffer& buffer, Reg reg, u64 changed);
    void look(Buffer& buffer);
    bool moved(Buffer& buffer);
    void regime_written(Buffer& buffer, const Site& site, u64 before, u64 after);
    void limit_written(Buffer& buffer, const Site& site, u64 after);
    void buffer_written(Buffer& buffer, const Site& site, u64 after);
    void check_enable(Buffer& buffer, const Site& site);
    void check_pointer(Buffer& buffer, const Site& site);
    void check_disable(Buffer& buffer, const Site& site);

    // checker_profiling.cpp
    bool sampling_open();
    void sampling_begins(const Site& site);
    void sampling_written(const Site& site, u64 after);
    void check_sampling(const Site& site);
    void check_samples(const Site& site);

    void walker_written(const Site& site, u64 changed);
    void trace_unit_written(const Site& site);
    const Site* unsynchronized(Reg reg) const;

    Subject& subject_;
    FindingSink& sink_;
    Translations& translations_;
    Buffer trbe_, spe_;
    /// Writes that may not have reached their indirect readers, in program order.
    std::vector<Site> unsynchronized_;
    std::map<Reg, Site> last_; ///< the last write of those that traps and findings refer to
    Site trace_sync_;          ///< TSB CSYNC, not synchronized yet
    Site sampled_;             ///< since when there are samples that may be in flight
    bool samples_end_ = false; ///< PSB CSYNC has come behind the last sample: a DSB completes them
    Site entered_;             ///< the exception whose lower level's walks may go on
    Site came_by_;             ///< the last exception
};

} // namespace sl::rules
