// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sl::differential {

/// An unnamed temporary file: it is gone when closed, however the program ends.
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File temporary_file();

void append(std::FILE* file, std::span<const std::byte> bytes);

/// The whole contents, from the beginning.
std::string contents(std::FILE* file);

/// Runs a program to its end with these files as its standard streams, `input` read from its
/// beginning. Throws std::runtime_error, naming the program, when it cannot be started or fails.
void run_program(const std::vector<std::string>& arguments, std::FILE* input, std::FILE* output,
                 std::FILE* errors);

} // namespace sl::differential
