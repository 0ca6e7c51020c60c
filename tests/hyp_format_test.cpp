// SPDX-License-Identifier: MIT
// The software's printf against the C library's.
#include <catch2/catch.hpp>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <string>

extern "C" {
#include "format.h"
}

namespace {

extern "C" void append(void* sink, char c)
{
    *static_cast<std::string*>(sink) += c;
}

__attribute__((format(printf, 1, 2))) void same(const char* format, ...)
{
    std::string ours;
    char theirs[256];
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    format_to(append, &ours, format, arguments);
    std::vsnprintf(theirs, sizeof theirs, format, again);
    va_end(again);
    va_end(arguments);
    CHECK(ours == theirs);
}

} // namespace

TEST_CASE("numbers, text and padding come out as the C library has them", "[hyp][format]")
{
    same("plain %% text");
    same("%d %d %d", 0, -1, INT32_MIN);
    same("%u %x %lx", 4'000'000'000u, 0xbeefu, ~0ul);
    same("%ld %lu", INT64_MIN, UINT64_MAX);
    same("%8d|%-8d|%08d|%08d", 42, 42, 42, -42);
    same("%4s|%-4s|%s", "ab", "ab", "abcdef");
    same("%c%c", 'o', 'k');
    same("%p", reinterpret_cast<void*>(0x1234));
    same("%016lx", 0xffff000040400000ul);
}
