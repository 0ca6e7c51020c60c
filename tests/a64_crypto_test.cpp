// SPDX-License-Identifier: MIT
#include "a64/crypto/crypto.h"
#include "a64_machine.h"

#include <catch2/catch.hpp>

#include <algorithm>

// The standards' own examples, put together from the instructions' functions as software does it.

using namespace sl;
using namespace sl::a64;
using namespace sl::a64::crypto;
using test::Machine;

namespace {

/// The whole part of the square (n = 2) or cube root of v * 2^(32 n), without its whole part above
/// 32 bits: constants of SHA-256 for primes.
u32 root_fraction(unsigned v, unsigned n)
{
    const u128 target = u128{v} << 32 * n;
    u64 root = 0;
    for (int at = 37; at >= 0; --at) {
        const u64 trial = root | u64{1} << at;
        u128 power = trial;
        for (unsigned i = 1; i < n; ++i)
            power *= trial;
        if (power <= target)
            root = trial;
    }
    return static_cast<u32>(root);
}

/// The first 64 primes.
std::vector<unsigned> primes()
{
    std::vector<unsigned> found;
    for (unsigned v = 2; found.size() < 64; ++v)
        if (std::none_of(found.begin(), found.end(), [v](unsigned p) { return v % p == 0; }))
            found.push_back(v);
    return found;
}

/// The one block of the message "abc", in words.
constexpr std::array<Words, 4> abc{
    {{0x6162'6380, 0, 0, 0}, {}, {}, {0, 0, 0, 24}}}; // its length in bits

Words plus(const Words& a, const Words& b)
{
    return {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]};
}

Words plus(const Words& a, u32 b)
{
    return plus(a, Words{b, b, b, b});
}

Bytes sum(const Bytes& a, const Bytes& b)
{
    Bytes result{};
    for (unsigned i = 0; i < 16; ++i)
        result[i] = a[i] ^ b[i];
    return result;
}

/// SubWord() of AES, as software gets it from AESE: all columns alike, so that rows do not move.
std::array<u8, 4> substituted(const u8* word)
{
    Bytes v{};
    for (unsigned i = 0; i < 16; ++i)
        v[i] = word[i % 4];
    const Bytes result = aes_encrypt(v, {});
    return {result[0], result[1], result[2], result[3]};
}

/// The round keys of AES-128.
std::array<Bytes, 11> expanded(const Bytes& key)
{
    std::array<Bytes, 11> keys{key};
    u8 constant = 1;
    for (unsigned round = 1; round < 11; ++round) {
        const Bytes& before = keys[round - 1];
        const std::array<u8, 4> last = substituted(&before[12]);
        for (unsigned i = 0; i < 16; ++i) {
            const u8 above = i < 4 ? last[(i + 1) % 4] : keys[round][i - 4];
            keys[round][i] = static_cast<u8>(before[i] ^ above ^ (i == 0 ? constant : 0));
        }
        constant = static_cast<u8>(constant << 1 ^ ((constant & 0x80) != 0 ? 0x11b : 0));
    }
    return keys;
}

} // namespace

TEST_CASE("AES: the example of FIPS 197, there and back", "[a64][crypto]")
{
    Bytes key{}, plain{};
    for (unsigned i = 0; i < 16; ++i) {
        key[i] = static_cast<u8>(i);
        plain[i] = static_cast<u8>(0x11 * i);
    }
    const Bytes expected{0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30,
                         0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a};
    const auto keys = expanded(key);

    Bytes v = plain;
    for (unsigned round = 0; round < 9; ++round)
        v = aes_mix_columns(aes_encrypt(v, keys[round]));
    v = sum(aes_encrypt(v, keys[9]), keys[10]);
    CHECK(v == expected);

    v = aes_decrypt(v, keys[10]);
    for (unsigned round = 9; round > 0; --round)
        v = aes_decrypt(aes_inverse_mix_columns(v), aes_inverse_mix_columns(keys[round]));
    CHECK(sum(v, keys[0]) == plain);
}

TEST_CASE("SHA-1 of \"abc\"", "[a64][crypto]")
{
    const u32 constants[] = {0x5a82'7999, 0x6ed9'eba1, 0x8f1b'bcdc, 0xca62'c1d6};
    const Words first{0x6745'2301, 0xefcd'ab89, 0x98ba'dcfe, 0x1032'5476};
    auto message = abc;
    Words hash = first;
    u32 e = 0xc3d2'e1f0;
    for (unsigned step = 0; step < 20; ++step) {
        Words& now = message[step % 4];
        if (step >= 4)
            now = sha1_schedule_1(
                sha1_schedule_0(now, message[(step + 1) % 4], message[(step + 2) % 4]),
                message[(step + 3) % 4]);
        const Words schedule = plus(now, constants[step / 5]);
        const Words old{e, 0, 0, 0};
        e = sha1_fixed_rotate(hash)[0];
        hash = step < 5                  ? sha1_choose(hash, old, schedule)
               : step >= 10 && step < 15 ? sha1_majority(hash, old, schedule)
                                         : sha1_parity(hash, old, schedule);
    }
    CHECK(plus(hash, first) == Words{0xa999'3e36, 0x4706'816a, 0xba3e'2571, 0x7850'c26c});
    CHECK(e + 0xc3d2'e1f0 == 0x9cd0'd89d);
}

TEST_CASE("SHA-256 of \"abc\"", "[a64][crypto]")
{
    const std::vector<unsigned> p = primes();
    Words low{}, high{};
    for (unsigned i = 0; i < 4; ++i) {
        low[i] = root_fraction(p[i], 2);
        high[i] = root_fraction(p[4 + i], 2);
    }
    REQUIRE(low[0] == 0x6a09'e667);
    const Words first_low = low, first_high = high;
    auto message = abc;
    for (unsigned step = 0; step < 16; ++step) {
        Words& now = message[step % 4];
        if (step >= 4)
            now = sha256_schedule_1(sha256_schedule_0(now, message[(step + 1) % 4]),
                                    message[(step + 2) % 4], message[(step + 3) % 4]);
        Words constants{};
        for (unsigned i = 0; i < 4; ++i)
            constants[i] = root_fraction(p[4 * step + i], 3);
        const Words schedule = plus(now, constants), old = low;
        low = sha256_hash_1(low, high, schedule);
        high = sha256_hash_2(high, old, schedule);
    }
    CHECK(plus(low, first_low) == Words{0xba78'16bf, 0x8f01'cfea, 0x4141'40de, 0x5dae'2223});
    CHECK(plus(high, first_high) == Words{0xb003'61a3, 0x9617'7a9c, 0xb410'ff61, 0xf200'15ad});
}

TEST_CASE("SM4: the example of GB/T 32907", "[a64][crypto]")
{
    const Words key{0x0123'4567, 0x89ab'cdef, 0xfedc'ba98, 0x7654'3210};
    const Words system{0xa3b1'bac6, 0x56aa'3350, 0x677d'9197, 0xb270'22dc};
    Words keys{}, v = key;
    for (unsigned i = 0; i < 4; ++i)
        keys[i] = key[i] ^ system[i];
    for (unsigned round = 0; round < 32; round += 4) {
        Words constants{};
        for (unsigned i = 0; i < 4; ++i)
            for (unsigned byte = 0; byte < 4; ++byte)
                constants[i] = constants[i] << 8 | ((4 * (round + i) + byte) * 7 & 0xff);
        keys = sm4_key(keys, constants);
        v = sm4_encrypt(v, keys);
    }
    CHECK(v == Words{0x536e'4246, 0x86b3'e94f, 0xd206'965e, 0x681e'df34}); // the last word first
}

TEST_CASE("PMULL of D multiplies polynomials of 64 bits, PMULL2 those above", "[a64][crypto]")
{
    Machine m;
    m.state.vreg[1] = {u64{1} << 63 | 1, 3};
    m.state.vreg[2] = {u64{1} << 63 | 1, 5};
    m.step(0x0ee2'e020); // pmull v0.1q, v1.1d, v2.1d
    CHECK(m.state.vreg[0].lo == 1);
    CHECK(m.state.vreg[0].hi == u64{1} << 62); // the middle terms cancel
    m.step(0x4ee2'e020);                       // pmull2 v0.1q, v1.2d, v2.2d
    CHECK(m.state.vreg[0].lo == 15);
    CHECK(m.state.vreg[0].hi == 0);
}

TEST_CASE("Cryptographic instructions are UNDEFINED without their own feature", "[a64][crypto]")
{
    struct Case {
        u32 word;
        Part part;
    };

    const Case c = GENERATE(Case{0x4e28'4820, Part::Aes},    // aese v0.16b, v1.16b
                            Case{0x0ee2'e020, Part::Pmull},  // pmull v0.1q, v1.1d, v2.1d
                            Case{0x5e28'0820, Part::Sha1},   // sha1h s0, s1
                            Case{0x5e28'2820, Part::Sha256}, // sha256su0 v0.4s, v1.4s
                            Case{0xcec0'8020, Part::Sha512}, // sha512su0 v0.2d, v1.2d
                            Case{0xce02'0c20, Part::Sha3},   // eor3 v0.16b, v1.16b, v2.16b, v3.16b
                            Case{0xce62'c020, Part::Sm3},    // sm3partw1 v0.4s, v1.4s, v2.4s
                            Case{0xcec0'8420, Part::Sm4});   // sm4e v0.4s, v1.4s
    Machine with;
    with.step(c.word);
    CHECK_FALSE(with.took("undefined"));
    Engine::Options options;
    options.features = Parts::all().without(c.part);
    Machine without{options};
    without.step(c.word);
    CHECK(without.took("undefined"));
}
