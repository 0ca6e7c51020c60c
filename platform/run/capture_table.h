// SPDX-License-Identifier: MIT
#pragma once

#include "debug/observer_set.h"
#include "report/attribution.h"
#include "report/captures.h"
#include "run/software.h"
#include "trace/recording.h"

#include <memory>
#include <vector>

namespace sl::soc {
class Platform;
}

namespace sl::run {

/// Whose instructions the trace of each measured session shows, and what its buffer did meanwhile.
/// A session is the time between two enablings of a trace unit; it is of the design and session
/// that a run mark names within it.
class CaptureTable final : public debug::NullObserver {
public:
    CaptureTable(const Software& software, unsigned pes);

    /// Before the run, which both must outlive.
    void attach(soc::Platform& platform,
                const std::vector<std::unique_ptr<trace::Recording>>& recordings);

    /// After the run, decoded. By design and session, in the order of their numbers.
    std::vector<report::Capture> all() const;

    void mark(unsigned pe, u64 cycle, u32 id, const u64* x) override;

private:
    using Key = std::pair<u64, u64>; ///< design, session

    /// A run mark while the trace unit was enabled.
    struct Named {
        std::size_t session = 0; ///< enablings of the unit so far
        Key key;
    };

    std::string whose(u64 address, unsigned el) const;

    const Software& software_;
    soc::Platform* platform_ = nullptr;
    std::vector<const trace::Recording*> recordings_; ///< by PE; null: no trace unit
    std::vector<std::vector<Named>> named_;           ///< by PE, in order
};

} // namespace sl::run
