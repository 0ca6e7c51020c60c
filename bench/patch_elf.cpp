// SPDX-License-Identifier: MIT
// patch_elf FROM TO SYMBOL=VALUE…: a copy of an executable with parameters set, for other machines.
#include "patched_elf.h"

#include <cstdio>
#include <exception>

int main(int argc, char** argv)
try {
    if (argc < 3) {
        std::fprintf(stderr, "usage: patch_elf FROM TO SYMBOL=VALUE...\n");
        return 2;
    }
    std::map<std::string, std::uint64_t> values;
    for (int i = 3; i < argc; ++i) {
        const std::string word = argv[i];
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) {
            std::fprintf(stderr, "patch_elf: %s is not SYMBOL=VALUE\n", argv[i]);
            return 2;
        }
        values[word.substr(0, equals)] = std::stoull(word.substr(equals + 1), nullptr, 0);
    }
    sl::bench::copy_patched(argv[1], argv[2], values);
    return 0;

} catch (const std::exception& e) {
    std::fprintf(stderr, "patch_elf: %s\n", e.what());
    return 1;
}
