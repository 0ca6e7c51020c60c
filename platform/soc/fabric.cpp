// SPDX-License-Identifier: MIT
#include "soc/fabric.h"

#include <algorithm>
#include <cassert>

namespace sl::soc {

using config::AtbLink;
using config::TraceComponent;
using namespace coresight;

namespace {

/// What the way to a device costs is in the core profile: device_access.
constexpr u64 access_ps = 0;

unsigned narrow(u64 value)
{
    return static_cast<unsigned>(value);
}

} // namespace

/// The capture device at a trace port.
struct Fabric::Port final : ByteSink {
    Port(Fabric& owner, std::string port)
        : fabric{owner},
          name{std::move(port)}
    {
        fabric.port_bytes_[name] = 0;
    }

    void put(std::span<const u8> bytes, u64) override
    {
        fabric.port_bytes_[name] += bytes.size();
        if (fabric.links_.port)
            fabric.links_.port(name, bytes);
    }

    Fabric& fabric;
    std::string name;
};

Fabric::Fabric(const sc_core::sc_module_name& name, const config::Config& config, Links links)
    : sc_module{name},
      config_{config},
      links_{std::move(links)},
      atbs_{config::atb_links(config)}
{
    for (const TraceComponent& t : config_.trace)
        build(t);
    for (const AtbLink& link : atbs_)
        wire(link);
    for (const TraceComponent& t : config_.trace) {
        if (t.is("funnel"))
            tie_off(t);
        if (t.is("cti"))
            cross_triggers(t);
    }
    for (const TraceComponent& t : config_.trace)
        if (t.is("etb") || t.is("etf") || t.is("etr") || t.is("stm"))
            listen(t);
}

Fabric::~Fabric() = default;

void Fabric::attach(CoresightModule& module, const TraceComponent& t)
{
    if (config::has_registers(t))
        links_.router.attach(module.bus, config_.trace_base(t), config::coresight_size);
}

void Fabric::build(const TraceComponent& t)
{
    const char* const name = t.name.c_str();
    if (t.is("bridge")) {
        modules_[&t] = std::make_unique<BridgeModule>(name, narrow(t.link_bytes), t.clock);
    } else if (t.is("funnel")) {
        modules_[&t] = std::make_unique<FunnelModule>(name,
                                                      Funnel::Config{
                                                          .ports = config::atb_inputs(t, atbs_),
                                                          .programmable = t.programmable,
                                                          .width = narrow(t.link_bytes),
                                                          .hz = t.clock,
                                                      },
                                                      access_ps);
        attach(module<FunnelModule>(t), t);
    } else if (t.is("replicator")) {
        modules_[&t] = std::make_unique<ReplicatorModule>(name, access_ps);
        attach(module<ReplicatorModule>(t), t);
    } else if (t.is("tpiu")) {
        port_sinks_.push_back(std::make_unique<Port>(*this, t.name));
        modules_[&t] = std::make_unique<TpiuModule>(
            name, Tpiu::Config{.port_bits = narrow(t.port_bits), .hz = t.clock},
            *port_sinks_.back(), access_ps);
        attach(module<TpiuModule>(t), t);
    } else if (t.is("stm")) {
        build_stm(t);
    } else if (t.is("cti")) {
        u32 acknowledged = 0;
        for (unsigned n = 0; n < t.outputs.size(); ++n)
            acknowledged |= u32{config::gic_signal(t.outputs[n]).has_value()} << n;
        modules_[&t] = std::make_unique<CtiModule>(name, acknowledged, access_ps);
        attach(module<CtiModule>(t), t);
        matrix_.add(module<CtiModule>(t).cti());
    } else if (t.is("etb") || t.is("etf") || t.is("etr")) {
        build_tmc(t);
    }
}

void Fabric::build_tmc(const TraceComponent& t)
{
    coresight::Tmc::Config c{.type = t.is("etb")   ? coresight::Tmc::Type::Etb
                                     : t.is("etf") ? coresight::Tmc::Type::Etf
                                                   : coresight::Tmc::Type::Etr,
                             .memory_bytes = narrow(t.memory_bytes),
                             .hz = t.clock,
                             .scatter_gather = t.scatter_gather};
    if (t.is("etr")) {
        c.write_buffer = narrow(t.write_buffer);
        c.secure = config_.has_el3();
        buses_.push_back(std::make_unique<interconnect::TlmBus>((t.name + "_axi").c_str()));
        buses_.back()->socket.bind(links_.router.in);
        modules_[&t] = std::make_unique<TmcModule>(t.name.c_str(), c, *buses_.back(), &links_.watch,
                                                   access_ps);
    } else {
        c.ram_bytes = t.size;
        c.out_bytes = narrow(t.link_bytes);
        modules_[&t] = std::make_unique<TmcModule>(t.name.c_str(), c, access_ps);
    }
    auto& tmc = module<TmcModule>(t);
    attach(tmc, t);
    tmcs_.push_back({t.name, &tmc.tmc()});
}

void Fabric::build_stm(const TraceComponent& t)
{
    const u64 hz = config_.timer.frequency;
    Stm::Config c{.ports = narrow(t.stimulus_ports),
                  .fifo_bytes = narrow(t.fifo),
                  .width = narrow(t.link_bytes),
                  .timestamp = [hz](u64 now_ps) {
                      return static_cast<u64>(u128{now_ps} * hz / Clock::ps_per_second);
                  }};
    modules_[&t] = std::make_unique<StmModule>(t.name.c_str(), std::move(c), access_ps, access_ps);
    auto& stm = module<StmModule>(t);
    attach(stm, t);
    links_.router.attach(stm.stimulus, t.stimulus.value_or(config::stimulus_base),
                         t.stimulus_ports * config::stimulus_size);
}

void Fabric::wire(const AtbLink& link)
{
    if (!link.pe) {
        output(link).bind(input(link));
        return;
    }
    // A trace unit's FIFO, and the link that empties it.
    const std::string unit = link.from->name + std::to_string(*link.pe);
    const u64 hz = link.from->link_clock.value_or(config_.cluster_of(*link.pe).clock);
    auto source = std::make_unique<TraceSourceModule>(unit.c_str(), narrow(link.from->fifo),
                                                      narrow(link.from->link_bytes));
    auto bridge =
        std::make_unique<BridgeModule>((unit + "_link").c_str(), narrow(link.from->link_bytes), hz);
    source->out.socket.bind(bridge->in.socket);
    bridge->out.socket.bind(input(link));
    sources_[*link.pe] = std::move(source);
    more_.push_back(std::move(bridge));
}

AtbInitiatorSocket& Fabric::output(const AtbLink& link)
{
    const TraceComponent& t = *link.from;
    if (t.is("bridge"))
        return module<BridgeModule>(t).out.socket;
    if (t.is("funnel"))
        return module<FunnelModule>(t).out.socket;
    if (t.is("replicator"))
        return module<ReplicatorModule>(t).out(link.out);
    if (t.is("stm"))
        return module<StmModule>(t).out.socket;
    assert(t.is("etf") && "config::load has checked the graph");
    return module<TmcModule>(t).out();
}

AtbTargetSocket& Fabric::input(const AtbLink& link)
{
    const TraceComponent& t = *link.to;
    if (t.is("bridge"))
        return module<BridgeModule>(t).in.socket;
    if (t.is("funnel"))
        return module<FunnelModule>(t).in(link.in);
    if (t.is("replicator"))
        return module<ReplicatorModule>(t).in.socket;
    if (t.is("tpiu"))
        return module<TpiuModule>(t).in();
    return module<TmcModule>(t).in();
}

void Fabric::tie_off(const TraceComponent& funnel)
{
    for (unsigned n = 0; n < config::atb_inputs(funnel, atbs_); ++n) {
        if (std::any_of(atbs_.begin(), atbs_.end(),
                        [&](const AtbLink& l) { return l.to == &funnel && l.in == n; }))
            continue;
        auto nothing = std::make_unique<TieOffModule>(
            (funnel.name + "_in" + std::to_string(n) + "_unused").c_str());
        nothing->out.socket.bind(module<FunnelModule>(funnel).in(n));
        more_.push_back(std::move(nothing));
    }
}

void Fabric::cross_triggers(const TraceComponent& t)
{
    Cti& cti = module<CtiModule>(t).cti();
    for (unsigned n = 0; n < t.inputs.size(); ++n)
        drive(cti, n, t.inputs[n]);

    std::vector<Wire> outputs;
    for (const std::string& signal : t.outputs) {
        if (const auto spi = config::gic_signal(signal)) {
            const unsigned intid = narrow(32 + *spi);
            outputs.emplace_back(
                [this, intid](bool level, u64 now) { links_.interrupt(intid, level, now); });
            continue;
        }
        const auto [name, part] = config::split_signal(signal);
        const TraceComponent& to = *config::find_trace(config_, name);
        const bool trigger = *part == "trigger";
        const auto to_input = [trigger](auto& sink) -> Wire {
            return [&sink, trigger](bool level, u64 now) {
                if (trigger)
                    sink.trigger_in(level, now);
                else
                    sink.flush_in(level, now);
            };
        };
        outputs.push_back(to.is("tpiu") ? to_input(module<TpiuModule>(to).tpiu())
                                        : to_input(module<TmcModule>(to).tmc()));
    }
    cti.on_output([outputs](unsigned n, bool level, u64 now) {
        if (n < outputs.size())
            outputs[n](level, now);
    });
}

/// Notes that a signal of a component drives a trigger input; listen() connects it.
void Fabric::drive(Cti& cti, unsigned trigger, const std::string& signal)
{
    const auto [name, part] = config::split_signal(signal);
    listeners_[{config::find_trace(config_, name), *part}].emplace_back(
        [&cti, trigger](bool level, u64 now) { cti.trigger_in(trigger, level, now); });
}

/// Signals to all who wait for them.
void Fabric::listen(const TraceComponent& t)
{
    const auto all = [this, &t](const char* signal) -> Wire {
        const auto who = listeners_.find({&t, signal});
        if (who == listeners_.end())
            return {};
        return [wires = who->second](bool level, u64 now) {
            for (const Wire& w : wires)
                w(level, now);
        };
    };
    if (t.is("stm")) {
        const Wire software = all("software"), port = all("port");
        module<StmModule>(t).stm().on_trigger([software, port](Stm::Trigger which, u64 now) {
            const Wire& wire = which == Stm::Trigger::Software ? software : port;
            if (!wire)
                return;
            wire(true, now);
            wire(false, now);
        });
        return;
    }
    if (t.spi)
        listeners_[{&t, "full"}].emplace_back(
            [this, intid = narrow(32 + *t.spi)](bool level, u64 now) {
                links_.interrupt(intid, level, now);
            });
    if (const Wire full = all("full"))
        module<TmcModule>(t).tmc().on_full(full);
    if (const Wire acqcomp = all("acqcomp"))
        module<TmcModule>(t).tmc().on_acqcomp(acqcomp);
}

void Fabric::connect(unsigned pe, trace::TraceUnit& unit)
{
    const auto source = sources_.find(pe);
    if (source == sources_.end())
        return;
    TraceSource& atb = source->second->source();
    unit.connect(atb);
    atb.on_flush([&unit](u64) { unit.flush_to_bus(); });
    atb.on_sync_request([&unit](u64) { unit.request_sync(); });
}

void Fabric::finish()
{
    const u64 now_ps = to_ps(sc_core::sc_time_stamp());
    for (const Sink& sink : tmcs_)
        sink.tmc->end_capture(now_ps);
}

std::optional<u64> Fabric::sent(unsigned pe) const
{
    const auto source = sources_.find(pe);
    if (source == sources_.end())
        return std::nullopt;
    return source->second->source().pushed();
}

} // namespace sl::soc
