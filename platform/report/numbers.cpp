// SPDX-License-Identifier: MIT
#include "report/numbers.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace sl::report {

namespace {

std::string decimal(u128 value)
{
    std::string text;
    do {
        text += static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    std::reverse(text.begin(), text.end());
    return text;
}

std::string with_groups(std::string digits)
{
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

u128 power_of_ten(unsigned digits)
{
    u128 value = 1;
    for (unsigned i = 0; i < digits; ++i)
        value *= 10;
    return value;
}

} // namespace

std::string grouped(u64 value)
{
    return with_groups(decimal(value));
}

std::string quotient(u128 numerator, u64 denominator, unsigned digits, bool group)
{
    assert(denominator > 0);
    const u128 scale = power_of_ten(digits);
    const u128 scaled = (numerator * scale * 2 + denominator) / (u128{denominator} * 2);
    std::string whole = decimal(scaled / scale);
    if (group)
        whole = with_groups(std::move(whole));
    if (digits == 0)
        return whole;
    const std::string fraction = decimal(scaled % scale);
    return whole + "." + std::string(digits - fraction.size(), '0') + fraction;
}

std::string signed_quotient(u128 numerator, u128 subtrahend, u64 denominator, unsigned digits)
{
    const bool negative = numerator < subtrahend;
    const u128 magnitude = negative ? subtrahend - numerator : numerator - subtrahend;
    std::string text = quotient(magnitude, denominator, digits);
    if (text.find_first_not_of("0.") == std::string::npos)
        return text;
    return (negative ? "-" : "+") + text;
}

std::vector<u64> apportion(const std::vector<u64>& parts, u64 units)
{
    std::vector<u64> shares(parts.size());
    u128 total = 0;
    for (const u64 part : parts)
        total += part;
    if (total == 0)
        return shares;

    std::vector<std::pair<u128, std::size_t>> remainders; // largest first
    u64 given = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const u128 scaled = u128{parts[i]} * units;
        shares[i] = static_cast<u64>(scaled / total);
        given += shares[i];
        remainders.emplace_back(scaled % total, i);
    }
    std::stable_sort(remainders.begin(), remainders.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; given < units; ++i, ++given)
        ++shares[remainders[i].second];
    return shares;
}

} // namespace sl::report
