// SPDX-License-Identifier: MIT
#include "pe_vectored.h"

#include <algorithm>

// FEAT_PAuth as a PE has it: keys, enables, traps, and where a code lies in a pointer. What the
// algorithms make of pointers is compared with QEMU (pe_oracle_test.cpp).

using namespace sl;
using namespace sl::pe;
using a64::PacKey;

namespace {

constexpr u64 en_ia = u64{1} << 31, en_ib = u64{1} << 30, en_da = u64{1} << 27, en_db = 1 << 13;
constexpr u64 api = u64{1} << 41, apk = u64{1} << 40, rw = u64{1} << 31;
constexpr u64 pointer = 0x1234'5678, modifier = 42;

PeConfig pauth(std::vector<std::string> more = {}, bool el3 = false)
{
    PeConfig config = test_config(el3);
    more.insert(more.end(), {"FEAT_PAuth"});
    if (std::ranges::find(more, "FEAT_PACQARMA3") == more.end() &&
        std::ranges::find(more, "FEAT_PACIMP") == more.end())
        more.emplace_back("FEAT_PACQARMA5");
    const sysreg::Features wanted = test_features(more);
    for (std::size_t i = 0; i < static_cast<std::size_t>(sysreg::Feature::Count); ++i)
        if (wanted.has(static_cast<sysreg::Feature>(i)))
            config.features.add(static_cast<sysreg::Feature>(i));
    return config;
}

/// At EL1, keys enabled, 48-bit ranges.
struct Signer : Bench {
    explicit Signer(const PeConfig& config = pauth(), u8 el = 1, u64 tcr = 16 | 16 << 16)
        : Bench{config}
    {
        if (config.has_el3) {
            set(Reg::SCR_EL3, Scr::NS::mask | Scr::HCE::mask | Scr::API::mask | Scr::APK::mask);
            go(2);
        }
        set(Reg::VBAR_EL1, vbar1);
        set(Reg::VBAR_EL2, vbar2);
        set(Reg::VBAR_EL3, vbar3);
        set(Reg::HCR_EL2, api | apk | rw);
        set(Reg::SCTLR_EL1, en_ia | en_ib | en_da | en_db);
        set(Reg::TCR_EL1, tcr);
        set(Reg::APIAKeyLo_EL1, 0x1111'2222'3333'4444);
        set(Reg::APIAKeyHi_EL1, 0x5555'6666'7777'8888);
        set(Reg::APDBKeyLo_EL1, 0x9999'aaaa'bbbb'cccc);
        set(Reg::APGAKeyHi_EL1, 7);
        go(el);
    }

    std::optional<u64> sign(u64 p, PacKey key = PacKey::Ia)
    {
        return pe.sign(key, modifier, p) ? std::optional{p} : std::nullopt;
    }

    std::optional<u64> authenticate(u64 p, PacKey key = PacKey::Ia, bool combined = false)
    {
        return pe.authenticate(key, modifier, combined, p) ? std::optional{p} : std::nullopt;
    }

    /// The EL that an exception was taken to, with this class.
    bool took(u8 el, u8 cls)
    {
        const Reg esr = el == 3 ? Reg::ESR_EL3 : el == 2 ? Reg::ESR_EL2 : Reg::ESR_EL1;
        return pe.state().el == el && ec(esr) == cls;
    }
};

} // namespace

TEST_CASE("A pointer is signed and authenticated with an enabled key", "[pauth]")
{
    Signer b;
    const u64 code = b.sign(pointer).value();
    CHECK((code & ones(48)) == pointer);
    CHECK(code != pointer);
    CHECK(b.authenticate(code) == pointer);
    CHECK(b.sign(pointer, PacKey::Db) != code);
    CHECK(b.pe.strip(false, code) == pointer);
    // Of the upper range.
    const u64 upper = ~pointer, signed_upper = b.sign(upper).value();
    CHECK(bit(signed_upper, 55));
    CHECK(b.authenticate(signed_upper) == upper);
    CHECK(b.pe.strip(true, signed_upper) == upper);
}

TEST_CASE("A failure leaves the number of the key in the pointer", "[pauth]")
{
    Signer b;
    const u64 code = b.sign(pointer).value();
    CHECK(b.authenticate(code ^ 1) == ((pointer ^ 1) | u64{1} << 61));
    CHECK(b.authenticate(code, PacKey::Db) == (pointer | u64{2} << 61));
    Signer tagged{pauth(), 1, 16 | 16 << 16 | u64{3} << 37}; // TBI0, TBI1
    CHECK(tagged.authenticate(pointer | u64{0xab} << 56) ==
          (pointer | u64{0xab} << 56 | u64{1} << 53));
}

TEST_CASE("Each key has its enable in SCTLR_ELx of the regime, without which nothing happens",
          "[pauth]")
{
    struct Row {
        PacKey key;
        u64 enable;
    };

    const Row row = GENERATE(Row{PacKey::Ia, en_ia}, Row{PacKey::Ib, en_ib}, Row{PacKey::Da, en_da},
                             Row{PacKey::Db, en_db});
    Signer b;
    b.set(Reg::SCTLR_EL1, (en_ia | en_ib | en_da | en_db) & ~row.enable);
    b.set(Reg::HCR_EL2, rw); // it is not trapped either
    CHECK(b.sign(pointer, row.key) == pointer);
    CHECK(b.authenticate(pointer, row.key) == pointer);
    b.set(Reg::SCTLR_EL1, row.enable);
    b.set(Reg::HCR_EL2, api | apk | rw);
    CHECK(b.sign(pointer, row.key) != pointer);
}

TEST_CASE("HCR_EL2.API and SCR_EL3.API trap the use of keys, also PACGA's", "[pauth]")
{
    const u8 el = GENERATE(u8{0}, u8{1});
    Signer b{pauth(), el};
    b.set(Reg::HCR_EL2, rw | apk);
    u64 value = 5;
    SECTION("sign")
    {
        CHECK(!b.sign(pointer));
        CHECK(b.took(2, 0x09));
        CHECK(b.iss(Reg::ESR_EL2) == 0);
    }
    SECTION("authenticate")
    {
        CHECK(!b.authenticate(pointer));
        CHECK(b.took(2, 0x09));
    }
    SECTION("PACGA")
    {
        CHECK(!b.pe.generic_code(modifier, value));
        CHECK(b.took(2, 0x09));
    }
    SECTION("XPAC is not trapped")
    {
        CHECK(b.pe.strip(false, pointer | u64{1} << 60) == pointer);
    }
    SECTION("by EL3")
    {
        Signer secure{pauth({}, true), el};
        secure.set(Reg::SCR_EL3, Scr::NS::mask | Scr::APK::mask);
        CHECK(!secure.sign(pointer));
        CHECK(secure.took(3, 0x09));
    }
}

TEST_CASE("A host's EL0 is not trapped by HCR_EL2.API, and uses EL2's enables", "[pauth]")
{
    Signer b{pauth(), 2};
    b.set(Reg::HCR_EL2, Hcr::E2H::mask | Hcr::TGE::mask | rw);
    b.set(Reg::TCR_EL2, 16 | 16 << 16);
    b.set(Reg::SCTLR_EL2, en_ia);
    b.go(0);
    CHECK(b.sign(pointer) != pointer);
    b.set(Reg::SCTLR_EL2, 0);
    CHECK(b.sign(pointer) == pointer);
}

TEST_CASE("HCR_EL2.APK and SCR_EL3.APK keep the keys", "[pauth]")
{
    Signer b;
    CHECK(b.mrs(Reg::APIAKeyLo_EL1) == 0x1111'2222'3333'4444u);
    CHECK(b.msr(Reg::APGAKeyLo_EL1, 3));
    b.set(Reg::HCR_EL2, api | rw);
    CHECK(!b.mrs(Reg::APDBKeyHi_EL1));
    CHECK(b.took(2, 0x18));
    Signer secure{pauth({}, true), 2};
    secure.set(Reg::SCR_EL3, Scr::NS::mask | Scr::API::mask);
    CHECK(!secure.msr(Reg::APIBKeyLo_EL1, 3));
    CHECK(secure.took(3, 0x18));
    Bench without;
    CHECK(!without.mrs(Reg::APIAKeyLo_EL1));
}

TEST_CASE("The code takes all bits above the address but those of the tag and bit 55", "[pauth]")
{
    SECTION("by TCR_EL1.T0SZ")
    {
        Signer b{pauth(), 1, 32 | 16 << 16};
        CHECK((b.sign(pointer).value() & ones(32)) == pointer);
        CHECK(b.pe.strip(false, ~u64{0} ^ u64{1} << 55) == ones(32));
    }
    SECTION("with TBI the tag stays")
    {
        Signer b{pauth(), 1, 16 | 16 << 16 | u64{1} << 37};
        const u64 tagged = pointer | u64{0x5a} << 56;
        CHECK(b.sign(tagged).value() >> 56 == 0x5a);
        CHECK(b.pe.strip(false, tagged) == tagged);
    }
    SECTION("TBID takes the tag from pointers to instructions")
    {
        Signer b{pauth(), 1, 16 | 16 << 16 | u64{1} << 37 | u64{1} << 51};
        const u64 tagged = pointer | u64{0x5a} << 56;
        CHECK(b.pe.strip(false, tagged) == pointer);
        CHECK(b.pe.strip(true, tagged) == tagged);
    }
    SECTION("with TBI in one range, bit 55 tells the range of all (AddPAC)")
    {
        Signer b{pauth(), 1, 32 | 16 << 16 | u64{1} << 38};
        const u64 code = b.sign(pointer | u64{1} << 63).value();
        CHECK(!bit(code, 55));
        CHECK((code & ones(32)) == pointer);
    }
}

TEST_CASE("FEAT_EPAC gives what is no pointer the code 0", "[pauth]")
{
    Signer b{pauth({"FEAT_EPAC"})};
    CHECK(b.sign(pointer | u64{1} << 50) == pointer);
    CHECK(b.authenticate(b.sign(pointer).value()) == pointer);
    CHECK(b.get(Reg::ID_AA64ISAR1_EL1) == 0x0100'0020);
}

TEST_CASE("FEAT_PAuth2 combines the code with the pointer's own bits", "[pauth]")
{
    Signer b{pauth({"FEAT_PAuth2"})};
    const u64 code = b.sign(pointer).value();
    CHECK(b.authenticate(code) == pointer);
    CHECK(b.authenticate(code ^ u64{1} << 60) == (pointer | u64{1} << 60)); // does not translate
}

TEST_CASE("FEAT_FPAC makes a failure a fault, FEAT_FPACCOMBINE those of branches and loads too",
          "[pauth]")
{
    Signer b{pauth({"FEAT_PAuth2", "FEAT_FPAC"})};
    const u64 code = b.sign(pointer).value();
    CHECK(b.authenticate(code ^ u64{1} << 60, PacKey::Ia, true) == (pointer | u64{1} << 60));
    CHECK(!b.authenticate(code, PacKey::Db));
    CHECK(b.took(1, 0x1c));
    CHECK(b.iss(Reg::ESR_EL1) == 0b11); // data, B
    CHECK(b.get(Reg::ELR_EL1) == Bench::entry);

    Signer both{pauth({"FEAT_PAuth2", "FEAT_FPAC", "FEAT_FPACCOMBINE"}), 0};
    CHECK(!both.authenticate(code ^ u64{1} << 60, PacKey::Ia, true));
    CHECK(both.took(1, 0x1c));
    CHECK(both.iss(Reg::ESR_EL1) == 0);
}

TEST_CASE("The algorithms differ, and the ID registers tell which there is and how far it goes",
          "[pauth]")
{
    Signer five, three{pauth({"FEAT_PACQARMA3", "FEAT_PAuth2", "FEAT_FPAC"})},
        own{pauth({"FEAT_PACIMP", "FEAT_PAuth2", "FEAT_FPAC", "FEAT_FPACCOMBINE"})};
    CHECK(five.get(Reg::ID_AA64ISAR1_EL1) == 0x0100'0010); // GPA, APA
    CHECK(three.get(Reg::ID_AA64ISAR2_EL1) == 0x4100);     // APA3, GPA3
    CHECK(three.get(Reg::ID_AA64ISAR1_EL1) == 0);
    CHECK(own.get(Reg::ID_AA64ISAR1_EL1) == 0x1000'0500); // GPI, API
    const u64 code = five.sign(pointer).value();
    CHECK(three.sign(pointer) != code);
    CHECK(own.sign(pointer) != code);
    CHECK(own.authenticate(own.sign(pointer).value()) == pointer);
}

TEST_CASE("PAuth's features need an algorithm, and one only", "[pauth]")
{
    const auto error = [](std::vector<std::string> names) {
        std::vector<std::string> errors;
        sysreg::Features::parse(names, errors);
        return errors.empty() ? std::string{} : errors.front();
    };
    CHECK(error({"FEAT_PAuth"}) ==
          "FEAT_PAuth depends on one of FEAT_PACQARMA5, FEAT_PACQARMA3, FEAT_PACIMP, and none is "
          "in the list");
    CHECK(error({"FEAT_PAuth", "FEAT_PACQARMA5", "FEAT_PACIMP"}) ==
          "FEAT_PACQARMA5 cannot be together with FEAT_PACIMP");
    CHECK(error({"FEAT_PAuth", "FEAT_PACQARMA5", "FEAT_FPAC"}) ==
          "FEAT_FPAC depends on FEAT_PAuth2, which is not in the list");
    CHECK(error({"FEAT_PAuth", "FEAT_PACIMP"}).empty());
}

TEST_CASE("A PE that starts below EL2 may use its keys", "[pauth]")
{
    Bench b{pauth({}, true), false};
    b.pe.power_on(Bench::entry, 1, 0, 0);
    b.set(Reg::SCTLR_EL1, en_ia);
    b.set(Reg::TCR_EL1, 16 | 16 << 16);
    u64 p = pointer;
    CHECK(b.pe.sign(PacKey::Ia, 0, p));
    CHECK(p != pointer);
    CHECK(b.mrs(Reg::APIAKeyHi_EL1));
}

TEST_CASE("Without FEAT_PAuth the hints leave pointers alone", "[pauth]")
{
    Bench b;
    u64 p = ~u64{0} / 3;
    CHECK(b.pe.sign(PacKey::Ia, 1, p));
    CHECK(b.pe.authenticate(PacKey::Ib, 1, false, p));
    CHECK(b.pe.strip(false, p) == ~u64{0} / 3);
    CHECK(p == ~u64{0} / 3);
}
