// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <vector>

namespace sl::report {

/// A broken rule of docs/rules.md, in words: ready to be written.
struct Finding {
    struct Place {
        std::string instruction; ///< "MSR TTBR1_EL1"
        std::string symbol;      ///< "hyp`el1_restore+0x18"
        std::string line;        ///< "hyp/el1_registers.c:40"; empty: not known
        unsigned el = 0;
        u64 vmid = 0, pc = 0, cycle = 0, ps = 0;
    };

    std::string rule, unit, statement, reference;
    std::string pe, design, session; ///< design and session: empty outside of a measured run
    Place at;                        ///< where the rule was broken, the first time
    std::string other_is;            ///< "the buffer was enabled by"
    Place other;
    std::string detail;
    u64 count = 0; ///< how often it was broken in this way
};

/// For report.txt.
std::string findings_text(const std::vector<Finding>& findings);
/// findings.json.
std::string findings_json(const std::vector<Finding>& findings);

} // namespace sl::report
