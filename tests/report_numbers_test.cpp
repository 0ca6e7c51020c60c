// SPDX-License-Identifier: MIT
#include "report/numbers.h"
#include "report/text_table.h"

#include <catch2/catch.hpp>

#include <numeric>
#include <random>

using namespace sl;
using namespace sl::report;

TEST_CASE("numbers are grouped by thousands", "[report][numbers]")
{
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(~u64{0}) == "18,446,744,073,709,551,615");
}

TEST_CASE("a quotient is exact to its last digit, half rounded up", "[report][numbers]")
{
    CHECK(quotient(1, 3, 3) == "0.333");
    CHECK(quotient(2, 3, 3) == "0.667");
    CHECK(quotient(1, 8, 2) == "0.13");
    CHECK(quotient(1'234'567, 10, 1) == "123,456.7");
    CHECK(quotient(1'234'567, 10, 1, false) == "123456.7");
    CHECK(quotient(999'999, 1'000'000, 3) == "1.000");
    CHECK(quotient(7, 2, 0) == "4");
    // Larger than a double's 53 bits can tell apart.
    CHECK(quotient(u128{9'007'199'254'740'993} * 10, 10, 1, false) == "9007199254740993.0");
}

TEST_CASE("a difference has its sign, and none when it prints as zero", "[report][numbers]")
{
    CHECK(signed_quotient(15, 10, 1, 0) == "+5");
    CHECK(signed_quotient(10, 15, 1, 0) == "-5");
    CHECK(signed_quotient(10, 10, 1, 0) == "0");
    CHECK(signed_quotient(1'001, 1'000, 100, 1) == "0.0");
    CHECK(signed_quotient(1'999, 2'100, 10, 1) == "-10.1");
}

TEST_CASE("shares go by largest remainder and always add up", "[report][numbers]")
{
    CHECK(apportion({1, 1, 1}, 1000) == std::vector<u64>{334, 333, 333});
    CHECK(apportion({2, 1}, 1000) == std::vector<u64>{667, 333});
    CHECK(apportion({0, 0}, 1000) == std::vector<u64>{0, 0});
    CHECK(apportion({}, 1000).empty());
    std::mt19937_64 random{1};
    for (int i = 0; i < 1'000; ++i) {
        std::vector<u64> parts(1 + random() % 20);
        for (u64& part : parts)
            part = random() >> (random() % 60);
        parts[0] |= 1;
        const u64 units = random() % 100'000;
        const auto shares = apportion(parts, units);
        CHECK(std::accumulate(shares.begin(), shares.end(), u64{0}) == units);
    }
}

TEST_CASE("a table aligns its columns and stands its headers on one line", "[report][table]")
{
    TextTable table{{{"phase", TextTable::Align::Left}, {"kvm-\nfinal"}}};
    table.row({"enter guest", "1,234"});
    table.row({"é", "5"});
    table.rule();
    table.row({"total", "1,239"});
    CHECK(table.render(1) == "               kvm-\n"
                             " phase        final\n"
                             " ──────────────────\n"
                             " enter guest  1,234\n"
                             " é                5\n"
                             " ──────────────────\n"
                             " total        1,239\n");
}

TEST_CASE("a table too wide for the page is cut, and repeats its first column", "[report][table]")
{
    TextTable table{{{"n", TextTable::Align::Left}, {"aaaa"}, {"bbbb"}, {"cccc"}}};
    table.row({"x", "1", "2", "3"});
    CHECK(table.render(0, 14) == "n  aaaa  bbbb\n"
                                 "─────────────\n"
                                 "x     1     2\n"
                                 "\n"
                                 "n  cccc\n"
                                 "───────\n"
                                 "x     3\n");
}
