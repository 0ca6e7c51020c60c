// SPDX-License-Identifier: MIT
#include "gdb/registers.h"

#include "sysreg/tables.h"

#include <algorithm>
#include <cstring>

namespace sl::gdb {

using pe::Reg;

namespace {

constexpr const char* head = R"(<?xml version="1.0"?>
<!DOCTYPE target SYSTEM "gdb-target.dtd">
<target version="1.0">
<architecture>aarch64</architecture>
)";

constexpr const char* vector_types = R"(<vector id="d2" type="ieee_double" count="2"/>
<vector id="s4" type="ieee_single" count="4"/>
<vector id="u64x2" type="uint64" count="2"/>
<vector id="u32x4" type="uint32" count="4"/>
<vector id="u16x8" type="uint16" count="8"/>
<vector id="u8x16" type="uint8" count="16"/>
<union id="vreg">
<field name="d" type="d2"/><field name="s" type="s4"/><field name="q" type="uint128"/>
<field name="u64" type="u64x2"/><field name="u32" type="u32x4"/>
<field name="u16" type="u16x8"/><field name="u8" type="u8x16"/>
</union>
)";

std::string register_row(const std::string& name, unsigned bits, const std::string& rest)
{
    return "<reg name=\"" + name + "\" bitsize=\"" + std::to_string(bits) + "\" " + rest + "/>\n";
}

template <class T>
std::vector<u8> bytes_of(const T& value)
{
    std::vector<u8> bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

template <class T>
bool take(T& value, std::span<const u8> bytes)
{
    if (bytes.size() != sizeof value)
        return false;
    std::memcpy(&value, bytes.data(), sizeof value);
    return true;
}

/// Where general register `number` is.
unsigned slot(unsigned number)
{
    return number == Registers::sp ? a64::slot_sp : number;
}

} // namespace

Registers::Registers(std::span<pe::Pe* const> pes)
{
    for (std::size_t n = 0; n < sysreg::descriptions().size(); ++n) {
        const auto reg = static_cast<Reg>(n);
        // gdb has these two of its own.
        if (reg == Reg::FPCR || reg == Reg::FPSR)
            continue;
        if (std::any_of(pes.begin(), pes.end(),
                        [&](const pe::Pe* p) { return p->has_register(reg); }))
            system_.push_back(reg);
    }
    std::string& xml = description_;
    xml = head;
    xml += "<feature name=\"org.gnu.gdb.aarch64.core\">\n";
    for (unsigned n = 0; n < sp; ++n)
        xml += register_row("x" + std::to_string(n), 64, "regnum=\"" + std::to_string(n) + "\"");
    xml += register_row("sp", 64, "type=\"data_ptr\"");
    xml += register_row("pc", 64, "type=\"code_ptr\"");
    xml += register_row("cpsr", 32, "type=\"uint32\"");
    xml += "</feature>\n<feature name=\"org.gnu.gdb.aarch64.fpu\">\n";
    xml += vector_types;
    for (unsigned n = 0; n < 32; ++n)
        xml += register_row("v" + std::to_string(n), 128, "type=\"vreg\"");
    xml += register_row("fpsr", 32, "type=\"uint32\"");
    xml += register_row("fpcr", 32, "type=\"uint32\"");
    xml += "</feature>\n<feature name=\"org.sightline.aarch64.system\">\n";
    for (const Reg reg : system_)
        xml += register_row(sysreg::describe(reg).name, 64,
                            "type=\"uint64\" group=\"system\" save-restore=\"no\"");
    xml += "</feature>\n</target>\n";
}

std::vector<u8> Registers::read(pe::Pe& pe, unsigned number) const
{
    const a64::State& state = pe.state();
    if (number <= sp)
        return bytes_of(state.x[slot(number)]);
    if (number == pc)
        return bytes_of(state.pc);
    if (number == cpsr)
        return bytes_of(pe.pstate());
    if (number < fpsr)
        return bytes_of(state.vreg[number - v0]);
    if (number == fpsr)
        return bytes_of(state.fpsr);
    if (number == fpcr)
        return bytes_of(state.fpcr);
    if (number >= count() || !pe.has_register(system_[number - system]))
        return {};
    return bytes_of(pe.peek_register(system_[number - system]));
}

bool Registers::write(pe::Pe& pe, unsigned number, std::span<const u8> bytes) const
{
    a64::State& state = pe.state();
    if (number <= sp)
        return take(state.x[slot(number)], bytes);
    if (number >= v0 && number < fpsr)
        return take(state.vreg[number - v0], bytes);
    u32 word = 0;
    u64 value = 0;
    switch (number) {
    case pc:
        if (!take(value, bytes))
            return false;
        pe.debug_write_pc(value);
        return true;
    case cpsr:
        return take(word, bytes) && pe.debug_write_pstate(word);
    case fpsr:
    case fpcr:
        if (!take(word, bytes))
            return false;
        pe.set_register(number == fpsr ? Reg::FPSR : Reg::FPCR, word);
        return true;
    default:
        break;
    }
    if (number >= count() || !take(value, bytes))
        return false;
    const Reg reg = system_[number - system];
    if (!pe.has_register(reg) || !sysreg::describe(reg).writable)
        return false;
    pe.set_register(reg, value);
    return true;
}

} // namespace sl::gdb
