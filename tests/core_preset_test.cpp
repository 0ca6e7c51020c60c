// SPDX-License-Identifier: MIT
#include "config/config.h"
#include "config/core_file.h"
#include "sysreg/file.h"
#include "sysreg/tables.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

// The cores of configs/cores that are named after one of Arm's: what their features make of the ID
// registers is what its Technical Reference Manual says (QEMU's models quote the same values).

using namespace sl;
using namespace sl::config;
using sysreg::Reg;

namespace {

sysreg::Features features_of(const CoreFile& core)
{
    std::vector<std::string> names, errors;
    for (const std::string& name : core.features)
        if (!base_features().contains(name) && name != "FEAT_AA64EL2")
            names.push_back(name);
    const auto features = sysreg::Features::parse(names, errors);
    CHECK(errors == std::vector<std::string>{});
    return features;
}

} // namespace

TEST_CASE("the cores named after Arm's have the features of their manuals", "[config][presets]")
{
    const std::map<Reg, u64> armv8_0{{Reg::ID_AA64PFR0_EL1, 0x2222},
                                     {Reg::ID_AA64DFR0_EL1, 0x1030'5106},
                                     {Reg::ID_AA64ISAR0_EL1, 0x1'1120},
                                     {Reg::ID_AA64ISAR1_EL1, 0},
                                     {Reg::ID_AA64MMFR1_EL1, 0}};
    const u64 hpds = sysreg::ID_AA64MMFR1_EL1::HPDS::mask;
    const u64 pmu = sysreg::ID_AA64DFR0_EL1::PMUVer::mask;
    const u64 csv2 = sysreg::ID_AA64PFR0_EL1::CSV2::mask;

    struct Lower {
        Reg reg;
        u64 mask; ///< of a field that is 1 here
    };

    struct Row {
        const char* name;
        u64 midr;
        std::map<Reg, u64> manual;
        std::vector<Lower> lower;
    };

    const std::vector<Row> rows{
        {"cortex-a53", 0x410f'd034, armv8_0, {}},
        {"cortex-a57", 0x411f'd073, armv8_0, {}},
        {"cortex-a76",
         0x414f'd0b1,
         {{Reg::ID_AA64PFR0_EL1, 0x1100'0000'1011'1112},
          {Reg::ID_AA64PFR1_EL1, 0x10},
          {Reg::ID_AA64DFR0_EL1, 0x1030'5408},
          {Reg::ID_AA64ISAR0_EL1, 0x0000'1000'1021'1120},
          {Reg::ID_AA64ISAR1_EL1, 0x10'0001},
          {Reg::ID_AA64ISAR2_EL1, 0},
          {Reg::ID_AA64MMFR1_EL1, 0x1021'2122},
          {Reg::ID_AA64MMFR2_EL1, 0x1011}},
         {{Reg::ID_AA64MMFR1_EL1, hpds}, {Reg::ID_AA64DFR0_EL1, pmu}}},
        {"neoverse-n2-like",
         0x410f'd493,
         {{Reg::ID_AA64PFR0_EL1, 0x1201'1111'2011'1112},
          {Reg::ID_AA64PFR1_EL1, 0x221},
          {Reg::ID_AA64DFR0_EL1, 0x11f2'1030'5619},
          {Reg::ID_AA64ISAR0_EL1, 0x1221'1111'1021'2120},
          {Reg::ID_AA64ISAR1_EL1, 0x0011'1111'0121'1052},
          {Reg::ID_AA64ISAR2_EL1, 0},
          {Reg::ID_AA64MMFR1_EL1, 0x1021'2122},
          {Reg::ID_AA64MMFR2_EL1, 0x1221'0111'1210'1011}},
         {{Reg::ID_AA64MMFR1_EL1, hpds},
          {Reg::ID_AA64DFR0_EL1, pmu},
          {Reg::ID_AA64DFR0_EL1, sysreg::ID_AA64DFR0_EL1::PMSVer::mask},
          {Reg::ID_AA64PFR0_EL1, csv2}}},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        Problems problems;
        const CoreFile core =
            read_core_file(std::string{SL_CORE_PROFILES} + "/" + row.name + ".toml", problems);
        CHECK(core.profile.midr == row.midr);
        const sysreg::File file{features_of(core), {}};
        // Every field that some feature of the models sets is the manual's.
        for (const sysreg::FeatureRow& feature : sysreg::feature_rows())
            for (const sysreg::IdSetting& s : feature.sets) {
                const auto manual = row.manual.find(s.reg);
                if (manual == row.manual.end() || std::string_view{feature.name} == "FEAT_GICv3")
                    continue;
                INFO(sysreg::describe(s.reg).name << ", by " << feature.name);
                const bool lower = std::ranges::any_of(
                    row.lower, [&](const Lower& l) { return l.reg == s.reg && l.mask == s.mask; });
                const u64 expected =
                    lower ? s.mask & (~s.mask + 1) : manual->second & s.mask; // 1 in the field
                CHECK((file[s.reg] & s.mask) == expected);
            }
    }
}

TEST_CASE("features are added to and taken from a preset, and what cannot be is an error",
          "[config][presets]")
{
    Problems problems;
    const CoreFile core =
        read_core_file(std::string{SL_CORE_PROFILES} + "/neoverse-n2-like.toml", problems);
    const auto error = [&](const std::string& without, const std::string& more) {
        std::vector<std::string> names, errors;
        for (const std::string& name : core.features)
            if (!base_features().contains(name) && name != "FEAT_AA64EL2" && name != without)
                names.push_back(name);
        if (!more.empty())
            names.push_back(more);
        sysreg::Features::parse(names, errors);
        return errors.empty() ? std::string{} : errors.front();
    };
    CHECK(error("FEAT_RNG", "FEAT_CSSC").empty());
    CHECK(error("FEAT_FPAC", "") ==
          "FEAT_FPACCOMBINE depends on FEAT_FPAC, which is not in the list");
    CHECK(error("", "FEAT_PACIMP") == "FEAT_PACQARMA5 cannot be together with FEAT_PACIMP");
    CHECK(error("", "FEAT_EPAC") == "FEAT_EPAC cannot be together with FEAT_PAuth2");
}
