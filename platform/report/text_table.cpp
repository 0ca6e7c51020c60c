// SPDX-License-Identifier: MIT
#include "report/text_table.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sl::report {

namespace {

constexpr std::size_t gap = 2;

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines{""};
    for (const char c : text) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += c;
    }
    return lines;
}

std::string padded(const std::string& text, std::size_t width, TextTable::Align align)
{
    const std::size_t taken = text_width(text);
    const std::string space(width > taken ? width - taken : 0, ' ');
    return align == TextTable::Align::Left ? text + space : space + text;
}

void end_line(std::string& page, std::string line)
{
    line.erase(line.find_last_not_of(' ') + 1);
    page += line + "\n";
}

} // namespace

std::size_t text_width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

TextTable::TextTable(std::vector<Column> columns)
    : columns_{std::move(columns)}
{
    assert(!columns_.empty());
    for (const Column& column : columns_) {
        headers_.push_back(lines_of(column.header));
        header_lines_ = std::max(header_lines_, headers_.back().size());
        std::size_t width = 0;
        for (const std::string& line : headers_.back())
            width = std::max(width, text_width(line));
        widths_.push_back(width);
    }
}

void TextTable::row(std::vector<std::string> cells)
{
    assert(cells.size() <= columns_.size());
    cells.resize(columns_.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
        widths_[i] = std::max(widths_[i], text_width(cells[i]));
    rows_.push_back({Row::Kind::Cells, std::move(cells)});
}

void TextTable::rule()
{
    rows_.push_back({Row::Kind::Rule, {}});
}

void TextTable::heading(std::string text)
{
    rows_.push_back({Row::Kind::Heading, {std::move(text)}});
}

std::string TextTable::render(unsigned indent, unsigned page_width) const
{
    std::string page;
    for (std::size_t first = 1; first < columns_.size() || first == 1;) {
        std::size_t width = indent + widths_[0];
        std::size_t last = first;
        while (last < columns_.size() &&
               (last == first || width + gap + widths_[last] <= page_width)) {
            width += gap + widths_[last];
            ++last;
        }
        if (!page.empty())
            page += "\n";
        page += block(indent, first, last);
        first = last;
        if (last == columns_.size())
            break;
    }
    return page;
}

std::string TextTable::block(unsigned indent, std::size_t first, std::size_t last) const
{
    std::vector<std::size_t> shown{0};
    std::size_t width = widths_[0];
    for (std::size_t i = first; i < last; ++i) {
        shown.push_back(i);
        width += gap + widths_[i];
    }
    const std::string margin(indent, ' ');
    std::string page;
    const auto line_of = [&](const auto& cell) {
        std::string line = margin;
        for (const std::size_t i : shown) {
            if (i != 0)
                line += std::string(gap, ' ');
            line += padded(cell(i), widths_[i], columns_[i].align);
        }
        end_line(page, std::move(line));
    };
    std::string rule;
    for (std::size_t i = 0; i < width; ++i)
        rule += "─";

    for (std::size_t n = 0; n < header_lines_; ++n) {
        line_of([&](std::size_t i) -> std::string {
            const auto& lines = headers_[i]; // headers stand on the bottom line
            const std::size_t above = header_lines_ - lines.size();
            return n < above ? "" : lines[n - above];
        });
    }
    page += margin + rule + "\n";
    for (const Row& row : rows_) {
        switch (row.kind) {
        case Row::Kind::Cells:
            line_of([&](std::size_t i) { return row.cells[i]; });
            break;
        case Row::Kind::Rule:
            page += margin + rule + "\n";
            break;
        case Row::Kind::Heading:
            end_line(page, margin + row.cells[0]);
            break;
        }
    }
    return page;
}

} // namespace sl::report
