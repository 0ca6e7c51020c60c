// SPDX-License-Identifier: MIT
// FEAT_SPE is not implemented by any PE here: the rules are told of a hypervisor that has it.
#include "rules_bench.h"

using namespace sl;
using namespace sl::rules;
using namespace sl::rules::test;

namespace {

/// A PE that is only what it is told to be.
class Fake : public Subject {
public:
    unsigned number() const override { return 0; }

    u64 pc() const override { return 0x1000; }

    u8 el() const override { return level; }

    u64 cycle() const override { return 0; }

    const sysreg::Features& features() const override { return none; }

    u64 direct(Reg reg) override { return values[reg]; }

    pe::Translated translate(pe::Regime, u64 va) override
    {
        pe::Translation t;
        t.pa = va + offset;
        return t;
    }

    pe::Walked walk(pe::Regime, u64, pe::AccessKind) override { return pe::Fault{}; }

    std::optional<u64> word(u64, bool) override { return std::nullopt; }

    void see_again(u64, u64) override {}

    bool trace_waits() const override { return false; }

    u8 level = 2;
    u64 offset = 0;
    std::map<Reg, u64> values;
    sysreg::Features none;
};

struct Spe {
    static constexpr u64 limit = 0x8000'2000, on = 1, e2pb_el1 = sysreg::MDCR_EL2::E2PB::make(3);

    Spe()
    {
        subject.values[Reg::MDCR_EL2] = e2pb_el1;
        subject.values[Reg::PMBPTR_EL1] = 0x8000'0000;
        subject.values[Reg::PMSCR_EL1] = 3;
    }

    void write(Reg reg, u64 value)
    {
        const u64 before = subject.values[reg];
        subject.values[reg] = value;
        checker.wrote(reg, before, value);
    }

    void enable()
    {
        write(Reg::PMBLIMITR_EL1, limit | on);
        isb();
    }

    void isb() { checker.barrier(a64::Barrier::Isb); }

    void dsb() { checker.barrier(a64::Barrier::Dsb); }

    void psb() { checker.profiling_synced(); }

    Fake subject;
    Found found;
    PageWatch watch;
    Translations translations{found, watch};
    Checker checker{subject, found, translations};
};

} // namespace

TEST_CASE("SPE-REGIME-CHANGED: tables or owner change under an enabled profiling buffer")
{
    Spe b;
    b.enable();
    SECTION("tables")
    {
        b.write(Reg::TTBR1_EL1, 0x5000'0000);
        CHECK(b.found.texts == Texts{"SPE-REGIME-CHANGED: MSR TTBR1_EL1 after MSR PMBLIMITR_EL1"});
    }
    SECTION("owner")
    {
        b.write(Reg::MDCR_EL2, 0);
        CHECK(b.found.texts == Texts{"SPE-REGIME-CHANGED: MSR MDCR_EL2 after MSR PMBLIMITR_EL1"});
    }
}

TEST_CASE("near SPE-REGIME-CHANGED: stopped, drained and off, or EL1 leaving the buffer alone")
{
    Spe b;
    b.enable();
    SECTION("off")
    {
        b.write(Reg::PMSCR_EL1, 0);
        b.isb();
        b.psb();
        b.dsb();
        b.write(Reg::PMBLIMITR_EL1, 0);
        b.isb();
        b.write(Reg::TTBR1_EL1, 0x5000'0000);
        b.write(Reg::MDCR_EL2, 0);
    }
    SECTION("a host's switch of address space")
    {
        b.subject.level = 1;
        b.write(Reg::TTBR0_EL1, 0x5000'0000);
    }
    CHECK(b.found.texts == Texts{});
}

TEST_CASE("SPE-ORDER: the barrier before sampling is off for sure, no DSB, enabled unsynchronized")
{
    Spe b;
    SECTION("PSB CSYNC before the ISB")
    {
        b.enable();
        b.write(Reg::PMSCR_EL1, 0);
        b.psb();
        b.isb();
        b.dsb();
        b.write(Reg::PMBLIMITR_EL1, 0);
        CHECK(b.found.texts == Texts{"SPE-ORDER: PSB CSYNC after MSR PMSCR_EL1"});
    }
    SECTION("no DSB")
    {
        b.enable();
        b.write(Reg::PMSCR_EL1, 0);
        b.isb();
        b.psb();
        b.write(Reg::PMBLIMITR_EL1, 0);
        CHECK(b.found.texts == Texts{"SPE-ORDER: MSR PMBLIMITR_EL1 after PSB CSYNC"});
    }
    SECTION("off at once")
    {
        b.enable();
        b.write(Reg::PMSCR_EL1, 0);
        b.write(Reg::PMBLIMITR_EL1, 0);
        CHECK(b.found.texts == Texts{"SPE-ORDER: MSR PMBLIMITR_EL1 after MSR PMSCR_EL1"});
    }
    SECTION("enabled before the host's tables are synchronized")
    {
        b.write(Reg::TTBR1_EL1, 0x5000'0000);
        b.enable();
        CHECK(b.found.texts == Texts{"SPE-ORDER: MSR PMBLIMITR_EL1 after MSR TTBR1_EL1"});
    }
}

TEST_CASE("near SPE-ORDER: stop, ISB, PSB CSYNC, DSB, off, ISB, and back on after an ISB")
{
    Spe b;
    b.enable();
    b.write(Reg::PMSCR_EL1, 0);
    b.isb();
    b.psb();
    b.dsb();
    b.write(Reg::PMBLIMITR_EL1, 0);
    b.isb();
    b.write(Reg::TTBR1_EL1, 0x5000'0000);
    b.isb();
    b.enable();
    b.write(Reg::PMSCR_EL1, 3);
    CHECK(b.found.texts == Texts{});
}
