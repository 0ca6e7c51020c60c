// SPDX-License-Identifier: MIT
#include "gic/config.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sl::gic {

namespace {

void require(bool condition, const std::string& otherwise)
{
    if (!condition)
        throw std::invalid_argument("GIC: " + otherwise);
}

} // namespace

void Config::validate() const
{
    require(!affinities.empty() && affinities.size() <= 0xffff, "needs 1 to 65535 PEs");
    std::vector<u32> sorted = affinities;
    std::sort(sorted.begin(), sorted.end());
    require(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(),
            "two PEs have the same affinity");
    // GICD_TYPER.RSS = 0: an SGI's target list names Aff0 values 0 to 15.
    require(std::all_of(sorted.begin(), sorted.end(), [](u32 a) { return (a & 0xff) < 16; }),
            "Aff0 must be below 16");
    require(spis == 988 || (spis >= 32 && spis <= 960 && spis % 32 == 0),
            "the number of SPIs must be a multiple of 32 up to 960, or 988");
    const unsigned least = security ? 5 : 4;
    require(priority_bits >= least && priority_bits <= 8,
            "priority bits must be " + std::to_string(least) + " to 8");
    require(virtual_priority_bits >= 5 && virtual_priority_bits <= 8,
            "virtual priority bits must be 5 to 8");
    require(list_registers >= 1 && list_registers <= 16, "list registers must be 1 to 16");
    require(maintenance_intid >= 16 && maintenance_intid < 32,
            "the maintenance interrupt must be a PPI, INTID 16 to 31");
}

} // namespace sl::gic
