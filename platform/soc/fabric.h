// SPDX-License-Identifier: MIT
#pragma once

#include "common/page_watch.h"
#include "config/trace_graph.h"
#include "coresight/coresight_module.h"
#include "interconnect/router.h"
#include "interconnect/tlm_bus.h"
#include "trace/trace_unit.h"

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace sl::soc {

/// The CoreSight fabric that a configuration describes: modules, ATBs between them, registers on
/// the bus, cross triggers.
class Fabric : public sc_core::sc_module {
public:
    struct Links {
        interconnect::Router& router;
        PageWatch& watch;
        /// Drives a shared interrupt: its INTID.
        std::function<void(unsigned intid, bool level, u64 now_ps)> interrupt;
        /// Bytes that have left the trace port of this name. Empty: nobody listens.
        std::function<void(const std::string& port, std::span<const u8> bytes)> port;
    };

    Fabric(const sc_core::sc_module_name& name, const config::Config& config, Links links);
    ~Fabric() override;

    /// Gives the trace unit of this PE its ATB, if it has one.
    void connect(unsigned pe, trace::TraceUnit& unit);

    /// A Trace Memory Controller, by its name in the configuration.
    struct Sink {
        std::string name;
        coresight::Tmc* tmc;
    };

    const std::vector<Sink>& sinks() const { return tmcs_; }

    /// Ends captures that software has left open, at the end of a run, so that what was gathered is
    /// whole: everything under way arrives. No simulated time passes.
    void finish();

    /// Bytes that have left each trace port, by name.
    const std::map<std::string, u64>& ports() const { return port_bytes_; }

    /// Bytes that the trace unit of this PE has sent to its ATB; none: it has no ATB.
    std::optional<u64> sent(unsigned pe) const;

private:
    struct Port;
    /// A wire between components.
    using Wire = std::function<void(bool level, u64 now_ps)>;

    void build(const config::TraceComponent& t);
    void build_tmc(const config::TraceComponent& t);
    void build_stm(const config::TraceComponent& t);
    void wire(const config::AtbLink& link);
    void tie_off(const config::TraceComponent& funnel);
    void cross_triggers(const config::TraceComponent& t);
    void attach(coresight::CoresightModule& module, const config::TraceComponent& t);
    coresight::AtbTargetSocket& input(const config::AtbLink& link);
    coresight::AtbInitiatorSocket& output(const config::AtbLink& link);
    void listen(const config::TraceComponent& t);
    void drive(coresight::Cti& cti, unsigned trigger, const std::string& signal);

    template <class M>
    M& module(const config::TraceComponent& t) const
    {
        return static_cast<M&>(*modules_.at(&t));
    }

    const config::Config& config_;
    Links links_;
    std::vector<config::AtbLink> atbs_;
    std::map<const config::TraceComponent*, std::unique_ptr<sc_core::sc_module>> modules_;
    std::map<unsigned, std::unique_ptr<coresight::TraceSourceModule>> sources_; ///< by PE
    std::vector<std::unique_ptr<sc_core::sc_module>> more_; ///< links of trace units, tie-offs
    std::vector<std::unique_ptr<interconnect::TlmBus>> buses_;
    std::vector<std::unique_ptr<Port>> port_sinks_;
    std::map<std::string, u64> port_bytes_;
    std::vector<Sink> tmcs_;
    /// Who waits for a signal of a component.
    std::map<std::pair<const config::TraceComponent*, std::string>, std::vector<Wire>> listeners_;
    coresight::Ctm matrix_;
};

} // namespace sl::soc
