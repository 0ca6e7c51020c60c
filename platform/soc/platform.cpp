// SPDX-License-Identifier: MIT
#include "soc/platform.h"

#include "common/tlm_initiator.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

namespace sl::soc {

namespace {

using sysreg::Feature;

/// ID_AA64MMFR0_EL1.PARange of config::pa_bits.
constexpr u8 pa_range = 2;
static_assert(config::pa_bits == 40);

gic::Config gic_config(const config::Config& config)
{
    gic::Config gic{.affinities = {},
                    .spis = static_cast<unsigned>(config.gic.spis),
                    .security = config.has_el3(),
                    .priority_bits = static_cast<unsigned>(config.gic.priority_bits),
                    .list_registers = static_cast<unsigned>(config.gic.list_registers),
                    .maintenance_intid = static_cast<unsigned>(config.gic.maintenance)};
    for (unsigned pe = 0; pe < config.pes(); ++pe)
        gic.affinities.push_back(static_cast<u32>(config.affinity(pe)));
    return gic;
}

u64 message_latency_ps(const config::Cluster& cluster)
{
    return Clock{cluster.clock}.ps(cluster.profile.cross_pe_latency);
}

/// In annotated fidelity nothing may arrive in a receiver's past.
u64 annotated_quantum_ps(const config::Config& config)
{
    u64 least = config.run.quantum;
    for (const config::Cluster& c : config.clusters)
        least = std::min(least, message_latency_ps(c));
    return std::max<u64>(least, 1);
}

u64 first_quantum_ps(const config::Config& config)
{
    return config.fidelity.mode == "annotated" ? annotated_quantum_ps(config) : config.run.quantum;
}

} // namespace

Platform::Platform(const sc_core::sc_module_name& name, const config::Config& config,
                   const Links& links)
    : sc_module{name},
      config_{config},
      links_{links},
      annotated_{config.fidelity.mode == "annotated"},
      schedule_{first_quantum_ps(config)},
      router_{"router"},
      // What the way to a device costs is in the core profile: device_access.
      gic_{"gic", gic_config(config), 0},
      fabric_{"coresight",
              config,
              {.router = router_,
               .watch = watch_,
               .interrupt = [this](unsigned intid, bool level,
                                   u64 now_ps) { gic().set_spi(intid, level, now_ps); },
               .port = links.trace_port}}
{
    router_.attach(gic_.gicd, config.gic.distributor, config::gicd_size);
    router_.attach(gic_.gicr, config.gic.redistributors, gic_.gicr_size());
    build_memories();
    build_uarts();
    build_clusters();
    wire();
}

void Platform::build_memories()
{
    for (const config::Memory& m : config_.memories) {
        const auto kind = m.rom() ? memory::Memory::Kind::Rom : memory::Memory::Kind::Ram;
        memories_.push_back(
            std::make_unique<memory::Memory>(m.name.c_str(), m.size, kind, m.latency));
        router_.attach(memories_.back()->bus, m.base, m.size);
    }
}

void Platform::build_uarts()
{
    for (unsigned n = 0; n < config_.uarts.size(); ++n) {
        const config::Uart& u = config_.uarts[n];
        uarts_.push_back(std::make_unique<uart::Pl011>(u.name.c_str(), 0));
        router_.attach(uarts_.back()->bus, u.base, config::uart_size);
        if (links_.transmit)
            uarts_.back()->on_transmit([this, n](u8 character) { links_.transmit(n, character); });
        const auto intid = static_cast<unsigned>(32 + u.spi);
        uarts_.back()->on_interrupt(
            [this, intid](bool level, u64 now_ps) { gic().set_spi(intid, level, now_ps); });
    }
}

pe::PeConfig Platform::pe_config(const config::Cluster& cluster, unsigned pe) const
{
    std::vector<std::string> errors;
    pe::PeConfig c{.number = pe,
                   .affinity = config_.affinity(pe),
                   .features = sysreg::Features::parse(config::optional_features(cluster), errors),
                   .profile = cluster.profile,
                   .clock_hz = cluster.clock,
                   .counter_hz = config_.timer.frequency,
                   .pa_range = pa_range,
                   .has_el2 = cluster.feature_set.contains("FEAT_AA64EL2"),
                   .has_el3 = config_.has_el3(),
                   .firmware_keeps_trbe = cluster.kept.contains("FEAT_TRBE"),
                   .firmware_keeps_spe = cluster.kept.contains("FEAT_SPE"),
                   .annotated = annotated_,
                   .max_block = links_.max_block,
                   .adversary = *pe::AdversaryMode::parse(config_.run.adversary)};
    assert(errors.empty() && "config::load has checked the features");
    // A core that could have a trace unit, in a platform that gives it none.
    if (!config_.trace_of(cluster, "ete")) {
        c.features.remove(Feature::FEAT_ETE);
        c.features.remove(Feature::FEAT_ETMv4);
    }
    if (!config_.trace_of(cluster, "trbe"))
        c.features.remove(Feature::FEAT_TRBE);
    return c;
}

void Platform::build_clusters()
{
    unsigned number = 0;
    for (const config::Cluster& c : config_.clusters) {
        std::vector<cluster::Cluster::Member> members;
        for (u64 n = 0; n < c.pes; ++n, ++number) {
            members.push_back({pe_config(c, number),
                               {.watch = watch_,
                                .gic = gic().cpu(number),
                                .system = cohort_,
                                .schedule = schedule_,
                                .marks = links_.marks ? this : nullptr,
                                .observer = links_.observer}});
            latencies_.push_back(message_latency_ps(c));
        }
        clusters_.push_back(std::make_unique<cluster::Cluster>(c.name.c_str(), members));
        for (const auto& module : clusters_.back()->pes()) {
            module->bus.socket.bind(router_.in);
            cohort_.add(module->pe());
            pes_.push_back(module.get());
            build_trace(c, module->pe().number());
            build_profiler(module->pe().number());
        }
    }
}

void Platform::build_profiler(unsigned pe)
{
    const pe::PeConfig& c = this->pe(pe).config();
    if (!c.features.has(Feature::FEAT_SPE)) {
        profilers_.push_back(nullptr);
        return;
    }
    profilers_.push_back(std::make_unique<trace::Spe>(
        trace::SpeConfig{.has_el2 = c.has_el2,
                         .has_el3 = c.has_el3,
                         .has_vhe = c.features.has(Feature::FEAT_VHE),
                         .kept = c.firmware_keeps_spe,
                         .intid = static_cast<unsigned>(config_.profiling.pmbirq),
                         .memory_latency_ps = config_.profiling.memory_latency,
                         .seed = config_.profiling.seed},
        this->pe(pe)));
    this->pe(pe).attach(*profilers_.back());
}

void Platform::build_trace(const config::Cluster& cluster, unsigned pe)
{
    const config::TraceComponent* const ete = config_.trace_of(cluster, "ete");
    if (!ete) {
        traces_.push_back(nullptr);
        return;
    }
    const config::TraceComponent* const trbe = config_.trace_of(cluster, "trbe");
    const pe::PeConfig& c = this->pe(pe).config();
    traces_.push_back(std::make_unique<trace::TraceUnit>(
        trace::Config{.architecture =
                          ete->etmv4() ? trace::Architecture::Etmv4 : trace::Architecture::Ete,
                      .has_el2 = c.has_el2,
                      .has_el3 = c.has_el3,
                      .has_vhe = c.features.has(Feature::FEAT_VHE),
                      .has_trf = c.features.has(Feature::FEAT_TRF),
                      .has_trbe = trbe != nullptr,
                      .trbe_kept = c.firmware_keeps_trbe,
                      .trbe_intid = trbe ? static_cast<unsigned>(trbe->ppi) : 31,
                      .fifo_bytes = static_cast<unsigned>(ete->fifo),
                      .link_bytes = static_cast<unsigned>(ete->link_bytes),
                      .link_hz = ete->link_clock.value_or(cluster.clock),
                      .memory_latency_ps = ete->memory_latency,
                      .resources = trace::ResourceCounts::named(ete->resources)},
        this->pe(pe)));
    fabric_.connect(pe, *traces_.back());
    if (ete->base)
        fabric_.map(*ete, this->pe(pe), *traces_.back());
    this->pe(pe).attach(*traces_.back());
}

/// Messages between the GIC and the PEs, and what ends a run.
void Platform::wire()
{
    gic().on_message([this](const gic::Message& m) {
        pe::Pe& to = pe(m.to);
        to.post(m.sent_ps + latency_ps(m.to), m.from,
                [this, m, &to] { gic().deliver(m, to.now_ps()); });
    });
    cohort_.device_time = [] { return to_ps(sc_core::sc_time_stamp()); };
    cohort_.on_system_off = [this](unsigned from, bool reset, u64 at_ps) {
        // Several PEs may ask within one quantum: the earliest counts.
        if (!system_off_ || at_ps < system_off_->ps)
            system_off_ = {.pe = from, .reset = reset, .ps = at_ps};
        pe(from).request_stop();
    };
    schedule_.on_stopped = [this](pe::Pe&) {
        over_ = true;
        sc_core::sc_pause();
    };
}

void Platform::power_on(unsigned n, u64 entry, u8 el, u64 x0)
{
    pe(n).power_on(entry, el, x0, to_ps(sc_core::sc_time_stamp()));
}

void Platform::reached(pe::Pe&, u32 id)
{
    if (id != links_.switch_mark || annotated_)
        return;
    annotated_ = true;
    switched_ps_ = cohort_.now_ps();
    schedule_.set_quantum(annotated_quantum_ps(config_));
    for (cluster::PeModule* const module : pes_)
        module->pe().set_annotated(true);
}

u64 Platform::instructions() const
{
    return std::accumulate(
        pes_.begin(), pes_.end(), u64{0},
        [](u64 sum, const cluster::PeModule* m) { return sum + m->pe().instructions(); });
}

bool Platform::is_memory(u64 pa, u64 bytes) const
{
    return std::any_of(
        config_.memories.begin(), config_.memories.end(), [&](const config::Memory& m) {
            return pa >= m.base && pa - m.base <= m.size && bytes <= m.size - (pa - m.base);
        });
}

u64 Platform::debug_read(u64 pa, std::span<u8> bytes)
{
    if (is_memory(pa, bytes.size())) {
        read(pa, bytes);
        return bytes.size();
    }
    u64 done = 0;
    while (done < bytes.size()) {
        // A part of a word is cut out of it.
        std::array<u8, 4> word{};
        const u64 at = pa + done, offset = at % word.size();
        tlm::tlm_generic_payload tx;
        tx.set_read();
        tx.set_address(at - offset);
        tx.set_data_ptr(word.data());
        tx.set_data_length(static_cast<unsigned>(word.size()));
        tx.set_streaming_width(static_cast<unsigned>(word.size()));
        if (pes_[0]->bus.socket->transport_dbg(tx) != word.size())
            break;
        const u64 size = std::min<u64>(word.size() - offset, bytes.size() - done);
        std::copy_n(word.begin() + static_cast<std::ptrdiff_t>(offset), size,
                    bytes.begin() + static_cast<std::ptrdiff_t>(done));
        done += size;
    }
    return done;
}

u8* Platform::host(u64 pa, std::size_t bytes)
{
    for (std::size_t n = 0; n < memories_.size(); ++n) {
        const config::Memory& m = config_.memories[n];
        if (pa >= m.base && pa - m.base <= m.size && bytes <= m.size - (pa - m.base))
            return memories_[n]->host() + (pa - m.base);
    }
    assert(false && "not in one memory");
    return nullptr;
}

void Platform::write(u64 pa, std::span<const u8> bytes)
{
    std::copy(bytes.begin(), bytes.end(), host(pa, bytes.size()));
    watch_.written(pa, bytes.size());
}

void Platform::read(u64 pa, std::span<u8> bytes)
{
    const u8* const from = host(pa, bytes.size());
    std::copy(from, from + bytes.size(), bytes.begin());
}

} // namespace sl::soc
