// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.h"

namespace sl::config {

/// An ATB: from an output to an input.
struct AtbLink {
    const TraceComponent* from = nullptr;
    std::optional<unsigned> pe; ///< of an ete: whose trace unit
    unsigned out = 0;           ///< of a replicator: which output
    const TraceComponent* to = nullptr;
    unsigned in = 0; ///< of a funnel: which input
};

/// All ATBs, in the order of the file, and of PEs. What is wrong with a link goes to `problems`, if
/// there are any to go to, and the link is left out.
std::vector<AtbLink> atb_links(const Config& config, Problems* problems = nullptr);

/// One entry of TraceComponent::to or of a CTI's signals, in its two parts.
struct Reference {
    std::string name;
    std::optional<std::string> part;
};

Reference split_port(const std::string& port);
Reference split_signal(const std::string& signal);

/// The shared interrupt N of "gic.N", a CTI's output; none for other signals.
std::optional<u64> gic_signal(const std::string& signal);

/// ATB inputs and outputs that a component has. `links` tell how many of a funnel's are used.
unsigned atb_inputs(const TraceComponent& component, const std::vector<AtbLink>& links);
unsigned atb_outputs(const TraceComponent& component);

/// False for what only PEs or links have, and for static components.
bool has_registers(const TraceComponent& component);

/// "ETR", "funnel": what people call a component of this kind.
std::string kind_label(const TraceComponent& component);

/// The component of this name, or null.
const TraceComponent* find_trace(const Config& config, std::string_view name);

/// Trace goes from this ete to that buffer.
bool feeds(const TraceComponent& ete, const TraceComponent& trbe);

} // namespace sl::config
