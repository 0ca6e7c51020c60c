// SPDX-License-Identifier: MIT
#pragma once

#include "common/peripheral.h"
#include "gic/gic.h"

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

namespace sl::gic {

/// The GIC on the bus: the Distributor's frame, and the Redistributors' frames one after the other
/// (Redistributor::frame_size each, in order of PE number). What no register takes is RAZ/WI.
class GicModule : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<GicModule> gicd{"gicd"};
    tlm_utils::simple_target_socket<GicModule> gicr{"gicr"};

    /// `latency_ps` is what one access costs at the device.
    GicModule(const sc_core::sc_module_name& name, const Config& config, u64 latency_ps);

    Gic& gic() { return gic_; }

    u64 gicr_size() const { return u64{Redistributor::frame_size} * gic_.config().pes(); }

private:
    void access_gicd(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);
    void access_gicr(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);
    unsigned debug_gicd(tlm::tlm_generic_payload& tx);
    unsigned debug_gicr(tlm::tlm_generic_payload& tx);
    RegBank* redistributor_at(u64 address);

    Gic gic_;
    RegTarget target_;
};

} // namespace sl::gic
