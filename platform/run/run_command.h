// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"
#include "run/exit_code.h"
#include "run/options.h"

namespace sl::run {

/// `sightline run`: elaborates the platform, runs it, writes its outputs, prints the report and
/// where everything lies. Needs SystemC's sc_main() above it, once in a process. Throws
/// debug::ImageError and debug::OutputError before time 0.
ExitCode run(const config::Config& config, const Options& options);

} // namespace sl::run
