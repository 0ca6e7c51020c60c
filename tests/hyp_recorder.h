// SPDX-License-Identifier: MIT
// Stands in for the PE under the hypervisor's C code: registers in a map, and every access, barrier
// and maintenance instruction in the order in which it was made, in the notation of
// docs/switch-designs.md.
#pragma once

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

extern "C" {
#include "arch.h"
#include "hyp.h"
#include "switch_design.h"
#include "trace.h"
#include "trace_hooks.h"
}

namespace sl::test {

using Log = std::vector<std::string>;

class Recorder {
public:
    Recorder();
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    std::map<std::string, std::uint64_t> registers;
    /// Registers that this PE does not have: the first access is noted and ends the test's
    /// patience.
    std::set<std::string> undefined;
    bool took_undefined = false;
    Log log;
    /// PAR_EL1 after the next AT instruction.
    std::uint64_t translated = 0;

    /// What was recorded since the last call.
    Log take();
};

} // namespace sl::test
