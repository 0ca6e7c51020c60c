// SPDX-License-Identifier: MIT
#pragma once

#include "a64/translator/translator.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

#include <array>

namespace sl::a64::test {

/// Runs one instruction on the interpreter, as the engine does.
struct Interpreted {
    static void step(Machine& m, u32 word) { m.step(word); }
};

/// Runs one instruction as x86-64 code; it must have an emitter.
struct Translated {
    static void step(Machine& m, u32 word)
    {
        const std::array words{word};
        const Translation code{words, Parts::all()};
        REQUIRE(code.emitted() == 1);
        Hot hot;
        hot.environment = &m;
        code.run(m.state, hot);
    }
};

} // namespace sl::a64::test
