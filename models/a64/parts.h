// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

namespace sl::a64 {

/// Optional parts of the instruction set, each named as its feature (FEAT_LSE, …) is.
enum class Part : u8 {
    Lse,
    Crc32,
    FlagM,
    FlagM2,
    FrintTs,
    JsCvt,
    Sb,
    Lrcpc,
    Lrcpc2,
    Rdm,
    DotProd,
    Fcma,
    Aes,
    Pmull,
    Sha1,
    Sha256,
    Sha512,
    Sha3,
    Sm3,
    Sm4,
    Fp16,
    Fhm,
    Bf16,
    I8mm,
    Cssc,
    Wfxt,
    Count
};

/// A set of them: what a core has, or what an encoding needs.
class Parts {
public:
    constexpr Parts() = default;

    // Implicit: most encodings need one part.
    constexpr Parts(Part part)
        : set_{u64{1} << static_cast<unsigned>(part)}
    {
    }

    static constexpr Parts all()
    {
        Parts every;
        every.set_ = (u64{1} << static_cast<unsigned>(Part::Count)) - 1;
        return every;
    }

    constexpr Parts operator|(Parts other) const
    {
        Parts both;
        both.set_ = set_ | other.set_;
        return both;
    }

    constexpr Parts without(Parts other) const
    {
        Parts rest;
        rest.set_ = set_ & ~other.set_;
        return rest;
    }

    constexpr bool contains(Parts other) const { return (other.set_ & ~set_) == 0; }

private:
    u64 set_ = 0;
};

constexpr Parts operator|(Part a, Part b)
{
    return Parts{a} | Parts{b};
}

} // namespace sl::a64
