// SPDX-License-Identifier: MIT
#include "trace/spe_record.h"

#include "common/bits.h"

#include <algorithm>
#include <cassert>

namespace sl::trace {

namespace {

// Headers, short format (DDI 0487, Statistical Profiling record format): bits 5:4 give the size.
constexpr u8 header_end = 0x01, header_events = 0x42, header_source = 0x43, header_operation = 0x48,
             header_context = 0x64, header_timestamp = 0x71, header_counter = 0x98,
             header_address = 0xb0;
constexpr u8 address_pc = 0, address_target = 1, address_va = 2, address_pa = 3;
constexpr u8 counter_total = 0, counter_issue = 1, counter_translation = 2;
constexpr u64 counter_most = ones(12); ///< PMSIDR_EL1.CountSize: 12 bits, saturating

/// Appends packets to a record that is all padding.
class Packets {
public:
    template <class T>
    void add(unsigned header, T payload)
    {
        byte(static_cast<u8>(header));
        for (std::size_t i = 0; i < sizeof payload; ++i)
            byte(static_cast<u8>(u64{payload} >> (8 * i)));
    }

    void address(u8 index, u64 address, u64 top_byte)
    {
        add(u8{header_address} | index, (address & ones(56)) | top_byte << 56);
    }

    void code(u8 index, const SpeSample::Code& code)
    {
        address(index, code.va, u64{!code.secure} << 7 | u64{code.el} << 5);
    }

    void counter(u8 index, u64 cycles)
    {
        add(u8{header_counter} | index, static_cast<u16>(std::min(cycles, counter_most)));
    }

    void end() { byte(header_end); }

    const SpeRecord& record() const { return record_; }

private:
    void byte(u8 value)
    {
        assert(size_ < record_.size());
        record_[size_++] = value;
    }

    SpeRecord record_{};
    unsigned size_ = 0;
};

} // namespace

SpeRecord spe_record(const SpeSample& sample)
{
    Packets out;
    if (sample.context_el1)
        out.add(header_context, *sample.context_el1);
    if (sample.context_el2)
        out.add(header_context | 1u, *sample.context_el2);
    out.counter(counter_total, sample.total_latency);
    out.counter(counter_issue, 0); // the model's pipeline issues what it reaches
    if (sample.translation_latency)
        out.counter(counter_translation, *sample.translation_latency);
    out.code(address_pc, sample.pc);
    if (sample.target)
        out.code(address_target, *sample.target);
    if (sample.va)
        out.address(address_va, *sample.va, *sample.va >> 56);
    if (sample.pa)
        out.address(address_pa, sample.pa->pa, u64{sample.pa->ns} << 7);
    if (sample.source)
        out.add(header_source, *sample.source);
    out.add(u8{header_operation} | sample.operation.packet_class, sample.operation.packet_payload);
    out.add(header_events, sample.events);
    if (sample.timestamp)
        out.add(header_timestamp, *sample.timestamp);
    else
        out.end();
    return out.record();
}

} // namespace sl::trace
