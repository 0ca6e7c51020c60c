// SPDX-License-Identifier: MIT
#pragma once

#include "debug/symbolizer.h"
#include "pe/pe.h"

#include <optional>
#include <string>

namespace sl::soc {

/// The VM whose software the PE executes, if it does.
std::optional<u64> vm_of(const pe::Pe& pe);

/// Where a PE is, in a line: state, EL, VM, PC, symbol.
std::string where(pe::Pe& pe, const debug::Symbolizer& symbols);

} // namespace sl::soc
