// SPDX-License-Identifier: MIT
#include "llvm.h"

#include "process.h"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace sl::differential {

namespace {

/// Splits off the first line, without its end.
std::string_view take_line(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

/// Warnings name the line of the input, and so the word: "<stdin>:LINE:COLUMN: warning: …".
void read_warnings(std::string_view text, std::vector<Disassembly>& result)
{
    constexpr std::string_view prefix = "<stdin>:";
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (!line.starts_with(prefix))
            continue; // the quoted source line, or the caret below it
        std::size_t number = 0;
        std::from_chars(line.data() + prefix.size(), line.data() + line.size(), number);
        if (number == 0 || number > result.size())
            throw std::runtime_error{"llvm-mc warns of a line that it was not given"};
        if (line.ends_with("invalid instruction encoding"))
            result[number - 1].status = Disassembly::Status::Undefined;
        else if (line.ends_with("potentially undefined instruction encoding"))
            result[number - 1].status = Disassembly::Status::Unpredictable;
        else
            throw std::runtime_error{"llvm-mc: " + std::string{line}};
    }
}

} // namespace

std::string Disassembly::mnemonic() const
{
    return text.substr(0, text.find_first_of(".\t "));
}

std::vector<Disassembly> disassemble(const std::string& llvm_mc, const std::string& features,
                                     std::span<const u32> words)
{
    std::string input;
    input.reserve(words.size() * 20);
    for (const u32 word : words) {
        char line[24];
        input.append(line, static_cast<std::size_t>(std::snprintf(
                               line, sizeof line, "0x%02x 0x%02x 0x%02x 0x%02x\n", word & 255,
                               (word >> 8) & 255, (word >> 16) & 255, word >> 24)));
    }
    const File in = temporary_file(), out = temporary_file(), err = temporary_file();
    append(in.get(), std::as_bytes(std::span{input}));
    run_program(
        {llvm_mc, "-disassemble", "-triple=aarch64", "-M", "no-aliases", "-mattr=" + features},
        in.get(), out.get(), err.get());

    std::vector<Disassembly> result(words.size());
    for (Disassembly& d : result)
        d.status = Disassembly::Status::Defined;
    read_warnings(contents(err.get()), result);

    // One line on standard output for each word that is not undefined, in order, after directives
    // that begin with a dot.
    const std::string listing = contents(out.get());
    std::string_view text = listing;
    for (Disassembly& d : result) {
        if (d.status == Disassembly::Status::Undefined)
            continue;
        std::string_view line = take_line(text);
        while (line.starts_with("\t.") || line.starts_with("."))
            line = take_line(text);
        if (!line.starts_with('\t'))
            throw std::runtime_error{"llvm-mc printed fewer instructions than it accepted"};
        d.text = line.substr(1);
    }
    return result;
}

} // namespace sl::differential
