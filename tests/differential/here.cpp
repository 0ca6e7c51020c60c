// SPDX-License-Identifier: MIT
#include "here.h"

#include "common/bits.h"
#include "table.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sl::differential {

namespace {

constexpr u64 area = case_data_base + case_data_bytes - case_code_base;

// More than any sequence without a loop can take: a branch that goes astray ends there.
constexpr u64 step_limit = 4 * case_max_words;

bool inside(u64 va, u64 bytes, u64 base, u64 size)
{
    return va >= base && va - base <= size - bytes;
}

/// Linux runs EL0 with TCR_EL1.TBI0 set, but not TBI1: addresses with bit 55 keep their top byte.
u64 without_tag(u64 va)
{
    return sign_extend(va, 56) & va;
}

} // namespace

Here::Here(Executed executed)
    : executed_{std::move(executed)},
      memory_(area + page_size),
      base_{memory_.data() +
            (page_size - reinterpret_cast<std::uintptr_t>(memory_.data()) % page_size) % page_size},
      engine_{std::make_unique<a64::Engine>(state_, *this, watch_,
                                            a64::Engine::Options{.features = compared_parts})}
{
    watch_.add(*engine_);
    engine_->set_translation(1);
}

Here::~Here() = default;

std::vector<Ended> Here::run(std::span<const sequence> cases)
{
    std::vector<Ended> result;
    result.reserve(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (i % case_slots == 0)
            write_code(cases.subspan(i, std::min<std::size_t>(case_slots, cases.size() - i)));
        fill_ = i / 2 % 2 == 0;
        engine_->set_context(i % 2 == 0 ? a64::Context::Log::mask : 0);
        result.push_back(run_one(cases[i], case_code(i)));
    }
    return result;
}

void Here::write_code(std::span<const sequence> batch)
{
    constexpr u32 brk_0 = 0xd420'0000;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        u32 slot[case_slot_bytes / 4];
        std::fill(std::begin(slot), std::end(slot), brk_0);
        std::copy_n(batch[i].words, batch[i].count, slot);
        std::memcpy(base_ + (case_code(i) - case_code_base), slot, sizeof slot);
    }
    for (u64 page = case_code_base; page < case_code_base + case_code_bytes; page += page_size)
        watch_.written(page, page_size);
}

Ended Here::run_one(const sequence& c, u64 pc)
{
    u64* const data = reinterpret_cast<u64*>(base_ + (case_data_base - case_code_base));
    for (u64 i = 0; i < case_data_bytes / 8; ++i)
        data[i] = case_memory(c.memory_seed, i);
    std::copy_n(c.x, 31, state_.x.begin());
    state_.x[a64::slot_zr] = 0;
    state_.x[a64::slot_sp] = c.sp;
    std::memcpy(state_.vreg.data(), c.v, sizeof c.v);
    state_.set_nzcv(c.nzcv);
    state_.fpcr = c.fpcr;
    state_.fpsr = c.fpsr;
    state_.pc = pc;
    state_.el = 0;
    state_.sp_sel = false;
    monitor_.address = no_monitor;
    engine_->evict_all();

    kind_ = 0;
    while (kind_ == 0)
        if (engine_->run(engine_->cycles() + step_limit) == a64::Stop::Budget)
            end(0xffff'ffff, state_.pc);

    Ended ended;
    outcome& out = ended.state;
    std::copy_n(state_.x.begin(), 31, out.x);
    out.sp = state_.x[a64::slot_sp];
    out.pc = pc_;
    std::memcpy(out.v, state_.vreg.data(), sizeof out.v);
    out.address = address_;
    out.nzcv = state_.nzcv();
    out.fpcr = state_.fpcr;
    out.fpsr = state_.fpsr;
    out.kind = kind_;
    for (u64 i = 0; i < case_data_bytes / 8; ++i)
        out.memory = case_hash(out.memory, data[i]);
    if (c.dump != 0)
        ended.memory.assign(data, data + case_data_bytes / 8);
    return ended;
}

void Here::end(u32 kind, u64 address)
{
    kind_ = kind;
    pc_ = state_.pc;
    address_ = address;
    engine_->request_stop();
}

/// QEMU 7.2 does not look at the alignment of LDAPR.
bool Here::at_ldapr() const
{
    u32 word = 0;
    std::memcpy(&word, base_ + (state_.pc - case_code_base), sizeof word);
    return (word & 0x3fff'fc00) == 0x38bf'c000;
}

u8* Here::translate(u64 va, const a64::Access& access, unsigned total_bytes)
{
    const u64 address = without_tag(va);
    const bool aligned = access.exclusive || access.atomic || (access.ordered && !at_ldapr());
    if (aligned && address % total_bytes != 0) {
        end(case_alignment, va);
        return nullptr;
    }
    const bool data = inside(address, total_bytes, case_data_base, case_data_bytes);
    const bool code = inside(address, total_bytes, case_code_base, case_code_bytes);
    if (!data && (!code || access.write)) {
        end(case_fault, va);
        return nullptr;
    }
    u8* const host = base_ + (address - case_code_base);
    if (fill_ && address == va)
        engine_->fill(va & page_mask, va & page_mask, host - va % page_size, true, data);
    return host;
}

bool Here::fetch(u64 va, a64::FetchPage& page)
{
    // qemu-aarch64 looks for the page before it looks at the alignment.
    if (!inside(va, 4, case_code_base, case_code_bytes)) {
        end(case_fault, va);
        return false;
    }
    if (va % 4 != 0) {
        end(case_alignment, va);
        return false;
    }
    page.pa = va & page_mask;
    page.host = base_ + (page.pa - case_code_base);
    return true;
}

bool Here::load(u64 va, const a64::Access& access, void* data)
{
    const u8* const host = translate(va, access, access.bytes);
    if (host == nullptr)
        return false;
    std::memcpy(data, host, access.bytes);
    return true;
}

bool Here::store(u64 va, const a64::Access& access, const void* data)
{
    u8* const host = translate(va, access, access.bytes);
    if (host == nullptr)
        return false;
    std::memcpy(host, data, access.bytes);
    watch_.written(static_cast<u64>(host - base_) + case_code_base, access.bytes);
    return true;
}

u8* Here::atomic(u64 va, const a64::Access& access, u64& pa)
{
    u8* const host = translate(va, access, access.bytes);
    if (host != nullptr)
        pa = static_cast<u64>(host - base_) + case_code_base;
    return host;
}

void Here::wrote(u64 pa, unsigned bytes)
{
    watch_.written(pa, bytes);
}

bool Here::load_exclusive(u64 va, const a64::Access& access, unsigned total_bytes, void* data)
{
    const u8* const host = translate(va, access, total_bytes);
    if (host == nullptr)
        return false;
    std::memcpy(data, host, total_bytes);
    monitor_.address = without_tag(va);
    monitor_.low = 0;
    std::memcpy(&monitor_.low, host, std::min(total_bytes, 8u));
    if (total_bytes == 16)
        std::memcpy(&monitor_.high, host + 8, 8);
    return true;
}

// qemu-aarch64 keeps the address and the value of the last load exclusive, and stores when both are
// still as they were: one of the behaviours that the architecture allows. Where the load was larger
// than the store, which is CONSTRAINED UNPREDICTABLE, it stores when the low part matches, but
// reports success only if the rest of what was loaded is zero.
bool Here::store_exclusive(u64 va, const a64::Access& access, unsigned total_bytes,
                           const void* data, u64& status)
{
    const u64 armed = std::exchange(monitor_.address, no_monitor);
    status = 1;
    if (armed != without_tag(va))
        return true;
    u8* const host = translate(va, access, total_bytes);
    if (host == nullptr)
        return false;
    const u64 loaded[2] = {monitor_.low, monitor_.high};
    if (std::memcmp(host, loaded, total_bytes) != 0)
        return true;
    u64 low = 0;
    std::memcpy(&low, host, std::min(total_bytes, 8u));
    status = low == monitor_.low ? 0 : 1;
    std::memcpy(host, data, total_bytes);
    return true;
}

void Here::clear_exclusive()
{
    monitor_.address = no_monitor;
}

void Here::brk(u16)
{
    end(case_done, 0);
}

void Here::undefined(u32)
{
    end(case_undefined, 0);
}

void Here::sp_alignment_fault()
{
    end(case_alignment, 0);
}

void Here::log(u64, u32 word)
{
    executed_(word);
}

u32 Here::mark_at(u64)
{
    return 0;
}

void Here::barrier(a64::Barrier, unsigned) {}

bool Here::hint(unsigned)
{
    return true;
}

bool Here::wait_until(bool, unsigned, u64)
{
    return true;
}

// System instructions are not part of these runs: they end a case with an outcome of their own.

bool Here::zero_block(u64 va)
{
    return end(case_undefined, va), false;
}

bool Here::read_sysreg(a64::SysKey, unsigned, u64&)
{
    return end(case_undefined, 0), false;
}

bool Here::write_sysreg(a64::SysKey, unsigned, u64)
{
    return end(case_undefined, 0), false;
}

bool Here::write_pstate(unsigned, unsigned, unsigned)
{
    return end(case_undefined, 0), false;
}

bool Here::sys(a64::SysKey, unsigned, u64)
{
    return end(case_undefined, 0), false;
}

bool Here::sysl(a64::SysKey, unsigned, u64&)
{
    return end(case_undefined, 0), false;
}

void Here::svc(u16)
{
    end(case_undefined, 0);
}

void Here::hvc(u16)
{
    end(case_undefined, 0);
}

void Here::smc(u16)
{
    end(case_undefined, 0);
}

void Here::hlt(u16)
{
    end(case_undefined, 0);
}

void Here::eret()
{
    end(case_undefined, 0);
}

void Here::fp_trapped()
{
    end(case_undefined, 0);
}

void Here::illegal_state()
{
    end(case_undefined, 0);
}

void Here::branch_target()
{
    end(case_undefined, 0);
}

void Here::waypoint(const a64::Waypoint&) {}

void Here::mark(u32) {}

} // namespace sl::differential
