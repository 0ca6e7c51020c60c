// SPDX-License-Identifier: MIT
#include "common/bits.h"
#include "common/clock.h"

#include <catch2/catch.hpp>

using namespace sl;

TEST_CASE("a clock's time is the floor of cycles over Hz, without drift", "[common][clock]")
{
    const Clock c{2'400'000'000};
    CHECK(c.ps(1) == 416);
    CHECK(c.ps(2'400'000'000) == Clock::ps_per_second);
    // A century of cycles: 128-bit arithmetic, no overflow, no drift.
    CHECK(c.ps(2'400'000'000ull * 86'400) == 86'400 * Clock::ps_per_second);
}

TEST_CASE("a clock converts times back to the cycle in progress", "[common][clock]")
{
    for (u64 hz : {1ull, 24'000'000ull, 1'476'000'000ull, 2'400'000'000ull, 3'000'000'001ull}) {
        const Clock c{hz, 100, 7'000};
        for (u64 cycle : {100ull, 101ull, 102ull, 1'000ull, 123'456'789ull}) {
            if (hz == 1 && cycle > 1'000)
                continue;
            INFO(hz << " Hz, cycle " << cycle);
            CHECK(c.cycles_at(c.ps(cycle)) >= cycle);
            CHECK(c.ps(c.cycles_at(c.ps(cycle))) == c.ps(cycle));
            CHECK(c.cycles_at_or_after(c.ps(cycle)) <= cycle);
            CHECK(c.ps(c.cycles_at_or_after(c.ps(cycle) + 1)) > c.ps(cycle));
        }
    }
}

TEST_CASE("bit fields follow the manual's notation", "[common][bits]")
{
    CHECK(bits(0xabcd, 15, 8) == 0xab);
    CHECK(bits(~u64{0}, 63, 0) == ~u64{0});
    CHECK(sign_extend(0x80, 8) == 0xffff'ffff'ffff'ff80);
    CHECK(sign_extend(0x7f, 8) == 0x7f);
    using F = Field<4, 3>;
    CHECK(F::mask == 0x70);
    CHECK(F::set(0xff, 2) == 0xaf);
}
