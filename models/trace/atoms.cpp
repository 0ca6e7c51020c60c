// SPDX-License-Identifier: MIT
#include "trace/atoms.h"

namespace sl::trace {

AtomPacker::AtomPacker()
{
    // The oldest atom is in bit 0, and 1 is E.
    five_[0b11110] = 0xf5; // NEEEE
    five_[0b00000] = 0xd5; // NNNNN
    five_[0b01010] = 0xd6; // NENEN
    five_[0b10101] = 0xd7; // ENENE
    four_[0b1110] = 0xdc;  // NEEE
    four_[0b0000] = 0xdd;  // NNNN
    four_[0b1010] = 0xde;  // NENE
    four_[0b0101] = 0xdf;  // ENEN
}

} // namespace sl::trace
