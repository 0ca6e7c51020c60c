// SPDX-License-Identifier: MIT
#include "gdb/debugger.h"

#include <algorithm>

namespace sl::gdb {

Debugger::Debugger(soc::Platform& platform, const debug::Symbolizer& symbols, Options options)
    : platform_{platform},
      target_{platform, symbols, std::move(options.save)},
      options_{std::move(options)},
      connection_{options_.address},
      held_(platform.pes()),
      wait_{options_.wait}
{
    options_.say("GDB server: target remote " + connection_.name());
    platform_.schedule().before_turn = [this](pe::Pe& pe) { before_turn(pe); };
    platform_.schedule().on_debug = [this](pe::Pe& pe) { stopped(pe); };
}

Debugger::~Debugger()
{
    platform_.schedule().before_turn = nullptr;
    platform_.schedule().on_debug = nullptr;
}

void Debugger::before_turn(pe::Pe& pe)
{
    if (wait_) {
        wait_ = false;
        options_.say("waiting for a debugger");
        if (connection_.accept(true, options_.give_up))
            stand_still({.why = Stop::Why::Attached, .pe = pe.number()});
    } else if (Connection::rang()) {
        listen();
    }
    while (held_[pe.number()])
        sc_core::wait(released_);
}

/// Something has come in while the machine runs.
void Debugger::listen()
{
    const auto now = [] { return true; };
    if (!connection_.connected()) {
        if (connection_.accept(false, now))
            stand_still({.why = Stop::Why::Attached});
        return;
    }
    for (int byte = connection_.get(false, now); byte >= 0; byte = connection_.get(false, now)) {
        // There is nothing else that a debugger may ask of a running machine.
        if (reader_.take(static_cast<u8>(byte)) == PacketReader::Kind::Interrupt)
            return stand_still({.why = Stop::Why::Interrupt});
    }
    if (!connection_.connected())
        detach("the debugger has gone; the run goes on");
}

void Debugger::stopped(pe::Pe& pe)
{
    using Why = pe::Pe::DebugStop::Why;
    const pe::Pe::DebugStop& stop = pe.debug_stop();
    const Stop::Why why = stop.why == Why::Step         ? Stop::Why::Step
                          : stop.why == Why::Breakpoint ? Stop::Why::Breakpoint
                                                        : Stop::Why::Watchpoint;
    stand_still({.why = why, .pe = pe.number(), .pc = pe.state().pc, .watch = stop.watch});
}

bool Debugger::stalled()
{
    if (killed_ || !session_)
        return false;
    if (std::find(held_.begin(), held_.end(), true) == held_.end())
        send("O" +
             to_hex(std::string_view{
                 "Every PE waits, and nothing will happen any more; detach ends the run.\n"}));
    stand_still({.why = Stop::Why::Interrupt});
    return true;
}

void Debugger::ended(int exit_status)
{
    if (!session_ || killed_)
        return;
    const u8 status[] = {static_cast<u8>(exit_status)};
    send("W" + to_hex(status));
    connection_.close();
    session_.reset();
}

// ---- Standing still ----------------------------------------------------------------------------

/// Answers the debugger until it lets the machine go on.
void Debugger::stand_still(const Stop& stop)
{
    for (unsigned n = 0; n < platform_.pes(); ++n)
        platform_.pe(n).set_debug_step(false);
    if (!session_) {
        reader_ = {};
        session_ = std::make_unique<Session>(target_);
        session_->stopped(stop); // it will ask
    } else {
        send(session_->stopped(stop));
    }
    for (;;) {
        const int byte = connection_.get(true, options_.give_up);
        if (byte < 0)
            return detach(connection_.connected() ? "the run ends" : "the debugger has gone");
        if (const auto kind = reader_.take(static_cast<u8>(byte)); kind && answer(*kind))
            return;
    }
}

/// True when the machine goes on.
bool Debugger::answer(PacketReader::Kind kind)
{
    const bool acknowledges = session_->acknowledges();
    switch (kind) {
    case PacketReader::Kind::Interrupt:
        return false; // it stands still already
    case PacketReader::Kind::Again:
        connection_.send(last_sent_);
        return false;
    case PacketReader::Kind::Corrupt:
        if (acknowledges)
            connection_.send("-");
        return false;
    case PacketReader::Kind::Packet:
        break;
    }
    if (acknowledges)
        connection_.send("+");
    const Session::Reply reply = session_->handle(reader_.payload());
    if (!reply.silent)
        send(reply.text);
    switch (reply.then) {
    case Session::Then::Stay:
        return false;
    case Session::Then::Resume:
        go_on();
        return true;
    case Session::Then::Detach:
        detach("the debugger has detached");
        return true;
    case Session::Then::Kill:
        killed_ = true;
        std::fill(held_.begin(), held_.end(), true);
        sc_core::sc_pause();
        return true;
    }
    return true;
}

void Debugger::go_on()
{
    const std::vector<Action>& actions = session_->actions();
    for (unsigned n = 0; n < platform_.pes(); ++n) {
        held_[n] = actions[n] == Action::Hold;
        platform_.pe(n).set_debug_step(actions[n] == Action::Step);
    }
    released_.notify(sc_core::SC_ZERO_TIME);
}

void Debugger::detach(const std::string& why)
{
    options_.say(why);
    connection_.close();
    session_.reset();
    target_.set_points({});
    std::fill(held_.begin(), held_.end(), false);
    for (unsigned n = 0; n < platform_.pes(); ++n)
        platform_.pe(n).set_debug_step(false);
    released_.notify(sc_core::SC_ZERO_TIME);
}

void Debugger::send(const std::string& payload)
{
    last_sent_ = framed(payload);
    connection_.send(last_sent_);
}

} // namespace sl::gdb
