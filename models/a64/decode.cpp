// SPDX-License-Identifier: MIT
#include "a64/decode.h"

#include "a64/decode/groups.h"

#include <array>

namespace sl::a64 {

namespace {

/// Rows by bits 31:21 of the word, which tell most encodings apart; where many rows share these, by
/// bits 15:10 too.
class Table {
public:
    Table()
    {
        for (const std::span<const Row> group : {decode::data_processing_immediate_rows(),
                                                 decode::data_processing_register_rows(),
                                                 decode::cssc_rows(),
                                                 decode::flag_rows(),
                                                 decode::branches_system_rows(),
                                                 decode::loads_stores_rows(),
                                                 decode::atomics_rows(),
                                                 decode::rcpc_rows(),
                                                 decode::simd_memory_rows(),
                                                 decode::simd_structure_rows(),
                                                 decode::fp_move_rows(),
                                                 decode::fp_scalar_rows(),
                                                 decode::fp_simd_scalar_rows(),
                                                 decode::fp_three_same_rows(),
                                                 decode::fp_vector_rows(),
                                                 decode::fp_half_scalar_rows(),
                                                 decode::fp_half_simd_scalar_rows(),
                                                 decode::fp_half_vector_rows(),
                                                 decode::crypto_rows(),
                                                 decode::simd_three_same_rows(),
                                                 decode::simd_misc_rows(),
                                                 decode::simd_shift_rows(),
                                                 decode::simd_three_different_rows(),
                                                 decode::simd_by_element_rows(),
                                                 decode::simd_permute_rows(),
                                                 decode::simd_scalar_rows(),
                                                 decode::simd_three_extra_rows()})
            rows_.insert(rows_.end(), group.begin(), group.end());
        for (std::size_t i = 0; i < rows_.size(); ++i)
            all_.push_back({rows_[i].pattern.mask, rows_[i].pattern.bits, static_cast<u32>(i)});
        for (u32 key = 0; key < keys; ++key)
            add(key);
    }

    const Row* find(u32 word) const
    {
        const Bucket* bucket = &coarse_[word >> key_shift];
        if (bucket->divided)
            bucket = &fine_[bucket->first + ((word >> fine_shift) & (fine_keys - 1))];
        const Entry* const end = entries_.data() + bucket->first + bucket->count;
        for (const Entry* entry = end - bucket->count; entry != end; ++entry)
            if ((word & entry->mask) == entry->bits)
                return &rows_[entry->row];
        return nullptr;
    }

    std::span<const Row> rows() const { return rows_; }

private:
    static constexpr unsigned key_shift = 21, fine_shift = 10;
    static constexpr u32 keys = 1u << (32 - key_shift), fine_keys = 64;
    static constexpr u32 key_mask = (keys - 1) << key_shift, fine_mask = (fine_keys - 1)
                                                                         << fine_shift;

    /// More rows than this are divided.
    static constexpr std::size_t few = 3;

    /// What is compared, apart from the rows: one after the other in memory.
    struct Entry {
        u32 mask, bits, row;
    };

    /// Entries, or where its `fine_keys` buckets are.
    struct Bucket {
        u32 first = 0;
        u16 count = 0;
        bool divided = false;
    };

    /// The entries of `from` that match some word whose `mask` bits are `bits`.
    static std::vector<Entry> matching(const std::vector<Entry>& from, u32 mask, u32 bits)
    {
        std::vector<Entry> found;
        for (const Entry& entry : from)
            if (((bits ^ entry.bits) & entry.mask & mask) == 0)
                found.push_back(entry);
        return found;
    }

    Bucket append(const std::vector<Entry>& entries)
    {
        const Bucket bucket{static_cast<u32>(entries_.size()), static_cast<u16>(entries.size()),
                            false};
        entries_.insert(entries_.end(), entries.begin(), entries.end());
        return bucket;
    }

    void add(u32 key)
    {
        const std::vector<Entry> here = matching(all_, key_mask, key << key_shift);
        if (here.size() <= few) {
            coarse_[key] = append(here);
            return;
        }
        coarse_[key] = {static_cast<u32>(fine_.size()), 0, true};
        for (u32 fine = 0; fine < fine_keys; ++fine)
            fine_.push_back(append(matching(here, fine_mask, fine << fine_shift)));
    }

    std::vector<Row> rows_;
    std::vector<Entry> all_; ///< one for each row
    std::vector<Entry> entries_;
    std::array<Bucket, keys> coarse_{};
    std::vector<Bucket> fine_;
};

const Table& table()
{
    static const Table instance;
    return instance;
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

void decode_word(u32 word, Parts features, Decoded& out)
{
    const Row* const row = find_row(word);
    if (row == nullptr || !features.contains(row->needs))
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
