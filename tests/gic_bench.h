// SPDX-License-Identifier: MIT
#pragma once

#include "gic/gic.h"
#include "sysreg/registers.gen.h"

#include <catch2/catch.hpp>

namespace sl::gic {

using pe::Reg;

/// A GIC and short words for what software does to it.
struct Bench {
    using Context = pe::GicPort::Context;

    static constexpr bool S = true, NS = false;

    explicit Bench(Config config = two_pes())
        : gic{config}
    {
    }

    static Config two_pes()
    {
        Config c;
        c.affinities = {0x0000, 0x0001};
        c.spis = 64;
        return c;
    }

    static Config secure_pes()
    {
        Config c = two_pes();
        c.security = true;
        return c;
    }

    Gic gic;
    u64 now = 1'000;

    RegAccess by(unsigned pe, bool secure) const
    {
        return {{.pe = static_cast<u16>(pe), .secure = secure}, now, false};
    }

    u64 gicd(u32 offset, unsigned bytes = 4, bool secure = NS)
    {
        u64 data = ~u64{0};
        gic.distributor().registers().read(offset, bytes, by(0, secure), data);
        return data;
    }

    /// By PE 0 unless said otherwise.
    void set_gicd(u32 offset, u64 value, unsigned bytes = 4, bool secure = NS, unsigned pe = 0)
    {
        gic.distributor().registers().write(offset, bytes, by(pe, secure), value);
    }

    u64 gicr(unsigned pe, u32 offset, unsigned bytes = 4, bool secure = NS)
    {
        u64 data = ~u64{0};
        gic.redistributor(pe).registers().read(offset, bytes, by(pe, secure), data);
        return data;
    }

    void set_gicr(unsigned pe, u32 offset, u64 value, unsigned bytes = 4, bool secure = NS)
    {
        gic.redistributor(pe).registers().write(offset, bytes, by(pe, secure), value);
    }

    /// A register of the SGI_base frame.
    u64 sgi(unsigned pe, u32 offset, unsigned bytes = 4, bool secure = NS)
    {
        return gicr(pe, Redistributor::SGI + offset, bytes, secure);
    }

    void set_sgi(unsigned pe, u32 offset, u64 value, unsigned bytes = 4, bool secure = NS)
    {
        set_gicr(pe, Redistributor::SGI + offset, value, bytes, secure);
    }

    Context at(u8 el, bool secure = NS) const
    {
        return {.el = el, .secure = secure, .now_ps = now};
    }

    /// EL1 of a guest: HCR_EL2.{IMO,FMO} = 1.
    Context guest() const
    {
        return {.el = 1, .virtual_group0 = true, .virtual_group1 = true, .now_ps = now};
    }

    u64 read(unsigned pe, Reg reg) { return gic.cpu(pe).read(reg, at(1)); }

    u64 read(unsigned pe, Reg reg, const Context& c) { return gic.cpu(pe).read(reg, c); }

    void write(unsigned pe, Reg reg, u64 value) { gic.cpu(pe).write(reg, value, at(1)); }

    void write(unsigned pe, Reg reg, u64 value, const Context& c)
    {
        gic.cpu(pe).write(reg, value, c);
    }

    bool irq(unsigned pe) { return gic.cpu(pe).lines(1, NS).irq; }

    bool fiq(unsigned pe) { return gic.cpu(pe).lines(1, NS).fiq; }

    /// One security state: all groups on, every interrupt in Group 1, both PEs awake and unmasked.
    void bring_up()
    {
        set_gicd(Distributor::CTLR, 0x3);
        for (u32 b = 1; b < gic.distributor().blocks(); ++b)
            set_gicd(Distributor::IGROUPR + 4 * b, 0xffff'ffff);
        for (unsigned pe = 0; pe < gic.config().pes(); ++pe)
            bring_up(pe);
    }

    void bring_up(unsigned pe)
    {
        set_gicr(pe, Redistributor::WAKER, 0);
        set_sgi(pe, Redistributor::IGROUPR, 0xffff'ffff);
        write(pe, Reg::ICC_PMR_EL1, 0xff);
        write(pe, Reg::ICC_IGRPEN0_EL1, 1);
        write(pe, Reg::ICC_IGRPEN1_EL1, 1);
    }

    /// Enables an SPI at a priority, edge-triggered or not, for the PE with Aff0 `pe`.
    void arm_spi(unsigned intid, u8 priority, bool edge = false, unsigned pe = 0)
    {
        set_gicd(Distributor::IPRIORITYR + intid, priority, 1);
        set_gicd(Distributor::IROUTER + 8 * intid, pe, 8);
        const u32 config = Distributor::ICFGR + 4 * (intid / 16);
        const u64 mask = u64{2} << 2 * (intid % 16);
        set_gicd(config, edge ? gicd(config) | mask : gicd(config) & ~mask);
        set_gicd(Distributor::ISENABLER + 4 * (intid / 32), u64{1} << intid % 32);
    }

    void arm_private(unsigned pe, unsigned intid, u8 priority)
    {
        set_sgi(pe, Redistributor::IPRIORITYR + intid, priority, 1);
        set_sgi(pe, Redistributor::ISENABLER, u64{1} << intid);
    }

    void pend_spi(unsigned intid)
    {
        set_gicd(Distributor::ISPENDR + 4 * (intid / 32), u64{1} << intid % 32);
    }

    bool pending(unsigned intid)
    {
        return gicd(Distributor::ISPENDR + 4 * (intid / 32)) >> intid % 32 & 1;
    }

    bool active(unsigned intid)
    {
        return gicd(Distributor::ISACTIVER + 4 * (intid / 32)) >> intid % 32 & 1;
    }
};

} // namespace sl::gic
