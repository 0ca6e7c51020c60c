// SPDX-License-Identifier: MIT
#include "timing/cost_model.h"

#include <catch2/catch.hpp>
#include <toml++/toml.h>

#include <set>
#include <string>

using namespace sl;
using namespace sl::timing;
using a64::CostClass;
using a64::Effects;

namespace {

Effects op(CostClass cls, std::initializer_list<u8> writes, std::initializer_list<u8> reads)
{
    Effects e;
    e.cls = cls;
    for (const u8 slot : writes)
        e.writes[e.write_count++] = slot;
    for (const u8 slot : reads)
        e.reads[e.read_count++] = slot;
    return e;
}

CoreProfile two_wide()
{
    CoreProfile p;
    p.issue_width = 2;
    p.latency_of(CostClass::Alu) = 1;
    p.latency_of(CostClass::Load) = 3;
    p.latency_of(CostClass::Div64) = 20;
    p.interval_of(CostClass::Div64) = 20;
    p.latency_of(CostClass::Isb) = 12;
    return p;
}

CoreProfile wide_window()
{
    CoreProfile p = two_wide();
    p.issue_width = 4;
    p.out_of_order = 1;
    p.window = 128;
    p.pipes_of(Unit::Integer) = 4;
    return p;
}

u64 cost(a64::CostModel& m, std::initializer_list<Effects> run)
{
    m.begin(0);
    u64 total = 0;
    for (const Effects& e : run)
        total += m.add(e);
    return total;
}

} // namespace

TEST_CASE("every parameter has a key of its own, a description and a default inside its range")
{
    CoreProfile p;
    std::set<std::string_view> keys;
    for (const auto& field : CoreProfile::parameters()) {
        INFO(field.key);
        CHECK(keys.insert(field.key).second);
        CHECK_FALSE(field.doc.empty());
        CHECK(field.in(p) >= field.min);
        CHECK(field.in(p) <= field.max);
    }
    CHECK(CoreProfile::find("latency.msr_trace") != nullptr);
    CHECK(CoreProfile::find("latency.nothing") == nullptr);
}

TEST_CASE("a parameter found by its key is the member of that name")
{
    CoreProfile p;
    CoreProfile::find("latency.isb")->in(p) = 77;
    CoreProfile::find("exception.to_el2")->in(p) = 71;
    CoreProfile::find("pipes.load")->in(p) = 2;
    CHECK(p.latency_of(CostClass::Isb) == 77);
    CHECK(p.exception.to_el2 == 71);
    CHECK(p.pipes_of(Unit::Load) == 2);
}

TEST_CASE("an in-order core issues independent instructions by its width")
{
    Scoreboard m{two_wide()};
    const Effects a = op(CostClass::Alu, {0}, {1}), b = op(CostClass::Alu, {2}, {3});
    CHECK(cost(m, {a}) == 1);
    CHECK(cost(m, {a, b}) == 1);
    CHECK(cost(m, {a, b, a, b}) == 2);
}

TEST_CASE("an in-order core waits for an operand, and everything after waits with it")
{
    Scoreboard m{two_wide()};
    const Effects load = op(CostClass::Load, {0}, {1});
    CHECK(cost(m, {load, op(CostClass::Alu, {2}, {0})}) == 1 + 3);
    // Two unrelated instructions in between hide one cycle of the three.
    CHECK(cost(m, {load, op(CostClass::Alu, {4}, {5}), op(CostClass::Alu, {6}, {7}),
                   op(CostClass::Alu, {2}, {0})}) == 1 + 3);
    CHECK(cost(m, {load, op(CostClass::Alu, {4}, {5})}) == 1);
}

TEST_CASE("a busy pipe holds up the next instruction of its kind only")
{
    Scoreboard m{two_wide()};
    const Effects div = op(CostClass::Div64, {0}, {1}), other = op(CostClass::Div64, {2}, {3});
    CHECK(cost(m, {div, other}) == 1 + 20);
    CHECK(cost(m, {div, op(CostClass::Alu, {4}, {5})}) == 1);
}

TEST_CASE("an out-of-order core hides a latency that its window covers")
{
    Scoreboard m{wide_window()};
    const Effects load = op(CostClass::Load, {0}, {1});
    CHECK(cost(m, {load, op(CostClass::Alu, {2}, {0}), op(CostClass::Alu, {4}, {5})}) == 1);
}

TEST_CASE("an out-of-order core stalls once the window behind a slow instruction is full")
{
    // A chain of dependent divisions retires one per 20 cycles; 128 / 4 = 32 cycles may pile up.
    Scoreboard m{wide_window()};
    m.begin(0);
    u64 total = 0;
    for (int i = 0; i < 100; ++i)
        total += m.add(op(CostClass::Div64, {0}, {0}));
    CHECK(total >= 100u * 20 - 32);
    CHECK(total <= 100u * 20);
}

TEST_CASE("a serializing instruction waits for everything before it and leaves an empty pipeline")
{
    for (const CoreProfile& p : {two_wide(), wide_window()}) {
        Scoreboard m{p};
        CHECK(cost(m, {op(CostClass::Load, {0}, {1}), op(CostClass::Isb, {}, {})}) == 1 + 3 + 12);
        CHECK(m.end() == 0);
    }
}

TEST_CASE("how a run is cut does not change what it costs")
{
    const Effects run[] = {
        op(CostClass::Load, {0}, {1}),  op(CostClass::Alu, {2}, {0, 3}),
        op(CostClass::Mul64, {4}, {2}), op(CostClass::LoadPair, {5, 6}, {7}),
        op(CostClass::Alu, {8}, {5}),   op(CostClass::Div64, {9}, {8}),
        op(CostClass::Store, {}, {9}),  op(CostClass::BranchConditional, {}, {66}),
        op(CostClass::Mrs, {10}, {}),   op(CostClass::Alu, {11}, {10}),
    };
    for (const CoreProfile& p : {two_wide(), wide_window()}) {
        Scoreboard whole{p};
        whole.begin(0);
        std::vector<u32> expected;
        for (const Effects& e : run)
            expected.push_back(whole.add(e));
        const auto end = whole.end();

        for (std::size_t length = 1; length <= 3; ++length) {
            Scoreboard cut{p};
            a64::PipeId id = 0;
            std::vector<u32> costs;
            for (std::size_t i = 0; i < std::size(run); ++i) {
                if (i % length == 0) {
                    cut.begin(id);
                }
                costs.push_back(cut.add(run[i]));
                if (i % length == length - 1)
                    id = cut.end();
            }
            CHECK(costs == expected);
        }
        whole.begin(end);
        CHECK(whole.end() == end);
    }
}

TEST_CASE("equal pipeline states have equal identities")
{
    Scoreboard m{two_wide()};
    m.begin(0);
    CHECK(m.end() == 0);
    m.add(op(CostClass::Load, {0}, {1}));
    const auto first = m.end();
    CHECK(first != 0);
    m.begin(0);
    m.add(op(CostClass::Load, {0}, {1}));
    CHECK(m.end() == first);
}

TEST_CASE("functional fidelity charges the same for every instruction")
{
    CoreProfile p;
    p.functional_cpi = 2;
    FlatCost m{p};
    CHECK(cost(m, {op(CostClass::Div64, {0}, {1}), op(CostClass::Isb, {}, {})}) == 4);
    CHECK(m.taken(CostClass::BranchDirect) == 0);
}

TEST_CASE("taken branches cost what the profile says of their kind")
{
    CoreProfile p;
    p.taken_branch = 3;
    p.taken_indirect = 5;
    p.taken_return = 2;
    Scoreboard m{p};
    CHECK(m.taken(CostClass::BranchConditional) == 3);
    CHECK(m.taken(CostClass::BranchIndirect) == 5);
    CHECK(m.taken(CostClass::BranchReturn) == 2);
}

namespace {

void fill(CoreProfile& profile, const toml::table& table, const std::string& prefix)
{
    for (const auto& [name, value] : table) {
        const std::string key = prefix + std::string{name.str()};
        if (const auto* sub = value.as_table()) {
            fill(profile, *sub, key + ".");
        } else if (key != "features") {
            INFO(key);
            const auto* parameter = CoreProfile::find(key);
            REQUIRE(parameter != nullptr);
            const auto number = value.value<s64>();
            REQUIRE(number);
            CHECK(static_cast<u64>(*number) >= parameter->min);
            CHECK(static_cast<u64>(*number) <= parameter->max);
            parameter->in(profile) = static_cast<u64>(*number);
        }
    }
}

CoreProfile shipped(const std::string& name)
{
    CoreProfile profile;
    fill(profile, toml::parse_file(std::string{SL_CORE_PROFILES} + "/" + name + ".toml"), "");
    return profile;
}

} // namespace

TEST_CASE("the shipped profiles name parameters that exist, with values in range")
{
    CHECK(shipped("in-order-2wide").out_of_order == 0);
    CHECK(shipped("out-of-order-wide").window == 128);
    CHECK(shipped("cortex-a57-like").exception.to_el2 == 72);
}

TEST_CASE("a dependent load chain costs the shipped load-to-use latencies")
{
    const auto chain = [](const CoreProfile& profile) {
        Scoreboard m{profile};
        m.begin(0);
        u64 total = 0;
        for (int i = 0; i < 1000; ++i)
            total += m.add(op(CostClass::Load, {0}, {0}));
        return total;
    };
    CHECK(chain(shipped("in-order-2wide")) == 1 + 999 * 3);
    // Out of order the last loads of the chain are still in flight when the last is dispatched.
    const u64 n1 = chain(shipped("out-of-order-wide"));
    CHECK(n1 <= 1000 * 4);
    CHECK(n1 >= 1000 * 4 - 128 / 4);
}
