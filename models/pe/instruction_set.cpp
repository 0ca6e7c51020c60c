// SPDX-License-Identifier: MIT
#include "pe/instruction_set.h"

#include <iterator>

namespace sl::pe {

namespace {

using a64::Part;
using sysreg::Feature;

struct Correspondence {
    Feature feature;
    Part part;
};

constexpr Correspondence correspondences[] = {
    {Feature::FEAT_LSE, Part::Lse},         {Feature::FEAT_CRC32, Part::Crc32},
    {Feature::FEAT_FlagM, Part::FlagM},     {Feature::FEAT_FlagM2, Part::FlagM2},
    {Feature::FEAT_FRINTTS, Part::FrintTs}, {Feature::FEAT_JSCVT, Part::JsCvt},
    {Feature::FEAT_SB, Part::Sb},           {Feature::FEAT_LRCPC, Part::Lrcpc},
    {Feature::FEAT_LRCPC2, Part::Lrcpc2},   {Feature::FEAT_RDM, Part::Rdm},
    {Feature::FEAT_DotProd, Part::DotProd}, {Feature::FEAT_FCMA, Part::Fcma},
    {Feature::FEAT_AES, Part::Aes},         {Feature::FEAT_PMULL, Part::Pmull},
    {Feature::FEAT_SHA1, Part::Sha1},       {Feature::FEAT_SHA256, Part::Sha256},
    {Feature::FEAT_SHA512, Part::Sha512},   {Feature::FEAT_SHA3, Part::Sha3},
    {Feature::FEAT_SM3, Part::Sm3},         {Feature::FEAT_SM4, Part::Sm4},
    {Feature::FEAT_FP16, Part::Fp16},       {Feature::FEAT_FHM, Part::Fhm},
    {Feature::FEAT_BF16, Part::Bf16},       {Feature::FEAT_I8MM, Part::I8mm},
    {Feature::FEAT_CSSC, Part::Cssc},       {Feature::FEAT_WFxT, Part::Wfxt},
};
static_assert(std::size(correspondences) == static_cast<std::size_t>(Part::Count));

} // namespace

a64::Parts instruction_set(const sysreg::Features& features)
{
    a64::Parts parts;
    for (const Correspondence& c : correspondences)
        if (features.has(c.feature))
            parts = parts | c.part;
    return parts;
}

} // namespace sl::pe
