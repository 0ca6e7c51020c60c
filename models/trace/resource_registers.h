// SPDX-License-Identifier: MIT
#pragma once

#include "pe/ports.h"
#include "sysreg/registers.gen.h"
#include "trace/config.h"

#include <array>

namespace sl::trace {

/// The registers of a trace unit's filters and resources (models/sysreg/description,
/// trace_resources.txt): which of them there are, which of their bits, and their values.
class ResourceRegisters {
public:
    explicit ResourceRegisters(const Config& config);

    /// One of these, whether this unit has it or not.
    static bool contains(pe::Reg reg) { return reg >= first && reg <= last; }

    bool implements(pe::Reg reg) const { return rows_[index(reg)].present; }

    /// 0 for a register that this unit lacks.
    u64 operator[](pe::Reg reg) const { return rows_[index(reg)].value; }

    /// Of registers that are numbered: the one `number` places behind `zero`.
    u64 operator()(pe::Reg zero, unsigned number) const
    {
        return rows_[index(zero) + number].value;
    }

    /// Software's write: to the bits that there are.
    void write(pe::Reg reg, u64 value);

    /// The unit's own write to what it keeps there: counters, states.
    void update(pe::Reg reg, u64 value) { rows_[index(reg)].value = value; }

    void update(pe::Reg zero, unsigned number, u64 value)
    {
        rows_[index(zero) + number].value = value;
    }

    void reset();

    const ResourceCounts& counts() const { return counts_; }

private:
    static constexpr pe::Reg first = pe::Reg::TRCVICTLR, last = pe::Reg::TRCVMIDCCTLR1;

    struct Row {
        u64 value = 0;
        u64 mask = 0;     ///< what software may write
        u64 constant = 0; ///< bits that read as 1
        bool present = false;
    };

    static constexpr std::size_t index(pe::Reg reg)
    {
        return static_cast<std::size_t>(reg) - static_cast<std::size_t>(first);
    }

    void add(pe::Reg reg, u64 mask, u64 constant = 0);
    void add_numbered(pe::Reg zero, unsigned count, u64 mask);

    ResourceCounts counts_;
    std::array<Row, static_cast<std::size_t>(last) - static_cast<std::size_t>(first) + 1> rows_{};
};

} // namespace sl::trace
