// SPDX-License-Identifier: MIT
#pragma once

#include "gdb/packet.h"
#include "gdb/target.h"

#include <string>
#include <string_view>
#include <vector>

namespace sl::gdb {

/// A debugger's session: what packets mean (GDB manual, "Remote Protocol": Packets), without a
/// connection. PE n is thread n + 1. Breakpoints and watchpoints hold for all PEs.
class Session {
public:
    explicit Session(Target& target);

    enum class Then : u8 {
        Stay,
        Resume, ///< there is no answer before the next stop
        Detach,
        Kill,
    };

    struct Reply {
        std::string text; ///< to be framed; for Kill there may be none
        Then then = Then::Stay;
        bool silent = false; ///< nothing is sent, not even an empty answer
    };

    /// Answers one packet, while the machine stands still. What is not known gets the empty answer.
    Reply handle(std::string_view packet);

    /// The machine has stopped: the stop reply, which a `?` gets too.
    std::string stopped(const Stop& stop);

    /// After Then::Resume: what each PE is to do.
    const std::vector<Action>& actions() const { return actions_; }

    /// The debugger wants no `+` and `-` any more.
    bool acknowledges() const { return acknowledges_; }

private:
    Reply query(Cursor at);
    Reply set(Cursor at);
    Reply features(Cursor at) const;
    Reply threads() const;
    Reply read_registers();
    Reply write_registers(Cursor at);
    Reply read_register(Cursor at);
    Reply write_register(Cursor at);
    Reply read_memory(Cursor at, bool binary);
    Reply write_memory(Cursor at, bool binary);
    Reply point(Cursor at, bool insert);
    Reply select(Cursor at);
    Reply resume(Cursor at);
    Reply resume_one(Cursor at, Action action);
    Reply monitor(Cursor at);
    Reply physical(Cursor at);
    std::optional<unsigned> thread(Cursor& at) const;

    Target& target_;
    unsigned current_ = 0; ///< PE that registers and memory are asked of
    int continued_ = -1;   ///< of `Hc`: -1 all
    bool acknowledges_ = true, swbreak_ = false, hwbreak_ = false, physical_ = false;
    std::vector<u64> software_, hardware_;
    a64::DebugPoints points_;
    std::vector<Action> actions_;
    std::string last_stop_;
};

} // namespace sl::gdb
