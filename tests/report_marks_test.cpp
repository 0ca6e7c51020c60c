// SPDX-License-Identifier: MIT
#include "debug/marks.h"
#include "debug/symbolizer.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace sl;
using namespace sl::debug;

namespace {

// Of report_marks_fixture.ld.
constexpr u64 text_va = 0xffff'8000'0808'0000, text_pa = 0x4008'0000;

std::string file(const std::string& name)
{
    std::ifstream in{FIXTURE + name, std::ios::binary};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

u32 word_at(u64 va)
{
    static const std::string text = file("on.bin");
    REQUIRE(va - text_va + 4 <= text.size());
    u32 word = 0;
    for (unsigned i = 0; i < 4; ++i)
        word |= u32{static_cast<u8>(text[va - text_va + i])} << (8 * i);
    return word;
}

std::vector<MarkRecord> of_kind(const ElfImage& image, MarkKind kind)
{
    std::vector<MarkRecord> marks;
    std::copy_if(image.marks.begin(), image.marks.end(), std::back_inserter(marks),
                 [&](const MarkRecord& m) { return m.kind == static_cast<u32>(kind); });
    return marks;
}

constexpr u32 isb = 0xd503'3fdf, dsb_nsh = 0xd503'379f, sev = 0xd503'209f, sevl = 0xd503'20bf,
              yield = 0xd503'203f, hvc_0 = 0xd400'0002, nop = 0xd503'201f, ret = 0xd65f'03c0;

ElfImage made_up()
{
    ElfImage image;
    image.path = "made-up.elf";
    image.segments = {{.va = 0x8000, .pa = 0x4000'0000, .size = 0x100, .executable = true},
                      {.va = 0x9000, .pa = 0x4000'1000, .size = 0x100, .executable = false}};
    image.symbols = {{.name = "enter", .address = 0x8010, .size = 0x20, .function = true},
                     {.name = "table", .address = 0x9000, .size = 8}};
    return image;
}

} // namespace

TEST_CASE("marks emit no instruction: the text is the same with and without them", "[marks]")
{
    const std::string on = file("on.bin");
    CHECK(on.size() > 100);
    CHECK(on == file("off.bin"));
    CHECK(ElfImage::read(FIXTURE "off.elf").marks.empty());
}

TEST_CASE("a mark in C labels the instruction that was written after it", "[marks]")
{
    const ElfImage image = ElfImage::read(FIXTURE "on.elf");
    // one_sample() is inlined twice, in a loop and after it: each copy has marks of its own.
    const auto begins = of_kind(image, MarkKind::SampleBegin);
    REQUIRE(begins.size() == 2);
    for (const MarkRecord& mark : begins)
        CHECK(word_at(mark.value) == isb);
    const auto phases = of_kind(image, MarkKind::Phase);
    REQUIRE(phases.size() == 3);
    for (unsigned i : {0u, 1u}) {
        CHECK(word_at(phases[i].value) == dsb_nsh);
        CHECK(phases[i].name == "entry: trace");
    }
    const auto ends = of_kind(image, MarkKind::SampleEnd);
    REQUIRE(ends.size() == 2);
    for (const MarkRecord& mark : ends)
        CHECK(word_at(mark.value) == sevl);
    const auto run_ends = of_kind(image, MarkKind::RunEnd);
    REQUIRE(run_ends.size() == 1);
    CHECK(word_at(run_ends[0].value) == sev);
}

TEST_CASE("a mark's registers hold its operands where it stands", "[marks]")
{
    const ElfImage image = ElfImage::read(FIXTURE "on.elf");
    const auto runs = of_kind(image, MarkKind::Run);
    REQUIRE(runs.size() == 2);
    // run(benchmark, design, session) is entered with them in x0, x1, x2 (AAPCS64).
    CHECK(word_at(runs[0].value) == yield);
    CHECK(runs[0].reg == std::array<u8, 3>{0, 1, 2});
    // SL_RUN(x7, x30, xzr) in assembly.
    CHECK(word_at(runs[1].value) == nop);
    CHECK(runs[1].reg == std::array<u8, 3>{7, 30, 31});

    const auto vcpus = of_kind(image, MarkKind::Vcpu);
    REQUIRE(vcpus.size() == 5);
    CHECK(vcpus[0].reg[0] <= 30); // the loop's counter, in whatever register
    CHECK(vcpus[1].reg[0] == 31); // SL_VCPU(0) needs none
    CHECK(vcpus[4].reg[0] == 19);
    CHECK(word_at(vcpus[4].value) == ret);
}

TEST_CASE("marks in assembly keep their order at one address, and their text", "[marks]")
{
    const ElfImage image = ElfImage::read(FIXTURE "on.elf");
    const auto calls = of_kind(image, MarkKind::PhaseCall);
    REQUIRE(calls.size() == 1);
    CHECK(word_at(calls[0].value) == hvc_0);
    CHECK(calls[0].value == image.address_of("world_switch"));
    CHECK(calls[0].name == "guest; \"quoted\"");

    MarkTable table;
    table.add(image);
    const u64 after_hvc = image.address_of("after_hvc").value();
    const auto events = table.events(table.mark_at(after_hvc - text_va + text_pa));
    REQUIRE(events.size() == 2);
    CHECK(events[0].kind == MarkKind::PhaseReturn);
    CHECK(events[1].kind == MarkKind::Phase);
    CHECK(table.phases()[events[1].phase] == "both at one address");
}

TEST_CASE("the table finds marks by physical address, and names what has a name", "[marks]")
{
    const ElfImage image = ElfImage::read(FIXTURE "on.elf");
    MarkTable table;
    table.add(image, 0x100'0000);
    const u64 va = of_kind(image, MarkKind::RunEnd)[0].value;
    const u64 pa = va - text_va + text_pa + 0x100'0000;
    REQUIRE(table.mark_at(pa) != 0);
    CHECK(table.events(table.mark_at(pa))[0].kind == MarkKind::RunEnd);
    CHECK(table.mark_at(pa - 0x100'0000) == 0);
    CHECK(table.mark_at(va) == 0);
    CHECK(table.mark_at(pa - 4) == 0);
    CHECK(table.events(0).empty());
    CHECK(table.events(1'000'000).empty());

    CHECK(table.name(MarkKind::NameBenchmark, 3) == "hypercall");
    CHECK(table.name(MarkKind::NameDesign, 2) == "kvm-final");
    CHECK(table.name(MarkKind::NameDesign, 5) == "vhe");
    CHECK(table.name(MarkKind::NameSession, 1) == "guest, excluded");
    CHECK(table.name(MarkKind::NameVcpu, 1) == "vm0/vcpu0");
    CHECK(table.name(MarkKind::NameVcpu, 2) == "2");
}

TEST_CASE("an image that is in memory twice has its marks twice", "[marks]")
{
    ElfImage image = made_up();
    image.marks = {{.value = 0x8010, .kind = 1, .reg = {31, 31, 31}, .name = "p"}};
    MarkTable table;
    table.add(image);
    table.add(image, 0x1000'0000);
    CHECK(table.mark_at(0x4000'0010) != 0);
    CHECK(table.mark_at(0x5000'0010) != 0);
    CHECK(table.phases().size() == 4); // boot, idle, off, p
}

TEST_CASE("symbols give phases to software that has no marks", "[marks]")
{
    MarkTable table;
    table.add_phase_at(made_up(), "enter", "entry");
    const auto events = table.events(table.mark_at(0x4000'0010));
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == MarkKind::Phase);
    CHECK(table.phases()[events[0].phase] == "entry");

    CHECK_THROWS_WITH(table.add_phase_at(made_up(), "leave", "exit"),
                      "made-up.elf: has no symbol \"leave\"");
    CHECK_THROWS_WITH(table.add_phase_at(made_up(), "table", "exit"),
                      "made-up.elf: symbol \"table\" at 0x9000 labels no code");
}

TEST_CASE("marks that make no sense are refused with the file's name", "[marks]")
{
    MarkTable table;
    ElfImage image = made_up();
    image.marks = {{.value = 0x9000, .kind = 1, .name = "p"}};
    CHECK_THROWS_WITH(table.add(image), "made-up.elf: a mark at 0x9000 labels no code");
    image.marks = {{.value = 0x8000, .kind = 12, .name = "p"}};
    CHECK_THROWS_WITH(table.add(image), "made-up.elf: has a mark of unknown kind 12");
    image.marks = {{.value = 4, .kind = 17, .name = "v1"}, {.value = 4, .kind = 17, .name = "v2"}};
    CHECK_THROWS_WITH(table.add(image), "made-up.elf: calls \"v2\" what is already called \"v1\"");
}

TEST_CASE("a file that is no AArch64 ELF is refused with a reason", "[marks]")
{
    CHECK_THROWS_WITH(ElfImage::read("/nonexistent/hyp.elf"),
                      "/nonexistent/hyp.elf: No such file or directory");
    CHECK_THROWS_WITH(ElfImage::read(FIXTURE "on.bin"),
                      Catch::EndsWith("on.bin: is not an ELF file"));
    CHECK_THROWS_WITH(ElfImage::read("/proc/self/exe"),
                      "/proc/self/exe: is not for little-endian AArch64");
}

TEST_CASE("an operand is the register's value, and xzr is zero", "[marks]")
{
    u64 x[34] = {};
    x[7] = 70;
    x[30] = 300;
    x[31] = ~u64{0}; // whatever is behind x30 in the engine's register file
    const MarkEvent event{.kind = MarkKind::Run, .reg = {7, 30, 31}};
    CHECK(event.operand(0, x) == 70);
    CHECK(event.operand(1, x) == 300);
    CHECK(event.operand(2, x) == 0);
}

TEST_CASE("the symbolizer names addresses by symbol and offset", "[symbols]")
{
    const ElfImage image = ElfImage::read(FIXTURE "on.elf");
    Symbolizer symbols;
    symbols.add(image, {.name = "hyp", .els = 1 << 2, .va_offsets = {0, 0x1000'0000}});
    const u64 world_switch = image.address_of("world_switch").value();
    CHECK(symbols.describe_va(world_switch, 2) == "hyp`world_switch");
    CHECK(symbols.describe_va(world_switch + 0x1000'0000, 2) == "hyp`world_switch");
    CHECK(symbols.describe_va(world_switch + 4, 2) == "hyp`after_hvc");
    CHECK(symbols.describe_va(image.address_of("run").value() + 0x20, 2) == "hyp`run+0x20");
    // Physical: the MMU is off, or the caller has a PA.
    CHECK(symbols.describe_pa(world_switch - text_va + text_pa) == "hyp`world_switch");
    CHECK(symbols.describe_va(world_switch - text_va + text_pa, 1) == "hyp`world_switch");
    // Nobody's addresses stay numbers.
    CHECK(symbols.describe_va(0x1234, 2) == "0x1234");
    CHECK(symbols.describe_va(world_switch, 1) == "0xffff8000080800a0");
}

TEST_CASE("who executes decides between images at one address", "[symbols]")
{
    ElfImage host = made_up(), guest = made_up(), user = made_up();
    guest.symbols[0].name = "guest_enter";
    user.symbols[0].name = "main";
    Symbolizer symbols;
    symbols.add(host, {.name = "host", .els = 1 << 1, .guest = false});
    symbols.add(guest, {.name = "guest", .els = 1 << 1, .guest = true});
    symbols.add(user, {.name = "", .els = 1 << 0});
    CHECK(symbols.describe_va(0x8014, 1, 0) == "host`enter+0x4");
    CHECK(symbols.describe_va(0x8014, 1, 5) == "guest`guest_enter+0x4");
    CHECK(symbols.describe_va(0x8014, 0, 5) == "main+0x4");
    CHECK(symbols.describe_va(0x8014, 2, 0) == "0x8014");
}

TEST_CASE("sized symbols end, labels reach to the next symbol", "[symbols]")
{
    ElfImage image = made_up();
    image.symbols = {
        {.name = "sized", .address = 0x8010, .size = 0x20, .function = true},
        {.name = "inner", .address = 0x8018, .size = 4, .function = true},
        {.name = "label", .address = 0x8040, .size = 0},
        {.name = "next", .address = 0x8050, .size = 0},
        {.name = "local_alias", .address = 0x8010, .size = 0},
    };
    Symbolizer symbols;
    symbols.add(image, {.name = ""});
    CHECK(symbols.describe_va(0x8010, 1) == "sized"); // functions before labels
    CHECK(symbols.describe_va(0x801a, 1) == "inner+0x2");
    CHECK(symbols.describe_va(0x801c, 1) == "sized+0xc"); // behind the inner one
    CHECK(symbols.describe_va(0x8030, 1) == "0x8030");    // behind the sized one
    CHECK(symbols.describe_va(0x804c, 1) == "label+0xc");
    CHECK(symbols.describe_va(0x80ff, 1) == "next+0xaf");
    CHECK(symbols.describe_va(0x8100, 1) == "0x8100"); // behind the segment
}
