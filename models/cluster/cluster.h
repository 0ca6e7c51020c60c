// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/pe_module.h"

#include <memory>
#include <string>
#include <vector>

namespace sl::cluster {

/// PEs of one kind with one clock.
class Cluster : public sc_core::sc_module {
public:
    struct Member {
        pe::PeConfig config;
        PeModule::Links links;
    };

    Cluster(const sc_core::sc_module_name& name, const std::vector<Member>& members)
        : sc_module{name}
    {
        for (const Member& m : members) {
            const std::string pe = "pe" + std::to_string(m.config.number);
            pes_.push_back(std::make_unique<PeModule>(pe.c_str(), m.config, m.links));
        }
    }

    /// In the order of their numbers.
    const std::vector<std::unique_ptr<PeModule>>& pes() const { return pes_; }

private:
    std::vector<std::unique_ptr<PeModule>> pes_;
};

} // namespace sl::cluster
