// SPDX-License-Identifier: MIT
#include "soc/topology_svg.h"

#include "config/schema.h"
#include "debug/text.h"

#include <algorithm>

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
              bar_height = 28, region_width = 150, region_height = 44, min_width = 560;

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

    const config::TraceComponent* const ete = config.trace_of(cluster, "ete");
    const int y = b.bottom() - 32, width = (pe_width - 16 - 20) / 2;
    if (!ete) {
        svg.text("", b.x + 8, y + 16, "no trace unit");
        return;
    }
    const Box unit{b.x + 8, y, width, 24};
    svg.box("trace", unit);
    svg.text("centre", unit.middle(), y + 16, "ETE");
    if (ete->to && config.trace_of(cluster, "trbe")) {
        const Box buffer{unit.right() + 20, y, width, 24};
        svg.line("wire", unit.right(), y + 12, buffer.x, y + 12);
        svg.box("trace", buffer);
        svg.text("centre", buffer.middle(), y + 16, "TRBE");
    }
}

} // namespace

std::string topology_svg(const Config& config)
{
    Svg svg;
    int clusters_width = -gap;
    for (const config::Cluster& c : config.clusters)
        clusters_width += cluster_width(c) + gap;
    const int width = std::max(clusters_width, min_width);

    const Box gic{margin, margin + title, width, bar_height};
    const Box first_pe{0, gic.bottom() + 3 * gap, pe_width, pe_height};
    const int cluster_height = gap + pe_height + 3 * line_height;
    const Box bus{margin, gic.bottom() + 2 * gap + cluster_height + 2 * gap, width, bar_height};

    svg.text("head", margin, margin + 12, config.name);

    int x = margin;
    unsigned pe = 0;
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
        }
        const timing::CacheShape& l2 = c.profile.l2;
        svg.text("", frame.x + gap, frame.bottom() - gap,
                 l2.size ? "L2 " + config::format_quantity(l2.size, Kind::Bytes) + ", " +
                               std::to_string(l2.ways) + "-way"
                         : "no L2");
        svg.line("wire", frame.middle(), frame.bottom(), frame.middle(), bus.y);
        x = frame.right() + gap;
    }

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
