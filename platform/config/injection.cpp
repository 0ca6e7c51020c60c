// SPDX-License-Identifier: MIT
#include "config/injection.h"

#include <charconv>

namespace sl::config {

namespace {

constexpr unsigned first_intid = 16, last_intid = 1019;

/// All of `text` as a number from 1.
std::optional<u64> number(std::string_view text)
{
    u64 value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value == 0)
        return std::nullopt;
    return value;
}

} // namespace

std::optional<Injection> Injection::parse(std::string_view text)
{
    const std::size_t at = text.find('@'), hash = text.rfind('#');
    if (at == text.npos || hash == text.npos || hash < at)
        return std::nullopt;
    Injection injection;
    std::string_view symbol = text.substr(at + 1, hash - at - 1);
    const auto intid = number(text.substr(0, at)), place = number(text.substr(hash + 1));
    std::optional<u64> call = 1;
    if (const std::size_t slash = symbol.find('/'); slash != symbol.npos) {
        call = number(symbol.substr(slash + 1));
        symbol = symbol.substr(0, slash);
    }
    if (!intid || !place || !call || symbol.empty() || *intid < first_intid || *intid > last_intid)
        return std::nullopt;
    injection.intid = static_cast<unsigned>(*intid);
    injection.symbol = symbol;
    injection.call = *call;
    injection.place = *place;
    return injection;
}

} // namespace sl::config
