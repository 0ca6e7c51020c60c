// SPDX-License-Identifier: MIT
// What profiling sessions show of host and guest, as Linux perf decodes it.
#include "soc_elaborated.h"
#include "spe_perf.h"

#include <set>

using namespace sl;
using namespace sl::test;

namespace {

/// All that PE 0's profiler writes into its buffer, in order.
class Records : public Observer {
public:
    void signal(unsigned, u64, Signal, u64) override {}

    void exception(unsigned, u64, unsigned, unsigned, unsigned, u64, u64) override {}

    void mark(unsigned, u64, u32, const u64*) override {}

    void instruction(unsigned, u64, unsigned, u64, u64, u32) override {}

    void guest_error(unsigned, u64, unsigned, u64, const char*, u64) override {}

    void transaction(unsigned pe, u64, const Transaction& t) override
    {
        if (pe != 0 || t.kind != Transaction::Kind::Trace || !platform)
            return;
        // Both buffers write: a record goes to the profiling buffer's pointer.
        const trace::ProfilingBuffer& buffer = platform->profiler(0)->buffer();
        if (!buffer.running() ||
            t.va - buffer.read(sysreg::Reg::PMBPTR_EL1) >= trace::spe_record_bytes)
            return;
        for (unsigned n = 0; n < t.bytes; ++n)
            bytes.push_back(static_cast<u8>(t.value[n / 8] >> 8 * (n % 8)));
    }

    const soc::Platform* platform = nullptr;
    std::vector<u8> bytes;
};

/// Whose code was sampled, at which level, as perf says: "host K el1". sw/lib/layout.h has the
/// addresses, of which a record keeps 56 bits.
std::set<std::string> sampled(const std::vector<std::vector<std::string>>& records)
{
    std::set<std::string> all;
    for (const auto& record : records)
        for (const std::string& packet : record) {
            if (!packet.starts_with("PC "))
                continue;
            const u64 pc = std::stoull(packet.substr(3), nullptr, 16);
            const std::string whose = pc >= 0xff'8000'0000'0000   ? "guest K"
                                      : pc >= 0xff'0000'0000'0000 ? "host K"
                                      : pc >= 0x80'8000'0000      ? "guest U"
                                      : pc >= 0x10'0000'0000      ? "host U"
                                                                  : "other";
            all.insert(whose + packet.substr(packet.find(' ', 3)));
        }
    return all;
}

std::set<std::string> sampled_in(const std::string& config, std::vector<std::string> more,
                                 unsigned sessions)
{
    std::vector<std::string> set{
        "image.host.parameters.host_samples=20",
        "image.host.parameters.host_warmup=2",
        "image.host.parameters.host_benchmarks=2",
        // Many samples, and a buffer that is often full.
        "image.host.parameters.host_sample_interval=256",
        "image.host.parameters.host_profile_buffer=0x1000",
        "image.guest.parameters.guest_user_stay=1",
        "image.guest.aliases=[0x8000_0000, 0x80_8000_0000]",
    };
    set.insert(set.end(), more.begin(), more.end());
    Records records;
    Elaborated e{SOURCE "/configs/" + config + ".toml", "", set, &records, 64};
    records.platform = &e.platform;
    e.platform.pe(0).set_transactions(Transactions::All);
    REQUIRE(e.run().why == run::Ending::Why::SystemOff);
    INFO(e.sent.at(0));
    CHECK(e.sent.at(0).find("host: all checks passed") != std::string::npos);
    unsigned opened = 0;
    for (std::size_t at = 0; (at = e.sent[0].find(" samples, ", at)) != std::string::npos; ++at)
        ++opened;
    CHECK(opened == sessions);
    const trace::Spe::Statistics s = e.platform.profiler(0)->statistics();
    CHECK(s.buffer.full > 0);
    CHECK(s.buffer.faults == 0);
    CHECK(records.bytes.size() == s.buffer.records * trace::spe_record_bytes);
    return sampled(perf_records(records.bytes));
}

} // namespace

TEST_CASE("no nVHE design samples a guest, alone or beside a trace session", "[system][spe]")
{
    // Five of six: `none` refuses. The host's program only asks its kernel to run the guest.
    CHECK(sampled_in("spe", {}, 2 * 5) == std::set<std::string>{"host K el1 ns=1"});
}

TEST_CASE("the VHE design samples its host at EL2 and no guest", "[system][spe]")
{
    CHECK(sampled_in("vhe",
                     {"cluster.c0.features.FEAT_SPE=true", "cluster.c1.features.FEAT_SPE=true"},
                     2) == std::set<std::string>{"host K el2 ns=1"});
}
