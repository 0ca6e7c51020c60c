// SPDX-License-Identifier: MIT
#include "hyp_recorder.h"

#include <cstdio>
#include <utility>

namespace sl::test {

namespace {

Recorder* current = nullptr;

std::string hex(std::uint64_t value)
{
    char text[32];
    std::snprintf(text, sizeof text, value < 10 ? "%llu" : "%#llx",
                  static_cast<unsigned long long>(value));
    return text;
}

void check_defined(const char* name)
{
    if (current->undefined.count(name) > 0)
        current->took_undefined = true;
}

} // namespace

Recorder::Recorder()
{
    REQUIRE(current == nullptr);
    current = this;
}

Recorder::~Recorder()
{
    current = nullptr;
}

Log Recorder::take()
{
    return std::exchange(log, {});
}

} // namespace sl::test

extern "C" uint64_t fake_read(const char* name)
{
    sl::test::check_defined(name);
    sl::test::current->log.push_back(std::string{"R "} + name);
    return sl::test::current->registers[name];
}

extern "C" void fake_write(const char* name, uint64_t value)
{
    sl::test::check_defined(name);
    sl::test::current->log.push_back(std::string{"W "} + name + "=" + sl::test::hex(value));
    sl::test::current->registers[name] = value;
    if (std::string{name} == "at s1e1r")
        sl::test::current->registers["PAR_EL1"] = sl::test::current->translated;
}

extern "C" void fake_event(const char* what)
{
    sl::test::current->log.push_back(what);
}
