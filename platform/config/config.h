// SPDX-License-Identifier: MIT
#pragma once

#include "config/problem.h"
#include "timing/core_profile.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sl::config {

/// Physical address bits of the platform: ID_AA64MMFR0_EL1.PARange of every PE.
inline constexpr unsigned pa_bits = 40;

/// A table of a configuration file: remembers where it and its keys were written, for errors that
/// only show when everything is known. What the members mean, their ranges and their defaults stand
/// in schema.cpp, once.
struct Section {
    std::string path; ///< "cluster.big", as errors name it
    Location at;
    std::map<std::string, Location, std::less<>> keys;

    /// The place of a key, or of the table when the key was left out.
    const Location& where(std::string_view key) const
    {
        const auto k = keys.find(key);
        return k == keys.end() ? at : k->second;
    }

    bool has(std::string_view key) const { return keys.find(key) != keys.end(); }
};

struct Cluster : Section {
    std::string name, core;
    u64 pes = 0, clock = 0;
    std::map<std::string, bool> features;
    std::map<std::string, u64> overrides;

    // Made of the above by load().
    std::filesystem::path core_file;
    timing::CoreProfile profile;
    std::set<std::string> feature_set;
    std::set<std::string> kept; ///< of them, those whose buffer the built-in firmware keeps
};

struct Memory : Section {
    std::string name, kind;
    u64 base = 0, size = 0, latency = 0;

    bool rom() const { return kind == "rom"; }
};

struct Gic : Section {
    u64 distributor = 0, redistributors = 0, spis = 0, list_registers = 0, priority_bits = 0,
        maintenance = 0;
};

struct Uart : Section {
    std::string name;
    u64 base = 0, spi = 0;
};

struct Timer : Section {
    u64 frequency = 0;
};

/// Statistical Profiling, in all PEs with FEAT_SPE.
struct Profiling : Section {
    u64 pmbirq = 0, memory_latency = 0, seed = 0;
};

/// A node of the trace topology: trace_graph.h makes a graph of them.
struct TraceComponent : Section {
    std::string name, kind;
    std::vector<std::string> clusters; ///< empty: all
    std::vector<std::string> to;       ///< NAME, or NAME:PORT
    u64 ppi = 0;
    u64 fifo = 0, link_bytes = 0, memory_latency = 0;
    std::optional<u64> link_clock; ///< without: the cluster's
    std::string architecture;      ///< ete, etmv4
    std::string resources;         ///< none, core, full
    u64 clock = 0;
    std::optional<u64> base; ///< without: trace_base() finds it
    std::optional<u64> ports, spi;
    bool programmable = false, scatter_gather = false;
    u64 size = 0, memory_bytes = 0, write_buffer = 0, port_bits = 0;
    std::optional<std::string> file; ///< without: the name and ".bin"
    std::optional<u64> stimulus;
    u64 stimulus_ports = 0;
    std::vector<std::string> inputs, outputs; ///< NAME.SIGNAL, by trigger number
    u64 matrix_latency = 0;

    bool is(std::string_view what) const { return kind == what; }

    /// Of an ete: it is an ETMv4.
    bool etmv4() const { return architecture == "etmv4"; }

    /// Of a tpiu: the file in the run's folder.
    std::string port_file() const { return file.value_or(name + ".bin"); }
};

struct Image : Section {
    std::string name, file;
    std::optional<u64> load;
    std::optional<u64> entry, entry_pe;
    u64 entry_el = 0, x0 = 0;
    std::map<std::string, u64> parameters;
    std::vector<u64> aliases;

    // Made of the above by load().
    std::filesystem::path found; ///< empty: there is no such file
};

struct Run : Section {
    u64 max_time = 0, max_instructions = 0, quantum = 0;
    std::string adversary; ///< as pe::AdversaryMode::parse takes it
    std::string inject;    ///< as Injection::parse takes it; empty: nothing
};

struct Fidelity : Section {
    std::string mode;
    std::optional<std::string> switch_at;
};

struct Outputs : Section {
    bool console = false, report = false, statistics = false, trace = false, waves = false,
         timeline = false, log = false, transactions = false, findings = false;
};

/// What narrows a recording.
struct Narrowing : Section {
    std::vector<u64> pes;
    std::optional<u64> first_address, last_address, from, to;
};

struct Log : Narrowing {
    std::vector<u64> els;
};

struct Transactions : Narrowing {
    std::vector<std::string> kinds;
};

struct Config : Section {
    std::filesystem::path file;
    std::string name, description;
    std::vector<Cluster> clusters;
    std::vector<Memory> memories;
    Gic gic;
    std::vector<Uart> uarts;
    Timer timer;
    Profiling profiling;
    std::vector<TraceComponent> trace;
    std::vector<Image> images;
    Run run;
    Fidelity fidelity;
    Outputs outputs;
    Log log;
    Transactions transactions;

    unsigned pes() const;
    /// The cluster of PE `pe`, counted over all clusters in order.
    const Cluster& cluster_of(unsigned pe) const;
    /// MPIDR_EL1.{Aff1,Aff0}: cluster and PE within it.
    u64 affinity(unsigned pe) const;
    /// EL3 exists when software is configured for it.
    bool has_el3() const;
    /// A cluster's PEs have FEAT_SPE.
    bool has_profiling() const;
    /// The trace component of this kind that the PEs of `cluster` have, or null.
    const TraceComponent* trace_of(const Cluster& cluster, std::string_view kind) const;

    /// A range of physical addresses that something answers to.
    struct Region {
        std::string name, what; ///< "uart0", "PL011"
        u64 base = 0, size = 0;
        const Section* from = nullptr;
        std::string key; ///< that says where it begins

        u64 end() const { return base + size; }
    };

    /// Where the registers of a trace component are.
    u64 trace_base(const TraceComponent& component) const;
    /// Of an ete with a `base`: that of the unit of this PE, which is one of its PEs.
    u64 frame_base(const TraceComponent& ete, unsigned pe) const;

    /// All regions, by address.
    std::vector<Region> regions() const;

    /// A private or shared interrupt and what drives it.
    struct Interrupt {
        u64 intid = 0;
        std::string source;
        const Section* from = nullptr;
        std::string key; ///< empty: the architecture fixes it
    };

    /// All wired interrupts, by INTID.
    std::vector<Interrupt> interrupts() const;
};

/// What every PE has: a core profile may list it, and nobody can take it away.
const std::set<std::string>& base_features();
/// The optional features of a cluster's PEs, for sysreg::Features::parse.
std::vector<std::string> optional_features(const Cluster& cluster);

inline constexpr u64 gicd_size = 0x1'0000, gicr_size = 0x2'0000, uart_size = 0x1000,
                     coresight_size = 0x1000, stimulus_size = 0x100;

/// Where the registers of CoreSight components are unless they say so: from `coresight_base` on in
/// the order of the file, in what the virt machine keeps for platform devices; the stimulus ports
/// of an STM behind them.
inline constexpr u64 coresight_base = 0x0c00'0000, stimulus_base = 0x0d00'0000;

/// Where files named in a configuration are looked for, besides the configuration's own folder.
struct SearchPath {
    std::filesystem::path software; ///< images
    std::filesystem::path cores;    ///< core profiles
};

/// Reads a configuration, applies `overrides` ("a.b=c") and checks everything that can be checked
/// before anything is built. Throws ConfigError.
Config load(const std::filesystem::path& file, const std::vector<std::string>& overrides,
            const SearchPath& search);

/// The reference of all keys, in Markdown.
std::string reference();

} // namespace sl::config
