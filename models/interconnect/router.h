// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <string>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

namespace sl::interconnect {

/// Decodes addresses: any number of initiators, one target for each range. Targets see addresses
/// from the beginning of their range. An access to a hole, or across the end of a range, ends in
/// TLM_ADDRESS_ERROR_RESPONSE: an external abort for a PE.
class Router : public sc_core::sc_module {
public:
    explicit Router(const sc_core::sc_module_name& name);

    tlm_utils::multi_passthrough_target_socket<Router> in{"in"};

    /// `target` answers to [base, base + size). Throws std::invalid_argument when somebody else
    /// does already.
    template <class Socket>
    void attach(Socket& target, u64 base, u64 size)
    {
        add(base, size);
        out_.bind(target);
    }

private:
    struct Range {
        u64 base, size;
        int port;
    };

    void add(u64 base, u64 size);
    /// The range that holds all of [address, address + bytes), or null.
    const Range* find(u64 address, u64 bytes) const;

    void b_transport(int id, tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);
    unsigned transport_dbg(int id, tlm::tlm_generic_payload& tx);
    bool get_direct_mem_ptr(int id, tlm::tlm_generic_payload& tx, tlm::tlm_dmi& dmi);
    void invalidate_direct_mem_ptr(int port, sc_dt::uint64 first, sc_dt::uint64 last);

    tlm_utils::multi_passthrough_initiator_socket<Router> out_{"out"};
    std::vector<Range> ranges_; ///< by base
    int ports_ = 0;
};

} // namespace sl::interconnect
