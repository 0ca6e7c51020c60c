// SPDX-License-Identifier: MIT
#include "pe_bench.h"
#include "spe_perf.h"
#include "trace/spe.h"

using namespace sl;
using namespace sl::pe;

namespace {

using trace::Spe;

constexpr u64 buffer = TestBus::ram + 0x10'0000, limit = buffer + 4 * page_size;
constexpr u64 data = TestBus::ram + 0x20'0000, entry = TestBus::ram;
constexpr u64 e0 = 1, e1 = 2, cx = 8, pa = 0x10, ts = 0x20, pct = 0x40;
constexpr u64 stopped = 1u << 17, external = 1u << 18;

/// RAM that the buffer's writes reach.
class RamBus final : public TestBus {
public:
    BusStatus write(u64 at, const void* from, unsigned size, const Initiator& who, u64 now_ps,
                    u64& latency_ps) override
    {
        if (at < ram || at >= ram + ram_size)
            return TestBus::write(at, from, size, who, now_ps, latency_ps);
        std::memcpy(&this->at<u8>(at), from, size);
        return BusStatus::Ok;
    }
};

PeConfig spe_config(bool annotated)
{
    PeConfig c = test_config();
    c.features = test_features({"FEAT_LSE", "FEAT_PAN", "FEAT_VHE", "FEAT_PMUv3", "FEAT_PMUv3p1",
                                "FEAT_SPE", "FEAT_GICv3"});
    c.annotated = annotated;
    return c;
}

/// A PE at EL1 whose code begins with MSR PMSCR_EL1, X0; the buffer is EL1's.
struct Profiled {
    explicit Profiled(u64 pmscr, bool annotated = true)
        : pe{spe_config(annotated), {bus, watch, gic, cohort, nullptr, &observer}},
          spe{{}, pe}
    {
        cohort.add(pe);
        pe.attach(spe);
        pe.power_on(entry, 2, 0, 0);
        set(Reg::MDCR_EL2, 3u << 12 | Pmu::counters); // E2PB, HPMN
        set(Reg::PMSCR_EL2, pa | pct);
        set(Reg::CPACR_EL1, 3u << 20);
        set(Reg::CONTEXTIDR_EL1, 0x1234);
        set(Reg::SPSR_EL2, 0x3c5);
        set(Reg::ELR_EL2, entry);
        pe.eret();
        pe.state().x[0] = pmscr;
        pe.state().x[1] = data;
        set(Reg::PMBPTR_EL1, buffer);
        set(Reg::PMBLIMITR_EL1, limit | 1);
        set(Reg::PMSIRR_EL1, 256);
    }

    void set(Reg reg, u64 value) { pe.set_register(reg, value); }

    u64 get(Reg reg) { return pe.peek_register(reg); }

    void code(std::initializer_list<u32> words)
    {
        u64 at = entry;
        for (const u32 word : words) {
            bus.at<u32>(at) = word;
            at += 4;
        }
        watch.written(entry, at - entry);
    }

    void run(u64 cycles) { pe.run(pe.clock().ps(pe.cycle() + cycles)); }

    std::vector<std::vector<std::string>> records()
    {
        const u64 end = get(Reg::PMBPTR_EL1);
        return test::perf_records({&bus.at<u8>(buffer), &bus.at<u8>(buffer) + (end - buffer)});
    }

    RamBus bus;
    PageWatch watch;
    TestGic gic;
    Cohort cohort;
    TestObserver observer;
    Pe pe;
    Spe spe;
};

constexpr u32 enable = 0xd518'9900; // msr pmscr_el1, x0

/// All kinds of operation, 15 instructions a turn: one is skipped by a taken CBZ.
constexpr unsigned turn[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 16, 14};

void load_mixture(Profiled& p)
{
    p.code({enable,
            0xf940'0022,   //  1 loop: ldr x2, [x1]
            0xf900'0422,   //  2 str x2, [x1, #8]
            0xf823'0024,   //  3 ldadd x3, x4, [x1]
            0xeb03'007f,   //  4 cmp x3, x3
            0x9a84'1065,   //  5 csel x5, x3, x4, ne
            0x54ff'ff61,   //  6 b.ne loop
            0xc85f'fc26,   //  7 ldaxr x6, [x1]
            0xc807'7c26,   //  8 stxr w7, x6, [x1]
            0xfd40'0020,   //  9 ldr d0, [x1]
            0xb400'005f,   // 10 cbz xzr, next
            0xd503'201f,   // 11 nop
            0xf823'003f,   // 12 next: stadd x3, [x1]
            0x9400'0002,   // 13 bl func
            0x17ff'fff3,   // 14 b loop
            0xc89f'fc22,   // 15 func: stlr x2, [x1]
            0xd65f'03c0}); // 16 ret
}

std::string hex(u64 value)
{
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

std::string with(const std::vector<std::string>& record, const std::string& prefix)
{
    for (const std::string& packet : record)
        if (packet.starts_with(prefix))
            return packet;
    return "";
}

/// What perf says of the sample of the instruction at `pc`, but for latencies and the timestamp.
std::string without_times(const std::vector<std::string>& record)
{
    std::string text;
    for (const std::string& packet : record)
        if (!packet.starts_with("LAT") && !packet.starts_with("TS"))
            text += packet + "; ";
    return text;
}

} // namespace

TEST_CASE("Every n-th instruction is sampled, counted from the one behind the enable", "[spe]")
{
    const bool annotated = GENERATE(false, true);
    Profiled p{e1, annotated};
    load_mixture(p);
    p.set(Reg::PMSICR_EL1, 100);
    p.run(60'000);
    const auto records = p.records();
    REQUIRE(records.size() > 30);
    // The instruction that finds the counter zero reloads it: a period is one longer.
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::size_t nth = 99 + i * 257;
        CHECK(with(records[i], "PC") ==
              "PC " + hex(entry + 4 * turn[nth % std::size(turn)]) + " el1 ns=1");
    }
    CHECK(p.spe.statistics().samples - records.size() <= 1);
}

TEST_CASE("perf decodes what each kind of instruction did", "[spe]")
{
    Profiled p{e1 | cx | pa};
    load_mixture(p);
    p.run(20'000);
    const auto at = [](unsigned n) { return hex(entry + 4 * n) + " el1 ns=1; "; };
    const std::string context = "CONTEXT 0x1234 el1; PC ";
    const auto memory = [&](u64 offset) {
        return "VA " + hex(data + offset) + "; PA " + hex(data + offset) + " ns=1 ch=0 pat=0; ";
    };
    const std::string accessed = "EV RETIRED TLB-ACCESS; END; ", done = "EV RETIRED; END; ";
    const std::map<unsigned, std::string> expected{
        {1, memory(0) + "DATA-SOURCE 0; LD GP-REG; " + accessed},
        {2, memory(8) + "ST GP-REG; " + accessed},
        {3, memory(0) + "DATA-SOURCE 0; LD AT; " + accessed},
        {4, "OTHER INSN-OTHER; " + done},
        {5, "OTHER COND-SELECT; EV RETIRED NOT-TAKEN; END; "},
        {6, "B COND; EV RETIRED NOT-TAKEN; END; "},
        {7, memory(0) + "DATA-SOURCE 0; LD EXCL AR; " + accessed},
        {8, memory(0) + "ST EXCL; " + accessed},
        {9, memory(0) + "DATA-SOURCE 0; LD SIMD-FP; " + accessed},
        {10, "TGT " + at(12) + "B COND; " + done},
        {12, memory(0) + "ST AT; " + accessed},
        {13, "TGT " + at(15) + "B; " + done},
        {14, "TGT " + at(1) + "B; " + done},
        {15, memory(0) + "ST AR; " + accessed},
        {16, "TGT " + at(14) + "B IND; " + done},
    };
    const auto records = p.records();
    std::set<unsigned> seen;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const unsigned n = turn[(256 + i * 257) % std::size(turn)];
        CHECK(without_times(records[i]) == context + at(n) + expected.at(n));
        CHECK(with(records[i], "LAT 0 ISSUE") != "");
        seen.insert(n);
    }
    CHECK(seen.size() == std::size(turn));
}

TEST_CASE("Sampling does not change the clock", "[spe]")
{
    const bool annotated = GENERATE(false, true);
    Profiled off{0, annotated}, on{e1 | ts, annotated};
    for (Profiled* const p : {&off, &on}) {
        load_mixture(*p);
        p->run(50'000);
    }
    CHECK(on.get(Reg::PMBPTR_EL1) > buffer + 64 * 20);
    CHECK(on.pe.cycle() == off.pe.cycle());
    CHECK(on.pe.instructions() == off.pe.instructions());
    CHECK(on.pe.state().pc == off.pe.state().pc);
    CHECK(off.get(Reg::PMBPTR_EL1) == buffer);
}

TEST_CASE("A full buffer stops sampling and raises PMBIRQ", "[spe]")
{
    Profiled p{e1};
    load_mixture(p);
    p.set(Reg::PMBLIMITR_EL1, (buffer + page_size) | 1);
    p.run(60'000);
    CHECK(p.get(Reg::PMBPTR_EL1) == buffer + page_size);
    CHECK(p.get(Reg::PMBSR_EL1) == (stopped | 1));
    CHECK(p.gic.ppis[21]);
    CHECK(p.spe.statistics().samples == 64);
    const u64 count = p.get(Reg::PMSICR_EL1);
    p.run(1000);
    CHECK(p.get(Reg::PMSICR_EL1) == count);
    p.set(Reg::PMBPTR_EL1, buffer);
    p.set(Reg::PMBSR_EL1, 0);
    CHECK(!p.gic.ppis[21]);
    p.run(3000);
    CHECK(p.get(Reg::PMBPTR_EL1) > buffer);
}

TEST_CASE("Where nothing answers, an external abort stops the buffer", "[spe]")
{
    Profiled p{e1};
    load_mixture(p);
    const u64 nowhere = 0x1000'0000;
    p.set(Reg::PMBPTR_EL1, nowhere);
    p.set(Reg::PMBLIMITR_EL1, (nowhere + page_size) | 1);
    p.run(2000);
    CHECK(p.get(Reg::PMBSR_EL1) == (stopped | external));
    CHECK(p.get(Reg::PMBPTR_EL1) == nowhere);
    CHECK(p.spe.statistics().lost == 1);
    CHECK(p.gic.ppis[21]);
}

TEST_CASE("Filters keep what they ask for", "[spe]")
{
    constexpr u64 fe = 1, ft = 2, fl = 4, b = 1u << 16, ld = 1u << 17, st = 1u << 18;
    Profiled p{e1};
    load_mixture(p);
    std::set<unsigned> wanted;
    SECTION("branches")
    {
        p.set(Reg::PMSFCR_EL1, ft | b);
        wanted = {6, 10, 13, 14, 16};
    }
    SECTION("loads: atomics that return something too")
    {
        p.set(Reg::PMSFCR_EL1, ft | ld);
        wanted = {1, 3, 7, 9};
    }
    SECTION("stores: all atomics too")
    {
        p.set(Reg::PMSFCR_EL1, ft | st);
        wanted = {2, 3, 8, 12, 15};
    }
    SECTION("nothing asked for: nothing rejected")
    {
        p.set(Reg::PMSFCR_EL1, fe | ft | fl);
        wanted = {std::begin(turn), std::end(turn)};
    }
    SECTION("an event that never happens")
    {
        p.set(Reg::PMSFCR_EL1, fe);
        p.set(Reg::PMSEVFR_EL1, ~u64{0});
        CHECK(p.get(Reg::PMSEVFR_EL1) == 0xaa);
    }
    SECTION("a latency that is never reached")
    {
        p.set(Reg::PMSFCR_EL1, fl);
        p.set(Reg::PMSLATFR_EL1, ~u64{0});
        CHECK(p.get(Reg::PMSLATFR_EL1) == 0xfff);
    }
    p.run(20'000);
    std::set<std::string> expected, seen;
    for (const unsigned n : wanted)
        expected.insert("PC " + hex(entry + 4 * n) + " el1 ns=1");
    if (p.get(Reg::PMBPTR_EL1) > buffer)
        for (const auto& record : p.records())
            seen.insert(with(record, "PC"));
    CHECK(seen == expected);
    const Spe::Statistics s = p.spe.statistics();
    CHECK(s.samples - (s.filtered + s.buffer.records) <= 1);
}

TEST_CASE("The PMU counts the population, its samples, and those that filters let pass", "[spe]")
{
    constexpr u64 ft = 2, b = 1u << 16;
    Profiled p{e1};
    load_mixture(p);
    p.set(Reg::PMSFCR_EL1, ft | b);
    p.set(Reg::PMCR_EL0, 1);
    p.set(Reg::PMEVTYPER0_EL0, 0x4000);
    p.set(Reg::PMEVTYPER1_EL0, 0x4001);
    p.set(Reg::PMEVTYPER2_EL0, 0x4002);
    p.set(Reg::PMEVTYPER3_EL0, 0x4003);
    p.set(Reg::PMEVTYPER4_EL0, 0x0008); // INST_RETIRED
    p.set(Reg::PMCNTENSET_EL0, 0x1f);
    CHECK(p.get(Reg::PMCEID0_EL0) >> 32 == 0xf);
    p.run(20'000);
    const Spe::Statistics s = p.spe.statistics();
    REQUIRE(s.buffer.records > 5);
    // The MSR that begins it is not sampled; an instruction in flight may be.
    const u64 retired = p.get(Reg::PMEVCNTR4_EL0) - 1, population = p.get(Reg::PMEVCNTR0_EL0);
    CHECK((population == retired || population == retired + 1));
    CHECK(p.get(Reg::PMEVCNTR1_EL0) == s.samples);
    CHECK(p.get(Reg::PMEVCNTR2_EL0) == s.buffer.records);
    CHECK(p.get(Reg::PMEVCNTR3_EL0) == 0);
    // Stopped, there is nothing to sample.
    p.set(Reg::PMSCR_EL1, 0);
    const u64 stopped_at = p.get(Reg::PMEVCNTR0_EL0);
    p.run(1'000);
    CHECK(p.get(Reg::PMEVCNTR0_EL0) == stopped_at);
    CHECK(p.get(Reg::PMEVCNTR4_EL0) > retired + 100);
}

TEST_CASE("Jitter lengthens intervals by 1 to 255, the same way each time", "[spe]")
{
    const auto intervals = [] {
        Profiled p{e1};
        p.code({enable, 0xd503'201f, 0x17ff'ffff}); // nop; b .-4
        p.set(Reg::PMSIRR_EL1, 256 | 1);
        std::vector<u64> found;
        u64 before = 0;
        for (unsigned i = 0; i < 20'000; ++i) {
            p.run(1);
            if (const u64 now = p.spe.statistics().samples; now != before) {
                before = now;
                found.push_back(p.pe.instructions());
            }
        }
        return found;
    };
    const std::vector<u64> found = intervals();
    REQUIRE(found.size() > 20);
    std::set<u64> lengths;
    for (std::size_t i = 1; i < found.size(); ++i) {
        lengths.insert(found[i] - found[i - 1]);
        CHECK(found[i] - found[i - 1] > 250);
        CHECK(found[i] - found[i - 1] < 520);
    }
    CHECK(lengths.size() > 10);
    CHECK(intervals() == found);
}

TEST_CASE("An exception ends a sample: taken instead, by it, or after it", "[spe]")
{
    Profiled p{e1};
    p.set(Reg::VBAR_EL1, TestBus::ram + 0x1000);
    p.bus.at<u32>(TestBus::ram + 0x1200) = 0x1400'0000; // b .
    p.set(Reg::PMSICR_EL1, 2);
    std::string expected;
    SECTION("SVC is executed")
    {
        p.code({enable, 0xd503'201f, 0xd400'0001});
        expected = "OTHER INSN-OTHER; EV EXCEPTION-GEN RETIRED; END; ";
    }
    SECTION("a load that faults is not, and has no address")
    {
        p.code({enable, 0xd503'201f, 0xf940'0122}); // ldr x2, [x9]
        p.pe.state().x[9] = 0x1000'0000'0000'0000;
        expected = "LD GP-REG; EV EXCEPTION-GEN; END; ";
    }
    p.run(50);
    p.set(Reg::PMBLIMITR_EL1, 0);
    const auto records = p.records();
    REQUIRE(records.size() == 1);
    CHECK(without_times(records[0]) == "PC " + hex(entry + 8) + " el1 ns=1; " + expected);
}

TEST_CASE("Who is profiled: the owner's levels, as PMSCR_ELx says", "[spe]")
{
    Profiled p{e0 | e1};
    p.code({enable});
    p.run(2);
    const auto profiles = [&](u8 el, u64 mdcr, u64 hcr, u64 pmscr1, u64 pmscr2) {
        p.set(Reg::MDCR_EL2, mdcr << 12);
        p.set(Reg::PMSCR_EL1, pmscr1);
        p.set(Reg::PMSCR_EL2, pmscr2);
        p.pe.state().el = el;
        p.set(Reg::HCR_EL2, hcr);
        return p.spe.profiling();
    };
    constexpr u64 e2h = u64{1} << 34, tge = u64{1} << 27, el1 = 3, el2 = 0;
    CHECK(profiles(1, el1, 0, e1, 0));
    CHECK(!profiles(1, el1, 0, e0, 3));
    CHECK(profiles(0, el1, 0, e0, 0));
    CHECK(!profiles(0, el1, 0, e1, 3));
    CHECK(!profiles(2, el1, 0, 3, 3)); // above its owner
    CHECK(profiles(2, el2, 0, 0, 2));
    CHECK(!profiles(2, el2, 0, 3, 1));
    CHECK(profiles(1, el2, 0, e1, 0)); // a guest whose PMSCR_EL1 was left open
    CHECK(!profiles(1, el2, e2h, 0, 3));
    CHECK(profiles(0, el2, e2h | tge, 0, 1));
    CHECK(!profiles(0, el2, e2h | tge, 3, 2));
    CHECK(!profiles(0, el1, e2h | tge, 3, 3));
    p.set(Reg::PMBSR_EL1, stopped);
    CHECK(!profiles(1, el1, 0, e1, 0));
}

TEST_CASE("PMSIDR_EL1 and PMBIDR_EL1 tell the truth, traps keep EL1 out", "[spe]")
{
    Profiled p{0};
    u64 value = 0;
    const auto read = [&](Reg reg) {
        return p.pe.read_sysreg(a64::SysKey{sysreg::describe(reg).key}, 5, value);
    };
    REQUIRE(read(Reg::PMSIDR_EL1));
    CHECK(value == 0x2'601f);
    REQUIRE(read(Reg::PMBIDR_EL1));
    CHECK(value == 6);
    CHECK(bits(p.get(Reg::ID_AA64DFR0_EL1), 35, 32) == 1);
    SECTION("MDCR_EL2.TPMS")
    {
        p.set(Reg::MDCR_EL2, 3u << 12 | 1u << 14);
        REQUIRE(read(Reg::PMBLIMITR_EL1));
        CHECK(!read(Reg::PMSICR_EL1));
    }
    SECTION("MDCR_EL2.E2PB: EL2 owns the buffer")
    {
        p.set(Reg::MDCR_EL2, 0);
        REQUIRE(read(Reg::PMSCR_EL1));
        REQUIRE(read(Reg::PMBIDR_EL1));
        CHECK(value == (6 | 1u << 4));
        CHECK(!read(Reg::PMBSR_EL1));
    }
    SECTION("MDCR_EL2.E2PB: EL1 owns it, and may not touch it")
    {
        p.set(Reg::MDCR_EL2, 2u << 12);
        REQUIRE(read(Reg::PMBIDR_EL1));
        CHECK(value == 6);
        CHECK(!read(Reg::PMBPTR_EL1));
    }
    if (p.pe.el() == 2)
        CHECK(p.get(Reg::ESR_EL2) >> 26 == 0x18);
}

TEST_CASE("A DSB waits for the records before the last PSB CSYNC", "[spe]")
{
    Profiled p{e1, false};
    // enable; 3 x nop; msr pmscr_el1, xzr; psb csync; dsb nsh; b .
    p.code({enable, 0xd503'201f, 0xd503'201f, 0xd503'201f, 0xd518'991f, 0xd503'223f, 0xd503'379f,
            0x1400'0000});
    p.set(Reg::PMSICR_EL1, 3);
    SECTION("a record is on its way")
    {
        p.run(90);
        CHECK(p.pe.cycle() >= 100); // 100 ns at 1 GHz
    }
    SECTION("none is")
    {
        p.set(Reg::PMSICR_EL1, 1000);
        p.run(90);
        CHECK(p.pe.cycle() < 100);
    }
    CHECK(p.spe.statistics().drains == 1);
}
