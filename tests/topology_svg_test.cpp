// SPDX-License-Identifier: MIT
#include "config_fixture.h"

#include "soc/topology_svg.h"

#include <regex>
#include <tuple>

using namespace sl;
using Catch::Contains;

namespace {

struct Platform : test::Folder {
    explicit Platform(unsigned clusters, unsigned pes, bool fabric = false,
                      const std::string& more = "")
    {
        write("cores/small.toml", "midr = 0x410fd034\n"
                                  "features = [\"FEAT_AA64EL0\", \"FEAT_AA64EL1\", "
                                  "\"FEAT_AA64EL2\", \"FEAT_TRF\", \"FEAT_ETE\", "
                                  "\"FEAT_TRBE\"]\n");
        write("hello.elf", test::make_elf(0x4008'0000, 0x4008'0000, test::words({0x1400'0000})));
        std::string text = "name = \"drawn\"\n";
        for (unsigned n = 0; n < clusters; ++n)
            text += "[[cluster]]\nname = \"c" + std::to_string(n) +
                    "\"\ncore = \"small\"\npes = " + std::to_string(pes) + "\nclock = \"2 GHz\"\n" +
                    more;
        text += R"([[memory]]
name = "ram"
base = 0x4000_0000
size = "64 MiB"
[[uart]]
name = "uart0"
[[trace]]
name = "ete"
kind = "ete"
clusters = ["c0"]
to = "trbe"
[[trace]]
name = "trbe"
kind = "trbe"
clusters = ["c0"]
[[image]]
name = "hello"
file = "hello.elf"
entry_pe = 0
)";
        if (fabric) {
            text.replace(text.find("to = \"trbe\""), 11, "to = [\"trbe\", \"funnel\"]");
            text += R"(
[[trace]]
name = "funnel"
kind = "funnel"
to = "rep"
[[trace]]
name = "rep"
kind = "replicator"
to = ["bridge", "etr"]
[[trace]]
name = "bridge"
kind = "bridge"
to = "tpiu"
[[trace]]
name = "etr"
kind = "etr"
[[trace]]
name = "tpiu"
kind = "tpiu"
)";
        }
        svg = soc::topology_svg(config::load(write("p.toml", text), {}, {}));
    }

    unsigned count(const std::string& what) const
    {
        unsigned n = 0;
        for (std::size_t at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1))
            ++n;
        return n;
    }

    std::string svg;
};

} // namespace

TEST_CASE("the picture shows every PE, its trace path and every region once", "[soc][svg]")
{
    const Platform p{2, 2};
    for (const char* const name : {">pe0<", ">pe1<", ">pe2<", ">pe3<", ">RAM ram<", ">GICD gic<",
                                   ">GICR gic<", ">PL011 uart0<", ">interconnect<"})
        CHECK(p.count(name) == 1);
    CHECK(p.count(">ETE<") == 2);
    CHECK(p.count(">TRBE<") == 2);
    CHECK(p.count(">no trace unit<") == 2);
    CHECK_THAT(p.svg, Contains(">0x40000000, 64 MiB<"));
    CHECK(p.count(">SPE<") == 0);
    CHECK(Platform{2, 2, false, "features = { FEAT_SPE = true }\n"}.count(">SPE<") == 4);
}

TEST_CASE("the picture shows each component of the fabric, and its ATBs", "[soc][svg]")
{
    const Platform p{2, 2, true};
    for (const char* const name :
         {">funnel funnel<", ">replicator rep<", ">bridge bridge<", ">ETR etr<", ">TPIU tpiu<"}) {
        INFO(name);
        // Those with registers are regions as well.
        CHECK(p.count(name) == (std::string{name} == ">bridge bridge<" ? 1 : 2));
    }
    // From two units, the funnel, the replicator's two outputs, the bridge.
    CHECK(p.count("class=\"atb\"") == 6);
    CHECK(Platform{2, 2}.count("class=\"atb\"") == 0);
}

TEST_CASE("nothing is drawn outside the picture, and no box crosses another's edge", "[soc][svg]")
{
    struct Rect {
        int x, y, width, height;

        bool holds(const Rect& r) const
        {
            return x <= r.x && y <= r.y && r.x + r.width <= x + width &&
                   r.y + r.height <= y + height;
        }

        bool apart(const Rect& r) const
        {
            return x + width <= r.x || r.x + r.width <= x || y + height <= r.y ||
                   r.y + r.height <= y;
        }
    };

    const std::tuple<unsigned, unsigned, bool> shapes[] = {
        {1, 1, false}, {2, 2, false}, {4, 2, false}, {1, 8, false}, {1, 1, true}, {1, 8, true}};
    for (const auto& [clusters, pes, fabric] : shapes) {
        const Platform p{clusters, pes, fabric, "features = { FEAT_SPE = true }\n"};
        std::smatch size;
        REQUIRE(std::regex_search(p.svg, size, std::regex{"viewBox=\"0 0 (\\d+) (\\d+)\""}));
        const Rect paper{0, 0, std::stoi(size[1]), std::stoi(size[2])};
        std::vector<Rect> boxes;
        const std::regex box{"x=\"(-?\\d+)\" y=\"(-?\\d+)\" width=\"(\\d+)\" height=\"(\\d+)\" rx"};
        for (std::sregex_iterator i{p.svg.begin(), p.svg.end(), box}, end; i != end; ++i)
            boxes.push_back(
                {std::stoi((*i)[1]), std::stoi((*i)[2]), std::stoi((*i)[3]), std::stoi((*i)[4])});
        REQUIRE(boxes.size() > clusters * pes);
        for (std::size_t a = 0; a < boxes.size(); ++a) {
            CHECK(paper.holds(boxes[a]));
            for (std::size_t b = a + 1; b < boxes.size(); ++b)
                CHECK((boxes[a].apart(boxes[b]) || boxes[a].holds(boxes[b]) ||
                       boxes[b].holds(boxes[a])));
        }
    }
}
