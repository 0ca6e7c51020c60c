// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/atb.h"
#include "coresight/component.h"

#include <array>

namespace sl::coresight {

/// ATB replicator (CoreSight SoC-400 TRM): one ATB into two. Programmable: filters by groups of 16
/// ATIDs for each output; or static: everything goes to both, and there are no registers. A beat is
/// taken when both outputs have taken it.
class Replicator final : public Component, public AtbTarget {
public:
    enum : u32 { IDFILTER0 = 0x000, IDFILTER1 = 0x004 };

    static constexpr unsigned outputs = 2;

    Replicator();

    void connect(AtbSource& source) { source_ = &source; }

    void connect(unsigned output, AtbTarget& target) { outputs_[output].target = &target; }

    /// Master port `n`: what its receiver sees.
    AtbSource& output(unsigned n) { return outputs_[n]; }

    void reset() override;

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override;
    void flushed(u64 now_ps) override;

private:
    struct Output final : AtbSource {
        std::optional<u64> flush(u64 now_ps) override { return replicator->flush(*this, now_ps); }

        void sync_request(u64 now_ps) override { replicator->source_->sync_request(now_ps); }

        void ready(u64 now_ps) override { replicator->output_ready(*this, now_ps); }

        void settle(u64 horizon_ps) override { replicator->source_->settle(horizon_ps); }

        Replicator* replicator = nullptr;
        AtbTarget* target = nullptr;
        u64 filter = 0;                ///< groups of IDs that do not pass
        std::optional<AtbBeat> held{}; ///< refused by this output only
        bool flushing = false;
        bool source_flushed = false; ///< and the flush waits for the beat held
    };

    std::optional<u64> flush(Output& by, u64 now_ps);
    void output_ready(Output& output, u64 now_ps);
    RegRow filter_row(u32 offset, Output& output);

    std::array<Output, outputs> outputs_;
    AtbSource* source_ = nullptr;
    bool refused_ = false; ///< the source waits for ready()
};

} // namespace sl::coresight
