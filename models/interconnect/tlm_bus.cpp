// SPDX-License-Identifier: MIT
#include "interconnect/tlm_bus.h"

#include <algorithm>

namespace sl::interconnect {

TlmBus::TlmBus(const sc_core::sc_module_name& name)
    : sc_module{name}
{
    socket.register_invalidate_direct_mem_ptr(this, &TlmBus::invalidate_direct_mem_ptr);
}

BusStatus TlmBus::read(u64 pa, void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                       u64& latency_ps)
{
    return transport(tlm::TLM_READ_COMMAND, pa, static_cast<u8*>(data), bytes, who, now_ps,
                     latency_ps);
}

BusStatus TlmBus::write(u64 pa, const void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                        u64& latency_ps)
{
    // TLM's payload has one data pointer for both directions; a target reads from it here.
    return transport(tlm::TLM_WRITE_COMMAND, pa, static_cast<u8*>(const_cast<void*>(data)), bytes,
                     who, now_ps, latency_ps);
}

BusStatus TlmBus::transport(tlm::tlm_command command, u64 pa, u8* data, unsigned bytes,
                            const Initiator& who, u64 now_ps, u64& latency_ps)
{
    extension_.who = who;
    payload_.set_extension(&extension_);
    payload_.set_command(command);
    payload_.set_address(pa);
    payload_.set_data_ptr(data);
    payload_.set_data_length(bytes);
    payload_.set_streaming_width(bytes);
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);

    // An initiator's clock edge may lie a fraction of a cycle before the kernel's time.
    const u64 kernel = to_ps(sc_core::sc_time_stamp());
    const u64 ahead = now_ps > kernel ? now_ps - kernel : 0;
    sc_core::sc_time delay = from_ps(ahead);
    socket->b_transport(payload_, delay);
    payload_.clear_extension(&extension_);
    latency_ps += to_ps(delay) - ahead;

    if (payload_.is_response_ok())
        return BusStatus::Ok;
    return payload_.get_response_status() == tlm::TLM_ADDRESS_ERROR_RESPONSE
               ? BusStatus::DecodeError
               : BusStatus::SlaveError;
}

Bus::Page TlmBus::direct(u64 pa, bool secure)
{
    const u64 page = pa & page_mask;
    const auto covers = [&](const Window& w) {
        return w.first <= page && page + page_size - 1 <= w.last;
    };
    auto window = std::find_if(windows_.begin(), windows_.end(), covers);
    if (window == windows_.end()) {
        extension_.who = {};
        extension_.who.secure = secure;
        payload_.set_extension(&extension_);
        payload_.set_command(tlm::TLM_READ_COMMAND);
        payload_.set_address(page);
        tlm::tlm_dmi dmi;
        const bool granted = socket->get_direct_mem_ptr(payload_, dmi) && dmi.is_read_allowed();
        payload_.clear_extension(&extension_);
        if (!granted)
            return {};
        const Window fresh{dmi.get_start_address(), dmi.get_end_address(), dmi.get_dmi_ptr(),
                           dmi.is_write_allowed()};
        if (!covers(fresh))
            return {};
        window = windows_.insert(windows_.end(), fresh);
    }
    return {window->host + (page - window->first), window->writable};
}

void TlmBus::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last)
{
    std::erase_if(windows_, [&](const Window& w) { return w.first <= last && first <= w.last; });
}

} // namespace sl::interconnect
