// SPDX-License-Identifier: MIT
#pragma once

#include "common/peripheral.h"
#include "coresight/atb_bridge.h"
#include "coresight/atb_socket.h"
#include "coresight/cti.h"
#include "coresight/funnel.h"
#include "coresight/replicator.h"
#include "coresight/stm.h"
#include "coresight/tmc.h"
#include "coresight/tpiu.h"
#include "coresight/trace_source.h"

#include <memory>
#include <string>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

namespace sl::coresight {

/// A component's registers on the bus: a 4 KB frame, accessed by 32-bit words. Static components
/// leave the socket unbound.
class CoresightModule : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket_optional<CoresightModule> bus{"bus"};

protected:
    /// `latency_ps` is what one access costs at the component.
    CoresightModule(const sc_core::sc_module_name& name, u64 latency_ps);

    /// The component whose registers these are. Called once by the constructor.
    void serve(Component& component) { component_ = &component; }

private:
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& tx);

    RegTarget target_;
    Component* component_ = nullptr;
};

/// A wire or bridge between two components.
class BridgeModule : public sc_core::sc_module {
public:
    BridgeModule(const sc_core::sc_module_name& name, unsigned width, u64 hz);

private:
    AtbBridge bridge_;

public:
    AtbInput in{"in", bridge_};
    AtbOutput out{"out", bridge_};
};

/// Where a PE's trace unit meets the ATB.
class TraceSourceModule : public sc_core::sc_module {
public:
    /// A FIFO of `bytes`, and an ATB of `width` bytes.
    TraceSourceModule(const sc_core::sc_module_name& name, unsigned bytes, unsigned width);

    TraceSource& source() { return source_; }

private:
    TraceSource source_;

public:
    AtbOutput out{"out", source_.output()};
};

/// The end of an input that nothing feeds: it has no trace to send.
class TieOffModule : public sc_core::sc_module, private AtbSource {
public:
    explicit TieOffModule(const sc_core::sc_module_name& name)
        : sc_module{name}
    {
    }

    AtbOutput out{"out", *this};

private:
    std::optional<u64> flush(u64 now_ps) override { return now_ps; }

    void sync_request(u64) override {}

    void ready(u64) override {}

    void settle(u64) override {}
};

class FunnelModule : public CoresightModule {
public:
    FunnelModule(const sc_core::sc_module_name& name, const Funnel::Config& config, u64 latency_ps);

    ~FunnelModule() override;

    Funnel& funnel() { return funnel_; }

    /// Slave port `n`.
    AtbTargetSocket& in(unsigned n) { return inputs_[n]->socket; }

private:
    /// A slave port that has the funnel decide about what waits when simulated time has reached it.
    struct Port;

    void decide();

    Funnel funnel_;
    std::vector<std::unique_ptr<Port>> ports_;
    std::vector<std::unique_ptr<AtbInput>> inputs_;
    sc_core::sc_event waiting_;

public:
    AtbOutput out{"out", funnel_};
};

class ReplicatorModule : public CoresightModule {
public:
    ReplicatorModule(const sc_core::sc_module_name& name, u64 latency_ps);

    Replicator& replicator() { return replicator_; }

    /// Master port `n`, 0 or 1.
    AtbInitiatorSocket& out(unsigned n) { return outputs_[n]->socket; }

private:
    Replicator replicator_;
    std::vector<std::unique_ptr<AtbOutput>> outputs_;

public:
    AtbInput in{"in", replicator_};
};

/// ETB, ETF or ETR. An ETB's and an ETR's `out` stays unbound.
class TmcModule : public CoresightModule {
public:
    /// ETB or ETF.
    TmcModule(const sc_core::sc_module_name& name, const Tmc::Config& config, u64 latency_ps);
    /// ETR: see Tmc.
    TmcModule(const sc_core::sc_module_name& name, const Tmc::Config& config, Bus& memory,
              PageWatch* watch, u64 latency_ps);

    ~TmcModule() override;

    Tmc& tmc() { return *tmc_; }

    AtbTargetSocket& in() { return input_->socket; }

    /// ETF only.
    AtbInitiatorSocket& out() { return output_->socket; }

private:
    struct Port;

    void wire();
    void serve_work();

    std::unique_ptr<Tmc> tmc_;
    std::unique_ptr<Port> port_;
    std::unique_ptr<AtbInput> input_;
    std::unique_ptr<AtbOutput> output_;
    sc_core::sc_event work_;
};

class TpiuModule : public CoresightModule {
public:
    TpiuModule(const sc_core::sc_module_name& name, const Tpiu::Config& config, ByteSink& sink,
               u64 latency_ps);

    ~TpiuModule() override;

    Tpiu& tpiu() { return tpiu_; }

    AtbTargetSocket& in() { return input_->socket; }

private:
    struct Port;

    void serve_work();

    Tpiu tpiu_;
    std::unique_ptr<Port> port_;
    std::unique_ptr<AtbInput> input_;
    sc_core::sc_event work_;
};

class CtiModule : public CoresightModule {
public:
    CtiModule(const sc_core::sc_module_name& name, u32 acknowledged, u64 latency_ps);

    Cti& cti() { return cti_; }

private:
    Cti cti_;
};

/// The STM with its second region, the stimulus ports (Stm::region_size() bytes).
class StmModule : public CoresightModule {
public:
    tlm_utils::simple_target_socket<StmModule> stimulus{"stimulus"};

    /// `stimulus_ps` is what a write to a stimulus port costs when it need not wait.
    StmModule(const sc_core::sc_module_name& name, Stm::Config config, u64 latency_ps,
              u64 stimulus_ps);

    Stm& stm() { return stm_; }

private:
    void write_stimulus(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay);

    Stm stm_;
    sc_core::sc_time stimulus_time_;

public:
    AtbOutput out{"out", stm_};
};

} // namespace sl::coresight
