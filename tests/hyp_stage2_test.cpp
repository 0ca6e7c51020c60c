// SPDX-License-Identifier: MIT
// Stage-2 tables, read back by a walker of the test's own (DDI 0487, VMSAv8-64, 4 KB granule,
// 39-bit input from level 1), and the VM calls on top.
#include "hyp_recorder.h"

#include <memory>
#include <optional>

extern "C" {
#include "layout.h"
#include "stage2.h"
#include "vm.h"
}

using sl::test::Log;
using sl::test::Recorder;

namespace {

constexpr std::uint64_t page = 0x1000, block = 0x20'0000, pool_pa = 0x4100'0000;
constexpr unsigned rwx = HYP_MAP_READ | HYP_MAP_WRITE | HYP_MAP_EXECUTE;

struct Translation {
    std::uint64_t pa, attributes; ///< the descriptor without address and type
    int level;

    bool operator==(const Translation&) const = default;
};

std::vector<std::uint64_t> flushed;

void note_flush(const stage2*, std::uint64_t ipa)
{
    flushed.push_back(ipa);
}

struct Tables {
    static constexpr std::size_t pages = 16;
    std::unique_ptr<std::uint8_t[]> storage{new std::uint8_t[(pages + 1) * page]};
    stage2 tables{};
    std::uintptr_t memory =
        (reinterpret_cast<std::uintptr_t>(storage.get()) + page - 1) & ~(page - 1);

    explicit Tables(std::size_t given = pages)
    {
        flushed.clear();
        tables.offset = memory - pool_pa;
        stage2_give(&tables, pool_pa, given);
        REQUIRE(stage2_create(&tables) == HYP_OK);
    }

    std::uint64_t descriptor(std::uint64_t table, std::uint64_t ipa, int level) const
    {
        const auto* entries = reinterpret_cast<const std::uint64_t*>(tables.offset + table);
        return entries[(ipa >> (12 + 9 * (3 - level))) & 511];
    }

    std::optional<Translation> walk(std::uint64_t ipa) const
    {
        std::uint64_t table = tables.root;
        for (int level = 1; level <= 3; ++level) {
            const std::uint64_t d = descriptor(table, ipa, level);
            if (!(d & 1))
                return {};
            const std::uint64_t address = d & 0xffff'ffff'f000;
            if (level < 3 && (d & 2)) {
                table = address;
                continue;
            }
            REQUIRE(((d & 2) != 0) == (level == 3));
            const std::uint64_t size = level == 3 ? page : block;
            REQUIRE(level >= 2);
            return Translation{address + ipa % size, d & ~(0xffff'ffff'f000 | 3), level};
        }
        return {};
    }

    std::size_t left() const
    {
        std::size_t n = 0;
        for (std::uint64_t p = tables.free; p != 0;
             p = *reinterpret_cast<const std::uint64_t*>(tables.offset + p))
            ++n;
        return n;
    }
};

// AF, inner shareable, S2AP RW, Normal write-back.
constexpr std::uint64_t normal_rwx = 1 << 10 | 3 << 8 | 3 << 6 | 0xf << 2;

} // namespace

TEST_CASE("pages and blocks translate to what was mapped", "[hyp][stage2]")
{
    Tables t;
    REQUIRE(stage2_map(&t.tables, 0x8000'0000 - page, 0x4200'0000 - page, block + 2 * page, rwx) ==
            HYP_OK);
    CHECK(t.walk(0x8000'0000 - page) == Translation{0x4200'0000 - page, normal_rwx, 3});
    CHECK(t.walk(0x8000'0123) == Translation{0x4200'0123, normal_rwx, 2});
    CHECK(t.walk(0x8000'0000 + block) == Translation{0x4200'0000 + block, normal_rwx, 3});
    CHECK_FALSE(t.walk(0x8000'0000 + block + page));
    CHECK_FALSE(t.walk(0x8000'0000 - 2 * page));
    CHECK(flushed.empty());
}

TEST_CASE("blocks need both addresses aligned", "[hyp][stage2]")
{
    Tables t;
    REQUIRE(stage2_map(&t.tables, block, pool_pa + page, block, rwx) == HYP_OK);
    CHECK(t.walk(block + 5)->level == 3);
    CHECK(t.walk(2 * block - 1)->pa == pool_pa + page + block - 1);
}

TEST_CASE("attributes follow what the guest may do", "[hyp][stage2]")
{
    Tables t;
    REQUIRE(stage2_map(&t.tables, 0, pool_pa, page, HYP_MAP_READ) == HYP_OK);
    REQUIRE(stage2_map(&t.tables, page, pool_pa, page, HYP_MAP_WRITE) == HYP_OK);
    REQUIRE(stage2_map(&t.tables, 2 * page, 0x900'0000, page,
                       HYP_MAP_READ | HYP_MAP_WRITE | HYP_MAP_DEVICE) == HYP_OK);
    const std::uint64_t xn = 1ull << 54, af = 1 << 10, inner = 3 << 8, wb = 0xf << 2;
    CHECK(t.walk(0)->attributes == (xn | af | inner | 1 << 6 | wb));
    CHECK(t.walk(page)->attributes == (xn | af | inner | 2 << 6 | wb));
    CHECK(t.walk(2 * page)->attributes == (xn | af | 3 << 6 | 1 << 2)); // Device-nGnRE
}

TEST_CASE("a mapping is not replaced, but may be repeated", "[hyp][stage2]")
{
    Tables t;
    REQUIRE(stage2_map(&t.tables, block, 0x4200'0000, block, rwx) == HYP_OK);
    CHECK(stage2_map(&t.tables, block, 0x4200'0000, block, rwx) == HYP_OK);
    CHECK(stage2_map(&t.tables, block, 0x4220'0000, block, rwx) == HYP_INVALID);
    CHECK(stage2_map(&t.tables, block + page, 0x4220'0000, page, rwx) == HYP_INVALID);
    CHECK(stage2_map(&t.tables, block, 0x4200'0000, block, HYP_MAP_READ) == HYP_INVALID);
    CHECK(t.walk(block) == Translation{0x4200'0000, normal_rwx, 2});
}

TEST_CASE("unsound ranges are refused and change nothing", "[hyp][stage2]")
{
    Tables t;
    const std::size_t before = t.left();
    const std::uint64_t end = 1ull << 39;
    CHECK(stage2_map(&t.tables, 1, 0x4200'0000, page, rwx) == HYP_INVALID);
    CHECK(stage2_map(&t.tables, 0, 0x4200'0001, page, rwx) == HYP_INVALID);
    CHECK(stage2_map(&t.tables, 0, 0x4200'0000, page - 1, rwx) == HYP_INVALID);
    CHECK(stage2_map(&t.tables, end - page, 0x4200'0000, 2 * page, rwx) == HYP_INVALID);
    CHECK(stage2_map(&t.tables, ~0ull << 12, 0x4200'0000, 2 * page, rwx) == HYP_INVALID);
    CHECK(stage2_unmap(&t.tables, end, page, note_flush) == HYP_INVALID);
    CHECK(t.left() == before);
}

TEST_CASE("without memory for tables a map stops, and goes on when there is some", "[hyp][stage2]")
{
    Tables t{2}; // root and one more
    CHECK(stage2_map(&t.tables, 0, 0x4200'0000, page, rwx) == HYP_NO_MEMORY);
    stage2_give(&t.tables, pool_pa + 2 * page, 1);
    CHECK(stage2_map(&t.tables, 0, 0x4200'0000, page, rwx) == HYP_OK);
    CHECK(t.walk(0)->pa == 0x4200'0000);
    CHECK(t.left() == 0);
}

TEST_CASE("unmapping takes entries out and reports each that was there", "[hyp][stage2]")
{
    Tables t;
    REQUIRE(stage2_map(&t.tables, block - page, 0x4200'0000 - page, block + 2 * page, rwx) ==
            HYP_OK);
    CHECK(stage2_unmap(&t.tables, 0, 4 * block, note_flush) == HYP_OK);
    CHECK(flushed == std::vector<std::uint64_t>{block - page, block, 2 * block});
    CHECK_FALSE(t.walk(block - page));
    CHECK_FALSE(t.walk(block));
    CHECK_FALSE(t.walk(2 * block));
    flushed.clear();
    CHECK(stage2_unmap(&t.tables, 0, 4 * block, note_flush) == HYP_OK);
    CHECK(flushed.empty());
}

TEST_CASE("a block that is unmapped in part is split, break before make", "[hyp][stage2]")
{
    Tables t;
    REQUIRE(stage2_map(&t.tables, block, 0x4200'0000, block, rwx) == HYP_OK);
    CHECK(stage2_unmap(&t.tables, block + 3 * page, page, note_flush) == HYP_OK);
    CHECK(flushed == std::vector<std::uint64_t>{block, block + 3 * page});
    CHECK(t.walk(block + 2 * page) == Translation{0x4200'2000, normal_rwx, 3});
    CHECK_FALSE(t.walk(block + 3 * page));
    CHECK(t.walk(block + 4 * page) == Translation{0x4200'4000, normal_rwx, 3});
    CHECK(t.walk(2 * block - 1) == Translation{0x4200'0000 + block - 1, normal_rwx, 3});
}

TEST_CASE("a split without memory leaves the block", "[hyp][stage2]")
{
    Tables t{2};
    REQUIRE(stage2_map(&t.tables, block, 0x4200'0000, block, rwx) == HYP_OK);
    CHECK(stage2_unmap(&t.tables, block, page, note_flush) == HYP_NO_MEMORY);
    CHECK(flushed.empty());
    CHECK(t.walk(block)->level == 2);
}

TEST_CASE("the hypervisor's memory and what lies outside RAM are not the host's to give",
          "[hyp][vm]")
{
    CHECK(vm_host_memory(LAYOUT_POOL, page, page));
    CHECK(vm_host_memory(LAYOUT_RAM + LAYOUT_RAM_SIZE - page, page, page));
    CHECK_FALSE(vm_host_memory(LAYOUT_RAM + LAYOUT_RAM_SIZE - page, 2 * page, page));
    CHECK_FALSE(vm_host_memory(LAYOUT_RAM - page, page, page));
    CHECK_FALSE(vm_host_memory(LAYOUT_HYP, page, page));
    CHECK_FALSE(vm_host_memory(LAYOUT_HYP - page, 2 * page, page));
    CHECK(vm_host_memory(LAYOUT_HYP - page, page, page));
    CHECK(vm_host_memory(LAYOUT_HYP + LAYOUT_HYP_SIZE, page, page));
    CHECK_FALSE(vm_host_memory(LAYOUT_HYP + LAYOUT_HYP_SIZE - 1, 2, 1));
    CHECK_FALSE(vm_host_memory(LAYOUT_POOL + 8, 64, 64));
    CHECK_FALSE(vm_host_memory(LAYOUT_POOL, ~0ull - page + 1, page));
}

TEST_CASE("unmapping enters the VM's context, invalidates, and leaves it", "[hyp][vm]")
{
    Recorder r;
    r.registers["ID_AA64MMFR0_EL1"] = 2; // 40 bits
    Tables memory{0 + Tables::pages};
    vm_init(memory.memory - LAYOUT_POOL);
    CHECK(vm_vtcr() == 0x8002'3559);
    const std::int64_t vm = vm_create(LAYOUT_POOL, 8);
    REQUIRE(vm > 0);
    const auto id = static_cast<std::uint64_t>(vm);
    std::uint64_t vttbr = 0;
    REQUIRE(vm_vttbr(id, &vttbr));
    CHECK(vttbr == (LAYOUT_POOL | id << 48));
    CHECK_FALSE(vm_vttbr(id + 1, &vttbr));
    CHECK_FALSE(vm_vttbr(0, &vttbr));

    CHECK(vm_map(id, 0x8000'0000, 0x4200'0000, page, rwx) == HYP_OK);
    r.take();
    CHECK(vm_unmap(id, 0x8000'0000, page) == HYP_OK);
    char enter[64];
    std::snprintf(enter, sizeof enter, "W VTTBR_EL2=%#llx", static_cast<unsigned long long>(vttbr));
    CHECK(r.take() == Log{"dsb ish", "W VTCR_EL2=0x80023559", enter, "isb",
                          "W tlbi ipas2e1is=0x80000", "dsb ish", "tlbi vmalle1is", "dsb ish", "isb",
                          "W VTTBR_EL2=0", "isb"});
    CHECK(vm_flush(id) == HYP_OK);
    CHECK(r.take() == Log{"dsb ish", "W VTCR_EL2=0x80023559", enter, "isb", "tlbi vmalls12e1is",
                          "dsb ish", "isb", "W VTTBR_EL2=0", "isb"});
    CHECK(vm_flush_here(id) == HYP_OK);
    CHECK(r.take() == Log{"dsb ish", "W VTCR_EL2=0x80023559", enter, "isb", "tlbi vmalle1",
                          "ic iallu", "dsb nsh", "isb", "W VTTBR_EL2=0", "isb"});

    CHECK(vm_map(id, 0, LAYOUT_HYP, page, rwx) == HYP_INVALID);
    CHECK(vm_map(id, 0, 0x900'0000, page, rwx) == HYP_INVALID);
    CHECK(vm_map(id, 0, 0x900'0000, page, HYP_MAP_READ | HYP_MAP_DEVICE) == HYP_OK);
    CHECK(vm_map(id, page, 0x4200'0000, page, HYP_MAP_READ | HYP_MAP_DEVICE) == HYP_INVALID);
    CHECK(vm_create(LAYOUT_POOL + 1, 1) == HYP_INVALID);
    CHECK(vm_create(LAYOUT_POOL, 0) == HYP_INVALID);
    CHECK(vm_add_pages(99, LAYOUT_POOL, 1) == HYP_INVALID);
    CHECK(vm_unmap(99, 0, page) == HYP_INVALID);
    CHECK(vm_flush(99) == HYP_INVALID);
}
