// SPDX-License-Identifier: MIT
#include "config/check.h"

#include "config/injection.h"
#include "debug/text.h"
#include "debug/transaction_writer.h"
#include "pe/adversary.h"
#include "sysreg/features.h"

#include <algorithm>

namespace sl::config {

namespace {

template <class T>
void check_unique(const std::vector<T>& all, Problems& problems)
{
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto same = [&](const T& t) { return t.name == all[i].name; };
        const auto end = all.begin() + static_cast<std::ptrdiff_t>(i);
        const auto first = std::find_if(all.begin(), end, same);
        if (first != end && !all[i].name.empty())
            problems.add(all[i].where("name"), all[i].path + ".name",
                         "\"" + all[i].name + "\" is taken: " + first->where("name").text(),
                         "a name of its own");
    }
}

std::string range(const Config::Region& r)
{
    return debug::hex(r.base) + " to " + debug::hex(r.end() - 1);
}

std::string region_name(const Config::Region& r)
{
    return "`" + r.name + "` (" + r.what + ", " + range(r) + ")";
}

} // namespace

void dangling(const Location& at, const std::string& path, const std::string& what,
              const std::string& name, const std::vector<std::string>& known, Problems& problems)
{
    const std::string guess = nearest(name, known);
    problems.add(at, path,
                 "there is no " + what + " \"" + name + "\"" +
                     (guess.empty() ? "" : "; did you mean \"" + guess + "\"?"),
                 known.empty() ? "none is configured" : join(known));
}

void check_names(const Config& config, Problems& problems)
{
    check_unique(config.clusters, problems);
    check_unique(config.memories, problems);
    check_unique(config.uarts, problems);
    check_unique(config.trace, problems);
    check_unique(config.images, problems);
}

void check_features(const Config& config, Problems& problems)
{
    for (const Cluster& c : config.clusters) {
        std::vector<std::string> errors;
        sysreg::Features::parse(optional_features(c), errors);
        for (const std::string& error : errors)
            problems.add(c.where("features"), c.path + ".features", error);
        for (const auto& [feature, on] : c.features)
            if (!on && base_features().contains(feature))
                problems.add(c.where("features." + feature), c.path + ".features." + feature,
                             "every PE has it", "true");
        if (!c.kept.empty() && config.has_el3())
            problems.add(c.where("core"), c.path + ".core",
                         "has buffers that the built-in firmware keeps, and with software at EL3 "
                         "there is no such firmware",
                         "a core without kept_by_firmware: MDCR_EL3 says what that software keeps");
    }
}

void check_addresses(const Config& config, Problems& problems)
{
    const auto all = config.regions();
    const u64 top = u64{1} << pa_bits;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& r = all[i];
        if (r.size == 0)
            continue; // its size, or the number of PEs, has been reported
        if (r.end() > top)
            problems.add(r.from->where(r.key), r.from->path + "." + r.key,
                         region_name(r) + " ends beyond the " + std::to_string(pa_bits) +
                             "-bit physical addresses",
                         "an end of at most " + debug::hex(top));
        for (std::size_t j = 0; j < i; ++j)
            if (all[j].end() > r.base && all[j].size > 0)
                problems.add(r.from->where(r.key), r.from->path + "." + r.key,
                             region_name(r) + " overlaps " + region_name(all[j]) + " of " +
                                 all[j].from->where(all[j].key).text(),
                             "addresses that nothing else has");
    }
}

void check_interrupts(const Config& config, Problems& problems)
{
    const auto all = config.interrupts();
    for (const auto& i : all)
        if (i.intid >= 32 + config.gic.spis)
            problems.add(i.from->where(i.key), i.from->path + "." + i.key,
                         "INTID " + std::to_string(i.intid) + " does not exist",
                         "an spi below gic.spis, which is " + std::to_string(config.gic.spis));
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (all[i].intid != all[j].intid)
                continue;
            // Several TRBEs share their PPI: each PE has its own, and each PE has at most one.
            const bool both_trbe = all[i].key == "ppi" && all[j].key == "ppi";
            const auto& at = all[i].from ? all[i] : all[j];
            if (!both_trbe && at.from)
                problems.add(at.from->where(at.key), at.from->path + "." + at.key,
                             "INTID " + std::to_string(all[i].intid) + " is taken by " +
                                 (&at == &all[i] ? all[j] : all[i]).source,
                             "an interrupt of its own");
        }
}

void check_recordings(const Config& config, Problems& problems)
{
    const auto check = [&](const Section& section, const std::vector<u64>& values, const char* key,
                           u64 count) {
        for (const u64 v : values)
            if (v >= count)
                problems.add(section.where(key), section.path + "." + key,
                             std::to_string(v) + " is out of range",
                             "0 to " + std::to_string(count - 1));
    };
    const Log& log = config.log;
    const Transactions& transactions = config.transactions;
    if (config.pes() > 0) {
        check(log, log.pes, "pes", config.pes());
        check(transactions, transactions.pes, "pes", config.pes());
    }
    check(log, log.els, "els", 4);
    const std::vector<std::string> groups = debug::transaction_groups();
    for (const std::string& kind : transactions.kinds)
        if (std::find(groups.begin(), groups.end(), kind) == groups.end())
            dangling(transactions.where("kinds"), transactions.path + ".kinds",
                     "kind of transaction", kind, groups, problems);
}

void check_run(const Config& config, Problems& problems)
{
    const Run& run = config.run;
    if (!pe::AdversaryMode::parse(run.adversary))
        problems.add(run.where("adversary"), run.path + ".adversary",
                     "there is no adversary \"" + run.adversary + "\"", pe::AdversaryMode::allowed);
    if (!run.inject.empty() && !Injection::parse(run.inject))
        problems.add(run.where("inject"), run.path + ".inject",
                     "\"" + run.inject + "\" is no place of an interrupt", Injection::allowed);
}

} // namespace sl::config
