// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/schedule.h"
#include "interconnect/tlm_bus.h"
#include "pe/pe.h"

#include <systemc>

namespace sl::cluster {

/// A PE in the simulation: its thread, and its port to the interconnect. The PE runs ahead of
/// simulated time for at most a quantum, then its thread lets simulated time follow. A PE that
/// waits or is off has no thread switch until something happens to it.
class PeModule : public sc_core::sc_module {
public:
    /// The system around a PE; `marks` and `observer` may be null.
    struct Links {
        PageWatch& watch;
        pe::GicPort& gic;
        pe::System& system;
        Schedule& schedule;
        pe::Marks* marks = nullptr;
        Observer* observer = nullptr;
    };

    PeModule(const sc_core::sc_module_name& name, const pe::PeConfig& config, const Links& links);

    interconnect::TlmBus bus;

    pe::Pe& pe() { return pe_; }

    const pe::Pe& pe() const { return pe_; }

    /// Turns that this PE has had.
    u64 turns() const { return turns_; }

private:
    void execute();
    void follow();
    void sleep(std::optional<u64> wake_ps);

    Schedule& schedule_;
    pe::Pe pe_;
    sc_core::sc_event wake_;
    bool sleeping_ = false;
    u64 turns_ = 0;
};

} // namespace sl::cluster
