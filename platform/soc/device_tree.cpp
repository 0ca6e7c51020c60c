// SPDX-License-Identifier: MIT
#include "soc/device_tree.h"

#include <cassert>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>

#include <libfdt.h>

namespace sl::soc {

using config::Config;

namespace {

// Specifiers of arm,gic-v3 interrupts: kind, number within the kind, trigger.
constexpr u32 spi = 0, ppi = 1, level_high = 4;

constexpr u32 gic_phandle = 1, clock_phandle = 2, cache_phandle = 0x100, cpu_phandle = 0x1000;

std::string hex(u64 value)
{
    char text[24];
    std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(value));
    return text;
}

/// Writes a tree from its root to its leaves.
class Tree {
public:
    explicit Tree(std::size_t room)
        : bytes_(room)
    {
        done(fdt_create(bytes_.data(), static_cast<int>(bytes_.size())));
        done(fdt_finish_reservemap(bytes_.data()));
    }

    template <class Content>
    void node(const std::string& name, Content content)
    {
        done(fdt_begin_node(bytes_.data(), name.c_str()));
        content();
        done(fdt_end_node(bytes_.data()));
    }

    void flag(const char* name) { property(name, {}); }

    void cells(const char* name, const std::vector<u32>& values)
    {
        std::vector<u8> bytes;
        for (const u32 v : values)
            for (int shift = 24; shift >= 0; shift -= 8)
                bytes.push_back(static_cast<u8>(v >> shift));
        property(name, bytes);
    }

    void cell(const char* name, u64 value) { cells(name, {static_cast<u32>(value)}); }

    void strings(const char* name, std::initializer_list<std::string> texts)
    {
        std::vector<u8> bytes;
        for (const std::string& t : texts)
            bytes.insert(bytes.end(), t.c_str(), t.c_str() + t.size() + 1);
        property(name, bytes);
    }

    /// Addresses and sizes of two cells each.
    void reg(std::initializer_list<std::pair<u64, u64>> ranges)
    {
        std::vector<u32> values;
        for (const auto& [base, bytes] : ranges)
            for (const u64 v : {base, bytes}) {
                values.push_back(static_cast<u32>(v >> 32));
                values.push_back(static_cast<u32>(v));
            }
        cells("reg", values);
    }

    std::vector<u8> finish()
    {
        done(fdt_finish(bytes_.data()));
        bytes_.resize(fdt_totalsize(bytes_.data()));
        return std::move(bytes_);
    }

private:
    static void done(int error)
    {
        assert(error == 0 && "no room, or calls out of order");
        static_cast<void>(error);
    }

    void property(const char* name, const std::vector<u8>& value)
    {
        done(fdt_property(bytes_.data(), name, value.data(), static_cast<int>(value.size())));
    }

    std::vector<u8> bytes_;
};

class Writer {
public:
    explicit Writer(const Config& config)
        : config_{config},
          tree_{(std::size_t{1} << 16) + 4096 * std::size_t{config.pes()}}
    {
    }

    std::vector<u8> write()
    {
        tree_.node("", [&] {
            tree_.strings("model", {"Sightline " + config_.name});
            // The machine that software knows this memory map from.
            tree_.strings("compatible", {"linux,dummy-virt"});
            tree_.cell("#address-cells", 2);
            tree_.cell("#size-cells", 2);
            tree_.cell("interrupt-parent", gic_phandle);
            chosen();
            cpus();
            psci();
            timer();
            gic();
            for (const config::Memory& m : config_.memories)
                memory(m);
            uarts();
            if (everywhere("FEAT_PMUv3"))
                pmu();
            trace();
            // Its driver takes every PE for one that has it.
            if (everywhere("FEAT_SPE"))
                profiling();
        });
        return tree_.finish();
    }

private:
    bool everywhere(const char* feature) const
    {
        for (const config::Cluster& c : config_.clusters)
            if (!c.feature_set.contains(feature))
                return false;
        return true;
    }

    /// Without EL3 the firmware is the platform's own, called from the level below it.
    bool has_el2() const { return everywhere("FEAT_AA64EL2"); }

    static std::string uart_node(const config::Uart& u) { return "serial@" + hex(u.base); }

    void chosen()
    {
        tree_.node("chosen", [&] {
            if (!config_.uarts.empty())
                tree_.strings("stdout-path", {"/" + uart_node(config_.uarts[0])});
        });
        tree_.node("aliases", [&] {
            for (std::size_t n = 0; n < config_.uarts.size(); ++n)
                tree_.strings(("serial" + std::to_string(n)).c_str(),
                              {"/" + uart_node(config_.uarts[n])});
        });
    }

    void cache(const char* prefix, const timing::CacheShape& shape)
    {
        if (shape.size == 0)
            return;
        const std::string p = prefix;
        tree_.cell((p + "cache-size").c_str(), shape.size);
        tree_.cell((p + "cache-line-size").c_str(), shape.line);
        tree_.cell((p + "cache-sets").c_str(), shape.size / shape.line / shape.ways);
    }

    void cpus()
    {
        tree_.node("cpus", [&] {
            tree_.cell("#address-cells", 1);
            tree_.cell("#size-cells", 0);
            tree_.node("cpu-map", [&] { topology(); });
            unsigned pe = 0;
            for (std::size_t n = 0; n < config_.clusters.size(); ++n)
                for (u64 i = 0; i < config_.clusters[n].pes; ++i)
                    cpu(pe++, static_cast<u32>(n));
            for (std::size_t n = 0; n < config_.clusters.size(); ++n)
                if (const auto& l2 = config_.clusters[n].profile.l2; l2.size != 0)
                    tree_.node("l2-cache" + std::to_string(n), [&] {
                        tree_.strings("compatible", {"cache"});
                        tree_.cell("cache-level", 2);
                        tree_.flag("cache-unified");
                        cache("", l2);
                        tree_.cell("phandle", cache_phandle + n);
                    });
        });
    }

    void topology()
    {
        unsigned pe = 0;
        for (std::size_t n = 0; n < config_.clusters.size(); ++n)
            tree_.node("cluster" + std::to_string(n), [&] {
                for (u64 i = 0; i < config_.clusters[n].pes; ++i, ++pe)
                    tree_.node("core" + std::to_string(i),
                               [&] { tree_.cell("cpu", cpu_phandle + pe); });
            });
    }

    void cpu(unsigned pe, u32 cluster)
    {
        const timing::CoreProfile& profile = config_.clusters[cluster].profile;
        // MPIDR_EL1.{Aff2,Aff1,Aff0}; Aff3 is zero on all platforms.
        const u64 affinity = config_.affinity(pe);
        tree_.node("cpu@" + hex(affinity), [&] {
            tree_.strings("device_type", {"cpu"});
            tree_.strings("compatible", {"arm,armv8"});
            tree_.cell("reg", affinity);
            tree_.strings("enable-method", {"psci"});
            cache("i-", profile.l1i);
            cache("d-", profile.l1d);
            if (profile.l2.size != 0)
                tree_.cell("next-level-cache", cache_phandle + cluster);
            tree_.cell("phandle", cpu_phandle + pe);
        });
    }

    void psci()
    {
        tree_.node("psci", [&] {
            tree_.strings("compatible", {"arm,psci-1.0", "arm,psci-0.2"});
            tree_.strings("method", {config_.has_el3() || has_el2() ? "smc" : "hvc"});
        });
    }

    void timer()
    {
        tree_.node("timer", [&] {
            tree_.strings("compatible", {"arm,armv8-timer"});
            // By place: Secure and Non-secure physical, virtual, EL2 physical, EL2 virtual.
            std::vector<u32> lines;
            for (const u32 intid : {29u, 30u, 27u, 26u, 28u}) {
                if (intid == 28 && !everywhere("FEAT_VHE"))
                    continue;
                lines.insert(lines.end(), {ppi, intid - 16, level_high});
            }
            tree_.cells("interrupts", lines);
            tree_.flag("always-on");
        });
    }

    void gic()
    {
        const config::Gic& g = config_.gic;
        tree_.node("interrupt-controller@" + hex(g.distributor), [&] {
            tree_.strings("compatible", {"arm,gic-v3"});
            tree_.cell("#interrupt-cells", 3);
            tree_.cell("#address-cells", 2);
            tree_.cell("#size-cells", 2);
            tree_.flag("ranges");
            tree_.flag("interrupt-controller");
            tree_.reg({{g.distributor, config::gicd_size},
                       {g.redistributors, config::gicr_size * config_.pes()}});
            if (has_el2())
                tree_.cells("interrupts", {ppi, static_cast<u32>(g.maintenance) - 16, level_high});
            tree_.cell("phandle", gic_phandle);
        });
    }

    void memory(const config::Memory& m)
    {
        if (!m.rom())
            return tree_.node("memory@" + hex(m.base), [&] {
                tree_.strings("device_type", {"memory"});
                tree_.reg({{m.base, m.size}});
            });
        tree_.node("rom@" + hex(m.base), [&] {
            tree_.strings("compatible", {"mtd-rom"});
            tree_.reg({{m.base, m.size}});
            tree_.cell("bank-width", 4);
        });
    }

    void uarts()
    {
        if (config_.uarts.empty())
            return;
        tree_.node("apb-pclk", [&] {
            tree_.strings("compatible", {"fixed-clock"});
            tree_.cell("#clock-cells", 0);
            tree_.cell("clock-frequency", 24'000'000);
            tree_.strings("clock-output-names", {"clk24mhz"});
            tree_.cell("phandle", clock_phandle);
        });
        for (const config::Uart& u : config_.uarts)
            tree_.node(uart_node(u), [&] {
                tree_.strings("compatible", {"arm,pl011", "arm,primecell"});
                tree_.reg({{u.base, config::uart_size}});
                tree_.cells("interrupts", {spi, static_cast<u32>(u.spi), level_high});
                tree_.cells("clocks", {clock_phandle, clock_phandle});
                tree_.strings("clock-names", {"uartclk", "apb_pclk"});
            });
    }

    void pmu()
    {
        tree_.node("pmu", [&] {
            tree_.strings("compatible", {"arm,armv8-pmuv3"});
            tree_.cells("interrupts", {ppi, 23 - 16, level_high});
        });
    }

    /// A trace unit that is reached by system registers has no address. An ETMv4 with a frame needs
    /// a clock to be found on the AMBA bus; without one of the UARTs, there is none to name.
    void trace_unit(const config::TraceComponent& ete, unsigned pe)
    {
        const u64 base = ete.base ? config_.frame_base(ete, pe) : 0;
        const bool framed = ete.base && !config_.uarts.empty();
        tree_.node(framed        ? "etm@" + hex(base)
                   : ete.etmv4() ? "etm" + hex(pe)
                                 : "ete" + hex(pe),
                   [&] {
                       if (framed) {
                           tree_.strings("compatible", {"arm,coresight-etm4x", "arm,primecell"});
                           tree_.reg({{base, config::coresight_size}});
                           tree_.cells("clocks", {clock_phandle});
                           tree_.strings("clock-names", {"apb_pclk"});
                       } else {
                           tree_.strings("compatible",
                                         {ete.etmv4() ? "arm,coresight-etm4x-sysreg"
                                                      : "arm,embedded-trace-extension"});
                       }
                       tree_.cell("cpu", cpu_phandle + pe);
                   });
    }

    /// Where one buffer's interrupt serves several clusters, the driver asks each PE whether it has
    /// one.
    void trace()
    {
        for (unsigned pe = 0; pe < config_.pes(); ++pe)
            if (const auto* const ete = config_.trace_of(config_.cluster_of(pe), "ete"))
                trace_unit(*ete, pe);
        const config::TraceComponent* last = nullptr;
        for (const config::TraceComponent& t : config_.trace)
            if (t.kind == "trbe" && (last == nullptr || last->ppi != t.ppi)) {
                tree_.node(last == nullptr ? "trbe" : "trbe" + std::to_string(t.ppi), [&] {
                    tree_.strings("compatible", {"arm,trace-buffer-extension"});
                    tree_.cells("interrupts", {ppi, static_cast<u32>(t.ppi) - 16, level_high});
                });
                last = &t;
            }
    }

    void profiling()
    {
        tree_.node("spe-pmu", [&] {
            tree_.strings("compatible", {"arm,statistical-profiling-extension-v1"});
            tree_.cells("interrupts",
                        {ppi, static_cast<u32>(config_.profiling.pmbirq) - 16, level_high});
        });
    }

    const Config& config_;
    Tree tree_;
};

} // namespace

std::vector<u8> device_tree(const Config& config)
{
    return Writer{config}.write();
}

} // namespace sl::soc
