// SPDX-License-Identifier: MIT
// What the host's kernel makes of a trapped device access (ESR_EL2 of a data abort, DDI 0487).
#include <catch2/catch.hpp>

extern "C" {
#include "mmio_trap.h"
}

namespace {

/// ESR_EL2 of `str`/`ldr`-like accesses: EC 0x24, IL, then ISV and what belongs to it.
constexpr uint64_t syndrome(unsigned sas, bool sse, unsigned srt, bool sf, bool wnr)
{
    return uint64_t{0x24} << 26 | 1u << 25 | 1u << 24 | sas << 22 | unsigned{sse} << 21 |
           srt << 16 | unsigned{sf} << 15 | unsigned{wnr} << 6 | 0x7;
}

} // namespace

TEST_CASE("A device access is decoded from its syndrome", "[host]")
{
    mmio_access access{};

    SECTION("a 32-bit store of W7")
    {
        REQUIRE(mmio_decode(syndrome(2, false, 7, false, true), &access));
        CHECK(access.is_write);
        CHECK(access.size == 4);
        CHECK(access.reg == 7);
    }
    SECTION("a sign-extending byte load to X30")
    {
        REQUIRE(mmio_decode(syndrome(0, true, 30, true, false), &access));
        CHECK_FALSE(access.is_write);
        CHECK(access.size == 1);
        CHECK(access.sign_extend);
        CHECK(access.wide);
        CHECK(access.reg == 30);
    }
    SECTION("without a valid syndrome there is nothing to emulate")
    {
        CHECK_FALSE(mmio_decode(uint64_t{0x24} << 26 | 1u << 25 | 0x7, &access));
    }
}

TEST_CASE("A loaded value is cut and extended as the instruction wants it", "[host]")
{
    const auto extended = [](unsigned size, bool sign, bool wide, uint64_t value) {
        mmio_access access{};
        access.size = static_cast<uint8_t>(size);
        access.sign_extend = sign;
        access.wide = wide;
        access.value = value;
        return mmio_extend(&access);
    };

    CHECK(extended(1, false, false, 0x1234) == 0x34);                     // ldrb w
    CHECK(extended(1, true, false, 0x80) == 0xffff'ff80);                 // ldrsb w
    CHECK(extended(1, true, true, 0x80) == 0xffff'ffff'ffff'ff80);        // ldrsb x
    CHECK(extended(2, true, true, 0x7fff) == 0x7fff);                     // ldrsh x
    CHECK(extended(4, true, true, 0x8000'0000) == 0xffff'ffff'8000'0000); // ldrsw x
    CHECK(extended(4, false, false, 0x1'8000'0000) == 0x8000'0000);       // ldr w
    CHECK(extended(8, false, true, 0x8000'0000'0000'0001) == 0x8000'0000'0000'0001);
}

TEST_CASE("The faulting IPA comes from HPFAR_EL2 and the page offset of FAR_EL2", "[host]")
{
    // FIPA is bits 47:12 of the address from bit 4 on.
    CHECK(mmio_ipa(0x08000 << 4, 0xffff'8000'0800'0104) == 0x0800'0104);
    CHECK(mmio_ipa(0xf'ffff'ffff << 4, 0xfff) == 0xffff'ffff'ffff);
}

TEST_CASE("An access belongs to the device that holds all of it", "[host]")
{
    const mmio_region regions[] = {
        {0x0800'0000, 0x1'0000, MMIO_DISTRIBUTOR},
        {0x0900'0000, 0x1000, MMIO_KERNEL},
        {0x0a00'0000, 0x1000, MMIO_USER},
    };
    uint64_t offset = 99;
    const auto find = [&](uint64_t ipa, uint64_t size) {
        return mmio_find(regions, 3, ipa, size, &offset);
    };

    CHECK(find(0x0800'0000, 4) == MMIO_DISTRIBUTOR);
    CHECK(offset == 0);
    CHECK(find(0x0900'0ff8, 8) == MMIO_KERNEL);
    CHECK(offset == 0xff8);
    CHECK(find(0x0a00'0fff, 1) == MMIO_USER);
    CHECK(find(0x0900'0ffc, 8) == MMIO_NONE); // across the end
    CHECK(find(0x0900'1000, 1) == MMIO_NONE);
    CHECK(find(0x07ff'ffff, 1) == MMIO_NONE);
    CHECK(find(~uint64_t{0}, 8) == MMIO_NONE);
}
