// SPDX-License-Identifier: MIT
// What each design of the switch lets into a capture, by sink: host and guest, kernel and user.
#include "run/outputs.h"
#include "soc_elaborated.h"
#include "trace/decode.h"

#include <set>

using namespace sl;
using namespace sl::test;

namespace {

/// Whose code lies at an address: sw/lib/layout.h.
std::string whose(u64 address)
{
    if (address >= 0xffff'8000'0000'0000)
        return "guest K";
    if (address >= 0xffff'0000'0000'0000)
        return "host K";
    if (address >= 0x80'8000'0000)
        return "guest U";
    if (address >= 0x10'0000'0000)
        return "host U";
    if (address >= 0x8000'0000)
        return "guest K"; // before its MMU is on
    return "hypervisor";
}

using Set = std::set<std::string>;

/// Of each session of PE 0, in order: whose instructions its trace shows.
std::vector<Set> sessions(const std::string& config, const std::vector<std::string>& more)
{
    std::vector<std::string> set{
        "image.host.parameters.host_samples=5", "image.host.parameters.host_warmup=2",
        "image.host.parameters.host_benchmarks=2", "image.guest.parameters.guest_user_stay=1",
        "image.guest.aliases=[0x8000_0000, 0x80_8000_0000]"};
    set.insert(set.end(), more.begin(), more.end());
    Elaborated e{SOURCE "/configs/" + config + ".toml", "", set, nullptr, 64};
    run::Recordings recordings;
    for (unsigned n = 0; n < e.platform.pes(); ++n)
        recordings.push_back(std::make_unique<trace::Recording>(*e.platform.trace_unit(n)));
    trace::Captures captures;
    run::watch_sinks(e.platform, recordings, captures);
    REQUIRE(e.run().why == run::Ending::Why::SystemOff);
    REQUIRE(e.sent.at(0).find("host: all checks passed") != std::string::npos);

    const trace::Recording& recording = *recordings[0];
    const auto& begins = recording.enabled();
    std::vector<Set> shown(begins.size());
    const auto code = e.software.code();
    for (const auto& piece : recording.pieces()) {
        const auto decoded = trace::decode(piece.registers, code, piece.bytes);
        CHECK(decoded.error == "");
        for (const trace::Element& element : decoded.elements) {
            CHECK(element.kind != trace::Element::Kind::NoMemory);
            if (element.kind != trace::Element::Kind::Range)
                continue;
            const auto session =
                std::upper_bound(begins.begin(), begins.end(), piece.position + element.index) -
                begins.begin() - 1;
            shown.at(static_cast<std::size_t>(session)).insert(whose(element.address));
        }
    }
    return shown;
}

/// The filter that a session asks for one world.
Set filter(const std::string& world, bool excluded, bool kernel, bool user)
{
    Set s;
    if (!excluded && kernel)
        s.insert(world + " K");
    if (!excluded && user)
        s.insert(world + " U");
    return s;
}

Set both(Set a, const Set& b)
{
    a.insert(b.begin(), b.end());
    return a;
}

/// Sessions come in this order: nothing excluded, the guest, the host.
struct Plan {
    bool no_host, no_guest;
};

constexpr Plan plans[] = {{false, false}, {false, true}, {true, false}};

/// By whose filter guests are traced.
enum class Guest { AsHost, Own, Never };

void add(std::vector<Set>& expected, Guest guest, bool kernel, bool user)
{
    for (const Plan& p : plans) {
        const Set host = filter("host", p.no_host, kernel, user);
        Set in_guest;
        if (guest == Guest::AsHost)
            in_guest = filter("guest", p.no_host, kernel, user);
        else if (guest == Guest::Own)
            in_guest = filter("guest", p.no_guest, kernel, user);
        expected.push_back(both(host, in_guest));
    }
}

/// none, kvm-shipped, kvm-v1, kvm-reviewed, kvm-landed, kvm-final: TRBE, then ATB.
std::vector<Set> expected_of_nvhe(bool kernel, bool user)
{
    std::vector<Set> expected;
    add(expected, Guest::AsHost, kernel, user); // `none` refuses buffers
    for (unsigned design = 1; design <= 5; ++design) {
        add(expected, Guest::Never, kernel, user);
        add(expected, design == 1 ? Guest::AsHost : Guest::Own, kernel, user);
    }
    return expected;
}

std::vector<std::string> levels(bool kernel, bool user)
{
    return {"image.host.parameters.host_trace_kernel=" + std::to_string(kernel),
            "image.host.parameters.host_trace_user=" + std::to_string(user)};
}

} // namespace

TEST_CASE("each nVHE design captures what it may, kernel and user", "[system][trace][capture]")
{
    CHECK(sessions("coresight", levels(true, true)) == expected_of_nvhe(true, true));
}

TEST_CASE("each nVHE design captures what it may, kernel only", "[system][trace][capture]")
{
    CHECK(sessions("coresight", levels(true, false)) == expected_of_nvhe(true, false));
}

TEST_CASE("each nVHE design captures what it may, user only", "[system][trace][capture]")
{
    CHECK(sessions("coresight", levels(false, true)) == expected_of_nvhe(false, true));
}

TEST_CASE("a host at EL2 captures host and guest apart, also in its buffer",
          "[system][trace][capture]")
{
    const auto shown = sessions("vhe", {});
    std::vector<Set> expected;
    add(expected, Guest::Own, true, true);
    REQUIRE(shown.size() == 6); // the others go to a bus that is not there
    CHECK(std::vector<Set>{shown.begin(), shown.begin() + 3} == expected);
}
