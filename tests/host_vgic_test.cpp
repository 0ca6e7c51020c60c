// SPDX-License-Identifier: MIT
// The virtual GICv3 of the host's kernel: list registers and register accesses (IHI 0069).
#include <catch2/catch.hpp>

#include <memory>

extern "C" {
#include "vgic.h"
}

namespace {

constexpr unsigned timer = 27, timer_hw = 27, spi = 40;

/// A VM of two vCPUs whose guest has enabled everything it uses.
struct Vm {
    std::unique_ptr<vgic> gic = std::make_unique<vgic>();

    Vm()
    {
        vgic_init(gic.get(), 2);
        vgic_map_hw(gic.get(), 0, timer, timer_hw);
        write(0x0000, 4, 0x12); // GICD_CTLR: ARE, EnableGrp1
    }

    vgic_cpu& cpu(unsigned n) { return gic->cpu[n]; }

    uint32_t write(uint64_t offset, unsigned size, uint64_t value, unsigned cpu = 0)
    {
        mmio_access a{};
        a.offset = offset;
        a.size = static_cast<uint8_t>(size);
        a.is_write = true;
        a.value = value;
        return vgic_distributor(gic.get(), cpu, &a);
    }

    uint64_t read(uint64_t offset, unsigned size)
    {
        mmio_access a{};
        a.offset = offset;
        a.size = static_cast<uint8_t>(size);
        a.value = 0xdead;
        vgic_distributor(gic.get(), 0, &a);
        return a.value;
    }

    uint32_t write_r(unsigned cpu, uint64_t offset, unsigned size, uint64_t value)
    {
        mmio_access a{};
        a.offset = cpu * VGIC_FRAME + offset;
        a.size = static_cast<uint8_t>(size);
        a.is_write = true;
        a.value = value;
        return vgic_redistributor(gic.get(), &a);
    }

    uint64_t read_r(unsigned cpu, uint64_t offset, unsigned size)
    {
        mmio_access a{};
        a.offset = cpu * VGIC_FRAME + offset;
        a.size = static_cast<uint8_t>(size);
        a.value = 0xdead;
        vgic_redistributor(gic.get(), &a);
        return a.value;
    }

    void enable_local(unsigned cpu, unsigned intid)
    {
        write_r(cpu, 0x10100, 4, uint64_t{1} << intid); // GICR_ISENABLER0
    }

    void flush(unsigned cpu, unsigned count = 4) { vgic_flush(gic.get(), cpu, count); }

    void sync(unsigned cpu) { vgic_sync(gic.get(), cpu); }

    /// ICC_SGI1R_EL1 for INTID `intid` to a target list at affinity 0.0.0.
    uint32_t sgi(unsigned from, unsigned intid, unsigned targets)
    {
        return vgic_send_sgi(gic.get(), from, uint64_t{intid} << 24 | targets);
    }
};

constexpr uint64_t state(uint64_t lr)
{
    return lr >> 62;
}

constexpr unsigned vintid(uint64_t lr)
{
    return static_cast<unsigned>(lr);
}

constexpr uint64_t pending = 1, active = 2, both = 3;

} // namespace

TEST_CASE("An SGI travels to its target through a list register", "[host]")
{
    Vm vm;
    vm.enable_local(1, 5);

    CHECK(vm.sgi(0, 5, 0b10) == 0b10);
    CHECK_FALSE(vgic_pending(vm.gic.get(), 0));
    CHECK(vgic_pending(vm.gic.get(), 1));
    vm.flush(0);
    CHECK(vm.cpu(0).used == 0);
    vm.flush(1);
    REQUIRE(vm.cpu(1).used == 1);
    const uint64_t lr = vm.cpu(1).lr[0];
    CHECK(vintid(lr) == 5);
    CHECK(state(lr) == pending);
    CHECK((lr & VGIC_LR_GROUP1) != 0);
    CHECK((lr & VGIC_LR_HW) == 0);
    CHECK((lr & VGIC_LR_EOI) == 0);

    SECTION("taken and ended, it is gone")
    {
        vm.cpu(1).lr[0] &= ~(VGIC_LR_PENDING | VGIC_LR_ACTIVE);
        vm.sync(1);
        CHECK_FALSE(vgic_pending(vm.gic.get(), 1));
        vm.flush(1);
        CHECK(vm.cpu(1).used == 0);
    }
    SECTION("not yet taken, it comes back")
    {
        vm.sync(1);
        CHECK(vgic_pending(vm.gic.get(), 1));
        vm.flush(1);
        REQUIRE(vm.cpu(1).used == 1);
        CHECK(state(vm.cpu(1).lr[0]) == pending);
    }
    SECTION("sent again while it is active, it is pending and active")
    {
        vm.cpu(1).lr[0] = (vm.cpu(1).lr[0] & ~VGIC_LR_PENDING) | VGIC_LR_ACTIVE;
        vm.sync(1);
        CHECK(vgic_is_active(vm.gic.get(), 1, 5));
        vm.sgi(0, 5, 0b10);
        vm.flush(1);
        REQUIRE(vm.cpu(1).used == 1);
        CHECK(state(vm.cpu(1).lr[0]) == both);
        // and is not lost when the guest has not come to it
        vm.sync(1);
        vm.flush(1);
        CHECK(state(vm.cpu(1).lr[0]) == both);
    }
    SECTION("sent again while still pending, it is delivered once")
    {
        vm.sgi(0, 5, 0b10);
        vm.sync(1);
        vm.flush(1);
        REQUIRE(vm.cpu(1).used == 1);
        vm.cpu(1).lr[0] &= ~VGIC_LR_PENDING;
        vm.sync(1);
        vm.flush(1);
        CHECK(vm.cpu(1).used == 0);
    }
}

TEST_CASE("ICC_SGI1R_EL1 names its targets by affinity", "[host]")
{
    Vm vm;
    const auto send = [&](uint64_t value) { return vgic_send_sgi(vm.gic.get(), 0, value); };

    CHECK(send(uint64_t{1} << 40) == 0b10);     // IRM: all but the sender
    CHECK(send(0b11) == 0b11);                  // itself, too
    CHECK(send(0b100) == 0);                    // no such vCPU
    CHECK(send(uint64_t{1} << 16 | 0b11) == 0); // Aff1 = 1
    CHECK(send(uint64_t{1} << 32 | 0b11) == 0); // Aff2 = 1
    CHECK(send(uint64_t{1} << 48 | 0b11) == 0); // Aff3 = 1
    CHECK(send(uint64_t{1} << 44 | 0b11) == 0); // RS = 1: Aff0 16 and 17
}

TEST_CASE("The timer's interrupt is tied to the physical one", "[host]")
{
    Vm vm;
    vm.enable_local(0, timer);
    vgic_set_line(vm.gic.get(), 0, timer, true);
    vm.flush(0);
    REQUIRE(vm.cpu(0).used == 1);
    CHECK((vm.cpu(0).lr[0] & VGIC_LR_HW) != 0);
    CHECK((vm.cpu(0).lr[0] >> 32 & 0x1fff) == timer_hw);
    CHECK(state(vm.cpu(0).lr[0]) == pending);

    SECTION("never pending and active at once, which hardware does not allow")
    {
        vm.cpu(0).lr[0] = (vm.cpu(0).lr[0] & ~VGIC_LR_PENDING) | VGIC_LR_ACTIVE;
        vm.sync(0);
        vgic_set_line(vm.gic.get(), 0, timer, true);
        vm.flush(0);
        REQUIRE(vm.cpu(0).used == 1);
        CHECK(state(vm.cpu(0).lr[0]) == active);
    }
    SECTION("ended by the guest, the line counts as low until the physical one comes again")
    {
        vm.cpu(0).lr[0] &= ~VGIC_LR_PENDING;
        vm.sync(0);
        vm.flush(0);
        CHECK(vm.cpu(0).used == 0);
        vgic_set_line(vm.gic.get(), 0, timer, true);
        vm.flush(0);
        CHECK(vm.cpu(0).used == 1);
    }
}

TEST_CASE("A level-sensitive interrupt of a device follows its line", "[host]")
{
    Vm vm;
    vm.write(0x0104, 4, uint64_t{1} << (spi - 32)); // GICD_ISENABLER1
    vgic_set_line(vm.gic.get(), 0, spi, true);
    vm.flush(0);
    REQUIRE(vm.cpu(0).used == 1);
    CHECK((vm.cpu(0).lr[0] & VGIC_LR_EOI) != 0); // come back when the guest is done
    vm.cpu(0).lr[0] = (vm.cpu(0).lr[0] & ~VGIC_LR_PENDING) | VGIC_LR_ACTIVE;
    vm.sync(0);

    SECTION("while active it is not pending as well")
    {
        vm.flush(0);
        REQUIRE(vm.cpu(0).used == 1);
        CHECK(state(vm.cpu(0).lr[0]) == active);
    }
    SECTION("still high after the end, it is pending again")
    {
        vm.flush(0);
        vm.cpu(0).lr[0] &= ~VGIC_LR_ACTIVE;
        vm.sync(0);
        vm.flush(0);
        REQUIRE(vm.cpu(0).used == 1);
        CHECK(state(vm.cpu(0).lr[0]) == pending);
    }
    SECTION("low after the end, it is gone")
    {
        vgic_set_line(vm.gic.get(), 0, spi, false);
        vm.flush(0);
        vm.cpu(0).lr[0] &= ~VGIC_LR_ACTIVE;
        vm.sync(0);
        vm.flush(0);
        CHECK(vm.cpu(0).used == 0);
    }
}

TEST_CASE("List registers go to what matters most", "[host]")
{
    Vm vm;
    for (unsigned intid : {1u, 2u, 3u}) {
        vm.enable_local(0, intid);
        vm.write_r(0, 0x10400 + intid, 1, 0x80 - 8 * intid); // GICR_IPRIORITYR: 3 is the highest
        vm.sgi(0, intid, 0b01);
    }

    SECTION("by priority, and the rest is announced")
    {
        vm.flush(0, 2);
        REQUIRE(vm.cpu(0).used == 2);
        CHECK(vintid(vm.cpu(0).lr[0]) == 3);
        CHECK(vintid(vm.cpu(0).lr[1]) == 2);
        CHECK(vm.cpu(0).underflow);
        CHECK((vm.cpu(0).lr[0] >> 48 & 0xff) == 0x80 - 24);
        vm.cpu(0).lr[0] &= ~VGIC_LR_PENDING;
        vm.sync(0);
        vm.flush(0, 2);
        CHECK(vintid(vm.cpu(0).lr[0]) == 2);
        CHECK(vintid(vm.cpu(0).lr[1]) == 1);
        CHECK_FALSE(vm.cpu(0).underflow);
    }
    SECTION("what is active comes first: the guest must be able to end it")
    {
        vm.flush(0, 4);
        vm.cpu(0).lr[2] = (vm.cpu(0).lr[2] & ~VGIC_LR_PENDING) | VGIC_LR_ACTIVE; // INTID 1
        vm.sync(0);
        vm.flush(0, 2);
        CHECK(vintid(vm.cpu(0).lr[0]) == 1);
        CHECK(vintid(vm.cpu(0).lr[1]) == 3);
    }
}

TEST_CASE("Nothing is delivered that the Distributor holds back", "[host]")
{
    Vm vm;
    vm.sgi(0, 7, 0b01);
    CHECK_FALSE(vgic_pending(vm.gic.get(), 0)); // not enabled
    vm.enable_local(0, 7);
    CHECK(vgic_pending(vm.gic.get(), 0));
    vm.write(0x0000, 4, 0x10); // EnableGrp1 off
    CHECK_FALSE(vgic_pending(vm.gic.get(), 0));
    CHECK(vm.write(0x0000, 4, 0x12) == 0b01); // and whoever must look is told
    vm.write_r(0, 0x10180, 4, 1u << 7);       // GICR_ICENABLER0
    CHECK_FALSE(vgic_pending(vm.gic.get(), 0));
    vm.enable_local(0, 7);
    vm.write_r(0, 0x10280, 4, 1u << 7); // GICR_ICPENDR0
    CHECK_FALSE(vgic_pending(vm.gic.get(), 0));
}

TEST_CASE("The guest reads its Distributor and Redistributors", "[host]")
{
    Vm vm;

    CHECK(vm.read(0x0000, 4) == 0x52);              // GICD_CTLR: DS, ARE, EnableGrp1
    CHECK((vm.read(0x0004, 4) & 0x1f) == 1);        // GICD_TYPER.ITLinesNumber: 64 INTIDs
    CHECK((vm.read(0xffe8, 4) & 0xf0) == 0x30);     // GICD_PIDR2.ArchRev: GICv3
    CHECK(vm.read(0x0080, 4) == 0);                 // GICD_IGROUPR0 is RES0 with ARE
    CHECK(vm.read(0x0084, 4) == 0xffff'ffff);       // GICD_IGROUPR1
    CHECK(vm.read_r(0, 0x10080, 4) == 0xffff'ffff); // GICR_IGROUPR0
    CHECK(vm.read_r(0, 0x10c00, 4) == 0xaaaa'aaaa); // GICR_ICFGR0: SGIs are edge-triggered
    CHECK(vm.read_r(0, 0x10c04, 4) == 0);           // GICR_ICFGR1

    SECTION("GICR_TYPER says who and whether it is the last")
    {
        CHECK(vm.read_r(0, 0x0008, 8) == 0);
        CHECK(vm.read_r(1, 0x0008, 8) == (uint64_t{1} << 32 | 1u << 8 | 1u << 4));
        CHECK(vm.read_r(1, 0x000c, 4) == 1);
        CHECK(vm.read_r(1, 0x0008, 4) == (1u << 8 | 1u << 4));
    }
    SECTION("GICR_WAKER wakes")
    {
        CHECK(vm.read_r(0, 0x0014, 4) == 0b110);
        vm.write_r(0, 0x0014, 4, 0);
        CHECK(vm.read_r(0, 0x0014, 4) == 0);
        CHECK(vm.read_r(1, 0x0014, 4) == 0b110);
    }
    SECTION("set and clear registers show one state")
    {
        vm.write(0x0104, 4, 0b11);
        CHECK(vm.read(0x0184, 4) == 0b11);
        vm.write(0x0184, 4, 0b01);
        CHECK(vm.read(0x0104, 4) == 0b10);
    }
    SECTION("priorities by word and byte, five bits of them")
    {
        vm.write(0x0420, 4, 0xff40'2010);
        CHECK(vm.read(0x0420, 4) == 0xf840'2010);
        CHECK(vm.read(0x0423, 1) == 0xf8);
        vm.write(0x0421, 1, 0x9f);
        CHECK(vm.read(0x0420, 4) == 0xf840'9810);
    }
    SECTION("an edge-triggered interrupt latches its edge")
    {
        vm.write(0x0c08, 4, uint64_t{2} << (2 * (spi - 32))); // GICD_ICFGR2
        CHECK(vm.read(0x0c08, 4) == uint64_t{2} << (2 * (spi - 32)));
        vm.write(0x0104, 4, 1u << (spi - 32));
        vgic_set_line(vm.gic.get(), 0, spi, true);
        vgic_set_line(vm.gic.get(), 0, spi, false);
        CHECK(vgic_pending(vm.gic.get(), 0));
    }
    SECTION("a routed interrupt goes where it is sent")
    {
        vm.write(0x6000 + 8 * spi, 8, 1);
        CHECK(vm.read(0x6000 + 8 * spi, 8) == 1);
        vm.write(0x0104, 4, 1u << (spi - 32));
        vgic_set_line(vm.gic.get(), 0, spi, true);
        CHECK_FALSE(vgic_pending(vm.gic.get(), 0));
        CHECK(vgic_pending(vm.gic.get(), 1));
    }
    SECTION("what is not there reads as zero and ignores writes")
    {
        vm.write(0x0088, 4, 0xffff'ffff); // GICD_IGROUPR2: no such interrupts
        CHECK(vm.read(0x0088, 4) == 0);
        CHECK(vm.read(0x0104, 8) == 0); // no 64-bit access to a 32-bit register
        CHECK(vm.read(0x0105, 4) == 0);
        CHECK(vm.read_r(2, 0x0008, 8) == 0); // no third vCPU
        CHECK(vm.read(0x4000, 4) == 0);
    }
}
