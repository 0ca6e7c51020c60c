// SPDX-License-Identifier: MIT
#pragma once

#include "a64/interpreter_target.h"

#include <span>

/// The decode tables, one per group of encodings in the manual. No two rows match the same word,
/// but where the first is a special case of the second (Pattern::specializes) and comes before it.
namespace sl::a64::decode {

std::span<const Row> data_processing_immediate_rows();
std::span<const Row> data_processing_register_rows();
std::span<const Row> cssc_rows();
std::span<const Row> flag_rows();
std::span<const Row> branches_system_rows();
std::span<const Row> loads_stores_rows();
std::span<const Row> atomics_rows();
std::span<const Row> rcpc_rows();
std::span<const Row> simd_memory_rows();
std::span<const Row> simd_structure_rows();
std::span<const Row> fp_move_rows();
std::span<const Row> fp_scalar_rows();
std::span<const Row> fp_simd_scalar_rows();
std::span<const Row> fp_three_same_rows();
std::span<const Row> fp_vector_rows();
std::span<const Row> fp_half_scalar_rows();
std::span<const Row> fp_half_simd_scalar_rows();
std::span<const Row> fp_half_vector_rows();
std::span<const Row> crypto_rows();
std::span<const Row> simd_three_same_rows();
std::span<const Row> simd_misc_rows();
std::span<const Row> simd_shift_rows();
std::span<const Row> simd_three_different_rows();
std::span<const Row> simd_by_element_rows();
std::span<const Row> simd_permute_rows();
std::span<const Row> simd_scalar_rows();
std::span<const Row> simd_three_extra_rows();

} // namespace sl::a64::decode
