// SPDX-License-Identifier: MIT
#pragma once

#include "case.h"
#include "common/types.h"

#include <span>
#include <string>
#include <vector>

namespace sl::differential {

/// How a case ended, and the data area where the case asked for it.
struct Ended {
    outcome state{};
    std::vector<u64> memory;
};

/// User-mode QEMU with the program of runner.c.
class Qemu {
public:
    /// `qemu` and `runner` are paths; `cpu` as -cpu takes it.
    Qemu(std::string qemu, std::string cpu, std::string runner);

    /// Runs all cases in one process. Throws std::runtime_error when QEMU fails.
    std::vector<Ended> run(std::span<const sequence> cases) const;

private:
    std::string qemu_, cpu_, runner_;
};

} // namespace sl::differential
