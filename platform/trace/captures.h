// SPDX-License-Identifier: MIT
#pragma once

#include "trace/recording.h"

#include <map>
#include <string>
#include <vector>

namespace sl::trace {

/// What Trace Memory Controllers had in their memory at the end of each capture, and whose it was.
class Captures {
public:
    /// One trace unit's part of a capture.
    struct Part {
        u8 id = 0;
        unsigned pe = 0;
        u64 position = 0, bytes = 0; ///< of the unit's stream
    };

    struct Capture {
        std::string sink; ///< the controller's name
        std::vector<u8> frames;
        std::vector<Part> parts;
        /// Bytes by trace ID that no trace unit has sent: those of an STM.
        std::map<u8, u64> others;
        std::string error; ///< of the deformatter; empty: none
    };

    /// A capture, perhaps an empty one, has ended with `frames` in its memory, from the oldest on.
    /// They are taken apart, and what each trace unit has sent is given to its recording;
    /// `recordings` are by PE, null for none.
    void ended(const std::string& sink, std::vector<u8> frames,
               std::span<Recording* const> recordings);

    const std::vector<Capture>& all() const { return all_; }

private:
    std::vector<Capture> all_;
};

} // namespace sl::trace
