// SPDX-License-Identifier: MIT
#pragma once

#include "gdb/connection.h"
#include "gdb/packet.h"
#include "gdb/platform_target.h"
#include "gdb/session.h"

#include <functional>
#include <memory>
#include <string>

#include <systemc>

namespace sl::gdb {

/// A run's GDB server. It stands still by not returning to the PE that has stopped: simulated time
/// cannot move then, all other PEs are between two turns, and what goes on afterwards is exactly
/// what would have gone on without the stop.
class Debugger {
public:
    struct Options {
        std::string address; ///< as Connection takes it
        bool wait = false;   ///< for a debugger, before the first instruction
        /// The user wants the run to end, whatever the debugger does.
        std::function<bool()> give_up;
        Save save; ///< for `monitor save`
        /// One line for the user.
        std::function<void(const std::string&)> say;
    };

    /// `platform` and `symbols` must outlive it. Throws AddressError.
    Debugger(soc::Platform& platform, const debug::Symbolizer& symbols, Options options);
    ~Debugger();
    Debugger(const Debugger&) = delete;
    Debugger& operator=(const Debugger&) = delete;

    /// The debugger has ended the run: the simulation is paused for good.
    bool killed() const { return killed_; }

    /// Nothing will happen any more in the simulation. True when a debugger has been told: it may
    /// hold PEs, or want to see why, and has let something go on.
    bool stalled();

    /// The run is over.
    void ended(int exit_status);

private:
    void before_turn(pe::Pe& pe);
    void stopped(pe::Pe& pe);
    void listen();
    void stand_still(const Stop& stop);
    bool answer(PacketReader::Kind kind);
    void go_on();
    void detach(const std::string& why);
    void send(const std::string& payload);

    soc::Platform& platform_;
    PlatformTarget target_;
    Options options_;
    Connection connection_;
    PacketReader reader_;
    std::unique_ptr<Session> session_; ///< while connected
    std::string last_sent_;
    std::vector<bool> held_;
    sc_core::sc_event released_;
    bool wait_, killed_ = false;
};

} // namespace sl::gdb
