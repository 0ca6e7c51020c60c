// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sl::gdb {

/// What a debugger may send in one packet, escapes counted: told to it as PacketSize.
inline constexpr std::size_t max_packet = 0x4000;

/// Takes a debugger's bytes apart (GDB manual, "Remote Protocol": Overview): `$data#checksum`, with
/// `}` before escaped bytes; `+` and `-` acknowledge; 0x03 interrupts. Whatever comes, it finds the
/// next packet again.
class PacketReader {
public:
    enum class Kind : u8 {
        Packet,    ///< take payload()
        Corrupt,   ///< wrong checksum, or too long: ask for it again
        Again,     ///< '-': the debugger has not understood the last answer
        Interrupt, ///< Ctrl-C
    };

    /// What `byte` completes, if anything.
    std::optional<Kind> take(u8 byte);

    /// Of the last Kind::Packet, unescaped.
    const std::string& payload() const { return payload_; }

private:
    enum class State : u8 { Idle, Data, Escaped, Checksum1, Checksum2 };

    std::optional<Kind> finish(u8 byte);

    State state_ = State::Idle;
    std::string payload_;
    u8 sum_ = 0, high_ = 0;
    bool bad_ = false;
};

/// `$payload#checksum`, with what must be escaped escaped.
std::string framed(std::string_view payload);

// ---- Numbers as the protocol writes them -------------------------------------------------------

/// Two digits for each byte.
std::string to_hex(std::span<const u8> bytes);
std::string to_hex(std::string_view text);
/// None: an odd number of digits, or something else than digits.
std::optional<std::string> from_hex(std::string_view digits);
/// The value as memory has it, least significant byte first.
std::string little_endian(u64 value, unsigned bytes);

/// Reads a packet's parameters from left to right.
class Cursor {
public:
    explicit Cursor(std::string_view text)
        : rest_{text}
    {
    }

    std::string_view rest() const { return rest_; }

    bool done() const { return rest_.empty(); }

    /// Skips `text` if it comes next.
    bool skip(std::string_view text);
    /// A number in base 16, up to 64 bits; none if there is none or it is larger.
    std::optional<u64> number();
    /// Up to, and past, `separator`, or all that is left.
    std::string_view until(char separator);

private:
    std::string_view rest_;
};

} // namespace sl::gdb
