// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <span>
#include <string>
#include <vector>

namespace sl::differential {

/// What LLVM's disassembler says of one word.
struct Disassembly {
    enum class Status : u8 {
        Undefined,
        Defined,
        Unpredictable, ///< "potentially undefined": CONSTRAINED UNPREDICTABLE in the manual
    };
    Status status = Status::Undefined;
    std::string text; ///< mnemonic, tab, operands; empty when undefined

    /// The mnemonic, without a condition.
    std::string mnemonic() const;
};

/// Disassembles with `llvm_mc`. `features` as -mattr takes them. Throws std::runtime_error when the
/// program cannot be run or says something else than expected.
std::vector<Disassembly> disassemble(const std::string& llvm_mc, const std::string& features,
                                     std::span<const u32> words);

} // namespace sl::differential
