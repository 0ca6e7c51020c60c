// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <vector>

namespace sl::report {

/// Columns of text for a terminal: headers over one or more lines, cells aligned, and tables too
/// wide for the page cut into several, each with the first column repeated.
class TextTable {
public:
    enum class Align : u8 { Left, Right };

    struct Column {
        std::string header; ///< '\n' starts a further line
        Align align = Align::Right;
    };

    explicit TextTable(std::vector<Column> columns);

    /// One cell per column; missing ones are empty.
    void row(std::vector<std::string> cells);
    /// A line across the whole table.
    void rule();
    /// A row whose single text runs over all columns.
    void heading(std::string text);

    std::string render(unsigned indent, unsigned page_width = 100) const;

private:
    struct Row {
        enum class Kind : u8 { Cells, Rule, Heading } kind;
        std::vector<std::string> cells;
    };

    std::string block(unsigned indent, std::size_t first, std::size_t last) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> headers_; ///< by column, lines
    std::size_t header_lines_ = 0;
    std::vector<std::size_t> widths_;
    std::vector<Row> rows_;
};

/// How many columns of a terminal a UTF-8 text takes (one per code point).
std::size_t text_width(const std::string& text);

} // namespace sl::report
