// SPDX-License-Identifier: MIT
#pragma once

#include "common/bus.h"
#include "common/tlm_initiator.h"

#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

namespace sl::interconnect {

/// The TLM side of a Bus: the port through which a PE and its trace buffer reach the system. Each
/// access becomes one b_transport whose delay is what the initiator is ahead of simulated time.
class TlmBus : public sc_core::sc_module, public Bus {
public:
    explicit TlmBus(const sc_core::sc_module_name& name);

    tlm_utils::simple_initiator_socket<TlmBus> socket{"socket"};

    BusStatus read(u64 pa, void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                   u64& latency_ps) override;
    BusStatus write(u64 pa, const void* data, unsigned bytes, const Initiator& who, u64 now_ps,
                    u64& latency_ps) override;
    Page direct(u64 pa, bool secure) override;

private:
    struct Window {
        u64 first, last;
        u8* host;
        bool writable;
    };

    BusStatus transport(tlm::tlm_command command, u64 pa, u8* data, unsigned bytes,
                        const Initiator& who, u64 now_ps, u64& latency_ps);
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last);

    std::vector<Window> windows_; ///< direct memory granted so far
    tlm::tlm_generic_payload payload_;
    InitiatorExtension extension_;
};

} // namespace sl::interconnect
