// SPDX-License-Identifier: MIT
#include "a64/decode.h"

#include "a64/decode/groups.h"

#include <array>

namespace sl::a64 {

namespace {

/// Rows by bits 31:21 of the word, which tell most encodings apart.
class Table {
public:
    Table()
    {
        for (const std::span<const Row> group :
             {decode::data_processing_immediate_rows(), decode::data_processing_register_rows(),
              decode::branches_system_rows(), decode::loads_stores_rows(), decode::atomics_rows(),
              decode::simd_memory_rows(), decode::simd_structure_rows(), decode::fp_move_rows(),
              decode::fp_scalar_rows(), decode::fp_simd_scalar_rows(), decode::fp_three_same_rows(),
              decode::fp_vector_rows(), decode::simd_three_same_rows(), decode::simd_misc_rows(),
              decode::simd_shift_rows(), decode::simd_three_different_rows(),
              decode::simd_by_element_rows(), decode::simd_permute_rows(),
              decode::simd_scalar_rows()})
            rows_.insert(rows_.end(), group.begin(), group.end());

        for (u32 key = 0; key < buckets; ++key) {
            first_[key] = static_cast<u32>(entries_.size());
            for (std::size_t i = 0; i < rows_.size(); ++i) {
                const Pattern& p = rows_[i].pattern;
                if ((((key << shift) ^ p.bits) & p.mask) >> shift == 0)
                    entries_.push_back({p.mask, p.bits, static_cast<u32>(i)});
            }
        }
        first_[buckets] = static_cast<u32>(entries_.size());
    }

    const Row* find(u32 word) const
    {
        const u32 key = word >> shift;
        for (u32 i = first_[key]; i < first_[key + 1]; ++i)
            if (const Entry& entry = entries_[i]; (word & entry.mask) == entry.bits)
                return &rows_[entry.row];
        return nullptr;
    }

    std::span<const Row> rows() const { return rows_; }

private:
    static constexpr unsigned shift = 21;
    static constexpr u32 buckets = 1u << (32 - shift);

    /// What is compared, apart from the rows: one after the other in memory.
    struct Entry {
        u32 mask, bits, row;
    };

    std::vector<Row> rows_;
    std::vector<Entry> entries_;
    std::array<u32, buckets + 1> first_{};
};

const Table& table()
{
    static const Table instance;
    return instance;
}

bool implemented(Part part, const Features& features)
{
    switch (part) {
    case Part::Base:
        break;
    case Part::Lse:
        return features.lse;
    case Part::Crc32:
        return features.crc32;
    }
    return true;
}

} // namespace

std::span<const Row> all_rows()
{
    return table().rows();
}

const Row* find_row(u32 word)
{
    return table().find(word);
}

void decode_word(u32 word, const Features& features, Decoded& out)
{
    const Row* const row = find_row(word);
    if (row == nullptr || !implemented(row->part, features))
        return;
    const InterpreterTarget::Binding& binding = row->binding(word);
    if (!binding.decode(word, out.op))
        return;
    binding.effects(out.learnt);
    out.row = row;
    out.plain = binding.plain;
    out.traced = binding.traced;
}

} // namespace sl::a64
