// SPDX-License-Identifier: MIT
#include "gdb/packet.h"

#include <algorithm>

namespace sl::gdb {

namespace {

constexpr char digits[] = "0123456789abcdef";

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

constexpr u8 escape = '}', escape_bit = 0x20, interrupt = 0x03;

} // namespace

std::optional<PacketReader::Kind> PacketReader::take(u8 byte)
{
    switch (state_) {
    case State::Idle:
        if (byte == interrupt)
            return Kind::Interrupt;
        if (byte == '-')
            return Kind::Again;
        if (byte == '$') {
            payload_.clear();
            sum_ = 0;
            bad_ = false;
            state_ = State::Data;
        }
        return std::nullopt; // '+', or noise between packets
    case State::Data:
        if (byte == '#') {
            state_ = State::Checksum1;
            return std::nullopt;
        }
        if (byte == '$') { // the one before has lost its end
            payload_.clear();
            sum_ = 0;
            bad_ = false;
            return std::nullopt;
        }
        sum_ = static_cast<u8>(sum_ + byte);
        if (byte == escape) {
            state_ = State::Escaped;
            return std::nullopt;
        }
        break;
    case State::Escaped:
        sum_ = static_cast<u8>(sum_ + byte);
        byte ^= escape_bit;
        state_ = State::Data;
        break;
    case State::Checksum1:
        high_ = byte;
        state_ = State::Checksum2;
        return std::nullopt;
    case State::Checksum2:
        return finish(byte);
    }
    if (payload_.size() < max_packet)
        payload_.push_back(static_cast<char>(byte));
    else
        bad_ = true;
    return std::nullopt;
}

std::optional<PacketReader::Kind> PacketReader::finish(u8 byte)
{
    state_ = State::Idle;
    const int high = digit(static_cast<char>(high_)), low = digit(static_cast<char>(byte));
    if (bad_ || high < 0 || low < 0 || high * 16 + low != sum_)
        return Kind::Corrupt;
    return Kind::Packet;
}

std::string framed(std::string_view payload)
{
    std::string text = "$";
    u8 sum = 0;
    const auto put = [&](char c) {
        text += c;
        sum = static_cast<u8>(sum + static_cast<u8>(c));
    };
    for (const char c : payload) {
        if (c == '$' || c == '#' || c == '}' || c == '*') {
            put('}');
            put(static_cast<char>(c ^ escape_bit));
        } else {
            put(c);
        }
    }
    text += '#';
    text += digits[sum >> 4];
    text += digits[sum & 15];
    return text;
}

std::string to_hex(std::span<const u8> bytes)
{
    std::string text;
    text.reserve(2 * bytes.size());
    for (const u8 b : bytes) {
        text += digits[b >> 4];
        text += digits[b & 15];
    }
    return text;
}

std::string to_hex(std::string_view text)
{
    return to_hex(std::span{reinterpret_cast<const u8*>(text.data()), text.size()});
}

std::optional<std::string> from_hex(std::string_view text)
{
    if (text.size() % 2)
        return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

std::string little_endian(u64 value, unsigned bytes)
{
    std::string text;
    for (unsigned i = 0; i < bytes; ++i)
        text.push_back(static_cast<char>(value >> (8 * i)));
    return to_hex(text);
}

bool Cursor::skip(std::string_view text)
{
    if (!rest_.starts_with(text))
        return false;
    rest_.remove_prefix(text.size());
    return true;
}

std::optional<u64> Cursor::number()
{
    std::size_t n = 0;
    u64 value = 0;
    for (; n < rest_.size() && digit(rest_[n]) >= 0; ++n) {
        if (value >> 60)
            return std::nullopt;
        value = value << 4 | static_cast<u64>(digit(rest_[n]));
    }
    if (n == 0)
        return std::nullopt;
    rest_.remove_prefix(n);
    return value;
}

std::string_view Cursor::until(char separator)
{
    const std::size_t at = rest_.find(separator);
    const std::string_view word = rest_.substr(0, at);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
    return word;
}

} // namespace sl::gdb
