// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/cluster.h"
#include "common/page_watch.h"
#include "config/config.h"
#include "debug/marks.h"
#include "gic/gic_module.h"
#include "interconnect/router.h"
#include "memory/memory.h"
#include "pe/cohort.h"
#include "soc/fabric.h"
#include "trace/spe.h"
#include "trace/trace_unit.h"
#include "uart/pl011.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace sl::soc {

/// The platform that a configuration describes, elaborated: every module, every wire.
class Platform : public sc_core::sc_module, private pe::Marks {
public:
    struct Links {
        /// Places in software; null: none.
        const debug::MarkTable* marks = nullptr;
        /// The mark at which functional fidelity ends; 0: none.
        u32 switch_mark = 0;
        Observer* observer = nullptr;
        /// What is sent by the UART of this index.
        std::function<void(unsigned uart, u8 character)> transmit;
        /// What leaves a trace port, by its name.
        std::function<void(const std::string& port, std::span<const u8> bytes)> trace_port = {};
        /// Instructions per decoded block, at most. Changes nothing but speed.
        unsigned max_block = 64;
    };

    /// `config` comes from config::load, and must outlive the platform. Throws std::bad_alloc when
    /// the host has no address space for the memories.
    Platform(const sc_core::sc_module_name& name, const config::Config& config, const Links& links);

    /// PE `pe` begins at time 0, or at the present one.
    void power_on(unsigned pe, u64 entry, u8 el, u64 x0);

    /// Writes or reads memory as a debugger does, ROM included. Requires addresses in one memory.
    void write(u64 pa, std::span<const u8> bytes);
    void read(u64 pa, std::span<u8> bytes);

    /// All of [pa, pa + bytes) is in one memory.
    bool is_memory(u64 pa, u64 bytes) const;

    /// Memory and device registers without effect: as many bytes as there are. Devices answer to
    /// aligned words only.
    u64 debug_read(u64 pa, std::span<u8> bytes);

    /// Wants every instruction of the PE reported to the observer.
    void set_log(unsigned pe) { this->pe(pe).set_log(true); }

    unsigned pes() const { return static_cast<unsigned>(pes_.size()); }

    pe::Pe& pe(unsigned n) { return pes_[n]->pe(); }

    const pe::Pe& pe(unsigned n) const { return pes_[n]->pe(); }

    const cluster::PeModule& module(unsigned n) const { return *pes_[n]; }

    /// Null: the PE has none.
    const trace::Spe* profiler(unsigned pe) const { return profilers_[pe].get(); }

    /// Null: the PE has none.
    trace::TraceUnit* trace_unit(unsigned pe) { return traces_[pe].get(); }

    Fabric& fabric() { return fabric_; }

    gic::Gic& gic() { return gic_.gic(); }

    uart::Pl011& uart(unsigned n) { return *uarts_[n]; }

    cluster::Schedule& schedule() { return schedule_; }

    PageWatch& watch() { return watch_; }

    /// Time of a message from PE to PE, from an interrupt wire to a PE: to each receiver.
    u64 latency_ps(unsigned to) const { return latencies_[to]; }

    /// PSCI SYSTEM_OFF or SYSTEM_RESET has ended the run.
    struct SystemOff {
        unsigned pe = 0;
        bool reset = false;
        u64 ps = 0;
    };

    const std::optional<SystemOff>& system_off() const { return system_off_; }

    /// Simulated time has reached system_off(): the simulation is paused for good.
    bool over() const { return over_; }

    /// Instructions of all PEs.
    u64 instructions() const;

    bool annotated() const { return annotated_; }

    /// When the run went over to annotated fidelity, if it began in functional one.
    const std::optional<u64>& switched_ps() const { return switched_ps_; }

private:
    u32 at(u64 pa) override { return links_.marks ? links_.marks->mark_at(pa) : 0; }

    void reached(pe::Pe& pe, u32 id) override;

    void build_memories();
    void build_uarts();
    void build_clusters();
    void build_profiler(unsigned pe);
    void build_trace(const config::Cluster& cluster, unsigned pe);
    void wire();
    pe::PeConfig pe_config(const config::Cluster& cluster, unsigned pe) const;
    u8* host(u64 pa, std::size_t bytes);

    const config::Config& config_;
    Links links_;
    bool annotated_;
    PageWatch watch_;
    pe::Cohort cohort_;
    cluster::Schedule schedule_;
    interconnect::Router router_;
    gic::GicModule gic_;
    Fabric fabric_;
    std::vector<std::unique_ptr<memory::Memory>> memories_;
    std::vector<std::unique_ptr<uart::Pl011>> uarts_;
    std::vector<std::unique_ptr<cluster::Cluster>> clusters_;
    std::vector<cluster::PeModule*> pes_; ///< by number
    std::vector<std::unique_ptr<trace::TraceUnit>> traces_;
    std::vector<std::unique_ptr<trace::Spe>> profilers_;
    std::vector<u64> latencies_;
    std::optional<SystemOff> system_off_;
    bool over_ = false;
    std::optional<u64> switched_ps_;
};

} // namespace sl::soc
