// SPDX-License-Identifier: MIT

// Compares our decoder with LLVM's disassembler: which words are instructions, and which.
// docs/differential.md tells how it is used.

#include "llvm.h"
#include "random.h"
#include "table.h"

#include <algorithm>
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <string_view>

namespace sl::differential {

namespace {

/// What is implemented, in LLVM's names.
constexpr const char* features =
    "+v8a,+crc,+lse,+pan,+uaops,+flagm,+altnzcv,+fptoint,+jsconv,+sb,+rcpc,+rcpc-immo,+rdm,+"
    "dotprod,"
    "+complxnum,+aes,+sha2,+sha3,+sm4,+fullfp16,+fp16fml,+bf16,+i8mm,+cssc,+ccpp,+ccdp,+predres,"
    "+ssbs,+dit,+wfxt,+bti";

constexpr std::size_t chunk = 100'000;
constexpr u64 shown = 40;

/// LLVM's name for what one of our rows does: aliases that it prints even when asked for none.
struct Alias {
    std::string_view theirs, ours;
};

constexpr Alias aliases[] = {
    {"mov", "movz"},
    {"mov", "movn"},
    {"mov", "orr"},
    {"mov", "ins"},
    {"mov", "umov"},
    {"mov", "dup"},
    {"orr", "mov"},
    {"asr", "sbfm"},
    {"sbfiz", "sbfm"},
    {"sbfx", "sbfm"},
    {"sxtb", "sbfm"},
    {"sxth", "sbfm"},
    {"sxtw", "sbfm"},
    {"lsl", "ubfm"},
    {"lsr", "ubfm"},
    {"ubfiz", "ubfm"},
    {"ubfx", "ubfm"},
    {"uxtb", "ubfm"},
    {"uxth", "ubfm"},
    {"bfi", "bfm"},
    {"bfxil", "bfm"},
    {"bfc", "bfm"},
    {"lsl", "lslv"},
    {"lsr", "lsrv"},
    {"asr", "asrv"},
    {"ror", "rorv"},
    {"hint", "nop"},
    {"hint", "bti"},
    {"at", "sys"},
    {"dc", "sys"},
    {"ic", "sys"},
    {"tlbi", "sys"},
    {"cfp", "sys"},
    {"dvp", "sys"},
    {"cpp", "sys"},
    {"prfm", "prfum"},
    // Range prefetch is PRFM (register) with a reserved prfop: a hint either way.
    {"rprfm", "prfm"},
};

/// The suffixes of the LSE atomics, whose rows leave ordering and size open.
std::string atomic_suffix(u32 word)
{
    const bool swap = (word & 0x3b20'0c00) == 0x3820'0000;
    const bool acquire = ((word >> (swap ? 23 : 22)) & 1) != 0;
    const bool release = ((word >> (swap ? 22 : 15)) & 1) != 0;
    const bool pair = (word & 0xbfa0'7c00) == 0x0820'7c00;
    std::string suffix = std::string{acquire ? "a" : ""} + (release ? "l" : "");
    if (!pair)
        suffix += word >> 30 == 0 ? "b" : word >> 30 == 1 ? "h" : "";
    return suffix;
}

bool is_lse(std::string_view mnemonic)
{
    constexpr std::string_view names[] = {"cas",    "casp",   "ldadd",  "ldclr",  "ldeor", "ldset",
                                          "ldsmax", "ldsmin", "ldumax", "ldumin", "swp"};
    return std::find(std::begin(names), std::end(names), mnemonic) != std::end(names);
}

bool same_mnemonic(u32 word, std::string_view names, const std::string& theirs)
{
    names = names.substr(0, names.find(" ("));
    while (!names.empty()) {
        const std::size_t end = names.find(", ");
        std::string ours{names.substr(0, end)};
        names.remove_prefix(end == std::string_view::npos ? names.size() : end + 2);
        ours = ours.substr(0, ours.find_first_of(". "));
        if (is_lse(ours))
            ours += atomic_suffix(word);
        // Instructions of the upper half are rows of the lower one's, with Q.
        if (ours == theirs || (((word >> 30) & 1) != 0 && ours + '2' == theirs))
            return true;
        for (const Alias& alias : aliases)
            if (alias.theirs == theirs && alias.ours == ours)
                return true;
    }
    return false;
}

/// A class of words on which we and LLVM differ, and who is right.
struct Exception {
    const char* what;
    u32 mask, bits;
    std::string_view theirs; ///< part of LLVM's text
    bool ours_defined;
};

constexpr Exception exceptions[] = {
    {"DRPS outside Debug state is UNDEFINED (DRPS)", 0xffff'ffff, 0xd6bf'03e0, "drps", false},
    {"DCPS1 to DCPS3 outside Debug state are UNDEFINED (DCPSn)", 0xffe0'001c, 0xd4a0'0000, "dcps",
     false},
    {"UDF is permanently UNDEFINED: there is no row for it", 0xffff'0000, 0, "udf", false},
    {"op0 = 0 has no registers: what is not allocated is UNDEFINED (System instructions)",
     0xffd8'0000, 0xd500'0000, "S0_", false},
    {"XAFLAG, AXFLAG with CRm not zero, as it should be: no field of PSTATE, UNDEFINED when "
     "executed",
     0xffff'f09f, 0xd500'401f, "xaflag", true},
    {"XAFLAG, AXFLAG with CRm not zero, as it should be: no field of PSTATE, UNDEFINED when "
     "executed",
     0xffff'f09f, 0xd500'401f, "axflag", true},
};

class Comparison {
public:
    Comparison(std::string llvm_mc, u64 seed, u64 words)
        : llvm_mc_{std::move(llvm_mc)},
          rows_{rows()},
          random_{seed},
          words_{words}
    {
    }

    int run()
    {
        for (const Row& row : rows_)
            draw_neighbourhood(row);
        while (total_ + pending_.size() < words_)
            add(static_cast<u32>(random_.next()));
        flush();
        for (const auto& [what, count] : known_)
            std::printf("%8" PRIu64 " %s\n", count, what.c_str());
        std::printf("%" PRIu64 " words: %" PRIu64 " defined, %" PRIu64 " undefined, %" PRIu64
                    " CONSTRAINED UNPREDICTABLE; %" PRIu64 " disagreements\n",
                    total_, defined_, undefined_, unpredictable_, disagreements_);
        return disagreements_ == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }

private:
    u32 fill(const Row& row) { return row.bits | (static_cast<u32>(random_.next()) & ~row.mask); }

    /// Half of the words lie in the rows and one bit beside them.
    void draw_neighbourhood(const Row& row)
    {
        const u64 each = std::max<u64>(words_ / 2 / rows_.size() / 64, 1);
        for (u64 i = 0; i < each * 32; ++i)
            add(fill(row));
        for (const u32 open : {0u, ~0u})
            add(row.bits | (open & ~row.mask));
        for (u64 i = 0; i < each; ++i)
            for (unsigned bit = 0; bit < 32; ++bit)
                if ((row.mask >> bit) & 1)
                    add(fill(row) ^ u32{1} << bit);
    }

    void add(u32 word)
    {
        pending_.push_back(word);
        if (pending_.size() == chunk)
            flush();
    }

    void flush()
    {
        const std::vector<Disassembly> theirs = disassemble(llvm_mc_, features, pending_);
        for (std::size_t i = 0; i < pending_.size(); ++i)
            compare(pending_[i], theirs[i]);
        total_ += pending_.size();
        pending_.clear();
    }

    void compare(u32 word, const Disassembly& theirs)
    {
        const int row = row_of(word);
        const bool ours_defined = row >= 0;
        if (theirs.status == Disassembly::Status::Unpredictable) {
            ++unpredictable_;
            if (!ours_defined || same_mnemonic(word, name(row), theirs.mnemonic()))
                return;
        } else if (ours_defined == (theirs.status == Disassembly::Status::Defined)) {
            ++(ours_defined ? defined_ : undefined_);
            if (!ours_defined || same_mnemonic(word, name(row), theirs.mnemonic()))
                return;
        }
        for (const Exception& e : exceptions) {
            if ((word & e.mask) == e.bits && e.ours_defined == ours_defined &&
                theirs.text.find(e.theirs) != std::string::npos) {
                ++known_[e.what];
                return;
            }
        }
        if (disagreements_++ < shown)
            std::printf("%08x: ours %s, LLVM's %s\n", word,
                        ours_defined ? std::string{name(row)}.c_str() : "undefined",
                        theirs.text.empty() ? "undefined" : theirs.text.c_str());
    }

    std::string_view name(int row) const { return rows_[static_cast<std::size_t>(row)].name; }

    std::string llvm_mc_;
    std::vector<Row> rows_;
    Random random_;
    u64 words_;
    std::vector<u32> pending_;
    std::map<std::string, u64> known_;
    u64 total_ = 0, defined_ = 0, undefined_ = 0, unpredictable_ = 0, disagreements_ = 0;
};

int main_checked(int argc, char** argv)
{
    std::string llvm_mc;
    u64 seed = 1, words = 200'000;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const std::string value = argv[i + 1];
        if (name == "--llvm-mc")
            llvm_mc = value;
        else if (name == "--seed")
            seed = std::stoull(value);
        else if (name == "--words")
            words = std::stoull(value);
        else
            llvm_mc.clear();
    }
    if (llvm_mc.empty() || argc % 2 == 0) {
        std::fputs("usage: differential_decode --llvm-mc PATH [--seed N] [--words N]\n", stderr);
        return 2;
    }
    return Comparison{llvm_mc, seed, words}.run();
}

} // namespace

} // namespace sl::differential

int main(int argc, char** argv)
{
    try {
        return sl::differential::main_checked(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "differential_decode: %s\n", error.what());
        return 2;
    }
}
