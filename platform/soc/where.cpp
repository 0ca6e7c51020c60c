// SPDX-License-Identifier: MIT
#include "soc/where.h"

#include "debug/text.h"

namespace sl::soc {

std::optional<u64> vm_of(const pe::Pe& pe)
{
    if (pe.el() >= 2 || !sysreg::HCR_EL2::VM::get(pe.registers()[sysreg::Reg::HCR_EL2]))
        return std::nullopt;
    return sysreg::VTTBR_EL2::VMID::get(pe.registers()[sysreg::Reg::VTTBR_EL2]);
}

std::string where(pe::Pe& pe, const debug::Symbolizer& symbols)
{
    if (!pe.powered())
        return pe.instructions() == 0 ? "never started" : "off";
    const std::optional<u64> vm = vm_of(pe);
    const u64 pc = pe.state().pc;
    std::string text = pe.waiting() ? "waiting" : "running";
    text += " at EL" + std::to_string(pe.el());
    if (vm)
        text += " in VM " + std::to_string(*vm);
    return text + ", PC " + debug::hex(pc) + " " + symbols.describe_va(pc, pe.el(), vm.value_or(0));
}

} // namespace sl::soc
