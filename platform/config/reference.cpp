// SPDX-License-Identifier: MIT
#include "config/schema.h"

#include "timing/core_profile.h"

namespace sl::config {

namespace {

std::string row(const std::string& key, const std::string& allowed, const std::string& fallback,
                const std::string& doc)
{
    return "| `" + key + "` | " + allowed + " | " + fallback + " | " + doc + " |\n";
}

std::string fallback_text(const Key& k)
{
    if (k.is_required())
        return "required";
    return k.fallback == Key::absent ? "" : "`" + std::string{k.fallback} + "`";
}

/// "of `etb`, `etf`: ", where a key is not for all.
std::string kinds_text(const Key& k)
{
    std::string s;
    for (const std::string& kind : k.kinds)
        s += (s.empty() ? "of `" : ", `") + kind + "`";
    return s.empty() ? s : s + ": ";
}

std::string table_text(const Table& t)
{
    const std::string name{t.name};
    std::string s = "\n## ";
    if (name.empty())
        s += "Top level";
    else
        s += t.array ? "`[[" + name + "]]`" : "`[" + name + "]`";
    s += "\n\n" + std::string{t.doc};
    if (t.array)
        s += t.required ? " One or more." : " Any number.";
    s += "\n\n| key | allowed | default | meaning |\n|---|---|---|---|\n";
    for (const Key& k : t.keys)
        s += row(std::string{k.name}, k.type.text(), fallback_text(k),
                 kinds_text(k) + std::string{k.doc});
    return s;
}

} // namespace

std::string reference()
{
    std::string s = R"(# Configuration reference

Made by `sightline reference`; a test compares this page with the program's schema.

A platform is a TOML file. `sightline check FILE` reports everything that is wrong with one, with file, line,
column and key, and what would be allowed; `sightline describe FILE` shows the platform that it makes. A key that is
not in this page is an error.

`--set KEY=VALUE` puts a value over the file's, as often as it is given. KEY is the path of a key with dots; an
element of `[[…]]` is named by its `name` or its index: `--set cluster.big.pes=4`,
`--set image.0.parameters.design=2`. VALUE is TOML; a word needs no quotes. Errors in it are reported with `--set` for a place.
)";
    for (const Table& t : schema())
        s += table_text(t);
    s += R"(
## Core profiles

Files of configs/cores, and the keys of `overrides` in `[[cluster]]`. `features` is an array of the names of
architecture features. `like` is the name of another core of the same folder, whose numbers hold where the file
has none of its own; features are not taken over. `kept_by_firmware` is an array of FEAT_TRBE, FEAT_SPE or both: their
buffers are kept by the built-in firmware, as by an EL3 that leaves MDCR_EL3.NSTB and NSPB zero and answers what traps
to it with an UNDEFINED exception. TRBIDR_EL1.P and PMBIDR_EL1.P are 1, all other registers of theirs UNDEFINED. Numbers are cycles of the core, unless the meaning says otherwise.

| key | allowed | meaning |
|---|---|---|
)";
    for (const auto& p : timing::CoreProfile::parameters())
        s += "| `" + std::string{p.key} + "` | " + std::to_string(p.min) + " to " +
             std::to_string(p.max) + " | " + std::string{p.doc} + " |\n";
    return s;
}

} // namespace sl::config
