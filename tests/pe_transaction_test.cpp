// SPDX-License-Identifier: MIT
#include "pe_tables.h"

using namespace sl;
using namespace sl::pe;
using Kind = Transaction::Kind;

namespace {

constexpr u64 target = TestBus::ram + 0x8000;

/// Ten rounds of every way to reach memory that a hot handler or its slow path has.
struct Rounds : Bench {
    static constexpr unsigned rounds = 10;

    explicit Rounds(Transactions which, bool annotated = true)
        : Bench{[&] {
              PeConfig c = test_config();
              c.annotated = annotated;
              return c;
          }()}
    {
        pe.set_transactions(which);
        bus.at<u64>(target) = 5;
        bus.at<u64>(target + 8) = 0x99;
        pe.state().x[0] = 1;
        pe.state().x[1] = target;
        pe.state().x[6] = rounds;
        code(entry, {
                        0xf940'0022, // ldr x2, [x1]
                        0xf900'0422, // str x2, [x1, #8]
                        0xa940'1424, // ldp x4, x5, [x1]
                        0xf820'0022, // ldadd x0, x2, [x1]
                        0xc85f'7c22, // ldxr x2, [x1]
                        0xc803'7c22, // stxr w3, x2, [x1]
                        0xf100'04c6, // subs x6, x6, #1
                        0x54ff'ff21, // b.ne -28
                    });
        run_cycles(20'000);
    }
};

} // namespace

TEST_CASE("every access of a program is told, once and in order", "[transactions]")
{
    const Rounds b{Transactions::All};
    const auto& all = b.observer.transactions;
    REQUIRE(all.size() == 8 * Rounds::rounds);
    const Kind kinds[] = {Kind::Read,          Kind::Write,         Kind::Read,
                          Kind::Read,          Kind::AtomicRead,    Kind::AtomicWrite,
                          Kind::ExclusiveRead, Kind::ExclusiveWrite};
    const unsigned instruction[] = {0, 1, 2, 2, 3, 3, 4, 5};
    for (unsigned i = 0; i < all.size(); ++i) {
        INFO(i);
        const Transaction& t = all[i];
        const u64 before = 5 + i / 8; // LDADD adds one each round
        const bool second = i % 8 == 1 || i % 8 == 3;
        const bool added = i % 8 >= 5;
        CHECK(t.kind == kinds[i % 8]);
        CHECK(t.status == BusStatus::Ok);
        CHECK(t.bytes == 8);
        CHECK(t.el == 2);
        CHECK(t.pc == Bench::entry + 4 * instruction[i % 8]);
        CHECK(t.va == target + 8 * second);
        CHECK(t.pa == t.va);
        CHECK(t.value[0] == before + added);
    }
}

TEST_CASE("telling of transactions changes neither cycles nor state", "[transactions]")
{
    for (const bool annotated : {false, true}) {
        INFO(annotated);
        Rounds off{Transactions::None, annotated};
        Rounds devices{Transactions::Devices, annotated};
        Rounds on{Transactions::All, annotated};
        CHECK(off.observer.transactions.empty());
        CHECK(devices.observer.transactions.empty());
        CHECK(on.pe.cycle() == off.pe.cycle());
        CHECK(on.pe.instructions() == off.pe.instructions());
        CHECK(on.bus.bytes == off.bus.bytes);
        for (unsigned n = 0; n < 31; ++n)
            CHECK(on.pe.state().x[n] == off.pe.state().x[n]);
        CHECK(on.pe.state().pc == off.pe.state().pc);
    }
}

TEST_CASE("telling can begin and end in the middle of a run", "[transactions]")
{
    Bench b;
    b.pe.state().x[1] = target;
    b.code(Bench::entry, {0xf940'0022, 0x17ff'ffff}); // ldr x2, [x1]; b -4
    b.run_cycles(100);
    CHECK(b.observer.transactions.empty());
    b.pe.set_transactions(Transactions::All); // the page is inline by now
    b.run_cycles(100);
    const std::size_t seen = b.observer.transactions.size();
    CHECK(seen >= 10);
    b.pe.set_transactions(Transactions::None);
    b.run_cycles(100);
    CHECK(b.observer.transactions.size() == seen);
}

TEST_CASE("table walks tell their descriptors, with the address they are for", "[transactions]")
{
    Tables b;
    b.stage1_el1();
    const u64 leaf = target | Tables::af | Tables::page;
    b.map(0, leaf);
    b.go(1);
    b.pe.set_transactions(Transactions::All);
    b.observer.transactions.clear();
    b.bus.at<u64>(target + 0x18) = 0x1234;
    REQUIRE(b.load(Tables::va + 0x18) == 0x1234);
    const auto& all = b.observer.transactions;
    REQUIRE(all.size() == 4);
    const u64 descriptors[] = {Tables::l1 + 16, Tables::l2, Tables::l3};
    for (unsigned n = 0; n < 3; ++n) {
        CHECK(all[n].kind == Kind::Walk);
        CHECK(all[n].pa == descriptors[n]);
        CHECK(all[n].va == Tables::va + 0x18);
        CHECK(all[n].value[0] == b.w(descriptors[n]));
        CHECK(all[n].bytes == 8);
    }
    CHECK(all[3].kind == Kind::Read);
    CHECK(all[3].va == Tables::va + 0x18);
    CHECK(all[3].pa == target + 0x18);

    // A hit walks nothing; a page that is crossed makes two transactions.
    b.map(1, (target + 0x1000) | Tables::af | Tables::page);
    REQUIRE(b.load(Tables::va + 0x1000));
    b.observer.transactions.clear();
    REQUIRE(b.store(Tables::va + 0xffc, 0x1111'2222'3333'4444));
    REQUIRE(all.size() == 2);
    CHECK(all[0].kind == Kind::Write);
    CHECK(all[0].pa == target + 0xffc);
    CHECK(all[0].bytes == 4);
    CHECK(all[0].value[0] == 0x3333'4444);
    CHECK(all[1].va == Tables::va + 0x1000);
    CHECK(all[1].value[0] == 0x1111'2222);

    // A walk that only answers how a fault is to be reported is none.
    b.observer.transactions.clear();
    a64::Access atomic{.bytes = 8, .write = true, .atomic = true};
    u64 pa = 0;
    CHECK(b.pe.atomic(Tables::va + 0x5000, atomic, pa) == nullptr);
    CHECK(all.size() == 3);
}

TEST_CASE("accesses to devices are told alone when only they are wanted", "[transactions]")
{
    Tables b;
    b.pe.set_transactions(Transactions::Devices);
    const auto& all = b.observer.transactions;
    REQUIRE(b.load(target));
    REQUIRE(b.store(target, 1));
    CHECK(all.empty());
    REQUIRE(b.load(TestBus::device + 0x10, {.bytes = 4}) == 0x5566'7788);
    REQUIRE(b.store(TestBus::device + 0x20, 0xabcd, {.bytes = 2}));
    REQUIRE(all.size() == 2);
    CHECK(all[0].kind == Kind::Read);
    CHECK(all[0].pa == TestBus::device + 0x10);
    CHECK(all[0].value[0] == 0x5566'7788);
    CHECK(all[1].kind == Kind::Write);
    CHECK(all[1].bytes == 2);
    CHECK(all[1].value[0] == 0xabcd);
    // What nothing answers to is told with its end.
    CHECK(!b.load(0x1000'0000));
    REQUIRE(all.size() == 3);
    CHECK(all[2].status == BusStatus::DecodeError);
    CHECK(all[2].pc == Bench::entry);
    CHECK(all[2].value[0] == 0);
}

TEST_CASE("DC ZVA is one transaction of its block", "[transactions]")
{
    Tables b;
    b.stage1_el2();
    b.pe.set_transactions(Transactions::All);
    b.bus.at<u64>(target + 0x48) = 7;
    REQUIRE(b.pe.zero_block(target + 0x50));
    CHECK(b.bus.at<u64>(target + 0x48) == 0);
    REQUIRE(!b.observer.transactions.empty());
    const Transaction& t = b.observer.transactions.back();
    CHECK(t.kind == Kind::Write);
    CHECK(t.pa == target + 0x40);
    CHECK(t.bytes == 64);
    CHECK(t.value[0] == 0);
}
