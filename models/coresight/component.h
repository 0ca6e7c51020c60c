// SPDX-License-Identifier: MIT
#pragma once

#include "common/reg_bank.h"

#include <vector>

namespace sl::coresight {

/// What identifies a CoreSight component to a debugger and to the AMBA bus of Linux.
struct ComponentId {
    u16 part = 0;           ///< PIDR0, PIDR1: the designer's part number
    u8 revision = 0;        ///< PIDR2.REVISION
    u8 type = 0;            ///< DEVTYPE: sub type and major type
    u32 device = 0;         ///< DEVID
    u32 architecture = 0;   ///< DEVARCH, 0 where there is none
    u32 authentication = 0; ///< AUTHSTATUS
};

/// A memory-mapped CoreSight component: its registers, of which the management registers (0xF00 to
/// 0xFFF, CoreSight Architecture Specification) are the same in all. Designed by Arm (JEP106 4,
/// 0x3B). What no register takes is RAZ/WI.
class Component {
public:
    enum : u32 {
        ITCTRL = 0xf00,
        CLAIMSET = 0xfa0,
        CLAIMCLR = 0xfa4,
        LAR = 0xfb0,
        LSR = 0xfb4,
        AUTHSTATUS = 0xfb8,
        DEVARCH = 0xfbc,
        DEVID = 0xfc8,
        DEVTYPE = 0xfcc,
        PIDR4 = 0xfd0,
        PIDR0 = 0xfe0,
        CIDR0 = 0xff0,
    };

    static constexpr u32 frame_size = 0x1000;
    static constexpr u64 unlock_key = 0xc5ac'ce55;
    static constexpr u32 claim_tags = 0xf; ///< four of them

    struct Lsr {
        using SLI = Field<0>; ///< the Software Lock is implemented
        using SLK = Field<1>; ///< and locked
    };

    virtual ~Component() = default;
    Component(const Component&) = delete;
    Component& operator=(const Component&) = delete;

    /// The registers for an access, or null: the Software Lock refuses this write, which is then
    /// ignored. What trace is due before `now_ps` has arrived when the access is served.
    RegBank* registers_for(bool write, u32 offset, u64 now_ps);

    /// The registers for a debugger's look, which changes nothing.
    RegBank* look() { return &registers_; }

    /// An access for whoever has no bus: absent and refused registers are RAZ/WI.
    u64 read(u32 offset, unsigned bytes, const RegAccess& access);
    void write(u32 offset, unsigned bytes, const RegAccess& access, u64 data);

    /// The component answers this access with a bus error, whatever the register is.
    virtual bool refuses(bool, u32) const { return false; }

    virtual void reset();

protected:
    Component() = default;

    /// The component's own rows, and the management registers that are not among them. Called once,
    /// by the constructor of the component.
    void install(std::vector<RegRow> own, const ComponentId& id);

    bool locked() const { return locked_; }

    RegBank& registers() { return registers_; }

private:
    virtual void settle_for(u64 now_ps);

    RegBank registers_{std::vector<RegRow>{}};
    bool locked_ = true;
    u32 claims_ = 0;
};

} // namespace sl::coresight
