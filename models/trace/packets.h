// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <array>
#include <cassert>
#include <span>

namespace sl::trace {

/// What a Context packet tells of the instructions that follow.
struct TraceContext {
    u8 el = 0;
    bool nonsecure = true;
    bool has_context_id = false, has_vmid = false; ///< traced at all (TRCCONFIGR)
    u32 context_id = 0, vmid = 0;

    bool operator==(const TraceContext&) const = default;
};

/// The three last addresses in trace, against which new ones are compressed (DDI 0487, ETE,
/// Address history buffer).
class AddressHistory {
public:
    void clear() { count_ = 0; }

    /// The entry that equals `address`, or -1.
    int find(u64 address) const;

    /// Bits that differ from the newest entry, all if there is none.
    u64 difference(u64 address) const { return count_ ? entries_[0] ^ address : ~u64{0}; }

    void push(u64 address);

private:
    std::array<u64, 3> entries_{};
    unsigned count_ = 0;
};

/// Encodes packets (DDI 0487, ETE, "Packet descriptions") into a small buffer.
class PacketBuffer {
public:
    /// More than one step of trace ever makes: sync, Trace On, address, context, exception.
    static constexpr std::size_t capacity = 128;

    std::span<const u8> bytes() const { return {bytes_.data(), size_}; }

    unsigned size() const { return size_; }

    void clear() { size_ = 0; }

    void alignment_sync();
    /// Cycle counting with its threshold, or none.
    void trace_info(bool cycle_counting, u32 threshold);

    void trace_on() { put(0x04); }

    void overflow();
    /// Address of an A64 instruction, in the shortest form that the history allows.
    void address(u64 address, AddressHistory& history);
    /// The same, with context: a full address unless its upper half is that of the newest.
    void address_with_context(u64 address, const TraceContext& context, AddressHistory& history);
    void context(const TraceContext& context);
    /// Followed by an address packet with the preferred return address.
    void exception(unsigned type);

    /// ETEEvents that have occurred: 1..15, a bit each.
    void event(unsigned events) { put(0x70 | events); }

    void atom_packet(u8 byte) { put(byte); }

    /// The low bits of a timestamp that differ from the last one. After Trace Info, `last` is 0.
    void timestamp(u64 value, u64 last);
    /// The same, with the cycles since the last count.
    void timestamp_with_count(u64 value, u64 last, u32 cycles);
    /// Cycles since the last count, less the threshold.
    void cycle_count(u32 above_threshold);

    void cycle_count_unknown() { put(0x0f); }

private:
    void put(u64 byte)
    {
        assert(size_ < capacity);
        bytes_[size_++] = static_cast<u8>(byte);
    }

    void put_little_endian(u64 value, unsigned bytes);
    void put_continued(u64 value);
    void context_payload(const TraceContext& context);
    void address_payload(u64 address, unsigned bytes);
    void timestamp_payload(u64 value, u64 last);

    std::array<u8, capacity> bytes_{};
    unsigned size_ = 0;
};

} // namespace sl::trace
