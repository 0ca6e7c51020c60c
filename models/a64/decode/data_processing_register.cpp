// SPDX-License-Identifier: MIT
#include "a64/decode/data_processing.h"
#include "a64/decode/groups.h"

namespace sl::a64::decode {

std::span<const Row> data_processing_register_rows()
{
    return data_processing_register<InterpreterTarget>;
}

} // namespace sl::a64::decode
