// SPDX-License-Identifier: MIT
#include "gdb/monitor.h"

#include "debug/exception_names.h"
#include "debug/text.h"
#include "soc/where.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>
#include <vector>

namespace sl::gdb {

using debug::hex;
using pe::Reg;
using pe::Regime;

namespace {

const char* const help = R"(About the PE of the current thread:
  monitor translate ADDRESS [el1|el2|el3]  where the tables put it, both stages; by default now
  monitor exceptions                       syndromes, return addresses and vectors of all ELs
  monitor gic                              its interrupts and list registers, and the shared ones
  monitor tlb                              what its TLB holds
About all:
  monitor pes                              where each PE is
  monitor physical on|off                  gdb's memory commands take physical addresses
  monitor save NAME                        report and statistics so far, to the run's folder
)";

const char* name_of(Regime regime)
{
    switch (regime) {
    case Regime::El10:
        return "EL1&0";
    case Regime::El2:
        return "EL2";
    case Regime::El20:
        return "EL2&0";
    case Regime::El3:
        return "EL3";
    }
    return "";
}

std::string fault_text(const pe::Fault& fault)
{
    using pe::Fsc;
    std::string text = "stage " + std::string{fault.stage2 ? "2" : "1"};
    const char* what = "fault";
    switch (fault.fsc & 0b111100) {
    case Fsc::translation:
        what = "translation fault";
        break;
    case Fsc::access_flag:
        what = "access flag fault";
        break;
    case Fsc::permission:
        what = "permission fault";
        break;
    case Fsc::address_size:
        what = "address size fault";
        break;
    case Fsc::external_on_walk:
        what = "external abort on the walk";
        break;
    default:
        break;
    }
    text += " " + std::string{what} + " at level " + std::to_string(fault.fsc & 3);
    if (fault.s1ptw)
        text += ", of the walk of stage 1";
    if (fault.stage2)
        text += ", IPA " + hex(fault.ipa);
    return text;
}

std::string translate(pe::Pe& pe, std::istringstream& words)
{
    std::string number, el;
    words >> number >> el;
    const bool prefixed = number.starts_with("0x") || number.starts_with("0X");
    const char* const first = number.c_str() + (prefixed ? 2 : 0);
    const char* const last = number.c_str() + number.size();
    u64 va = 0;
    const auto [end, error] = std::from_chars(first, last, va, 16);
    if (error != std::errc{} || end != last || first == last)
        return "translate wants an address in base 16, not \"" + number + "\"\n";
    std::optional<Regime> regime;
    if (el == "el1")
        regime = Regime::El10;
    else if (el == "el2")
        regime =
            sysreg::HCR_EL2::E2H::get(pe.registers()[Reg::HCR_EL2]) ? Regime::El20 : Regime::El2;
    else if (el == "el3")
        regime = Regime::El3;
    else if (!el.empty())
        return "translate knows el1, el2 and el3, not \"" + el + "\"\n";
    if ((el == "el2" && !pe.config().has_el2) || (el == "el3" && !pe.config().has_el3))
        return "this PE has no " + el + "\n";
    const pe::Translated result = pe.debug_translate(va, regime);
    if (const auto* const fault = std::get_if<pe::Fault>(&result))
        return hex(va) + ": " + fault_text(*fault) + "\n";
    const auto& t = std::get<pe::Translation>(result);
    std::string text = hex(va) + " -> ";
    const bool guest = pe.el() < 2 && !sysreg::HCR_EL2::TGE::get(pe.registers()[Reg::HCR_EL2]);
    const bool two_stages = regime ? *regime == Regime::El10 : guest;
    if (two_stages && pe.debug_has_stage2()) {
        const pe::Translated stage1 = pe.debug_translate(va, regime, true);
        if (const auto* const ipa = std::get_if<pe::Translation>(&stage1))
            text += "IPA " + hex(ipa->pa) + " -> ";
    }
    return text + hex(t.pa) + (t.ns ? "" : " (Secure)") +
           (t.attr.device ? ", Device" : ", Normal") + " (MAIR " + hex(t.attr.mair, 2) + ")" +
           (t.writable ? ", writable" : ", read-only") + " to the privileged side, one of " +
           hex(t.page_mask + 1) + " bytes, " + std::to_string(t.reads) + " descriptors\n";
}

std::string exceptions(pe::Pe& pe, const debug::Symbolizer& symbols)
{
    struct Row {
        unsigned el;
        Reg esr, elr, spsr, far, vbar;
    };

    constexpr Row rows[] = {
        {1, Reg::ESR_EL1, Reg::ELR_EL1, Reg::SPSR_EL1, Reg::FAR_EL1, Reg::VBAR_EL1},
        {2, Reg::ESR_EL2, Reg::ELR_EL2, Reg::SPSR_EL2, Reg::FAR_EL2, Reg::VBAR_EL2},
        {3, Reg::ESR_EL3, Reg::ELR_EL3, Reg::SPSR_EL3, Reg::FAR_EL3, Reg::VBAR_EL3}};
    std::string text;
    for (const Row& r : rows) {
        if ((r.el == 2 && !pe.config().has_el2) || (r.el == 3 && !pe.config().has_el3))
            continue;
        const u64 esr = pe.peek_register(r.esr), elr = pe.peek_register(r.elr),
                  spsr = pe.peek_register(r.spsr);
        const auto from = static_cast<unsigned>(bits(spsr, 3, 2));
        text += "EL" + std::to_string(r.el) + "  ESR " + hex(esr) + " (" +
                debug::exception_class(esr) + ")\n     ELR " + hex(elr) + " " +
                symbols.describe_va(elr, from) + ", SPSR " + hex(spsr) + " (EL" +
                std::to_string(from) + ")\n     FAR " + hex(pe.peek_register(r.far)) + ", VBAR " +
                hex(pe.peek_register(r.vbar)) + "\n";
        if (r.el == 2)
            text += "     HPFAR " + hex(pe.peek_register(Reg::HPFAR_EL2)) + ", HCR " +
                    hex(pe.peek_register(Reg::HCR_EL2)) + "\n";
    }
    return text + "PSTATE " + hex(pe.pstate()) + "\n";
}

/// The interrupts of a block that are not at rest, one line each.
std::string interrupts(const gic::InterruptBlock& block, unsigned first)
{
    std::string text;
    for (unsigned n = 0; n < 32; ++n) {
        const bool pending = bit(block.pending(), n), active = bit(block.active, n),
                   enabled = bit(block.enabled, n);
        if (!pending && !active && !enabled)
            continue;
        text += "  " + std::to_string(first + n) + ": " + (enabled ? "enabled" : "disabled") +
                (pending ? ", pending" : "") + (active ? ", active" : "") + ", priority " +
                hex(block.priority[n], 2) + (bit(block.edge, n) ? ", edge" : ", level") +
                (bit(block.level, n) ? " high" : "") + "\n";
    }
    return text;
}

std::string gic_state(soc::Platform& platform, pe::Pe& pe)
{
    const unsigned n = pe.number();
    gic::Gic& gic = platform.gic();
    const pe::GicPort::Lines lines = gic.cpu(n).lines(pe.el(), pe.secure());
    std::string text = "Lines:" + std::string{lines.irq ? " IRQ" : ""} + (lines.fiq ? " FIQ" : "") +
                       (lines.virq ? " vIRQ" : "") + (lines.vfiq ? " vFIQ" : "") + "\nPrivate:\n" +
                       interrupts(gic.redistributor(n).privates(), 0) + "Shared:\n";
    for (unsigned b = 1; b <= gic.config().spis / 32; ++b)
        text += interrupts(gic.distributor().spis(b), 32 * b);
    text += "CPU interface: PMR " + hex(pe.peek_register(Reg::ICC_PMR_EL1)) +
            ", running priority " + hex(pe.peek_register(Reg::ICC_RPR_EL1)) + "\n";
    if (!pe.config().has_el2)
        return text;
    text += "ICH_HCR " + hex(pe.peek_register(Reg::ICH_HCR_EL2)) + ", ICH_VMCR " +
            hex(pe.peek_register(Reg::ICH_VMCR_EL2)) + ", ICH_MISR " +
            hex(pe.peek_register(Reg::ICH_MISR_EL2)) + "\n";
    for (unsigned lr = 0; lr < gic.config().list_registers; ++lr) {
        const auto reg = static_cast<Reg>(static_cast<unsigned>(Reg::ICH_LR0_EL2) + lr);
        if (const u64 value = pe.peek_register(reg); value != 0)
            text += "ICH_LR" + std::to_string(lr) + " " + hex(value, 16) + "\n";
    }
    return text;
}

std::string tlb(const pe::Pe& pe)
{
    std::string text;
    for (const pe::Tlb::Entry& e : pe.tlb_entries()) {
        const std::string asid = e.data.global ? "global" : "ASID " + std::to_string(e.tag.asid);
        text += hex(e.data.va) + " -> " + hex(e.data.pa) + " " + hex(e.data.mask + 1) + " " +
                name_of(e.tag.regime) + " " + asid;
        if (e.tag.regime == Regime::El10)
            text += " VMID " + std::to_string(e.tag.vmid) + (e.tag.stage2 ? " stage 2" : "");
        text += std::string{e.data.attr.device ? " Device" : ""} + "\n";
    }
    return text.empty() ? "The TLB is empty.\n" : text;
}

/// The name is one of a folder in the run's own: a debugger writes nowhere else.
std::string saved(const Save& save, std::istringstream& words)
{
    std::string name;
    words >> name;
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    });
    if (!plain)
        return "save wants a name of letters, digits, - and _, not \"" + name + "\"\n";
    try {
        std::string text;
        for (const std::string& file : save(name))
            text += file + "\n";
        return text;
    } catch (const std::exception& e) {
        return std::string{e.what()} + "\n";
    }
}

} // namespace

std::string monitor(soc::Platform& platform, const debug::Symbolizer& symbols, const Save& save,
                    unsigned number, const std::string& command)
{
    pe::Pe& pe = platform.pe(number);
    std::istringstream words{command};
    std::string what;
    words >> what;
    if (what == "translate")
        return translate(pe, words);
    if (what == "exceptions")
        return exceptions(pe, symbols);
    if (what == "gic")
        return gic_state(platform, pe);
    if (what == "tlb")
        return tlb(pe);
    if (what == "pes") {
        std::string text;
        for (unsigned n = 0; n < platform.pes(); ++n)
            text += "pe" + std::to_string(n) + " " + soc::where(platform.pe(n), symbols) + "\n";
        return text;
    }
    if (what == "save")
        return saved(save, words);
    if (what == "help" || what.empty())
        return help;
    return "There is no command \"" + what + "\".\n" + help;
}

} // namespace sl::gdb
