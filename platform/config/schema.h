// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

#include <functional>
#include <span>
#include <string_view>
#include <variant>

namespace sl::config {

/// What a key may hold.
struct Type {
    enum class Kind : u8 {
        Flag,
        Number,
        Bytes,     ///< a number, or "64 MiB"
        Duration,  ///< "10 us"; kept in ps
        Frequency, ///< a number of Hz, or "2.4 GHz"
        Text,
        Name,   ///< a word that other tables and --set can refer to
        Choice, ///< one of `choices`
        Numbers,
        Names,
        NumberTable, ///< names to numbers
        FlagTable,   ///< names to true or false
        Ports,       ///< a port, or an array of them: NAME or NAME:NUMBER
        Signals,     ///< an array of NAME.SIGNAL
    };

    Kind kind = Kind::Text;
    u64 min = 0, max = ~u64{0} >> 1; ///< of numbers, in the base unit
    u64 multiple = 1;
    std::vector<std::string> choices = {};

    /// "an integer from 1 to 64", for errors and the reference.
    std::string text() const;
};

using Value = std::variant<bool, u64, std::string, std::vector<u64>, std::vector<std::string>,
                           std::map<std::string, u64>, std::map<std::string, bool>>;

/// One key of a table: the single statement of its type, range, default and meaning.
struct Key {
    std::string_view name;
    Type type;
    /// As it would be written in a file; `required`, or `absent`: may be left out and then says
    /// nothing.
    std::string_view fallback;
    std::string_view doc;
    std::function<void(Section&, const Value&)> store;
    /// The kinds of component that have this key; empty: all.
    std::vector<std::string> kinds = {};

    static constexpr std::string_view required = "(required)", absent{};

    bool is_required() const { return fallback == required; }
};

/// A table, or an array of tables.
struct Table {
    std::string_view name;
    bool array = false;
    bool required = false;
    std::string_view doc;
    std::vector<Key> keys;
    /// The object that holds a (further) table of this kind.
    std::function<Section&(Config&)> open;
};

/// All tables; the first, without a name, is the file's top level.
std::span<const Table> schema();

/// "2.4 GHz" and the like in the base unit of `kind`; nothing when it is no such quantity, or not a
/// whole number of base units.
std::optional<u64> parse_quantity(std::string_view text, Type::Kind kind);
/// The shortest exact way to write a quantity.
std::string format_quantity(u64 value, Type::Kind kind);

} // namespace sl::config
