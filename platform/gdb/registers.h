// SPDX-License-Identifier: MIT
#pragma once

#include "pe/pe.h"

#include <span>
#include <string>
#include <vector>

namespace sl::gdb {

/// The registers of a platform's PEs by the numbers of the target description: X0 to X30, SP, PC,
/// CPSR; V0 to V31, FPSR, FPCR; and every system register that some PE has and that can be read.
class Registers {
public:
    enum : unsigned { sp = 31, pc = 32, cpsr = 33, v0 = 34, fpsr = 66, fpcr = 67, system = 68 };

    explicit Registers(std::span<pe::Pe* const> pes);

    /// In XML, as gdb wants it.
    const std::string& description() const { return description_; }

    unsigned count() const { return system + static_cast<unsigned>(system_.size()); }

    /// In memory order; empty: this PE does not have it.
    std::vector<u8> read(pe::Pe& pe, unsigned number) const;
    /// False: this PE does not have it, or it cannot take that value.
    bool write(pe::Pe& pe, unsigned number, std::span<const u8> bytes) const;

private:
    std::vector<pe::Reg> system_;
    std::string description_;
};

} // namespace sl::gdb
