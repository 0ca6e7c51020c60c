// SPDX-License-Identifier: MIT
#include "coresight/coresight_module.h"

#include <cstring>

namespace sl::coresight {

namespace {

u64 kernel_ps()
{
    return to_ps(sc_core::sc_time_stamp());
}

} // namespace

CoresightModule::CoresightModule(const sc_core::sc_module_name& name, u64 latency_ps)
    : sc_module{name},
      target_{Unclaimed::RazWi, latency_ps}
{
    bus.register_b_transport(this, &CoresightModule::b_transport);
    bus.register_transport_dbg(this, &CoresightModule::transport_dbg);
}

void CoresightModule::b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
{
    const u32 offset = static_cast<u32>(tx.get_address());
    target_.transport(component_->registers_for(tx.is_write(), offset, time_after(delay)), offset,
                      tx, delay);
}

unsigned CoresightModule::transport_dbg(tlm::tlm_generic_payload& tx)
{
    const u32 offset = static_cast<u32>(tx.get_address());
    return target_.transport_dbg(component_->look(), offset, tx);
}

BridgeModule::BridgeModule(const sc_core::sc_module_name& name, unsigned width, u64 hz)
    : sc_module{name},
      bridge_{width, hz}
{
    bridge_.connect(in, out);
}

TraceSourceModule::TraceSourceModule(const sc_core::sc_module_name& name, unsigned bytes,
                                     unsigned width)
    : sc_module{name},
      source_{bytes, width}
{
    source_.connect(out);
}

struct FunnelModule::Port final : AtbTarget {
    Port(FunnelModule& owner, unsigned index)
        : module{&owner},
          n{index}
    {
    }

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override
    {
        Funnel& funnel = module->funnel_;
        funnel.advance(kernel_ps());
        const auto taken = funnel.port(n).transfer(beat, now_ps);
        if (const auto next = funnel.next())
            // When time has passed the beat's, nobody can compete with it any more.
            module->waiting_.notify(delay_until(*next + 1));
        return taken;
    }

    void flushed(u64 now_ps) override { module->funnel_.port(n).flushed(now_ps); }

    FunnelModule* module;
    unsigned n;
};

FunnelModule::FunnelModule(const sc_core::sc_module_name& name, const Funnel::Config& config,
                           u64 latency_ps)
    : CoresightModule{name, latency_ps},
      funnel_{config}
{
    serve(funnel_);
    for (unsigned n = 0; n < config.ports; ++n) {
        ports_.push_back(std::make_unique<Port>(*this, n));
        inputs_.push_back(
            std::make_unique<AtbInput>(("in" + std::to_string(n)).c_str(), *ports_[n]));
        funnel_.connect(n, *inputs_[n]);
    }
    funnel_.connect(out);
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&waiting_);
    sc_core::sc_spawn([this] { decide(); }, "decide", &options);
}

FunnelModule::~FunnelModule() = default;

void FunnelModule::decide()
{
    funnel_.settle(kernel_ps());
    if (const auto next = funnel_.next())
        waiting_.notify(delay_until(*next + 1));
}

ReplicatorModule::ReplicatorModule(const sc_core::sc_module_name& name, u64 latency_ps)
    : CoresightModule{name, latency_ps}
{
    serve(replicator_);
    for (unsigned n = 0; n < Replicator::outputs; ++n) {
        outputs_.push_back(std::make_unique<AtbOutput>(("out" + std::to_string(n)).c_str(),
                                                       replicator_.output(n)));
        replicator_.connect(n, *outputs_[n]);
    }
    replicator_.connect(in);
}

/// What a trigger inside a transfer leaves to do is done at that time, but after the transfer.
struct TmcModule::Port final : AtbTarget {
    explicit Port(TmcModule& owner)
        : module{&owner}
    {
    }

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override
    {
        const auto taken = module->tmc_->transfer(beat, now_ps);
        if (module->tmc_->work())
            module->work_.notify(delay_until(taken.value_or(now_ps)));
        return taken;
    }

    void flushed(u64 now_ps) override { module->tmc_->flushed(now_ps); }

    TmcModule* module;
};

TmcModule::TmcModule(const sc_core::sc_module_name& name, const Tmc::Config& config, u64 latency_ps)
    : CoresightModule{name, latency_ps},
      tmc_{std::make_unique<Tmc>(config)}
{
    wire();
    if (config.type == Tmc::Type::Etf) {
        output_ = std::make_unique<AtbOutput>("out", *tmc_);
        tmc_->connect(*output_);
    }
}

TmcModule::TmcModule(const sc_core::sc_module_name& name, const Tmc::Config& config, Bus& memory,
                     PageWatch* watch, u64 latency_ps)
    : CoresightModule{name, latency_ps},
      tmc_{std::make_unique<Tmc>(config, memory, watch)}
{
    wire();
}

TmcModule::~TmcModule() = default;

void TmcModule::wire()
{
    serve(*tmc_);
    port_ = std::make_unique<Port>(*this);
    input_ = std::make_unique<AtbInput>("in", *port_);
    tmc_->connect(static_cast<AtbSource&>(*input_));
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&work_);
    sc_core::sc_spawn([this] { serve_work(); }, "work", &options);
}

void TmcModule::serve_work()
{
    tmc_->service(kernel_ps());
}

struct TpiuModule::Port final : AtbTarget {
    explicit Port(TpiuModule& owner)
        : module{&owner}
    {
    }

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override
    {
        const auto taken = module->tpiu_.transfer(beat, now_ps);
        if (module->tpiu_.work())
            module->work_.notify(delay_until(taken.value_or(now_ps)));
        return taken;
    }

    void flushed(u64 now_ps) override { module->tpiu_.flushed(now_ps); }

    TpiuModule* module;
};

TpiuModule::TpiuModule(const sc_core::sc_module_name& name, const Tpiu::Config& config,
                       ByteSink& sink, u64 latency_ps)
    : CoresightModule{name, latency_ps},
      tpiu_{config, sink},
      port_{std::make_unique<Port>(*this)},
      input_{std::make_unique<AtbInput>("in", *port_)}
{
    serve(tpiu_);
    tpiu_.connect(*input_);
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&work_);
    sc_core::sc_spawn([this] { serve_work(); }, "work", &options);
}

TpiuModule::~TpiuModule() = default;

void TpiuModule::serve_work()
{
    tpiu_.service(kernel_ps());
}

CtiModule::CtiModule(const sc_core::sc_module_name& name, u32 acknowledged, u64 latency_ps)
    : CoresightModule{name, latency_ps},
      cti_{acknowledged}
{
    serve(cti_);
}

StmModule::StmModule(const sc_core::sc_module_name& name, Stm::Config config, u64 latency_ps,
                     u64 stimulus_ps)
    : CoresightModule{name, latency_ps},
      stm_{std::move(config)},
      stimulus_time_{from_ps(stimulus_ps)}
{
    serve(stm_);
    stm_.connect(out);
    stimulus.register_b_transport(this, &StmModule::write_stimulus);
}

void StmModule::write_stimulus(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
{
    const unsigned bytes = tx.get_data_length();
    const u64 offset = tx.get_address();
    const bool fits = (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8) &&
                      (!tx.get_streaming_width() || tx.get_streaming_width() >= bytes);
    if (!fits) {
        tx.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    if (tx.get_byte_enable_ptr()) {
        tx.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (offset % bytes) {
        tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    if (tx.is_write()) {
        u64 data = 0;
        std::memcpy(&data, tx.get_data_ptr(), bytes);
        delay += from_ps(
            stm_.stimulus(offset, bytes, data, InitiatorExtension::of(tx), time_after(delay)));
    } else if (tx.is_read()) {
        std::memset(tx.get_data_ptr(), 0, bytes);
    }
    delay += stimulus_time_;
    tx.set_response_status(tlm::TLM_OK_RESPONSE);
}

} // namespace sl::coresight
