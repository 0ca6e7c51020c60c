// SPDX-License-Identifier: MIT
// Reads the register description (description/*.txt) and checks that it agrees with itself.
#pragma once

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

namespace sl::sysreg::generate {

using std::string;
using u64 = std::uint64_t;

struct Where {
    string file;
    int line = 0;
};

[[noreturn]] inline void fail(const Where& at, const string& what)
{
    throw std::runtime_error(at.file + ":" + std::to_string(at.line) + ": " + what);
}

struct FieldRow {
    string name, feature;
    unsigned msb = 0, lsb = 0;
    bool alternative = false;

    u64 mask() const
    {
        const unsigned width = msb - lsb + 1;
        return (width == 64 ? ~u64{0} : (u64{1} << width) - 1) << lsb;
    }
};

struct RegisterRow {
    Where at;
    string name, feature, e2h, alias;
    unsigned op0 = 0, op1 = 0, crn = 0, crm = 0, op2 = 0;
    bool readable = true, writable = true, computed = false, instruction = false;
    int write_el = -1; ///< lowest EL that may write; -1 as for reads; 4 the highest implemented EL
    u64 reset = 0, mask = ~u64{0};
    bool full = false;
    std::vector<string> rules;
    std::vector<FieldRow> fields;

    unsigned key() const { return (op0 & 3) << 14 | op1 << 11 | crn << 7 | crm << 3 | op2; }
};

struct ConditionRow {
    string special, reg, field;
    bool negate = false, has_value = false;
    u64 value = 0;
};

struct RuleRow {
    Where at;
    string name;
    unsigned els = 0;
    bool on_read = false, on_write = false;
    int target = 0; ///< 0 UNDEFINED
    std::vector<ConditionRow> conditions;
};

struct FeatureRow {
    Where at;
    string name;
    bool unavailable = false;
    std::vector<string> required;

    struct Setting {
        string reg, field;
        u64 value = 0;
    };

    std::vector<Setting> settings;
};

inline std::vector<string> split(const string& text, char by)
{
    std::vector<string> out;
    std::stringstream in{text};
    for (string part; std::getline(in, part, by);)
        out.push_back(part);
    return out;
}

inline u64 number(const Where& at, const string& text)
{
    std::size_t used = 0;
    u64 v = 0;
    try {
        v = std::stoull(text, &used, 0);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || used != text.size())
        fail(at, "'" + text + "' is not a number");
    return v;
}

/// `12+n/8`, `n%8`, `7`.
inline unsigned evaluate(const Where& at, const string& text, unsigned n)
{
    const auto plus = text.find('+');
    if (plus != string::npos)
        return evaluate(at, text.substr(0, plus), n) + evaluate(at, text.substr(plus + 1), n);
    if (text.empty())
        fail(at, "an encoding part is empty");
    if (text[0] != 'n')
        return static_cast<unsigned>(number(at, text));
    if (text.size() == 1)
        return n;
    const auto by = static_cast<unsigned>(number(at, text.substr(2)));
    switch (text[1]) {
    case '/':
        return n / by;
    case '%':
        return n % by;
    case '*':
        return n * by;
    default:
        fail(at, "cannot evaluate '" + text + "'");
    }
}

class Description {
public:
    void read(const string& path)
    {
        std::ifstream in{path};
        if (!in)
            throw std::runtime_error(path + ": cannot be read");
        Where at{path, 0};
        std::size_t first = registers.size(); // rows that following field lines belong to
        for (string line; std::getline(in, line);) {
            ++at.line;
            const bool field = !line.empty() && std::isspace(static_cast<unsigned char>(line[0]));
            std::istringstream words{line.substr(0, line.find('#'))};
            std::vector<string> w;
            for (string word; words >> word;)
                w.push_back(word);
            if (w.empty())
                continue;
            if (field) {
                if (first == registers.size())
                    fail(at, "a field without a register");
                for (std::size_t i = first; i < registers.size(); ++i)
                    add_field(at, registers[i], w);
            } else if (w[0] == "register" || w[0] == "instruction") {
                first = registers.size();
                add_register(at, w);
            } else if (w[0] == "rule") {
                add_rule(at, w);
            } else if (w[0] == "feature") {
                add_feature(at, w);
            } else {
                fail(at, "expected register, instruction, rule or feature, not '" + w[0] + "'");
            }
        }
    }

    void check()
    {
        std::map<string, const RegisterRow*> names;
        std::map<unsigned, const RegisterRow*> encodings;
        for (RegisterRow& r : registers) {
            if (!names.emplace(r.name, &r).second)
                fail(r.at, r.name + " is described twice");
            const auto [it, fresh] = encodings.emplace(r.key(), &r);
            if (!fresh)
                fail(r.at, r.name + " has the encoding of " + it->second->name);
            if (!r.feature.empty() && !find_feature(r.feature))
                fail(r.at, "unknown feature " + r.feature);
            for (const string& rule : r.rules)
                if (!find_rule(rule))
                    fail(r.at, "unknown rule " + rule);
            u64 seen = 0;
            for (const FieldRow& f : r.fields) {
                if (!f.alternative && (seen & f.mask()))
                    fail(r.at, r.name + "." + f.name + " overlaps another field");
                seen |= f.mask();
            }
            if (r.full)
                r.mask = seen;
        }
        for (const RegisterRow& r : registers) {
            if (!r.e2h.empty() && !names.contains(r.e2h))
                fail(r.at, "unknown register " + r.e2h);
            if (!r.alias.empty()) {
                const unsigned key = (r.key() & ~(7u << 11)) | 5u << 11;
                if (encodings.contains(key))
                    fail(r.at,
                         "the alias of " + r.name + " has the encoding of " + encodings[key]->name);
            }
        }
        for (const RuleRow& r : rules)
            for (const ConditionRow& c : r.conditions)
                if (c.special.empty())
                    field_of(r.at, c.reg, c.field);
        for (const FeatureRow& f : features) {
            for (const string& need : f.required)
                if (!find_feature(need))
                    fail(f.at, "unknown feature " + need);
            for (const auto& s : f.settings)
                field_of(f.at, s.reg, s.field);
        }
    }

    const FieldRow& field_of(const Where& at, const string& reg, const string& field) const
    {
        for (const RegisterRow& r : registers)
            if (r.name == reg)
                for (const FieldRow& f : r.fields)
                    if (f.name == field)
                        return f;
        fail(at, "unknown field " + reg + "." + field);
    }

    const RuleRow* find_rule(const string& name) const
    {
        const auto it = std::ranges::find(rules, name, &RuleRow::name);
        return it == rules.end() ? nullptr : &*it;
    }

    const FeatureRow* find_feature(const string& name) const
    {
        const auto it = std::ranges::find(features, name, &FeatureRow::name);
        return it == features.end() ? nullptr : &*it;
    }

    std::vector<RegisterRow> registers;
    std::vector<RuleRow> rules;
    std::vector<FeatureRow> features;

private:
    static void add_field(const Where& at, RegisterRow& r, const std::vector<string>& w)
    {
        if (w.size() < 2)
            fail(at, "a field is NAME msb[:lsb] [alt] [feature=F]");
        FieldRow f;
        f.name = w[0];
        const auto range = split(w[1], ':');
        f.msb = static_cast<unsigned>(number(at, range[0]));
        f.lsb = range.size() > 1 ? static_cast<unsigned>(number(at, range[1])) : f.msb;
        if (f.msb > 63 || f.lsb > f.msb)
            fail(at, "bits " + w[1] + " do not exist");
        for (std::size_t i = 2; i < w.size(); ++i) {
            if (w[i] == "alt")
                f.alternative = true;
            else if (w[i].starts_with("feature="))
                f.feature = w[i].substr(8);
            else
                fail(at, "unknown attribute " + w[i]);
        }
        r.fields.push_back(f);
    }

    void add_register(const Where& at, const std::vector<string>& w)
    {
        if (w.size() < 3)
            fail(at, "a register is NAME op0,op1,CRn,CRm,op2 [attribute…]");
        string name = w[1];
        unsigned from = 0, to = 0;
        const auto open = name.find('<');
        const bool many = open != string::npos;
        if (many) {
            const auto close = name.find('>');
            const auto range = split(name.substr(open + 1, close - open - 1), '-');
            from = static_cast<unsigned>(number(at, range.at(0)));
            to = static_cast<unsigned>(number(at, range.at(1)));
            name.erase(open, close - open + 1);
        }
        const auto parts = split(w[2], ',');
        if (parts.size() != 5)
            fail(at, "an encoding is op0,op1,CRn,CRm,op2");
        for (unsigned n = from; n <= to; ++n) {
            RegisterRow r;
            r.at = at;
            r.name = name;
            if (many)
                r.name.insert(open, std::to_string(n));
            r.op0 = evaluate(at, parts[0], n);
            r.op1 = evaluate(at, parts[1], n);
            r.crn = evaluate(at, parts[2], n);
            r.crm = evaluate(at, parts[3], n);
            r.op2 = evaluate(at, parts[4], n);
            if (r.op0 > 3 || r.op1 > 7 || r.crn > 15 || r.crm > 15 || r.op2 > 7)
                fail(at, "encoding out of range");
            r.instruction = w[0] == "instruction";
            r.readable = !r.instruction;
            for (std::size_t i = 3; i < w.size(); ++i)
                attribute(at, r, w[i]);
            registers.push_back(r);
        }
    }

    static void attribute(const Where& at, RegisterRow& r, const string& text)
    {
        const auto eq = text.find('=');
        const string key = text.substr(0, eq);
        const string value = eq == string::npos ? "" : text.substr(eq + 1);
        if (key == "ro")
            r.writable = false;
        else if (key == "wo")
            r.readable = false;
        else if (key == "computed")
            r.computed = true;
        else if (key == "full")
            r.full = true;
        else if (key == "el12" || key == "el02")
            r.alias = key;
        else if (key == "reset")
            r.reset = number(at, value);
        else if (key == "mask")
            r.mask = number(at, value);
        else if (key == "feature")
            r.feature = value;
        else if (key == "e2h")
            r.e2h = value;
        else if (key == "rules")
            r.rules = split(value, ',');
        else if (key == "write" && value == "highest")
            r.write_el = 4;
        else if (key == "write" && value.size() == 3 && value.starts_with("EL"))
            r.write_el = value[2] - '0';
        else
            fail(at, "unknown attribute " + text);
    }

    void add_rule(const Where& at, const std::vector<string>& w)
    {
        RuleRow r;
        r.at = at;
        if (w.size() < 6)
            fail(at, "a rule is NAME EL[,EL] r|w|rw CONDITION… -> TARGET");
        r.name = w[1];
        for (const string& el : split(w[2], ','))
            r.els |= 1u << (el.at(2) - '0');
        r.on_read = w[3].find('r') != string::npos;
        r.on_write = w[3].find('w') != string::npos;
        std::size_t i = 4;
        for (; i < w.size() && w[i] != "->"; ++i)
            r.conditions.push_back(condition(at, w[i]));
        if (i + 2 != w.size())
            fail(at, "a rule ends in -> TARGET");
        const string& target = w[i + 1];
        if (target == "UNDEFINED")
            r.target = 0;
        else if (target == "EL1" || target == "EL2" || target == "EL3")
            r.target = target[2] - '0';
        else
            fail(at, "unknown target " + target);
        if (find_rule(r.name))
            fail(at, "rule " + r.name + " is described twice");
        rules.push_back(r);
    }

    static ConditionRow condition(const Where& at, string text)
    {
        ConditionRow c;
        if (text[0] == '!') {
            c.negate = true;
            text.erase(0, 1);
        }
        if (text == "HOST" || text == "E2H" || text == "EL3" || text == "SECURE") {
            c.special = text;
            return c;
        }
        const auto eq = text.find('=');
        if (eq != string::npos) {
            c.has_value = true;
            c.value = number(at, text.substr(eq + 1));
            text.erase(eq);
        }
        const auto parts = split(text, '.');
        if (parts.size() != 2)
            fail(at, "a condition is REGISTER.FIELD, not " + text);
        c.reg = parts[0];
        c.field = parts[1];
        return c;
    }

    void add_feature(const Where& at, const std::vector<string>& w)
    {
        FeatureRow f;
        f.at = at;
        f.name = w.at(1);
        for (std::size_t i = 2; i < w.size(); ++i) {
            if (w[i] == "unavailable") {
                f.unavailable = true;
            } else if (w[i].starts_with("requires=")) {
                f.required = split(w[i].substr(9), ',');
            } else if (w[i].starts_with("sets=")) {
                for (const string& s : split(w[i].substr(5), ',')) {
                    const auto eq = s.find('='), dot = s.find('.');
                    if (eq == string::npos || dot == string::npos)
                        fail(at, "a setting is REGISTER.FIELD=VALUE");
                    f.settings.push_back({s.substr(0, dot), s.substr(dot + 1, eq - dot - 1),
                                          number(at, s.substr(eq + 1))});
                }
            } else {
                fail(at, "unknown attribute " + w[i]);
            }
        }
        features.push_back(f);
    }
};

} // namespace sl::sysreg::generate
