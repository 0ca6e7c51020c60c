// SPDX-License-Identifier: MIT
#include "trace/packets.h"

#include "common/bits.h"

namespace sl::trace {

int AddressHistory::find(u64 address) const
{
    for (unsigned i = 0; i < count_; ++i)
        if (entries_[i] == address)
            return static_cast<int>(i);
    return -1;
}

void AddressHistory::push(u64 address)
{
    entries_ = {address, entries_[0], entries_[1]};
    if (count_ < entries_.size())
        ++count_;
}

void PacketBuffer::put_little_endian(u64 value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; ++i)
        put((value >> (8 * i)) & 0xff);
}

void PacketBuffer::put_continued(u64 value)
{
    while (value > 0x7f) {
        put((value & 0x7f) | 0x80);
        value >>= 7;
    }
    put(value);
}

void PacketBuffer::alignment_sync()
{
    for (unsigned i = 0; i < 11; ++i)
        put(0x00);
    put(0x80);
}

void PacketBuffer::trace_info(bool cycle_counting, u32 threshold)
{
    constexpr u8 info_section = 1, cycle_threshold_section = 8;
    put(0x01);
    put(cycle_counting ? info_section | cycle_threshold_section : info_section);
    put(cycle_counting ? 1 : 0);
    if (cycle_counting)
        put_continued(threshold);
}

void PacketBuffer::overflow()
{
    put(0x00);
    put(0x05);
}

// IS0, bits 1:0 of an A64 address are zero: 7 bits each in the first two bytes.
void PacketBuffer::address_payload(u64 address, unsigned bytes)
{
    put(bits(address, 8, 2));
    put(bits(address, 15, 9));
    put_little_endian(address >> 16, bytes - 2);
}

void PacketBuffer::address(u64 address, AddressHistory& history)
{
    const u64 difference = history.difference(address);
    if (const int match = history.find(address); match >= 0) {
        put(0x90 + static_cast<unsigned>(match));
    } else if (difference < u64{1} << 9) {
        put(0x95);
        put(bits(address, 8, 2));
    } else if (difference < u64{1} << 17) {
        put(0x95);
        put(bits(address, 8, 2) | 0x80);
        put(bits(address, 16, 9));
    } else if (difference < u64{1} << 32) {
        put(0x9a);
        address_payload(address, 4);
    } else {
        put(0x9d);
        address_payload(address, 8);
    }
    history.push(address);
}

void PacketBuffer::address_with_context(u64 address, const TraceContext& context,
                                        AddressHistory& history)
{
    const bool low_half = history.difference(address) < u64{1} << 32;
    put(low_half ? 0x82 : 0x85);
    address_payload(address, low_half ? 4 : 8);
    context_payload(context);
    history.push(address);
}

void PacketBuffer::context(const TraceContext& context)
{
    put(0x81);
    context_payload(context);
}

void PacketBuffer::context_payload(const TraceContext& context)
{
    constexpr u64 aarch64 = u64{1} << 4, nonsecure = u64{1} << 5, vmid = u64{1} << 6,
                  context_id = u64{1} << 7;
    put(context.el | aarch64 | (context.nonsecure ? nonsecure : 0) | (context.has_vmid ? vmid : 0) |
        (context.has_context_id ? context_id : 0));
    if (context.has_vmid)
        put_little_endian(context.vmid, 4);
    if (context.has_context_id)
        put_little_endian(context.context_id, 4);
}

void PacketBuffer::exception(unsigned type)
{
    // E1:E0 = 0b01: the address that follows is where the exception was taken from.
    put(0x06);
    put((type & 0x1f) << 1 | 1);
}

void PacketBuffer::timestamp(u64 value, u64 last)
{
    put(0x02);
    timestamp_payload(value, last);
}

void PacketBuffer::timestamp_with_count(u64 value, u64 last, u32 cycles)
{
    put(0x03);
    timestamp_payload(value, last);
    put_continued(cycles);
}

void PacketBuffer::timestamp_payload(u64 value, u64 last)
{
    const u64 difference = value ^ last;
    unsigned count = 1;
    while (count < 9 && difference >> (7 * count))
        ++count;
    for (unsigned i = 0; i + 1 < count; ++i)
        put(((value >> (7 * i)) & 0x7f) | 0x80);
    // A ninth byte has eight bits and no continuation.
    const u64 top = value >> (7 * (count - 1));
    put(count == 9 ? top & 0xff : top & 0x7f);
}

void PacketBuffer::cycle_count(u32 above_threshold)
{
    put(0x0e);
    put_continued(above_threshold);
}

} // namespace sl::trace
