// SPDX-License-Identifier: MIT
#include "gic/gic_module.h"

namespace sl::gic {

GicModule::GicModule(const sc_core::sc_module_name& name, const Config& config, u64 latency_ps)
    : sc_module{name},
      gic_{config},
      target_{Unclaimed::RazWi, latency_ps}
{
    gicd.register_b_transport(this, &GicModule::access_gicd);
    gicd.register_transport_dbg(this, &GicModule::debug_gicd);
    gicr.register_b_transport(this, &GicModule::access_gicr);
    gicr.register_transport_dbg(this, &GicModule::debug_gicr);
}

void GicModule::access_gicd(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
{
    target_.transport(&gic_.distributor().registers(), static_cast<u32>(tx.get_address()), tx,
                      delay);
}

unsigned GicModule::debug_gicd(tlm::tlm_generic_payload& tx)
{
    return target_.transport_dbg(&gic_.distributor().registers(),
                                 static_cast<u32>(tx.get_address()), tx);
}

RegBank* GicModule::redistributor_at(u64 address)
{
    const u64 pe = address / Redistributor::frame_size;
    return pe < gic_.config().pes() ? &gic_.redistributor(static_cast<unsigned>(pe)).registers()
                                    : nullptr;
}

void GicModule::access_gicr(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
{
    const u64 address = tx.get_address();
    target_.transport(redistributor_at(address),
                      static_cast<u32>(address % Redistributor::frame_size), tx, delay);
}

unsigned GicModule::debug_gicr(tlm::tlm_generic_payload& tx)
{
    const u64 address = tx.get_address();
    return target_.transport_dbg(redistributor_at(address),
                                 static_cast<u32>(address % Redistributor::frame_size), tx);
}

} // namespace sl::gic
