// SPDX-License-Identifier: MIT
#pragma once

#include "common/types.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

namespace sl::memory {

/// RAM or ROM. The host gives room to a page when it is first written: an untouched gigabyte costs
/// nothing. Direct access to all of it; a ROM refuses stores (a loader uses transport_dbg).
class Memory : public sc_core::sc_module {
public:
    enum class Kind : u8 { Ram, Rom };

    /// `size` is a multiple of the page. `latency_ps` is what one access over the bus takes. Throws
    /// std::bad_alloc when the host has no address space left.
    Memory(const sc_core::sc_module_name& name, u64 size, Kind kind, u64 latency_ps);
    ~Memory() override;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    tlm_utils::simple_target_socket<Memory> bus{"bus"};

    u64 size() const { return size_; }

    /// The first byte, for loaders and debuggers.
    u8* host() const { return host_; }

    /// All zero again, and the host's room given back.
    void clear();

private:
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& tx);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& tx, tlm::tlm_dmi& dmi);
    bool inside(const tlm::tlm_generic_payload& tx) const;

    u64 size_;
    Kind kind_;
    sc_core::sc_time latency_;
    u8* host_;
};

} // namespace sl::memory
