// SPDX-License-Identifier: MIT
#include "config/schema.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sl::config {

namespace {

using Unit = std::pair<std::string_view, u64>;

/// Smallest first; the first is the base unit.
std::span<const Unit> units(Type::Kind kind)
{
    static constexpr Unit bytes[] = {
        {"B", 1}, {"KiB", u64{1} << 10}, {"MiB", u64{1} << 20}, {"GiB", u64{1} << 30}};
    static constexpr Unit times[] = {{"ps", 1},
                                     {"ns", 1'000},
                                     {"us", 1'000'000},
                                     {"ms", 1'000'000'000},
                                     {"s", 1'000'000'000'000}};
    static constexpr Unit frequencies[] = {
        {"Hz", 1}, {"kHz", 1'000}, {"MHz", 1'000'000}, {"GHz", 1'000'000'000}};
    switch (kind) {
    case Type::Kind::Bytes:
        return bytes;
    case Type::Kind::Duration:
        return times;
    case Type::Kind::Frequency:
        return frequencies;
    default:
        return {};
    }
}

} // namespace

std::optional<u64> parse_quantity(std::string_view text, Type::Kind kind)
{
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    std::string_view number = text.substr(0, digits), unit = text.substr(digits);
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));

    u64 scale = 0;
    for (const auto& [name, factor] : units(kind))
        if (name == unit)
            scale = factor;
    const std::size_t point = number.find('.');
    const std::string_view whole = number.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : number.substr(point + 1);
    if (scale == 0 || whole.empty() || fraction.size() > 12 ||
        (point != std::string_view::npos && fraction.empty()))
        return std::nullopt;

    const std::string all = std::string{whole} + std::string{fraction};
    u64 value = 0;
    const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
    if (error != std::errc{} || end != all.data() + all.size())
        return std::nullopt;
    u128 divisor = 1;
    for (std::size_t i = 0; i < fraction.size(); ++i)
        divisor *= 10;
    const u128 product = u128{value} * scale;
    if (product % divisor != 0 || product / divisor > ~u64{0} >> 1)
        return std::nullopt;
    return static_cast<u64>(product / divisor);
}

std::string format_quantity(u64 value, Type::Kind kind)
{
    std::string text = std::to_string(value);
    const auto all = units(kind);
    if (all.empty())
        return text;
    text += " " + std::string{all.front().first};
    for (const auto& [name, factor] : all) {
        // Up to three decimals for the decimal units: 2.4 GHz; none for bytes.
        const u64 step = kind == Type::Kind::Bytes ? factor : std::max<u64>(factor / 1000, 1);
        if (value == 0 || value < factor || value % step != 0)
            continue;
        std::string s = std::to_string(value / factor);
        if (const u64 rest = value % factor; rest != 0) {
            std::string decimals = std::to_string(1000 + rest / step).substr(1);
            decimals.erase(decimals.find_last_not_of('0') + 1);
            s += "." + decimals;
        }
        text = s + " " + std::string{name};
    }
    return text;
}

} // namespace sl::config
