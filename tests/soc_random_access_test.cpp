// SPDX-License-Identifier: MIT
// Every component of a platform under accesses of any kind: 100,000 reads and as many writes each,
// all sizes and alignments. Nothing crashes or hangs, and reserved bits stay reserved. Which bits
// there are is said here once more, from the manuals: of the CoreSight components (SoC-400 TRM DDI
// 0480, TMC TRM DDI 0461, STM-500 TRM DDI 0528), of the PL011 (DDI 0183), and of the ETE's and the
// TRBE's system registers (DDI 0487).
#include "common/tlm_initiator.h"
#include "gic_reserved.h"
#include "soc_elaborated.h"
#include "soc_prober.h"
#include "sysreg/tables.h"

#include <array>
#include <random>
#include <set>

using namespace sl;
using namespace sl::test;
using namespace sl::coresight;

namespace {

using Component = coresight::Component;

/// Bits that may ever read as 1; an offset that is not here reads as 0.
using Bits = std::map<u32, u64>;

/// Registers from `offset` on with the same bits.
void add(Bits& bits, u32 offset, unsigned count, u64 mask)
{
    for (u32 n = 0; n < count; ++n)
        bits[offset + 4 * n] = mask;
}

Bits managed(Bits own)
{
    own[Component::CLAIMSET] = own[Component::CLAIMCLR] = 0xf;
    own[Component::LSR] = 0x7;
    own[Component::AUTHSTATUS] = 0xff;
    own[Component::DEVARCH] = own[Component::DEVID] = ones(32);
    own[Component::DEVTYPE] = 0xff;
    add(own, Component::PIDR4, 8, 0xff);
    add(own, Component::CIDR0, 4, 0xff);
    return own;
}

Bits funnel_bits(unsigned ports)
{
    return managed({{Funnel::FUNCTL, 0xf00 | ones(ports)}, {Funnel::PRICTL, ones(3 * ports)}});
}

Bits tmc_bits(const config::TraceComponent& t)
{
    const bool etr = t.is("etr");
    const u64 bytes = etr ? ones(32) : t.size - 1, words = etr ? ones(32) : t.size / 4 - 1;
    Bits bits{{Tmc::RSZ, etr ? ones(31) : t.size / 4},
              {Tmc::STS, 0x3f},
              {Tmc::RRD, ones(32)},
              {Tmc::RRP, bytes},
              {Tmc::RWP, bytes},
              {Tmc::TRG, words},
              {Tmc::CTL, 0x1},
              {Tmc::MODE, 0x3},
              {Tmc::LBUFLEVEL, ones(32)},
              {Tmc::CBUFLEVEL, ones(32)},
              {Tmc::BUFWM, etr ? ones(31) : words},
              {Tmc::FFSR, 0x3},
              {Tmc::FFCR, 0x3773},
              {Tmc::PSCR, 0x1f}};
    if (etr) {
        bits[Tmc::RRPHI] = bits[Tmc::RWPHI] = bits[Tmc::DBAHI] = 0xff;
        bits[Tmc::AXICTL] = 0xfbf;
        bits[Tmc::DBALO] = ones(32);
    }
    return managed(std::move(bits));
}

Bits tpiu_bits()
{
    return managed({{Tpiu::SUPPORTED_PORT_SIZES, ones(32)},
                    {Tpiu::CURRENT_PORT_SIZE, ones(32)},
                    {Tpiu::SUPPORTED_TRIGGER_MODES, 0x3'011f},
                    {Tpiu::TRIGGER_COUNTER, 0xff},
                    {Tpiu::TRIGGER_MULTIPLIER, 0x1f},
                    {Tpiu::FFSR, 0x7},
                    {Tpiu::FFCR, 0x3773},
                    {Tpiu::FSCR, 0xfff}});
}

Bits cti_bits()
{
    Bits bits{
        {Cti::CTICONTROL, 0x1},        {Cti::CTIAPPSET, 0xf},     {Cti::CTITRIGINSTATUS, 0xff},
        {Cti::CTITRIGOUTSTATUS, 0xff}, {Cti::CTICHINSTATUS, 0xf}, {Cti::CTICHOUTSTATUS, 0xf},
        {Cti::CTIGATE, 0xf},           {Cti::ASICCTL, 0xff},      {Cti::ITCHIN, 0xf},
        {Cti::ITTRIGIN, 0xff},         {Component::ITCTRL, 0x1}};
    add(bits, Cti::CTIINEN, Cti::triggers, 0xf);
    add(bits, Cti::CTIOUTEN, Cti::triggers, 0xf);
    return managed(std::move(bits));
}

Bits stm_bits()
{
    return managed({{Stm::STMSPER, ones(32)},
                    {Stm::STMSPTER, ones(32)},
                    {Stm::STMSPTRIGCSR, 0x1b},
                    {Stm::STMTCSR, 0xff'0027},
                    {Stm::STMTSFREQR, ones(32)},
                    {Stm::STMSYNCR, 0x1ff8},
                    {Stm::STMSPFEAT1R, ones(32)},
                    {Stm::STMSPFEAT2R, ones(32)},
                    {Stm::STMSPFEAT3R, ones(32)}});
}

Bits uart_bits()
{
    using U = uart::Pl011;
    Bits bits{{U::DR, 0xfff},    {U::RSR, 0xf},    {U::FR, 0x1ff},   {U::ILPR, 0xff},
              {U::IBRD, 0xffff}, {U::FBRD, 0x3f},  {U::LCR_H, 0xff}, {U::CR, 0xff87},
              {U::IFLS, 0x3f},   {U::IMSC, 0x7ff}, {U::RIS, 0x7ff},  {U::MIS, 0x7ff},
              {U::DMACR, 0x7}};
    add(bits, U::PeriphID, 8, 0xff);
    return bits;
}

/// What a window of the bus holds.
struct Window {
    std::string name;
    u64 base, size;
    std::function<u64(u32 offset)> bits;
    std::vector<u32> registers; ///< offsets worth more accesses than others
    bool lock = false;          ///< has a Software Lock
};

Window window(const std::string& name, u64 base, const Bits& bits, bool lock)
{
    Window w{name,
             base,
             config::coresight_size,
             [bits](u32 offset) {
                 const auto found = bits.find(offset);
                 return found == bits.end() ? 0 : found->second;
             },
             {},
             lock};
    for (const auto& [offset, mask] : bits)
        if (offset < Component::AUTHSTATUS)
            w.registers.push_back(offset);
    return w;
}

/// configs/coresight.toml with the components that it lacks: an STM at its funnel, another one with
/// an ETB of its own, cross triggers, a second ETR that takes flat buffers only.
std::string everything()
{
    return contents(SOURCE "/configs/coresight.toml") + R"(
[[trace]]
name = "stm"
kind = "stm"
to = "funnel"

[[trace]]
name = "stm2"
kind = "stm"
stimulus = 0x0e00_0000
to = "replicator2"

[[trace]]
name = "replicator2"
kind = "replicator"
to = ["etb", "etr2"]

[[trace]]
name = "etb"
kind = "etb"
size = "1 KiB"

[[trace]]
name = "etr2"
kind = "etr"
scatter_gather = false
spi = 50

[[trace]]
name = "cti"
kind = "cti"
inputs = ["etr.full", "etb.full", "etf.acqcomp", "stm.software", "stm2.port"]
outputs = ["etr.trigger", "etf.flush", "gic.41", "tpiu.flush", "etb.flush"]

[[trace]]
name = "cti2"
kind = "cti"
inputs = ["etb.acqcomp"]
outputs = ["tpiu.trigger", "etb.trigger", "gic.42"]
)";
}

std::vector<Window> windows(const config::Config& c)
{
    std::vector<Window> all;
    const auto links = config::atb_links(c);
    for (const config::TraceComponent& t : c.trace) {
        const auto has = [&](const Bits& bits) {
            all.push_back(window(t.name, c.trace_base(t), bits, true));
        };
        if (t.is("funnel"))
            has(funnel_bits(config::atb_inputs(t, links)));
        else if (t.is("replicator"))
            has(managed({{Replicator::IDFILTER0, 0xff}, {Replicator::IDFILTER1, 0xff}}));
        else if (t.is("etb") || t.is("etf") || t.is("etr"))
            has(tmc_bits(t));
        else if (t.is("tpiu"))
            has(tpiu_bits());
        else if (t.is("cti"))
            has(cti_bits());
        else if (t.is("stm"))
            has(stm_bits());
    }
    all.push_back(window("uart0", c.uarts.at(0).base, uart_bits(), false));
    all.push_back({"GICD",
                   c.gic.distributor,
                   config::gicd_size,
                   [](u32 offset) { return ~u64{gic::reserved_gicd(offset, false)}; },
                   {}});
    all.push_back({"GICR",
                   c.gic.redistributors,
                   c.pes() * u64{gic::Redistributor::frame_size},
                   [](u32 offset) {
                       return ~u64{
                           gic::reserved_gicr(offset % gic::Redistributor::frame_size, false)};
                   },
                   {}});
    return all;
}

/// What has been told of, so that one mistake is not told 100,000 times.
class Mistakes {
public:
    void expect_zero(u64 wrong, const std::string& where, u64 offset)
    {
        if (wrong && told_.insert({where, offset}).second) {
            INFO(where << " offset " << std::hex << offset << ": reserved bits " << wrong);
            CHECK(false);
        }
    }

private:
    std::set<std::pair<std::string, u64>> told_;
};

class Abuse {
public:
    explicit Abuse(Elaborated& e)
        : e_{e},
          windows_{windows(e.config)}
    {
    }

    void run()
    {
        for (const Window& w : windows_) {
            u64 reads = 0, writes = 0;
            while (reads < 100'000 || writes < 100'000) {
                ++(access(w) ? writes : reads);
                if (random_() % 4 == 0)
                    stimulate();
                if ((reads + writes) % 64 == 0)
                    sc_core::wait(sc_core::sc_time(200, sc_core::SC_NS));
            }
            still_answers(w);
        }
    }

private:
    u64 now() const { return to_ps(sc_core::sc_time_stamp()); }

    /// A value; often an address that leads somewhere, a component's registers included.
    u64 value()
    {
        switch (random_() % 8) {
        case 0:
            return random_() % 16;
        case 1:
            return Component::unlock_key;
        case 2:
            return 0x4800'0000 + random_() % 0x10'0000;
        case 3: {
            const Window& w = windows_[random_() % windows_.size()];
            return w.base + random_() % 0x400;
        }
        default:
            return random_();
        }
    }

    /// True: it was a write.
    bool access(const Window& w)
    {
        u64 offset = random_() % w.size;
        if (!w.registers.empty() && random_() % 4)
            offset = w.registers[random_() % w.registers.size()];
        unsigned bytes = 4;
        if (random_() % 4 == 0) {
            bytes = 1 + static_cast<unsigned>(random_() % 16);
            offset += random_() % 8;
        }
        const bool write = random_() % 2;
        const Initiator who{.pe = static_cast<u16>(random_() % e_.platform.pes()),
                            .secure = random_() % 8 == 0};
        u64 data[2] = {value(), random_()}, latency = 0;
        if (w.lock && random_() % 16 == 0) {
            u32 key = static_cast<u32>(Component::unlock_key);
            bus().write(w.base + Component::LAR, &key, 4, who, now(), latency);
        }
        if (write) {
            bus().write(w.base + offset, data, bytes, who, now(), latency);
            return true;
        }
        const auto status = bus().read(w.base + offset, data, bytes, who, now(), latency);
        if (status == BusStatus::Ok && bytes <= 4)
            mistakes_.expect_zero(data[0] & ones(8 * bytes) &
                                      ~(w.bits(offset & ~3u) >> 8 * (offset % 4)),
                                  w.name, offset);
        return false;
    }

    /// Software writes to stimulus ports, characters arrive at the UART.
    void stimulate()
    {
        u64 data = random_(), latency = 0;
        const u64 ports = random_() % 2 ? 0x0d00'0000 : 0x0e00'0000;
        bus().write(ports + random_() % 0x1'0000, &data, 1u << random_() % 4, {}, now(), latency);
        if (random_() % 8 == 0)
            e_.platform.uart(0).receive(static_cast<u8>(data), now());
    }

    void still_answers(const Window& w)
    {
        u32 word = 0;
        u64 latency = 0;
        INFO(w.name);
        CHECK(bus().read(w.base + 0xff0, &word, 4, {}, now(), latency) == BusStatus::Ok);
        if (w.lock)
            CHECK(word == 0x0d); // CIDR0
    }

    Bus& bus() { return e_.platform.pe(0).bus(); }

    Elaborated& e_;
    std::vector<Window> windows_;
    std::mt19937_64 random_{1};
    Mistakes mistakes_;
};

} // namespace

TEST_CASE("any access to any component of a platform leaves it whole", "[soc][random]")
{
    Elaborated e{everything()};
    bool done = false;
    const Prober prober{"prober", [&] {
                            Abuse{e}.run();
                            done = true;
                            sc_core::sc_stop();
                        }};
    sc_core::sc_start();
    CHECK(done);
}

TEST_CASE("an ETR whose pointers lead to registers of ETRs ends in a bus error", "[soc][random]")
{
    Elaborated e{everything()};
    bool done = false;
    const Prober prober{
        "prober", [&] {
            Bus& bus = e.platform.pe(0).bus();
            const u64 etr = e.config.trace_base(*config::find_trace(e.config, "etr")),
                      etr2 = e.config.trace_base(*config::find_trace(e.config, "etr2"));
            u64 latency = 0;
            const auto write = [&](u64 pa, u32 word) { bus.write(pa, &word, 4, {}, 0, latency); };
            const auto read = [&](u64 pa) {
                u32 word = 0;
                bus.read(pa, &word, 4, {}, 0, latency);
                return word;
            };
            for (const u64 base : {etr, etr2})
                write(base + Component::LAR, static_cast<u32>(Component::unlock_key));
            // RRD reads the word at RRP: its own, or that of the other one, which reads this one's.
            write(etr + Tmc::RRP, static_cast<u32>(etr) + Tmc::RRD);
            CHECK(read(etr + Tmc::RRD) == ~0u);
            write(etr + Tmc::RRP, static_cast<u32>(etr2) + Tmc::RRD);
            write(etr2 + Tmc::RRP, static_cast<u32>(etr) + Tmc::RRD);
            CHECK(read(etr + Tmc::RRD) == ~0u);
            done = true;
        }};
    sc_core::sc_start(sc_core::sc_time{1, sc_core::SC_NS});
    CHECK(done);
}

namespace {

/// A system register: the bits that it has, and those that are always 1.
struct Sysreg {
    u64 bits, ones = 0;
};

/// Those of an ETEv1.0 with the resources that `core` names, without EL3 and FEAT_VHE, and of a
/// TRBE. All others of their space are UNDEFINED.
std::map<u16, Sysreg> trace_sysregs()
{
    std::map<u16, Sysreg> all;
    const auto trc = [&](unsigned crn, unsigned crm, unsigned op2, u64 bits, u64 fixed = 0) {
        all[a64::SysKey::of(2, 1, crn, crm, op2).value] = {bits, fixed};
    };
    const auto trb = [&](unsigned op2, u64 bits) {
        all[a64::SysKey::of(3, 0, 9, 11, op2).value] = {bits};
    };
    constexpr u64 event = 0x9f;      // TYPE, SEL
    trc(0, 0, 1, 0x7f);              // TRCTRACEIDR
    trc(0, 0, 2, 0x70'0e00 | event); // TRCVICTLR: EXLEVEL_NS_EL2:0, TRCERR, TRCRESET, SSSTATUS
    trc(0, 1, 0, 0x1);               // TRCPRGCTLR
    trc(0, 1, 2, 0x000f'000f);       // TRCVIIECTLR: four pairs
    trc(0, 2, 2, 0x00ff'00ff);       // TRCVISSCTLR: eight comparators
    trc(0, 3, 0, 0x3);               // TRCSTATR
    trc(0, 4, 0, 0x18d9, 0x1);       // TRCCONFIGR: RS, TS, VMID, CID, CCI, BB; bit 0 is RES1
    trc(0, 6, 0, 0);                 // TRCAUXCTLR
    trc(0, 8, 0, 0x9f9f'9f9f);       // TRCEVENTCTL0R
    trc(0, 9, 0, 0xf);               // TRCEVENTCTL1R: INSTEN
    trc(0, 10, 0, 0x1f0f);           // TRCRSR: TA, EVENT, EXTIN
    trc(0, 11, 0, 0x210f);           // TRCSTALLCTLR: NOOVERFLOW, ISTALL, LEVEL
    trc(0, 12, 0, event);            // TRCTSCTLR
    trc(0, 13, 0, 0x1f);             // TRCSYNCPR
    trc(0, 14, 0, 0xfff);            // TRCCCCTLR
    trc(0, 15, 0, 0x10f);            // TRCBBCTLR: MODE, four ranges
    for (unsigned n = 0; n < 3; ++n)
        trc(0, n, 4, event << 8 | event); // TRCSEQEVR<n>
    trc(0, 6, 4, event);                  // TRCSEQRSTEVR
    trc(0, 7, 4, 0x3);                    // TRCSEQSTR
    for (unsigned n = 0; n < 4; ++n)
        trc(0, 8 + n, 4, 0xffff); // TRCEXTINSELR<n>
    for (unsigned n = 0; n < 2; ++n) {
        trc(0, n, 5, 0xffff);                      // TRCCNTRLDVR<n>
        trc(0, 4 + n, 5, 0x1'9f9f | u64{n} << 17); // TRCCNTCTLR<n>: CNTCHAIN of the odd one
        trc(0, 8 + n, 5, 0xffff);                  // TRCCNTVR<n>
    }
    for (unsigned n = 0; n < 14; ++n) // TRCIDR8 to TRCIDR13, TRCIDR0 to TRCIDR7
        trc(0, n < 6 ? n : n + 2, n < 6 ? 6 : 7, ones(32));
    trc(0, 0, 7, 0);    // TRCIMSPEC0
    trc(1, 1, 4, 0x1b); // TRCOSLSR
    for (unsigned n = 2; n < 16; ++n)
        trc(1, n, 0, n % 2 ? 0x1f'ffff : 0x3f'ffff); // TRCRSCTLR<n>: PAIRINV of the even one
    trc(1, 0, 2, 0x010f'00ff);                       // TRCSSCCR0: RST, ARC, SAC
    trc(1, 8, 2, 0xc000'0001, 0x1);                  // TRCSSCSR0: STATUS, PENDING, INST
    for (unsigned n = 0; n < 8; ++n) {
        trc(2, 2 * n, 0, ~u64{0}); // TRCACVR<n>
        trc(2, 2 * n, 2, 0x700c);  // TRCACATR<n>: EXLEVEL_NS_EL2:0, CONTEXTTYPE
    }
    trc(3, 0, 0, ones(32));        // TRCCIDCVR0
    trc(3, 0, 1, ones(32));        // TRCVMIDCVR0
    trc(3, 0, 2, 0xf);             // TRCCIDCCTLR0
    trc(3, 2, 2, 0xf);             // TRCVMIDCCTLR0
    trc(7, 2, 7, ones(32));        // TRCDEVID
    trc(7, 8, 6, 0x3, 0x3);        // TRCCLAIMSET
    trc(7, 9, 6, 0x3);             // TRCCLAIMCLR
    trc(7, 14, 6, 0xff);           // TRCAUTHSTATUS
    trc(7, 15, 6, ones(32));       // TRCDEVARCH
    trb(0, ~u64{0xf80});           // TRBLIMITR_EL1
    trb(1, ~u64{0});               // TRBPTR_EL1
    trb(2, ~u64{0xfff});           // TRBBASER_EL1
    trb(3, 0x00ff'ffff'fc76'ffff); // TRBSR_EL1: MSS2, EC, IRQ, TRG, WRAP, EA, S, MSS
    trb(4, 0x3ff);                 // TRBMAR_EL1: SH, Attr
    trb(6, ones(32));              // TRBTRG_EL1
    trb(7, 0xffff);                // TRBIDR_EL1
    return all;
}

} // namespace

namespace {

/// Random MRS and MSR by PE 0, which traces what it executes.
class RegisterAbuse {
public:
    explicit RegisterAbuse(Elaborated& e)
        : pe_{e.platform.pe(0)}
    {
    }

    void run()
    {
        while (reads < 100'000 || writes < 100'000) {
            if (random_() % 2)
                write();
            else
                read();
            if (below(1024) == 0)
                trace_everything();
            if (below(64) == 0) {
                constexpr u64 trfcr = 0x6b; // TS, CX, E2TRE, E0HTRE
                set(pe::Reg::TRFCR_EL2, random_() & trfcr);
                sc_core::wait(from_ps(100'000 + random_() % 400'000));
            }
        }
    }

    u64 reads = 0, writes = 0, undefined = 0;

private:
    static constexpr u64 buffer = 0x4800'0000;

    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

    /// One in four is anything in the space of these registers.
    a64::SysKey key()
    {
        if (below(4))
            return {std::next(known_.begin(), below(static_cast<unsigned>(known_.size())))->first};
        if (below(8))
            return a64::SysKey::of(2, 1, below(8), below(16), below(8));
        return a64::SysKey::of(3, 0, 9, 11, below(8));
    }

    void set(pe::Reg reg, u64 value)
    {
        pe_.write_sysreg(a64::SysKey{sysreg::describe(reg).key}, 1, value);
    }

    /// As a driver would program them, so that what follows meets a unit at work.
    void trace_everything()
    {
        using enum pe::Reg;
        set(OSLAR_EL1, 0);
        set(TRCPRGCTLR, 0);
        set(TRCVICTLR, 0x201); // SSSTATUS, the resource TRUE
        set(TRCVIIECTLR, 0);
        set(TRCVISSCTLR, 0);
        set(TRBLIMITR_EL1, 0);
        set(TRBBASER_EL1, buffer);
        set(TRBPTR_EL1, buffer);
        set(TRBSR_EL1, 0);
        set(TRBLIMITR_EL1, (buffer + 0x4000) | 1 | below(4) << 1);
        set(TRCPRGCTLR, 1);
        set(TRFCR_EL2, 0x3);
        sc_core::wait(from_ps(1'000'000));
    }

    void write()
    {
        u64 value = random_();
        if (below(4) == 0)
            value &= 0xf;
        else if (below(4) == 0) // where trace may go
            value = buffer + (value & 0xf'f07f);
        ++writes;
        undefined += !pe_.write_sysreg(key(), 1, value);
    }

    void read()
    {
        const a64::SysKey reg = key();
        u64 value = 0;
        const bool there = pe_.read_sysreg(reg, 1, value);
        const auto known = known_.find(reg.value);
        ++reads;
        undefined += !there;
        if (there != (known != known_.end()))
            mistakes_.expect_zero(1, there ? "present" : "UNDEFINED", reg.value);
        else if (there)
            mistakes_.expect_zero((value & ~known->second.bits) | (~value & known->second.ones),
                                  "system register", reg.value);
    }

    a64::Environment& pe_;
    const std::map<u16, Sysreg> known_ = trace_sysregs();
    std::mt19937_64 random_{2};
    Mistakes mistakes_;
};

} // namespace

TEST_CASE("any access to trace system registers leaves reserved bits reserved", "[soc][random]")
{
    // Software that goes round in a circle, and the same behind its vectors.
    constexpr u64 code = 0x4100'0000, vectors = 0x4100'1000;
    Elaborated e{everything()};
    for (u64 pa = code; pa < vectors + page_size; pa += 4)
        e.platform.write(pa, std::array<u8, 4>{0x00, 0x00, 0x00, 0x14}); // b .
    e.platform.power_on(0, code, 2, 0);
    RegisterAbuse abuse{e};
    const Prober prober{"prober", [&] {
                            sc_core::wait(from_ps(10'000));
                            e.platform.pe(0).set_register(pe::Reg::VBAR_EL2, vectors);
                            abuse.run();
                            sc_core::sc_stop();
                        }};
    sc_core::sc_start();
    CHECK(abuse.undefined > 10'000);
    const auto counts = e.platform.trace_unit(0)->statistics();
    CHECK(counts.ete.bytes > 10'000);
    CHECK(counts.trbe.written > 1000);
}
