// SPDX-License-Identifier: MIT
#pragma once

#include "a64/debug_points.h"
#include "common/types.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sl::gdb {

/// What each PE does until the next stop.
enum class Action : u8 {
    Hold, ///< executes nothing; its time stands still
    Continue,
    Step, ///< one instruction
};

/// Why all PEs have stopped.
struct Stop {
    enum class Why : u8 { Attached, Interrupt, Step, Breakpoint, Watchpoint };
    Why why = Why::Attached;
    unsigned pe = 0;
    u64 pc = 0;
    a64::DebugPoints::Watch watch = {}; ///< Watchpoint
};

/// The machine as a debugger sees it while it stands still. Nothing that is read has an effect.
class Target {
public:
    virtual ~Target() = default;

    virtual unsigned pes() const = 0;
    /// What the debugger's user is told about a PE, in a line.
    virtual std::string describe(unsigned pe) = 0;

    /// The target description (GDB manual, "Target Descriptions").
    virtual const std::string& description() const = 0;
    /// Registers are numbered from 0 to this - 1.
    virtual unsigned registers() const = 0;
    /// As bytes in memory order. Empty: this PE has no such register.
    virtual std::vector<u8> read_register(unsigned pe, unsigned number) = 0;
    /// False: it has no such register, a wrong size, or a value that it cannot take.
    virtual bool write_register(unsigned pe, unsigned number, std::span<const u8> bytes) = 0;
    /// Registers 0 to this - 1 are sent together.
    virtual unsigned general_registers() const = 0;

    /// Bytes from `address`, physical or as the PE would translate it now; as many as there are up
    /// to the first that is not memory.
    virtual std::vector<u8> read_memory(unsigned pe, u64 address, u64 bytes, bool physical) = 0;
    /// All or nothing. Written code is executed as it is then.
    virtual bool write_memory(unsigned pe, u64 address, std::span<const u8> bytes,
                              bool physical) = 0;

    virtual void set_points(const a64::DebugPoints& points) = 0;

    /// A `monitor` command's answer.
    virtual std::string monitor(unsigned pe, const std::string& command) = 0;
};

} // namespace sl::gdb
