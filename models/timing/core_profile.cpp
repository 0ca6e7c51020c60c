// SPDX-License-Identifier: MIT
#include "timing/core_profile.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sl::timing {

using a64::CostClass;

namespace {

struct ClassRow {
    CostClass cls;
    std::string_view name;
    Unit unit;
    bool serializes;
    u64 latency, interval;
};

// In the order of CostClass. The defaults are those of the profile that a file then overrides.
constexpr ClassRow rows[] = {
    {CostClass::Alu, "alu", Unit::Integer, false, 1, 1},
    {CostClass::AluShift, "alu_shift", Unit::Integer, false, 2, 1},
    {CostClass::Mul32, "mul32", Unit::Multiply, false, 3, 1},
    {CostClass::Mul64, "mul64", Unit::Multiply, false, 4, 2},
    {CostClass::MulHigh, "mul_high", Unit::Multiply, false, 5, 3},
    {CostClass::Div32, "div32", Unit::Divide, false, 12, 12},
    {CostClass::Div64, "div64", Unit::Divide, false, 20, 20},
    {CostClass::Bitfield, "bitfield", Unit::Integer, false, 1, 1},
    {CostClass::Crc, "crc", Unit::Multiply, false, 2, 1},
    {CostClass::PointerAuth, "pointer_auth", Unit::Multiply, false, 5, 1}, // LLVM: Neoverse N2
    {CostClass::Load, "load", Unit::Load, false, 3, 1},
    {CostClass::LoadPair, "load_pair", Unit::Load, false, 4, 2},
    {CostClass::Store, "store", Unit::Store, false, 1, 1},
    {CostClass::StorePair, "store_pair", Unit::Store, false, 1, 2},
    {CostClass::Atomic, "atomic", Unit::Store, false, 8, 4},
    {CostClass::Exclusive, "exclusive", Unit::Store, false, 5, 2},
    {CostClass::Prefetch, "prefetch", Unit::Load, false, 1, 1},
    {CostClass::FpMove, "fp_move", Unit::Vector, false, 3, 1},
    {CostClass::FpLoad, "fp_load", Unit::Load, false, 4, 1},
    {CostClass::FpStore, "fp_store", Unit::Store, false, 1, 1},
    {CostClass::BranchDirect, "branch_direct", Unit::Branch, false, 1, 1},
    {CostClass::BranchIndirect, "branch_indirect", Unit::Branch, false, 1, 1},
    {CostClass::BranchReturn, "branch_return", Unit::Branch, false, 1, 1},
    {CostClass::BranchConditional, "branch_conditional", Unit::Branch, false, 1, 1},
    {CostClass::MrsSelf, "mrs_self", Unit::System, false, 2, 1},
    {CostClass::Mrs, "mrs", Unit::System, true, 4, 1},
    {CostClass::Msr, "msr", Unit::System, true, 6, 1},
    {CostClass::MrsGic, "mrs_gic", Unit::System, true, 20, 1},
    {CostClass::MsrGic, "msr_gic", Unit::System, true, 20, 1},
    {CostClass::MrsTimer, "mrs_timer", Unit::System, true, 12, 1},
    {CostClass::MsrTimer, "msr_timer", Unit::System, true, 12, 1},
    {CostClass::MrsTrace, "mrs_trace", Unit::System, true, 12, 1},
    {CostClass::MsrTrace, "msr_trace", Unit::System, true, 12, 1},
    {CostClass::MsrPstate, "msr_pstate", Unit::System, false, 2, 1},
    {CostClass::Isb, "isb", Unit::System, true, 10, 1},
    {CostClass::Dsb, "dsb", Unit::System, true, 10, 1},
    {CostClass::Dmb, "dmb", Unit::System, true, 4, 1},
    {CostClass::Tlbi, "tlbi", Unit::System, true, 9, 1},
    {CostClass::CacheMaintenance, "cache_maintenance", Unit::System, true, 4, 1},
    {CostClass::AddressTranslate, "address_translate", Unit::System, true, 6, 1},
    {CostClass::Hint, "hint", Unit::System, false, 1, 1},
    {CostClass::Exception, "exception", Unit::System, true, 1, 1},
    {CostClass::Eret, "eret", Unit::System, true, 1, 1},
    {CostClass::Undefined, "undefined", Unit::System, true, 1, 1},
};
static_assert(std::size(rows) == class_count);
static_assert(
    [] {
        for (std::size_t i = 0; i < class_count; ++i)
            if (static_cast<std::size_t>(rows[i].cls) != i)
                return false;
        return true;
    }(),
    "rows are indexed by class");

constexpr std::pair<std::string_view, u64> unit_rows[unit_count] = {
    {"integer", 2}, {"multiply", 1}, {"divide", 1}, {"load", 1},
    {"store", 1},   {"vector", 1},   {"branch", 1}, {"system", 1},
};

const ClassRow& row(CostClass c)
{
    return rows[static_cast<std::size_t>(c)];
}

using Parameter = CoreProfile::Parameter;

/// Keys such as "latency.alu" are made once and live as long as the program.
const std::vector<std::string>& class_keys(std::string_view prefix)
{
    static const auto make = [](std::string_view before) {
        std::vector<std::string> keys;
        for (const ClassRow& r : rows)
            keys.push_back(std::string{before} + std::string{r.name});
        return keys;
    };
    static const auto latencies = make("latency."), intervals = make("interval.");
    return prefix == "latency." ? latencies : intervals;
}

const std::vector<std::string>& unit_keys()
{
    static const auto keys = [] {
        std::vector<std::string> made;
        for (const auto& [name, count] : unit_rows)
            made.push_back("pipes." + std::string{name});
        return made;
    }();
    return keys;
}

void add_shape(std::vector<Parameter>& all, std::string_view size, std::string_view ways,
               std::string_view line, u64& (*size_of)(CoreProfile&, std::size_t),
               u64& (*ways_of)(CoreProfile&, std::size_t),
               u64& (*line_of)(CoreProfile&, std::size_t))
{
    all.push_back({size, 0, u64{1} << 30, "bytes; 0: the core has no such cache", size_of, 0});
    all.push_back({ways, 1, 64, "associativity", ways_of, 0});
    all.push_back({line, 16, 256, "bytes of a line", line_of, 0});
}

std::vector<Parameter> make_parameters()
{
    using P = CoreProfile;
    constexpr u64 many = 1'000'000;
    std::vector<Parameter> all = {
        {"midr", 1, 0xffff'ffff, "MIDR_EL1", [](P& p, std::size_t) -> u64& { return p.midr; }, 0},
        {"issue_width", 1, 16, "instructions that may issue in one cycle",
         [](P& p, std::size_t) -> u64& { return p.issue_width; }, 0},
        {"out_of_order", 0, 1, "0: stalls at the first operand that is not ready; 1: does not",
         [](P& p, std::size_t) -> u64& { return p.out_of_order; }, 0},
        {"window", 0, 1024,
         "out of order: instructions in flight; dispatch stalls when the oldest holds up so "
         "many",
         [](P& p, std::size_t) -> u64& { return p.window; }, 0},
    };
    for (std::size_t i = 0; i < class_count; ++i)
        all.push_back(
            {class_keys("latency.")[i], 0, many,
             "cycles from issue until a dependent instruction may issue; for classes that "
             "serialize, the cycles that they take",
             [](P& p, std::size_t n) -> u64& { return p.latency[n]; }, i});
    for (std::size_t i = 0; i < class_count; ++i)
        all.push_back({class_keys("interval.")[i], 0, many,
                       "cycles for which the instruction occupies its pipe",
                       [](P& p, std::size_t n) -> u64& { return p.interval[n]; }, i});
    for (std::size_t i = 0; i < unit_count; ++i)
        all.push_back({unit_keys()[i], 1, 4, "pipes of the unit",
                       [](P& p, std::size_t n) -> u64& { return p.pipes[n]; }, i});
    all.insert(
        all.end(),
        {
            {"taken_branch", 0, many, "extra cycles of a taken direct branch",
             [](P& p, std::size_t) -> u64& { return p.taken_branch; }, 0},
            {"taken_indirect", 0, many, "extra cycles of BR and BLR",
             [](P& p, std::size_t) -> u64& { return p.taken_indirect; }, 0},
            {"taken_return", 0, many, "extra cycles of RET",
             [](P& p, std::size_t) -> u64& { return p.taken_return; }, 0},
            {"exception.same_el", 0, many, "entry without a change of EL",
             [](P& p, std::size_t) -> u64& { return p.exception.same_el; }, 0},
            {"exception.to_el1", 0, many, "entry from EL0 to EL1",
             [](P& p, std::size_t) -> u64& { return p.exception.to_el1; }, 0},
            {"exception.to_el2", 0, many, "entry from EL0 or EL1 to EL2",
             [](P& p, std::size_t) -> u64& { return p.exception.to_el2; }, 0},
            {"exception.to_el3", 0, many, "entry from a lower EL to EL3",
             [](P& p, std::size_t) -> u64& { return p.exception.to_el3; }, 0},
            {"eret.same_el", 0, many, "ERET without a change of EL",
             [](P& p, std::size_t) -> u64& { return p.eret.same_el; }, 0},
            {"eret.from_el1", 0, many, "ERET from EL1 to EL0",
             [](P& p, std::size_t) -> u64& { return p.eret.from_el1; }, 0},
            {"eret.from_el2", 0, many, "ERET from EL2 to EL1 or EL0",
             [](P& p, std::size_t) -> u64& { return p.eret.from_el2; }, 0},
            {"eret.from_el3", 0, many, "ERET from EL3 to a lower EL",
             [](P& p, std::size_t) -> u64& { return p.eret.from_el3; }, 0},
            {"interrupt_latency", 0, many,
             "from an interrupt being visible to the PE until its entry begins",
             [](P& p, std::size_t) -> u64& { return p.interrupt_latency; }, 0},
            {"wfx_wakeup", 0, many, "from a wake-up event until WFI or WFE completes",
             [](P& p, std::size_t) -> u64& { return p.wfx_wakeup; }, 0},
            {"walk_read", 0, many, "one descriptor read of a table walk, either stage",
             [](P& p, std::size_t) -> u64& { return p.walk_read; }, 0},
            {"tlbi_broadcast", 0, many, "extra cycles of a TLBI to the inner shareable domain",
             [](P& p, std::size_t) -> u64& { return p.tlbi_broadcast; }, 0},
            {"device_access", 0, many, "extra cycles of a load or store to a device",
             [](P& p, std::size_t) -> u64& { return p.device_access; }, 0},
            {"unaligned_page_crossing", 0, many, "extra cycles of an access that crosses a page",
             [](P& p, std::size_t) -> u64& { return p.unaligned_page_crossing; }, 0},
            {"cross_pe_latency", 1, many,
             "from an SGI, SEV or store on one PE until another can see it; also the longest "
             "quantum in annotated fidelity",
             [](P& p, std::size_t) -> u64& { return p.cross_pe_latency; }, 0},
            {"firmware_call", 0, many, "SMC that the built-in firmware answers",
             [](P& p, std::size_t) -> u64& { return p.firmware_call; }, 0},
            {"functional_cpi", 1, 100, "cycles of every instruction in functional fidelity",
             [](P& p, std::size_t) -> u64& { return p.functional_cpi; }, 0},
            {"tlb.entries", 16, 65536, "translations held, all regimes together",
             [](P& p, std::size_t) -> u64& { return p.tlb_entries; }, 0},
            {"tlb.ways", 1, 16, "associativity of the TLB",
             [](P& p, std::size_t) -> u64& { return p.tlb_ways; }, 0},
        });
    add_shape(
        all, "l1i.size", "l1i.ways", "l1i.line",
        [](P& p, std::size_t) -> u64& { return p.l1i.size; },
        [](P& p, std::size_t) -> u64& { return p.l1i.ways; },
        [](P& p, std::size_t) -> u64& { return p.l1i.line; });
    add_shape(
        all, "l1d.size", "l1d.ways", "l1d.line",
        [](P& p, std::size_t) -> u64& { return p.l1d.size; },
        [](P& p, std::size_t) -> u64& { return p.l1d.ways; },
        [](P& p, std::size_t) -> u64& { return p.l1d.line; });
    add_shape(
        all, "l2.size", "l2.ways", "l2.line", [](P& p, std::size_t) -> u64& { return p.l2.size; },
        [](P& p, std::size_t) -> u64& { return p.l2.ways; },
        [](P& p, std::size_t) -> u64& { return p.l2.line; });
    return all;
}

} // namespace

CoreProfile::CoreProfile()
{
    for (std::size_t i = 0; i < class_count; ++i) {
        latency[i] = rows[i].latency;
        interval[i] = rows[i].interval;
    }
    for (std::size_t i = 0; i < unit_count; ++i)
        pipes[i] = unit_rows[i].second;
}

std::span<const CoreProfile::Parameter> CoreProfile::parameters()
{
    static const std::vector<Parameter> all = make_parameters();
    return all;
}

const CoreProfile::Parameter* CoreProfile::find(std::string_view key)
{
    const auto all = parameters();
    const auto at = std::find_if(all.begin(), all.end(), [&](auto& p) { return p.key == key; });
    return at == all.end() ? nullptr : &*at;
}

Unit unit_of(CostClass c)
{
    return row(c).unit;
}

bool serializes(CostClass c)
{
    return row(c).serializes;
}

std::string_view class_name(CostClass c)
{
    return row(c).name;
}

} // namespace sl::timing
