// SPDX-License-Identifier: MIT
#include "soc/topology_svg.h"

#include "config/schema.h"
#include "config/trace_graph.h"
#include "debug/text.h"

#include <algorithm>
#include <map>

namespace sl::soc {

using config::Config;
using Kind = config::Type::Kind;

namespace {

struct Box {
    int x, y, width, height;

    int right() const { return x + width; }

    int bottom() const { return y + height; }

    int middle() const { return x + width / 2; }
};

// Pixels.
constexpr int margin = 16, gap = 12, line_height = 15, title = 24, pe_width = 138, pe_height = 84,
              bar_height = 28, region_width = 150, region_height = 44, min_width = 560,
              part_width = 116, part_height = 40;

/// Collects the shapes of a picture; each has a class that the style sheet colours. Words need no
/// escaping: names in a configuration are letters, digits, `-` and `_`.
class Svg {
public:
    void box(const char* style, const Box& b)
    {
        body_ += "<rect class=\"" + std::string{style} + "\"" + number("x", b.x) +
                 number("y", b.y) + number("width", b.width) + number("height", b.height) +
                 " rx=\"4\"/>\n";
    }

    void text(const char* style, int x, int y, const std::string& words)
    {
        body_ += "<text class=\"" + std::string{style} + "\"" + number("x", x) + number("y", y) +
                 ">" + words + "</text>\n";
    }

    void line(const char* style, int x1, int y1, int x2, int y2)
    {
        body_ += "<line class=\"" + std::string{style} + "\"" + number("x1", x1) +
                 number("y1", y1) + number("x2", x2) + number("y2", y2) + "/>\n";
    }

    std::string document(int width, int height) const
    {
        const std::string w = std::to_string(width), h = std::to_string(height);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
               "\" viewBox=\"0 0 " + w + " " + h + "\">\n" + style_sheet +
               "<rect class=\"paper\" width=\"" + w + "\" height=\"" + h + "\"/>\n" + body_ +
               "</svg>\n";
    }

private:
    static constexpr const char* style_sheet = "<style>\n"
                                               "text { font: 11px sans-serif; fill: #222 }\n"
                                               ".head { font-weight: bold; font-size: 12px }\n"
                                               ".centre { text-anchor: middle }\n"
                                               ".paper { fill: #fff }\n"
                                               ".cluster { fill: #eef3fa; stroke: #7a93b8 }\n"
                                               ".pe { fill: #fff; stroke: #7a93b8 }\n"
                                               ".trace { fill: #fdf0dc; stroke: #c98f2d }\n"
                                               ".bar { fill: #e4e4e4; stroke: #888 }\n"
                                               ".gic { fill: #e6f4e6; stroke: #5b9a5b }\n"
                                               ".region { fill: #fff; stroke: #888 }\n"
                                               ".wire { stroke: #666 }\n"
                                               ".atb { stroke: #c98f2d }\n"
                                               ".irq { stroke: #5b9a5b; stroke-dasharray: 3 3 }\n"
                                               "</style>\n";

    static std::string number(const char* name, int value)
    {
        return " " + std::string{name} + "=\"" + std::to_string(value) + "\"";
    }

    std::string body_;
};

int cluster_width(const config::Cluster& c)
{
    const int pes = static_cast<int>(c.pes);
    return pes * pe_width + (pes + 1) * gap;
}

void draw_pe(Svg& svg, const Config& config, const config::Cluster& cluster, unsigned pe,
             const Box& b)
{
    svg.box("pe", b);
    svg.text("head", b.x + 8, b.y + 16, "pe" + std::to_string(pe));
    const u64 affinity = config.affinity(pe);
    svg.text("", b.x + 8, b.y + 16 + line_height,
             "affinity 0.0." + std::to_string(affinity >> 8) + "." +
                 std::to_string(affinity & 0xff));

    if (cluster.feature_set.contains("FEAT_SPE")) {
        const Box profiler{b.right() - 8 - 36, b.y + 4, 36, 16};
        svg.box("trace", profiler);
        svg.text("centre", profiler.middle(), profiler.y + 12, "SPE");
    }

    const config::TraceComponent* const ete = config.trace_of(cluster, "ete");
    const int y = b.bottom() - 32, width = (pe_width - 16 - 20) / 2;
    if (!ete) {
        svg.text("", b.x + 8, y + 16, "no trace unit");
        return;
    }
    const Box unit{b.x + 8, y, width, 24};
    svg.box("trace", unit);
    svg.text("centre", unit.middle(), y + 16, config::kind_label(*ete));
    if (config.trace_of(cluster, "trbe")) {
        const Box buffer{unit.right() + 20, y, width, 24};
        svg.line("wire", unit.right(), y + 12, buffer.x, y + 12);
        svg.box("trace", buffer);
        svg.text("centre", buffer.middle(), y + 16, "TRBE");
    }
}

/// The fabric: components in rows by their distance from the sources, ATBs between them.
class FabricPicture {
public:
    explicit FabricPicture(const Config& config)
        : config_{config},
          links_{config::atb_links(config)}
    {
        for (const config::TraceComponent& t : config.trace)
            if (!t.is("ete") && !t.is("trbe"))
                place(t);
    }

    int height() const
    {
        return rows_.empty() ? 0
                             : static_cast<int>(rows_.size()) * (part_height + 2 * gap) + 2 * gap;
    }

    int width() const
    {
        std::size_t most = 0;
        for (const auto& row : rows_)
            most = std::max(most, row.size());
        return static_cast<int>(most) * (part_width + gap) - gap;
    }

    /// Draws it from `top` on; `units` says where each PE's trace leaves.
    void draw(Svg& svg, int top, int width_of_all, const std::vector<std::pair<int, int>>& units)
    {
        std::map<const config::TraceComponent*, Box> boxes;
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            const int count = static_cast<int>(rows_[row].size());
            int x = margin + (width_of_all - count * (part_width + gap) + gap) / 2;
            for (const config::TraceComponent* const t : rows_[row]) {
                boxes[t] = {x, top + 2 * gap + static_cast<int>(row) * (part_height + 2 * gap),
                            part_width, part_height};
                x += part_width + gap;
            }
        }
        for (const config::AtbLink& l : links_) {
            const Box& to = boxes.at(l.to);
            const int inputs = static_cast<int>(config::atb_inputs(*l.to, links_));
            const int x = to.x + to.width * (2 * static_cast<int>(l.in) + 1) / (2 * inputs);
            if (l.pe)
                svg.line("atb", units[*l.pe].first, units[*l.pe].second, x, to.y);
            else
                svg.line("atb", boxes.at(l.from).middle(), boxes.at(l.from).bottom(), x, to.y);
        }
        for (const auto& [t, b] : boxes_in_order(boxes)) {
            svg.box("trace", b);
            svg.text("head", b.x + 8, b.y + 16, config::kind_label(*t) + " " + t->name);
            svg.text("", b.x + 8, b.y + 16 + line_height,
                     config::has_registers(*t) ? debug::hex(config_.trace_base(*t))
                     : t->is("bridge")
                         ? config::format_quantity(t->link_bytes, Kind::Bytes) + ", " +
                               config::format_quantity(t->clock, Kind::Frequency)
                         : "no registers");
        }
    }

private:
    using Boxes = std::vector<std::pair<const config::TraceComponent*, Box>>;

    Boxes boxes_in_order(const std::map<const config::TraceComponent*, Box>& boxes) const
    {
        Boxes all;
        for (const auto& row : rows_)
            for (const config::TraceComponent* const t : row)
                all.emplace_back(t, boxes.at(t));
        return all;
    }

    std::size_t place(const config::TraceComponent& t)
    {
        if (const auto known = row_of_.find(&t); known != row_of_.end())
            return known->second;
        std::size_t row = 0;
        for (const config::AtbLink& l : links_)
            if (l.to == &t && !l.pe)
                row = std::max(row, place(*l.from) + 1);
        if (rows_.size() <= row)
            rows_.resize(row + 1);
        rows_[row].push_back(&t);
        return row_of_[&t] = row;
    }

    const Config& config_;
    std::vector<config::AtbLink> links_;
    std::vector<std::vector<const config::TraceComponent*>> rows_;
    std::map<const config::TraceComponent*, std::size_t> row_of_;
};

} // namespace

std::string topology_svg(const Config& config)
{
    Svg svg;
    int clusters_width = -gap;
    for (const config::Cluster& c : config.clusters)
        clusters_width += cluster_width(c) + gap;
    FabricPicture fabric{config};
    const int width = std::max({clusters_width, fabric.width(), min_width});

    const Box gic{margin, margin + title, width, bar_height};
    const Box first_pe{0, gic.bottom() + 3 * gap, pe_width, pe_height};
    const int cluster_height = gap + pe_height + 3 * line_height;
    const int clusters_bottom = gic.bottom() + 2 * gap + cluster_height;
    const Box bus{margin, clusters_bottom + fabric.height() + 2 * gap, width, bar_height};

    svg.text("head", margin, margin + 12, config.name);

    int x = margin;
    unsigned pe = 0;
    std::vector<std::pair<int, int>> units; // where trace leaves each PE
    for (const config::Cluster& c : config.clusters) {
        const Box frame{x, gic.bottom() + 2 * gap, cluster_width(c), cluster_height};
        svg.box("cluster", frame);
        svg.text("head", frame.x + gap, frame.bottom() - gap - line_height,
                 c.name + ": " + c.core + ", " + config::format_quantity(c.clock, Kind::Frequency));
        for (u64 n = 0; n < c.pes; ++n, ++pe) {
            Box b = first_pe;
            b.x = frame.x + gap + static_cast<int>(n) * (pe_width + gap);
            svg.line("irq", b.middle(), gic.bottom(), b.middle(), b.y);
            draw_pe(svg, config, c, pe, b);
            units.emplace_back(b.x + 8 + (pe_width - 36) / 4, b.bottom() - 8);
        }
        const timing::CacheShape& l2 = c.profile.l2;
        svg.text("", frame.x + gap, frame.bottom() - gap,
                 l2.size ? "L2 " + config::format_quantity(l2.size, Kind::Bytes) + ", " +
                               std::to_string(l2.ways) + "-way"
                         : "no L2");
        svg.line("wire", frame.middle(), frame.bottom(), frame.middle(), bus.y);
        x = frame.right() + gap;
    }

    fabric.draw(svg, clusters_bottom, width, units);
    svg.box("gic", gic);
    svg.text("centre", gic.middle(), gic.y + 18,
             "GICv3: " + std::to_string(config.gic.spis) + " SPIs, " +
                 std::to_string(config.gic.list_registers) +
                 " list registers; IRQ, FIQ, vIRQ, vFIQ to each PE");
    svg.box("bar", bus);
    svg.text("centre", bus.middle(), bus.y + 18, "interconnect");

    const int columns = (width + gap) / (region_width + gap);
    int row = 0, column = 0;
    for (const Config::Region& r : config.regions()) {
        if (column == columns) {
            column = 0;
            ++row;
        }
        const Box b{margin + column * (region_width + gap),
                    bus.bottom() + 2 * gap + row * (region_height + gap), region_width,
                    region_height};
        if (row == 0)
            svg.line("wire", b.middle(), bus.bottom(), b.middle(), b.y);
        svg.box("region", b);
        svg.text("head", b.x + 8, b.y + 17, r.what + " " + r.name);
        svg.text("", b.x + 8, b.y + 17 + line_height,
                 debug::hex(r.base) + ", " + config::format_quantity(r.size, Kind::Bytes));
        ++column;
    }
    const int bottom = bus.bottom() + 2 * gap + (row + 1) * (region_height + gap);
    return svg.document(width + 2 * margin, bottom + margin - gap);
}

} // namespace sl::soc
