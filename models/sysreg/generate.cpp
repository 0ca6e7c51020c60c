// SPDX-License-Identifier: MIT
// Turns the register description (description/*.txt) into the model's tables and sw/'s header.
//   sysreg_generate OUT-DIR FILE…
// Writes registers.gen.h, tables.gen.cpp and sightline_sysreg.h. Errors name file and line.

#include "generate_description.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace sl::sysreg::generate;

string hex(u64 v)
{
    std::ostringstream out;
    out << "0x" << std::hex << v;
    return out.str();
}

const char* const banner = "// SPDX-License-Identifier: MIT\n"
                           "// Generated from models/sysreg/description. Do not edit.\n";

void write_header(const Description& d, std::ostream& out)
{
    out << banner << "#pragma once\n\n#include \"common/bits.h\"\n\nnamespace sl::sysreg {\n\n"
        << "/// Every system register and op0 = 1 instruction that is described.\n"
        << "enum class Reg : u16 {\n";
    for (const RegisterRow& r : d.registers)
        out << "    " << r.name << ",\n";
    out << "    Count,\n};\n\n/// Optional architecture features.\nenum class Feature : u8 {\n";
    for (const FeatureRow& f : d.features)
        out << "    " << f.name << ",\n";
    out << "    Count,\n};\n\nenum class RuleId : u8 {\n";
    for (const RuleRow& r : d.rules)
        out << "    " << r.name << ",\n";
    out << "};\n\n// Fields, as the manual names them.\n";
    for (const RegisterRow& r : d.registers) {
        if (r.fields.empty())
            continue;
        out << "\nstruct " << r.name << " {\n";
        for (const FieldRow& f : r.fields)
            out << "    using " << f.name << " = Field<" << f.lsb << ", " << f.msb - f.lsb + 1
                << ">;\n";
        out << "};\n";
    }
    out << "\n} // namespace sl::sysreg\n";
}

void write_condition(const Description& d, const RuleRow& rule, const ConditionRow& c,
                     std::ostream& out)
{
    if (!c.special.empty()) {
        out << "{Condition::" << c.special << ", Reg{}, 0, 0, " << (c.negate ? "true" : "false")
            << "}";
        return;
    }
    const FieldRow& f = d.field_of(rule.at, c.reg, c.field);
    // "Not zero" is the negation of "equal to zero".
    const bool negate = c.has_value ? c.negate : !c.negate;
    out << "{Condition::Field, Reg::" << c.reg << ", " << hex(f.mask()) << "ull, "
        << hex(c.value << f.lsb) << "ull, " << (negate ? "true" : "false") << "}";
}

void write_feature_list(const string& name, const std::vector<string>& list, std::ostream& out)
{
    if (list.empty())
        return;
    out << "constexpr Feature " << name << "[] = {";
    for (const string& feature : list)
        out << "Feature::" << feature << ", ";
    out << "};\n";
}

void write_tables(const Description& d, std::ostream& out)
{
    out << banner << "#include \"sysreg/tables.h\"\n\nnamespace sl::sysreg {\n\nnamespace {\n\n";
    for (const RuleRow& r : d.rules) {
        if (r.conditions.empty())
            continue;
        out << "constexpr Condition if_" << r.name << "[] = {";
        for (std::size_t i = 0; i < r.conditions.size(); ++i) {
            out << (i ? ", " : "");
            write_condition(d, r, r.conditions[i], out);
        }
        out << "};\n";
    }
    std::set<string> lists;
    const auto list_name = [](const RegisterRow& r) {
        string name = "rules";
        for (const string& rule : r.rules)
            name += "_" + rule;
        return name;
    };
    for (const RegisterRow& r : d.registers) {
        if (r.rules.empty() || !lists.insert(list_name(r)).second)
            continue;
        out << "constexpr RuleId " << list_name(r) << "[] = {";
        for (const string& rule : r.rules)
            out << "RuleId::" << rule << ", ";
        out << "};\n";
    }
    for (const RegisterRow& r : d.registers)
        for (const FieldRow& f : r.fields)
            if (!f.feature.empty() && lists.insert("f" + r.name).second) {
                out << "constexpr FeatureField optional_" << r.name << "[] = {";
                for (const FieldRow& g : r.fields)
                    if (!g.feature.empty())
                        out << "{Feature::" << g.feature << ", " << hex(g.mask()) << "ull}, ";
                out << "};\n";
            }
    out << "\nconstexpr Rule rule_rows[] = {\n";
    for (const RuleRow& r : d.rules)
        out << "    {\"" << r.name << "\", " << r.els << ", " << (r.on_read ? "true" : "false")
            << ", " << (r.on_write ? "true" : "false") << ", " << r.target << ", "
            << (r.conditions.empty() ? "{}" : "if_" + r.name) << "},\n";
    out << "};\n\nconstexpr Description rows[] = {\n";
    for (const RegisterRow& r : d.registers)
        out << "    {\"" << r.name << "\", " << hex(r.key()) << ", " << hex(r.reset) << "ull, "
            << hex(r.mask) << "ull, " << (r.readable ? "true" : "false") << ", "
            << (r.writable ? "true" : "false") << ", " << (r.computed ? "true" : "false") << ", "
            << (r.instruction ? "true" : "false") << ", " << r.write_el << ", "
            << (r.feature.empty() ? "Feature::Count" : "Feature::" + r.feature) << ", "
            << (r.e2h.empty() ? "Reg::Count" : "Reg::" + r.e2h) << ", "
            << (r.alias == "el12"   ? "Alias::El12"
                : r.alias == "el02" ? "Alias::El02"
                                    : "Alias::None")
            << ", " << (r.rules.empty() ? "{}" : list_name(r)) << ", "
            << (lists.contains("f" + r.name) ? "optional_" + r.name : "{}") << "},\n";
    out << "};\n\n";
    for (const FeatureRow& f : d.features) {
        write_feature_list("requires_" + f.name, f.required, out);
        write_feature_list("one_of_" + f.name, f.alternatives, out);
        write_feature_list("excludes_" + f.name, f.excluded, out);
        if (!f.settings.empty()) {
            out << "constexpr IdSetting sets_" << f.name << "[] = {";
            for (const auto& s : f.settings) {
                const FieldRow& field = d.field_of(f.at, s.reg, s.field);
                out << "{Reg::" << s.reg << ", " << hex(field.mask()) << "ull, "
                    << hex(s.value << field.lsb)
                    << "ull, Feature::" << (s.with.empty() ? "Count" : s.with) << "}, ";
            }
            out << "};\n";
        }
    }
    out << "\nconstexpr FeatureRow feature_list[] = {\n";
    for (const FeatureRow& f : d.features)
        out << "    {\"" << f.name << "\", " << (f.unavailable ? "false" : "true") << ", "
            << (f.required.empty() ? "{}" : "requires_" + f.name) << ", "
            << (f.alternatives.empty() ? "{}" : "one_of_" + f.name) << ", "
            << (f.excluded.empty() ? "{}" : "excludes_" + f.name) << ", "
            << (f.settings.empty() ? "{}" : "sets_" + f.name) << "},\n";
    out << "};\n\n} // namespace\n\n"
        << "std::span<const Description> descriptions()\n{\n    return rows;\n}\n\n"
        << "std::span<const Rule> rules()\n{\n    return rule_rows;\n}\n\n"
        << "std::span<const FeatureRow> feature_rows()\n{\n    return feature_list;\n}\n\n"
        << "} // namespace sl::sysreg\n";
}

void write_software(const Description& d, std::ostream& out)
{
    out << "/* SPDX-License-Identifier: MIT */\n"
        << "/* Generated from models/sysreg/description. Do not edit. */\n"
        << "/* SYS_<NAME>: the register's generic assembler name, for MRS and MSR.\n"
        << "   <NAME>_<FIELD>_SHIFT, _WIDTH, _MASK: its fields, for C and assembly. */\n"
        << "#ifndef SIGHTLINE_SYSREG_H\n#define SIGHTLINE_SYSREG_H\n\n"
        << "#ifdef __ASSEMBLER__\n#define SYSREG_U64(x) x\n#else\n"
        << "#define SYSREG_U64(x) x##ull\n#endif\n";
    const auto name = [](unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2) {
        std::ostringstream s;
        s << "S" << op0 << "_" << op1 << "_C" << crn << "_C" << crm << "_" << op2;
        return s.str();
    };
    for (const RegisterRow& r : d.registers) {
        if (r.instruction)
            continue;
        out << "\n#define SYS_" << r.name << " " << name(r.op0, r.op1, r.crn, r.crm, r.op2) << "\n";
        if (!r.alias.empty()) {
            string alias = r.name.substr(0, r.name.rfind('_'));
            alias += r.alias == "el12" ? "_EL12" : "_EL02";
            out << "#define SYS_" << alias << " " << name(r.op0, 5, r.crn, r.crm, r.op2) << "\n";
        }
        for (const FieldRow& f : r.fields) {
            const string prefix = "#define " + r.name + "_" + f.name;
            out << prefix << "_SHIFT " << f.lsb << "\n"
                << prefix << "_WIDTH " << f.msb - f.lsb + 1 << "\n"
                << prefix << "_MASK SYSREG_U64(" << hex(f.mask()) << ")\n";
        }
    }
    out << "\n#endif\n";
}

template <class Write>
void emit(const std::filesystem::path& path, Write write)
{
    std::ostringstream text;
    write(text);
    std::ofstream out{path, std::ios::binary};
    out << text.str();
    out.close();
    if (!out)
        throw std::runtime_error(path.string() + ": cannot be written");
}

} // namespace

int main(int argc, char** argv)
{
    try {
        if (argc < 3)
            throw std::runtime_error("usage: sysreg_generate OUT-DIR FILE…");
        Description d;
        for (int i = 2; i < argc; ++i)
            d.read(argv[i]);
        d.check();
        const std::filesystem::path dir = argv[1];
        std::filesystem::create_directories(dir / "sysreg");
        emit(dir / "sysreg/registers.gen.h", [&](std::ostream& o) { write_header(d, o); });
        emit(dir / "tables.gen.cpp", [&](std::ostream& o) { write_tables(d, o); });
        emit(dir / "sightline_sysreg.h", [&](std::ostream& o) { write_software(d, o); });
        return EXIT_SUCCESS;
    } catch (const std::exception& e) {
        std::cerr << e.what() << "\n";
        return EXIT_FAILURE;
    }
}
