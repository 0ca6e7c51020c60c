// SPDX-License-Identifier: MIT
#include "pe/pe.h"
#include "pe/syndrome.h"

#include <algorithm>
#include <cstring>

namespace sl::pe {

namespace {

constexpr u64 zero_block_size = 64; ///< DCZID_EL0.BS

/// The largest access that `bytes` at `pa` can begin with.
unsigned beat(u64 pa, unsigned bytes)
{
    unsigned size = 16;
    while (size > bytes || pa % size)
        size /= 2;
    return size;
}

} // namespace

Initiator Pe::initiator(bool instruction) const
{
    const bool guest = state_.el < 2 && sysreg::HCR_EL2::VM::get(hcr());
    return {.pe = static_cast<u16>(number()),
            .vmid =
                static_cast<u16>(guest ? sysreg::VTTBR_EL2::VMID::get(file_[Reg::VTTBR_EL2]) : 0),
            .secure = secure(),
            .privileged = state_.el != 0,
            .instruction = instruction};
}

// ---- Fetch -------------------------------------------------------------------------------------

bool Pe::fetch(u64 va, a64::FetchPage& page)
{
    // A tag on the target of a branch ends here: no page of code is known by a tagged address.
    state_.pc = va = branch_address(controls_, va);
    if (va % 4) {
        synchronous(Ec::pc_alignment, 0, same_or_el1(), TraceException::Alignment, va);
        return false;
    }
    const Doing doing{.kind = {.fetch = true, .privileged = state_.el != 0}};
    const auto located = locate(va, doing.kind);
    if (const Fault* fault = std::get_if<Fault>(&located)) {
        abort(va, *fault, doing);
        return false;
    }
    const Place& place = std::get<Place>(located);
    page.host = place.direct.host;
    page.pa = place.pa & page_mask;
    page.guarded = place.entry.guarded;
    if (page.host)
        return true;
    Initiator who = initiator(true);
    who.secure = !place.entry.ns;
    u64 latency = 0;
    const BusStatus status = bus_.read(place.pa, &page.word, 4, who, now_ps(), latency);
    return !external(status, latency, va, doing);
}

// ---- Places ------------------------------------------------------------------------------------

/// Alignment that the access itself, or SCTLR_ELx.A, demands; true when the fault was taken.
bool Pe::misaligned(u64 va, unsigned size, const a64::Access& access, const Doing& doing)
{
    if (va % size == 0)
        return false;
    using Sctlr = sysreg::SCTLR_EL1;
    if (!Sctlr::A::get(sctlr())) {
        const bool atomic = access.exclusive || access.atomic;
        if (!atomic && !access.ordered)
            return false;
        // Inside 16 aligned bytes all are allowed, and ordered ones anywhere where software says
        // so.
        const bool inside = va % 16 + size <= 16;
        if (config_.features.has(sysreg::Feature::FEAT_LSE2) &&
            (inside || (!atomic && Sctlr::nAA::get(sctlr()))))
            return false;
    }
    abort(va, {.fsc = Fsc::alignment}, doing);
    return true;
}

std::optional<Pe::Place> Pe::data_place(u64 va, const a64::Access& access, const Doing& doing)
{
    const auto located = locate(va, doing.kind);
    if (const Fault* fault = std::get_if<Fault>(&located)) {
        abort(va, *fault, doing);
        return std::nullopt;
    }
    const Place& place = std::get<Place>(located);
    // Exclusives and atomics work on Normal memory, and on nothing but memory.
    if ((access.exclusive || access.atomic) && !place.direct.host) {
        abort(va, {.fsc = Fsc::unsupported_exclusive}, doing);
        return std::nullopt;
    }
    profile_access(va, &place);
    return place;
}

/// Tells the profiler what the sampled instruction accesses; without a place, what it does not.
void Pe::profile_access(u64 va, const Place* place)
{
    if (!profiling_ || !profiling_->sampling())
        return;
    ProfilingPort::Access access{.va = va};
    if (place) {
        access.pa = place->pa;
        access.ns = place->entry.ns;
        access.device = !place->direct.host;
        access.walked = place->walked;
        access.walk_cycles = place->walk_cycles;
    }
    profiling_->access(access);
}

/// What a bus access costs; true when it has ended in an external abort, which has been taken.
bool Pe::external(BusStatus status, u64 latency_ps, u64 va, const Doing& doing)
{
    if (annotated_) {
        const u64 done = clock_.cycles_at_or_after(now_ps() + latency_ps);
        charge(done - cycle() + config_.profile.device_access);
    }
    if (status == BusStatus::Ok)
        return false;
    abort(va, {.fsc = Fsc::external}, doing);
    return true;
}

bool Pe::read_place(u64 va, const Place& place, void* data, unsigned bytes, const Doing& doing)
{
    const auto told = doing.exclusive ? Transaction::Kind::ExclusiveRead : Transaction::Kind::Read;
    if (place.direct.host) {
        std::memcpy(data, place.direct.host + (place.pa & ~page_mask), bytes);
        if (transactions_ == Transactions::All)
            tell(told, va, place.pa, data, bytes);
        return true;
    }
    Initiator who = initiator(false);
    who.secure = !place.entry.ns;
    for (unsigned at = 0; at < bytes;) {
        const unsigned size = beat(place.pa + at, bytes - at);
        u64 latency = 0;
        u8* const part = static_cast<u8*>(data) + at;
        const BusStatus status = bus_.read(place.pa + at, part, size, who, now_ps(), latency);
        if (transactions_ != Transactions::None)
            tell(told, va + at, place.pa + at, part, size, status);
        if (external(status, latency, va + at, doing))
            return false;
        at += size;
    }
    return true;
}

bool Pe::write_place(u64 va, const Place& place, const void* data, unsigned bytes,
                     const Doing& doing)
{
    const auto told =
        doing.exclusive ? Transaction::Kind::ExclusiveWrite : Transaction::Kind::Write;
    if (place.direct.host && place.direct.writable) {
        std::memcpy(place.direct.host + (place.pa & ~page_mask), data, bytes);
        if (transactions_ == Transactions::All)
            tell(told, va, place.pa, data, bytes);
        changed(place.pa, bytes);
        return true;
    }
    Initiator who = initiator(false);
    who.secure = !place.entry.ns;
    for (unsigned at = 0; at < bytes;) {
        const unsigned size = beat(place.pa + at, bytes - at);
        u64 latency = 0;
        const u8* const part = static_cast<const u8*>(data) + at;
        const BusStatus status = bus_.write(place.pa + at, part, size, who, now_ps(), latency);
        if (transactions_ != Transactions::None)
            tell(told, va + at, place.pa + at, part, size, status);
        if (external(status, latency, va + at, doing))
            return false;
        at += size;
    }
    // What a device does may have changed the interrupt lines of this PE.
    recheck();
    return true;
}

/// Other caches of this memory hear of the write; the PE's own monitor does not mind.
void Pe::changed(u64 pa, unsigned bytes)
{
    monitor_.set_own_write(true);
    watch_.written(pa, bytes);
    monitor_.set_own_write(false);
    if (witness_)
        witness_->stored(pa, bytes);
}

/// Tells the observer of a transaction, which is wanted.
void Pe::tell(Transaction::Kind kind, u64 va, u64 pa, const void* data, unsigned bytes,
              BusStatus status)
{
    Transaction t{.kind = kind,
                  .status = status,
                  .el = state_.el,
                  .bytes = static_cast<u8>(bytes),
                  .vmid = initiator(false).vmid,
                  .pc = state_.pc,
                  .va = va,
                  .pa = pa};
    const bool read = kind == Transaction::Kind::Read || kind == Transaction::Kind::Walk ||
                      kind == Transaction::Kind::ExclusiveRead;
    if (status == BusStatus::Ok || !read)
        t.set_value(data);
    observer_->transaction(number(), cycle(), t);
}

void Pe::trace_written(u64 va, u64 pa, const void* data, unsigned bytes, BusStatus status)
{
    if (transactions_ == Transactions::All)
        tell(Transaction::Kind::Trace, va, pa, data, bytes, status);
}

// ---- Loads and stores
// ----------------------------------------------------------------------------

/// One access, in two parts when it crosses a page: both are checked before either is made.
template <bool Write, class Data>
bool Pe::transfer(u64 va, const a64::Access& access, unsigned bytes, Data* data)
{
    Doing doing{.kind = data_kind(access), .instruction_syndrome = instruction_syndrome(access)};
    if (misaligned(va, access.bytes, access, doing))
        return false;
    doing.kind.unaligned = va % access.bytes != 0;

    const auto first = std::min<u64>(bytes, page_size - va % page_size);
    const auto low = data_place(va, access, doing);
    if (!low)
        return false;
    std::optional<Place> high;
    if (first < bytes) {
        high = data_place(va + first, access, doing);
        if (!high)
            return false;
        charge(config_.profile.unaligned_page_crossing);
    }
    const auto move = [&](u64 at, const Place& place, auto* part, u64 size) {
        if constexpr (Write)
            return write_place(at, place, part, static_cast<unsigned>(size), doing);
        else
            return read_place(at, place, part, static_cast<unsigned>(size), doing);
    };
    using Byte = std::conditional_t<Write, const u8, u8>;
    auto* raw = static_cast<Byte*>(data);
    if (!move(va, *low, raw, first))
        return false;
    if (high && !move(va + first, *high, raw + first, bytes - first))
        return false;
    fill(va, *low, doing.kind);
    return true;
}

bool Pe::load(u64 va, const a64::Access& access, void* data)
{
    return transfer<false>(va, access, access.bytes, data);
}

bool Pe::store(u64 va, const a64::Access& access, const void* data)
{
    return transfer<true>(va, access, access.bytes, data);
}

u8* Pe::atomic(u64 va, const a64::Access& access, u64& pa)
{
    Doing doing{.kind = data_kind(access)};
    doing.kind.atomic = true;
    if (misaligned(va, access.bytes, access, doing))
        return nullptr;
    const auto place = data_place(va, access, doing);
    if (!place)
        return nullptr;
    if (!place->direct.writable) {
        abort(va, {.fsc = Fsc::external}, doing);
        return nullptr;
    }
    pa = place->pa;
    fill(va, *place, doing.kind);
    u8* const host = place->direct.host + (pa & ~page_mask);
    if (transactions_ == Transactions::All) {
        tell(Transaction::Kind::AtomicRead, va, pa, host, access.bytes);
        atomic_ = {va, host};
    }
    return host;
}

void Pe::wrote(u64 pa, unsigned bytes)
{
    if (transactions_ == Transactions::All)
        tell(Transaction::Kind::AtomicWrite, atomic_.va, pa, atomic_.host, bytes);
    changed(pa, bytes);
}

// ---- Exclusives
// ----------------------------------------------------------------------------------

bool Pe::load_exclusive(u64 va, const a64::Access& access, unsigned total_bytes, void* data)
{
    const Doing doing{.kind = data_kind(access),
                      .exclusive = true,
                      .instruction_syndrome = instruction_syndrome(access)};
    if (misaligned(va, total_bytes, access, doing))
        return false;
    const auto place = data_place(va, access, doing);
    if (!place)
        return false;
    monitor_.arm(place->pa);
    stepped_exclusive_ = true;
    fill(va, *place, doing.kind);
    return read_place(va, *place, data, total_bytes, doing);
}

bool Pe::store_exclusive(u64 va, const a64::Access& access, unsigned total_bytes, const void* data,
                         u64& status)
{
    const Doing doing{.kind = data_kind(access),
                      .exclusive = true,
                      .instruction_syndrome = instruction_syndrome(access)};
    if (misaligned(va, total_bytes, access, doing))
        return false;
    status = 1;
    if (!monitor_.armed()) {
        profile_access(va, nullptr);
        return true;
    }
    const auto place = data_place(va, access, doing);
    if (!place)
        return false;
    const bool mine = monitor_.covers(place->pa);
    monitor_.clear();
    if (!mine)
        return true;
    if (!write_place(va, *place, data, total_bytes, doing))
        return false;
    status = 0;
    return true;
}

// ---- DC ZVA
// --------------------------------------------------------------------------------------

bool Pe::zero_block(u64 va)
{
    // Traps name the register operand, which only the instruction itself tells.
    const auto key = a64::SysKey::of(1, 3, 7, 4, 1);
    if (const sysreg::Resolution r = resolve(key, true); r.kind != sysreg::Resolution::Kind::Ok) {
        access_refused(r, key, word_at_pc() & 31, false);
        return false;
    }
    const Doing doing{
        .kind = {.write = true, .privileged = state_.el != 0, .pan = state_.pan && state_.el != 0}};
    const u64 start = va & ~(zero_block_size - 1);
    const auto located = locate(va, doing.kind);
    if (const Fault* fault = std::get_if<Fault>(&located)) {
        abort(va, *fault, doing);
        return false;
    }
    Place place = std::get<Place>(located);
    if (place.entry.attr.device) {
        abort(va, {.fsc = Fsc::alignment}, doing);
        return false;
    }
    profile_access(va, &place);
    place.pa &= ~(zero_block_size - 1);
    constexpr std::array<u8, zero_block_size> zeros{};
    if (!write_place(start, place, zeros.data(), zero_block_size, doing))
        return false;
    fill(va, place, doing.kind);
    return true;
}

/// The instruction that is executing, whose fetch has succeeded.
u32 Pe::word_at_pc()
{
    const auto located = locate(state_.pc, {.fetch = true, .privileged = state_.el != 0});
    const Place* place = std::get_if<Place>(&located);
    u32 word = 0;
    if (place && place->direct.host)
        std::memcpy(&word, place->direct.host + (place->pa & ~page_mask), sizeof word);
    return word;
}

} // namespace sl::pe
