// SPDX-License-Identifier: MIT
#include "gic/cpu_interface.h"
#include "gic/gic.h"
#include "sysreg/registers.gen.h"

#include <cassert>

namespace sl::gic {

namespace {

using CtlrEl1 = sysreg::ICC_CTLR_EL1;
using CtlrEl3 = sysreg::ICC_CTLR_EL3;

/// SRE, DFB and DIB, and Enable above EL1: system registers only and no bypass, RAO/WI.
constexpr u64 sre(unsigned el)
{
    return el == 1 ? 0x7 : 0xf;
}

/// The virtual interface has one Group 1, which it keeps as Non-secure.
Group named_group(unsigned name)
{
    return name ? Group::G1NS : Group::G0;
}

} // namespace

u64 CpuInterface::read_physical(Decoded r, const Context& c)
{
    switch (r.op) {
    case Op::Iar:
        return acknowledge(r.n, c);
    case Op::Hppir:
        return identifier(r.n, c);
    case Op::Bpr:
        return read_bpr(r.n, c);
    case Op::Igrpen:
        return redistributor_.is_open(r.n ? group1(c) : Group::G0);
    case Op::Apr0:
        return active_.word(Group::G0, r.n);
    case Op::Apr1:
        return active_.word(group1(c), r.n);
    case Op::Pmr:
        return read_pmr(c);
    case Op::Ctlr:
        return read_ctlr(c);
    case Op::Rpr:
        return read_rpr(c);
    case Op::Sre:
        return sre(r.n);
    case Op::CtlrEl3:
        return read_ctlr_el3();
    case Op::Igrpen1El3:
        return u64{redistributor_.is_open(Group::G1NS)} | u64{redistributor_.is_open(Group::G1S)}
                                                              << 1;
    default:
        assert(false && "a write-only register is not read");
        return 0;
    }
}

void CpuInterface::write_physical(Decoded r, u64 value, const Context& c)
{
    const Origin origin{static_cast<u16>(pe_), c.now_ps};
    switch (r.op) {
    case Op::Eoir:
        return end(r.n, value, c);
    case Op::Dir:
        return deactivate(value, c);
    case Op::Bpr:
        return write_bpr(r.n, value, c);
    case Op::Igrpen:
        return open(r.n ? group1(c) : Group::G0, value & 1, c.now_ps);
    case Op::Apr0:
        return write_apr(0, r.n, value, c);
    case Op::Apr1:
        return write_apr(1, r.n, value, c);
    case Op::Pmr:
        return write_pmr(value, c);
    case Op::Ctlr:
        return write_ctlr(value, c);
    case Op::Sre:
        return;
    case Op::Sgi0r:
        return gic_.send_sgi(Gic::SgiKind::Group0, value, secure(c), origin);
    case Op::Sgi1r:
        return gic_.send_sgi(Gic::SgiKind::Group1, value, secure(c), origin);
    case Op::Asgi1r:
        return gic_.send_sgi(Gic::SgiKind::OtherGroup1, value, secure(c), origin);
    case Op::CtlrEl3:
        return write_ctlr_el3(value);
    case Op::Igrpen1El3:
        open(Group::G1NS, bit(value, 0), c.now_ps);
        return open(Group::G1S, bit(value, 1), c.now_ps);
    default:
        assert(false && "a read-only register is not written");
    }
}

u64 CpuInterface::read_virtual(Decoded r)
{
    switch (r.op) {
    case Op::Iar:
        return virtual_.acknowledge(named_group(r.n));
    case Op::Hppir:
        return virtual_.highest_pending(named_group(r.n));
    case Op::Bpr:
        return virtual_.bpr(named_group(r.n));
    case Op::Igrpen:
        return virtual_.group_enable(named_group(r.n));
    case Op::Apr0:
        return virtual_.apr(Group::G0, r.n);
    case Op::Apr1:
        return virtual_.apr(Group::G1NS, r.n);
    case Op::Pmr:
        return virtual_.pmr();
    case Op::Ctlr:
        return virtual_.ctlr();
    case Op::Rpr:
        return virtual_.running_priority();
    default:
        assert(false && "a write-only register is not read");
        return 0;
    }
}

void CpuInterface::write_virtual(Decoded r, u64 value)
{
    switch (r.op) {
    case Op::Eoir:
        return virtual_.end(named_group(r.n), value);
    case Op::Dir:
        return virtual_.deactivate(value);
    case Op::Bpr:
        return virtual_.set_bpr(named_group(r.n), value);
    case Op::Igrpen:
        return virtual_.set_group_enable(named_group(r.n), value);
    case Op::Apr0:
        return virtual_.set_apr(Group::G0, r.n, value);
    case Op::Apr1:
        return virtual_.set_apr(Group::G1NS, r.n, value);
    case Op::Pmr:
        return virtual_.set_pmr(value);
    case Op::Ctlr:
        return virtual_.set_ctlr(value);
    default:
        assert(false && "a read-only register is not written");
    }
}

u64 CpuInterface::read_hyp(Decoded r) const
{
    switch (r.op) {
    case Op::HypApr0:
        return virtual_.apr(Group::G0, r.n);
    case Op::HypApr1:
        return virtual_.apr(Group::G1NS, r.n);
    case Op::Hcr:
        return virtual_.hcr();
    case Op::Vtr:
        return virtual_.vtr();
    case Op::Misr:
        return virtual_.misr();
    case Op::Eisr:
        return virtual_.eisr();
    case Op::Elrsr:
        return virtual_.elrsr();
    case Op::Vmcr:
        return virtual_.vmcr();
    default:
        return virtual_.lr(r.n);
    }
}

void CpuInterface::write_hyp(Decoded r, u64 value)
{
    switch (r.op) {
    case Op::HypApr0:
        return virtual_.set_apr(Group::G0, r.n, value);
    case Op::HypApr1:
        return virtual_.set_apr(Group::G1NS, r.n, value);
    case Op::Hcr:
        return virtual_.set_hcr(value);
    case Op::Vmcr:
        return virtual_.set_vmcr(value);
    case Op::Lr:
        return virtual_.set_lr(r.n, value);
    default:
        assert(false && "a read-only register is not written");
    }
}

} // namespace sl::gic
