// SPDX-License-Identifier: MIT
#include "common/reg_bank.h"

#include <catch2/catch.hpp>

using namespace sl;

namespace {

u64 read(RegBank& bank, u32 offset, unsigned bytes, const RegAccess& access = {})
{
    u64 data = 0;
    REQUIRE(bank.read(offset, bytes, access, data) == RegStatus::Ok);
    return data;
}

void write(RegBank& bank, u32 offset, unsigned bytes, u64 data, const RegAccess& access = {})
{
    REQUIRE(bank.write(offset, bytes, access, data) == RegStatus::Ok);
}

} // namespace

TEST_CASE("a register keeps the bits that are not writable", "[common][reg_bank]")
{
    RegBank bank{{.offset = 0x10, .name = "CTL", .reset = 0xf000'0001, .writable = 0x0000'00ff}};
    write(bank, 0x10, 4, 0xffff'ff5a);
    CHECK(read(bank, 0x10, 4) == 0xf000'005a);
    bank.reset();
    CHECK(read(bank, 0x10, 4) == 0xf000'0001);
}

TEST_CASE("writing one clears a write-one-to-clear bit, and no other", "[common][reg_bank]")
{
    RegBank bank{{.offset = 0, .name = "STS", .sizes = 1 + 2 + 4, .reset = 0x0303, .w1c = 0xffff}};
    write(bank, 0, 4, 0x0001);
    CHECK(read(bank, 0, 4) == 0x0302);
    write(bank, 1, 1, 0x02); // the bytes beside it are not written
    CHECK(read(bank, 0, 4) == 0x0102);
}

TEST_CASE("an access of a size that the register does not take is refused", "[common][reg_bank]")
{
    RegBank bank{{.offset = 8, .name = "R64", .width = 64, .sizes = 4 + 8, .writable = ~u64{0}},
                 {.offset = 16, .name = "R32", .writable = ~u64{0}}};
    u64 data = 0;
    CHECK(bank.read(8, 1, {}, data) == RegStatus::BadSize);
    CHECK(bank.read(16, 8, {}, data) == RegStatus::BadSize);
    CHECK(bank.read(18, 4, {}, data) == RegStatus::BadSize);
    CHECK(bank.write(16, 2, {}, 1) == RegStatus::BadSize);
    CHECK(bank.read(0, 4, {}, data) == RegStatus::Absent);
    CHECK(bank.read(20, 4, {}, data) == RegStatus::Absent);
}

TEST_CASE("halves of a 64-bit register are written one by one", "[common][reg_bank]")
{
    RegBank bank{{.offset = 8, .name = "R64", .width = 64, .sizes = 4 + 8, .writable = ~u64{0}}};
    write(bank, 8, 8, 0x1122'3344'5566'7788);
    write(bank, 12, 4, 0xaabb'ccdd);
    CHECK(read(bank, 8, 8) == 0xaabb'ccdd'5566'7788);
    CHECK(read(bank, 8, 4) == 0x5566'7788);
}

TEST_CASE("a word covers four elements of an array of bytes", "[common][reg_bank]")
{
    RegBank bank{{.offset = 0x400,
                  .name = "PRIO<n>",
                  .width = 8,
                  .sizes = 1 + 4,
                  .count = 6,
                  .writable = 0xf8}};
    write(bank, 0x400, 4, 0xffee'2013);
    CHECK(read(bank, 0x401, 1) == 0x20);
    CHECK(read(bank, 0x400, 4) == 0xf8e8'2010);
    write(bank, 0x404, 4, 0x0808'1810); // only two elements are left
    CHECK(read(bank, 0x404, 4) == 0x0000'1810);
}

TEST_CASE("elements of a strided array leave holes between them", "[common][reg_bank]")
{
    RegBank bank{{.offset = 0, .name = "ID<n>", .count = 4, .stride = 16, .writable = 0xffff'ffff}};
    write(bank, 32, 4, 7);
    CHECK(read(bank, 32, 4) == 7);
    CHECK(read(bank, 16, 4) == 0);
    u64 data = 0;
    CHECK(bank.read(4, 4, {}, data) == RegStatus::Absent);
}

TEST_CASE("hooks see who accesses which element, and when", "[common][reg_bank]")
{
    unsigned element = 0;
    u64 word = 0, time = 0;
    RegBank bank{{.offset = 0,
                  .name = "CMD<n>",
                  .count = 4,
                  .on_read = [](const RegAccess& a, unsigned n) -> u64 { return a.who.pe + n; },
                  .on_write =
                      [&](const RegAccess& a, unsigned n, u64 w) {
                          element = n;
                          word = w;
                          time = a.now_ps;
                      }}};
    const RegAccess access{{.pe = 3}, 1'000, false};
    CHECK(read(bank, 8, 4, access) == 5);
    write(bank, 12, 4, 0xfeed, access);
    CHECK(element == 3);
    CHECK(word == 0xfeed);
    CHECK(time == 1'000);
}

TEST_CASE("a debugger's read of a register that reading changes has no effect",
          "[common][reg_bank]")
{
    unsigned taken = 0;
    RegBank bank{{.offset = 0,
                  .name = "DR",
                  .sizes = 1 + 4,
                  .on_read = [&] { return u64{0x40} + ++taken; },
                  .on_peek = [&] { return u64{0x41} + taken; },
                  .on_write = [](u64) {}}};
    CHECK(read(bank, 0, 4, {{}, 0, true}) == 0x41);
    CHECK(taken == 0);
    write(bank, 0, 1, 'x'); // a narrow write looks at the other bytes, but does not take
    CHECK(taken == 0);
    CHECK(read(bank, 0, 4) == 0x41);
    CHECK(taken == 1);
}

TEST_CASE("a banked register has a copy per security state", "[common][reg_bank]")
{
    RegBank bank{{.offset = 0,
                  .name = "B",
                  .reset = 1,
                  .writable = 0xff,
                  .banks = 2,
                  .bank = bank_by_security}};
    const RegAccess secure{{.secure = true}, 0, false}, non_secure{};
    write(bank, 0, 4, 0x55, secure);
    CHECK(read(bank, 0, 4, non_secure) == 1);
    CHECK(read(bank, 0, 4, secure) == 0x55);
}

TEST_CASE("a map whose rows overlap is refused", "[common][reg_bank]")
{
    CHECK_THROWS(
        RegBank{{.offset = 0, .name = "A", .width = 64, .sizes = 8}, {.offset = 4, .name = "B"}});
    CHECK_THROWS(RegBank{{.offset = 2, .name = "A"}});
}
