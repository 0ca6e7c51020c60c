// SPDX-License-Identifier: MIT
#pragma once

#include "debug/symbolizer.h"
#include "gdb/monitor.h"
#include "gdb/registers.h"
#include "gdb/target.h"
#include "soc/platform.h"

namespace sl::gdb {

/// An elaborated platform as a debugger's target.
class PlatformTarget final : public Target {
public:
    /// Platform and symbols must outlive it.
    PlatformTarget(soc::Platform& platform, const debug::Symbolizer& symbols, Save save);

    unsigned pes() const override { return platform_.pes(); }

    std::string describe(unsigned pe) override;

    const std::string& description() const override { return registers_.description(); }

    unsigned registers() const override { return registers_.count(); }

    unsigned general_registers() const override { return Registers::system; }

    std::vector<u8> read_register(unsigned pe, unsigned number) override;
    bool write_register(unsigned pe, unsigned number, std::span<const u8> bytes) override;
    std::vector<u8> read_memory(unsigned pe, u64 address, u64 bytes, bool physical) override;
    bool write_memory(unsigned pe, u64 address, std::span<const u8> bytes, bool physical) override;
    void set_points(const a64::DebugPoints& points) override;
    std::string monitor(unsigned pe, const std::string& command) override;

private:
    static std::vector<pe::Pe*> all(soc::Platform& platform);
    std::optional<u64> physical_address(unsigned pe, u64 address, bool physical);

    soc::Platform& platform_;
    const debug::Symbolizer& symbols_;
    Save save_;
    Registers registers_;
};

} // namespace sl::gdb
