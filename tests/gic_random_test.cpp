// SPDX-License-Identifier: MIT
#include "gic_bench.h"
#include "gic_reserved.h"

#include <random>

using namespace sl;
using namespace sl::gic;

TEST_CASE("any access to any address leaves reserved bits reserved", "[gic][random]")
{
    for (const bool security : {false, true}) {
        Bench b{security ? Bench::secure_pes() : Bench::two_pes()};
        std::mt19937_64 random{security ? 2u : 1u};
        const auto frame = [&](bool gicd, unsigned pe) -> RegBank& {
            return gicd ? b.gic.distributor().registers() : b.gic.redistributor(pe).registers();
        };
        const auto is_fixed = [](u64 data, u32 reserved) { return (data & reserved) == 0; };
        for (unsigned i = 0; i < 100'000; ++i) {
            const u64 dice = random();
            const bool gicd = bit(dice, 0);
            const unsigned pe = bit(dice, 1), bytes = 1u << bits(dice, 3, 2);
            const RegAccess access{
                {.pe = static_cast<u16>(bit(dice, 4)), .secure = bit(dice, 5)}, i, false};
            // Half of the accesses go to where the registers are dense.
            u32 offset = static_cast<u32>(bits(dice, 63, 32)) % (gicd ? 0x1'0000 : 0x2'0000);
            if (bit(dice, 6))
                offset &= 0x1'0fff;
            if (gicd)
                offset &= 0xffff;
            offset &= ~(bytes - 1);
            u64 data = random();
            if (bit(dice, 7)) {
                frame(gicd, pe).write(offset, bytes, access, data);
            } else if (frame(gicd, pe).read(offset, bytes, access, data) == RegStatus::Ok) {
                const u32 word = offset & ~3u;
                const u32 reserved =
                    gicd ? reserved_gicd(word, security) : reserved_gicr(word, security);
                if (bytes <= 4 && !is_fixed(data << 8 * (offset % 4), reserved)) {
                    INFO("offset " << std::hex << offset << " data " << data);
                    CHECK(false);
                }
            } else {
                CHECK(data == 0);
            }
            if (bit(dice, 8)) {
                b.gic.set_spi(32 + static_cast<unsigned>(bits(dice, 14, 9)), bit(dice, 15), i);
                b.gic.set_ppi(pe, 16 + static_cast<unsigned>(bits(dice, 19, 16)), bit(dice, 20), i);
            }
        }
        CHECK(b.gicd(Distributor::IIDR) == 0x43b);
        CHECK(b.gicr(1, Redistributor::TYPER, 8) == 0x1'0000'0130);
    }
}

TEST_CASE("the cached choice is the one that a search of all interrupts makes", "[gic][random]")
{
    for (const bool security : {false, true}) {
        Config c;
        c.affinities = {0x0000, 0x0001, 0x0100};
        c.spis = 96;
        c.security = security;
        Bench b{c};
        std::mt19937_64 random{7};
        auto& d = b.gic.distributor();

        const auto best = [&](unsigned pe) {
            Candidate winner;
            auto& r = b.gic.redistributor(pe);
            if (r.asleep())
                return winner;
            for (unsigned intid = 0; intid < c.intids(); ++intid) {
                const InterruptBlock& s = intid < 32 ? r.privates() : d.spis(intid / 32);
                const unsigned n = intid % 32;
                const Group g = s.group_of(n, d.single_state());
                bool here = intid < 32 || d.target(intid) == static_cast<int>(pe);
                if (intid >= 32 && d.one_of_n(intid)) {
                    unsigned first = 0;
                    while (first < 3 && !b.gic.redistributor(first).participates(g))
                        ++first;
                    here = first == pe;
                }
                if (here && bit(s.enabled, n) && bit(s.pending(), n) && !bit(s.active, n) &&
                    d.group_enabled(g) && r.is_open(g) && s.priority[n] < winner.priority)
                    winner = {static_cast<u16>(intid), s.priority[n], g};
            }
            return winner;
        };

        for (unsigned i = 0; i < 20'000; ++i) {
            const u64 dice = random();
            const unsigned pe = static_cast<unsigned>(bits(dice, 7, 0) % 3);
            const unsigned intid = 32 + static_cast<unsigned>(bits(dice, 15, 8)) % c.spis;
            const u32 word = static_cast<u32>(random()), block = 4 * (intid / 32);
            switch (bits(dice, 20, 16)) {
            case 0:
                b.set_gicd(Distributor::CTLR, word & 0x7, 4, Bench::S);
                break;
            case 1:
                b.set_gicr(pe, Redistributor::WAKER, word & 2, 4, Bench::S);
                break;
            case 2:
                b.write(pe, Reg::ICC_IGRPEN0_EL1, word & 1, b.at(3));
                b.write(pe, Reg::ICC_IGRPEN1_EL3, word >> 1 & 3, b.at(3));
                break;
            case 3:
                b.set_gicd(Distributor::IROUTER + 8 * intid,
                           (word & 0x8000'0000) | (word & 1) << 8 | (word >> 1 & 1), 8, Bench::S);
                break;
            case 4:
            case 5:
                b.set_gicd((bit(word, 0) ? Distributor::ISENABLER : Distributor::ICENABLER) + block,
                           random(), 4, Bench::S);
                break;
            case 6:
                b.set_gicd((bit(word, 0) ? Distributor::ISACTIVER : Distributor::ICACTIVER) + block,
                           random() & random(), 4, Bench::S);
                break;
            case 7:
                b.set_gicd((bit(word, 0) ? Distributor::ISPENDR : Distributor::ICPENDR) + block,
                           random() & random(), 4, Bench::S);
                break;
            case 8:
                b.set_gicd((bit(word, 0) ? Distributor::IGROUPR : Distributor::IGRPMODR) + block,
                           random(), 4, Bench::S);
                break;
            case 9:
            case 10:
                b.set_gicd(Distributor::IPRIORITYR + intid, word & 0xff, 1, Bench::S);
                break;
            case 11:
                b.set_gicd(Distributor::ICFGR + 4 * (intid / 16), word, 4, Bench::S);
                break;
            case 12: {
                const u32 regs[] = {Redistributor::ISENABLER,  Redistributor::ICENABLER,
                                    Redistributor::ISPENDR,    Redistributor::ICPENDR,
                                    Redistributor::ISACTIVER,  Redistributor::ICACTIVER,
                                    Redistributor::IGROUPR,    Redistributor::IGRPMODR,
                                    Redistributor::IPRIORITYR, Redistributor::IPRIORITYR + 16};
                b.set_sgi(pe, regs[word % 10], random() & random(), 4, Bench::S);
                break;
            }
            case 13:
                b.set_gicr(pe, Redistributor::CTLR, word, 4, Bench::S);
                break;
            case 14:
            case 15:
            case 16:
                b.write(pe, Reg::ICC_PMR_EL1, word & 0xff, b.at(3));
                b.read(pe, bit(word, 8) ? Reg::ICC_IAR0_EL1 : Reg::ICC_IAR1_EL1, b.at(3));
                break;
            case 17:
                b.write(pe, bit(word, 8) ? Reg::ICC_EOIR0_EL1 : Reg::ICC_EOIR1_EL1, intid, b.at(3));
                break;
            case 18:
                b.write(pe, Reg::ICC_SGI1R_EL1, u64{word & 0xf} << 24 | bits(word, 5, 4), b.at(3));
                break;
            case 19:
            case 20:
                b.gic.set_ppi(pe, 16 + word % 16, bit(word, 31), i);
                break;
            default:
                b.gic.set_spi(intid, bit(word, 31), i);
            }
            for (unsigned p = 0; p < 3; ++p) {
                const Candidate expected = best(p);
                const Candidate& cached = b.gic.redistributor(p).best();
                if (cached.intid != expected.intid || cached.priority != expected.priority ||
                    cached.group != expected.group) {
                    INFO("step " << i << " PE " << p << ": " << cached.intid << ", expected "
                                 << expected.intid);
                    REQUIRE(false);
                }
            }
        }
    }
}

TEST_CASE("any sequence of system register accesses leaves the interfaces consistent",
          "[gic][random]")
{
    Bench b{Bench::secure_pes()};
    b.set_gicd(Distributor::CTLR, 0x7, 4, Bench::S);
    std::mt19937_64 random{11};
    const Reg rw[] = {Reg::ICC_PMR_EL1,     Reg::ICC_BPR0_EL1,    Reg::ICC_BPR1_EL1,
                      Reg::ICC_IGRPEN0_EL1, Reg::ICC_IGRPEN1_EL1, Reg::ICC_CTLR_EL1,
                      Reg::ICC_AP0R0_EL1,   Reg::ICC_AP1R0_EL1,   Reg::ICH_HCR_EL2,
                      Reg::ICH_VMCR_EL2,    Reg::ICH_AP0R0_EL2,   Reg::ICH_AP1R0_EL2,
                      Reg::ICH_LR0_EL2,     Reg::ICH_LR1_EL2,     Reg::ICH_LR2_EL2,
                      Reg::ICH_LR3_EL2,     Reg::ICC_CTLR_EL3,    Reg::ICC_IGRPEN1_EL3};
    const Reg ro[] = {Reg::ICC_IAR0_EL1,   Reg::ICC_IAR1_EL1, Reg::ICC_HPPIR0_EL1,
                      Reg::ICC_HPPIR1_EL1, Reg::ICC_RPR_EL1,  Reg::ICH_MISR_EL2,
                      Reg::ICH_EISR_EL2,   Reg::ICH_VTR_EL2,  Reg::ICH_ELRSR_EL2};
    const Reg wo[] = {Reg::ICC_EOIR0_EL1, Reg::ICC_EOIR1_EL1, Reg::ICC_DIR_EL1,
                      Reg::ICC_SGI0R_EL1, Reg::ICC_SGI1R_EL1, Reg::ICC_ASGI1R_EL1};
    for (unsigned i = 0; i < 100'000; ++i) {
        const u64 dice = random();
        pe::GicPort::Context c = b.at(static_cast<u8>(1 + dice % 3), bit(dice, 8));
        c.virtual_group0 = bit(dice, 9);
        c.virtual_group1 = bit(dice, 10);
        c.scr_fiq = bit(dice, 11);
        c.scr_ns = bit(dice, 12);
        const unsigned pe = bit(dice, 13), pick = static_cast<unsigned>(bits(dice, 31, 16));
        switch (bits(dice, 34, 32)) {
        case 0:
        case 1:
            b.write(pe, rw[pick % std::size(rw)], random(), c);
            break;
        case 2:
            b.write(pe, wo[pick % std::size(wo)], random() & random() & 0xff'ffff, c);
            break;
        case 3:
            b.read(pe, rw[pick % std::size(rw)], c);
            break;
        case 4:
            b.gic.set_spi(32 + pick % 64, bit(dice, 40), i);
            break;
        case 5:
            b.set_gicd(Distributor::ISENABLER + 4, random(), 4, Bench::S);
            b.set_gicr(pe, Redistributor::WAKER, 0, 4, Bench::S);
            break;
        default:
            b.read(pe, ro[pick % std::size(ro)], c);
        }
        // Never more than one physical and one virtual line at a PE.
        const auto lines = b.gic.cpu(pe).lines(c.el, c.secure);
        const u64 misr = b.read(pe, Reg::ICH_MISR_EL2, b.at(2));
        const bool en = b.read(pe, Reg::ICH_HCR_EL2, b.at(2)) & 1;
        const bool wire = b.sgi(pe, Redistributor::ISPENDR, 4, Bench::S) >> 25 & 1;
        const bool fine = !(lines.irq && lines.fiq) && !(lines.virq && lines.vfiq) &&
                          (en || !(lines.virq || lines.vfiq)) && wire == (en && misr != 0);
        if (!fine) {
            INFO("step " << i);
            REQUIRE(false);
        }
    }
    SUCCEED();
}
